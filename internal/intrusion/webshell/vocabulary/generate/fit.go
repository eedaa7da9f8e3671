package main

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"sort"
	"sync"
)

const (
	// folds of the cross validation.
	folds = 5
	// minGroups is in how many groups of near duplicates, or clean pages, a
	// feature must occur: fewer would be a signature of one family.
	minGroups = 3
	// keep is how many weights the program carries, the heaviest ones.
	keep = 50_000
)

// Parameters of the learning: follow the regularised leader, per coordinate
// (McMahan et al., 2013). An honest page counts cleanWeight times a shell.
const (
	alpha       = 0.05
	lambda1     = 0.05
	lambda2     = 0.1
	epochs      = 12
	cleanWeight = 3
	treeWeight  = 1 // of one of the further honest files, which are many
)

// dataset is the corpus with its features numbered.
type dataset struct {
	samples  []*sample
	features int
	hashes   []uint32 // by feature
}

// index numbers the features and deals the samples into folds: shells by their
// group, clean pages by their own hash.
func index(samples []*sample) *dataset {
	d := &dataset{samples: samples}
	groups := map[uint32][]string{}
	for _, s := range samples {
		group := s.Group
		if !s.shell {
			group = s.SHA256
		}
		h := fnv.New32a()
		h.Write([]byte(group))
		s.fold = int(h.Sum32() % folds)
		for _, f := range s.lesson.Features {
			if g := groups[f]; len(g) < minGroups && !slices.Contains(g, group) {
				groups[f] = append(g, group)
			}
		}
	}
	for f, g := range groups {
		if len(g) == minGroups {
			d.hashes = append(d.hashes, f)
		}
	}
	slices.Sort(d.hashes)
	d.features = len(d.hashes)
	for _, s := range samples {
		for _, f := range s.lesson.Features {
			if at, ok := slices.BinarySearch(d.hashes, f); ok {
				s.ids = append(s.ids, int32(at))
			}
		}
		s.lesson.Features = nil
		slices.Sort(s.ids)
	}
	return d
}

// weights are a learned model.
type weights struct {
	bias float64
	of   []float64 // by feature
}

func (w *weights) logit(ids []int32) float64 {
	sum := w.bias
	for _, i := range ids {
		sum += w.of[i]
	}
	return sum
}

// leader is the state of one weight while it is learned.
type leader struct{ z, n float64 }

// step takes a gradient and returns the weight that follows.
func (l *leader) step(g, weight float64) float64 {
	n := l.n + g*g
	l.z += g - (math.Sqrt(n)-math.Sqrt(l.n))/alpha*weight
	l.n = n
	if math.Abs(l.z) <= lambda1 {
		return 0
	}
	return -(l.z - math.Copysign(lambda1, l.z)) / ((1+math.Sqrt(n))/alpha + lambda2)
}

// fit learns from all samples but those of one fold, in a fixed order.
func (d *dataset) fit(without int) *weights {
	var from []*sample
	for _, s := range d.samples {
		if s.fold != without && !s.out {
			from = append(from, s)
		}
	}
	w := &weights{of: make([]float64, d.features)}
	leaders := make([]leader, d.features)
	var bias leader
	for epoch := range epochs {
		for k := range from {
			s := from[(k*7919+epoch*104729)%len(from)]
			p := 1 / (1 + math.Exp(-w.logit(s.ids)))
			g := p * cleanWeight
			switch {
			case s.shell:
				g = p - 1
			case s.own:
				g = p * honestWeight
			case s.tree:
				g = p * treeWeight
			}
			if math.Abs(g) < 1e-4 {
				continue
			}
			w.bias = bias.step(g, w.bias)
			for _, i := range s.ids {
				w.of[i] = leaders[i].step(g, w.of[i])
			}
		}
	}
	w.prune()
	return w
}

// prune leaves the heaviest weights.
func (w *weights) prune() {
	var sizes []float64
	for _, v := range w.of {
		if v != 0 {
			sizes = append(sizes, math.Abs(v))
		}
	}
	if len(sizes) <= keep {
		return
	}
	sort.Float64s(sizes)
	least := sizes[len(sizes)-keep]
	for i, v := range w.of {
		if math.Abs(v) < least {
			w.of[i] = 0
		}
	}
}

// crossValidate judges every sample by a model that has not seen its fold.
func (d *dataset) crossValidate() {
	var done sync.WaitGroup
	for fold := range folds {
		done.Go(func() {
			w := d.fit(fold)
			for _, s := range d.samples {
				if s.fold == fold {
					s.logit = w.logit(s.ids)
				}
			}
		})
	}
	done.Wait()
}

// pack writes a model as package vocabulary reads it.
func (d *dataset) pack(w *weights) []byte {
	hundredths := func(v float64) uint16 {
		return uint16(int16(math.Round(100 * max(-300, min(300, v)))))
	}
	out := binary.LittleEndian.AppendUint32(nil, 0)
	out = binary.LittleEndian.AppendUint16(out, hundredths(w.bias))
	for i, v := range w.of {
		if n := hundredths(v); n != 0 && d.hashes[i] != 0 {
			out = binary.LittleEndian.AppendUint32(out, d.hashes[i])
			out = binary.LittleEndian.AppendUint16(out, n)
		}
	}
	return out
}
