package verdict

import (
	"testing"
	"time"

	"seawall/internal/clock"
	"seawall/internal/finding"
)

func TestTheStoryIsInTrueTimeAndFindingsKeepTheEvidences(t *testing.T) {
	const minute = int64(time.Minute)
	noon := time.Date(2022, 8, 5, 12, 0, 0, 0, time.UTC).UnixNano()
	cited := func(path string, first, last int64) finding.Finding {
		f := found(finding.High, finding.Likely, finding.In)
		f.First, f.Last = first, last
		f.Citations = []finding.Citation{{Path: path, Time: first}, {Path: path, Time: last}}
		return f
	}
	for _, c := range []struct {
		name        string
		f           finding.Finding
		first, last int64
	}{
		{"of the fast log", cited("web/access.log.2022-08-05", noon, noon+minute), noon - 7*minute, noon - 6*minute},
		{"of another log", cited("lb/access.log", noon, noon+minute), noon, noon + minute},
		{"of no citation", finding.Finding{First: noon, Last: noon}, noon, noon},
		{"without time", finding.Finding{Citations: []finding.Citation{{Path: "web/access.log"}}}, 0, 0},
		{"begun in the other log, ended in the fast one", finding.Finding{First: noon, Last: noon + minute, Citations: []finding.Citation{{Path: "lb/access.log", Time: noon}, {Path: "web/access.log", Time: noon + minute}}}, noon, noon},
	} {
		r := scan()
		r.Clocks = []clock.Offset{{Series: "web/access.log", Reference: "lb/access.log", Ahead: 7 * minute, Events: 40}}
		r.Findings = []finding.Finding{c.f}
		got := r.inTrueTime()[0]
		if got.First != c.first || got.Last != c.last {
			t.Errorf("%s: %d to %d, want %d to %d", c.name, got.First-noon, got.Last-noon, c.first-noon, c.last-noon)
		}
		if kept := r.Findings[0]; kept.First != c.f.First || kept.Last != c.f.Last {
			t.Errorf("%s: the finding was changed", c.name)
		}
		if r.Clocks = nil; r.inTrueTime()[0].First != c.f.First {
			t.Errorf("%s: changed without a clock that is off", c.name)
		}
	}
}
