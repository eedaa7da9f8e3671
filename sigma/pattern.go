package sigma

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// partKind is a kind of pattern part.
type partKind uint8

const (
	partText partKind = iota // these bytes
	partStar                 // any run of characters
	partAny                  // one character
	partDash                 // one of the characters that start a flag (windash)
)

type part struct {
	kind partKind
	text string
	raw  []byte // text, where it is matched
}

// pattern is a Sigma string value: text with wildcards. Adjacent texts are
// merged and adjacent stars are one.
type pattern []part

// parsePattern reads a value as the rules specification 2.1 defines it: * and
// ? are wildcards; a backslash escapes *, ? and itself and is plain otherwise.
func parsePattern(s string) pattern {
	var p pattern
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			p = p.add(textPart(lit.String()))
			lit.Reset()
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '*' || s[i+1] == '?' || s[i+1] == '\\'):
			i++
			lit.WriteByte(s[i])
		case c == '*':
			flush()
			p = p.add(part{kind: partStar})
		case c == '?':
			flush()
			p = p.add(part{kind: partAny})
		default:
			lit.WriteByte(c)
		}
	}
	flush()
	return p
}

func textPart(s string) part { return part{kind: partText, text: s} }

func literalPattern(s string) pattern {
	return pattern(nil).add(textPart(s))
}

func (p pattern) add(q part) pattern {
	if q.kind == partText && q.text == "" {
		return p
	}
	if n := len(p); n > 0 && p[n-1].kind == q.kind {
		switch q.kind {
		case partStar:
			return p
		case partText:
			p = slices.Clone(p)
			p[n-1].text += q.text
			return p
		}
	}
	return append(p[:len(p):len(p)], q)
}

func (p pattern) concat(parts ...part) pattern {
	for _, q := range parts {
		p = p.add(q)
	}
	return p
}

// surround adds stars where wanted.
func (p pattern) surround(before, after bool) pattern {
	var out pattern
	if before {
		out = out.add(part{kind: partStar})
	}
	out = out.concat(p...)
	if after {
		out = out.add(part{kind: partStar})
	}
	return out
}

// literal returns the text of a pattern without wildcards.
func (p pattern) literal() (string, bool) {
	switch {
	case len(p) == 0:
		return "", true
	case len(p) == 1 && p[0].kind == partText:
		return p[0].text, true
	}
	return "", false
}

// String writes the pattern as a rule would.
func (p pattern) String() string {
	var b strings.Builder
	for _, q := range p {
		switch q.kind {
		case partStar:
			b.WriteByte('*')
		case partAny:
			b.WriteByte('?')
		case partDash:
			b.WriteByte('-')
		default:
			b.WriteString(strings.NewReplacer(`*`, `\*`, `?`, `\?`).Replace(q.text))
		}
	}
	return b.String()
}

// shape is the simplest way to match a pattern.
type shape uint8

const (
	shapeExact    shape = iota
	shapePrefix         // text*
	shapeSuffix         // *text
	shapeContains       // *text*
	shapeGlob
)

// stringMatch matches text against a pattern.
type stringMatch struct {
	shape shape
	cased bool
	text  []byte // for all shapes but shapeGlob
	// For shapeGlob: the parts between stars. The first is anchored at the
	// start unless the pattern starts with a star, the last at the end.
	segments           []pattern
	openStart, openEnd bool
	source             pattern
}

