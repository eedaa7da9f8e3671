package sigma

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// samples draws events close enough together that windows overlap, with ties
// and with copies of the same record.
func drawSamples(t *rapid.T, most int) []sample {
	n := rapid.IntRange(0, most).Draw(t, "events")
	var list []sample
	for i := range n {
		s := sample{
			at:     float64(rapid.IntRange(0, 40).Draw(t, "at")),
			rules:  rapid.SampledFrom([]string{"a", "b", "c", "a b", "b c"}).Draw(t, "rules"),
			fields: fmt.Sprintf("User=%s N=%d Computer=%s", rapid.SampledFrom([]string{"u", "U", "v"}).Draw(t, "user"), rapid.IntRange(-3, 6).Draw(t, "n"), rapid.SampledFrom([]string{"H1", "H2"}).Draw(t, "host")),
			id:     i + 1,
			path:   rapid.SampledFrom([]string{"a.evtx", "b.evtx"}).Draw(t, "path"),
		}
		list = append(list, s)
		if rapid.IntRange(0, 5).Draw(t, "copy") == 0 {
			s.path = "copy.zip!/a.evtx"
			list = append(list, s)
		}
	}
	return list
}

var propertyRules = correlationDoc("type: event_count\nrules: [a, b]\ngroup-by: [User]\ntimespan: 7s\ncondition: {gte: 3}") +
	"---\ntitle: Few\ncorrelation: {type: event_count, rules: [a], timespan: 7s, condition: {lt: 3}}\n" +
	"---\ntitle: Values\nname: values\ncorrelation: {type: value_count, rules: [a, c], group-by: [Computer], timespan: 9s, condition: {field: N, gt: 2}}\n" +
	"---\ntitle: Together\ncorrelation: {type: temporal, rules: [a, b, c], group-by: [User], timespan: 5s, generate: true}\n" +
	"---\ntitle: Ordered\ncorrelation: {type: temporal_ordered, rules: [c, b, a], timespan: 5s}\n" +
	"---\ntitle: Chain\ncorrelation: {type: temporal_ordered, rules: [values, b], group-by: [User], timespan: 9s}\n" +
	"---\ntitle: Sum\ncorrelation: {type: value_sum, rules: [b], timespan: 9s, condition: {field: N, gt: 6}}\n"

