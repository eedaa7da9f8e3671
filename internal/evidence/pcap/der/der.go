// Package der takes BER and DER encoded ASN.1 apart without allocating, as far
// as certificates and network protocols need.
package der

// Tags that are looked for. Context returns those of a specification's own.
const (
	Boolean     = 0x01
	Integer     = 0x02
	BitString   = 0x03
	OctetString = 0x04
	OID         = 0x06
	Enumerated  = 0x0a
	Sequence    = 0x30
	Set         = 0x31
)

// Context is the tag of the constructed element [n] of a specification.
func Context(n int) byte { return 0xa0 | byte(n) }

// Application is the tag of the constructed element [APPLICATION n].
func Application(n int) byte { return 0x60 | byte(n) }

// Next takes the first element off b: its tag, its content, all of it with
// its header, and what follows. Of an element that is cut off, what is there is
// returned, and whole is false; ok is false if there is not even a header.
func Next(b []byte) (tag byte, content, element, rest []byte, whole, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f { // tags of several bytes are not used
		return 0, nil, nil, nil, false, false
	}
	tag = b[0]
	size, n := int(b[1]), 2
	if size >= 0x80 {
		digits := size & 0x7f
		if digits == 0 || digits > 4 || len(b) < 2+digits { // of no definite length
			return 0, nil, nil, nil, false, false
		}
		size = 0
		for _, d := range b[2 : 2+digits] {
			size = size<<8 | int(d)
		}
		n += digits
	}
	end := n + size
	if size < 0 || end < n {
		return 0, nil, nil, nil, false, false
	}
	if end > len(b) {
		return tag, b[n:], b, nil, false, true
	}
	return tag, b[n:end:end], b[:end:end], b[end:], true, true
}

// Reader walks the elements of a constructed one. After something that does
// not parse it is at its end.
type Reader struct{ rest []byte }

// Read returns a reader of content.
func Read(content []byte) Reader { return Reader{content} }

// More reports whether elements are left.
func (r *Reader) More() bool { return len(r.rest) > 0 }

// Peek is the tag of the next element; 0 at the end.
func (r *Reader) Peek() byte {
	if len(r.rest) == 0 {
		return 0
	}
	return r.rest[0]
}

// Any takes the next element.
func (r *Reader) Any() (tag byte, content, element []byte) {
	tag, content, element, rest, _, ok := Next(r.rest)
	if !ok {
		r.rest = nil
		return 0, nil, nil
	}
	r.rest = rest
	return tag, content, element
}

// Take takes the next element if it has the tag.
func (r *Reader) Take(tag byte) (content []byte, ok bool) {
	if r.Peek() != tag {
		return nil, false
	}
	_, content, element := r.Any()
	return content, element != nil
}

// Inside takes the next element if it has the tag, and returns a reader of it.
func (r *Reader) Inside(tag byte) Reader {
	content, _ := r.Take(tag)
	return Reader{content}
}

// Seek passes over elements until one has the tag, and takes it. Elements of a
// sequence with context tags are in order: it stops at a greater one.
func (r *Reader) Seek(tag byte) (content []byte, ok bool) {
	for r.More() {
		next := r.Peek()
		if next == tag {
			return r.Take(tag)
		}
		if next&0xc0 == 0x80 && tag&0xc0 == 0x80 && next&0x1f > tag&0x1f {
			return nil, false
		}
		r.Any()
	}
	return nil, false
}

// Int reads the content of an integer that fits; else 0.
func Int(content []byte) (n int64) {
	if len(content) == 0 || len(content) > 8 {
		return 0
	}
	if content[0]&0x80 != 0 {
		n = -1
	}
	for _, b := range content {
		n = n<<8 | int64(b)
	}
	return n
}
