package backtest

import (
	"slices"

	"seawall/internal/intel/facts"
)

// Frozen is the state of the feed on one day: everything seen until then that
// was not yet known to be exploited, as one long list. It is a harder test than
// weeks, for most of what is listed later had not come out yet.
func (h *History) Frozen(day facts.Day) Week {
	w := Week{Start: day}
	for _, f := range h.Weeks {
		if f.Seen != 0 && f.Seen < day && (f.Listed == 0 || f.Listed >= day) {
			w.Flaws = append(w.Flaws, f)
		}
	}
	return w
}

// Ranking is how well an order puts later attacked flaws first.
type Ranking struct {
	Positives int
	Recall    map[int]float64 // within so many of the list, ties broken at random
	AUC       float64         // chance that an attacked one stands before another
}

// Rank judges an order on one list.
func Rank(w *Week, order Order, budgets ...int) Ranking {
	scores := order(w)
	at := make([]int, len(scores))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int {
		switch {
		case scores[a] > scores[b]:
			return -1
		case scores[a] < scores[b]:
			return 1
		}
		return a - b
	})
	r := Ranking{Recall: map[int]float64{}}
	wins, negatives := 0.0, 0
	for start := 0; start < len(at); {
		end, good := start, 0
		for end < len(at) && scores[at[end]] == scores[at[start]] {
			if w.Flaws[at[end]].Listed != 0 {
				good++
			}
			end++
		}
		bad := end - start - good
		wins += float64(bad) * (float64(r.Positives) + float64(good)/2)
		r.Positives += good
		negatives += bad
		for _, b := range budgets {
			if room := min(b, end) - start; room > 0 {
				r.Recall[b] += float64(good) * float64(room) / float64(end-start)
			}
		}
		start = end
	}
	for b := range r.Recall {
		r.Recall[b] /= float64(max(r.Positives, 1))
	}
	r.AUC = wins / float64(max(r.Positives*negatives, 1))
	return r
}
