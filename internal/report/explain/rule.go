// Package explain tells a person what a detector looks for, what a rule says,
// and why a finding was raised and how to check it.
package explain

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"seawall/internal/report/escape"
	"seawall/sigma"
)

// Rule explains a rule.
func Rule(w io.Writer, r *sigma.Rule, reason string) error {
	p := &printer{}
	p.meta(&r.Meta)
	p.field("Looks at", logSource(&r.LogSource))
	if reason != "" {
		p.field("Not used", reason)
	}
	p.line("")
	p.line("Matches an event if")
	p.expr(r.Expr, 1, "")
	if a := r.Aggregation; a != nil {
		p.line(fmt.Sprintf("and %s of %s by %s is %s %g within %s", a.Func, orEvents(a.Field), orEvents(a.By), operators[a.Op], a.Value, a.Timeframe))
	}
	p.list("False positives", r.FalsePositives)
	p.list("References", r.References)
	_, err := io.WriteString(w, p.b.String())
	return err
}

// Correlation explains a correlation rule.
func Correlation(w io.Writer, c *sigma.Correlation) error {
	p := &printer{}
	p.meta(&c.Meta)
	p.line("")
	p.line(fmt.Sprintf("True of events within %s if their %s", c.Timespan, strings.ReplaceAll(string(c.Type), "_", " ")))
	for _, b := range c.Condition.Bounds {
		p.line(fmt.Sprintf("  is %s %g", operators[b.Op], b.Value))
	}
	if len(c.Condition.Fields) > 0 {
		p.line("  measured over " + strings.Join(c.Condition.Fields, ", "))
	}
	if len(c.GroupBy) > 0 {
		p.line("  for each " + strings.Join(c.GroupBy, ", "))
	}
	p.list("Of the rules", c.Rules)
	p.list("False positives", c.FalsePositives)
	p.list("References", c.References)
	_, err := io.WriteString(w, p.b.String())
	return err
}

var operators = map[string]string{"gt": "more than", "gte": "at least", "lt": "less than", "lte": "at most", "eq": "exactly", "neq": "other than"}

func orEvents(field string) string {
	if field == "" {
		return "events"
	}
	return field
}

// printer collects lines. Rules may come from anywhere: all text is escaped.
type printer struct{ b strings.Builder }

func (p *printer) line(s string) { p.b.WriteString(escape.Visible(s) + "\n") }

func (p *printer) field(name, value string) {
	if value != "" {
		p.line(fmt.Sprintf("%-10s %s", name, value))
	}
}

func (p *printer) list(name string, items []string) {
	if len(items) == 0 {
		return
	}
	p.line("")
	p.line(name)
	for _, item := range items {
		p.line("  - " + item)
	}
}

func (p *printer) paragraphs(text string) {
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		p.line(strings.TrimRight(line, " \r"))
	}
}

func (p *printer) meta(m *sigma.Meta) {
	p.line(m.Title)
	p.line("")
	p.field("Id", m.Key())
	p.field("Level", string(m.Level))
	p.field("Status", m.Status)
	p.field("Author", m.Author)
	date := m.Date
	if m.Modified != "" {
		date += ", modified " + m.Modified
	}
	p.field("Date", date)
	p.field("Tags", strings.Join(m.Tags, ", "))
	p.field("File", m.File)
	if m.Description != "" {
		p.line("")
		p.paragraphs(m.Description)
		p.line("")
	}
}

func logSource(l *sigma.LogSource) string {
	var parts []string
	for _, part := range []struct{ name, value string }{{"product", l.Product}, {"category", l.Category}, {"service", l.Service}} {
		if part.value != "" {
			parts = append(parts, part.name+" "+part.value)
		}
	}
	return strings.Join(parts, ", ")
}

// expr writes a node of the condition in words, one condition a line.
func (p *printer) expr(e *sigma.Expr, depth int, lead string) {
	indent := strings.Repeat("  ", depth)
	name := ""
	if e.Search != "" {
		name = "  (" + e.Search + ")"
	}
	heading := map[sigma.Op]string{sigma.OpAnd: "all of:", sigma.OpOr: "any of:", sigma.OpNot: "none of:", sigma.OpAtLeast: fmt.Sprintf("at least %d of:", e.N)}
	switch {
	case e.Op == sigma.OpItem:
		p.item(e.Item, indent+lead, name)
	case len(e.Kids) == 1 && e.Op != sigma.OpNot:
		p.expr(e.Kids[0], depth, lead)
	default:
		p.line(indent + lead + heading[e.Op] + name)
		for _, kid := range e.Kids {
			p.expr(kid, depth+1, "")
		}
	}
}

// comparisons are the words for a modifier that says how to compare.
var comparisons = map[string]string{
	"contains": "contains", "startswith": "starts with", "endswith": "ends with", "re": "matches the expression", "cidr": "lies in",
	"gt": "is more than", "gte": "is at least", "lt": "is less than", "lte": "is at most", "exists": "exists:", "fieldref": "equals the field", "neq": "is not",
}

const maxValues = 40 // of a list, shown

func (p *printer) item(it *sigma.Item, lead, name string) {
	field, verb, how := it.Field, "is", "any of"
	if field == "" {
		field, verb = "any value", "contains"
	}
	var rest []string
	for _, m := range it.Modifiers {
		switch {
		case comparisons[m] != "":
			verb = comparisons[m]
		case m == "all":
			how = "all of"
		default:
			rest = append(rest, m)
		}
	}
	text := lead + field + " " + verb
	if len(rest) > 0 {
		text += " (" + strings.Join(rest, ", ") + ")"
	}
	if len(it.Values) == 1 {
		p.line(text + " " + literal(it.Values[0]) + name)
		return
	}
	p.line(text + " " + how + name)
	indent := strings.Repeat(" ", len(lead)-len(strings.TrimLeft(lead, " "))+4)
	for _, v := range it.Values[:min(len(it.Values), maxValues)] {
		p.line(indent + "- " + literal(v))
	}
	if more := len(it.Values) - maxValues; more > 0 {
		p.line(fmt.Sprintf("%s- and %d more", indent, more))
	}
}

func literal(l sigma.Literal) string {
	switch l.Kind {
	case sigma.LiteralNull:
		return "null"
	case sigma.LiteralString:
		return "'" + l.Text + "'"
	}
	return l.Text
}

// FindRule returns the rule or correlation with an id, name or title; both nil
// if there is none. Case does not matter.
func FindRule(c *sigma.Collection, key string) (*sigma.Rule, *sigma.Correlation) {
	is := func(m *sigma.Meta) bool {
		return slices.ContainsFunc([]string{m.ID, m.Name, m.Title}, func(s string) bool { return s != "" && strings.EqualFold(s, key) })
	}
	for _, r := range c.Rules {
		if is(&r.Meta) {
			return r, nil
		}
	}
	for _, r := range c.Correlations {
		if is(&r.Meta) {
			return nil, r
		}
	}
	return nil, nil
}
