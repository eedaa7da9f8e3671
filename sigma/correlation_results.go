package sigma

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"seawall/record"
)

// CorrelationHit says that a correlation is true of a group of events.
// Overlapping windows of one group are one hit.
type CorrelationHit struct {
	// Rule is the correlation, or the rule with a legacy aggregation.
	Rule *Meta
	// Type is what was measured.
	Type CorrelationType
	// Group holds the fields grouped by, with the values of the first event.
	Group []GroupValue
	// First and Last are the times of the first and last event, in
	// nanoseconds since 1970 UTC.
	First, Last int64
	// Count is how many distinct records took part, Recovered how many of
	// these are not part of the live log.
	Count, Recovered int
	// Measure is the largest measured quantity of a window, or the smallest
	// if the condition has upper bounds only.
	Measure float64
	// Rules are the rules whose matches took part, Hosts the computers they
	// come from, lower case. Both are sorted; hosts are at most [MaxOrigins].
	Rules []*Rule
	Hosts []string
	// Origins are at most [MaxOrigins] of the records: the first of each
	// rule and host, the last, and others evenly between them. In order of time.
	Origins []record.Origin
}

// GroupValue is one field of a group.
type GroupValue struct{ Field, Value string }

// MaxOrigins bounds the records that a [CorrelationHit] cites.
const MaxOrigins = 32

// Incomplete says what a correlation could not take into account.
type Incomplete struct {
	Rule  *Meta // the correlated rule, or the correlation
	Count int64 // events
	What  string
}

// Results evaluates the correlations over all matches observed so far. Hits
// are sorted by time, rule and group.
func (c *Correlator) Results() []CorrelationHit {
	e := c.evaluate()
	var out []CorrelationHit
	for n := range c.plan.nodes {
		if c.plan.nodes[n].quiet {
			continue
		}
		for i := range e.hits[n] {
			out = append(out, e.report(n, &e.hits[n][i]))
		}
	}
	slices.SortFunc(out, compareHits)
	return out
}

func compareHits(a, b CorrelationHit) int {
	return cmp.Or(
		cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last),
		cmp.Compare(a.Rule.Key(), b.Rule.Key()), cmp.Compare(a.Rule.File, b.Rule.File), cmp.Compare(a.Rule.Line, b.Rule.Line),
		slices.CompareFunc(a.Group, b.Group, func(a, b GroupValue) int { return cmp.Compare(a.Value, b.Value) }),
	)
}

// Incomplete returns what the results do not take into account, in the order
// of the rules.
func (c *Correlator) Incomplete() []Incomplete { return c.evaluate().notes }

// report describes a hit by the records it stands for.
func (e *evaluation) report(n int, h *hit) CorrelationHit {
	nd := &e.c.plan.nodes[n]
	out := CorrelationHit{Rule: nd.meta, Type: nd.c.Type, Measure: h.measure}
	for i, field := range nd.c.GroupBy {
		value := e.c.text.list[h.group[h.lo].row[i]]
		out.Group = append(out.Group, GroupValue{Field: field, Value: value})
	}
	var records []*match
	taken := map[int]bool{}
	for _, r := range e.records(h) {
		m := e.match(r)
		if last := len(records) - 1; last < 0 || !m.same(records[last]) {
			records = append(records, m)
			if m.recovered {
				out.Recovered++
			}
		}
		newHost := out.addHost(e.c.text.list[m.log])
		newRule := out.addRule(e.c.plan.taps[r.tap].rule)
		if (newHost || newRule) && len(taken) < MaxOrigins-1 {
			taken[len(records)-1] = true
		}
	}
	out.Count = len(records)
	out.First, out.Last = records[0].time, records[out.Count-1].time
	taken[out.Count-1] = true
	for _, i := range spread(taken, out.Count) {
		m := records[i]
		out.Origins = append(out.Origins, record.Origin{Path: e.c.text.list[m.path], Offset: m.offset, Length: int(m.length), Number: m.recordNumber})
	}
	return out
}

// addHost adds the host of a log, and reports whether it did.
func (h *CorrelationHit) addHost(log string) bool {
	host, _, found := strings.Cut(log, "\x00")
	i, old := slices.BinarySearch(h.Hosts, host)
	if !found || host == "" || old || len(h.Hosts) == MaxOrigins {
		return false
	}
	h.Hosts = slices.Insert(h.Hosts, i, host)
	return true
}

// addRule adds a rule, and reports whether it did.
func (h *CorrelationHit) addRule(rule *Rule) bool {
	if slices.Contains(h.Rules, rule) {
		return false
	}
	h.Rules = append(h.Rules, rule)
	slices.SortFunc(h.Rules, func(a, b *Rule) int {
		return cmp.Or(cmp.Compare(a.Key(), b.Key()), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return true
}

// spread adds to the taken indexes below n others, evenly, up to MaxOrigins,
// and returns all in order.
func spread(taken map[int]bool, n int) []int {
	for parts := MaxOrigins; len(taken) < min(n, MaxOrigins); parts *= 2 {
		for i := 0; i < parts && len(taken) < min(n, MaxOrigins); i++ {
			taken[i*n/parts] = true
		}
	}
	return slices.Sorted(maps.Keys(taken))
}

func (e *evaluation) match(r ref) *match { return &e.c.taps[r.tap].matches[r.index] }

// records returns the matches that a hit stands for, in order. A record that
// several rules match is there once for each.
func (e *evaluation) records(h *hit) []ref {
	var refs []ref
	visited := map[ref]bool{}
	pending := []*hit{h}
	for len(pending) > 0 {
		h := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		for i := h.lo; i <= h.hi; i++ {
			switch r := h.group[i].ref; {
			case r.node < 0:
				refs = append(refs, r)
			case !visited[r]:
				visited[r] = true
				pending = append(pending, &e.hits[r.node][r.index])
			}
		}
	}
	slices.SortFunc(refs, func(a, b ref) int {
		return cmp.Or(e.c.compare(e.match(a), e.match(b)), cmp.Compare(a.tap, b.tap))
	})
	return refs
}
