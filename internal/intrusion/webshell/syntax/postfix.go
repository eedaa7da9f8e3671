package syntax

// postfix parses calls, indexes and members behind an operand.
func (p *parser) postfix(n *Node) *Node {
	for {
		t := p.tok()
		if t.Kind != Punct {
			return n
		}
		switch {
		case t.Op == '(':
			p.at++
			args := p.list(')')
			n = p.node(Call, n.Pos, "", append([]*Node{n}, args...)...)
		case t.Op == '[':
			p.at++
			kids := p.list(']')
			n = p.node(Index, n.Pos, "", append([]*Node{n}, kids...)...)
		case t.Op == '{' && (p.lang == PHP || p.lang == Perl) && p.indexable(n, t):
			p.at++
			kids := p.list('}')
			n = p.node(Index, n.Pos, "", append([]*Node{n}, kids...)...)
		case t.Op == opInc || t.Op == opDec:
			p.at++
			n = p.node(Step, n.Pos, "", n)
			n.Op = t.Op
		case t.Op == opArrow && p.lang == Java:
			return p.lambda(n)
		case t.Op == opFat && (p.lang == CSharp || p.lang == JScript):
			return p.lambda(n)
		case t.Op == opArrow, t.Op == opNullArrow, t.Op == opScope, t.Op == opNullDot, t.Op == '.' && p.lang != PHP && p.lang != Perl:
			n = p.member(n, t.Op)
		default:
			return n
		}
	}
}

func (p *parser) lambda(param *Node) *Node {
	p.at++
	var body *Node
	if p.is('{') {
		body = p.block()
	} else {
		body = p.node(Return, param.Pos, "", p.expression(1))
	}
	return p.node(Func, param.Pos, "", param, body)
}

// indexable reports whether { right behind n is an index, as in $s{0}.
func (p *parser) indexable(n *Node, t *Token) bool {
	if p.at == 0 || p.toks[p.at-1].End != t.Pos {
		return false
	}
	return n.Kind == Var || n.Kind == Index || n.Kind == DynVar || n.Kind == Member && p.lang == PHP
}

func (p *parser) member(n *Node, op Op) *Node {
	p.at++
	kind := Member
	if op == opScope {
		kind = Static
	}
	t := p.tok()
	switch {
	case t.Kind == Word:
		p.at++
		return p.node(kind, n.Pos, t.Text, n)
	case t.Kind == Variable:
		p.at++
		if kind == Static {
			return p.node(Static, n.Pos, "$"+t.Text, n)
		}
		return p.node(kind, n.Pos, "", n, p.node(Var, t.Pos, t.Text))
	case t.Kind == Punct && t.Op == '{':
		p.at++
		list := p.list('}')
		if len(list) > 0 {
			return p.node(kind, n.Pos, "", n, list[0])
		}
	case t.Kind == Punct && (t.Op == '[' || t.Op == '(') && op == opArrow: // Perl: $r->[0], $f->(…)
		return n
	case t.Kind == Punct && t.Op == '$':
		return p.node(kind, n.Pos, "", n, p.operand())
	}
	return n
}
