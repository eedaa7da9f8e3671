package evtx

import (
	"encoding/binary"

	"seawall/record"
)

// element is an element of a shape's XML, with the definitions in its slots
// put in their places.
type element struct {
	name       string
	drops      []int32 // slots of the record: if one is NULL, the element is not there
	attributes []attribute
	content    []content
}

type attribute struct {
	name string
	text []piece
}

// content is a child element, or else a run of text.
type content struct {
	child *element
	text  []piece
}

// piece is part of a text: literal, or the value of a slot.
type piece struct {
	literal  record.Value // if slot is negative
	slot     int32
	optional bool
	typ      byte // declared type
}

// builder makes the tree of a shape from the structures of its parts.
type builder struct {
	shape    *shape
	base     int32 // of the part being read
	data     string
	types    []byte // of the slots of the part
	elements int
	depth    int
}

// buildTree returns the root elements of a shape.
func buildTree(s *shape) []*element {
	b := &builder{shape: s}
	var roots []content
	for i := range s.parts {
		if s.parts[i].at == atRoot {
			roots = b.part(&s.parts[i], roots)
		}
	}
	var elements []*element
	for _, c := range roots {
		if c.child != nil {
			elements = append(elements, c.child)
		}
	}
	return elements
}

// part appends the content that one part stands for.
func (b *builder) part(p *part, list []content) []content {
	if b.depth > maxNesting || b.elements > maxFields {
		return list
	}
	outer := *b
	b.base, b.data, b.types, b.depth = p.base, p.def.structure, p.def.types, b.depth+1
	list = b.content(list)
	outer.elements = b.elements
	*b = outer
	return list
}

// content reads up to the end of the element that is open.
func (b *builder) content(list []content) []content {
	for len(b.data) > 0 {
		switch b.data[0] {
		case structOpen:
			e := b.element()
			if b.elements++; b.elements <= maxFields {
				list = append(list, content{child: e})
			}
		case structEnd:
			b.data = b.data[1:]
			return list
		default:
			list = b.text(list)
		}
	}
	return list
}

func (b *builder) element() *element {
	dependency := b.u16(1)
	b.data = b.data[3:]
	e := &element{name: b.name()}
	// Windows makes whole events depend on their data, which is never NULL. An
	// event that has lost its data is an event still.
	if dependency != noDependency && b.types[dependency] != typeBinXML {
		e.drops = append(e.drops, b.base+int32(dependency))
	}
	for b.data[0] == structAttr {
		b.data = b.data[1:]
		a := attribute{name: b.name()}
		for b.data[0] == structText || b.data[0] == structSlot {
			a.text = append(a.text, b.piece())
		}
		e.attributes = append(e.attributes, a)
	}
	b.data = b.data[1:] // structBody
	e.content = b.content(nil)
	return e
}

// text appends a run of text, or what the fragments in the slot hold.
func (b *builder) text(list []content) []content {
	p := b.piece()
	if p.slot >= 0 {
		nested := false
		for i := range b.shape.parts {
			if b.shape.parts[i].at == p.slot {
				list, nested = b.part(&b.shape.parts[i], list), true
			}
		}
		if nested || p.typ == typeBinXML {
			return list
		}
	}
	if n := len(list); n > 0 && list[n-1].child == nil {
		list[n-1].text = append(list[n-1].text, p)
		return list
	}
	return append(list, content{text: []piece{p}})
}

func (b *builder) piece() piece {
	if b.data[0] == structSlot {
		p := piece{slot: b.base + int32(b.u16(2)), optional: b.data[1] == 'o', typ: b.data[4]}
		b.data = b.data[5:]
		return p
	}
	typ, size := b.data[1], int(b.u16(2))
	raw := []byte(b.data[4 : 4+size])
	b.data = b.data[4+size:]
	return piece{slot: -1, typ: typ, literal: literalValue(raw, typ)}
}

// literalValue is a value of the structure; text becomes UTF-8 once and for all.
func literalValue(raw []byte, typ byte) record.Value {
	t := &valueTypes[typ]
	switch t.class {
	case classNull:
		return record.Value{}
	case classString:
		v := record.Value{Raw: trimNUL(raw, typ), Kind: t.kind}
		return record.Value{Raw: v.AppendText([]byte{}), Kind: record.Text}
	case classConvert:
		return record.Value{Raw: record.AppendUTF16([]byte{}, trimNUL(raw, typeString)), Kind: t.kind}
	}
	return record.Value{Raw: raw, Kind: t.kind}
}

func (b *builder) u16(at int) uint16 {
	return binary.LittleEndian.Uint16([]byte(b.data[at : at+2]))
}

func (b *builder) name() string {
	size := int(b.u16(0))
	name := string(record.AppendUTF16(nil, []byte(b.data[2:2+size])))
	b.data = b.data[2+size:]
	return xmlName(name)
}
