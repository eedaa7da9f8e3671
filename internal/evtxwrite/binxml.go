package evtxwrite

import "encoding/binary"

// Tokens of [MS-EVEN6] 2.2.12; hasMore marks an element with attributes and an
// attribute that others follow.
const (
	tokenEOF              = 0x00
	tokenOpenStart        = 0x01
	tokenCloseStart       = 0x02
	tokenCloseEmpty       = 0x03
	tokenEnd              = 0x04
	tokenValue            = 0x05
	tokenAttribute        = 0x06
	tokenTemplateInstance = 0x0c
	tokenNormal           = 0x0d
	tokenOptional         = 0x0e
	tokenFragment         = 0x0f
	hasMore               = 0x40
)

// element is a node of the XML to encode.
type element struct {
	name       string
	attributes []attribute
	content    []content
}

type attribute struct {
	name  string
	value content
}

// content is one of: a child element, literal text, or the place of a
// substitution.
type content struct {
	child    *element
	text     string
	slot     uint16
	typ      byte // of the substitution; 0 if it is none
	optional bool
}

func literal(text string) content            { return content{text: text} }
func optional(slot uint16, typ byte) content { return content{slot: slot, typ: typ, optional: true} }
func normal(slot uint16, typ byte) content   { return content{slot: slot, typ: typ} }

// leaf is an element around one piece of content.
func leaf(name string, c content, attributes ...attribute) content {
	return content{child: &element{name: name, attributes: attributes, content: []content{c}}}
}

// noDependency says that an element is written whatever its substitutions are.
const noDependency = 0xffff

// dependency returns the slot whose NULL drops the element: that of its only
// content, if that is optional.
func (e *element) dependency() uint16 {
	if len(e.content) == 1 && e.content[0].typ != 0 && e.content[0].optional {
		return e.content[0].slot
	}
	return noDependency
}

func (c *chunk) fragment(e *element, inTemplate bool) {
	c.buf = append(c.buf, tokenFragment, 1, 1, 0)
	c.element(e, inTemplate)
	c.buf = append(c.buf, tokenEOF)
}

// element appends e. Only template definitions carry dependency ids.
func (c *chunk) element(e *element, inTemplate bool) {
	token := byte(tokenOpenStart)
	if len(e.attributes) > 0 {
		token |= hasMore
	}
	c.buf = append(c.buf, token)
	if inTemplate {
		c.buf = binary.LittleEndian.AppendUint16(c.buf, e.dependency())
	}
	size := c.reserve32()
	c.name(e.name)
	if len(e.attributes) > 0 {
		list := c.reserve32()
		for i, a := range e.attributes {
			token := byte(tokenAttribute)
			if i < len(e.attributes)-1 {
				token |= hasMore
			}
			c.buf = append(c.buf, token)
			c.name(a.name)
			c.content(a.value, inTemplate)
		}
		c.fill32(list)
	}
	if len(e.content) == 0 {
		c.buf = append(c.buf, tokenCloseEmpty)
	} else {
		c.buf = append(c.buf, tokenCloseStart)
		for _, item := range e.content {
			c.content(item, inTemplate)
		}
		c.buf = append(c.buf, tokenEnd)
	}
	c.fill32(size)
}

func (c *chunk) content(item content, inTemplate bool) {
	switch {
	case item.child != nil:
		c.element(item.child, inTemplate)
	case item.typ != 0:
		token := byte(tokenNormal)
		if item.optional {
			token = tokenOptional
		}
		c.buf = binary.LittleEndian.AppendUint16(append(c.buf, token), item.slot)
		c.buf = append(c.buf, item.typ)
	default:
		raw := utf16le(item.text)
		c.buf = append(c.buf, tokenValue, typeString)
		c.buf = binary.LittleEndian.AppendUint16(c.buf, uint16(len(raw)/2))
		c.buf = append(c.buf, raw...)
	}
}

// reserve32 leaves room for a length that [chunk.fill32] writes later.
func (c *chunk) reserve32() (at int) {
	c.buf = append(c.buf, 0, 0, 0, 0)
	return len(c.buf) - 4
}

// fill32 writes at at how many bytes follow it by now.
func (c *chunk) fill32(at int) {
	binary.LittleEndian.PutUint32(c.buf[at:], uint32(len(c.buf)-at-4))
}

// name appends a reference to a name, and the name itself where the chunk does
// not have it yet.
func (c *chunk) name(s string) {
	if at, ok := c.names[s]; ok {
		c.buf = binary.LittleEndian.AppendUint32(c.buf, at)
		return
	}
	at := uint32(len(c.buf) + 4)
	c.buf = binary.LittleEndian.AppendUint32(c.buf, at)
	raw := utf16le(s)
	var hash uint32
	for i := 0; i < len(raw); i += 2 {
		hash = hash*65599 + uint32(binary.LittleEndian.Uint16(raw[i:]))
	}
	c.buf = append(c.buf, c.link(nameBuckets+4*(int(uint16(hash))%nameBucketCount), at)...)
	c.buf = binary.LittleEndian.AppendUint16(c.buf, uint16(hash))
	c.buf = binary.LittleEndian.AppendUint16(c.buf, uint16(len(raw)/2))
	c.buf = append(append(c.buf, raw...), 0, 0)
	c.names[s] = at
}

// link puts an entry at the head of a bucket's chain and returns its next
// field: the former head.
func (c *chunk) link(bucket int, at uint32) []byte {
	next := make([]byte, 4)
	copy(next, c.buf[bucket:])
	binary.LittleEndian.PutUint32(c.buf[bucket:], at)
	return next
}

// template is the shape of many events: XML with places for values.
type template struct {
	guid [16]byte
	root *element
}

// instance appends a template instance with its values, and the template's
// definition where the chunk does not have it yet. If inner is not nil, it
// appends one more value: binary XML, whose offsets depend on its place.
func (c *chunk) instance(t *template, values []typed, inner func()) {
	le := binary.LittleEndian
	c.buf = append(c.buf, tokenFragment, 1, 1, 0, tokenTemplateInstance, 1)
	c.buf = append(c.buf, t.guid[:4]...)
	at, defined := c.templates[t.guid]
	if !defined {
		at = uint32(len(c.buf) + 4)
	}
	c.buf = le.AppendUint32(c.buf, at)
	if !defined {
		bucket := templateBuckets + 4*(int(le.Uint32(t.guid[:4])%templateBucketCount))
		c.buf = append(c.buf, c.link(bucket, at)...)
		c.buf = append(c.buf, t.guid[:]...)
		size := c.reserve32()
		c.fragment(t.root, true)
		c.fill32(size)
		c.templates[t.guid] = at
	}
	count := len(values)
	if inner != nil {
		count++
	}
	c.buf = le.AppendUint32(c.buf, uint32(count))
	for _, v := range values {
		c.buf = le.AppendUint16(c.buf, uint16(len(v.raw)))
		c.buf = append(c.buf, v.typ, 0)
	}
	innerSize := len(c.buf)
	if inner != nil {
		c.buf = append(c.buf, 0, 0, typeBinXML, 0)
	}
	for _, v := range values {
		c.buf = append(c.buf, v.raw...)
	}
	if inner != nil {
		start := len(c.buf)
		inner()
		le.PutUint16(c.buf[innerSize:], uint16(len(c.buf)-start))
	}
	c.buf = append(c.buf, tokenEOF)
}
