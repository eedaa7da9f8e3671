package syntax

// keyword parses the statements that begin with a keyword.
func (p *parser) keyword(t *Token) (*Node, bool) {
	word := t.Text
	if p.lang == PHP {
		word = lowerWord(word)
	}
	if next := p.peek(1); next.Kind == Punct && (next.Op == opScope || next.Op == '=' || next.Op == opArrow) {
		return nil, false
	}
	pos := t.Pos
	switch word {
	case "if", "elseif", "elsif", "elif", "unless":
		p.at++
		return p.ifStatement(pos), true
	case "while", "until":
		p.at++
		cond := p.parens()
		return p.node(Loop, pos, "", nil, cond, nil, p.body()), true
	case "do":
		p.at++
		body := p.body()
		var cond *Node
		if p.acceptWord("while") {
			cond = p.parens()
		}
		return p.node(Loop, pos, "do", nil, cond, nil, body), true
	case "for", "foreach":
		p.at++
		return p.forStatement(pos), true
	case "switch", "try", "finally", "else", "synchronized", "lock", "unsafe", "checked", "fixed", "using", "catch", "except", "default", "with":
		return p.prefixed(word, pos), true
	case "case":
		p.at++
		p.expression(0)
		_ = p.accept(':') || p.accept(';')
		return nil, true
	case "function", "sub", "def", "fn":
		if p.lang == Java || p.lang == CSharp || p.peek(1).Kind != Word && !(p.peek(1).Kind == Punct && p.peek(1).Op == '&') {
			return nil, false
		}
		p.at++
		return p.function(pos), true
	case "class", "interface", "trait", "enum", "struct":
		if p.peek(1).Kind != Word {
			return nil, false
		}
		p.at++
		return p.class(pos), true
	case "namespace", "package", "import", "use", "from":
		p.at++
		for p.at < len(p.toks) && !p.is(';') && !p.is('{') && p.tok().Kind != Markup {
			p.at++
		}
		if p.is('{') && word != "use" {
			return p.block(), true
		}
		return nil, true
	case "return", "throw", "raise":
		p.at++
		var v *Node
		if !p.is(';') && !p.is('}') {
			v = p.expression(0)
		}
		return p.node(Return, pos, word, v), true
	case "echo":
		p.at++
		list := p.list(';')
		return p.node(Echo, pos, "", list...), true
	case "break", "continue", "last", "next":
		p.at++
		if p.tok().Kind == Number {
			p.at++
		}
		return p.node(Break, pos, word), true
	case "global":
		p.at++
		list := p.list(';')
		return p.node(Declare, pos, "global", list...), true
	case "abstract", "final", "public", "private", "protected", "static", "internal", "override", "virtual", "sealed", "readonly", "native", "partial", "async", "extern", "var", "const", "my", "our", "local", "let", "volatile", "transient":
		n := p.peek(1)
		if word == "static" && (n.Kind == Punct || p.lang == PHP && n.Kind == Word && lowerWord(n.Text) == "fn") {
			return nil, false
		}
		p.at++
		if p.is(':') {
			p.at++
		}
		if p.lang == JScript && p.tok().Kind == Word && p.peek(1).Kind == Punct && p.peek(1).Op == ':' {
			return p.typedVariable(), true
		}
		return p.statement(), true
	}
	return nil, false
}

// typedVariable parses name : Type = value of JScript .NET.
func (p *parser) typedVariable() *Node {
	v := p.node(Var, p.tok().Pos, p.tok().Text)
	for p.at += 2; p.tok().Kind == Word || p.is('.') || p.is('[') || p.is(']'); p.at++ {
	}
	if p.accept('=') {
		v = p.node(Assign, v.Pos, "", v, p.expression(1))
	}
	p.accept(';')
	return v
}

// prefixed parses the statements of which only the body matters.
func (p *parser) prefixed(word string, pos int32) *Node {
	p.at++
	var head *Node
	if p.accept('(') {
		head = p.headStatement()
		for p.at < len(p.toks) && !p.is(')') && !p.is('{') {
			before := p.at
			p.expression(0)
			if p.at == before {
				p.at++
			}
		}
		p.accept(')')
	} else if word == "using" || word == "with" || word == "except" {
		for p.at < len(p.toks) && !p.is(';') && !p.is('{') {
			p.at++
		}
	}
	if word == "default" {
		p.accept(':')
		return nil
	}
	if word == "using" && p.is(';') {
		return nil
	}
	body := p.body()
	return p.node(Block, pos, word, head, body)
}

// headStatement parses what may stand in the parentheses of for and using.
func (p *parser) headStatement() *Node {
	if p.is(')') || p.is(';') {
		return nil
	}
	if p.lang == JScript || p.lang == Perl {
		if !p.acceptWord("var") {
			p.acceptWord("my")
		}
	}
	if p.lang == Java || p.lang == CSharp {
		if n, ok := p.declaration(); ok {
			return n
		}
	}
	return p.expression(0)
}
