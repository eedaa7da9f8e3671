// Package markup reads XML documents of any size element by element, keeping
// everything that stands before a place where they are broken.
//
//	s.Children(func(name string) {
//		switch name {
//		case "host":
//			address = s.Attr("addr")
//			s.Children(func(name string) { … })
//		case "title":
//			title = s.Text()
//		}
//	})
//
// What a function does not look into is passed over. Documents that end too
// early, name their ends wrongly or are not well-formed otherwise are read as
// far as they make sense.
package markup

import (
	"bytes"
	"io"
	"strings"
)

// Scanner reads XML from a stream.
type Scanner struct {
	// Name of the element begun last, without its prefix.
	Name string
	// Start and StartLine are the place of its tag; End is that behind the tag
	// read last.
	Start     int64
	StartLine uint64
	End       int64

	r     io.Reader
	buf   []byte
	pos   int
	base  int64
	line  uint64
	eof   bool
	err   error
	stack []string // names of open elements
	attrs []attr
	text  []byte
	names map[string]string
	// closing is how many elements end before more is read: of an empty
	// element, or of several that a wrong end tag closes.
	closing int
}

type attr struct{ name, value string }

// Limits of hostile documents.
const (
	maxDepth = 256
	maxToken = 16 << 20
	maxNames = 1 << 14
)

// New returns a scanner of r, which must be UTF-8 or a superset of ASCII.
func New(r io.Reader) *Scanner {
	return &Scanner{r: r, buf: make([]byte, 0, 64<<10), names: map[string]string{}, line: 1}
}

// Err is why reading ended, nil at an orderly end.
func (s *Scanner) Err() error { return s.err }

// Line is the number of the line reached, from 1.
func (s *Scanner) Line() uint64 { return s.line }

// Open is the name of the innermost element that is open, "" if none is: at
// the end of a whole document there is none.
func (s *Scanner) Open() string {
	if len(s.stack) == 0 {
		return ""
	}
	return s.stack[len(s.stack)-1]
}

// Attr returns an attribute of the element begun last, "" if it has none.
func (s *Scanner) Attr(name string) string {
	for i := range s.attrs {
		if s.attrs[i].name == name {
			return s.attrs[i].value
		}
	}
	return ""
}

// Children calls each for every element directly inside the one begun last;
// at the start of a document, for its root.
func (s *Scanner) Children(each func(name string)) {
	depth := len(s.stack)
	for {
		k := s.next()
		switch {
		case k == atEnd, k == endTag && len(s.stack) < depth:
			return
		case k == startTag && len(s.stack) == depth+1:
			each(s.Name)
			if !s.leave(depth) {
				return
			}
		}
	}
}

// leave passes over the rest of an element.
func (s *Scanner) leave(depth int) bool {
	for len(s.stack) > depth {
		if s.next() == atEnd {
			return false
		}
	}
	return len(s.stack) == depth
}

// Text returns the text inside the element begun last, all of it, without the
// blanks around it; "" if the document ends in it: half a version is another
// one.
func (s *Scanner) Text() string {
	depth := len(s.stack)
	var text []byte
	for len(s.stack) >= depth {
		switch s.next() {
		case atEnd:
			return ""
		case chars:
			if len(text) < maxToken {
				text = append(text, s.text...)
			}
		default: // words on both sides of a tag are two
			text = append(text, ' ')
		}
	}
	return s.intern(bytes.TrimSpace(text))
}

// Inside is [Scanner.Children] for an element that holds either elements or
// text; it returns the text, if it is that.
func (s *Scanner) Inside(each func(name string)) string {
	depth := len(s.stack)
	elements := false
	var text []byte
	for {
		k := s.next()
		switch {
		case k == atEnd:
			return ""
		case k == endTag && len(s.stack) < depth:
			if elements {
				return ""
			}
			return s.intern(bytes.TrimSpace(text))
		case k == startTag && len(s.stack) == depth+1:
			elements = true
			each(s.Name)
			if !s.leave(depth) {
				return ""
			}
		case k == chars && !elements && len(text) < maxToken:
			text = append(text, s.text...)
		}
	}
}

type kind uint8

const (
	atEnd kind = iota
	startTag
	endTag
	chars
)

