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
