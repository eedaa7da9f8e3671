package pattern

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Parse reads a pattern.
func Parse(text string) (*Pattern, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: tokens, pattern: &Pattern{}}
	root, err := p.followed(0)
	if err == nil && p.peek().kind != end {
		err = p.unexpected()
	}
	if err != nil {
		return nil, err
	}
	p.pattern.root = root
	return p.pattern, nil
}

type parser struct {
	tokens  []token
	at      int
	pattern *Pattern
	leaves  int
}

// maxDepth bounds parentheses within each other.
const maxDepth = 200

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != end {
		p.at++
	}
	return t
}

func (p *parser) unexpected() error {
	t := p.peek()
	if t.kind == end {
		return fmt.Errorf("%w: it ends too early", ErrPattern)
	}
	return fmt.Errorf("%w: unexpected %q at byte %d", ErrPattern, t.text, t.at)
}

// take passes over a sign or a word, if it is next.
func (p *parser) take(text string) bool {
	t := p.peek()
	if t.kind == sign && t.text == text || t.kind == word && strings.EqualFold(t.text, text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) must(text string) error {
	if !p.take(text) {
		return p.unexpected()
	}
	return nil
}

// followed reads observation expressions: FOLLOWEDBY binds less than OR, OR
// less than AND.
func (p *parser) followed(depth int) (node, error) {
	return chain(p, "FOLLOWEDBY", depth, (*parser).or, func(l, r node) node { return &both{l, r, true} })
}

func (p *parser) or(depth int) (node, error) {
	return chain(p, "OR", depth, (*parser).and, func(l, r node) node { return &either{l, r} })
}

func (p *parser) and(depth int) (node, error) {
	return chain(p, "AND", depth, (*parser).observation, func(l, r node) node { return &both{l, r, false} })
}

// chain reads operands that a word joins, from the left.
func chain[T any](p *parser, joint string, depth int, operand func(*parser, int) (T, error), join func(l, r T) T) (T, error) {
	left, err := operand(p, depth)
	for err == nil && p.take(joint) {
		var right T
		if right, err = operand(p, depth); err == nil {
			left = join(left, right)
		}
	}
	return left, err
}

func (p *parser) observation(depth int) (node, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: nested too deep", ErrPattern)
	}
	var n node
	switch {
	case p.take("["):
		t, err := p.testOr(depth + 1)
		if err != nil {
			return nil, err
		}
		if err := p.must("]"); err != nil {
			return nil, err
		}
		n = &leaf{t, p.leaves}
		p.leaves++
	case p.take("("):
		inner, err := p.followed(depth + 1)
		if err != nil {
			return nil, err
		}
		if err := p.must(")"); err != nil {
			return nil, err
		}
		n = inner
	default:
		return nil, p.unexpected()
	}
	return p.qualified(n)
}

// qualified reads what is demanded of the time and number of observations.
func (p *parser) qualified(n node) (node, error) {
	for {
		switch {
		case p.take("WITHIN"):
			seconds, err := strconv.ParseFloat(p.next().text, 64)
			if err != nil || seconds <= 0 || seconds > math.MaxInt64/float64(time.Second)/2 {
				return nil, fmt.Errorf("%w: WITHIN needs a positive number", ErrPattern)
			}
			if err := p.must("SECONDS"); err != nil {
				return nil, err
			}
			n = &within{n, time.Duration(seconds * float64(time.Second))}
		case p.take("REPEATS"):
			times, err := strconv.Atoi(p.next().text)
			if err != nil || times <= 0 {
				return nil, fmt.Errorf("%w: REPEATS needs a positive number", ErrPattern)
			}
			if err := p.must("TIMES"); err != nil {
				return nil, err
			}
			n = &repeats{n, times}
		case p.take("START"):
			start, err := p.instant()
			if err != nil {
				return nil, err
			}
			if err := p.must("STOP"); err != nil {
				return nil, err
			}
			stop, err := p.instant()
			if err != nil {
				return nil, err
			}
			n = &between{n, start, stop}
		default:
			return n, nil
		}
	}
}

func (p *parser) instant() (time.Time, error) {
	t := p.next()
	if t.kind != timed && t.kind != quoted {
		return time.Time{}, fmt.Errorf("%w: no time at byte %d", ErrPattern, t.at)
	}
	at, err := parseTime(t.text)
	if err != nil {
		return at, fmt.Errorf("%w: %q is no time", ErrPattern, t.text)
	}
	return at, nil
}

func (p *parser) testOr(depth int) (test, error) {
	return chain(p, "OR", depth, (*parser).testAnd, func(l, r test) test { return &alternative{l, r} })
}

func (p *parser) testAnd(depth int) (test, error) {
	return chain(p, "AND", depth, (*parser).comparison, func(l, r test) test { return &all{l, r} })
}

func (p *parser) comparison(depth int) (test, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("%w: nested too deep", ErrPattern)
	}
	if p.take("(") {
		t, err := p.testOr(depth + 1)
		if err != nil {
			return nil, err
		}
		return t, p.must(")")
	}
	c := &Comparison{}
	if p.take("NOT") {
		c.Negated = true
	}
	exists := p.take("EXISTS")
	if err := p.path(c); err != nil {
		return nil, err
	}
	if exists {
		c.Operator = Exists
	} else if err := p.operation(c); err != nil {
		return nil, err
	}
	if err := c.compile(); err != nil {
		return nil, err
	}
	p.pattern.Comparisons = append(p.pattern.Comparisons, c)
	return c, nil
}

// path reads "type:property.'other'[0]".
func (p *parser) path(c *Comparison) error {
	t := p.next()
	if t.kind != word && t.kind != quoted {
		p.at = max(p.at-1, 0)
		return p.unexpected()
	}
	c.Type = t.text
	if err := p.must(":"); err != nil {
		return err
	}
	for first := true; ; first = false {
		if p.take("[") {
			if first {
				return p.unexpected()
			}
			step := Step{}
			if p.take("*") {
				step.Every = true
			} else if n, err := strconv.Atoi(p.next().text); err == nil {
				step.Index = n
			} else {
				return fmt.Errorf("%w: no index", ErrPattern)
			}
			c.Path = append(c.Path, step)
			if err := p.must("]"); err != nil {
				return err
			}
			continue
		}
		if !first && !p.take(".") {
			return nil
		}
		t := p.next()
		if t.kind == word && strings.Contains(t.text, "-") || t.kind != word && t.kind != quoted {
			return fmt.Errorf("%w: %q is no name of a property", ErrPattern, t.text)
		}
		c.Path = append(c.Path, Step{Key: t.text})
	}
}

// operation reads an operator and its constants.
func (p *parser) operation(c *Comparison) error {
	if p.take("NOT") {
		c.Negated = !c.Negated
	}
	t := p.next()
	switch op := Operator(strings.ToUpper(t.text)); {
	case t.kind == sign && (op == Equal || op == NotEqual || op == Less || op == LessEqual || op == More || op == MoreEqual),
		t.kind == word && (op == In || op == Like || op == Matches || op == IsSubset || op == IsSuperset):
		c.Operator = op
	default:
		p.at = max(p.at-1, 0)
		return p.unexpected()
	}
	if c.Operator != In {
		v, err := p.value()
		c.Values = []Value{v}
		return err
	}
	if err := p.must("("); err != nil {
		return err
	}
	for !p.take(")") {
		if len(c.Values) > 0 {
			if err := p.must(","); err != nil {
				return err
			}
		}
		v, err := p.value()
		if err != nil {
			return err
		}
		c.Values = append(c.Values, v)
	}
	return nil
}
