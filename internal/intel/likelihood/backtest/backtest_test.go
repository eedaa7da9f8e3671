package backtest

import (
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
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
	type named struct {
		name  string
		order Order
	}
	orders := []named{{"CVSS", CVSS}, {"SSVC points", SSVC}, {"model, trained each week on the past", h.Prequential}, {"model as shipped (has seen these weeks)", h.By(shipped)}}
	if epss, err := EPSS(filepath.Join(corpus.Dir(t, "exposure"), "epss")); err == nil {
		orders = append(orders, named{"EPSS of the day", epss})
	} else {
		t.Logf("EPSS is not compared: %v", err)
	}
	for _, o := range orders {
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

// TestFrozenFeedsAreRanked tells the harder figures too: one day's whole list,
// and what of it was attacked later.
func TestFrozenFeedsAreRanked(t *testing.T) {
	h, err := Load(corpus.Dir(t, "exposure"))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	for _, day := range []string{"2024-07-01", "2024-08-01", "2024-09-01"} {
		w := h.Frozen(facts.ParseDay(day))
		cvss, model := Rank(&w, CVSS, 500, 1000), Rank(&w, h.Prequential, 500, 1000)
		t.Logf("%s: %d flaws, %d attacked later; CVSS R@500 %.2f R@1000 %.2f AUC %.3f; model R@500 %.2f R@1000 %.2f AUC %.3f",
			day, len(w.Flaws), cvss.Positives, cvss.Recall[500], cvss.Recall[1000], cvss.AUC, model.Recall[500], model.Recall[1000], model.AUC)
		if model.AUC <= cvss.AUC || model.Recall[500] < cvss.Recall[500] {
			t.Errorf("%s: the model ranks worse than CVSS", day)
		}
	}
}

func TestEPSSOfLaterDaysIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	for day, score := range map[string]string{"2024-06-01": "0.10", "2024-06-10": "0.90"} {
		f, err := os.Create(filepath.Join(dir, "epss_scores-"+day+".csv.gz"))
		if err != nil {
			t.Fatal(err)
		}
		z := gzip.NewWriter(f)
		fmt.Fprintf(z, "#model_version:v3,score_date:%sT00:00:00Z\ncve,epss,percentile\nCVE-2024-3400,%s,0.5\n", day, score)
		z.Close()
		f.Close()
	}
	order, err := EPSS(dir)
	if err != nil {
		t.Fatal(err)
	}
	w := Week{Flaws: []Flaw{{ID: "CVE-2024-3400", Seen: facts.ParseDay("2024-06-05")}, {ID: "CVE-2024-3400", Seen: facts.ParseDay("2024-06-10")}, {ID: "CVE-2024-3400", Seen: facts.ParseDay("2024-05-01")}}}
	if got := order(&w); fmt.Sprintf("%.2f", got) != "[0.10 0.90 0.00]" {
		t.Errorf("%.2f", got)
	}
	if _, err := EPSS(t.TempDir()); err == nil {
		t.Error("an empty folder gives an order")
	}
}

func TestRankingOfAKnownOrder(t *testing.T) {
	w := Week{Flaws: []Flaw{{Listed: 1, Score: 9}, {Score: 8}, {Listed: 1, Score: 7}, {Score: 7}}}
	r := Rank(&w, CVSS, 1, 3)
	if r.Positives != 2 || r.Recall[1] != 0.5 || r.Recall[3] != 0.75 || r.AUC != 0.625 {
		t.Errorf("%+v", r)
	}
}
