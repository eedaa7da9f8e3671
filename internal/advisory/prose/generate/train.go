package main

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"seawall/internal/advisory/prose"
)

// linear is a linear model with one row of weights for every class.
type linear struct {
	rarity  map[uint32]float64
	parts   map[uint32]bool // features that are beginnings of words
	index   map[uint32]int
	weights [][]float64 // by class, then feature
	bias    []float64
}

// vector is an example with its weights.
type vector struct {
	index   []int32
	value   []float64
	classes classes
	report  classes // labelled in its report
	cost    float64
}

// In how many sentences a word, or the beginning of one, must stand to be learnt.
const (
	minWord = 2
	minPart = 3
)

// learn trains a model on examples: a support vector machine for each class
// against all others, by dual coordinate descent (Hsieh et al. 2008), whose
// order is fixed by a seed.
func learn(examples []example, reports []annotated) *linear {
	m := &linear{rarity: map[uint32]float64{}, parts: map[uint32]bool{}, index: map[uint32]int{}}
	counts := map[uint32]int{}
	for i := range examples {
		for _, f := range examples[i].features.Words {
			counts[f]++
		}
		for _, f := range examples[i].features.Parts {
			counts[f]++
			m.parts[f] = true
		}
	}
	var known []uint32
	for f, n := range counts {
		if n >= minPart || n >= minWord && !m.parts[f] {
			known = append(known, f)
		}
	}
	slices.Sort(known)
	for i, f := range known {
		m.index[f] = i
		m.rarity[f] = 1 + math.Log(float64(1+len(examples))/float64(1+counts[f]))
	}
	vectors := make([]vector, len(examples))
	for i := range examples {
		vectors[i] = m.vector(&examples[i])
		if d := examples[i].document; d >= 0 {
			vectors[i].report = reports[d].labels
		}
	}
	m.weights = make([][]float64, len(prose.Classes))
	m.bias = make([]float64, len(prose.Classes))
	var wait sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wait.Go(func() {
			for c := range next {
				m.weights[c], m.bias[c] = descend(vectors, c, len(known))
			}
		})
	}
	for c := range prose.Classes {
		next <- c
	}
	close(next)
	wait.Wait()
	return m
}

func (m *linear) vector(e *example) vector {
	v := vector{classes: e.classes, cost: 1}
	if e.document < 0 {
		v.cost = procedureCost
	}
	m.extend(&v, e.features.Words, 1)
	m.extend(&v, e.features.Parts, partShare)
	return v
}

// extend appends features as a vector of some length.
func (m *linear) extend(v *vector, features []uint32, length float64) {
	var known []uint32
	for _, f := range features {
		if i, ok := m.index[f]; ok {
			known = append(known, f)
			v.index = append(v.index, int32(i))
		}
	}
	for _, x := range prose.Weigh(known, func(f uint32) float64 { return m.rarity[f] }) {
		v.value = append(v.value, length*x)
	}
}

// The parameters of training, found by cross-validation: ATT&CK's sentences
// count less than those of reports, of which there are fewer. A sentence of a
// report that has the technique elsewhere is a doubtful example of what it is
// not: annotators do not label every mention.
const (
	procedureCost = 0.1
	doubtfulCost  = 0.3
	partShare     = 0.7
	cost          = 1.0
	epochs        = 8
)

// descend solves min |w|²/2 + Σ C·max(0, 1-y·w·x)² for one class.
func descend(vectors []vector, class, features int) (w []float64, bias float64) {
	w = make([]float64, features)
	alpha := make([]float64, len(vectors))
	order := make([]int, len(vectors))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(1, uint64(class)))
	for epoch := range epochs {
		random.Shuffle(len(order), func(i, k int) { order[i], order[k] = order[k], order[i] })
		kept := order[:0]
		for _, i := range order {
			v := &vectors[i]
			y, c := -1.0, cost*v.cost
			switch {
			case v.classes.has(class):
				y = 1
			case v.report.has(class):
				c *= doubtfulCost
			}
			diagonal := 1 / (2 * c)
			dot := bias
			norm := 1.0
			for k, f := range v.index {
				dot += w[f] * v.value[k]
				norm += v.value[k] * v.value[k]
			}
			gradient := y*dot - 1 + diagonal*alpha[i]
			if alpha[i] == 0 && gradient >= 0 {
				if epoch < 1 || gradient < 0.5 {
					kept = append(kept, i)
				}
				continue // far on the right side: not looked at again
			}
			kept = append(kept, i)
			old := alpha[i]
			alpha[i] = max(old-gradient/(norm+diagonal), 0)
			step := (alpha[i] - old) * y
			if step == 0 {
				continue
			}
			for k, f := range v.index {
				w[f] += step * v.value[k]
			}
			bias += step
		}
		order = kept
	}
	return w, bias
}

// scores returns the score of each class for an example.
func (m *linear) scores(e *example) []float64 {
	v := m.vector(e)
	list := slices.Clone(m.bias)
	for c := range list {
		for k, f := range v.index {
			list[c] += m.weights[c][f] * v.value[k]
		}
	}
	return list
}
