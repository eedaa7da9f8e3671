package sigma

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
)

// ref is a match of a tap, or a hit of a node.
type ref struct {
	node  int // -1 for a match
	tap   int
	index int
}

// hit is a hit in evaluation.
type hit struct {
	window
	group []event
	fired []int // events that completed a window, ascending
}

// evaluation computes all nodes once.
type evaluation struct {
	c     *Correlator
	folds []uint32 // per interned text, the number of its lower-case form
	hits  [][]hit  // per node
	notes []Incomplete
}

func (c *Correlator) evaluate() *evaluation {
	if c.done != nil {
		return c.done
	}
	c.settle()
	e := &evaluation{c: c, hits: make([][]hit, len(c.plan.nodes))}
	e.noteTaps()
	lower := newInterner()
	for _, s := range c.text.list {
		e.folds = append(e.folds, lower.add(strings.ToLower(s)))
	}
	for n := range c.plan.nodes {
		e.hits[n] = e.node(n)
	}
	c.done = e
	return e
}

func (e *evaluation) note(m *Meta, count int64, format string, args ...any) {
	if count > 0 {
		e.notes = append(e.notes, Incomplete{Rule: m, Count: count, What: fmt.Sprintf(format, args...)})
	}
}

func (e *evaluation) noteTaps() {
	for i := range e.c.taps {
		state, rule := &e.c.taps[i], e.c.plan.taps[i].rule
		e.note(&rule.Meta, state.untimed, "events without a time were not correlated")
		if state.cut {
			left := state.seen - state.untimed - int64(len(state.matches))
			e.note(&rule.Meta, left, "the latest events, repeated ones included, were not correlated: memory limit")
		}
	}
}

// node evaluates one correlation.
func (e *evaluation) node(n int) []hit {
	nd := &e.c.plan.nodes[n]
	var all []hit
	for _, events := range e.groups(n) {
		group, windows := e.windows(nd, events)
		if len(windows) == 0 {
			continue
		}
		fired := make([]int, 0, len(windows))
		for _, w := range windows {
			fired = append(fired, w.hi)
		}
		slices.Sort(fired)
		fired = slices.Compact(fired)
		better := func(a, b float64) bool { return a > b }
		if nd.c.Condition.falling() {
			better = func(a, b float64) bool { return a < b }
		}
		for _, w := range join(windows, better) {
			h := hit{window: w, group: group}
			for len(fired) > 0 && fired[0] <= w.hi {
				h.fired = append(h.fired, fired[0])
				fired = fired[1:]
			}
			all = append(all, h)
		}
	}
	return all
}

// falling reports whether the condition has upper bounds only.
func (c *CorrelationCondition) falling() bool {
	return len(c.Bounds) > 0 && !slices.ContainsFunc(c.Bounds, func(b Bound) bool { return b.Op != "lt" && b.Op != "lte" })
}

// groups returns the events of a node by group: each in order of time, each
// event once.
func (e *evaluation) groups(n int) [][]event {
	nd := &e.c.plan.nodes[n]
	byKey := map[string]int{}
	var groups [][]event
	var lacking int64
	var key []byte
	add := func(ev event) {
		values := ev.row[:len(nd.c.GroupBy)]
		if slices.Contains(values, 0) {
			lacking++
			return
		}
		key = e.key(key[:0], values)
		i, ok := byKey[string(key)]
		if !ok {
			i = len(groups)
			byKey[string(key)] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], ev)
	}
	for i := range nd.kids {
		if k := &nd.kids[i]; k.tap >= 0 {
			e.matches(k, 1<<i, add)
		} else {
			e.derived(k, nd.c, 1<<i, add)
		}
	}
	e.note(nd.meta, lacking, "events lack a field that is grouped by: %s", strings.Join(nd.c.GroupBy, ", "))
	for i := range groups {
		groups[i] = e.distinct(groups[i])
	}
	return groups
}

