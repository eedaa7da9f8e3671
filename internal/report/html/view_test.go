package html

import (
	"slices"
	"strings"
	"testing"
	"time"

	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/report/reporttest"
	"seawall/internal/verdict"
)

func richPage() *page {
	r := reporttest.Rich()
	v := verdict.Of(r)
	return newPage(r, &v)
}

func TestDrawingTellsOutsideFromInside(t *testing.T) {
	g := richPage().Incidents[0].Graph
	var lanes []string
	for _, l := range g.Lanes {
		lanes = append(lanes, l.Class+" "+l.Name)
	}
	if want := []string{"outside 198.51.100.9", "stranger kali-1", "host web01", "host dc01"}; !slices.Equal(lanes, want) {
		t.Errorf("lanes %q, want %q", lanes, want)
	}
	if len(g.Silences) != 1 || g.Silences[0].Y >= g.Lanes[2].Y || g.Silences[0].Y+26 <= g.Lanes[2].Y || g.Silences[0].Width < 20 {
		t.Errorf("silences %+v, want one on the lane of web01", g.Silences)
	}
}

func TestDrawingHasADotForEachStepInOrder(t *testing.T) {
	s := richPage().Incidents[0]
	g := s.Graph
	if len(g.Dots) != len(s.Steps) || len(g.Way) != len(s.Steps)-1 {
		t.Fatalf("%d dots and %d ways for %d steps", len(g.Dots), len(g.Way), len(s.Steps))
	}
	zero, blocked := 0, 0
	for i, d := range g.Dots {
		if d.Finding != s.Steps[i].Finding || d.X <= g.Left || d.X >= g.Width || d.Y >= g.Height {
			t.Errorf("dot %d is %+v, of step %+v", i, d, s.Steps[i])
		}
		if i > 0 && d.X < g.Dots[i-1].X+20 {
			t.Errorf("dot %d stands on the one before", i)
		}
		if d.Zero {
			zero++
		}
		if d.Blocked {
			blocked++
		}
	}
	if zero != 1 || blocked != 1 {
		t.Errorf("%d first signs and %d blocked steps, want 1 of each", zero, blocked)
	}
	for i := 1; i < len(g.Days); i++ {
		if g.Days[i].X-g.Days[i-1].X < dayRoom {
			t.Errorf("the days %q and %q stand on each other", g.Days[i-1].Text, g.Days[i].Text)
		}
	}
}

func TestRoomGrowsWithTime(t *testing.T) {
	last := 0
	for _, d := range []time.Duration{0, time.Minute, time.Hour, 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour} {
		if got := room(int64(d)); got <= last && d > 0 && got < 110 {
			t.Errorf("%s takes %d pixels, less time takes %d", d, got, last)
		} else {
			last = got
		}
	}
	if last > 120 {
		t.Errorf("a year takes %d pixels", last)
	}
}

func TestMatrixUsesTodaysNumbersAndSaysWhatWasWritten(t *testing.T) {
	r := reporttest.Ordinary()
	v := verdict.Of(r)
	m := newMatrix(r, &v)
	cells := map[string]cell{}
	for _, column := range m.Columns {
		for _, c := range append(slices.Clone(column.Cards), column.Tiles...) {
			cells[c.ID] = c
		}
	}
	for _, c := range []struct {
		id, written, state, label string
	}{
		{"T1685.005", "T1070.001", "found", "found: 1 finding"}, // renumbered in version 19
		{"T1558.003", "", "found", "found: 1 finding"},
		{"T1003.001", "", "blind", "blind: could not be seen"},
	} {
		if got := cells[c.id]; got.Written != c.written || got.State != c.state || got.Label != c.label || got.Name == "" {
			t.Errorf("%s is %+v", c.id, got)
		}
	}
	if m.Found+m.Looked+m.Blind != len(cells) || m.Blind != 1 {
		t.Errorf("%d found, %d looked for, %d blind of %d", m.Found, m.Looked, m.Blind, len(cells))
	}
}

func TestFixesAreGroupedAndOrdered(t *testing.T) {
	e := newExposed(reporttest.Rich())
	first := e.Fixes[0]
	if first.Text != "Upgrade FortiOS to 7.2.9" || first.Hosts != "edge-gw, edge-gw2" || first.Closes != "closes 17 known flaws, 9 due within days" || !first.Investigate || len(first.Findings) != 2 {
		t.Errorf("the first fix is %+v", first)
	}
	if e.Fixes[1].Text != "Close SMB to the Internet" || e.Fixes[1].Closes != "closes 1 finding" {
		t.Errorf("the second fix is %+v", e.Fixes[1])
	}
	ends := e.Kinds[slices.IndexFunc(e.Kinds, func(k weakKind) bool { return strings.HasPrefix(k.Title, "Out of support") })]
	if len(ends.Rows) != 1 || ends.Rows[0].Hosts != "web01.corp.example, web02.corp.example" {
		t.Errorf("ends of support: %+v", ends.Rows)
	}
	var names []string
	for _, a := range e.Assets {
		names = append(names, a.Name+" "+a.Worst)
	}
	if want := []string{"web01.corp.example critical", "edge-gw critical", "printer-3 "}; !slices.Equal(names, want) {
		t.Errorf("assets %q, want %q", names, want)
	}
}

