package syntax

// function parses a function behind its keyword.
func (p *parser) function(pos int32) *Node {
	p.accept('&')
	name := ""
	if p.tok().Kind == Word {
		name = p.tok().Text
		p.at++
	}
	kids := p.parameters()
	if p.acceptWord("use") {
		kids = append(kids, p.parameters()...)
	}
	if p.accept(':') && p.lang == PHP || p.lang == JScript {
		for p.at < len(p.toks) && !p.is('{') && !p.is(';') {
			p.at++
		}
	}
	var body *Node
	switch {
	case p.is('{'):
		body = p.block()
	case p.accept(opFat):
		body = p.node(Return, pos, "", p.expression(1))
	default:
		p.accept(';')
	}
	return p.node(Func, pos, name, append(kids, body)...)
}

// parameters parses (…): the last name before each comma counts.
func (p *parser) parameters() []*Node {
	if !p.accept('(') {
		return nil
	}
	var kids []*Node
	var last *Token
	for p.at < len(p.toks) && !p.is(')') {
		t := p.tok()
		switch {
		case t.Kind == Variable || t.Kind == Word && (p.lang != PHP):
			if last == nil || p.lang != JScript && p.lang != Python {
				last = t
			}
			p.at++
		case t.Kind == Punct && t.Op == ',':
			p.at++
			if last != nil {
				kids = append(kids, p.node(Var, last.Pos, last.Text))
			}
			last = nil
		case t.Kind == Punct && t.Op == '=':
			p.at++
			p.expression(1)
		case t.Kind == Punct && (t.Op == '(' || t.Op == '[' || t.Op == '{'):
			p.at++
			p.skipBalanced()
		default:
			p.at++
		}
	}
	p.accept(')')
	if last != nil {
		kids = append(kids, p.node(Var, last.Pos, last.Text))
	}
	return kids
}

func (p *parser) class(pos int32) *Node {
	name := ""
	if p.tok().Kind == Word {
		name = p.tok().Text
		p.at++
	}
	for p.at < len(p.toks) && !p.is('{') && !p.is(';') {
		p.at++
	}
	if !p.is('{') {
		return nil
	}
	return p.node(Class, pos, name, p.block())
}
