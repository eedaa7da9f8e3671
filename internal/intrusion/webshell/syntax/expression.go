package syntax

// binding returns how tightly a binary operator binds; 0 is no operator.
// Level 1 is assignment.
func (p *parser) binding(t *Token) int {
	if t.Kind == Word {
		switch lowerWord(t.Text) {
		case "or", "xor":
			return 2
		case "and":
			return 2
		case "instanceof", "is", "as", "in":
			if p.lang == PHP && (t.Text == "as" || t.Text == "in" || t.Text == "is") {
				return 0
			}
			return 9
		case "x", "eq", "ne", "lt", "gt":
			if p.lang == Perl {
				return 9
			}
		}
		return 0
	}
	if t.Kind != Punct {
		return 0
	}
	switch t.Op {
	case opElvis:
		return 4
	case opOr:
		return 5
	case opAnd:
		return 6
	case '|':
		return 7
	case '^':
		return 8
	case '&':
		return 9
	case opEq, opNe, opSame, opNotSame, opLtGt, opShip, opBind, opNotBind:
		return 10
	case '<', '>', opLe, opGe:
		return 11
	case opShl, opShr, opUShr:
		return 12
	case '+', '-':
		return 13
	case '.':
		if p.lang == PHP || p.lang == Perl {
			return 13
		}
	case '*', '/', '%':
		return 14
	case opPow:
		return 15
	}
	return 0
}

// assignment returns the operator of a compound assignment, and whether t is
// an assignment at all.
func assignment(t *Token) (Op, bool) {
	if t.Kind != Punct {
		return 0, false
	}
	switch t.Op {
	case '=':
		return 0, true
	case opEq, opNe, opSame, opNotSame, opLe, opGe:
		return 0, false
	}
	op := t.Op
	for shift := 8; shift <= 24; shift += 8 {
		if op>>shift == '=' {
			return op & (1<<shift - 1), true
		}
	}
	return 0, false
}

// expression parses an expression whose operators bind at least so tightly.
// It returns nil if there is none.
func (p *parser) expression(level int) *Node {
	if !p.enter() {
		p.at++
		p.leave()
		return nil
	}
	defer p.leave()
	left := p.unary()
	if left == nil {
		return nil
	}
	for {
		t := p.tok()
		if op, ok := assignment(t); ok {
			p.at++
			p.accept('&')
			right := p.expression(1)
			left = p.node(Assign, left.Pos, "", left, right)
			left.Op = op
			continue
		}
		if t.Kind == Punct && t.Op == '?' {
			if level > 3 {
				return left
			}
			left = p.choose(left)
			continue
		}
		if t.Kind == Punct && t.Op == opFat {
			if level > 0 {
				return left
			}
			p.at++
			p.accept('&')
			left = p.node(Pair, left.Pos, "", left, p.expression(1))
			continue
		}
		b := p.binding(t)
		if b == 0 || b < level {
			return left
		}
		p.at++
		right := p.expression(b + 1)
		left = p.node(Binary, left.Pos, t.Text, left, right)
		left.Op = t.Op
	}
}

func (p *parser) choose(cond *Node) *Node {
	p.at++
	var then *Node
	if !p.is(':') {
		then = p.expression(1)
	}
	p.accept(':')
	return p.node(Choose, cond.Pos, "", cond, then, p.expression(4))
}

// unary parses prefixes, an operand and what follows it.
func (p *parser) unary() *Node {
	t := p.tok()
	if t.Kind == Punct {
		switch t.Op {
		case '!', '~', '-', '+':
			p.at++
			n := p.node(Unary, t.Pos, "", p.expression(16))
			n.Op = t.Op
			return n
		case '@', '&', '\\', '*', '%':
			p.at++
			return p.expression(16)
		case opInc, opDec:
			p.at++
			n := p.node(Step, t.Pos, "pre", p.expression(16))
			n.Op = t.Op
			return n
		case opEllipsis:
			p.at++
			return p.node(Spread, t.Pos, "", p.expression(1))
		case '(':
			if n := p.cast(); n != nil {
				return n
			}
		}
	}
	n := p.operand()
	if n == nil {
		return nil
	}
	return p.postfix(n)
}

// cast parses (type) expression.
func (p *parser) cast() *Node {
	start := p.at
	pos := p.tok().Pos
	p.at++
	typ, ok := p.typeName()
	if !ok || !p.accept(')') || p.lang == JScript || p.lang == Perl || p.lang == Python {
		p.at = start
		return nil
	}
	t := p.tok()
	if p.lang == PHP {
		switch lowerWord(typ) {
		case "int", "integer", "string", "array", "object", "bool", "boolean", "float", "double", "binary", "unset":
		default:
			p.at = start
			return nil
		}
	} else if t.Kind == Punct && t.Op != '(' && t.Op != '!' && t.Op != '~' || t.Kind == EOF || t.Kind == Markup {
		if !(t.Op == '-' && (typ == "byte" || typ == "char" || typ == "int")) {
			p.at = start
			return nil
		}
	}
	return p.node(Cast, pos, typ, p.expression(16))
}

// list parses expressions between commas up to the closing operator, which it
// takes.
func (p *parser) list(closing Op) []*Node {
	var out []*Node
	for p.at < len(p.toks) && !p.is(closing) {
		if p.tok().Kind == Markup || closing == ';' && p.is('}') {
			return out
		}
		before := p.at
		n := p.expression(0)
		if n != nil && p.is(':') && closing != ';' { // named argument, or a pair of a map
			p.at++
			n = p.node(Pair, n.Pos, "", n, p.expression(0))
		}
		if n != nil {
			out = append(out, n)
		}
		if !p.accept(',') && p.at == before {
			if p.is(';') || p.is('}') {
				break
			}
			p.at++
		}
	}
	p.accept(closing)
	return out
}

func (p *parser) braceList() *Node {
	pos := p.tok().Pos
	p.at++
	return p.node(Array, pos, "", p.list('}')...)
}
