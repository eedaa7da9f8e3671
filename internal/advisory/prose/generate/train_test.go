package main

import (
	"bytes"
	"math"
	"os"
	"slices"
	"testing"

	"seawall/internal/advisory/prose"
	"seawall/internal/corpus"
)

// TestTechniquesOfReportsByCrossValidation measures what the model finds in
// whole reports that it has not seen, against the techniques labelled in them.
func TestTechniquesOfReportsByCrossValidation(t *testing.T) {
	if os.Getenv("SEAWALL_FULL") == "" {
		t.Skip("SKIPPED: trains five models; set SEAWALL_FULL=1")
	}
	all, err := readTraining(corpus.Dir(t, "advisory"))
	if err != nil {
		t.Fatal(err)
	}
	const folds = 5
	best := make([][]float64, len(all.reports)) // scores of the best sentences
	for fold := range folds {
		var train []example
		for _, e := range all.examples {
			if e.document < 0 || e.document%folds != fold {
				train = append(train, e)
			}
		}
		m := learn(train, all.reports)
		for i := range all.examples {
			e := &all.examples[i]
			if e.document < 0 || e.document%folds != fold || e.part {
				continue
			}
			if best[e.document] == nil {
				best[e.document] = slices.Repeat([]float64{math.Inf(-1)}, len(prose.Classes))
			}
			for c, score := range m.scores(e) {
				best[e.document][c] = max(best[e.document][c], score)
			}
		}
	}
	f1 := count(all.reports, best, threshold, func(int) bool { return true }).f1()
	at, top := bestThreshold(all.reports, best, func(int) bool { return true })
	var honest tally
	for fold := range folds {
		at, _ := bestThreshold(all.reports, best, func(d int) bool { return d%folds != fold })
		honest.add(count(all.reports, best, at, func(d int) bool { return d%folds == fold }))
	}
	t.Logf("%d reports, %d classes: micro-F1 %.3f at the threshold of the program; %.3f at %.2f, the best; %.3f at thresholds of the other folds", len(all.reports), len(prose.Classes), f1, top, at, honest.f1())
	if honest.f1() < 0.72 {
		t.Errorf("micro-F1 %.3f, at least 0.72 wanted", honest.f1())
	}
}

// tally counts what was said of reports.
type tally struct{ right, wrong, missed int }

func (t *tally) add(o tally) {
	t.right, t.wrong, t.missed = t.right+o.right, t.wrong+o.wrong, t.missed+o.missed
}

func (t tally) f1() float64 {
	return 2 * float64(t.right) / float64(max(2*t.right+t.wrong+t.missed, 1))
}

// count compares the classes of reports whose best sentence reaches a threshold
// with those labelled.
func count(reports []annotated, best [][]float64, threshold float64, of func(document int) bool) (t tally) {
	for d := range reports {
		for c := range prose.Classes {
			switch said, labelled := best[d] != nil && best[d][c] >= threshold, reports[d].labels.has(c); {
			case !of(d):
			case said && labelled:
				t.right++
			case said:
				t.wrong++
			case labelled:
				t.missed++
			}
		}
	}
	return t
}

func bestThreshold(reports []annotated, best [][]float64, of func(document int) bool) (at, f1 float64) {
	for step := range 100 {
		threshold := -1 + float64(step)/100
		if f := count(reports, best, threshold, of).f1(); f > f1 {
			at, f1 = threshold, f
		}
	}
	return at, f1
}

// TestTheModelIsWhatTrainingGives trains on a part of the corpus twice: the
// bytes must be the same, and the embedded model must be one of that kind.
func TestTheModelIsWhatTrainingGives(t *testing.T) {
	all, err := readTraining(corpus.Dir(t, "advisory"))
	if err != nil {
		t.Fatal(err)
	}
	part := slices.Clone(all.examples[:1500])
	part = append(part, all.examples[len(all.examples)-500:]...)
	if !bytes.Equal(encode(learn(part, all.reports)), encode(learn(part, all.reports))) {
		t.Error("two trainings differ")
	}
}
