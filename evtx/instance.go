package evtx

import "encoding/binary"

// maxNesting is how deep fragments may lie in values of other fragments.
// Windows nests two.
const maxNesting = 8

// Sizes of a template instance ([MS-EVEN6] 2.2.12, TemplateInstance), up to
// its definition, and of one entry of the list of values.
const (
	instanceHeader = 10 // token, version, template id, offset of the definition
	valueEntry     = 4
)

// maxDefinitionBytes bounds the definitions parsed for one chunk: crafted
// records could each name another offset as their template's.
const maxDefinitionBytes = 8 << 20

// instance is where the parts of a template instance are.
type instance struct {
	id         uint32 // of the template, as the instance has it
	definition uint32 // offset in the chunk
	count      int    // values
	list       int    // position of their sizes and types
	values     int    // position of the first value
	end        int    // behind the last value
}

// instanceAt finds the parts of the instance whose token is at pos; it must
// end by end.
func (d *Decoder) instanceAt(pos, end int) (in instance, err error) {
	le := binary.LittleEndian
	if pos+instanceHeader > end {
		return in, cut(pos, "template instance")
	}
	in.id = le.Uint32(d.data[pos+2:])
	in.definition = le.Uint32(d.data[pos+6:])
	at := pos + instanceHeader
	if int(in.definition) == at { // defined right here
		if at+definitionHeader > end {
			return in, cut(pos, "template definition")
		}
		size := int(le.Uint32(d.data[at+definitionHeader-4:]))
		if size > end-at-definitionHeader {
			return in, damage(pos, "template definition of a bad length", uint64(size))
		}
		at += definitionHeader + size
	}
	if at+4 > end {
		return in, cut(pos, "template instance")
	}
	count := le.Uint32(d.data[at:])
	in.list = at + 4
	if count > maxSlots || in.list+valueEntry*int(count) > end {
		return in, damage(pos, "instance with a bad number of values", uint64(count))
	}
	in.count = int(count)
	in.values = in.list + valueEntry*in.count
	in.end = in.values
	for at := in.list; at < in.values; at += valueEntry {
		in.end += int(le.Uint16(d.data[at:]))
	}
	if in.end > end {
		return in, cut(pos, "value of a template instance")
	}
	return in, nil
}

// template is a template definition of the chunk being read.
type template struct {
	offset uint32 // in the chunk
	id     uint32 // first bytes of its GUID
	def    *definition
	err    error // why it cannot be read

	// The step that the template last made, which the next record of the
	// same kind makes again.
	from *shape
	at   int32
	to   *shape
}

// template returns the template that is defined at an offset of the chunk.
func (d *Decoder) template(offset uint32) *template {
	last := &d.recent[offset/8%uint32(len(d.recent))]
	if *last != nil && (*last).offset == offset {
		return *last
	}
	*last = d.defined[offset]
	if *last == nil {
		*last = d.define(offset)
	}
	return *last
}

func (d *Decoder) define(offset uint32) *template {
	if d.used == len(d.pool) {
		d.pool = append(d.pool, new(template))
	}
	t := d.pool[d.used]
	d.used++
	*t = template{offset: offset}
	t.def, t.id, t.err = d.parseDefinition(offset)
	d.defined[offset] = t
	return t
}

func (d *Decoder) parseDefinition(offset uint32) (def *definition, id uint32, err error) {
	le := binary.LittleEndian
	pos := int(offset)
	if offset > ChunkSize || pos+definitionHeader > len(d.data) {
		return nil, 0, damage(0, "template definition outside of the chunk, at", uint64(offset))
	}
	id = le.Uint32(d.data[pos+4:])
	size := int(le.Uint32(d.data[pos+definitionHeader-4:]))
	start := pos + definitionHeader
	if size > len(d.data)-start {
		return nil, id, damage(pos, "template definition of a bad length", uint64(size))
	}
	if d.definitionBytes > maxDefinitionBytes {
		return nil, id, damage(pos, "templates of this chunk longer than", maxDefinitionBytes)
	}
	d.structure = d.structure[:0]
	p := parser{d: d, template: true, end: start + size}
	_, err = p.fragments(start)
	d.definitionBytes += len(d.structure) + definitionHeader
	if err != nil {
		return nil, id, err
	}
	if len(d.structure) == 0 {
		return nil, id, &malformed{pos: pos, what: "template definition without content", bare: true}
	}
	return d.templates.definition(d.structure, p.slots), id, nil
}

