package main

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"seawall/internal/advisory/prose"
	"seawall/internal/corpus"
)

func TestExperiment(t *testing.T) {
	const folds = 5
	set := func(v *float64, name string) {
		if x := os.Getenv(name); x != "" {
			*v, _ = strconv.ParseFloat(x, 64)
		}
	}
	spanExamples = os.Getenv("SPAN") != ""
	milDrop = os.Getenv("MIL") != ""
	set(&spanCost, "SPAN")
	set(&procedureCost, "PC")
	set(&cost, "C")
	set(&positiveCost, "POS")
	tr, err := readTraining(corpus.Dir(t, "advisory"))
	if err != nil {
		t.Fatal(err)
	}
	all := make([][][]float64, len(tr.reports)) // sentence scores by report
	for fold := range folds {
		var train []example
		for _, e := range tr.examples {
			if e.document < 0 || e.document%folds != fold {
				train = append(train, e)
			}
		}
		m := learn(train)
		for i := range tr.examples {
			e := &tr.examples[i]
			if e.document >= 0 && !e.span && e.document%folds == fold {
				all[e.document] = append(all[e.document], m.scores(e))
			}
		}
	}
	// thresholds per class, from the other folds, shrunk to the global one
	for _, k := range []float64{0, 1, 2, 4, 8} {
		tp, fp, fn := 0, 0, 0
		for fold := range folds {
			tau, base := foldThresholds(tr, all, func(d int) bool { return d%folds != fold }, k)
			_ = base
			for d, r := range tr.reports {
				if d%folds != fold {
					continue
				}
				for c := range prose.Classes {
					p := aggregate("max", all[d], c) >= tau[c]
					switch {
					case p && r.labels[c]:
						tp++
					case p:
						fp++
					case r.labels[c]:
						fn++
					}
				}
			}
		}
		fmt.Println("perclass", k, 2*float64(tp)/float64(2*tp+fp+fn))
	}
	for _, agg := range []string{"max", "or8"} {
		best, bt := 0.0, 0.0
		for tau := -1.2; tau < 1; tau += 0.02 {
			tp, fp, fn := 0, 0, 0
			for d, r := range tr.reports {
				for c := range prose.Classes {
					v := aggregate(agg, all[d], c)
					p := v >= tau
					switch {
					case p && r.labels[c]:
						tp++
					case p:
						fp++
					case r.labels[c]:
						fn++
					}
				}
			}
			f := 2 * float64(tp) / float64(2*tp+fp+fn)
			if f > best {
				best, bt = f, tau
			}
		}
		fmt.Println(agg, best, bt)
	}
}

func aggregate(kind string, s [][]float64, c int) float64 {
	var list []float64
	for _, v := range s {
		list = append(list, v[c])
	}
	slices.Sort(list)
	top := list[len(list)-1]
	if kind == "max" {
		return top
	}
	k := map[string]float64{"or3": 3, "or5": 5, "or8": 8}[kind]
	sum := 0.0
	for _, v := range list {
		sum += math.Exp(k * v)
	}
	return math.Log(sum) / k
}

func foldThresholds(tr *training, all [][][]float64, in func(int) bool, k float64) ([]float64, float64) {
	type row struct {
		v float64
		y bool
	}
	byClass := make([][]row, len(prose.Classes))
	for d, r := range tr.reports {
		if !in(d) {
			continue
		}
		for c := range prose.Classes {
			byClass[c] = append(byClass[c], row{aggregate("max", all[d], c), r.labels[c]})
		}
	}
	count := func(c int, tau float64) (tp, fp, fn float64) {
		for _, x := range byClass[c] {
			switch {
			case x.v >= tau && x.y:
				tp++
			case x.v >= tau:
				fp++
			case x.y:
				fn++
			}
		}
		return
	}
	best, base := 0.0, 0.0
	var TP, FP, FN []float64
	for tau := -1.2; tau < 0.6; tau += 0.02 {
		var tp, fp, fn float64
		for c := range byClass {
			a, b, d := count(c, tau)
			tp, fp, fn = tp+a, fp+b, fn+d
		}
		if f := 2 * tp / (2*tp + fp + fn); f > best {
			best, base = f, tau
		}
	}
	_, _, _ = TP, FP, FN
	out := make([]float64, len(byClass))
	for c := range byClass {
		// maximise linearised micro-F1: (2-F)*tp - F*fp - F*fn, with a pull to base
		bestGain := -1e9
		out[c] = base
		for tau := -1.2; tau < 0.6; tau += 0.02 {
			tp, fp, fn := count(c, tau)
			gain := (2-best)*tp - best*fp - best*fn - k*math.Abs(tau-base)
			if gain > bestGain {
				bestGain, out[c] = gain, tau
			}
		}
	}
	return out, base
}
