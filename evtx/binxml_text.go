package evtx

import "encoding/binary"

// text reads a run of literals, references and substitutions. If literal is
// set, or the token is a substitution, they become part of the structure;
// otherwise the whole run becomes one slot.
func (p *parser) text(pos int, literal bool) (int, error) {
	d := p.d
	first, pieces, start := slot{}, 0, pos
	for pos < p.end {
		token := d.data[pos]
		if token == tokenNormal || token == tokenOptional {
			if !p.template {
				return pos, &malformed{pos: pos, what: "substitution outside of a template", bare: true}
			}
			if pos+4 > p.end {
				return pos, cut(pos, "substitution")
			}
			if err := p.uses(pos, binary.LittleEndian.Uint16(d.data[pos+1:])); err != nil {
				return pos, err
			}
			kind := byte('n')
			if token == tokenOptional {
				kind = 'o'
			}
			d.structure = append(d.structure, structSlot, kind, d.data[pos+1], d.data[pos+2], d.data[pos+3])
			pos += 4
			pieces++
			continue
		}
		s, next, ok, err := p.literal(pos)
		if err != nil {
			return pos, err
		}
		if !ok {
			break
		}
		pos = next
		pieces++
		switch {
		case literal && s.size <= maxStructural || p.template:
			raw := d.bytes(&s)
			d.structure = append(d.structure, structText, s.typ, byte(len(raw)), byte(len(raw)>>8))
			d.structure = append(d.structure, raw...)
			if len(d.structure) > maxStructure {
				return pos, damage(pos, "structure longer than", maxStructure)
			}
		case first == slot{}:
			first = s
		default:
			first = d.join(first, s)
		}
	}
	if pos == start && (pos >= p.end || !endsText(d.data[pos])) {
		return pos, damage(pos, "unexpected token", uint64(d.data[min(pos, len(d.data)-1)]))
	}
	if (first != slot{}) {
		return pos, p.slot(pos, first)
	}
	return pos, nil
}

// endsText tells the tokens that may follow an attribute without a value.
func endsText(token byte) bool {
	switch token {
	case tokenCloseStart, tokenCloseEmpty, tokenAttribute, tokenAttribute | hasMore:
		return true
	}
	return false
}

// join makes one text of two values, in scratch.
func (d *Decoder) join(a, b slot) slot {
	if !a.scratch || int(a.pos+a.size) != len(d.scratch) || a.typ != typeString {
		a = d.copyText(a)
	}
	b = d.copyText(b)
	return slot{pos: a.pos, size: a.size + b.size, typ: typeString, scratch: true}
}

// copyText appends a value to scratch as UTF-16.
func (d *Decoder) copyText(s slot) slot {
	start := len(d.scratch)
	if s.typ == typeString {
		d.scratch = append(d.scratch, trimNUL(d.bytes(&s), s.typ)...)
	} else {
		var buf [64]byte
		v := d.value(&s)
		start = len(d.scratch) // value may have used scratch
		for _, r := range string(v.AppendText(buf[:0])) {
			d.scratch = appendRuneUTF16(d.scratch, r)
		}
	}
	return slot{pos: uint32(start), size: uint32(len(d.scratch) - start), typ: typeString, scratch: true}
}

// literal reads one value, CDATA section, character or entity reference. ok
// is false if there is none at pos.
func (p *parser) literal(pos int) (s slot, next int, ok bool, err error) {
	d := p.d
	rest := d.data[pos+1 : p.end]
	switch d.data[pos] &^ hasMore {
	case tokenValue:
		if len(rest) < 1 {
			break
		}
		prefix, size, fits := literalSize(rest[0], rest[1:])
		if !fits {
			return s, pos, false, damage(pos, "literal of a bad type or length, type", uint64(rest[0]))
		}
		at := pos + 2 + prefix
		return slot{pos: uint32(at), size: uint32(size), typ: rest[0]}, at + size, true, nil
	case tokenCDATA:
		if len(rest) < 2 {
			break
		}
		size := 2 * int(binary.LittleEndian.Uint16(rest))
		if 2+size > len(rest) {
			break
		}
		return slot{pos: uint32(pos + 3), size: uint32(size), typ: typeString}, pos + 3 + size, true, nil
	case tokenCharRef:
		if len(rest) < 2 {
			break
		}
		return slot{pos: uint32(pos + 1), size: 2, typ: typeString}, pos + 3, true, nil
	case tokenEntityRef:
		name, next, err := p.name(pos + 1)
		if err != nil {
			return s, pos, false, err
		}
		start := len(d.scratch)
		d.scratch = appendEntity(d.scratch, name)
		return slot{pos: uint32(start), size: uint32(len(d.scratch) - start), typ: typeString, scratch: true}, next, true, nil
	default:
		return s, pos, false, nil
	}
	return s, pos, false, cut(pos, "text")
}

// appendEntity appends the text of an entity reference in UTF-16. Entities
// other than the five of XML are kept as they are written.
func appendEntity(dst, name []byte) []byte {
	for _, e := range [...]struct {
		name string
		char byte
	}{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}} {
		if equalUTF16(name, e.name) {
			return append(dst, e.char, 0)
		}
	}
	dst = append(append(dst, '&', 0), name...)
	return append(dst, ';', 0)
}