// next reads the next tag or text.
func (s *Scanner) next() kind {
	if s.closing > 0 {
		s.closing--
		s.stack = s.stack[:len(s.stack)-1]
		return endTag
	}
	for {
		if s.pos == len(s.buf) && !s.fill() {
			return atEnd
		}
		if s.buf[s.pos] != '<' {
			s.characters()
			return chars
		}
		switch k := s.markup(); k {
		case chars, startTag, endTag:
			return k
		case atEnd:
			if s.eof && s.pos >= len(s.buf) {
				return atEnd
			}
		}
	}
}

// characters reads text up to the next tag.
func (s *Scanner) characters() {
	s.text = s.text[:0]
	for {
		n := bytes.IndexByte(s.buf[s.pos:], '<')
		if n < 0 {
			n = len(s.buf) - s.pos
		}
		if len(s.text) < maxToken {
			s.text = append(s.text, s.buf[s.pos:s.pos+n]...)
		}
		s.advance(n)
		if s.pos < len(s.buf) || !s.fill() {
			break
		}
	}
	s.text = unescape(s.text)
}

func (s *Scanner) advance(n int) {
	s.line += uint64(bytes.Count(s.buf[s.pos:s.pos+n], []byte{'\n'}))
	s.pos += n
}

// markup reads what begins with "<". atEnd means that it said nothing.
func (s *Scanner) markup() kind {
	switch {
	case s.has("<!--"):
		s.until("-->")
	case s.has("<![CDATA["):
		s.advance(len("<![CDATA["))
		s.text = s.text[:0]
		s.section("]]>")
		return chars
	case s.has("<?"):
		s.until("?>")
	case s.has("<!"):
		s.declaration()
	case s.has("</"):
		return s.end()
	default:
		return s.start()
	}
	return atEnd
}

// has reports whether the input goes on with text.
func (s *Scanner) has(text string) bool {
	for len(s.buf)-s.pos < len(text) && s.fill() {
	}
	return bytes.HasPrefix(s.buf[s.pos:], []byte(text))
}

// until passes over everything up to and with a mark.
func (s *Scanner) until(mark string) {
	for {
		if n := bytes.Index(s.buf[s.pos:], []byte(mark)); n >= 0 {
			s.advance(n + len(mark))
			return
		}
		s.advance(max(len(s.buf)-s.pos-len(mark)+1, 0))
		if !s.fill() {
			s.advance(len(s.buf) - s.pos)
			return
		}
	}
}

// section reads everything up to a mark into text.
func (s *Scanner) section(mark string) {
	for {
		n := bytes.Index(s.buf[s.pos:], []byte(mark))
		found := n >= 0
		if !found {
			n = max(len(s.buf)-s.pos-len(mark)+1, 0)
		}
		if len(s.text) < maxToken {
			s.text = append(s.text, s.buf[s.pos:s.pos+n]...)
		}
		s.advance(n)
		if found {
			s.advance(len(mark))
			return
		}
		if !s.fill() {
			s.text = append(s.text, s.buf[s.pos:]...)
			s.advance(len(s.buf) - s.pos)
			return
		}
	}
}

// declaration passes over <!DOCTYPE … [ … ]>. Entities it declares are not
// known: nothing is fetched, and nothing can multiply.
func (s *Scanner) declaration() {
	for depth := 0; ; {
		if s.pos == len(s.buf) && !s.fill() {
			return
		}
		c := s.buf[s.pos]
		s.advance(1)
		switch c {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				return
			}
		}
	}
}

// tag returns the inside of the tag that comes next, moving behind it; nil if
// the document ends in it.
func (s *Scanner) tag() []byte {
	quote := byte(0)
	for i := s.pos + 1; ; i++ {
		if i == len(s.buf) {
			before := s.pos
			if i-s.pos > maxToken || !s.fill() {
				s.advance(len(s.buf) - s.pos)
				return nil
			}
			i -= before - s.pos
		}
		switch c := s.buf[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			inside := s.buf[s.pos+1 : i]
			s.advance(i + 1 - s.pos)
			s.End = s.base + int64(s.pos)
			return inside
		}
	}
}