func TestResultsDoNotDependOnOrderOrSplit(t *testing.T) {
	collection := correlations(t, propertyRules)
	x, problems := NewCorrelations(collection)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	rapid.Check(t, func(t *rapid.T) {
		samples := drawSamples(t, 40)
		limit := rapid.SampledFrom([]int{defaultCorrelatorLimit, 40 * nominalCost(3), 7 * nominalCost(3)}).Draw(t, "limit")
		fresh := func() *Correlator {
			c := x.New()
			c.SetLimit(limit)
			return c
		}
		whole := fresh()
		observe(whole, collection, samples)

		// The same events, shuffled, over several correlators, merged in two
		// different orders and shapes, one of them through its encoding.
		parts := []*Correlator{fresh(), fresh(), fresh()}
		order := rapid.Permutation(indexes(len(samples))).Draw(t, "order")
		for _, i := range order {
			part := parts[rapid.IntRange(0, 2).Draw(t, "part")]
			matchOne(part, collection, &samples[i], i)
		}
		left, right := fresh(), fresh()
		left.Merge(parts[0])
		left.Merge(parts[1])
		left.Merge(parts[2])
		right.Merge(parts[2])
		inner := fresh()
		inner.Merge(parts[1])
		inner.Merge(recoded(t, parts[0], fresh()))
		right.Merge(inner)
		for name, c := range map[string]*Correlator{"left": left, "right": right} {
			if diff := cmp.Diff(whole.Results(), c.Results(), cmp.Comparer(func(a, b *Rule) bool { return a == b }), cmp.Comparer(func(a, b *Meta) bool { return a == b })); diff != "" {
				t.Fatalf("%s: (-whole +merged):\n%s", name, diff)
			}
			if diff := cmp.Diff(whole.Incomplete(), c.Incomplete(), cmp.Comparer(func(a, b *Meta) bool { return a == b })); diff != "" {
				t.Fatalf("%s: (-whole +merged):\n%s", name, diff)
			}
			a, _ := whole.MarshalBinary()
			b, _ := c.MarshalBinary()
			if !bytes.Equal(a, b) {
				t.Fatalf("%s: encodings differ", name)
			}
		}
	})
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func matchOne(c *Correlator, collection *Collection, s *sample, i int) {
	rec := s.record(i)
	for _, name := range strings.Fields(s.rules) {
		for _, rule := range collection.Rules {
			if rule.Name == name {
				c.Match(rec, rule, nil)
			}
		}
	}
}

func recoded(t *rapid.T, c, into *Correlator) *Correlator {
	data, err := c.MarshalBinary()
	if err == nil {
		err = into.UnmarshalBinary(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	return into
}

// naiveWindows looks at every window that ends with an event, and keeps, if
// asked, those that no other window contains.
func naiveWindows(events []event, span int64, maximalOnly bool) [][]int {
	var all [][]int
	for i := range events {
		var w []int
		for j := range events {
			if events[j].time <= events[i].time && events[j].time >= events[i].time-span {
				w = append(w, j)
			}
		}
		if len(all) == 0 || !slices.Equal(all[len(all)-1], w) {
			all = append(all, w)
		}
	}
	if !maximalOnly {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(w []int) bool {
		return slices.ContainsFunc(all, func(o []int) bool { return len(o) > len(w) && o[0] <= w[0] && o[len(o)-1] >= w[len(w)-1] })
	})
}

// naiveMeasure computes a quantity of a window from its definition.
func naiveMeasure(kind CorrelationType, percentile float64, values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	at := func(p float64) float64 {
		position := p / 100 * float64(n-1)
		low := int(math.Floor(position))
		high := min(low+1, n-1)
		return sorted[low] + (position-float64(low))*(sorted[high]-sorted[low])
	}
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	switch kind {
	case EventCount:
		return float64(n)
	case ValueCount:
		return float64(len(slices.Compact(sorted)))
	case ValueSum:
		return sum
	case ValueAvg:
		return sum / float64(n)
	case ValueMin:
		return sorted[0]
	case ValueMax:
		return sorted[n-1]
	case ValueMedian:
		return at(50)
	}
	return at(percentile)
}

func drawEvents(t *rapid.T, most int) []event {
	n := rapid.IntRange(1, most).Draw(t, "events")
	events := make([]event, n)
	for i := range events {
		events[i] = event{
			time: int64(rapid.IntRange(0, 60).Draw(t, "time")), number: uint64(i),
			log: uint32(rapid.IntRange(0, 1).Draw(t, "log")), rules: uint64(rapid.IntRange(1, 15).Draw(t, "rules")),
		}
	}
	slices.SortFunc(events, func(a, b event) int {
		return 100*compareOrdered(a.time, b.time) + 10*(int(a.log)-int(b.log)) + compareOrdered(a.number, b.number)
	})
	return events
}

func TestSlidingMeasuresEqualTheirDefinitions(t *testing.T) {
	kinds := []CorrelationType{EventCount, ValueCount, ValueSum, ValueAvg, ValueMin, ValueMax, ValueMedian, ValuePercentile}
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t, 30)
		values := make([]float64, len(events))
		keys := make([]uint32, len(events))
		for i := range values {
			v := rapid.IntRange(-4, 9).Draw(t, "value")
			values[i], keys[i] = float64(v), uint32(v+4)
		}
		span := int64(rapid.IntRange(1, 20).Draw(t, "span"))
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		c := &Correlation{Type: kind, Timespan: time.Duration(span)}
		c.Condition.Percentile = float64(rapid.IntRange(0, 100).Draw(t, "percentile"))
		c.Condition.HasPercentile = true
		c.Condition.Bounds = []Bound{{rapid.SampledFrom([]string{"gt", "gte", "lt", "lte", "eq", "neq"}).Draw(t, "op"), float64(rapid.IntRange(-2, 8).Draw(t, "bound"))}}
		var m measure
		switch kind {
		case EventCount:
			m = &counter{}
		case ValueCount:
			m = &distinct{keys, map[uint32]int{}}
		default:
			m = numeric(c, values)
		}
		rising := c.Condition.rising() && (kind == EventCount || kind == ValueCount || kind == ValueMax)

		var got, want []string
		for _, w := range slide(events, span, rising, m, &c.Condition) {
			got = append(got, fmt.Sprintf("%d-%d %.6f", w.lo, w.hi, w.measure))
		}
		for _, w := range naiveWindows(events, span, !rising) {
			var in []float64
			for _, i := range w {
				in = append(in, values[i])
			}
			if v := naiveMeasure(kind, c.Condition.Percentile, in); c.Condition.Holds(v) {
				want = append(want, fmt.Sprintf("%d-%d %.6f", w[0], w[len(w)-1], v))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s %v span %d (-naive +sliding):\n%s", kind, c.Condition, span, diff)
		}
	})
}

func TestOrderedChainsEqualExhaustiveSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t, 12)
		span := int64(rapid.IntRange(1, 40).Draw(t, "span"))
		rules := []int{0, 1, 2, 3}[:rapid.IntRange(1, 4).Draw(t, "rules")]
		need := rapid.IntRange(1, len(rules)).Draw(t, "need")
		completes := map[int]bool{}
		var search func(chain []int, rule int)
		search = func(chain []int, rule int) {
			if len(chain) == need {
				last := chain[len(chain)-1]
				if events[last].time-events[chain[0]].time <= span {
					completes[last] = true
				}
				return
			}
			for r := rule; r < len(rules); r++ {
				for e := range events {
					if events[e].rules&(1<<rules[r]) == 0 {
						continue
					}
					if n := len(chain); n > 0 && !events[chain[n-1]].precedes(&events[e]) {
						continue
					}
					search(append(slices.Clone(chain), e), r+1)
				}
			}
		}
		search(nil, 0)
		var want, got []int64
		for e := range events {
			if completes[e] {
				want = append(want, events[e].time)
			}
		}
		for _, w := range ordered(events, span, rules, need) {
			got = append(got, events[w.hi].time)
			if !(events[w.hi].time-events[w.lo].time <= span) {
				t.Fatalf("window %v is longer than %d", w, span)
			}
		}
		if diff := cmp.Diff(slices.Compact(want), slices.Compact(got)); diff != "" {
			t.Fatalf("need %d of %v, span %d, %+v (-exhaustive +ordered):\n%s", need, rules, span, events, diff)
		}
	})
}

