// Package jsonpull reads JSON documents of any size value by value, keeping
// everything that stands before a place where they are broken.
//
// A reader stands before a value. Each of its methods takes that value:
//
//	r.Object(func(key string) {
//		switch key {
//		case "name":
//			name = r.String()
//		case "items":
//			r.Array(func() { … })
//		}
//	})
//
// What a function does not take is passed over. After an error nothing more
// is read, and all functions return, so that what they gathered can be used.
package jsonpull

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// Reader reads JSON from a stream.
type Reader struct {
	r     io.Reader
	buf   []byte
	pos   int   // of the next byte in buf
	base  int64 // of buf[0] in the stream
	lines uint64
	eof   bool
	err   error
	depth int
	text  []byte // of the string being read
	names map[string]string
}

// Limits of hostile documents.
const (
	maxDepth  = 256
	maxString = 16 << 20
	maxNames  = 1 << 14 // strings remembered
)

// New returns a reader of r.
func New(r io.Reader) *Reader {
	return &Reader{r: r, buf: make([]byte, 0, 64<<10), names: map[string]string{}, lines: 1}
}

// Err is why reading ended, nil at an orderly end.
func (r *Reader) Err() error { return r.err }

// Offset is the place of the value that comes next, or of what follows the one
// just taken.
func (r *Reader) Offset() int64 { return r.base + int64(r.pos) }

// Line is the number of the line that Offset is in, from 1.
func (r *Reader) Line() uint64 { return r.lines }

// Values calls each for every value of a document: the items of an array, or
// one value after the other, with or without commas between them.
func (r *Reader) Values(each func()) {
	for _, mark := range []byte("\xef\xbb\xbf") { // byte order mark
		if r.peek() == mark {
			r.pos++
		}
	}
	inArray := r.peek() == '['
	if inArray {
		r.pos++
	}
	for r.err == nil {
		switch c := r.peek(); {
		case c == ',':
			r.pos++
		case c == ']' && inArray:
			r.pos++
			inArray = false
		case r.eof && r.pos >= len(r.buf):
			if inArray {
				r.fail("the document ends inside its list")
			}
			return
		default:
			r.one(each)
		}
	}
}

// one has a function take the value that comes next, or passes over it.
func (r *Reader) one(take func()) {
	before := r.Offset()
	take()
	if r.err == nil && r.Offset() == before {
		r.Skip()
	}
}

// Kind is the first byte of the value that comes next: '{', '[', '"', 't',
// 'f', 'n', a digit or '-'; 0 at the end.
func (r *Reader) Kind() byte { return r.peek() }

// Object calls each with every key of an object, standing before its value.
// Anything but an object is passed over.
func (r *Reader) Object(each func(key string)) {
	if r.peek() != '{' {
		r.Skip()
		return
	}
	if !r.enter() {
		return
	}
	for r.err == nil {
		switch r.peek() {
		case '}':
			r.pos++
			r.depth--
			return
		case ',':
			r.pos++
		case '"':
			key := r.String()
			if r.peek() != ':' {
				r.fail("no colon after a key")
				return
			}
			r.pos++
			r.peek()
			r.one(func() { each(key) })
		default:
			r.unexpected("in an object")
		}
	}
}

// Array calls each before every item of an array. Anything else is taken as
// the only item, null as none.
func (r *Reader) Array(each func()) {
	switch r.peek() {
	case '[':
	case 'n':
		r.Skip()
		return
	default:
		r.one(each)
		return
	}
	if !r.enter() {
		return
	}
	for r.err == nil {
		switch c := r.peek(); {
		case c == ']':
			r.pos++
			r.depth--
			return
		case c == ',':
			r.pos++
		case c == 0 && r.eof:
			r.unexpected("in a list")
		default:
			r.one(each)
		}
	}
}

func (r *Reader) enter() bool {
	r.pos++
	r.depth++
	if r.depth > maxDepth {
		r.fail("nested more than 256 deep")
	}
	return r.err == nil
}

// String takes a value as text: strings without their quotes, numbers and
// truth values as written; null, objects and arrays are "".
func (r *Reader) String() string {
	switch r.peek() {
	case '"':
		return r.intern(r.quoted())
	case '{', '[':
		r.Skip()
		return ""
	}
	text := r.bare()
	if string(text) == "null" {
		return ""
	}
	return r.intern(text)
}

// Float takes a number, also one in quotes; 0 if it is none.
func (r *Reader) Float() float64 {
	f, err := strconv.ParseFloat(r.String(), 64)
	if err != nil {
		return 0
	}
	return f
}

// Int takes a whole number, also one in quotes; 0 if it is none.
func (r *Reader) Int() int64 {
	text := r.String()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, _ := strconv.ParseFloat(text, 64)
		return int64(f)
	}
	return n
}

// Bool takes a truth value.
func (r *Reader) Bool() bool { return r.String() == "true" }

// Strings takes a list of strings, or a single one.
func (r *Reader) Strings() (list []string) {
	r.Array(func() {
		if s := r.String(); s != "" {
			list = append(list, s)
		}
	})
	return list
}

