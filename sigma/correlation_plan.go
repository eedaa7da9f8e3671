package sigma

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Correlations are the correlation rules of a collection, and its rules with a
// legacy aggregation, resolved against the rules they refer to. They are
// immutable and shared by all correlators made of them.
type Correlations struct {
	taps  []tap
	nodes []node // what a node refers to comes before it
	tapOf map[*Rule]int
}

// tap is a rule whose matches are correlated.
type tap struct {
	rule   *Rule
	fields []string // kept of each match, as the rule calls them
	quiet  bool     // the rule's own matches are not reported
}

// node is a correlation to be evaluated.
type node struct {
	meta *Meta
	c    *Correlation
	kids []kid
	// columns are the fields kept of each event, in the correlation's own
	// words: GroupBy, Condition.Fields, and then what parents ask for.
	columns []string
	quiet   bool // own hits are not reported
}

// kid is what one entry of Correlation.Rules refers to: a tap, or a node.
type kid struct {
	tap, node int   // the other one is -1
	source    []int // index in the kid's fields or columns for each column
}

// defaultTimeframe is the window of a legacy aggregation without timeframe,
// which Sigma left to the backend: one day.
const defaultTimeframe = 24 * time.Hour

// NewCorrelations resolves the correlations of a collection. The problems are
// those that cannot be evaluated, and why.
func NewCorrelations(c *Collection) (*Correlations, []Problem) {
	r := resolver{
		out:   &Correlations{tapOf: map[*Rule]int{}},
		index: indexReferences(c),
		nodes: map[*Correlation]int{},
	}
	for _, correlation := range c.Correlations {
		r.correlation(correlation)
	}
	for _, rule := range c.Rules {
		if rule.Aggregation != nil {
			r.aggregation(rule)
		}
	}
	r.quieten()
	// Parents come after what they refer to, and add columns to it.
	for n := len(r.out.nodes) - 1; n >= 0; n-- {
		r.columns(&r.out.nodes[n])
	}
	return r.out, r.problems
}

// Empty reports whether there is nothing to correlate.
func (x *Correlations) Empty() bool { return len(x.nodes) == 0 }

// Suppressed reports whether the matches of a rule are not reported on their
// own: every correlation that refers to it leaves out "generate", or the rule
// is true of groups of events only.
func (x *Correlations) Suppressed(rule *Rule) bool {
	i, ok := x.tapOf[rule]
	return ok && x.taps[i].quiet
}

// references finds documents by id, name or title.
type references map[string][]any // *Rule or *Correlation, in collection order

func indexReferences(c *Collection) references {
	index := references{}
	add := func(m *Meta, doc any) {
		keys := []string{strings.ToLower(m.ID), strings.ToLower(m.Name), strings.ToLower(m.Title)}
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			if key != "" {
				index[key] = append(index[key], doc)
			}
		}
	}
	for _, rule := range c.Rules {
		add(&rule.Meta, rule)
	}
	for _, correlation := range c.Correlations {
		add(&correlation.Meta, correlation)
	}
	return index
}

// find returns the document a reference means: names need to be unique among
// documents that belong together only, so one in the same file is preferred.
func (index references) find(reference string, from *Meta) any {
	docs := index[strings.ToLower(reference)]
	for _, doc := range docs {
		if m := metaOf(doc); m != from && m.File == from.File {
			return doc
		}
	}
	for _, doc := range docs {
		if metaOf(doc) != from {
			return doc
		}
	}
	return nil
}

func metaOf(doc any) *Meta {
	switch doc := doc.(type) {
	case *Rule:
		return &doc.Meta
	case *Correlation:
		return &doc.Meta
	}
	return nil
}

type resolver struct {
	out      *Correlations
	index    references
	nodes    map[*Correlation]int // failed or unfinished ones are -1
	problems []Problem
}

func (r *resolver) problem(m *Meta, format string, args ...any) int {
	r.problems = append(r.problems, Problem{File: m.File, Line: m.Line, Rule: m.Key(), What: fmt.Sprintf(format, args...)})
	return -1
}

// correlation returns the node of a correlation, made if need be, or -1.
func (r *resolver) correlation(c *Correlation) int {
	if n, ok := r.nodes[c]; ok {
		return n
	}
	r.nodes[c] = -1
	if c.Condition.Expr != nil && c.Condition.Expr.holds(func(string) bool { return false }) {
		return r.problem(&c.Meta, "condition holds without any event")
	}
	if c.Type == TemporalOrdered && c.Condition.Expr != nil {
		if _, err := sequences(c); err != nil {
			return r.problem(&c.Meta, "condition: %v", err)
		}
	}
	nd := node{meta: &c.Meta, c: c}
	for _, reference := range c.Rules {
		k := kid{tap: -1, node: -1}
		switch doc := r.index.find(reference, &c.Meta).(type) {
		case *Rule:
			if doc.Aggregation != nil {
				k.node = r.aggregation(doc)
			} else {
				k.tap = r.tap(doc)
			}
		case *Correlation:
			k.node = r.correlation(doc)
		default:
			return r.problem(&c.Meta, "correlated rule %q does not exist", reference)
		}
		if k.tap < 0 && k.node < 0 {
			return r.problem(&c.Meta, "correlated rule %q cannot be evaluated, or refers back to this one", reference)
		}
		nd.kids = append(nd.kids, k)
	}
	r.nodes[c] = len(r.out.nodes)
	r.out.nodes = append(r.out.nodes, nd)
	return r.nodes[c]
}

