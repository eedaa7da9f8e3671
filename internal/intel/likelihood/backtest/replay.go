package backtest

import (
	"math/rand/v2"
	"slices"

	"seawall/internal/intel/facts"
	"seawall/internal/intel/likelihood"
)

// Ridge is how strongly weights are held near zero.
const Ridge = 4

// lateness is how many days after publication a flaw may be first seen and
// still count: older ones were filled in later.
const lateness = 14

// Week is the flaws of one week that were not yet known to be exploited.
type Week struct {
	Start facts.Day
	Flaws []Flaw
}

// WeeksFrom cuts the history into weeks from a Monday on.
func (h *History) WeeksFrom(start facts.Day) (weeks []Week) {
	for _, f := range h.Weeks {
		if f.Seen < start || f.Published == 0 || f.Seen-f.Published > lateness || f.Listed != 0 && f.Listed <= f.Seen {
			continue
		}
		monday := start + (f.Seen-start)/7*7
		if n := len(weeks); n == 0 || weeks[n-1].Start != monday {
			weeks = append(weeks, Week{Start: monday})
		}
		w := &weeks[len(weeks)-1]
		w.Flaws = append(w.Flaws, f)
	}
	return weeks
}

// Examples are what was known before a day, for training.
func (h *History) Examples(before facts.Day) []likelihood.Example {
	p := h.Priors(before)
	var list []likelihood.Example
	add := func(f *Flaw, traits likelihood.Traits, weight float64) {
		hit := f.Listed != 0 && f.Listed < before
		if f.Listed != 0 && !hit {
			return // its fate was not known yet
		}
		list = append(list, likelihood.Example{Traits: p.with(traits, f, hit), Hit: hit, Weight: weight})
	}
	for i := range h.Before {
		f := &h.Before[i]
		if f.Published >= before || f.Published < firstUsed {
			continue
		}
		weight := 1.0
		if f.Listed == 0 {
			weight = negatives
		}
		// As it is known now, and as it may have been on its first day.
		add(f, f.Traits&^likelihood.Late, weight*(1-unscored))
		add(f, f.Traits&^(likelihood.Scored|likelihood.Late)|likelihood.NoScore, weight*unscored)
	}
	for i := range h.Weeks {
		f := &h.Weeks[i]
		if f.Seen != 0 && f.Seen < before && f.Seen-f.Published <= lateness && (f.Listed == 0 || f.Listed > f.Seen) {
			add(f, f.Traits, 1)
		}
	}
	return list
}

// negatives is the weight of a record that was not exploited: the sample of
// records holds few of them for the exploited ones it holds all of.
const negatives = 10

// unscored is the share of flaws that have no score on their first day.
const unscored = 0.2

// firstUsed is from when on records are used: attacks have changed.
var firstUsed = facts.ParseDay("2020-01-01")

// priors are the counts of listed flaws as of a day.
type priors struct {
	vendors  map[string]int
	products map[string]int
}

// Priors counts the catalogue as it was before a day.
func (h *History) Priors(before facts.Day) priors {
	p := priors{map[string]int{}, map[string]int{}}
	for i := range h.Listings {
		if l := &h.Listings[i]; l.Day < before {
			p.vendors[l.Vendor]++
			p.products[string(l.Product)]++
		}
	}
	return p
}

// with adds the traits that the catalogue gives a flaw; itself does not count.
func (p *priors) with(t likelihood.Traits, f *Flaw, listed bool) likelihood.Traits {
	self := 0
	if listed {
		self = 1
	}
	if f.Vendor == "" {
		return t
	}
	return t.WithPriors(p.vendors[f.Vendor]-self, p.products[string(f.Product)]-self)
}

// Order ranks the flaws of a week: higher comes first.
type Order func(w *Week) []float64

// Budgets are how many flaws a week a team looks at.
var Budgets = []int{5, 10, 20, 50, 100}

// Hits returns for each week and budget the expected number of flaws that were
// exploited later among those looked at, ties broken at random, and how many
// there were.
func Hits(weeks []Week, order Order) (hits [][]float64, positives []float64) {
	for i := range weeks {
		w := &weeks[i]
		scores := order(w)
		at := make([]int, len(scores))
		for j := range at {
			at[j] = j
		}
		slices.SortStableFunc(at, func(a, b int) int {
			switch {
			case scores[a] > scores[b]:
				return -1
			case scores[a] < scores[b]:
				return 1
			}
			return 0
		})
		row := make([]float64, len(Budgets))
		total := 0.0
		for start := 0; start < len(at); {
			end, good := start, 0
			for end < len(at) && scores[at[end]] == scores[at[start]] {
				if w.Flaws[at[end]].Listed != 0 {
					good++
				}
				end++
			}
			for b, budget := range Budgets {
				if room := min(budget, end) - start; room > 0 {
					row[b] += float64(good) * float64(room) / float64(end-start)
				}
			}
			total += float64(good)
			start = end
		}
		hits, positives = append(hits, row), append(positives, total)
	}
	return hits, positives
}

// Recall is the share found within a budget, with its 95 % interval from
// drawing weeks anew.
type Recall struct{ Value, Low, High float64 }

// Recalls sums hits over weeks.
func Recalls(hits [][]float64, positives []float64) []Recall {
	const draws = 2000
	list := make([]Recall, len(Budgets))
	r := rand.New(rand.NewPCG(1, 2))
	for b := range Budgets {
		all := make([]int, len(hits))
		for i := range all {
			all[i] = i
		}
		list[b].Value = share(hits, positives, all, b)
		drawn := make([]float64, draws)
		for d := range drawn {
			for i := range all {
				all[i] = r.IntN(len(hits))
			}
			drawn[d] = share(hits, positives, all, b)
		}
		slices.Sort(drawn)
		list[b].Low, list[b].High = drawn[draws*25/1000], drawn[draws*975/1000]
	}
	return list
}

func share(hits [][]float64, positives []float64, weeks []int, budget int) float64 {
	found, total := 0.0, 0.0
	for _, i := range weeks {
		found += hits[i][budget]
		total += positives[i]
	}
	if total == 0 {
		return 0
	}
	return found / total
}

// The orders that are compared.
var (
	// CVSS orders by score.
	CVSS Order = func(w *Week) []float64 { return each(w, func(f *Flaw) float64 { return float64(f.Score) }) }
	// SSVC adds a point each for a proof, automatable and total.
	SSVC Order = func(w *Week) []float64 {
		return each(w, func(f *Flaw) float64 { return number(f.Proof) + number(f.Auto) + number(f.Total) })
	}
)

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func each(w *Week, score func(*Flaw) float64) []float64 {
	scores := make([]float64, len(w.Flaws))
	for i := range w.Flaws {
		scores[i] = score(&w.Flaws[i])
	}
	return scores
}

// Prequential orders by a model that is trained anew each week on what was
// known before it.
func (h *History) Prequential(w *Week) []float64 {
	return h.By(likelihood.Train(h.Examples(w.Start), Ridge))(w)
}

// By orders by a given model, with the catalogue as it was before the week.
func (h *History) By(m *likelihood.Model) Order {
	return func(w *Week) []float64 {
		p := h.Priors(w.Start)
		return each(w, func(f *Flaw) float64 { return m.Score(p.with(f.Traits, f, false)) })
	}
}