func (s *Scanner) end() kind {
	inside := s.tag()
	if inside == nil {
		return atEnd
	}
	name := local(bytes.TrimSpace(inside[1:]))
	for i := len(s.stack) - 1; i >= 0; i-- {
		if s.stack[i] == string(name) {
			s.closing = len(s.stack) - 1 - i
			s.stack = s.stack[:len(s.stack)-1]
			return endTag
		}
	}
	return atEnd // an end that nothing began
}

func (s *Scanner) start() kind {
	start, line := s.base+int64(s.pos), s.line
	inside := s.tag()
	if inside == nil { // it is cut off: no element begins
		return atEnd
	}
	empty := len(inside) > 0 && inside[len(inside)-1] == '/'
	if empty {
		inside = inside[:len(inside)-1]
	}
	n := bytes.IndexAny(inside, " \t\r\n")
	if n < 0 {
		n = len(inside)
	}
	if n == 0 || len(s.stack) >= maxDepth {
		return atEnd
	}
	s.Name, s.Start, s.StartLine = s.intern(local(inside[:n])), start, line
	s.attributes(inside[n:])
	s.stack = append(s.stack, s.Name)
	if empty {
		s.closing = 1
	}
	return startTag
}

func (s *Scanner) attributes(b []byte) {
	s.attrs = s.attrs[:0]
	for {
		b = bytes.TrimLeft(b, " \t\r\n")
		n := bytes.IndexByte(b, '=')
		if n <= 0 {
			return
		}
		name := bytes.TrimSpace(b[:n])
		b = bytes.TrimLeft(b[n+1:], " \t\r\n")
		if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
			return
		}
		end := bytes.IndexByte(b[1:], b[0])
		if end < 0 {
			return
		}
		value := b[1 : 1+end]
		b = b[end+2:]
		if bytes.IndexByte(value, '&') >= 0 {
			value = unescape(bytes.Clone(value))
		}
		s.attrs = append(s.attrs, attr{s.intern(local(name)), s.intern(value)})
	}
}

// local is a name without its prefix.
func local(name []byte) []byte { return name[bytes.IndexByte(name, ':')+1:] }

func (s *Scanner) intern(b []byte) string {
	if len(b) > 128 {
		return valid(b)
	}
	if text, ok := s.names[string(b)]; ok {
		return text
	}
	text := valid(b)
	if len(s.names) < maxNames {
		s.names[string(b)] = text
	}
	return text
}

func (s *Scanner) fill() bool {
	if s.eof {
		return false
	}
	s.base += int64(s.pos)
	s.buf = s.buf[:copy(s.buf, s.buf[s.pos:])]
	s.pos = 0
	if len(s.buf) == cap(s.buf) {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
	s.buf = s.buf[:len(s.buf)+n]
	if err != nil {
		s.eof = true
		if err != io.EOF {
			s.err = err
		}
	}
	return n > 0 || s.fill()
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": "\u00a0"}

// unescape replaces the predefined and numeric entities, in place.
func unescape(b []byte) []byte {
	at := bytes.IndexByte(b, '&')
	if at < 0 {
		return b
	}
	out := b[:at]
	for b = b[at:]; len(b) > 0; {
		if b[0] == '&' {
			if text, n := entity(b); n > 0 {
				out = append(out, text...)
				b = b[n:]
				continue
			}
		}
		out = append(out, b[0])
		b = b[1:]
	}
	return out
}

// entity returns what the entity at the start of b stands for, and its length;
// never longer than the entity itself.
func entity(b []byte) (text string, n int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 2 {
		return "", 0
	}
	name := string(b[1:end])
	if text, ok := entities[name]; ok {
		return text, end + 1
	}
	code, base := name[1:], 10
	if name[0] != '#' || code == "" {
		return "", 0
	}
	if code[0]|0x20 == 'x' {
		code, base = code[1:], 16
	}
	char, ok := parseRune(code, base)
	if !ok {
		return "", 0
	}
	return string(char), end + 1
}

func parseRune(digits string, base int) (r rune, ok bool) {
	for _, c := range strings.ToLower(digits) {
		d := strings.IndexRune("0123456789abcdef"[:base], c)
		if d < 0 || r > 0x10ffff {
			return 0, false
		}
		r = r*rune(base) + rune(d)
	}
	return r, digits != "" && r > 0 && r <= 0x10ffff
}
