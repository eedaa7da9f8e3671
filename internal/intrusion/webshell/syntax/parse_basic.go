package syntax

// basic parses the statements of a Basic program.
func (p *parser) basic() *Node {
	var list []*Node
	for p.at < len(p.toks) {
		before := p.at
		if n := p.basicStatement(); n != nil {
			list = append(list, n)
		}
		if p.at == before {
			p.at++
		}
	}
	return p.node(Block, 0, "", list...)
}

func (p *parser) basicStatement() *Node {
	t := p.tok()
	if t.Kind != Word {
		if t.Kind == Punct && t.Op == '.' { // inside With
			p.at++
			return p.basicSimple()
		}
		p.at++
		return nil
	}
	switch t.Text {
	case "sub", "function", "property":
		return p.procedure(t)
	case "end", "exit", "loop", "next", "wend", "else", "then", "option", "on", "imports", "try", "catch", "finally", "private", "public", "shared", "protected", "dim", "redim", "const", "set", "let", "call", "byval", "byref", "friend", "static", "with", "using", "overrides", "preserve", "return":
		p.at++
		if t.Text == "end" || t.Text == "exit" || t.Text == "option" || t.Text == "on" || t.Text == "imports" {
			p.toLineEnd()
		}
		return nil
	case "if":
		p.at++
		return p.basicIf(t.Pos)
	case "while":
		p.at++
		return p.basicWhile(t.Pos)
	case "do":
		p.at++
		return p.basicDo(t.Pos)
	case "elseif", "until", "select", "case":
		p.at++
		return p.basicExpression(0)
	case "for":
		p.at++
		if p.acceptWord("each") {
			item := p.basicExpression(4)
			p.acceptWord("in")
			list := p.basicExpression(0)
			return p.node(Assign, t.Pos, "", item, list)
		}
		return p.basicFor(t.Pos)
	case "echo":
		p.at++
		return p.node(Echo, t.Pos, "", p.basicExpression(0))
	}
	return p.basicSimple()
}

func (p *parser) toLineEnd() {
	for p.at < len(p.toks) && p.tok().Kind != Newline && p.tok().Kind != Markup {
		p.at++
	}
}

// basicFor parses For i = a To b … Next as a loop.
func (p *parser) basicFor(pos int32) *Node {
	target := p.basicOperand()
	p.accept('=')
	from := p.basicExpression(0)
	p.acceptWord("to")
	to := p.basicExpression(0)
	step := int64(1)
	if p.acceptWord("step") {
		neg := p.accept('-')
		step = p.tok().Num
		p.at++
		if neg {
			step = -step
		}
	}
	if target == nil {
		return nil
	}
	list := p.basicBlock("next")
	p.acceptWord("next")
	p.toLineEnd()
	cond := p.node(Binary, pos, "", target, to)
	cond.Op = opLe
	if step < 0 {
		cond.Op = opGe
	}
	one := p.node(Num, pos, "")
	one.Num = step
	sum := p.node(Assign, pos, "", target, one)
	sum.Op = '+'
	return p.node(Loop, pos, "", p.node(Assign, pos, "", target, from), cond, sum, p.node(Block, pos, "", list...))
}

// procedure parses Sub and Function up to their End.
func (p *parser) procedure(t *Token) *Node {
	p.at++
	name := p.tok().Text
	p.at++
	kids := p.basicParameters()
	list := p.basicBlock()
	if p.procedureEnds() {
		p.at += 2
	}
	// A Basic function returns what was assigned to its name.
	list = append(list, p.node(Return, t.Pos, "", p.node(Var, t.Pos, name)))
	return p.node(Func, t.Pos, name, append(kids, p.node(Block, t.Pos, "", list...))...)
}

func (p *parser) basicParameters() []*Node {
	if !p.accept('(') {
		return nil
	}
	var kids []*Node
	for p.at < len(p.toks) && !p.is(')') {
		t := p.tok()
		p.at++
		if t.Kind != Word || t.Text == "byval" || t.Text == "byref" || t.Text == "optional" {
			continue
		}
		kids = append(kids, p.node(Var, t.Pos, t.Text))
		for p.at < len(p.toks) && !p.is(',') && !p.is(')') {
			p.at++
		}
	}
	p.accept(')')
	return kids
}

// basicSimple parses a = b, or a call with or without brackets.
func (p *parser) basicSimple() *Node {
	left := p.basicOperand()
	if left == nil {
		return nil
	}
	if p.acceptWord("as") {
		var typ *Node
		if at := p.tok().Pos; p.acceptWord("new") {
			typ = p.basicNew(at)
		} else {
			typ = p.basicOperand()
		}
		if typ != nil && typ.Kind == Call {
			p.node(Declare, left.Pos, typ.Kids[0].Str, left)
		}
		if !p.is('=') {
			return p.node(Assign, left.Pos, "", left, typ)
		}
	}
	t := p.tok()
	if t.Kind == Punct && (t.Op == '=' || t.Op == '&'|'='<<8 || t.Op == opPlusEq) {
		p.at++
		n := p.node(Assign, left.Pos, "", left, p.basicExpression(0))
		if t.Op != '=' {
			n.Op = '&'
		}
		return n
	}
	if t.Kind == Newline || t.Kind == Markup || t.Kind == EOF {
		return left
	}
	if left.Kind == Call && len(left.Kids) == 2 && p.basicBinding(t) > 0 {
		// f (a) & b is f with one argument
		first := p.basicRest(left.Kids[1], 0)
		return p.node(Call, left.Pos, "", left.Kids[0], first)
	}
	args := []*Node{left}
	for p.at < len(p.toks) && p.tok().Kind != Newline && p.tok().Kind != Markup && !p.word("else") && !p.word("end") {
		before := p.at
		if n := p.basicExpression(0); n != nil {
			args = append(args, n)
		}
		p.accept(',')
		if p.at == before {
			break
		}
	}
	return p.node(Call, left.Pos, "", args...)
}
