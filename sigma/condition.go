package sigma

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"
)

// parseConditions reads a condition or a list of them, which are alternatives.
func parseConditions(n, timeframe *yaml.Node, searches []search) (*Expr, *Aggregation, error) {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	or := &Expr{Op: OpOr}
	var agg *Aggregation
	for _, c := range nodes {
		if c.Kind != yaml.ScalarNode {
			return nil, nil, errorAt(c, "condition is not a string")
		}
		text, legacy, piped := strings.Cut(c.Value, "|")
		expr, err := parseCondition(text, searches)
		if err != nil {
			return nil, nil, errorAt(c, "condition: %v", err)
		}
		or.Kids = append(or.Kids, expr)
		if !piped {
			continue
		}
		if len(nodes) > 1 {
			return nil, nil, errorAt(c, "condition: an aggregation cannot be one of several conditions")
		}
		if agg, err = parseAggregation(legacy); err != nil {
			return nil, nil, errorAt(c, "condition: %v", err)
		}
	}
	if len(or.Kids) == 0 {
		return nil, nil, errorAt(n, "condition is empty")
	}
	if agg != nil && timeframe != nil {
		span, err := parseTimespan(timeframe.Value)
		if err != nil {
			return nil, nil, errorAt(timeframe, "timeframe: %v", err)
		}
		agg.Timeframe = span
	}
	if len(or.Kids) == 1 {
		return or.Kids[0], agg, nil
	}
	return or, agg, nil
}

// conditionParser reads, with "or" binding least and "x of" most:
//
//	or   = and { "or" and }
//	and  = not { "and" not }
//	not  = "not" not | "(" or ")" | quantity "of" pattern | identifier
type conditionParser struct {
	tokens   []string
	searches []search
	nodes    int
}

// parseCondition reads a condition and resolves its search identifiers.
func parseCondition(s string, searches []search) (*Expr, error) {
	tokens, err := conditionTokens(s)
	if err != nil {
		return nil, err
	}
	p := conditionParser{tokens: tokens, searches: searches}
	expr, err := p.binary("or", OpOr, 0)
	if err != nil {
		return nil, err
	}
	if len(p.tokens) > 0 {
		return nil, fmt.Errorf("unexpected %q", p.tokens[0])
	}
	return expr, nil
}

func conditionTokens(s string) ([]string, error) {
	var tokens []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] == '(' || s[0] == ')' {
			tokens, s = append(tokens, s[:1]), s[1:]
			continue
		}
		n := strings.IndexFunc(s, func(r rune) bool { return r == '(' || r == ')' || unicode.IsSpace(r) })
		if n < 0 {
			n = len(s)
		}
		tokens, s = append(tokens, s[:n]), s[n:]
		if len(tokens) > maxNodes {
			return nil, fmt.Errorf("more than %d words", maxNodes)
		}
	}
	return tokens, nil
}

// is reports whether the token after skip others is a keyword.
func (p *conditionParser) is(skip int, keyword string) bool {
	return len(p.tokens) > skip && strings.EqualFold(p.tokens[skip], keyword)
}

func (p *conditionParser) binary(keyword string, op Op, depth int) (*Expr, error) {
	next := p.unary
	if op == OpOr {
		next = func(depth int) (*Expr, error) { return p.binary("and", OpAnd, depth) }
	}
	first, err := next(depth)
	if err != nil {
		return nil, err
	}
	if !p.is(0, keyword) {
		return first, nil
	}
	expr := &Expr{Op: op, Kids: []*Expr{first}}
	for p.is(0, keyword) {
		p.tokens = p.tokens[1:]
		kid, err := next(depth)
		if err != nil {
			return nil, err
		}
		expr.Kids = append(expr.Kids, kid)
	}
	return expr, nil
}

func (p *conditionParser) unary(depth int) (*Expr, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	if len(p.tokens) == 0 {
		return nil, fmt.Errorf("ends where a search identifier should be")
	}
	token := p.tokens[0]
	switch {
	case p.is(0, "not"):
		p.tokens = p.tokens[1:]
		kid, err := p.unary(depth + 1)
		if err != nil {
			return nil, err
		}
		return &Expr{Op: OpNot, Kids: []*Expr{kid}}, nil
	case token == "(":
		p.tokens = p.tokens[1:]
		expr, err := p.binary("or", OpOr, depth+1)
		if err != nil {
			return nil, err
		}
		if !p.is(0, ")") {
			return nil, fmt.Errorf("missing )")
		}
		p.tokens = p.tokens[1:]
		return expr, nil
	case p.is(1, "of"):
		return p.quantified()
	}
	p.tokens = p.tokens[1:]
	for _, s := range p.searches {
		if s.name == token {
			return s.expr, nil
		}
	}
	return nil, fmt.Errorf("no search identifier is called %q", token)
}

