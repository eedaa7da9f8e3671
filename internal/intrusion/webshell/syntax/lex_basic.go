package syntax

import (
	"strconv"
	"strings"
)

// LexBasic appends the tokens of VBScript or Visual Basic code to dst. Words
// are lower case: Basic does not tell cases apart.
func LexBasic(dst []Token, src string) []Token {
	l := basicLexer{scanner{src: src, tokens: dst}}
	for l.pos < len(src) {
		l.next()
	}
	return l.tokens
}

type basicLexer struct{ scanner }

func (l *basicLexer) next() {
	c := l.src[l.pos]
	from := l.pos
	switch {
	case c == '\n' || c == '\r':
		l.pos++
		l.emit(Newline, from, "")
	case isSpace(c):
		l.pos++
	case c == ':' && !l.has(":="):
		l.pos++
		l.emit(Newline, from, "")
	case c == '_' && l.continued():
	case isWordStart(c):
		l.name()
	case c == '[':
		l.pos++
		text := l.quoted(']', false, false)
		l.emit(Word, from, strings.ToLower(text))
	case isDigit(c):
		l.number()
	case c == '&' && l.radix():
	case c == '"':
		l.text()
	case c == '\'':
		l.skipLine()
	case c == '#':
		l.pos++
	default:
		l.pos++
		l.emitOp(basicOp(&l.scanner, c), from)
	}
}

// basicOp joins <>, <=, >= and := ; & and + stay apart from = that follows.
func basicOp(l *scanner, c byte) Op {
	if l.pos < len(l.src) {
		d := l.src[l.pos]
		if c == '<' && (d == '>' || d == '=') || c == '>' && d == '=' || c == ':' && d == '=' || (c == '&' || c == '+') && d == '=' {
			l.pos++
			return Op(c) | Op(d)<<8
		}
	}
	return Op(c)
}

// continued skips an underscore that ends a line, and the line's end.
func (l *basicLexer) continued() bool {
	i := l.pos + 1
	for i < len(l.src) && (l.src[i] == ' ' || l.src[i] == '\t') {
		i++
	}
	if i < len(l.src) && l.src[i] != '\r' && l.src[i] != '\n' {
		return false
	}
	if i < len(l.src) && l.src[i] == '\r' {
		i++
	}
	if i < len(l.src) && l.src[i] == '\n' {
		i++
	}
	l.pos = i
	return true
}

func (l *basicLexer) name() {
	from := l.pos
	text := strings.ToLower(l.word())
	if text == "rem" {
		l.skipLine()
		return
	}
	if strings.IndexByte(text, 0xe2) >= 0 {
		text = stripInvisible(text)
	}
	l.emit(Word, from, text)
}

// radix lexes &H41 and &O101.
func (l *basicLexer) radix() bool {
	if l.pos+2 >= len(l.src) {
		return false
	}
	base := 0
	switch l.src[l.pos+1] | 0x20 {
	case 'h':
		base = 16
	case 'o':
		base = 8
	default:
		return false
	}
	i := l.pos + 2
	for i < len(l.src) && i < l.pos+18 && hexDigit(l.src[i]) >= 0 && hexDigit(l.src[i]) < base {
		i++
	}
	n, err := strconv.ParseUint(l.src[l.pos+2:i], base, 64)
	if err != nil {
		return false
	}
	from := l.pos
	l.pos = i
	if i < len(l.src) && l.src[i] == '&' {
		l.pos++
	}
	l.emit(Number, from, "")
	l.tokens[len(l.tokens)-1].Num = int64(n)
	return true
}

// text lexes "…", in which "" stands for one quote.
func (l *basicLexer) text() {
	from := l.pos
	l.pos++
	start := l.pos
	for l.pos < len(l.src) {
		if l.src[l.pos] == '"' {
			if !l.has(`""`) {
				break
			}
			l.pos++
		} else if l.src[l.pos] == '\n' {
			break
		}
		l.pos++
	}
	raw := l.src[start:min(l.pos, len(l.src))]
	l.pos = min(l.pos+1, len(l.src))
	if l.pos < len(l.src) && l.src[l.pos]|0x20 == 'c' && (l.pos+1 == len(l.src) || !isWord(l.src[l.pos+1])) {
		l.pos++ // "x"c is a character
	}
	l.emit(Text, from, strings.ReplaceAll(raw, `""`, `"`))
}
