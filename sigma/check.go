package sigma

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Check returns what is doubtful in a collection, although it can be used:
// searches that nothing uses, conditions that never hold, values that cannot
// be met, fields that the log source does not have, and facts that are missing.
// Call it before [Compile], which joins filters to rules.
func Check(c *Collection) []Problem {
	k := checker{mapping: DefaultMapping(), ids: map[string]*Meta{}}
	for _, r := range c.Rules {
		k.rule(r)
	}
	for _, x := range c.Correlations {
		k.meta(&x.Meta)
	}
	for _, f := range c.Filters {
		k.meta(&f.Meta)
		k.items(f.Expr, nil)
	}
	return k.problems
}

type checker struct {
	mapping  *Mapping
	ids      map[string]*Meta
	problems []Problem

	at *Meta // of the document that is checked
}

func (k *checker) report(line int, format string, args ...any) {
	if line == 0 {
		line = k.at.Line
	}
	p := Problem{File: k.at.File, Line: line, Rule: k.at.Key(), What: fmt.Sprintf(format, args...)}
	if !slices.Contains(k.problems[max(0, len(k.problems)-16):], p) { // of items that a condition names twice
		k.problems = append(k.problems, p)
	}
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

var levels = []Level{"informational", "low", "medium", "high", "critical"}

// meta checks what a document says about itself.
func (k *checker) meta(m *Meta) {
	k.at = m
	switch {
	case m.ID == "":
		k.report(0, "no id: others cannot refer to it once its title changes")
	case !uuid.MatchString(m.ID):
		k.report(0, "id %q is not a UUID", m.ID)
	}
	if m.ID != "" {
		if other := k.ids[strings.ToLower(m.ID)]; other != nil {
			k.report(0, "same id as %s:%d", other.File, other.Line)
		}
		k.ids[strings.ToLower(m.ID)] = m
	}
	if len(m.Title) > 256 {
		k.report(0, "title is longer than 256 characters")
	}
}

func (k *checker) rule(r *Rule) {
	k.meta(&r.Meta)
	switch {
	case r.Level == "":
		k.report(0, "no level")
	case !slices.Contains(levels, r.Level):
		k.report(0, "level %q is none of informational, low, medium, high, critical", r.Level)
	}
	for _, s := range r.unused {
		if !strings.HasPrefix(s.name, "_") {
			k.report(s.line, "search %q is not used by the condition", s.name)
		}
	}
	if r.Aggregation != nil && r.Aggregation.Timeframe == 0 {
		k.report(0, "the condition aggregates without a timeframe")
	}
	targets, reason := k.mapping.Targets(r.LogSource)
	if len(targets) == 0 {
		k.report(0, "not evaluated: %s", reason)
		k.items(r.Expr, nil)
		return
	}
	k.items(r.Expr, knownFields(&r.LogSource))
	k.identity(r, targets)
	if impossible(r.Expr) {
		k.report(0, "the condition can never hold")
	}
}

// identity checks event ids and channels against the log source.
func (k *checker) identity(r *Rule, targets []Target) {
	some := false
	for i := range targets {
		v, err := newVariant(r, r.Expr, &targets[i])
		if err == nil && (v.ids == nil || len(v.ids) > 0) {
			some = true
		}
		if err == nil && len(targets[i].Channels) > 0 && v.target != &targets[i] {
			k.report(0, "the condition asks for a channel that the log source does not have")
		}
	}
	if !some {
		k.report(0, "the condition asks for other events than the log source has")
	}
}

// items checks each item; fields are those the log source has, nil if that is
// not known.
func (k *checker) items(e *Expr, fields map[string]bool) {
	e.walk(func(it *Item) {
		k.values(it)
		if it.Field != "" && fields != nil && !fields[strings.ToLower(it.Field)] {
			k.report(it.Line, "the log source has no field %s", it.Field)
		}
	})
}

// values checks the values of an item.
func (k *checker) values(it *Item) {
	if len(it.Values) > 1 && slices.ContainsFunc(it.Values, func(v Literal) bool { return v.Kind == LiteralNull }) {
		k.report(it.Line, "%s: null in a list of values; write it as a search of its own", it.name())
	}
	if it.test.all && len(it.Values) == 1 {
		k.report(it.Line, "%s: all of a single value", it.name())
	}
	seen := map[Literal]bool{}
	for _, v := range it.Values {
		line := v.Line
		v.Line = 0
		if !slices.Contains(it.Modifiers, "cased") && !slices.Contains(it.Modifiers, "re") {
			v.Text = fold(v.Text)
		}
		if seen[v] {
			k.report(line, "%s: %q is there twice", it.name(), v.Text)
		}
		seen[v] = true
	}
	if contradicts(&it.test) {
		k.report(it.Line, "%s: one value cannot be all of these", it.name())
	}
	for i, p := range it.test.preds {
		k.predicate(it, p, it.Values[min(i, len(it.Values)-1)].Line)
	}
}

func (k *checker) predicate(it *Item, p predicate, line int) {
	switch p := p.(type) {
	case *regexMatch:
		expr := p.re.String()
		if strings.HasPrefix(expr, ".*") || strings.HasSuffix(expr, ".*") && !strings.HasSuffix(expr, `\.*`) {
			k.report(line, "%s: .* at an end of a regular expression does nothing: it is searched for anywhere", it.name())
		}
		if p.re.MatchString("") {
			k.report(line, "%s: the regular expression matches everything", it.name())
		}
	case *stringMatch:
		if p.shape == shapeContains && len(p.text) == 0 && len(it.Modifiers) > 0 {
			k.report(line, "%s: an empty value is in every value", it.name())
		}
	}
}

// contradicts reports whether a test wants one value to be several.
func contradicts(t *test) bool {
	if !t.all || t.not {
		return false
	}
	var exact []byte
	for _, p := range t.preds {
		m, ok := p.(*stringMatch)
		if !ok || m.shape != shapeExact {
			continue
		}
		if exact != nil && string(exact) != string(m.text) {
			return true
		}
		exact = m.text
	}
	return t.null && exact != nil
}

// impossible reports whether an expression is false for every record, as far
// as its form tells: it wants something and its opposite.
func impossible(e *Expr) bool {
	switch e.Op {
	case OpItem:
		return contradicts(&e.Item.test)
	case OpOr:
		return !slices.ContainsFunc(e.Kids, func(kid *Expr) bool { return !impossible(kid) })
	case OpAnd:
		wanted, refused := map[*Expr]bool{}, map[*Expr]bool{}
		for _, kid := range e.Kids {
			kid.demands(wanted, refused)
		}
		for x := range wanted {
			if refused[x] {
				return true
			}
		}
		return slices.ContainsFunc(e.Kids, impossible)
	case OpAtLeast:
		possible := slices.DeleteFunc(slices.Clone(e.Kids), impossible)
		return len(possible) < e.N
	}
	return false
}

// demands collects the searches that must hold, and those that must not, for
// an expression to hold.
func (e *Expr) demands(wanted, refused map[*Expr]bool) {
	wanted[e] = true
	switch e.Op {
	case OpAnd:
		for _, kid := range e.Kids {
			kid.demands(wanted, refused)
		}
	case OpNot:
		e.Kids[0].refusals(refused)
	}
}

// refusals collects what must not hold for an expression not to hold.
func (e *Expr) refusals(refused map[*Expr]bool) {
	refused[e] = true
	if e.Op == OpOr {
		for _, kid := range e.Kids {
			kid.refusals(refused)
		}
	}
}
