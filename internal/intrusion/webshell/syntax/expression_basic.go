package syntax

func (p *parser) basicBinding(t *Token) int {
	if t.Kind == Word {
		switch t.Text {
		case "and", "or", "xor", "eqv", "andalso", "orelse":
			return 1
		case "mod":
			return 4
		case "is", "isnot", "like":
			return 2
		}
		return 0
	}
	if t.Kind != Punct {
		return 0
	}
	switch t.Op {
	case '=', '<', '>', opLtGt, opLe, opGe:
		return 2
	case '&', '+', '-':
		return 3
	case '*', '/', '\\':
		return 4
	case '^':
		return 5
	}
	return 0
}

func (p *parser) basicExpression(level int) *Node {
	if !p.enter() {
		p.at++
		p.leave()
		return nil
	}
	defer p.leave()
	return p.basicRest(p.basicUnary(), level)
}

func (p *parser) basicRest(left *Node, level int) *Node {
	for left != nil {
		t := p.tok()
		b := p.basicBinding(t)
		if b == 0 || b < level {
			break
		}
		p.at++
		right := p.basicExpression(b + 1)
		left = p.node(Binary, left.Pos, t.Text, left, right)
		left.Op = t.Op
		switch {
		case t.Op == '=':
			left.Op = opEq
		case t.Text == "xor":
			left.Op = '^'
		case t.Text == "mod":
			left.Op = '%'
		case t.Text == "and", t.Text == "andalso":
			left.Op = opAnd
		case t.Text == "or", t.Text == "orelse":
			left.Op = opOr
		}
	}
	return left
}

func (p *parser) basicUnary() *Node {
	t := p.tok()
	if t.Kind == Punct && (t.Op == '-' || t.Op == '+') || t.Kind == Word && t.Text == "not" {
		p.at++
		n := p.node(Unary, t.Pos, "", p.basicUnary())
		n.Op = t.Op
		if t.Kind == Word {
			n.Op = '!'
		}
		return n
	}
	return p.basicOperand()
}

func (p *parser) basicOperand() *Node {
	if !p.enter() {
		p.at++
		p.leave()
		return nil
	}
	defer p.leave()
	t := p.tok()
	var n *Node
	switch t.Kind {
	case Text:
		p.at++
		n = p.node(Const, t.Pos, t.Text)
	case Number:
		p.at++
		n = p.node(Num, t.Pos, "")
		n.Num = t.Num
	case Word:
		p.at++
		if t.Text == "new" {
			return p.basicNew(t.Pos)
		}
		if t.Text == "then" || t.Text == "else" || t.Text == "to" || t.Text == "step" {
			p.at--
			return nil
		}
		n = p.node(Name, t.Pos, t.Text)
	case Punct:
		switch t.Op {
		case '(':
			p.at++
			list := p.basicList(')')
			if len(list) == 0 {
				return nil
			}
			n = list[0]
		case '{':
			p.at++
			n = p.node(Array, t.Pos, "", p.basicList('}')...)
		case '.':
			n = p.node(Name, t.Pos, "with")
		default:
			return nil
		}
	default:
		return nil
	}
	for {
		switch {
		case p.is('('):
			p.at++
			n = p.node(Call, n.Pos, "", append([]*Node{n}, p.basicList(')')...)...)
		case p.is('.') && p.peek(1).Kind == Word:
			n = p.node(Member, n.Pos, p.peek(1).Text, n)
			p.at += 2
		default:
			return n
		}
	}
}

func (p *parser) basicList(closing Op) []*Node {
	var out []*Node
	for p.at < len(p.toks) && !p.is(closing) && p.tok().Kind != Newline && p.tok().Kind != Markup {
		before := p.at
		if n := p.basicExpression(0); n != nil {
			out = append(out, n)
		}
		p.accept(',')
		if p.at == before {
			p.at++
		}
	}
	p.accept(closing)
	return out
}

// basicNew parses what follows New: the name of a class and what it is made
// with.
func (p *parser) basicNew(pos int32) *Node {
	made := p.basicOperand()
	if made == nil {
		return nil
	}
	class, args := made, []*Node(nil)
	if made.Kind == Call {
		class, args = made.Kids[0], made.Kids[1:]
	}
	if class == nil || class.Kind != Name && class.Kind != Member {
		return made
	}
	return p.node(New, pos, class.Str, append([]*Node{nil}, args...)...)
}
