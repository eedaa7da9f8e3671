package syntax

// basicBlock parses statements up to one of the words, which is left, or up to
// the end of the procedure.
func (p *parser) basicBlock(ends ...string) []*Node {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	var list []*Node
	for p.at < len(p.toks) && !p.procedureEnds() {
		for _, end := range ends {
			if p.word(end) {
				return list
			}
		}
		before := p.at
		if n := p.basicStatement(); n != nil {
			list = append(list, n)
		}
		if p.at == before {
			p.at++
		}
	}
	return list
}

// procedureEnds reports whether End Sub or its like is next.
func (p *parser) procedureEnds() bool {
	if !p.word("end") || p.peek(1).Kind != Word {
		return false
	}
	switch p.peek(1).Text {
	case "sub", "function", "property":
		return true
	}
	return false
}

// basicIf parses what follows If: a block up to End If, or the rest of a line.
func (p *parser) basicIf(pos int32) *Node {
	cond := p.basicExpression(0)
	p.acceptWord("then")
	t := p.tok()
	if t.Kind != Newline || p.src[t.Pos] == ':' {
		return p.basicIfLine(pos, cond)
	}
	then := p.basicIfBlock()
	var other *Node
	switch {
	case p.word("elseif"):
		p.at++
		if p.enter() {
			other = p.basicIf(p.tok().Pos)
		}
		p.leave()
		return p.node(If, pos, "", cond, then, other)
	case p.acceptWord("else"):
		if p.word("if") { // Else If on one line opens an If of its own
			other = p.basicStatement()
		}
		other = p.node(Block, pos, "", other, p.basicIfBlock())
	}
	if p.word("end") && p.peek(1).Kind == Word && p.peek(1).Text == "if" {
		p.at += 2
	}
	return p.node(If, pos, "", cond, then, other)
}

// basicIfBlock parses statements up to the next branch or the end of an If.
func (p *parser) basicIfBlock() *Node {
	pos := p.tok().Pos
	if !p.enter() {
		p.leave()
		return p.node(Block, pos, "")
	}
	defer p.leave()
	var list []*Node
	for p.at < len(p.toks) && !p.procedureEnds() && !p.word("elseif") && !p.word("else") {
		if p.word("end") && p.peek(1).Kind == Word && p.peek(1).Text == "if" {
			break
		}
		before := p.at
		if n := p.basicStatement(); n != nil {
			list = append(list, n)
		}
		if p.at == before {
			p.at++
		}
	}
	return p.node(Block, pos, "", list...)
}

// basicIfLine parses an If whose branches stand on one line.
func (p *parser) basicIfLine(pos int32, cond *Node) *Node {
	for p.tok().Kind == Newline && p.src[p.tok().Pos] == ':' {
		p.at++
	}
	then := p.basicLine()
	var other *Node
	if p.acceptWord("else") {
		other = p.basicLine()
	}
	return p.node(If, pos, "", cond, then, other)
}

// basicLine parses the statements of a line up to Else.
func (p *parser) basicLine() *Node {
	pos := p.tok().Pos
	if !p.enter() {
		p.leave()
		return p.node(Block, pos, "")
	}
	defer p.leave()
	var list []*Node
	for p.at < len(p.toks) && !p.word("else") {
		t := p.tok()
		if t.Kind == Markup || t.Kind == Newline && p.src[t.Pos] != ':' || p.word("end") {
			break
		}
		before := p.at
		if n := p.basicStatement(); n != nil {
			list = append(list, n)
		}
		if p.at == before {
			p.at++
		}
	}
	if p.word("end") && p.peek(1).Kind == Word && p.peek(1).Text == "if" {
		p.at += 2
	}
	return p.node(Block, pos, "", list...)
}

// basicWhile parses While up to Wend or End While.
func (p *parser) basicWhile(pos int32) *Node {
	cond := p.basicExpression(0)
	body := p.basicBlock("wend", "end")
	if p.acceptWord("end") {
		p.acceptWord("while")
	}
	p.acceptWord("wend")
	return p.node(Loop, pos, "", nil, cond, nil, p.node(Block, pos, "", body...))
}

// basicDo parses Do up to Loop, with a condition at either end.
func (p *parser) basicDo(pos int32) *Node {
	cond := p.basicCondition()
	body := p.basicBlock("loop")
	kind := ""
	if p.acceptWord("loop") && cond == nil {
		if cond = p.basicCondition(); cond != nil {
			kind = "do"
		}
	}
	return p.node(Loop, pos, kind, nil, cond, nil, p.node(Block, pos, "", body...))
}

// basicCondition parses While or Until and what follows; nil if neither is next.
func (p *parser) basicCondition() *Node {
	pos := p.tok().Pos
	switch {
	case p.acceptWord("while"):
		return p.basicExpression(0)
	case p.acceptWord("until"):
		n := p.node(Unary, pos, "", p.basicExpression(0))
		n.Op = '!'
		return n
	}
	return nil
}
