package syntax

// declaration parses the declarations of Java and C#: a type, then names with
// values, or a method. It reports false, and does not move, if the tokens are
// something else.
func (p *parser) declaration() (*Node, bool) {
	start := p.at
	typ, ok := p.typeName()
	if !ok {
		p.at = start
		return nil, false
	}
	t := p.tok()
	if t.Kind == Punct && t.Op == '(' && p.constructor() { // Name(…) {…}
		kids := p.parameters()
		p.skipToBody()
		return p.node(Func, t.Pos, typ, append(kids, p.methodBody())...), true
	}
	if t.Kind != Word {
		p.at = start
		return nil, false
	}
	switch next := p.peek(1); {
	case next.Kind == Word && (next.Text == "in"):
	case next.Kind != Punct:
		p.at = start
		return nil, false
	case next.Op == '(':
		p.at++
		kids := p.parameters()
		p.skipToBody()
		return p.node(Func, t.Pos, t.Text, append(kids, p.methodBody())...), true
	case next.Op == '{' && p.lang == CSharp, next.Op == opFat && p.lang == CSharp:
		p.at += 1
		if p.is('{') {
			return p.block(), true
		}
		return p.statement(), true
	case next.Op != '=' && next.Op != ';' && next.Op != ',' && next.Op != ':' && next.Op != '[' && next.Op != ')':
		p.at = start
		return nil, false
	}
	return p.variables(typ), true
}

// variables parses name = value, name, name[] = value; behind the type.
func (p *parser) variables(typ string) *Node {
	pos := p.tok().Pos
	var list []*Node
	for p.tok().Kind == Word {
		v := p.node(Var, p.tok().Pos, p.tok().Text)
		p.at++
		for p.accept('[') {
			p.skipBalanced()
		}
		if p.accept('=') {
			var value *Node
			if p.is('{') {
				value = p.braceList()
			} else {
				value = p.expression(1)
			}
			v = p.node(Assign, v.Pos, "", v, value)
		}
		list = append(list, p.node(Declare, v.Pos, typ, v))
		if !p.accept(',') {
			break
		}
	}
	p.accept(';')
	return p.node(Block, pos, "", list...)
}

func (p *parser) skipToBody() {
	for p.at < len(p.toks) && !p.is('{') && !p.is(';') && !p.is(opFat) {
		p.at++
	}
}

func (p *parser) methodBody() *Node {
	switch {
	case p.is('{'):
		return p.block()
	case p.accept(opFat):
		return p.node(Return, p.tok().Pos, "", p.expression(0))
	}
	p.accept(';')
	return nil
}

// constructor reports whether ( … ) at the position is followed by a body.
func (p *parser) constructor() bool {
	start := p.at
	p.at++
	p.skipBalanced()
	is := p.is('{') || p.word("throws")
	p.at = start
	return is
}

// typeName parses a.b.C<D, E>[] and returns the last name, with [] if it is an
// array.
func (p *parser) typeName() (string, bool) {
	t := p.tok()
	if t.Kind != Word {
		return "", false
	}
	name := t.Text
	p.at++
	for p.is('.') && p.peek(1).Kind == Word {
		name = p.peek(1).Text
		p.at += 2
	}
	if p.is('<') && !p.generics() {
		return "", false
	}
	for p.is('[') {
		next := p.peek(1)
		if next.Kind != Punct || next.Op != ']' {
			return "", false
		}
		p.at += 2
		name += "[]"
	}
	if p.is('?') && p.peek(1).Kind == Word {
		p.at++
	}
	return name, true
}

// generics moves over <…> of types.
func (p *parser) generics() bool {
	level := 0
	for i := 0; i < 64; i++ {
		t := p.tok()
		if t.Kind == Punct {
			switch t.Op {
			case '<':
				level++
			case '>':
				level--
			case opShr:
				level -= 2
			case opLtGt:
			case ',', '.', '[', ']', '?', '&':
			default:
				return false
			}
		} else if t.Kind != Word {
			return false
		}
		p.at++
		if level <= 0 {
			return true
		}
	}
	return false
}
