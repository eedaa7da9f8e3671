package pattern

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// token is a word of a pattern.
type token struct {
	kind tokenKind
	text string // strings without their quotes and escapes
	at   int
}

type tokenKind uint8

const (
	end tokenKind = iota
	word
	number
	quoted
	hexed   // h'…'
	base64d // b'…'
	timed   // t'…'
	sign
)

// maxPattern bounds the patterns that are read.
const maxPattern = 1 << 20

// lex cuts a pattern into tokens.
func lex(text string) ([]token, error) {
	if len(text) > maxPattern || !utf8.ValidString(text) {
		return nil, fmt.Errorf("%w: longer than %d bytes, or no UTF-8", ErrPattern, maxPattern)
	}
	var list []token
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x0b || c == 0x0c:
			i++
			continue
		case strings.HasPrefix(text[i:], "//"):
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				n = len(text) - i
			}
			i += n
			continue
		}
		t, n := lexOne(text[i:])
		if n == 0 {
			return nil, fmt.Errorf("%w: %q at byte %d", ErrPattern, c, i)
		}
		t.at = i
		list = append(list, t)
		i += n
	}
	return append(list, token{kind: end, at: len(text)}), nil
}

func lexOne(s string) (token, int) {
	kinds := map[byte]tokenKind{'h': hexed, 'b': base64d, 't': timed}
	if s[0] == '\'' {
		value, n := lexQuoted(s)
		return token{kind: quoted, text: value}, n
	}
	if kind, ok := kinds[s[0]]; ok && len(s) > 1 && s[1] == '\'' {
		value, n := lexQuoted(s[1:])
		if n == 0 {
			return token{}, 0
		}
		return token{kind: kind, text: value}, n + 1
	}
	if n := numberSpan(s); n > 0 {
		return token{kind: number, text: s[:n]}, n
	}
	n := 0
	for n < len(s) && (s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || s[n] == '_' || n > 0 && (s[n] >= '0' && s[n] <= '9' || s[n] == '-')) {
		n++
	}
	if n > 0 {
		return token{kind: word, text: s[:n]}, n
	}
	for _, two := range [...]struct{ written, meant string }{{"!=", "!="}, {"<>", "!="}, {"<=", "<="}, {">=", ">="}, {"==", "="}} {
		if strings.HasPrefix(s, two.written) {
			return token{kind: sign, text: two.meant}, 2
		}
	}
	if strings.IndexByte("=<>()[]:.,*", s[0]) >= 0 {
		return token{kind: sign, text: s[:1]}, 1
	}
	return token{}, 0
}

// lexQuoted reads a string in quotes; a backslash takes the next character as
// it stands. n is 0 if it does not end.
func lexQuoted(s string) (value string, n int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 == len(s) {
				return "", 0
			}
			i++
			b.WriteByte(s[i])
		case '\'':
			return b.String(), i + 1
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0
}

func numberSpan(s string) int {
	n := 0
	if s[0] == '-' || s[0] == '+' {
		n = 1
	}
	digits := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
		digits++
	}
	if n+1 < len(s) && s[n] == '.' && s[n+1] >= '0' && s[n+1] <= '9' {
		n++
		for n < len(s) && s[n] >= '0' && s[n] <= '9' {
			n++
			digits++
		}
	}
	if digits == 0 {
		return 0
	}
	return n
}
