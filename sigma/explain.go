package sigma

import "seawall/record"

// FieldMatch is a field of a record that a rule looked at and found to be as
// it wants, under the rule's name for it. Field is "" for keywords.
type FieldMatch struct {
	Field string
	Value string
}

// Explain returns the fields that made a record match a rule, and their
// values, each once; nothing if it does not match. What a rule excludes is not
// among them. It is meant for the matches that are shown, not for every one.
func (m *Matcher) Explain(rec *record.Record, rule *Rule) []FieldMatch {
	p := m.programFor(rec)
	if p.empty() {
		return nil
	}
	m.start(rec, p)
	e := explainer{m: m, rec: rec, known: map[FieldMatch]bool{}}
	for i := range p.rules {
		r := &p.rules[i]
		if r.variant.rule == rule && m.holds(r.logic) {
			e.identity(r.variant.rule.Expr)
			e.explain(r.logic)
			return e.matches
		}
	}
	return nil
}

type explainer struct {
	m       *Matcher
	rec     *record.Record
	known   map[FieldMatch]bool
	matches []FieldMatch
}

func (e *explainer) add(field, value string) {
	match := FieldMatch{field, value}
	if value != "" && !e.known[match] {
		e.known[match] = true
		e.matches = append(e.matches, match)
	}
}

// identity adds the event id and channel if the rule asks for them: they are
// decided before a rule is evaluated.
func (e *explainer) identity(x *Expr) {
	if x.Op == OpNot {
		return
	}
	if x.Op == OpItem && (x.Item.Field == "EventID" || x.Item.Field == "Channel") {
		e.add(x.Item.Field, e.rec.Text(x.Item.Field))
	}
	for _, kid := range x.Kids {
		e.identity(kid)
	}
}

// explain adds what holds, in the order of evaluation.
func (e *explainer) explain(l *logic) {
	switch l.op {
	case OpItem:
		e.item(l)
	case OpAnd, OpOr, OpAtLeast:
		for _, kid := range l.kids {
			if e.m.holds(kid) {
				e.explain(kid)
			}
		}
	}
}

// item adds the values that a test holds for. If it holds for all of a field's
// values together only, these are all added.
func (e *explainer) item(l *logic) {
	field := l.item.Field
	texts := e.m.appendTexts(nil, l)
	some := false
	for _, t := range texts {
		if !t.null() && !l.test.not && len(l.test.refs) == 0 && meetsAny(l.test, t) {
			some = true
			e.add(field, t.value.String())
		}
	}
	if some || l.keyword {
		return
	}
	for _, t := range texts {
		e.add(field, t.value.String())
	}
}

// meetsAny reports whether a text meets one of the values of a test.
func meetsAny(t *test, x *text) bool {
	for _, p := range t.preds {
		if p.match(x) {
			return true
		}
	}
	return false
}
