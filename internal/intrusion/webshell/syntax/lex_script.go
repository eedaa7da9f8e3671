package syntax

// LexPerl appends the tokens of a Perl program to dst.
func LexPerl(dst []Token, src string) []Token {
	l := phpLexer{scanner{src: src, tokens: dst}}
	for l.pos < len(src) {
		c, from := src[l.pos], l.pos
		switch {
		case isSpace(c):
			l.pos++
		case c == '#':
			l.skipLine()
		case c == '=' && (from == 0 || src[from-1] == '\n') && l.pos+1 < len(src) && isWordStart(src[l.pos+1]):
			l.skipPast("\n=cut")
		case (c == '$' || c == '@' || c == '%') && l.pos+1 < len(src) && isWordStart(src[l.pos+1]):
			l.pos++
			name := l.word()
			l.emit(Variable, from, name)
		case isWordStart(c):
			name := l.word()
			if !l.perlQuote(from, name) {
				l.emit(Word, from, name)
			}
		case isDigit(c):
			l.number()
		case c == '\'':
			l.pos++
			raw := l.quoted(c, true, true)
			l.emit(Text, from, unquoteSingle(raw))
		case c == '"':
			l.pos++
			raw := l.quoted(c, true, true)
			l.double(from, raw)
		case c == '`':
			l.pos++
			raw := l.quoted(c, true, true)
			l.emit(Shell, from, raw)
		case c == '/' && l.startsPattern():
			l.pos++
			l.emit(Text, from, l.quoted(c, true, true))
			for l.pos < len(src) && isWord(src[l.pos]) { // modifiers
				l.pos++
			}
		default:
			l.punct()
		}
	}
	return l.tokens
}

// startsPattern reports whether a slash of Perl begins a pattern: behind an
// operand it divides.
func (l *phpLexer) startsPattern() bool {
	if len(l.tokens) == 0 {
		return true
	}
	switch t := &l.tokens[len(l.tokens)-1]; t.Kind {
	case Punct:
		return t.Op != ')' && t.Op != ']' && t.Op != '}'
	case Word:
		return t.Text == "split" || t.Text == "if" || t.Text == "and" || t.Text == "or" || t.Text == "unless" || t.Text == "return"
	}
	return false
}

// perlQuote lexes q(…), qq(…), qx(…) and qw(…).
func (l *phpLexer) perlQuote(from int, name string) bool {
	if name != "q" && name != "qq" && name != "qx" && name != "qw" || l.pos >= len(l.src) {
		return false
	}
	open := l.src[l.pos]
	if isSpace(open) || isWord(open) || open == ',' || open == ';' || open == '=' || open == ')' {
		return false
	}
	closing := open
	switch open {
	case '(':
		closing = ')'
	case '{':
		closing = '}'
	case '[':
		closing = ']'
	case '<':
		closing = '>'
	}
	l.pos++
	raw := l.quoted(closing, true, true)
	switch name {
	case "qq":
		l.double(from, raw)
	case "qx":
		l.emit(Shell, from, raw)
	default:
		l.emit(Text, from, raw)
	}
	return true
}

// LexPython appends the tokens of a Python program to dst. Indentation becomes
// braces, the end of a line a semicolon.
func LexPython(dst []Token, src string) []Token {
	l := scanner{src: src, tokens: dst}
	indents := []int{0}
	depth := 0
	start := true
	for l.pos < len(src) {
		if start && depth == 0 {
			start = false
			indents = l.indent(indents)
			continue
		}
		c, from := src[l.pos], l.pos
		switch {
		case c == '\n':
			l.pos++
			if depth == 0 {
				l.emitOp(';', from)
				start = true
			}
		case isSpace(c):
			l.pos++
		case c == '\\':
			l.pos = min(l.pos+2, len(src))
		case c == '#':
			l.skipLine()
		case l.has(`"""`), l.has(`'''`):
			quote := src[l.pos : l.pos+3]
			l.pos += 3
			body := l.pos
			l.skipPast(quote)
			l.emit(Text, from, src[body:max(body, l.pos-3)])
		case c == '"' || c == '\'':
			l.pos++
			raw := l.quoted(c, true, false)
			l.emit(Text, from, unescape(raw))
		case isWordStart(c):
			name := l.word()
			if len(name) <= 2 && l.pos < len(src) && (src[l.pos] == '"' || src[l.pos] == '\'') {
				continue // prefix of a string
			}
			l.emit(Word, from, name)
		case isDigit(c):
			l.number()
		case c == ':' && depth == 0:
			l.pos++
		default:
			switch c {
			case '(', '[', '{':
				depth++
			case ')', ']', '}':
				depth = max(0, depth-1)
			}
			l.punct()
		}
	}
	for range indents[1:] {
		l.emitOp('}', l.pos)
	}
	return l.tokens
}

// indent compares the indentation of a line with those around it.
func (l *scanner) indent(indents []int) []int {
	width := 0
	for l.pos < len(l.src) && (l.src[l.pos] == ' ' || l.src[l.pos] == '\t') {
		width++
		l.pos++
	}
	if l.pos == len(l.src) || l.src[l.pos] == '\n' || l.src[l.pos] == '\r' || l.src[l.pos] == '#' {
		return indents
	}
	if width > indents[len(indents)-1] {
		l.emitOp('{', l.pos)
		return append(indents, width)
	}
	for len(indents) > 1 && width < indents[len(indents)-1] {
		l.emitOp('}', l.pos)
		indents = indents[:len(indents)-1]
	}
	return indents
}