func TestFixesBeyondTheLimitAreCounted(t *testing.T) {
	r := reporttest.Ordinary()
	r.Findings = nil
	for i := range maxFixes + 7 {
		title := strings.Repeat("x", i+1)
		r.Findings = append(r.Findings, finding.Finding{ID: title, Title: title, Action: "Correct " + title, Question: finding.Exposed, Severity: finding.Medium})
	}
	e := newExposed(r)
	if len(e.Fixes) != firstFixes || len(e.MoreFixes) != maxFixes-firstFixes || e.Uncounted != 7 || e.Found != maxFixes+7 {
		t.Errorf("%d fixes, %d more, %d counted only, %d found", len(e.Fixes), len(e.MoreFixes), e.Uncounted, e.Found)
	}
	if e.Kinds[0].More != maxFixes+7-maxWeak {
		t.Errorf("%d weaknesses are counted only", e.Kinds[0].More)
	}
}

func TestSilencesAreDrawnWhereTheyAre(t *testing.T) {
	const day = int64(24 * time.Hour)
	log := coverage.Log{Host: "h", Channel: "c"}
	b := newBar(coverage.Span{First: 10 * day, Last: 20 * day}, []coverage.Gap{{Log: log, From: 12 * day, To: 14 * day}}, 0, 40*day)
	if b.X != 50 || b.Width != 50 || len(b.Gaps) != 1 || b.Gaps[0] != (extent{60, 10}) || b.Text != "1 silence" {
		t.Errorf("the bar is %+v", b)
	}
	if b := newBar(coverage.Span{}, nil, 0, 0); b.Width != 0 {
		t.Errorf("a log without times has the bar %+v", b)
	}
	view := newCoverage(reporttest.Rich())
	if len(view.Gaps) != 1 || view.Gaps[0].Host != "web01.corp.example" || view.Gaps[0].Length != "42.0 hours" && view.Gaps[0].Length != "42 hours" {
		t.Errorf("silences %+v", view.Gaps)
	}
}

func TestProvenanceNamesOldFactsAndTheFilesOfProof(t *testing.T) {
	r := reporttest.Rich()
	r.Read.Proof = []verdict.ProofFile{{Path: "scans/nmap.xml", SHA256: "abc"}}
	p := newProvenance(r)
	if len(p.Feeds) != 2 || p.Feeds[0].Stale || !p.Feeds[1].Stale || p.Feeds[1].Age != "197 days" {
		t.Errorf("facts %+v", p.Feeds)
	}
	if len(p.Proof) != 2 || !strings.HasSuffix(p.Proof[0].Path, "Security.evtx") || p.Proof[1] != (proofFile{"scans/nmap.xml", "5", "5", "abc"}) {
		t.Errorf("files %+v", p.Proof)
	}
}

func TestDataNamesTacticsAndTodaysTechniques(t *testing.T) {
	r := reporttest.Rich()
	d := unpack(t, report(t, r))
	for i, f := range r.Findings {
		if exposed := d.Exposed[i] == 1; exposed != (f.Question == finding.Exposed) {
			t.Errorf("%s: exposed is %v", f.Title, exposed)
		}
		if f.Detector == "log-cleared" && (d.Dict[d.Tech[i]] != "T1685.005" || !strings.Contains(d.Dict[d.Detail[i].Techniques[0]], "(written T1070.001)")) {
			t.Errorf("technique %q, %q", d.Dict[d.Tech[i]], d.Dict[d.Detail[i].Techniques[0]])
		}
		if more := d.Detail[i]; d.Dict[more.Action] != f.Action || more.Flaws != f.Flaws || more.Urgent != f.Urgent || more.Investigate != f.Investigate {
			t.Errorf("%s: the details are %+v", f.Title, more)
		}
		for j, c := range f.Citations {
			if d.Dict[d.Detail[i].Cites[j][6]] != c.SHA256 {
				t.Errorf("%s: digest %q", f.Title, d.Dict[d.Detail[i].Cites[j][6]])
			}
		}
	}
	var tactics []string
	for _, tactic := range d.Tactics {
		tactics = append(tactics, tactic[0].(string))
	}
	if !slices.Contains(tactics, "exfiltration") || slices.Contains(tactics, "impact") || tactics[0] != "reconnaissance" {
		t.Errorf("tactics %q", tactics)
	}
}
