package evtx

import (
	"encoding/binary"

	"seawall/record"
)

// typeAny stands for a value that is declared with several types.
const typeAny = 0xff

// declaredTypes reads the types of slots off a structure.
func declaredTypes(structure []byte, slots int) []byte {
	types := make([]byte, slots)
	for len(structure) > 0 {
		size := 1
		switch structure[0] {
		case structOpen:
			size = 5 + int(binary.LittleEndian.Uint16(structure[3:]))
		case structAttr:
			size = 3 + int(binary.LittleEndian.Uint16(structure[1:]))
		case structText:
			size = 4 + int(binary.LittleEndian.Uint16(structure[2:]))
		case structSlot:
			t := &types[binary.LittleEndian.Uint16(structure[2:])]
			if typ := structure[4]; *t == typeNull || *t == typ {
				*t = typ
			} else {
				*t = typeAny
			}
			size = 5
		}
		structure = structure[size:]
	}
	return types
}

// fits says whether the values of an instance have the types that its template
// declares, or are NULL. Integers of another width fit: Windows writes them.
func (d *Decoder) fits(in *instance, def *definition) bool {
	if in.count != def.slots {
		return false
	}
	for i, declared := range def.types {
		typ := d.data[in.list+valueEntry*i+2]
		if typ != declared && typ != typeNull && declared != typeNull && declared != typeAny && !(isInteger(typ) && isInteger(declared)) {
			return false
		}
	}
	return true
}

func isInteger(typ byte) bool {
	switch valueTypes[typ].kind {
	case record.Int, record.Uint, record.Hex:
		return true
	}
	return false
}

// checked returns the template of an instance of a record that is not part of
// the live log: t if it is what the record was written with, or else another
// one that fits. outer says that the instance is a whole event.
func (d *Decoder) checked(t *template, in *instance, outer bool) *template {
	if t.err == nil && t.id == in.id && d.fits(in, t.def) {
		return t
	}
	if d.lenders == nil {
		d.mismatch = true
		return t
	}
	for _, def := range d.lenders.definitions[in.id] {
		if d.fits(in, def) {
			d.lent = true
			return &template{def: def, id: in.id}
		}
	}
	structure := guess(in, outer)
	if structure == nil {
		d.mismatch = true
		return t
	}
	d.guessed = true
	def := d.templates.definition(structure, in.count)
	if !d.fits(in, def) {
		d.mismatch = true
	}
	return &template{def: def, id: in.id}
}