// matches yields the matches of a tap as events of a node.
func (e *evaluation) matches(k *kid, rules uint64, yield func(event)) {
	state, fields := &e.c.taps[k.tap], len(e.c.plan.taps[k.tap].fields)
	rows := make([]uint32, 0, len(state.matches)*len(k.source))
	for i := range state.matches {
		m := &state.matches[i]
		values := state.values[m.values : int(m.values)+fields]
		start := len(rows)
		for _, s := range k.source {
			rows = append(rows, values[s])
		}
		yield(event{
			time: m.time, log: m.log, number: m.number, rules: rules,
			row: rows[start:len(rows):len(rows)], ref: ref{node: -1, tap: k.tap, index: i},
		})
	}
}

// derived yields the hits of a node as events of its parent. A hit is an event
// for each different row its events give in the parent's terms: the parent
// groups by its own fields. Parents that count take the whole hit as one, at
// the time its condition was first met. Temporal parents want to know whether
// something came soon after it was met; they are given every later event of
// the hit too.
func (e *evaluation) derived(k *kid, parent *Correlation, rules uint64, yield func(event)) {
	temporal := parent.Type == Temporal || parent.Type == TemporalOrdered
	var ordinal uint32
	for i := range e.hits[k.node] {
		h := &e.hits[k.node][i]
		seen := map[string]bool{}
		fired := h.fired
		for j := h.lo; j <= h.hi; j++ {
			for temporal && fired[0] < j {
				fired = fired[1:] // the last event of a hit completes a window
			}
			at := &h.group[fired[0]]
			row := make([]uint32, len(k.source))
			for s, column := range k.source {
				row[s] = h.group[j].row[column]
			}
			key := string(e.key(binary.LittleEndian.AppendUint32(nil, uint32(fired[0])), row))
			if seen[key] {
				continue
			}
			seen[key] = true
			ordinal++
			yield(event{
				time: at.time, log: at.log, number: at.number, derived: ordinal,
				rules: rules, row: row, ref: ref{node: k.node, index: i},
			})
		}
	}
}

// distinct orders events and joins those that are one event.
func (e *evaluation) distinct(events []event) []event {
	text := e.c.text.list
	slices.SortFunc(events, func(a, b event) int {
		switch {
		case a.time != b.time:
			return compareOrdered(a.time, b.time)
		case a.log != b.log:
			return strings.Compare(text[a.log], text[b.log])
		}
		return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.derived, b.derived), cmp.Compare(a.rules, b.rules))
	})
	out := events[:0]
	for _, ev := range events {
		if n := len(out); n > 0 && ev.derived == 0 && out[n-1].derived == 0 &&
			out[n-1].time == ev.time && out[n-1].log == ev.log && out[n-1].number == ev.number {
			out[n-1] = joinEvents(out[n-1], ev)
			continue
		}
		out = append(out, ev)
	}
	return out
}

func joinEvents(a, b event) event {
	a.rules |= b.rules
	for i, v := range b.row {
		if a.row[i] == 0 {
			a.row[i] = v
		}
	}
	return a
}

// windows finds the windows of a group that meet the node's condition. It
// returns them with the events that can be measured, which they index.
func (e *evaluation) windows(nd *node, group []event) ([]event, []window) {
	c := nd.c
	cond, span, column := &c.Condition, int64(c.Timespan), len(c.GroupBy)
	rising := cond.rising()
	switch {
	case c.Type == EventCount:
		return group, slide(group, span, rising, &counter{}, cond)
	case c.Type == Temporal:
		if cond.Expr != nil {
			rising = cond.Expr.rising()
		}
		return group, slide(group, span, rising, &presence{events: group, names: c.Rules}, cond)
	case c.Type == TemporalOrdered:
		return group, orderedWindows(c, group)
	case c.Type == ValueCount:
		group, keys := e.keys(group, column, len(cond.Fields))
		return group, slide(group, span, rising, &distinct{keys, map[uint32]int{}}, cond)
	case c.Type == ValuePercentile && !cond.HasPercentile:
		group, keys := e.keys(group, column, 1)
		m := &share{distinct: distinct{keys, map[uint32]int{}}, sizes: map[int]int{}}
		return group, slide(group, span, false, m, cond)
	}
	group, values := e.numbers(group, column)
	if len(group) == 0 {
		return nil, nil
	}
	rising = rising && (c.Type == ValueMax || c.Type == ValueSum && slices.Min(values) >= 0)
	return group, slide(group, span, rising, numeric(c, values), cond)
}

