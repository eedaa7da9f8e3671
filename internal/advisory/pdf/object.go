package pdf

import (
	"bytes"
	"errors"
	"strconv"
)

// object is a value of ISO 32000-1, 7.3: nil, bool, float64, text, name, array,
// dict, ref, *stream or, in content streams, an operator.
type object any

type (
	name     string
	text     string // a string object, decrypted
	operator string
	array    []object
	dict     map[name]object
	ref      struct{ number, generation int }
	stream   struct {
		dict dict
		raw  []byte
		ref  ref // under which it is encrypted
		// plain says that it is not encrypted: it is a part of an object
		// stream, or a cross-reference.
		plain bool
	}
)

// maxNesting bounds how deep objects may lie in each other.
const maxNesting = 64

var (
	errEnd    = errors.New("ends within an object")
	errNested = errors.New("objects are nested too deep")
	errSyntax = errors.New("is no object")
)

// lexer reads objects from bytes.
type lexer struct {
	data    []byte
	at      int
	content bool // a content stream: there are operators, and no references
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0 || c == '\f'
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// skip passes over white space and comments.
func (l *lexer) skip() {
	for l.at < len(l.data) {
		c := l.data[l.at]
		switch {
		case isSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.data) && l.data[l.at] != '\n' && l.data[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// object reads the next object. At the end it returns errEnd.
func (l *lexer) object(depth int) (object, error) {
	if depth > maxNesting {
		return nil, errNested
	}
	l.skip()
	if l.at >= len(l.data) {
		return nil, errEnd
	}
	switch c := l.data[l.at]; {
	case c == '/':
		return l.name(), nil
	case c == '(':
		return l.literal(), nil
	case c == '<':
		if l.at+1 < len(l.data) && l.data[l.at+1] == '<' {
			return l.dict(depth)
		}
		return l.hex(), nil
	case c == '[':
		return l.array(depth)
	case isDigit(c) || c == '+' || c == '-' || c == '.':
		return l.number(), nil
	case isDelimiter(c):
		l.at++
		return nil, errSyntax
	}
	return l.word(), nil
}

func (l *lexer) word() object {
	start := l.at
	for l.at < len(l.data) && !isSpace(l.data[l.at]) && !isDelimiter(l.data[l.at]) {
		l.at++
	}
	switch w := string(l.data[start:l.at]); w {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	default:
		return operator(w)
	}
}

// number reads a number, or a reference if two more tokens make one.
func (l *lexer) number() object {
	start := l.at
	for l.at < len(l.data) && (isDigit(l.data[l.at]) || bytes.IndexByte([]byte("+-.eE"), l.data[l.at]) >= 0) {
		l.at++
	}
	token := l.data[start:l.at]
	value, err := strconv.ParseFloat(string(token), 64)
	if err != nil {
		value = loose(token)
	}
	if l.content || value < 0 || value != float64(int(value)) {
		return value
	}
	if r, ok := l.reference(int(value)); ok {
		return r
	}
	return value
}

// loose reads a number as readers do that forgive: "--5", "1.2.3", "5-3".
func loose(token []byte) float64 {
	for n := len(token); n > 0; n-- {
		if value, err := strconv.ParseFloat(string(bytes.TrimLeft(token[:n], "+-")), 64); err == nil {
			if token[0] == '-' {
				return -value
			}
			return value
		}
	}
	return 0
}

// maxNumber bounds the numbers of objects.
const maxNumber = 1 << 23

func (l *lexer) reference(number int) (ref, bool) {
	start := l.at
	generation, ok := l.integer()
	if ok {
		l.skip()
		if l.at < len(l.data) && l.data[l.at] == 'R' && (l.at+1 == len(l.data) || isSpace(l.data[l.at+1]) || isDelimiter(l.data[l.at+1])) {
			l.at++
			return ref{number, generation}, true
		}
	}
	l.at = start
	return ref{}, false
}

// integer reads a number without sign of few digits.
func (l *lexer) integer() (int, bool) {
	l.skip()
	start, n := l.at, 0
	for l.at < len(l.data) && isDigit(l.data[l.at]) && l.at-start < 15 {
		n = n*10 + int(l.data[l.at]-'0')
		l.at++
	}
	return n, l.at > start
}

func (l *lexer) name() name {
	l.at++
	start := l.at
	for l.at < len(l.data) && !isSpace(l.data[l.at]) && !isDelimiter(l.data[l.at]) {
		l.at++
	}
	raw := l.data[start:l.at]
	if bytes.IndexByte(raw, '#') < 0 {
		return name(raw)
	}
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if v, err := strconv.ParseUint(string(raw[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out)
}

// literal reads a string in parentheses.
func (l *lexer) literal() text {
	l.at++
	var out []byte
	for depth := 1; l.at < len(l.data); l.at++ {
		c := l.data[l.at]
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				l.at++
				return text(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	l.at = len(l.data) // a backslash at the end leaves it beyond
	return text(out)
}

// escape reads what stands behind a backslash; it leaves l.at on its last byte.
func (l *lexer) escape(out []byte) []byte {
	l.at++
	if l.at >= len(l.data) {
		return out
	}
	switch c := l.data[l.at]; c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\r':
		if l.at+1 < len(l.data) && l.data[l.at+1] == '\n' {
			l.at++
		}
		return out
	case '\n':
		return out
	default:
		if c < '0' || c > '7' {
			return append(out, c)
		}
		v, n := 0, 0
		for n < 3 && l.at+n < len(l.data) && l.data[l.at+n] >= '0' && l.data[l.at+n] <= '7' {
			v = v*8 + int(l.data[l.at+n]-'0')
			n++
		}
		l.at += n - 1
		return append(out, byte(v))
	}
}

func unhex(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// hex reads a string in angle brackets.
func (l *lexer) hex() text {
	l.at++
	var out []byte
	high := -1
	for ; l.at < len(l.data) && l.data[l.at] != '>'; l.at++ {
		v := unhex(l.data[l.at])
		switch {
		case v < 0:
		case high < 0:
			high = v
		default:
			out = append(out, byte(high<<4|v))
			high = -1
		}
	}
	l.at = min(l.at+1, len(l.data))
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	return text(out)
}

func (l *lexer) array(depth int) (object, error) {
	l.at++
	var list array
	for {
		l.skip()
		if l.at >= len(l.data) {
			return list, errEnd
		}
		if l.data[l.at] == ']' {
			l.at++
			return list, nil
		}
		o, err := l.object(depth + 1)
		if errors.Is(err, errSyntax) {
			continue
		}
		if err != nil {
			return list, err
		}
		list = append(list, o)
	}
}

func (l *lexer) dict(depth int) (object, error) {
	l.at += 2
	d := dict{}
	for {
		l.skip()
		if l.at >= len(l.data) {
			return d, errEnd
		}
		if l.data[l.at] == '>' {
			l.at = min(l.at+2, len(l.data))
			return d, nil
		}
		key, err := l.object(depth + 1)
		if errors.Is(err, errSyntax) {
			continue
		}
		if err != nil {
			return d, err
		}
		k, ok := key.(name)
		if !ok {
			if key == operator("endobj") || key == operator("stream") {
				return d, errSyntax
			}
			continue
		}
		l.skip()
		if l.at < len(l.data) && l.data[l.at] == '>' {
			continue // a key without a value
		}
		value, err := l.object(depth + 1)
		if err != nil && !errors.Is(err, errSyntax) {
			return d, err
		}
		d[k] = value
	}
}
