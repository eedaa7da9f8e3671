package backtest

import (
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/likelihood"
)

// TestOrderFindsWhatIsAttackedNext replays the weeks of the history: what a
// team that looks at the first few flaws of each week would have caught of
// those that CISA listed as exploited later.
func TestOrderFindsWhatIsAttackedNext(t *testing.T) {
	h, err := Load(corpus.Dir(t, "exposure"))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	weeks := h.WeeksFrom(facts.ParseDay("2024-05-13"))
	shipped, err := likelihood.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	flaws, later := 0, 0
	for i := range weeks {
		flaws += len(weeks[i].Flaws)
		for _, f := range weeks[i].Flaws {
			if f.Listed != 0 {
				later++
			}
		}
	}
	t.Logf("%d flaws in %d weeks, %d of them listed as exploited later", flaws, len(weeks), later)
	results := map[string][]Recall{}
	for _, o := range []struct {
		name  string
		order Order
	}{{"CVSS", CVSS}, {"SSVC points", SSVC}, {"model, trained each week on the past", h.Prequential}, {"model as shipped (has seen these weeks)", h.By(shipped)}} {
		r := Recalls(Hits(weeks, o.order))
		results[o.name] = r
		for b, budget := range Budgets {
			t.Logf("%-45s R@%-3d %.3f [%.3f, %.3f]", o.name, budget, r[b].Value, r[b].Low, r[b].High)
		}
	}
	cvss, model := results["CVSS"], results["model, trained each week on the past"]
	for b, times := range []float64{2.5, 2.5, leastAt20} {
		if model[b].Value < times*cvss[b].Value {
			t.Errorf("R@%d is %.3f, want %.1f times %.3f of CVSS", Budgets[b], model[b].Value, times, cvss[b].Value)
		}
	}
}

// leastAt20 is what is reached at twenty a week: CVSS catches up there.
const leastAt20 = 1.6

func TestTiesAreBrokenAtRandom(t *testing.T) {
	weeks := []Week{{Flaws: []Flaw{{Listed: 1}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}}
	hits, positives := Hits(weeks, func(w *Week) []float64 { return make([]float64, len(w.Flaws)) })
	if hits[0][0] != 0.5 || hits[0][1] != 1 || positives[0] != 1 {
		t.Errorf("expected hits %v of %v, want 0.5 at five and 1 at ten", hits[0], positives)
	}
}
