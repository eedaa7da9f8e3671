package evtx

import (
	"encoding/binary"
)

// Tokens of [MS-EVEN6] 2.2.12. hasMore on an element says that attributes
// follow; on other tokens, that more of their kind follows, which the parser
// sees anyway.
const (
	tokenEOF         = 0x00
	tokenOpen        = 0x01
	tokenCloseStart  = 0x02
	tokenCloseEmpty  = 0x03
	tokenEnd         = 0x04
	tokenValue       = 0x05
	tokenAttribute   = 0x06
	tokenCDATA       = 0x07
	tokenCharRef     = 0x08
	tokenEntityRef   = 0x09
	tokenPITarget    = 0x0a
	tokenPIData      = 0x0b
	tokenInstance    = 0x0c
	tokenNormal      = 0x0d
	tokenOptional    = 0x0e
	tokenFragment    = 0x0f
	hasMore          = 0x40
	noDependency     = 0xffff
	fragmentHeader   = 4
	definitionHeader = 24
)

// Limits on what one record or template may ask for. Windows' own events stay
// far below; a crafted one that does not is reported as damaged.
const (
	maxDepth      = 64        // nested elements and nested fragments
	maxName       = 512       // UTF-16 units of an element or attribute name
	maxStructure  = 128 << 10 // bytes of the canonical structure of one template
	maxSlots      = 8192      // values of one record
	maxFields     = 4096      // fields of one schema
	maxStructural = 512       // bytes of a literal name of a Data element
)

// The parser reads binary XML once and appends its canonical structure to
// Decoder.structure: a byte string that is equal for equal templates, however
// the chunk laid out names and definitions. It is the key under which compiled
// templates are shared, and the only input they are compiled from, so that a
// file can never make another file's records read differently.
//
// structOpen     dependency u16, name
// structAttr     name
// structText     wire type, u16 length, bytes
// structSlot     'n' or 'o' for normal or optional, u16 slot, wire type
// structBody     the end of the attributes
// structEnd      the end of the element
//
// where a name is its u16 length in bytes and its UTF-16 text.
const (
	structOpen = 'E'
	structAttr = 'A'
	structText = 'T'
	structSlot = 'S'
	structBody = '>'
	structEnd  = '/'
)

// parser reads the binary XML of a template definition, or of a fragment
// without a template. The latter has no substitutions; its literal texts
// become slots instead, except those that name fields, so that records that
// differ in values only have the same structure.
type parser struct {
	d        *Decoder
	template bool
	end      int // of what may be read
	slots    int // values that a template has room for
}

// fragments reads elements up to the end-of-fragment token, or to an instance
// of a template that follows them.
func (p *parser) fragments(pos int) (int, error) {
	data := p.d.data
	for pos < p.end {
		var err error
		switch data[pos] {
		case tokenEOF:
			return pos, nil
		case tokenFragment:
			pos += fragmentHeader
		case tokenOpen, tokenOpen | hasMore:
			pos, err = p.element(pos, 0)
		case tokenPITarget, tokenPIData:
			pos, err = p.instruction(pos)
		case tokenInstance:
			if !p.template {
				return pos, nil
			}
			err = damage(pos, "unexpected token", tokenInstance)
		default:
			err = damage(pos, "unexpected token", uint64(data[pos]))
		}
		if err != nil {
			return pos, err
		}
	}
	return min(pos, p.end), nil
}

