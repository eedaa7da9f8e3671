package sigma

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"seawall/record"
)

// correlations reads correlation documents. Other documents are rules, of
// which only the name matters here: tests say which rules an event matches.
func correlations(t testing.TB, text string) *Collection {
	t.Helper()
	c := &Collection{}
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return c
		}
		if err != nil {
			t.Fatal(err)
		}
		root := doc.Content[0]
		meta := Meta{Title: "untitled", Line: root.Line, File: "test.yml"}
		for key, field := range map[string]*string{"title": &meta.Title, "id": &meta.ID, "name": &meta.Name} {
			if n := mappingValue(root, key); n != nil {
				*field = n.Value
			}
		}
		if mappingValue(root, "correlation") == nil {
			c.Rules = append(c.Rules, &Rule{Meta: meta})
			continue
		}
		correlation, err := parseCorrelation(meta, root)
		if err != nil {
			t.Fatal(err)
		}
		c.Correlations = append(c.Correlations, correlation)
	}
}

// sample is an event: seconds, the rules it matches, and its fields.
type sample struct {
	at     float64
	rules  string // names, separated by blanks
	fields string // "Field=value", separated by blanks
	id     int    // EventRecordID; 0 numbers them by place
	path   string
}

func (s *sample) record(i int) *record.Record {
	id := s.id
	if id == 0 {
		id = i + 1
	}
	names := []string{"Channel=Security", fmt.Sprintf("EventRecordID=%d", id)}
	if !strings.Contains(s.fields, "Computer=") {
		names = append(names, "Computer=HOST")
	}
	names = append(names, strings.Fields(s.fields)...)
	var fields []record.Field
	var values []record.Value
	for _, n := range names {
		name, value, _ := strings.Cut(n, "=")
		fields = append(fields, record.Field{Name: name})
		values = append(values, record.Value{Kind: record.Text, Raw: []byte(value)})
	}
	path := s.path
	if path == "" {
		path = "Security.evtx"
	}
	return &record.Record{
		Schema: record.NewSchema(record.KindWindows, fields), Values: values,
		Time:   origin.Add(time.Duration(s.at * float64(time.Second))).UnixNano(),
		Origin: record.Origin{Path: path, Offset: int64(4096 + 100*i), Length: 100, Number: uint64(i + 1)},
	}
}

var origin = time.Date(2024, 7, 9, 12, 0, 0, 0, time.UTC)

func observe(c *Correlator, collection *Collection, samples []sample) {
	for i := range samples {
		rec := samples[i].record(i)
		for _, name := range strings.Fields(samples[i].rules) {
			for _, rule := range collection.Rules {
				if rule.Name == name {
					c.Match(rec, rule, nil)
				}
			}
		}
	}
}

// brief says what a hit is in one line: title, group, first and last second,
// number of events, measure.
func brief(h CorrelationHit) string {
	var group []string
	for _, g := range h.Group {
		group = append(group, g.Value)
	}
	second := func(t int64) float64 { return float64(t-origin.UnixNano()) / 1e9 }
	return strings.TrimSpace(fmt.Sprintf("%s %s %v-%v n=%d m=%v", h.Rule.Title, strings.Join(group, ","), second(h.First), second(h.Last), h.Count, h.Measure))
}

func run(t testing.TB, rules string, samples ...sample) []string {
	t.Helper()
	collection := correlations(t, rules)
	x, problems := NewCorrelations(collection)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c := x.New()
	observe(c, collection, samples)
	var got []string
	for _, h := range c.Results() {
		got = append(got, brief(h))
	}
	return got
}

// rulesABC are three rules, and what every test adds a correlation to.
const rulesABC = "name: a\n---\nname: b\n---\nname: c\n---\n"

func correlationDoc(body string) string {
	return rulesABC + "title: X\ncorrelation:\n  " + strings.ReplaceAll(strings.TrimSpace(body), "\n", "\n  ") + "\n"
}