func newStringMatch(p pattern, cased bool) *stringMatch {
	m := &stringMatch{cased: cased, source: p}
	p = slices.Clone(p)
	for i := range p {
		if !cased {
			p[i].text = fold(p[i].text)
		}
		p[i].raw = []byte(p[i].text)
	}
	m.openStart = len(p) > 0 && p[0].kind == partStar
	m.openEnd = len(p) > 0 && p[len(p)-1].kind == partStar
	inner := p
	if m.openStart {
		inner = inner[1:]
	}
	if m.openEnd && len(inner) > 0 {
		inner = inner[:len(inner)-1]
	}
	if s, ok := inner.literal(); ok {
		m.text = []byte(s)
		m.shape = [2][2]shape{{shapeExact, shapePrefix}, {shapeSuffix, shapeContains}}[b2i(m.openStart)][b2i(m.openEnd)]
		return m
	}
	m.shape = shapeGlob
	from := 0
	for i, q := range inner {
		if q.kind == partStar {
			m.segments = append(m.segments, inner[from:i])
			from = i + 1
		}
	}
	m.segments = append(m.segments, inner[from:])
	return m
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *stringMatch) match(t *text) bool {
	b, ends := t.get(m.cased)
	if ends == nil {
		return m.matchBytes(b)
	}
	for i := range ends {
		if m.matchBytes(item(b, ends, i)) {
			return true
		}
	}
	return false
}

func (m *stringMatch) matchBytes(b []byte) bool {
	switch m.shape {
	case shapeExact:
		return string(b) == string(m.text)
	case shapePrefix:
		return bytes.HasPrefix(b, m.text)
	case shapeSuffix:
		return bytes.HasSuffix(b, m.text)
	case shapeContains:
		return bytes.Contains(b, m.text)
	}
	return m.matchGlob(b)
}

// matchGlob takes the segments from left to right, each at its first place:
// no later place can leave more for those that follow. Only the last segment,
// if it is anchored, is looked for at the end.
func (m *stringMatch) matchGlob(b []byte) bool {
	segments := m.segments
	if !m.openStart {
		n := matchSegment(segments[0], b)
		if n < 0 {
			return false
		}
		b, segments = b[n:], segments[1:]
		if len(segments) == 0 {
			return m.openEnd || len(b) == 0
		}
	}
	for i, seg := range segments {
		if i == len(segments)-1 && !m.openEnd {
			return endsWithSegment(seg, b)
		}
		at, n := findSegment(seg, b)
		if at < 0 {
			return false
		}
		b = b[at+n:]
	}
	return true
}

// matchSegment returns how many bytes at the start of b a segment takes, or -1.
func matchSegment(seg pattern, b []byte) int {
	n := 0
	for _, q := range seg {
		rest := b[n:]
		switch q.kind {
		case partText:
			if !bytes.HasPrefix(rest, q.raw) {
				return -1
			}
			n += len(q.text)
		case partAny:
			if len(rest) == 0 {
				return -1
			}
			_, size := utf8.DecodeRune(rest)
			n += size
		case partDash:
			size := dashSize(rest)
			if size == 0 {
				return -1
			}
			n += size
		}
	}
	return n
}

// findSegment returns the first place of a segment in b and its length there,
// or -1.
func findSegment(seg pattern, b []byte) (at, n int) {
	for at <= len(b) {
		if len(seg) > 0 && seg[0].kind == partText {
			skip := bytes.Index(b[at:], seg[0].raw)
			if skip < 0 {
				return -1, 0
			}
			at += skip
		}
		if n := matchSegment(seg, b[at:]); n >= 0 {
			return at, n
		}
		if at == len(b) {
			break
		}
		_, size := utf8.DecodeRune(b[at:])
		at += size
	}
	return -1, 0
}

// endsWithSegment walks both back from the end.
func endsWithSegment(seg pattern, b []byte) bool {
	for _, q := range slices.Backward(seg) {
		switch q.kind {
		case partText:
			if !bytes.HasSuffix(b, q.raw) {
				return false
			}
			b = b[:len(b)-len(q.text)]
		case partAny:
			if len(b) == 0 {
				return false
			}
			_, size := utf8.DecodeLastRune(b)
			b = b[:len(b)-size]
		case partDash:
			size := lastDashSize(b)
			if size == 0 {
				return false
			}
			b = b[:len(b)-size]
		}
	}
	return true
}