func TestDamagedEncodingsAreRefused(t *testing.T) {
	collection := correlations(t, propertyRules)
	x, _ := NewCorrelations(collection)
	c := x.New()
	observe(c, collection, every(1, 20, 0, "a b", "User=u N=1"))
	data, err := c.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for n := range data {
		if err := x.New().UnmarshalBinary(data[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes were accepted", n, len(data))
		}
	}
	if err := x.New().UnmarshalBinary(append(slices.Clone(data), 0)); err == nil {
		t.Error("a byte too many was accepted")
	}
}

func FuzzCorrelatorDecoding(f *testing.F) {
	collection := correlations(f, propertyRules)
	x, _ := NewCorrelations(collection)
	c := x.New()
	observe(c, collection, every(1, 5, 0, "a b", "User=u N=1"))
	data, _ := c.MarshalBinary()
	f.Add(data)
	f.Add([]byte{1, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		c := x.New()
		if c.UnmarshalBinary(data) != nil {
			return
		}
		c.Results()
		again, err := c.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		d := x.New()
		if err := d.UnmarshalBinary(again); err != nil {
			t.Fatal(err)
		}
		if third, _ := d.MarshalBinary(); !bytes.Equal(again, third) {
			t.Fatal("encoding is not stable")
		}
	})
}