// aggregationTypes are the correlations that legacy functions amount to.
var aggregationTypes = map[string]CorrelationType{
	"count": ValueCount, "sum": ValueSum, "avg": ValueAvg, "min": ValueMin, "max": ValueMax,
}

// aggregation returns the node of a rule with a legacy aggregation.
func (r *resolver) aggregation(rule *Rule) int {
	for n, nd := range r.out.nodes {
		if nd.meta == &rule.Meta {
			return n
		}
	}
	agg := rule.Aggregation
	c := &Correlation{Meta: rule.Meta, Type: aggregationTypes[agg.Func], Rules: []string{rule.Key()}, Timespan: agg.Timeframe}
	c.Condition.Bounds = []Bound{{Op: agg.Op, Value: agg.Value}}
	switch {
	case c.Type == "":
		return r.problem(&rule.Meta, "aggregation %q is not supported", agg.Func)
	case agg.Field != "":
		c.Condition.Fields = []string{agg.Field}
	case c.Type == ValueCount:
		c.Type = EventCount
	default:
		return r.problem(&rule.Meta, "%s() needs a field", agg.Func)
	}
	if agg.By != "" {
		c.GroupBy = []string{agg.By}
	}
	if c.Timespan == 0 {
		c.Timespan = defaultTimeframe
	}
	r.out.nodes = append(r.out.nodes, node{meta: &rule.Meta, c: c, kids: []kid{{tap: r.tap(rule), node: -1}}})
	return len(r.out.nodes) - 1
}

func (r *resolver) tap(rule *Rule) int {
	i, ok := r.out.tapOf[rule]
	if !ok {
		i = len(r.out.taps)
		r.out.tapOf[rule] = i
		r.out.taps = append(r.out.taps, tap{rule: rule})
	}
	return i
}

// quieten decides what is not reported on its own: what is referred to, but
// never with generate.
func (r *resolver) quieten() {
	const referred, generated = 1, 2
	taps, nodes := make([]int, len(r.out.taps)), make([]int, len(r.out.nodes))
	for _, nd := range r.out.nodes {
		state := referred
		if nd.c.Generate {
			state |= generated
		}
		for _, k := range nd.kids {
			if k.tap >= 0 {
				taps[k.tap] |= state
			} else {
				nodes[k.node] |= state
			}
		}
	}
	for i := range taps {
		r.out.taps[i].quiet = taps[i] == referred || r.out.taps[i].rule.Aggregation != nil
	}
	for i := range nodes {
		r.out.nodes[i].quiet = nodes[i] == referred
	}
}

// columns settles the columns of a node, to which its parents have already
// added theirs, and asks its kids for them.
func (r *resolver) columns(nd *node) {
	nd.columns = slices.Concat(nd.c.GroupBy, nd.c.Condition.Fields, nd.columns)
	for i := range nd.kids {
		k := &nd.kids[i]
		var rule *Meta
		var own []string // columns of a child node, settled later in front of those asked for
		var asked *[]string
		if k.tap >= 0 {
			t := &r.out.taps[k.tap]
			rule, asked = &t.rule.Meta, &t.fields
		} else {
			child := &r.out.nodes[k.node]
			rule, asked = child.meta, &child.columns
			own = slices.Concat(child.c.GroupBy, child.c.Condition.Fields)
		}
		for _, column := range nd.columns {
			k.source = append(k.source, ask(asked, own, nd.c.alias(column, nd.c.Rules[i], rule)))
		}
	}
}

// ask returns the index of a name among own names followed by those asked for,
// to which it is added if need be.
func ask(asked *[]string, own []string, name string) int {
	if i := slices.Index(own, name); i >= 0 {
		return i
	}
	i := slices.Index(*asked, name)
	if i < 0 {
		i = len(*asked)
		*asked = append(*asked, name)
	}
	return len(own) + i
}

// alias returns what a rule calls a field of the correlation. Aliases name the
// rule as the correlation refers to it, or by name, id or title.
func (c *Correlation) alias(field, reference string, rule *Meta) string {
	for _, a := range c.Aliases {
		if a.Name != field {
			continue
		}
		for _, f := range a.Fields {
			if strings.EqualFold(f.Rule, reference) || slices.Contains([]string{rule.Name, rule.ID, rule.Title}, f.Rule) {
				return f.Field
			}
		}
	}
	return field
}
