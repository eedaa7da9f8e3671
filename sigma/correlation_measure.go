package sigma

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// measure is a quantity of a window that slides over the events of a group.
type measure interface {
	// push adds event i, the next one, to the window.
	push(i int)
	// pop removes event i, the oldest one, from the window.
	pop(i int)
	// meets returns the quantity and whether it meets the condition. The
	// window is not empty.
	meets(cond *CorrelationCondition) (float64, bool)
}

// counter counts events.
type counter struct{ n int }

func (c *counter) push(int) { c.n++ }
func (c *counter) pop(int)  { c.n-- }
func (c *counter) meets(cond *CorrelationCondition) (float64, bool) {
	return float64(c.n), cond.Holds(float64(c.n))
}

// distinct counts distinct keys.
type distinct struct {
	keys []uint32 // per event
	held map[uint32]int
}

func (d *distinct) push(i int) { d.held[d.keys[i]]++ }

func (d *distinct) pop(i int) {
	if d.held[d.keys[i]]--; d.held[d.keys[i]] == 0 {
		delete(d.held, d.keys[i])
	}
}

func (d *distinct) meets(cond *CorrelationCondition) (float64, bool) {
	n := float64(len(d.held))
	return n, cond.Holds(n)
}

// share looks for a value whose share of the events, in percent, meets the
// condition.
type share struct {
	distinct
	events int
	// sizes counts the values that occur a number of times: there are few
	// different numbers.
	sizes map[int]int
}

func (s *share) push(i int) {
	s.events++
	s.resize(s.held[s.keys[i]], 1)
	s.distinct.push(i)
}

func (s *share) pop(i int) {
	s.events--
	s.resize(s.held[s.keys[i]], -1)
	s.distinct.pop(i)
}

func (s *share) resize(size, by int) {
	if s.sizes[size]--; s.sizes[size] <= 0 {
		delete(s.sizes, size)
	}
	if size+by > 0 {
		s.sizes[size+by]++
	}
}

func (s *share) meets(cond *CorrelationCondition) (float64, bool) {
	least, found := math.Inf(1), false
	for size := range s.sizes {
		percent := 100 * float64(size) / float64(s.events)
		if percent < least && cond.Holds(percent) {
			least, found = percent, true
		}
	}
	return least, found
}

// presence tracks which rules occur.
type presence struct {
	events []event
	names  []string // Correlation.Rules
	held   [maxCorrelated]int
	set    uint64
}

func (p *presence) push(i int) { p.change(i, 1) }
func (p *presence) pop(i int)  { p.change(i, -1) }

func (p *presence) change(i, by int) {
	for r := range p.names {
		bit := uint64(1) << r
		if p.events[i].rules&bit == 0 {
			continue
		}
		p.held[r] += by
		if p.held[r] > 0 {
			p.set |= bit
		} else {
			p.set &^= bit
		}
	}
}

func (p *presence) meets(cond *CorrelationCondition) (float64, bool) {
	n := 0
	for r := range p.names {
		if p.set&(1<<r) != 0 {
			n++
		}
	}
	if cond.Expr == nil {
		return float64(n), cond.Holds(float64(n))
	}
	return float64(n), cond.Expr.holds(func(rule string) bool {
		return p.set&(1<<slices.Index(p.names, rule)) != 0
	})
}

// aggregate keeps a total of the window that has no inverse, with two stacks:
// nothing is ever subtracted, so one huge value does not spoil the sums of
// windows it is not in.
type aggregate struct {
	values      []float64
	join        func(a, b float64) float64
	mean        bool
	front       []float64 // aggregates of the older part, oldest on top
	back        float64   // aggregate of the newer part
	pivot, next int       // the newer part is [pivot, next)
}

func (f *aggregate) push(i int) {
	if f.next = i + 1; f.pivot == i {
		f.back = f.values[i]
		return
	}
	f.back = f.join(f.back, f.values[i])
}

func (f *aggregate) pop(i int) {
	if len(f.front) == 0 {
		for j := f.next - 1; j >= i; j-- {
			total := f.values[j]
			if n := len(f.front); n > 0 {
				total = f.join(f.values[j], f.front[n-1])
			}
			f.front = append(f.front, total)
		}
		f.pivot = f.next
	}
	f.front = f.front[:len(f.front)-1]
}

func (f *aggregate) meets(cond *CorrelationCondition) (float64, bool) {
	n := len(f.front)
	var total float64
	switch {
	case n == 0:
		total = f.back
	case f.pivot == f.next:
		total = f.front[n-1]
	default:
		total = f.join(f.front[n-1], f.back)
	}
	if f.mean {
		total /= float64(n + f.next - f.pivot)
	}
	return total, cond.Holds(total)
}

func plus(a, b float64) float64 { return a + b }

// rank keeps the values of the window in a Fenwick tree over their ranks in
// the whole group.
type rank struct {
	percentile float64
	sorted     []float64
	rankOf     []int // per event
	tree       []int
	n          int
}

func newRank(values []float64, percentile float64) *rank {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	r := &rank{percentile: percentile, sorted: sorted, tree: make([]int, len(sorted)+1)}
	for _, v := range values {
		i, _ := slices.BinarySearch(sorted, v)
		r.rankOf = append(r.rankOf, i)
	}
	return r
}

func (r *rank) push(i int) { r.change(i, 1) }
func (r *rank) pop(i int)  { r.change(i, -1) }

func (r *rank) change(i, by int) {
	r.n += by
	for k := r.rankOf[i] + 1; k < len(r.tree); k += k & -k {
		r.tree[k] += by
	}
}

// at returns the value with k smaller or equal ones before it.
func (r *rank) at(k int) float64 {
	pos, step := 0, 1
	for step*2 < len(r.tree) {
		step *= 2
	}
	for ; step > 0; step /= 2 {
		if next := pos + step; next < len(r.tree) && r.tree[next] <= k {
			pos = next
			k -= r.tree[next]
		}
	}
	return r.sorted[pos]
}

// meets interpolates between the closest ranks, as spreadsheets and numpy do.
func (r *rank) meets(cond *CorrelationCondition) (float64, bool) {
	position := r.percentile / 100 * float64(r.n-1)
	below := math.Floor(position)
	value := r.at(int(below))
	if part := position - below; part > 0 {
		value += part * (r.at(int(below)+1) - value)
	}
	return value, cond.Holds(value)
}

// parseMeasured reads a number as logs write them; hexadecimal with 0x. Values
// whose sums could overflow are none.
func parseMeasured(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	if digits, ok := strings.CutPrefix(strings.ToLower(s), "0x"); ok {
		n, err := strconv.ParseUint(digits, 16, 64)
		return float64(n), err == nil
	}
	f, err := strconv.ParseFloat(s, 64)
	const safe = 1e300
	return f, err == nil && f > -safe && f < safe
}
