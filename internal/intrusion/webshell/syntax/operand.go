package syntax

import "strings"

// operand parses a name, a constant, a bracketed expression or one of the
// expressions that begin with a keyword.
func (p *parser) operand() *Node {
	t := p.tok()
	switch t.Kind {
	case Text:
		p.at++
		n := p.node(Const, t.Pos, t.Text)
		if t.Op == 'c' {
			n.Op, n.Num = 'c', t.Num
		}
		return n
	case Number:
		p.at++
		n := p.node(Num, t.Pos, "")
		n.Num = t.Num
		return n
	case Template:
		p.at++
		return p.template(t, Join)
	case Shell:
		p.at++
		return p.template(t, Command)
	case Variable:
		p.at++
		return p.node(Var, t.Pos, t.Text)
	case Word:
		return p.wordOperand(t)
	case Punct:
		return p.punctOperand(t)
	}
	return nil
}

func (p *parser) punctOperand(t *Token) *Node {
	switch t.Op {
	case '(':
		p.at++
		list := p.list(')')
		if len(list) == 1 {
			return list[0]
		}
		return p.node(Array, t.Pos, "(", list...)
	case '[':
		p.at++
		return p.node(Array, t.Pos, "", p.list(']')...)
	case '{':
		if p.lang == PHP {
			return nil
		}
		return p.braceList()
	case '$':
		p.at++
		if p.accept('{') {
			name := p.expression(0)
			p.accept('}')
			return p.node(DynVar, t.Pos, "", name)
		}
		return p.node(DynVar, t.Pos, "", p.operand())
	}
	return nil
}

func (p *parser) wordOperand(t *Token) *Node {
	word := t.Text
	if p.lang == PHP {
		word = lowerWord(word)
	}
	next := p.peek(1)
	switch word {
	case "new":
		return p.newObject(t.Pos)
	case "function", "fn", "sub", "lambda":
		if p.lang == PHP || p.lang == JScript || p.lang == Perl || p.lang == Python {
			p.at++
			return p.function(t.Pos)
		}
	case "static", "clone", "await", "yield", "print", "not", "typeof", "delete":
		if next.Kind != Punct || next.Op == '(' && p.lang == PHP || next.Op == '@' {
			p.at++
			if word == "print" {
				return p.node(Echo, t.Pos, "", p.expression(1))
			}
			return p.expression(16)
		}
	case "throw":
		p.at++
		return p.expression(1)
	case "include", "include_once", "require", "require_once":
		if p.lang == PHP {
			p.at++
			return p.node(Include, t.Pos, word, p.expression(1))
		}
	case "array", "list":
		if p.lang == PHP && next.Kind == Punct && next.Op == '(' {
			p.at += 2
			return p.node(Array, t.Pos, "", p.list(')')...)
		}
	case "exit", "die":
		p.at++
		if p.accept('(') {
			return p.node(Echo, t.Pos, word, p.list(')')...)
		}
		return p.node(Return, t.Pos, word)
	}
	p.at++
	return p.node(Name, t.Pos, t.Text)
}

// newObject parses new Class(args), new Class[n], new Class[]{…} and bodies of
// anonymous classes.
func (p *parser) newObject(pos int32) *Node {
	p.at++
	if p.lang == PHP && p.word("class") {
		p.at++
		var args []*Node
		if p.accept('(') {
			args = p.list(')')
		}
		class := p.class(pos)
		return p.node(New, pos, "", append([]*Node{class}, args...)...)
	}
	name := ""
	var class *Node
	switch {
	case p.lang == PHP && p.tok().Kind != Word || p.lang == PHP && p.is('('):
		class = p.operand()
		for class != nil && (p.is('[') || p.is(opArrow) || p.is(opScope)) {
			if p.accept('[') {
				class = p.node(Index, pos, "", append([]*Node{class}, p.list(']')...)...)
			} else {
				class = p.member(class, p.tok().Op)
			}
		}
	case p.lang == PHP || p.lang == JScript:
		name = p.tok().Text
		p.at++
		for p.is('.') && p.peek(1).Kind == Word {
			name = p.peek(1).Text
			p.at += 2
		}
	default:
		name, _ = p.typeName()
	}
	kids := []*Node{class}
	if p.accept('(') {
		kids = append(kids, p.list(')')...)
	} else if p.accept('[') {
		name += "[]"
		p.list(']')
	}
	if p.is('{') && p.lang != PHP && p.lang != JScript {
		if len(name) > 2 && name[len(name)-2:] == "[]" || name == "" {
			n := p.braceList()
			n.Str = name
			return n
		}
		if p.lang == Java {
			kids = append(kids, p.node(Class, pos, name, p.block()))
		} else {
			kids = append(kids, p.braceList())
		}
	}
	return p.node(New, pos, name, kids...)
}