// quantified reads "1 of them", "all of filter_*" and the like.
func (p *conditionParser) quantified() (*Expr, error) {
	if len(p.tokens) < 3 {
		return nil, fmt.Errorf("%q is followed by nothing", p.tokens[0]+" of")
	}
	quantity, pattern := p.tokens[0], p.tokens[2]
	p.tokens = p.tokens[3:]
	expr := &Expr{}
	for _, s := range p.searches {
		if nameMatches(pattern, s.name) {
			expr.Kids = append(expr.Kids, s.expr)
		}
	}
	if p.nodes += len(expr.Kids); p.nodes > maxNodes {
		return nil, fmt.Errorf("refers to more than %d search identifiers", maxNodes)
	}
	if len(expr.Kids) == 0 {
		return nil, fmt.Errorf("no search identifier matches %q", pattern)
	}
	switch strings.ToLower(quantity) {
	case "all":
		expr.Op = OpAnd
	case "any":
		expr.Op = OpOr
	default:
		n, err := strconv.Atoi(quantity)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is neither a positive number nor any or all", quantity)
		}
		if n > len(expr.Kids) {
			return nil, fmt.Errorf("asks for %d of %d search identifiers", n, len(expr.Kids))
		}
		expr.Op, expr.N = OpAtLeast, n
		if n == 1 {
			expr.Op = OpOr
		}
	}
	return expr, nil
}

// nameMatches reports whether a search identifier is meant by a pattern:
// "them" is all of them; identifiers that start with an underscore are meant
// only by patterns that do so too.
func nameMatches(pattern, name string) bool {
	if strings.HasPrefix(name, "_") && !strings.HasPrefix(pattern, "_") {
		return false
	}
	if strings.EqualFold(pattern, "them") {
		return true
	}
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return name == pattern
	}
	if !strings.HasPrefix(name, parts[0]) {
		return false
	}
	name = name[len(parts[0]):]
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, found := strings.Cut(name, part)
		if !found {
			return false
		}
		name = rest
	}
	return strings.HasSuffix(name, last)
}

// comparisons are the operators of legacy aggregations.
var comparisons = map[string]string{">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "eq", "==": "eq", "!=": "neq"}

// parseAggregation reads the legacy "count(Field) by Group > 5".
func parseAggregation(s string) (*Aggregation, error) {
	s = strings.TrimSpace(s)
	name, rest, ok := strings.Cut(s, "(")
	agg := &Aggregation{Func: strings.ToLower(strings.TrimSpace(name))}
	switch agg.Func {
	case "count", "min", "max", "avg", "sum":
	default:
		word, _, _ := strings.Cut(s, " ")
		return nil, fmt.Errorf("aggregation %q is not supported", word)
	}
	field, rest, closed := strings.Cut(rest, ")")
	if !ok || !closed {
		return nil, fmt.Errorf("aggregation %q has no parentheses", agg.Func)
	}
	agg.Field = strings.TrimSpace(field)
	at := strings.IndexAny(rest, "<>=!")
	if at < 0 {
		return nil, fmt.Errorf("aggregation compares with nothing")
	}
	words := strings.Fields(rest[:at])
	if len(words) > 0 {
		if !strings.EqualFold(words[0], "by") || len(words) < 2 {
			return nil, fmt.Errorf("aggregation: unexpected %q", words[0])
		}
		agg.By = strings.Join(words[1:], " ")
	}
	return agg, agg.compare(rest[at:])
}

func (a *Aggregation) compare(s string) error {
	n := strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("<>=!", r) })
	if n < 0 {
		return fmt.Errorf("aggregation compares with nothing")
	}
	op, ok := comparisons[s[:n]]
	if !ok {
		return fmt.Errorf("aggregation: unknown operator %q", s[:n])
	}
	value, err := strconv.ParseFloat(strings.TrimSpace(s[n:]), 64)
	if err != nil {
		return fmt.Errorf("aggregation compares with %q, not a number", strings.TrimSpace(s[n:]))
	}
	a.Op, a.Value = op, value
	return nil
}
