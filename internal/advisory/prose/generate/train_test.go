package main

import (
	"bytes"
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
		t.Skip("trains five models; set SEAWALL_FULL=1")
	}
	all, err := readTraining(corpus.Dir(t, "advisory"))
	if err != nil {
		t.Fatal(err)
	}
	const folds = 5
	right, wrong, missed := 0, 0, 0
	for fold := range folds {
		var train []example
		for _, e := range all.examples {
			if e.document < 0 || e.document%folds != fold {
				train = append(train, e)
			}
		}
		m := learn(train)
		found := make([]map[int]bool, len(all.reports))
		for i := range all.examples {
			e := &all.examples[i]
			if e.document < 0 || e.document%folds != fold {
				continue
			}
			if found[e.document] == nil {
				found[e.document] = map[int]bool{}
			}
			for c, score := range m.scores(e) {
				if score >= threshold {
					found[e.document][c] = true
				}
			}
		}
		for d := fold; d < len(all.reports); d += folds {
			for c := range prose.Classes {
				switch said, labelled := found[d][c], all.reports[d].labels[c]; {
				case said && labelled:
					right++
				case said:
					wrong++
				case labelled:
					missed++
				}
			}
		}
	}
	f1 := 2 * float64(right) / float64(2*right+wrong+missed)
	t.Logf("%d reports, %d classes: right %d, wrong %d, missed %d, micro-F1 %.3f", len(all.reports), len(prose.Classes), right, wrong, missed, f1)
	if f1 < 0.7 {
		t.Errorf("micro-F1 %.3f, less than was reached", f1)
	}
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
	if !bytes.Equal(encode(learn(part)), encode(learn(part))) {
		t.Error("two trainings differ")
	}
}