// Skip passes over a value.
func (r *Reader) Skip() {
	switch c := r.peek(); c {
	case '{':
		r.Object(func(string) {})
	case '[':
		r.Array(func() {})
	case '"':
		r.quoted()
	default:
		r.bare()
	}
}

// peek returns the next byte that is no blank, without taking it; 0 at the end.
func (r *Reader) peek() byte {
	for {
		for ; r.pos < len(r.buf); r.pos++ {
			switch c := r.buf[r.pos]; c {
			case ' ', '\t', '\r':
			case '\n':
				r.lines++
			case 0x1e: // record separator of JSON text sequences
			default:
				return c
			}
		}
		if !r.fill() {
			return 0
		}
	}
}

// fill reads more behind what is in the buffer, keeping what is not taken.
func (r *Reader) fill() bool {
	if r.eof || r.err != nil {
		return false
	}
	r.base += int64(r.pos)
	r.buf = r.buf[:copy(r.buf, r.buf[r.pos:])]
	r.pos = 0
	n, err := r.r.Read(r.buf[len(r.buf):cap(r.buf)])
	r.buf = r.buf[:len(r.buf)+n]
	if err != nil {
		r.eof = true
		if err != io.EOF {
			r.err = err
		}
	}
	return n > 0 || r.err == nil && !r.eof
}

// bare takes a number, true, false or null.
func (r *Reader) bare() []byte {
	r.text = r.text[:0]
	for {
		for ; r.pos < len(r.buf); r.pos++ {
			switch c := r.buf[r.pos]; {
			case c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z', c == '-', c == '+', c == '.':
				if len(r.text) > 4096 {
					r.fail("a number longer than 4096 digits")
					return nil
				}
				r.text = append(r.text, c)
			default:
				if len(r.text) == 0 {
					r.unexpected("for a value")
				}
				return r.text
			}
		}
		if !r.fill() {
			switch {
			case len(r.text) == 0:
				r.unexpected("for a value")
			case r.depth > 0:
				r.fail("the document ends inside a value")
				return nil
			}
			return r.text
		}
	}
}

// quoted takes a string; the result is valid until the next one.
func (r *Reader) quoted() []byte {
	r.pos++
	r.text = r.text[:0]
	for {
		from := r.pos
		for r.pos < len(r.buf) && r.buf[r.pos] != '"' && r.buf[r.pos] != '\\' {
			if r.buf[r.pos] == '\n' {
				r.lines++
			}
			r.pos++
		}
		if len(r.text) < maxString {
			r.text = append(r.text, r.buf[from:r.pos]...)
		}
		if r.pos < len(r.buf) {
			if r.buf[r.pos] == '"' {
				r.pos++
				return r.text
			}
			if !r.escape() {
				return nil
			}
			continue
		}
		if !r.fill() {
			r.fail("the document ends inside a string")
			return nil // half a version is another one
		}
	}
}

// escape takes a backslash and what it stands for.
func (r *Reader) escape() bool {
	for len(r.buf)-r.pos < 12 && r.fill() {
	}
	rest := r.buf[r.pos:]
	if len(rest) < 2 {
		r.fail("the document ends inside a string")
		return false
	}
	used := 2
	switch c := rest[1]; c {
	case 'n':
		r.text = append(r.text, '\n')
	case 't':
		r.text = append(r.text, '\t')
	case 'r':
		r.text = append(r.text, '\r')
	case 'b':
		r.text = append(r.text, '\b')
	case 'f':
		r.text = append(r.text, '\f')
	case 'u':
		var char rune
		char, used = unicode(rest)
		r.text = utf8.AppendRune(r.text, char)
	default:
		r.text = append(r.text, c)
	}
	r.pos += used
	return true
}

// unicode reads \uXXXX, and a surrogate pair of them.
func unicode(b []byte) (char rune, used int) {
	hi, ok := hex4(b)
	if !ok {
		return utf8.RuneError, 2
	}
	if hi >= 0xd800 && hi < 0xdc00 && len(b) > 6 {
		if lo, ok := hex4(b[6:]); ok && lo >= 0xdc00 && lo < 0xe000 {
			return (hi-0xd800)<<10 | (lo - 0xdc00) + 0x10000, 12
		}
	}
	return hi, 6
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}

// intern returns short strings without making them anew each time.
func (r *Reader) intern(b []byte) string {
	if len(b) > 128 {
		return r.valid(b)
	}
	if s, ok := r.names[string(b)]; ok {
		return s
	}
	s := r.valid(b)
	if len(r.names) < maxNames {
		r.names[string(b)] = s
	}
	return s
}

func (r *Reader) valid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	return string([]rune(string(b))) // invalid bytes become U+FFFD
}

func (r *Reader) unexpected(where string) {
	if c := r.peek(); c != 0 || !r.eof {
		r.fail(fmt.Sprintf("unexpected %q %s", c, where))
		return
	}
	r.fail("the document ends unexpectedly")
}

func (r *Reader) fail(what string) {
	if r.err == nil {
		r.err = errors.New(what)
	}
}
