package sigma

import (
	"slices"
	"strings"

	"seawall/record"
)

// Correlator is a mergeable summary of the matches that correlations refer to:
// per match its time, its place, and the few fields that are grouped by or
// measured. Windows are evaluated at the end, over all matches in order of
// event time, so that it does not matter in which order or by how many
// correlators they were observed. It must not be used concurrently.
//
// Memory is bounded by a limit that all rules share: if their matches exceed
// it, the rules with the most matches lose their latest ones, and
// [Correlator.Incomplete] says so. Which matches are kept does not depend on
// the order they came in either.
type Correlator struct {
	plan  *Correlations
	limit int // bytes, nominal
	held  int // nominal bytes of matches since they were last ordered
	text  interner
	taps  []tapState

	bindings map[bindingKey]*binding
	scratch  []byte
	done     *evaluation // nil if there are matches since
}

// defaultCorrelatorLimit suits two correlators in a process of 400 MB: some
// 400,000 matches each.
const defaultCorrelatorLimit = 64 << 20

// tapState holds the matches of one rule.
type tapState struct {
	matches []match
	values  []uint32 // interned, len(tap.fields) per match, at match.values
	cut     bool     // matches at or after cutoff were left out
	cutoff  int64
	seen    int64 // matches observed, including repeated ones
	untimed int64 // matches without a time, which cannot be correlated
}

// match is one match of a rule. An event is identified by its log and number:
// the same record is often found in several files.
type match struct {
	time   int64
	number uint64 // EventRecordID, or the offset in a file that has none
	log    uint32 // interned host and channel, or path
	values uint32

	path         uint32
	length       uint32
	offset       int64
	recordNumber uint64
	recovered    bool
}

// nominalCost is what one match counts towards the limit: the struct and, for
// each field, an index and typical text that no other match shares.
func nominalCost(fields int) int { return 72 + 40*fields }

// New returns an empty correlator.
func (x *Correlations) New() *Correlator {
	return &Correlator{
		plan: x, limit: defaultCorrelatorLimit, text: newInterner(),
		taps: make([]tapState, len(x.taps)), bindings: map[bindingKey]*binding{},
	}
}

// SetLimit sets how many bytes of matches are kept, roughly. Correlators that
// are merged must have the same limit.
func (c *Correlator) SetLimit(bytes int) { c.limit = bytes }

// Suppressed is [Correlations.Suppressed].
func (c *Correlator) Suppressed(rule *Rule) bool { return c.plan.Suppressed(rule) }

// Match takes one match of a rule, found by way of a target. It copies what it
// keeps of the record.
func (c *Correlator) Match(rec *record.Record, rule *Rule, target *Target) {
	i, ok := c.plan.tapOf[rule]
	if !ok {
		return
	}
	c.done = nil
	state := &c.taps[i]
	state.seen++
	switch {
	case rec.Time == 0:
		state.untimed++
		return
	case state.cut && rec.Time >= state.cutoff:
		return
	}
	b := c.binding(rec.Schema, i, target)
	m := match{
		time: rec.Time, values: uint32(len(state.values)),
		path: c.text.add(rec.Origin.Path), length: uint32(rec.Origin.Length),
		offset: rec.Origin.Offset, recordNumber: rec.Origin.Number,
		recovered: rec.Recovered != record.Live,
	}
	m.log, m.number = c.identity(rec, b)
	for f := range b.fields {
		state.values = append(state.values, c.value(rec, &b.fields[f]))
	}
	state.matches = append(state.matches, m)
	c.hold(nominalCost(len(b.fields)))
}

// hold counts bytes added and orders the matches when there are many new ones.
func (c *Correlator) hold(bytes int) {
	c.held += bytes
	if c.held > 2*c.limit {
		c.settle()
	}
}

// identity returns what tells an event from others: log and record number if
// it has them, else its place.
func (c *Correlator) identity(rec *record.Record, b *binding) (log uint32, number uint64) {
	id, ok := first(rec, b.number).Int64()
	if !ok {
		return c.text.add(rec.Origin.Path), uint64(rec.Origin.Offset)
	}
	c.scratch = first(rec, b.host).AppendText(c.scratch[:0])
	c.scratch = append(c.scratch, 0)
	c.scratch = first(rec, b.channel).AppendText(c.scratch)
	lowerASCII(c.scratch)
	return c.text.addBytes(c.scratch), uint64(id)
}