func check(t *testing.T, what, body string, samples []sample, want ...string) {
	t.Helper()
	got := run(t, correlationDoc(body), samples...)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// every makes n events, a number of seconds apart.
func every(seconds float64, n int, from float64, rules, fields string) []sample {
	var list []sample
	for i := range n {
		list = append(list, sample{at: from + seconds*float64(i), rules: rules, fields: fields})
	}
	return list
}

func TestEventCountWindowsSlide(t *testing.T) {
	const body = "type: event_count\nrules: [a]\ngroup-by: [User]\ntimespan: 5m\ncondition: {gte: 5}"
	check(t, "across the full five minutes of the clock", body, every(30, 5, 240, "a", "User=u"), "X u 240-360 n=5 m=5")
	check(t, "exactly one timespan apart", body, every(75, 5, 0, "a", "User=u"), "X u 0-300 n=5 m=5")
	check(t, "longer than the timespan", body, every(75.1, 5, 0, "a", "User=u"))
	check(t, "one burst is one hit", body, every(1, 50, 0, "a", "User=u"), "X u 0-49 n=50 m=50")
	check(t, "two bursts are two hits", body, append(every(1, 5, 0, "a", "User=u"), every(1, 6, 1000, "a", "User=u")...), "X u 0-4 n=5 m=5", "X u 1000-1005 n=6 m=6")
	check(t, "groups do not add up", body, append(every(1, 4, 0, "a", "User=u"), every(1, 4, 0.5, "a", "User=v")...))
	check(t, "case of values does not matter", body, append(every(1, 3, 0, "a", "User=Eve"), every(1, 3, 0.5, "a", "User=EVE")...), "X Eve 0-2.5 n=6 m=6")
	check(t, "events that lack the field are left out", body, every(1, 9, 0, "a", "Other=u"))
	check(t, "other rules do not count", body, every(1, 9, 0, "b", "User=u"))
	const two = "type: event_count\nrules: [a, b]\ntimespan: 5m\ncondition: {gte: 5}"
	check(t, "an event of two rules counts once", two, every(1, 4, 0, "a b", "User=u"))
	check(t, "without group-by all is one group", two, append(every(1, 3, 0, "a", "User=u"), every(1, 3, 0, "b", "User=v")...), "X  0-2 n=6 m=6")
}

func TestUpperBoundsLookAtWholeWindows(t *testing.T) {
	f := func(condition string, n int, want ...string) {
		t.Helper()
		check(t, fmt.Sprintf("%s of %d", condition, n), "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {"+condition+"}", every(1, n, 0, "a", ""), want...)
	}
	f("lt: 3", 2, "X  0-1 n=2 m=2")
	f("lt: 3", 5)
	f("lte: 3", 3, "X  0-2 n=3 m=3")
	f("eq: 3", 3, "X  0-2 n=3 m=3")
	f("eq: 3", 4)
	f("neq: 3", 3)
	f("neq: 3", 4, "X  0-3 n=4 m=4")
	f("gt: 3, lte: 5", 5, "X  0-4 n=5 m=5")
	f("gt: 3, lte: 5", 3)
	f("gt: 3, lte: 5", 6)
}

func TestValueCountCountsDistinctValues(t *testing.T) {
	const one = "type: value_count\nrules: [a]\ngroup-by: [Ip]\ntimespan: 1m\ncondition: {field: User, gte: 3}"
	check(t, "distinct", one, []sample{{0, "a", "Ip=1 User=u", 0, ""}, {1, "a", "Ip=1 User=U", 0, ""}, {2, "a", "Ip=1 User=v", 0, ""}, {3, "a", "Ip=1", 0, ""}})
	check(t, "three", one, []sample{{0, "a", "Ip=1 User=u", 0, ""}, {1, "a", "Ip=1 User=w", 0, ""}, {2, "a", "Ip=1 User=v", 0, ""}, {3, "a", "Ip=1", 0, ""}}, "X 1 0-2 n=3 m=3")
	check(t, "not within one window", one, []sample{{0, "a", "Ip=1 User=u", 0, ""}, {40, "a", "Ip=1 User=w", 0, ""}, {80, "a", "Ip=1 User=v", 0, ""}})
	const two = "type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {field: [User, Port], gte: 3}"
	check(t, "combinations", two, []sample{{0, "a", "User=u Port=1", 0, ""}, {1, "a", "User=u Port=2", 0, ""}, {2, "a", "User=v Port=1", 0, ""}, {3, "a", "User=v", 0, ""}}, "X  0-2 n=3 m=3")
}

func TestNumericMeasures(t *testing.T) {
	values := func(vs ...string) (list []sample) {
		for i, v := range vs {
			list = append(list, sample{at: float64(i), rules: "a", fields: "N=" + v})
		}
		return list
	}
	f := func(kind, condition string, samples []sample, want ...string) {
		t.Helper()
		check(t, kind+" "+condition, "type: "+kind+"\nrules: [a]\ntimespan: 10s\ncondition: {field: N, "+condition+"}", samples, want...)
	}
	f("value_sum", "gt: 9", values("4", "0x5", "text", "1"), "X  0-3 n=3 m=10")
	f("value_sum", "gt: 10", values("4", "5", "1"))
	f("value_avg", "gte: 5", values("2", "8"), "X  0-1 n=2 m=5")
	f("value_avg", "gt: 5", values("2", "8"))
	f("value_median", "eq: 3", values("9", "1", "3"), "X  0-2 n=3 m=3")
	f("value_median", "eq: 2.5", values("9", "1", "3", "2"), "X  0-3 n=4 m=2.5")
	f("value_percentile", "percentile: 90, gt: 8", values("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), "X  0-9 n=10 m=9.1")
	f("value_percentile", "percentile: 90, gt: 9.1", values("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"))
	f("value_percentile", "lte: 20", values("x.exe", "x.exe", "x.exe", "x.exe", "y.exe"), "X  0-4 n=5 m=20")
	f("value_percentile", "lte: 19", values("x.exe", "x.exe", "x.exe", "x.exe", "y.exe"))
	f("value_sum", "gt: 99", values("1e400", "nan", "inf", "-"))
}

// Hayabusa before 4.0 ignored group-by and order of temporal correlations, and
// took windows that were too long.
func TestTemporalNeedsAllRulesInOneGroupAndWindow(t *testing.T) {
	const body = "type: temporal\nrules: [a, b]\ngroup-by: [User]\ntimespan: 1m"
	check(t, "both", body, []sample{{0, "b", "User=u", 0, ""}, {30, "a", "User=u", 0, ""}}, "X u 0-30 n=2 m=2")
	check(t, "different groups", body, []sample{{0, "a", "User=u", 0, ""}, {1, "b", "User=v", 0, ""}})
	check(t, "too far apart", body, []sample{{0, "a", "User=u", 0, ""}, {60.5, "b", "User=u", 0, ""}})
	check(t, "one event may match both", body, []sample{{0, "a b", "User=u", 0, ""}}, "X u 0-0 n=1 m=2")
	check(t, "two of three", "type: temporal\nrules: [a, b, c]\ntimespan: 1m\ncondition: {gte: 2}", []sample{{0, "a", "", 0, ""}, {5, "c", "", 0, ""}}, "X  0-5 n=2 m=2")
}

func TestTemporalOrderedEnforcesOrder(t *testing.T) {
	const body = "type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [User]\ntimespan: 1m"
	f := func(what string, samples []sample, want ...string) {
		t.Helper()
		check(t, what, body, samples, want...)
	}
	u := func(at float64, rules string) sample { return sample{at: at, rules: rules, fields: "User=u"} }
	f("in order", []sample{u(0, "a"), u(10, "b"), u(20, "c")}, "X u 0-20 n=3 m=3")
	f("out of order", []sample{u(0, "b"), u(10, "a"), u(20, "c")})
	f("observed out of order", []sample{u(20, "c"), u(10, "b"), u(0, "a")}, "X u 0-20 n=3 m=3")
	f("in order among others", []sample{u(0, "c"), u(5, "a"), u(6, "a"), u(10, "b"), u(20, "c")}, "X u 6-20 n=3 m=3")
	f("too long", []sample{u(0, "a"), u(10, "b"), u(61, "c")})
	f("a later start is within the timespan", []sample{u(0, "a"), u(10, "a"), u(20, "b"), u(61, "c")}, "X u 10-61 n=3 m=3")
	f("another group", []sample{u(0, "a"), {10, "b", "User=v", 0, ""}, u(20, "c")})
	f("one event is not an order", []sample{u(0, "a b c")})
	f("one event is one step", []sample{u(0, "a"), u(10, "b c"), u(15, "a b")})
	f("one instant of one log is ordered by record number", []sample{u(5, "c"), u(5, "b"), u(5, "a")})
	f("one instant, right order", []sample{u(5, "a"), u(5, "b"), u(5, "c")}, "X u 5-5 n=3 m=3")
	f("one instant of different logs may be any order", []sample{{5, "c", "User=u Computer=1", 0, ""}, {5, "b", "User=u Computer=2", 0, ""}, {5, "a", "User=u Computer=3", 0, ""}}, "X u 5-5 n=3 m=3")
	check(t, "two of three", "type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m\ncondition: {gte: 2}", []sample{u(0, "a"), u(5, "c"), u(70, "c"), u(75, "a")}, "X  0-5 n=2 m=2")
}

func TestExtendedConditions(t *testing.T) {
	u := func(at float64, rules string) sample { return sample{at: at, rules: rules} }
	f := func(kind, condition string, samples []sample, want ...string) {
		t.Helper()
		check(t, kind+": "+condition, "type: "+kind+"\nrules: [a, b, c]\ntimespan: 1m\ncondition: "+condition, samples, want...)
	}
	f("temporal", "a and (b or c)", []sample{u(0, "c"), u(5, "a")}, "X  0-5 n=2 m=2")
	f("temporal_extended", "a and (b or c)", []sample{u(0, "b"), u(5, "c")})
	f("temporal", "a and not b", []sample{u(0, "a"), u(5, "b")})
	f("temporal", "a and not b", []sample{u(0, "a"), u(65, "b")}, "X  0-0 n=1 m=1")
	f("temporal_ordered", "a and (b or c)", []sample{u(0, "c"), u(5, "a")})
	f("temporal_ordered_extended", "a and (b or c)", []sample{u(0, "a"), u(5, "c")}, "X  0-5 n=2 m=2")
	f("temporal_ordered", "a and c and not b", []sample{u(0, "a"), u(1, "b"), u(5, "c")})
	f("temporal_ordered", "a and c and not b", []sample{u(0, "b"), u(1, "a"), u(5, "c")}, "X  1-5 n=2 m=2")
	f("temporal_ordered", "a and not b", []sample{u(0, "a"), u(59, "b"), u(100, "a")}, "X  100-100 n=1 m=1")
	f("temporal_ordered", "b and not a", []sample{u(0, "a"), u(59, "b"), u(100, "b")}, "X  100-100 n=1 m=1")
	check(t, "rules come from the condition", "type: temporal\ntimespan: 1m\ncondition: a and b", []sample{u(0, "a"), u(5, "b")}, "X  0-5 n=2 m=2")
}

func TestAliasesJoinFieldsOfDifferentNames(t *testing.T) {
	const body = `type: temporal
rules: [a, b]
group-by: [inside, outside]
timespan: 10s
aliases:
  inside: {a: Dst, b: Src}
  outside: {a: Src, b: Dst}`
	check(t, "same pair", body, []sample{{0, "a", "Src=9.9.9.9 Dst=10.0.0.1", 0, ""}, {1, "b", "Src=10.0.0.1 Dst=9.9.9.9", 0, ""}}, "X 10.0.0.1,9.9.9.9 0-1 n=2 m=2")
	check(t, "other pair", body, []sample{{0, "a", "Src=9.9.9.9 Dst=10.0.0.1", 0, ""}, {1, "b", "Src=9.9.9.9 Dst=10.0.0.1", 0, ""}})
}

const bruteForce = `
name: failed
---
name: success
---
title: Many failures
name: many
correlation:
  type: event_count
  rules: [failed]
  group-by: [Ip]
  timespan: 1m
  condition: {gte: 3}
---
title: Break-in
correlation:
  type: temporal_ordered
  rules: [many, success]
  group-by: [User]
  timespan: 5m
`

func TestChainsGroupByTheirOwnFields(t *testing.T) {
	f := func(what string, samples []sample, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, run(t, bruteForce, samples...)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	spray := []sample{{0, "failed", "Ip=1 User=u", 0, ""}, {1, "failed", "Ip=1 User=v", 0, ""}, {2, "failed", "Ip=1 User=w", 0, ""}}
	f("success of a user of the burst", append(spray, sample{60, "success", "Ip=2 User=v", 0, ""}), "Break-in v 0-60 n=4 m=2")
	f("success of another user", append(spray, sample{60, "success", "Ip=1 User=x", 0, ""}))
	f("success before", append(spray, sample{1.5, "success", "Ip=1 User=u", 0, ""}))
	f("success too late", append(spray, sample{400, "success", "Ip=1 User=u", 0, ""}))
	f("too few failures", append(spray[:2:2], sample{60, "success", "Ip=1 User=u", 0, ""}))
	long := append(every(10, 100, 0, "failed", "Ip=1 User=u"), sample{505, "success", "Ip=1 User=u", 0, ""})
	f("success in the middle of a burst", long, "Break-in u 0-990 n=101 m=2")
}

func TestChainsThatCountTakeABurstAsOne(t *testing.T) {
	rules := strings.Replace(bruteForce, "type: temporal_ordered\n  rules: [many, success]", "type: event_count\n  condition: {gte: 2}\n  rules: [many]", 1)
	one := every(1, 9, 0, "failed", "Ip=1 User=u")
	if got := run(t, rules, one...); len(got) != 0 {
		t.Errorf("one burst: %q", got)
	}
	if diff := cmp.Diff([]string{"Break-in u 0-208 n=18 m=2"}, run(t, rules, append(one, every(1, 9, 200, "failed", "Ip=1 User=u")...)...)); diff != "" {
		t.Error(diff)
	}
}

func TestGenerateKeepsOwnMatches(t *testing.T) {
	f := func(rules, name string, want bool, hits ...string) {
		t.Helper()
		c := correlations(t, rules)
		x, _ := NewCorrelations(c)
		i := slices.IndexFunc(c.Rules, func(r *Rule) bool { return r.Name == name })
		if got := x.Suppressed(c.Rules[i]); got != want {
			t.Errorf("%s suppressed: %v", name, got)
		}
	}
	f(bruteForce, "failed", true)
	f(strings.ReplaceAll(bruteForce, "  timespan: 1m\n", "  timespan: 1m\n  generate: true\n"), "failed", false)
	f(strings.ReplaceAll(bruteForce, "name: many\n", "name: many\ngenerate: true\n"), "failed", false)
	f("name: alone\n---\n"+bruteForce, "alone", false)
	// With generate on the outer correlation the inner one reports as well.
	got := run(t, strings.ReplaceAll(bruteForce, "title: Break-in\n", "title: Break-in\ngenerate: true\n"), every(1, 3, 0, "failed", "Ip=1 User=u")...)
	if diff := cmp.Diff([]string{"Many failures 1 0-2 n=3 m=3"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRepeatedRecordsCountOnce(t *testing.T) {
	const body = "type: event_count\nrules: [a]\ntimespan: 5m\ncondition: {gte: 3}"
	list := []sample{{0, "a", "", 7, "a.evtx"}, {1, "a", "", 8, "a.evtx"}}
	check(t, "copies of one file", body, append(list, sample{0, "a", "", 7, "b.zip!/a.evtx"}, sample{1, "a", "Computer=host", 8, "c.evtx"}))
	check(t, "the same number on another host", body, append(list, sample{0, "a", "Computer=OTHER", 7, "c.evtx"}), "X  0-1 n=3 m=3")
}

func TestHitsCiteBoundedRecords(t *testing.T) {
	c := correlations(t, correlationDoc("type: event_count\nrules: [a, b]\ntimespan: 5m\ncondition: {gte: 3}"))
	x, _ := NewCorrelations(c)
	k := x.New()
	samples := every(1, 200, 0, "a", "")
	samples[150].rules = "b"
	samples[42].fields = "Computer=OTHER"
	observe(k, c, samples)
	h := k.Results()[0]
	if len(h.Origins) != MaxOrigins || len(h.Rules) != 2 {
		t.Fatalf("%d origins, %d rules", len(h.Origins), len(h.Rules))
	}
	if diff := cmp.Diff([]string{"host", "other"}, h.Hosts); diff != "" {
		t.Error(diff)
	}
	numbers := map[uint64]bool{}
	for _, o := range h.Origins {
		numbers[o.Number] = true
	}
	for _, n := range []uint64{1, 43, 151, 200} {
		if !numbers[n] {
			t.Errorf("record %d, the first of its kind or the last, is not cited", n)
		}
	}
}

func TestLegacyAggregations(t *testing.T) {
	f := func(agg Aggregation, samples []sample, want ...string) {
		t.Helper()
		rule := &Rule{Meta: Meta{Title: "L", Name: "a"}, Aggregation: &agg}
		c := &Collection{Rules: []*Rule{rule}}
		x, problems := NewCorrelations(c)
		if len(problems) > 0 || !x.Suppressed(rule) {
			t.Fatal(problems, x.Suppressed(rule))
		}
		k := x.New()
		observe(k, c, samples)
		var got []string
		for _, h := range k.Results() {
			got = append(got, brief(h))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", agg, diff)
		}
	}
	f(Aggregation{Func: "count", By: "Ip", Op: "gte", Value: 3, Timeframe: time.Minute}, every(1, 3, 0, "a", "Ip=1"), "L 1 0-2 n=3 m=3")
	f(Aggregation{Func: "count", By: "Ip", Op: "gt", Value: 3, Timeframe: time.Minute}, every(1, 3, 0, "a", "Ip=1"))
	f(Aggregation{Func: "count", Field: "User", By: "Ip", Op: "gt", Value: 1, Timeframe: time.Minute}, []sample{{0, "a", "Ip=1 User=u", 0, ""}, {1, "a", "Ip=1 User=v", 0, ""}}, "L 1 0-1 n=2 m=2")
	f(Aggregation{Func: "count", Op: "gte", Value: 2}, every(3600*23, 2, 0, "a", ""), "L  0-82800 n=2 m=2")
	f(Aggregation{Func: "max", Field: "N", Op: "gt", Value: 5, Timeframe: time.Minute}, []sample{{0, "a", "N=2", 0, ""}, {1, "a", "N=7", 0, ""}}, "L  0-1 n=2 m=7")
	f(Aggregation{Func: "min", Field: "N", Op: "lt", Value: 5, Timeframe: time.Minute}, []sample{{0, "a", "N=2", 0, ""}, {1, "a", "N=7", 0, ""}}, "L  0-1 n=2 m=2")
	f(Aggregation{Func: "sum", Field: "N", Op: "gte", Value: 9, Timeframe: time.Minute}, []sample{{0, "a", "N=2", 0, ""}, {1, "a", "N=7", 0, ""}}, "L  0-1 n=2 m=9")
	f(Aggregation{Func: "avg", Field: "N", Op: "gt", Value: 4, Timeframe: time.Minute}, []sample{{0, "a", "N=2", 0, ""}, {1, "a", "N=7", 0, ""}}, "L  0-1 n=2 m=4.5")
}

func TestReferencesThatCannotBeFollowedAreProblems(t *testing.T) {
	f := func(rules, want string) {
		t.Helper()
		_, problems := NewCorrelations(correlations(t, rules))
		if len(problems) == 0 || !strings.Contains(problems[0].What, want) {
			t.Errorf("problems %v, want one with %q", problems, want)
		}
	}
	doc := func(name, rules string) string {
		return "---\nname: " + name + "\ncorrelation:\n  type: temporal\n  rules: [" + rules + "]\n  timespan: 1m\n"
	}
	f(doc("x", "nobody"), `"nobody" does not exist`)
	f(doc("x", "y")+doc("y", "x"), "refers back")
	f(doc("x", "x"), `"x" does not exist`)
	f(rulesABC+"name: x\ncorrelation:\n  type: temporal\n  timespan: 1m\n  rules: [a]\n  condition: not a\n", "without any event")
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	collection := correlations(t, correlationDoc("type: event_count\nrules: [a]\ngroup-by: [User]\ntimespan: 5m\ncondition: {gte: 3}"))
	x, _ := NewCorrelations(collection)
	c := x.New()
	c.SetLimit(10 * nominalCost(1))
	samples := append(every(1, 30, 0, "a", "User=u"), sample{at: 0.5, rules: "a", fields: "Other=1"})
	observe(c, collection, samples)
	rec := samples[0].record(0)
	rec.Time = 0
	c.Match(rec, collection.Rules[0], nil)
	var got []string
	for _, n := range c.Incomplete() {
		got = append(got, fmt.Sprintf("%d %s", n.Count, n.What))
	}
	want := []string{
		"1 events without a time were not correlated",
		"21 the latest events, repeated ones included, were not correlated: memory limit",
		"1 events lack a field that is grouped by: User",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if h := c.Results(); len(h) != 1 || h[0].Count != 9 {
		t.Errorf("%+v", h)
	}
}
