package syntax

import "strings"

// Language names a language of server-side code.
type Language uint8

// The languages.
const (
	Unknown Language = iota
	PHP
	Java
	CSharp
	JScript
	VBScript
	VBNet
	ColdFusion
	Perl
	Python
)

var languageNames = [...]string{"unknown", "PHP", "Java", "C#", "JScript", "VBScript", "Visual Basic", "ColdFusion", "Perl", "Python"}

// String returns the language's name.
func (l Language) String() string {
	if int(l) < len(languageNames) {
		return languageNames[l]
	}
	return "unknown"
}

// LexBrace appends the tokens of Java, C# or JScript code to dst.
func LexBrace(dst []Token, src string, lang Language) []Token {
	l := braceLexer{scanner{src: src, tokens: dst}, lang}
	for l.pos < len(src) {
		l.next()
	}
	return l.tokens
}

type braceLexer struct {
	scanner
	lang Language
}

func (l *braceLexer) next() {
	c := l.src[l.pos]
	from := l.pos
	switch {
	case isSpace(c):
		l.pos++
	case isWordStart(c), c == '\\' && l.has(`\u`):
		l.emitWord(from)
	case c == '$' || c == '@' && l.pos+1 < len(l.src) && isWordStart(l.src[l.pos+1]):
		l.pos++
		l.emitWord(l.pos)
	case isDigit(c):
		l.number()
	case c == '@' && l.has(`@"`):
		l.pos += 2
		l.verbatim(from)
	case c == '"' && l.has(`"""`) && l.lang == Java:
		l.pos += 3
		start := l.pos
		l.skipPast(`"""`)
		l.emit(Text, from, unescape(l.src[start:max(start, l.pos-3)]))
	case c == '"', c == '\'':
		l.pos++
		text := unescape(l.quoted(c, true, false))
		l.emit(Text, from, text)
		if c == '\'' && l.lang != JScript && text != "" {
			t := &l.tokens[len(l.tokens)-1]
			t.Op, t.Num = 'c', int64(firstRune(text))
		}
	case l.has("//"):
		l.skipLine()
	case l.has("/*"):
		l.pos += 2
		l.skipPast("*/")
	case c == '#' && l.lang == CSharp:
		l.skipLine()
	default:
		l.punct()
	}
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// emitWord emits an identifier, its \uXXXX escapes decoded and the characters
// that C# ignores in names left out.
func (l *braceLexer) emitWord(from int) {
	l.pos = from
	plain := true
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if isWord(c) || c == '$' {
			plain = plain && c != 0xe2 && c != 0xef
			l.pos++
			continue
		}
		if c == '\\' && (l.has(`\u`) || l.has(`\U`)) {
			plain = false
			l.pos += 2
			continue
		}
		break
	}
	text := l.src[from:l.pos]
	if !plain {
		text = stripInvisible(unescape(text))
	}
	if text != "" {
		l.emit(Word, from, text)
	}
}

func stripInvisible(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x200b && r <= 0x200f || r >= 0x2060 && r <= 0x2064 || r == 0xfeff || r == 0xad {
			return -1
		}
		return r
	}, s)
}

// verbatim lexes the rest of @"…", in which "" stands for one quote.
func (l *braceLexer) verbatim(from int) {
	start := l.pos
	for l.pos < len(l.src) {
		if l.src[l.pos] == '"' {
			if !l.has(`""`) {
				break
			}
			l.pos++
		}
		l.pos++
	}
	raw := l.src[start:min(l.pos, len(l.src))]
	l.pos = min(l.pos+1, len(l.src))
	l.emit(Text, from, strings.ReplaceAll(raw, `""`, `"`))
}
