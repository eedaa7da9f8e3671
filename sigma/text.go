package sigma

import (
	"net/netip"

	"seawall/record"
)

// scratch is the memory that the decoded texts of one record live in. It is
// emptied for each record and never shrinks below the largest one.
type scratch struct {
	buf  []byte
	ends []int32
}

func (s *scratch) reset() {
	s.buf, s.ends = s.buf[:0], s.ends[:0]
}

// text is the value of one slot, decoded when it is first looked at. A list of
// values is kept as one text with a NUL between items, so that an automaton
// needs a single pass; operators look at one item at a time.
type text struct {
	value   record.Value
	scratch *scratch

	hasFolded, hasPlain   bool
	folded, plain         []byte
	foldedEnds, plainEnds []int32 // ends of the items; nil if there is one

	hasAddress bool
	address    netip.Addr // of a text that is one item; invalid if it is none
}

// set makes t the text of another value.
func (t *text) set(v record.Value, s *scratch) {
	t.value, t.scratch = v, s
	t.hasFolded, t.hasPlain, t.hasAddress = false, false, false
}

// null reports whether there is no value.
func (t *text) null() bool { return t.value.Kind == record.Null }

// get returns the text as it is, or without case, and the ends of its items.
func (t *text) get(cased bool) ([]byte, []int32) {
	if cased {
		if !t.hasPlain {
			t.plain, t.plainEnds = t.decode(appendPlain)
			t.hasPlain = true
		}
		return t.plain, t.plainEnds
	}
	if !t.hasFolded {
		t.folded, t.foldedEnds = t.decode(appendFolded)
		t.hasFolded = true
	}
	return t.folded, t.foldedEnds
}

func (t *text) decode(appendItem func([]byte, record.Value) []byte) ([]byte, []int32) {
	s := t.scratch
	start := len(s.buf)
	if t.value.Kind&record.Array == 0 {
		s.buf = appendItem(s.buf, t.value)
		return s.buf[start:len(s.buf):len(s.buf)], nil
	}
	firstEnd := len(s.ends)
	t.value.Items(func(item record.Value) bool {
		if len(s.ends) > firstEnd {
			s.buf = append(s.buf, 0)
		}
		s.buf = appendItem(s.buf, item)
		s.ends = append(s.ends, int32(len(s.buf)-start))
		return true
	})
	var ends []int32
	if len(s.ends)-firstEnd > 1 {
		ends = s.ends[firstEnd:len(s.ends):len(s.ends)]
	}
	return s.buf[start:len(s.buf):len(s.buf)], ends
}

func appendPlain(dst []byte, v record.Value) []byte { return v.AppendText(dst) }

func appendFolded(dst []byte, v record.Value) []byte {
	switch v.Kind {
	case record.UTF16:
		return appendFoldUTF16(dst, v.Raw)
	case record.Text, record.Markup:
		return appendFold(dst, v.Raw)
	case record.ANSI:
		var buf [256]byte
		return appendFold(dst, v.AppendText(buf[:0]))
	}
	start := len(dst)
	dst = v.AppendText(dst)
	lowerASCII(dst[start:]) // everything else prints in ASCII
	return dst
}

func lowerASCII(b []byte) {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
}

// item returns the i-th item of a list of texts.
func item(b []byte, ends []int32, i int) []byte {
	start := 0
	if i > 0 {
		start = int(ends[i-1]) + 1
	}
	return b[start:ends[i]]
}