// element reads an element whose open token is at pos.
func (p *parser) element(pos, depth int) (int, error) {
	d := p.d
	if depth >= maxDepth {
		return pos, damage(pos, "elements nested deeper than", maxDepth)
	}
	if len(d.structure) > maxStructure {
		return pos, damage(pos, "structure longer than", maxStructure)
	}
	token := d.data[pos]
	at := pos + 1
	dependency := uint16(noDependency)
	if p.template {
		if at+2 > p.end {
			return pos, cut(pos, "element")
		}
		dependency = binary.LittleEndian.Uint16(d.data[at:])
		at += 2
		if dependency != noDependency {
			if err := p.uses(pos, dependency); err != nil {
				return pos, err
			}
		}
	}
	at += 4 // size of the element: what is in it tells
	name, at, err := p.name(at)
	if err != nil {
		return pos, err
	}
	d.structure = append(d.structure, structOpen, byte(dependency), byte(dependency>>8))
	d.structure = appendName(d.structure, name)
	if token&hasMore != 0 {
		at += 4 // size of the attribute list
		for at < p.end && d.data[at]&^hasMore == tokenAttribute {
			if at, err = p.attribute(at, name); err != nil {
				return at, err
			}
		}
	}
	d.structure = append(d.structure, structBody)
	if at >= p.end {
		return pos, cut(pos, "element")
	}
	switch d.data[at] {
	case tokenCloseStart:
		if at, err = p.content(at+1, depth); err != nil {
			return at, err
		}
	case tokenCloseEmpty:
		at++
	default:
		return at, damage(at, "unexpected token in a start tag", uint64(d.data[at]))
	}
	d.structure = append(d.structure, structEnd)
	return at, nil
}

func (p *parser) content(pos, depth int) (int, error) {
	d := p.d
	for pos < p.end {
		var err error
		switch d.data[pos] {
		case tokenEnd:
			return pos + 1, nil
		case tokenOpen, tokenOpen | hasMore:
			pos, err = p.element(pos, depth+1)
		case tokenPITarget, tokenPIData:
			pos, err = p.instruction(pos)
		case tokenInstance:
			pos, err = p.instance(pos)
		default:
			start := pos
			if pos, err = p.text(pos, p.template); err == nil && pos == start {
				err = damage(pos, "unexpected token", uint64(d.data[pos]))
			}
		}
		if err != nil {
			return pos, err
		}
	}
	return pos, &malformed{pos: pos, what: "element without an end", bare: true}
}

// instance makes a slot of an instance of a template that stands among the
// content of an element, as if it had been substituted there.
func (p *parser) instance(pos int) (int, error) {
	d := p.d
	if p.template {
		return pos, damage(pos, "unexpected token", tokenInstance)
	}
	in, err := d.instanceAt(pos, p.end)
	if err != nil {
		return pos, err
	}
	return in.end, p.slot(pos, slot{pos: uint32(pos), size: uint32(in.end - pos), typ: typeBinXML})
}

// uses notes that the template refers to a slot.
func (p *parser) uses(pos int, slot uint16) error {
	if slot >= maxSlots {
		return damage(pos, "more values than", maxSlots)
	}
	p.slots = max(p.slots, int(slot)+1)
	return nil
}

// slot makes a value of a fragment without a template one of the record's.
func (p *parser) slot(pos int, s slot) error {
	d := p.d
	if len(d.slots) >= maxSlots {
		return damage(pos, "more values than", maxSlots)
	}
	n := len(d.slots) - d.frame
	d.structure = append(d.structure, structSlot, 'n', byte(n), byte(n>>8), s.typ)
	d.slots = append(d.slots, s)
	return nil
}

func (p *parser) attribute(pos int, element []byte) (int, error) {
	d := p.d
	name, at, err := p.name(pos + 1)
	if err != nil {
		return pos, err
	}
	d.structure = appendName(append(d.structure, structAttr), name)
	literal := p.template || isStructural(element, name)
	if at, err = p.text(at, literal); err != nil {
		return at, err
	}
	return at, nil
}

// isStructural tells the attributes whose text is part of the structure of a
// fragment without a template: namespaces, and the names of fields.
func isStructural(element, attribute []byte) bool {
	if hasPrefixUTF16(attribute, "xmlns") {
		return true
	}
	return equalUTF16(attribute, "Name") && (equalUTF16(element, "Data") || equalUTF16(element, "ComplexData"))
}

// instruction skips a processing instruction: it carries no data of events.
func (p *parser) instruction(pos int) (int, error) {
	if p.d.data[pos] == tokenPITarget {
		_, next, err := p.name(pos + 1)
		return next, err
	}
	if pos+3 > p.end {
		return pos, cut(pos, "text")
	}
	next := pos + 3 + 2*int(binary.LittleEndian.Uint16(p.d.data[pos+1:]))
	if next > p.end {
		return pos, cut(pos, "text")
	}
	return next, nil
}