// numeric is the measure of a numeric field.
func numeric(c *Correlation, values []float64) measure {
	switch c.Type {
	case ValueMin:
		return &aggregate{values: values, join: math.Min}
	case ValueMax:
		return &aggregate{values: values, join: math.Max}
	case ValueMedian:
		return newRank(values, 50)
	case ValuePercentile:
		return newRank(values, c.Condition.Percentile)
	}
	return &aggregate{values: values, join: plus, mean: c.Type == ValueAvg}
}

// orderedWindows finds the windows of an ordered correlation.
func orderedWindows(c *Correlation, group []event) []window {
	span := int64(c.Timespan)
	if c.Condition.Expr == nil {
		rules := make([]int, len(c.Rules))
		need := 0
		for r := range rules {
			rules[r] = r
			if need == 0 && c.Condition.Holds(float64(r+1)) {
				need = r + 1
			}
		}
		return ordered(group, span, rules, need)
	}
	var found []window
	alternatives, _ := sequences(c) // checked when the plan was made
	for _, s := range alternatives {
		windows := ordered(group, span, s.must, len(s.must))
		for _, r := range s.never {
			windows = without(windows, group, span, &s, r)
		}
		found = append(found, windows...)
	}
	return found
}

// without drops the windows that rule r, which must not occur, spoils. It may
// not come between the rules that must occur, nor, if its place in the order
// is before or after all of them, within a span of the last or first of them.
func without(windows []window, group []event, span int64, s *sequence, r int) []window {
	before := make([]int, len(group)+1) // before[i]: how often r matches group[:i]
	for i := range group {
		before[i+1] = before[i] + int(group[i].rules>>r&1)
	}
	return slices.DeleteFunc(windows, func(w window) bool {
		lo, hi := w.lo, w.hi+1
		if r < s.must[0] {
			lo = sort.Search(w.lo, func(i int) bool { return apart(group, i, w.hi) <= uint64(span) })
		}
		if r > s.must[len(s.must)-1] {
			hi = w.lo + sort.Search(len(group)-w.lo, func(i int) bool { return apart(group, w.lo, w.lo+i) > uint64(span) })
		}
		return before[hi] > before[lo]
	})
}

// keys numbers the combinations of values in some columns, without case. It
// keeps the events that have them all.
func (e *evaluation) keys(group []event, column, columns int) (kept []event, keys []uint32) {
	ids := map[string]uint32{}
	var key []byte
	for _, ev := range group {
		values := ev.row[column : column+columns]
		if slices.Contains(values, 0) {
			continue
		}
		key = e.key(key[:0], values)
		id, ok := ids[string(key)]
		if !ok {
			id = uint32(len(ids))
			ids[string(key)] = id
		}
		kept, keys = append(kept, ev), append(keys, id)
	}
	return kept, keys
}

// key appends what values that differ in case only have in common.
func (e *evaluation) key(dst []byte, values []uint32) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint32(dst, e.folds[v])
	}
	return dst
}

// numbers reads a column of numbers. It keeps the events that have one.
func (e *evaluation) numbers(group []event, column int) (kept []event, values []float64) {
	for _, ev := range group {
		if v, ok := parseMeasured(e.c.text.list[ev.row[column]]); ok {
			kept, values = append(kept, ev), append(values, v)
		}
	}
	return kept, values
}
