package syntax

import "strings"

// LexPHP appends the tokens of a PHP file to dst: markup up to the first open
// tag, then code. With code set the source starts inside code, as the argument
// of an evaluation does.
func LexPHP(dst []Token, src string, code bool) []Token {
	l := phpLexer{scanner{src: src, tokens: dst}}
	for l.pos < len(src) {
		if !code {
			if code = l.markup(); !code {
				break
			}
		}
		l.code()
		code = false
	}
	return l.tokens
}

type phpLexer struct{ scanner }

// markup moves behind the next open tag and reports whether there is one.
func (l *phpLexer) markup() bool {
	from := l.pos
	for l.pos < len(l.src) {
		k := strings.IndexByte(l.src[l.pos:], '<')
		if k < 0 {
			break
		}
		l.pos += k
		n, echo := phpTag(l.src[l.pos:])
		if n == 0 {
			l.pos++
			continue
		}
		l.emit(Markup, from, l.src[from:l.pos])
		l.pos += n
		if echo {
			l.emit(Word, l.pos-1, "echo")
		}
		return true
	}
	l.pos = len(l.src)
	l.emit(Markup, from, l.src[from:])
	return false
}

// phpTag returns the length of the open tag at the start of s, or 0.
func phpTag(s string) (n int, echo bool) {
	switch {
	case hasPrefixFold(s, "<?php"):
		return 5, false
	case strings.HasPrefix(s, "<?="), strings.HasPrefix(s, "<%="):
		return 3, true
	case hasPrefixFold(s, "<?xml"):
		return 0, false
	case strings.HasPrefix(s, "<?"), strings.HasPrefix(s, "<%") && !strings.HasPrefix(s, "<%@"):
		return 2, false
	case hasPrefixFold(s, "<script"):
		end := strings.IndexByte(s[:min(len(s), 256)], '>')
		if end > 0 && indexFold(s[:end], "language") > 0 && indexFold(s[:end], "php") > 0 {
			return end + 1, false
		}
	}
	return 0, false
}

// closing returns the length of the close tag at the position, or 0.
func (l *phpLexer) closing() int {
	switch {
	case l.has("?>"), l.has("%>"):
		return 2
	case l.hasFold("</script"):
		if end := strings.IndexByte(l.src[l.pos:min(len(l.src), l.pos+64)], '>'); end > 0 {
			return end + 1
		}
	}
	return 0
}

// code lexes up to and including the close tag.
func (l *phpLexer) code() {
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case isSpace(c):
			l.pos++
		case isWordStart(c), c == '\\' && l.pos+1 < len(l.src) && isWordStart(l.src[l.pos+1]):
			if l.name() {
				return
			}
		case c == '$' && l.pos+1 < len(l.src) && isWordStart(l.src[l.pos+1]):
			from := l.pos
			l.pos++
			name := l.word()
			l.emit(Variable, from, name)
		case isDigit(c):
			l.number()
		case c == '\'':
			from := l.pos
			l.pos++
			raw := l.quoted('\'', true, true)
			l.emit(Text, from, unquoteSingle(raw))
		case c == '"':
			from := l.pos
			l.pos++
			raw := l.quoted('"', true, true)
			l.double(from, raw)
		case c == '`':
			from := l.pos
			l.pos++
			raw := l.quoted('`', true, true)
			l.emit(Shell, from, raw)
		case c == '#' && !l.has("#["), l.has("//"):
			l.lineComment()
		case l.has("/*"):
			l.pos += 2
			l.skipPast("*/")
		case (c == '?' || c == '%' || c == '<') && l.closing() > 0:
			from := l.pos
			l.pos += l.closing()
			l.emitOp(';', from)
			return
		case l.has("<<<") && l.heredoc():
		case l.has("<?php"):
			l.pos += 5
		default:
			l.punct()
		}
	}
}

// name lexes a word, with its namespace, and reports whether it ended the code.
func (l *phpLexer) name() bool {
	from := l.pos
	for l.pos < len(l.src) && (isWord(l.src[l.pos]) || l.src[l.pos] == '\\' && l.pos+1 < len(l.src) && isWordStart(l.src[l.pos+1])) {
		l.pos++
	}
	text := strings.TrimPrefix(l.src[from:l.pos], `\`)
	l.emit(Word, from, text)
	if len(text) == 15 && hasPrefixFold(text, "__halt_compiler") {
		l.pos = len(l.src)
		return true
	}
	return false
}

func (l *phpLexer) lineComment() {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == '\n' || c == '\r':
			return
		case c == '?' && l.has("?>"):
			return
		}
		l.pos++
	}
}

// double emits a string in double quotes: constant if no variable is in it.
func (l *phpLexer) double(from int, raw string) {
	for i := 0; i+1 < len(raw); i++ {
		switch {
		case raw[i] == '\\':
			i++
		case raw[i] == '$' && (isWordStart(raw[i+1]) || raw[i+1] == '{'), raw[i] == '{' && raw[i+1] == '$':
			l.emit(Template, from, raw)
			return
		}
	}
	l.emit(Text, from, unescapePHP(raw))
}

// unescapePHP decodes double-quoted text. PHP keeps the backslash of escapes
// it does not know.
func unescapePHP(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	var b strings.Builder
	from := 0
	for i := 0; i+1 < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		c := raw[i+1]
		if strings.IndexByte(`nrtvefxu\$"01234567`, c) < 0 {
			b.WriteString(unescape(raw[from:i]))
			b.WriteString(raw[i : i+2])
			from = i + 2
		}
		i++
	}
	b.WriteString(unescape(raw[from:]))
	return b.String()
}

// unquoteSingle decodes '…': only \\ and \' are escapes.
func unquoteSingle(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) && (raw[i+1] == '\\' || raw[i+1] == '\'') {
			i++
		}
		out = append(out, raw[i])
	}
	return string(out)
}

// heredoc lexes <<<NAME and <<<'NAME'; it reports false if there is none.
func (l *phpLexer) heredoc() bool {
	from := l.pos
	s := strings.TrimLeft(l.src[l.pos+3:], " \t")
	start := len(l.src) - len(s)
	quote := byte(0)
	if s != "" && (s[0] == '\'' || s[0] == '"') {
		quote = s[0]
		s = s[1:]
	}
	n := 0
	for n < len(s) && isWord(s[n]) {
		n++
	}
	if n == 0 {
		return false
	}
	name := s[:n]
	line := strings.IndexByte(l.src[start:], '\n')
	if line < 0 {
		return false
	}
	l.pos = start + line + 1
	body := l.pos
	for l.pos < len(l.src) {
		t := strings.TrimLeft(l.src[l.pos:], " \t")
		end := len(l.src) - len(t)
		if strings.HasPrefix(t, name) && (len(t) == n || !isWord(t[n])) {
			raw := strings.TrimRight(l.src[body:l.pos], "\r\n")
			l.pos = end + n
			if quote == '\'' {
				l.emit(Text, from, raw)
			} else {
				l.double(from, raw)
			}
			return true
		}
		k := strings.IndexByte(l.src[l.pos:], '\n')
		if k < 0 {
			break
		}
		l.pos += k + 1
	}
	l.pos = len(l.src)
	l.emit(Text, from, l.src[body:])
	return true
}