// template parses the inside of a string with variables in it.
func (p *parser) template(t *Token, kind Kind) *Node {
	raw := t.Text
	var kids []*Node
	from := 0
	flush := func(to int) {
		if to > from {
			kids = append(kids, p.node(Const, t.Pos, unescapePHP(raw[from:to])))
		}
	}
	for i := 0; i < len(raw); {
		n, node := 0, (*Node)(nil)
		switch {
		case raw[i] == '\\':
			i += 2
			continue
		case raw[i] == '{' && i+1 < len(raw) && raw[i+1] == '$':
			n = braced(raw[i:])
			node = p.inner(raw[i+1 : i+n-1])
		case raw[i] == '$' && i+1 < len(raw) && raw[i+1] == '{':
			n = 1 + braced(raw[i+1:])
			inside := raw[i+2 : max(i+2, i+n-1)]
			if node = p.inner(inside); node != nil && node.Kind == Name {
				node = p.node(Var, t.Pos, node.Str)
			} else {
				node = p.node(DynVar, t.Pos, "", node)
			}
		case raw[i] == '$' && i+1 < len(raw) && isWordStart(raw[i+1]):
			n, node = p.simple(raw[i:], t.Pos)
		}
		if n == 0 {
			i++
			continue
		}
		flush(i)
		if node != nil {
			kids = append(kids, node)
		}
		i += n
		from = i
	}
	flush(len(raw))
	return p.node(kind, t.Pos, "", kids...)
}

// braced returns the length of the balanced {…} at the start of s.
func braced(s string) int {
	level := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			level++
		case '}':
			if level--; level == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// inner parses an expression inside a string.
func (p *parser) inner(src string) *Node {
	if !p.enter() {
		p.leave()
		return nil
	}
	defer p.leave()
	var toks []Token
	if p.lang == Perl {
		toks = LexPerl(nil, src)
	} else {
		toks = LexPHP(nil, src, true)
	}
	q := parser{src: src, toks: toks, lang: p.lang, depth: p.depth}
	return q.expression(0)
}

// simple parses $name, $name[key] and $name->prop at the start of s.
func (p *parser) simple(s string, pos int32) (int, *Node) {
	n := 1
	for n < len(s) && isWord(s[n]) {
		n++
	}
	node := p.node(Var, pos, s[1:n])
	closing := byte(0)
	switch {
	case n < len(s) && s[n] == '[':
		closing = ']'
	case n < len(s) && s[n] == '{' && p.lang == Perl:
		closing = '}'
	}
	if closing != 0 {
		end := n + 1
		for end < len(s) && s[end] != closing {
			end++
		}
		key := s[n+1 : end]
		if p.lang == Perl {
			key = strings.Trim(key, `'"`)
		}
		k := p.node(Const, pos, key)
		if len(key) > 1 && key[0] == '$' {
			k = p.node(Var, pos, key[1:])
		}
		return min(end+1, len(s)), p.node(Index, pos, "", node, k)
	}
	if n+2 < len(s) && s[n] == '-' && s[n+1] == '>' && isWordStart(s[n+2]) {
		end := n + 2
		for end < len(s) && isWord(s[end]) {
			end++
		}
		return end, p.node(Member, pos, s[n+2:end], node)
	}
	return n, node
}
