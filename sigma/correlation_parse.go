package sigma

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// maxCorrelated bounds the rules of one correlation; a set of them is then one
// machine word.
const maxCorrelated = 64

// parseCorrelation reads the correlation section of a document; meta is what
// the document says about itself. The error is a [Problem].
func parseCorrelation(meta Meta, doc *yaml.Node) (*Correlation, error) {
	section := mappingValue(doc, "correlation")
	p := correlationParser{c: &Correlation{Meta: meta}}
	if section == nil || section.Kind != yaml.MappingNode {
		return nil, p.problem(doc, "correlation is not a mapping")
	}
	if generate := mappingValue(doc, "generate"); generate != nil {
		p.generate(generate)
	}
	for i := 0; i+1 < len(section.Content); i += 2 {
		p.attribute(section.Content[i], section.Content[i+1])
	}
	if p.err == nil {
		p.finish(section)
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.c, nil
}

// correlationParser keeps the first error.
type correlationParser struct {
	c         *Correlation
	condition *yaml.Node
	err       error
}

func (p *correlationParser) problem(n *yaml.Node, format string, args ...any) error {
	return Problem{File: p.c.File, Line: p.c.lineOf(n), Rule: p.c.Key(), What: fmt.Sprintf(format, args...)}
}

// lineOf is the line of a node, or of the document if the node has none.
func (m *Meta) lineOf(n *yaml.Node) int {
	if n == nil || n.Line == 0 {
		return m.Line
	}
	return n.Line
}

func (p *correlationParser) fail(n *yaml.Node, format string, args ...any) {
	if p.err == nil {
		p.err = p.problem(n, format, args...)
	}
}

func (p *correlationParser) attribute(key, value *yaml.Node) {
	switch key.Value {
	case "type":
		p.correlationType(value)
	case "rules":
		p.c.Rules = p.strings(key, value)
	case "group-by":
		p.c.GroupBy = p.strings(key, value)
	case "aliases":
		p.aliases(value)
	case "timespan", "timeframe":
		span, err := parseTimespan(value.Value)
		if err != nil {
			p.fail(value, "timespan: %v", err)
		}
		p.c.Timespan = span
	case "condition":
		p.condition = value
	case "generate":
		p.generate(value)
	default:
		p.fail(key, "correlation has no attribute %q", key.Value)
	}
}

func (p *correlationParser) generate(value *yaml.Node) {
	b, err := strconv.ParseBool(value.Value)
	if err != nil {
		p.fail(value, "generate is %q, want true or false", value.Value)
	}
	p.c.Generate = b
}

func (p *correlationParser) correlationType(value *yaml.Node) {
	t := CorrelationType(strings.ToLower(value.Value))
	// The extended types differ from the plain ones in their condition only.
	switch t {
	case "temporal_extended":
		t = Temporal
	case "temporal_ordered_extended":
		t = TemporalOrdered
	case EventCount, ValueCount, ValueSum, ValueAvg, ValueMedian, ValuePercentile, Temporal, TemporalOrdered:
	default:
		p.fail(value, "unknown correlation type %q", value.Value)
	}
	p.c.Type = t
}

// strings reads a string or a list of distinct strings.
func (p *correlationParser) strings(key, value *yaml.Node) []string {
	nodes := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		nodes = value.Content
	}
	var list []string
	for _, n := range nodes {
		switch {
		case n.Kind != yaml.ScalarNode || n.Value == "":
			p.fail(n, "%s must be names", key.Value)
		case slices.Contains(list, n.Value):
			p.fail(n, "%s names %q twice", key.Value, n.Value)
		default:
			list = append(list, n.Value)
		}
	}
	return list
}

func (p *correlationParser) aliases(value *yaml.Node) {
	if value.Kind != yaml.MappingNode {
		p.fail(value, "aliases is not a mapping")
		return
	}
	for i := 0; i+1 < len(value.Content); i += 2 {
		name, fields := value.Content[i], value.Content[i+1]
		if fields.Kind != yaml.MappingNode {
			p.fail(fields, "alias %q is not a mapping of rules to fields", name.Value)
			return
		}
		alias := Alias{Name: name.Value}
		for j := 0; j+1 < len(fields.Content); j += 2 {
			alias.Fields = append(alias.Fields, AliasField{Rule: fields.Content[j].Value, Field: fields.Content[j+1].Value})
		}
		p.c.Aliases = append(p.c.Aliases, alias)
	}
}