// instance reads a template instance into slots and takes the step to the
// shape that it makes of from.
func (d *Decoder) instance(from *shape, at int32, pos, end, depth int) (to *shape, next int, err error) {
	in, err := d.instanceAt(pos, end)
	if err != nil {
		return from, pos, err
	}
	t := d.template(in.definition)
	if d.strict {
		t = d.checked(t, &in, at == atRoot)
	}
	if t.err != nil {
		return from, pos, t.err
	}
	if t.from == from && t.at == at {
		to = t.to
	} else {
		to = d.step(from, at, t.def)
		t.from, t.at, t.to = from, at, to
	}
	base := len(d.slots)
	if base+t.def.slots > maxSlots {
		return from, pos, damage(pos, "more values than", maxSlots)
	}
	nested := d.readValues(&in, t.def.slots)
	if nested {
		to, err = d.nested(to, base, base+t.def.slots, depth)
	}
	return to, in.end, err
}

// readValues appends the slots of an instance: as many as the template has,
// NULL where the instance has fewer. nested says that some hold binary XML.
func (d *Decoder) readValues(in *instance, want int) (nested bool) {
	base := len(d.slots)
	need := base + want
	if need > cap(d.slots) {
		d.slots = append(make([]slot, 0, 2*need), d.slots...)
	}
	d.slots = d.slots[:need]
	slots := d.slots[base:need]
	list := d.data[in.list:in.values]
	pos := uint32(in.values)
	count := min(in.count, want)
	filled := slots[:count]
	for i := range filled {
		entry := binary.LittleEndian.Uint32(list[valueEntry*i:]) // size u16, type u8, 0
		size, typ := entry&0xffff, byte(entry>>16)
		filled[i] = slot{pos: pos, size: size, typ: typ}
		pos += size
		nested = nested || typ == typeBinXML
	}
	clear(slots[count:])
	return nested
}

// nested reads the fragments in the slots from first to last.
func (d *Decoder) nested(from *shape, first, last, depth int) (*shape, error) {
	to := from
	for i := first; i < last; i++ {
		s := d.slots[i]
		if s.typ != typeBinXML || s.size == 0 {
			continue
		}
		if depth >= maxNesting {
			return to, damage(int(s.pos), "fragments nested deeper than", maxNesting)
		}
		var err error
		if to, _, err = d.fragment(to, int32(i), int(s.pos), int(s.pos+s.size), depth+1); err != nil {
			return to, err
		}
	}
	return to, nil
}

// fragment reads the binary XML between pos and end: instances of templates,
// or elements without one.
func (d *Decoder) fragment(from *shape, at int32, pos, end, depth int) (to *shape, next int, err error) {
	to = from
	for pos < end && err == nil {
		switch d.data[pos] {
		case tokenEOF:
			return to, pos + 1, nil
		case tokenFragment:
			pos += fragmentHeader
		case tokenInstance:
			to, pos, err = d.instance(to, at, pos, end, depth)
		default:
			to, pos, err = d.elements(to, at, pos, end, depth)
		}
	}
	return to, pos, err
}

// elements reads elements without a template: their values become slots.
func (d *Decoder) elements(from *shape, at int32, pos, end, depth int) (to *shape, next int, err error) {
	d.structure = d.structure[:0]
	d.frame = len(d.slots)
	first := d.frame
	p := parser{d: d, end: end}
	if pos, err = p.fragments(pos); err != nil {
		return from, pos, err
	}
	if len(d.structure) > 0 {
		from = d.step(from, at, d.templates.definition(d.structure, len(d.slots)-first))
		if from, err = d.nested(from, first, len(d.slots), depth); err != nil {
			return from, pos, err
		}
	}
	return from, pos, nil
}

// step returns the shape that one more definition makes of from.
func (d *Decoder) step(from *shape, at int32, def *definition) *shape {
	s := step{from, at, def}
	if to := d.steps[s]; to != nil {
		return to
	}
	to := d.templates.shape(s)
	if len(d.steps) >= maxShapes {
		clear(d.steps)
	}
	d.steps[s] = to
	return to
}
