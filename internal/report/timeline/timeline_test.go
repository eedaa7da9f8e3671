package timeline

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files")

func TestTimelineIsTheGoldenOne(t *testing.T) {
	var out bytes.Buffer
	if untimed, err := Write(&out, reporttest.Ordinary().Findings); err != nil || untimed != 0 {
		t.Fatal(untimed, err)
	}
	path := filepath.Join("testdata", "timeline.csv")
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func rows(t *testing.T, findings []finding.Finding) [][]string {
	t.Helper()
	var out bytes.Buffer
	if _, err := Write(&out, findings); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestRowsAreInTheOrderOfTime(t *testing.T) {
	all := rows(t, reporttest.Large(500).Findings)
	if len(all) != 501 || !slices.Equal(all[0], header) {
		t.Fatalf("%d rows under %q", len(all), all[0])
	}
	if !slices.IsSortedFunc(all[1:], func(a, b []string) int { return strings.Compare(a[1], b[1]) }) {
		t.Error("rows are not in the order of time")
	}
}

func TestEventsWithoutATimeAreCounted(t *testing.T) {
	var out bytes.Buffer
	untimed, err := Write(&out, []finding.Finding{{ID: "a"}, {ID: "b", First: 5}, {ID: "c", Citations: []finding.Citation{{Path: "x"}, {Path: "y", Time: 7}}}})
	if err != nil || untimed != 2 || strings.Count(out.String(), "\n") != 3 {
		t.Errorf("%d untimed, %v:\n%s", untimed, err, out.String())
	}
}

func TestNoCellIsAFormula(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := safe(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	f("plain", "plain")
	f("a=b", "a=b")
	f("=1+1", "'=1+1")
	f("  -1", "'  -1")
	f("@SUM", "'@SUM")
	f("＝1", "'＝1")
	f("\t=1", `\t=1`)
	f("\r+1", `\r+1`)
	f("", "")
}

func FuzzTimeline(f *testing.F) {
	for _, h := range reporttest.Hostile {
		f.Add(h)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all := rows(t, []finding.Finding{{ID: s, Title: s, Detector: s, First: 1, Entities: []finding.Entity{{Type: finding.User, Value: s}}, Citations: []finding.Citation{{Path: s, Excerpt: s}}}})
		if len(all) != 2 {
			t.Fatalf("%q makes %d rows, want 2", s, len(all))
		}
		for _, cell := range all[1] {
			if strings.ContainsFunc(cell, escape.Hidden) || strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				t.Errorf("%q makes the cell %q", s, cell)
			}
		}
	})
}
