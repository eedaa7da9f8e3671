package sigma

import (
	"fmt"
	"slices"
	"strings"
)

// Limits of extended conditions. Rules are written by people; these stop
// crafted ones.
const (
	maxRuleExprDepth = 32
	maxRuleExprText  = 8 << 10
)

// parseRuleExpr reads an extended temporal condition: names of rules joined by
// and, or, not and parentheses; not binds closest, then and.
func parseRuleExpr(text string) (*RuleExpr, error) {
	if len(text) > maxRuleExprText {
		return nil, fmt.Errorf("longer than %d bytes", maxRuleExprText)
	}
	p := ruleExprParser{tokens: ruleExprTokens(text)}
	expr, err := p.or(0)
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.tokens) {
		return nil, fmt.Errorf("unexpected %q", p.tokens[p.pos])
	}
	return expr, nil
}

func ruleExprTokens(text string) []string {
	text = strings.ReplaceAll(text, "(", " ( ")
	text = strings.ReplaceAll(text, ")", " ) ")
	return strings.Fields(text)
}

type ruleExprParser struct {
	tokens []string
	pos    int
}

// accept takes the next token if it is the given word, in any case.
func (p *ruleExprParser) accept(word string) bool {
	if p.pos < len(p.tokens) && strings.EqualFold(p.tokens[p.pos], word) {
		p.pos++
		return true
	}
	return false
}

func (p *ruleExprParser) or(depth int) (*RuleExpr, error) {
	return p.list(depth, OpOr, "or", p.and)
}

func (p *ruleExprParser) and(depth int) (*RuleExpr, error) {
	return p.list(depth, OpAnd, "and", p.not)
}

func (p *ruleExprParser) list(depth int, op Op, word string, next func(int) (*RuleExpr, error)) (*RuleExpr, error) {
	var kids []*RuleExpr
	for {
		kid, err := next(depth)
		if err != nil {
			return nil, err
		}
		kids = append(kids, kid)
		if !p.accept(word) {
			break
		}
	}
	if len(kids) == 1 {
		return kids[0], nil
	}
	return &RuleExpr{Op: op, Kids: kids}, nil
}

func (p *ruleExprParser) not(depth int) (*RuleExpr, error) {
	if depth > maxRuleExprDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxRuleExprDepth)
	}
	switch {
	case p.accept("not"):
		kid, err := p.not(depth + 1)
		if err != nil {
			return nil, err
		}
		return &RuleExpr{Op: OpNot, Kids: []*RuleExpr{kid}}, nil
	case p.accept("("):
		kid, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.accept(")") {
			return nil, fmt.Errorf("a parenthesis is not closed")
		}
		return kid, nil
	case p.pos == len(p.tokens):
		return nil, fmt.Errorf("ends where a rule is expected")
	}
	word := p.tokens[p.pos]
	if slices.Contains([]string{"and", "or", ")"}, strings.ToLower(word)) {
		return nil, fmt.Errorf("%q where a rule is expected", word)
	}
	p.pos++
	return &RuleExpr{Op: OpItem, Rule: word}, nil
}

// rules appends the rules an expression names, each once, in order.
func (e *RuleExpr) rules(list []string) []string {
	if e.Op == OpItem {
		if !slices.Contains(list, e.Rule) {
			list = append(list, e.Rule)
		}
		return list
	}
	for _, kid := range e.Kids {
		list = kid.rules(list)
	}
	return list
}

// holds evaluates the expression over the rules that are present.
func (e *RuleExpr) holds(present func(rule string) bool) bool {
	switch e.Op {
	case OpItem:
		return present(e.Rule)
	case OpNot:
		return !e.Kids[0].holds(present)
	case OpAnd:
		for _, kid := range e.Kids {
			if !kid.holds(present) {
				return false
			}
		}
		return true
	}
	for _, kid := range e.Kids {
		if kid.holds(present) {
			return true
		}
	}
	return false
}

// rising reports whether the expression has no negation, so that more events
// can never break it.
func (e *RuleExpr) rising() bool {
	if e.Op == OpNot {
		return false
	}
	return !slices.ContainsFunc(e.Kids, func(kid *RuleExpr) bool { return !kid.rising() })
}

// sequence is one way to meet an extended ordered condition: the rules that
// must occur, in order, and those that must not. Both are indexes in
// Correlation.Rules, ascending: that list gives the order.
type sequence struct{ must, never []int }

// maxSequences bounds the alternatives of an extended ordered condition.
const maxSequences = 64

// sequences returns the alternatives of the condition of an ordered
// correlation.
func sequences(c *Correlation) ([]sequence, error) {
	if c.Condition.Expr == nil {
		return nil, nil
	}
	terms, err := alternatives(c.Condition.Expr, c.Rules, false)
	if err != nil {
		return nil, err
	}
	var list []sequence
	for _, t := range terms {
		if t.must&t.never != 0 {
			continue // can never hold
		}
		s := sequence{}
		for r := range c.Rules {
			switch bit := uint64(1) << r; {
			case t.must&bit != 0:
				s.must = append(s.must, r)
			case t.never&bit != 0:
				s.never = append(s.never, r)
			}
		}
		list = append(list, s)
	}
	return list, nil
}

// ruleTerm is a conjunction: sets of rules that must and must not occur.
type ruleTerm struct{ must, never uint64 }

// alternatives is the disjunctive normal form of an expression, or of its
// negation.
func alternatives(e *RuleExpr, rules []string, negate bool) ([]ruleTerm, error) {
	switch {
	case e.Op == OpItem:
		bit := uint64(1) << slices.Index(rules, e.Rule)
		if negate {
			return []ruleTerm{{never: bit}}, nil
		}
		return []ruleTerm{{must: bit}}, nil
	case e.Op == OpNot:
		return alternatives(e.Kids[0], rules, !negate)
	}
	either := (e.Op == OpOr) != negate
	terms := []ruleTerm{{}}
	if either {
		terms = nil
	}
	for _, kid := range e.Kids {
		more, err := alternatives(kid, rules, negate)
		if err != nil {
			return nil, err
		}
		if either {
			terms = append(terms, more...)
		} else {
			terms = product(terms, more)
		}
		if len(terms) > maxSequences {
			return nil, fmt.Errorf("has more than %d alternatives", maxSequences)
		}
	}
	return terms, nil
}

func product(a, b []ruleTerm) []ruleTerm {
	var terms []ruleTerm
	for _, x := range a {
		for _, y := range b {
			terms = append(terms, ruleTerm{x.must | y.must, x.never | y.never})
		}
	}
	return terms
}
