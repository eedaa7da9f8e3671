package syntax

func (p *parser) ifStatement(pos int32) *Node {
	cond := p.parens()
	then := p.body()
	var other *Node
	at := p.tok().Pos
	switch {
	case p.word("elseif"), p.word("elsif"), p.word("elif"):
		p.at++
		if p.enter() {
			other = p.ifStatement(at)
		}
		p.leave()
	case p.word("else"):
		p.at++
		if p.enter() {
			other = p.body()
		}
		p.leave()
	}
	p.acceptWord("endif")
	return p.node(If, pos, "", cond, then, other)
}

// forStatement parses the counting and the iterating loops of all languages.
func (p *parser) forStatement(pos int32) *Node {
	paren := p.accept('(')
	if !paren { // Perl: foreach my $x (list); Python: for x in list
		p.acceptWord("my")
		var item *Node
		if t := p.tok(); t.Kind == Variable { // the bracket behind it opens the list, not a call
			p.at++
			item = p.node(Var, t.Pos, t.Text)
		} else {
			item = p.expression(3)
		}
		var list *Node
		if p.acceptWord("in") {
			list = p.expression(0)
		} else {
			list = p.parens()
		}
		return p.node(Each, pos, "", list, nil, item, p.body())
	}
	first := p.headStatement()
	if p.acceptWord("as") || p.is(':') || p.word("in") {
		php := p.lang == PHP
		if !php {
			p.at++
		}
		second := p.expression(0)
		var key *Node
		value := second
		if second != nil && second.Kind == Pair {
			key, value = second.Kids[0], second.Kids[1]
		}
		p.accept(')')
		list := first
		if !php {
			list, value = second, first
		}
		return p.node(Each, pos, "", list, key, value, p.body())
	}
	for p.accept(',') {
		first = p.node(Block, pos, "", first, p.expression(0))
	}
	if p.accept(')') { // Perl: for (list) {…}
		return p.node(Each, pos, "", first, nil, nil, p.body())
	}
	p.accept(';')
	var cond, step *Node
	if !p.is(';') {
		cond = p.expression(0)
		for p.accept(',') {
			cond = p.expression(0)
		}
	}
	p.accept(';')
	if !p.is(')') {
		step = p.expression(0)
		for p.accept(',') {
			step = p.node(Block, pos, "", step, p.expression(0))
		}
	}
	p.accept(')')
	return p.node(Loop, pos, "", first, cond, step, p.body())
}
