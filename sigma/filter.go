package sigma

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Filter is a Sigma filter: a condition joined to that of other rules, as
// "(rule) and (filter)". A filter that is to exclude something therefore has
// to say "not".
type Filter struct {
	Meta
	LogSource LogSource
	// Rules are the ids, names or titles of the rules the filter applies to;
	// none means any rule.
	Rules []string
	// Expr is the condition over the filter's own searches.
	Expr *Expr

	applied bool
}

// parseFilter reads the filter section of a document; meta and source are what
// the document says about itself. The error is a [Problem].
func parseFilter(meta Meta, source LogSource, doc *yaml.Node) (*Filter, error) {
	f := &Filter{Meta: meta, LogSource: source}
	section := mappingValue(doc, "filter")
	if section == nil || section.Kind != yaml.MappingNode {
		return nil, Problem{File: meta.File, Line: meta.lineOf(section), Rule: meta.Key(), What: "filter is not a mapping"}
	}
	rules := mappingValue(section, "rules")
	if rules != nil {
		nodes := []*yaml.Node{rules}
		if rules.Kind == yaml.SequenceNode {
			nodes = rules.Content
		}
		for _, n := range nodes {
			if n.Kind != yaml.ScalarNode || n.Value == "" {
				return nil, Problem{File: meta.File, Line: meta.lineOf(n), Rule: meta.Key(), What: "rules of a filter must be names, or any"}
			}
			f.Rules = append(f.Rules, n.Value)
		}
	}
	if slices.ContainsFunc(f.Rules, func(name string) bool { return strings.EqualFold(name, "any") }) {
		f.Rules = nil
	}
	d, err := parseDetection(section, "rules")
	if err != nil {
		return nil, err
	}
	if d.aggregation != nil {
		return nil, Problem{File: meta.File, Line: meta.lineOf(section), Rule: meta.Key(), What: "a filter cannot aggregate"}
	}
	f.Expr = d.expr
	return f, nil
}

// ApplyFilters joins the collection's filters to the conditions of the rules
// they apply to. Each filter is applied once, however often it is called. The
// problems are filters that have no effect, or not all the effect they claim.
//
// The searches of a filter cannot be confused with those of a rule that have
// the same name: conditions are resolved when a document is read.
func (c *Collection) ApplyFilters() []Problem {
	var problems []Problem
	index := indexReferences(c)
	for _, f := range c.Filters {
		if f.applied {
			continue
		}
		f.applied = true
		rules, more := f.targets(c, index)
		problems = append(problems, more...)
		for _, rule := range rules {
			rule.Expr = And(rule.Expr, f.Expr)
		}
	}
	return problems
}

// targets returns the rules a filter applies to.
func (f *Filter) targets(c *Collection, index references) (rules []*Rule, problems []Problem) {
	report := func(format string, args ...any) {
		problems = append(problems, Problem{File: f.File, Line: f.Line, Rule: f.Key(), What: fmt.Sprintf(format, args...)})
	}
	if f.Rules == nil {
		for _, rule := range c.Rules {
			if rule.LogSource.within(f.LogSource) {
				rules = append(rules, rule)
			}
		}
		if len(rules) == 0 {
			report("filter applies to no rule: none has its log source")
		}
		return rules, problems
	}
	for _, name := range f.Rules {
		found := false
		for _, doc := range index[strings.ToLower(name)] {
			rule, ok := doc.(*Rule)
			if !ok {
				continue
			}
			found = true
			switch {
			case !rule.LogSource.within(f.LogSource):
				report("filtered rule %q has another log source", name)
			case !slices.Contains(rules, rule):
				rules = append(rules, rule)
			}
		}
		if !found {
			report("filtered rule %q does not exist", name)
		}
	}
	return rules, problems
}

// within reports whether a log source is part of another: it has everything
// that the other one asks for.
func (ls LogSource) within(other LogSource) bool {
	has := func(own, asked string) bool { return asked == "" || strings.EqualFold(own, asked) }
	return has(ls.Category, other.Category) && has(ls.Product, other.Product) && has(ls.Service, other.Service)
}