// Merge adds the matches of another correlator of the same [Correlations],
// which is not changed.
func (c *Correlator) Merge(o *Correlator) {
	c.done = nil
	ids := make([]uint32, len(o.text.list))
	for id, s := range o.text.list[1:] {
		ids[id+1] = c.text.add(s)
	}
	for i := range o.taps {
		from, to := &o.taps[i], &c.taps[i]
		fields := len(c.plan.taps[i].fields)
		to.seen += from.seen
		to.untimed += from.untimed
		if from.cut && (!to.cut || from.cutoff < to.cutoff) {
			to.cut, to.cutoff = true, from.cutoff
		}
		for _, m := range from.matches {
			values := from.values[m.values : int(m.values)+fields]
			m.log, m.path, m.values = ids[m.log], ids[m.path], uint32(len(to.values))
			for _, v := range values {
				to.values = append(to.values, ids[v]) // ids[0] is 0: absent
			}
			to.matches = append(to.matches, m)
			c.held += nominalCost(fields)
		}
	}
	c.hold(0)
}

// settle brings the matches into their canonical state: ordered, each event
// once, within the limit, and with no text kept that is not used.
func (c *Correlator) settle() {
	for i := range c.taps {
		c.order(i)
	}
	level := c.level()
	c.held = 0
	for i := range c.taps {
		c.cut(i, level)
		c.held += len(c.taps[i].matches) * nominalCost(len(c.plan.taps[i].fields))
	}
	c.compactText()
}

// order sorts the matches of a rule by time, log and number and keeps one of
// each event: a live record before a recovered one, then the first by place.
func (c *Correlator) order(i int) {
	state := &c.taps[i]
	slices.SortFunc(state.matches, func(a, b match) int { return c.compare(&a, &b) })
	state.matches = slices.CompactFunc(state.matches, func(a, b match) bool {
		return a.same(&b)
	})
}

// same reports whether two matches are of one event.
func (m *match) same(o *match) bool {
	return m.time == o.time && m.number == o.number && m.log == o.log
}

func (c *Correlator) compare(a, b *match) int {
	switch {
	case a.time != b.time:
		return compareOrdered(a.time, b.time)
	case a.log != b.log:
		return strings.Compare(c.text.list[a.log], c.text.list[b.log])
	case a.number != b.number:
		return compareOrdered(a.number, b.number)
	case a.recovered != b.recovered:
		if b.recovered {
			return -1
		}
		return 1
	case a.path != b.path:
		return strings.Compare(c.text.list[a.path], c.text.list[b.path])
	}
	return compareOrdered(a.offset, b.offset)
}

func compareOrdered[T int64 | uint64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// level is the largest share that every rule may have so that together they
// stay within the limit; rules with fewer matches leave the rest to others. A
// rule that was cut before has more than any share: the share only shrinks as
// matches are added, which is what makes the result independent of order.
func (c *Correlator) level() int {
	var costs []int
	for i := range c.taps {
		cost := len(c.taps[i].matches) * nominalCost(len(c.plan.taps[i].fields))
		if c.taps[i].cut {
			cost = c.limit + 1
		}
		costs = append(costs, cost)
	}
	slices.Sort(costs)
	left := c.limit
	for i, cost := range costs {
		share := left / (len(costs) - i)
		if cost > share {
			return share
		}
		left -= cost
	}
	return c.limit
}

// cut keeps the earliest matches of a rule that fit its share. All matches of
// the first instant that does not fit are left out with all later ones.
func (c *Correlator) cut(i, level int) {
	state := &c.taps[i]
	keep := level / nominalCost(len(c.plan.taps[i].fields))
	if len(state.matches) > keep {
		// A merged part may have been cut earlier than the others.
		if at := state.matches[keep].time; !state.cut || at < state.cutoff {
			state.cut, state.cutoff = true, at
		}
	}
	if state.cut {
		n, _ := slices.BinarySearchFunc(state.matches, state.cutoff, func(m match, t int64) int {
			return compareOrdered(m.time, t)
		})
		state.matches = state.matches[:n]
	}
}

// compactText renumbers the interned text in order of use, and the values in
// the order of their matches.
func (c *Correlator) compactText() {
	old := c.text.list
	c.text = newInterner()
	for i := range c.taps {
		state := &c.taps[i]
		fields := len(c.plan.taps[i].fields)
		values := make([]uint32, 0, len(state.matches)*fields)
		for j := range state.matches {
			m := &state.matches[j]
			m.log, m.path = c.text.add(old[m.log]), c.text.add(old[m.path])
			from := state.values[m.values : int(m.values)+fields]
			m.values = uint32(len(values))
			for _, v := range from {
				if v != 0 {
					v = c.text.add(old[v])
				}
				values = append(values, v)
			}
		}
		state.values = values
	}
}