// finish reads the condition, whose meaning depends on the type, and checks
// that what the type needs is there.
func (p *correlationParser) finish(section *yaml.Node) {
	c := p.c
	switch {
	case c.Type == "":
		p.fail(section, "correlation has no type")
	case c.Timespan == 0:
		p.fail(section, "correlation has no timespan")
	}
	temporal := c.Type == Temporal || c.Type == TemporalOrdered
	switch {
	case p.condition == nil && !temporal:
		p.fail(section, "%s needs a condition", c.Type)
	case p.condition == nil:
	case p.condition.Kind == yaml.ScalarNode && temporal:
		p.extended(p.condition)
	case p.condition.Kind == yaml.MappingNode:
		p.bounds(p.condition)
	default:
		p.fail(p.condition, "condition is not a mapping")
	}
	if len(c.Rules) == 0 {
		p.fail(section, "correlation refers to no rules")
	}
	if len(c.Rules) > maxCorrelated {
		p.fail(section, "correlation refers to %d rules, at most %d are possible", len(c.Rules), maxCorrelated)
	}
	if temporal && c.Condition.Expr == nil && len(c.Condition.Bounds) == 0 {
		c.Condition.Bounds = []Bound{{Op: "gte", Value: float64(len(c.Rules))}}
	}
}

// extended reads a condition over rules. Without an explicit list the rules
// are those it names, in order.
func (p *correlationParser) extended(n *yaml.Node) {
	expr, err := parseRuleExpr(n.Value)
	if err != nil {
		p.fail(n, "condition: %v", err)
		return
	}
	p.c.Condition.Expr = expr
	named := expr.rules(nil)
	if p.c.Rules == nil {
		p.c.Rules = named
	}
	for _, name := range named {
		if !slices.Contains(p.c.Rules, name) {
			p.fail(n, "condition names %q, which is not among the correlated rules", name)
		}
	}
}

func (p *correlationParser) bounds(n *yaml.Node) {
	cond := &p.c.Condition
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch key.Value {
		case "field":
			cond.Fields = p.strings(key, value)
		case "percentile":
			cond.Percentile, cond.HasPercentile = p.number(key, value), true
			if cond.Percentile < 0 || cond.Percentile > 100 {
				p.fail(value, "percentile is %s, want 0 to 100", value.Value)
			}
		case "gt", "gte", "lt", "lte", "eq", "neq":
			cond.Bounds = append(cond.Bounds, Bound{Op: key.Value, Value: p.number(key, value)})
		default:
			p.fail(key, "condition has no criterion %q", key.Value)
		}
	}
	if len(cond.Bounds) == 0 {
		p.fail(n, "condition compares with nothing")
	}
	needs := p.c.Type != EventCount && p.c.Type != Temporal && p.c.Type != TemporalOrdered
	if needs && len(cond.Fields) == 0 {
		p.fail(n, "%s needs a field in its condition", p.c.Type)
	}
	if len(cond.Fields) > 1 && p.c.Type != ValueCount {
		p.fail(n, "%s takes one field", p.c.Type)
	}
}

func (p *correlationParser) number(key, value *yaml.Node) float64 {
	f, err := strconv.ParseFloat(value.Value, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		p.fail(value, "%s is %q, want a number", key.Value, value.Value)
		return 0
	}
	return f
}

// mappingValue returns the value of a key of a mapping, nil if there is none.
func mappingValue(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// timespanUnits are the units of a timespan. The specification has s, m, h and
// d; months and years are taken as 30 and 365 days.
var timespanUnits = map[byte]time.Duration{
	's': time.Second,
	'm': time.Minute,
	'h': time.Hour,
	'd': 24 * time.Hour,
	'w': 7 * 24 * time.Hour,
	'M': 30 * 24 * time.Hour,
	'y': 365 * 24 * time.Hour,
}

// parseTimespan reads a positive number and a unit: "90m".
func parseTimespan(s string) (time.Duration, error) {
	s = strings.TrimSpace(s)
	if len(s) < 2 {
		return 0, fmt.Errorf("%q is not a number and a unit such as 90m", s)
	}
	unit, ok := timespanUnits[s[len(s)-1]]
	if !ok {
		return 0, fmt.Errorf("%q has no unit (s, m, h, d or w)", s)
	}
	n, err := strconv.ParseUint(strings.TrimSpace(s[:len(s)-1]), 10, 63)
	if err != nil || n == 0 {
		return 0, fmt.Errorf("%q is not a positive number and a unit such as 90m", s)
	}
	if n > uint64(math.MaxInt64/unit) {
		return 0, fmt.Errorf("%q is too long", s)
	}
	return time.Duration(n) * unit, nil
}
