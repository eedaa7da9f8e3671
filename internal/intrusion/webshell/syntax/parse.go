package syntax

// Parse returns the tree of the tokens, which must come from the lexer of lang
// over src. skipped reports that nesting too deep was left out.
func Parse(toks []Token, src string, lang Language) (tree *Node, skipped bool) {
	p := parser{src: src, toks: toks, lang: lang}
	if lang == VBScript || lang == VBNet {
		return p.basic(), p.Skipped
	}
	var list []*Node
	for p.at < len(p.toks) {
		before := p.at
		if n := p.statement(); n != nil {
			list = append(list, n)
		}
		if p.at == before {
			p.at++
		}
	}
	return p.node(Block, 0, "", list...), p.Skipped
}

// ParseSource lexes and parses code of lang, without any markup around it.
func ParseSource(src string, lang Language) *Node {
	var toks []Token
	switch lang {
	case PHP:
		toks = LexPHP(nil, src, true)
	case VBScript, VBNet:
		toks = LexBasic(nil, src)
	case Perl:
		toks = LexPerl(nil, src)
	case Python:
		toks = LexPython(nil, src)
	default:
		toks = LexBrace(nil, src, lang)
	}
	tree, _ := Parse(toks, src, lang)
	return tree
}

// statement parses one statement. It may return nil, and always moves on
// unless it stands before a closing bracket.
func (p *parser) statement() *Node {
	if !p.enter() {
		p.at++
		p.leave()
		return nil
	}
	defer p.leave()
	t := p.tok()
	switch t.Kind {
	case Markup, Newline:
		p.at++
		return nil
	case Punct:
		switch t.Op {
		case '{':
			return p.block()
		case ';', ',', ')', ']', ':':
			p.at++
			return nil
		case '}':
			return nil
		case '#', '[':
			if p.lang == CSharp || t.Op == '#' {
				p.at++
				p.accept('[')
				p.skipBalanced()
				return nil
			}
		case '@':
			if p.lang == Java {
				p.at += 2
				return nil
			}
		}
	case Word:
		if n, ok := p.keyword(t); ok {
			return n
		}
		if p.lang == Java || p.lang == CSharp {
			if n, ok := p.declaration(); ok {
				return n
			}
		}
	}
	n := p.expression(0)
	p.accept(';')
	return n
}

func (p *parser) block() *Node {
	pos := p.tok().Pos
	p.at++
	var list []*Node
	for p.at < len(p.toks) && !p.is('}') {
		before := p.at
		if n := p.statement(); n != nil {
			list = append(list, n)
		}
		if p.at == before {
			p.at++
		}
	}
	p.accept('}')
	return p.node(Block, pos, "", list...)
}

// body parses what a condition governs: a statement, or PHP's form from a
// colon to one of the end words.
func (p *parser) body() *Node {
	if !p.is(':') {
		if n := p.statement(); n != nil {
			return n
		}
		return p.node(Block, p.tok().Pos, "")
	}
	pos := p.tok().Pos
	p.at++
	var list []*Node
	for p.at < len(p.toks) {
		if p.acceptEnd() {
			break
		}
		if p.word("else") || p.word("elseif") {
			break
		}
		before := p.at
		if n := p.statement(); n != nil {
			list = append(list, n)
		}
		if p.at == before {
			p.at++
		}
	}
	return p.node(Block, pos, "", list...)
}

func (p *parser) acceptEnd() bool {
	return p.acceptWord("endif") || p.acceptWord("endwhile") || p.acceptWord("endfor") ||
		p.acceptWord("endforeach") || p.acceptWord("endswitch")
}

func (p *parser) parens() *Node {
	if !p.accept('(') {
		return p.expression(0)
	}
	n := p.expression(0)
	for p.accept(',') || p.accept(';') {
		p.expression(0)
	}
	p.accept(')')
	return n
}

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
		return p.statement(), true
	}
	return nil, false
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
		item := p.expression(3)
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

func lowerWord(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}
