package evtx

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"seawall/record"
)

// Handler takes what a [Decoder] reads. Arguments are borrowed: they are valid
// until the call returns.
type Handler interface {
	Event(*Event)
	Damage(*Damage)
}

// Event is a record as a [Decoder] hands it out: its row, and what it takes to
// write it in other forms.
type Event struct {
	record.Record
	ID uint64 // EventRecordID, which exporting keeps; 0 if there is none

	decoder *Decoder
	layout  *layout
}

// Decoder reads chunks. It is used by one goroutine at a time and reused for
// many chunks, of one file or of several; decoders may share [Templates].
type Decoder struct {
	// Path is what the origins of records say.
	Path string
	// LiveOnly leaves records out that are not part of the live log.
	LiveOnly bool
	// NoValues leaves Values of records empty, which spares a program time that
	// does nothing with events but write them as JSON or XML.
	NoValues bool
	// Accounted is where the chunks end that the file header accounts for, 0
	// if it cannot be relied on: see [FileHeader.Accounted]. Chunks behind
	// are not part of the live log.
	Accounted int64
	// Remains collects records that are not part of the live log, until
	// [Decoder.Recover] is called. If it is nil, every chunk stands for
	// itself.
	Remains *Remains

	templates  *Templates
	generation uint64
	steps      map[step]*shape
	root       *shape // of all shapes of this generation

	// Of the chunk being read:
	data            []byte
	offset          int64 // of data[0] in the file
	defined         map[uint32]*template
	recent          [64]*template // of defined, by their offsets
	pool            []*template
	used            int
	definitionBytes int
	chunk           Remains  // of this chunk alone
	lenders         *Remains // where templates are looked for that the chunk has lost
	virtual, filled []byte   // a chunk with only one record in it, and that record

	// Of the record being read:
	slots         []slot
	frame         int    // first slot of the fragment being read
	structure     []byte // canonical structure of it
	scratch       []byte // values that had to be rewritten
	joined        []byte // texts of several pieces
	strict        bool   // look out for mismatches
	mismatch      bool   // a template is not the one that the record was written with
	lent, guessed bool   // a template is another chunk's, or made up
	values        []record.Value
	event         Event

	json jsonMemory
}

// NewDecoder returns a decoder that shares compiled templates with others.
func NewDecoder(t *Templates) *Decoder {
	d := &Decoder{templates: t, steps: map[step]*shape{}, defined: map[uint32]*template{}}
	d.event.decoder = d
	d.renew()
	return d
}

// renew takes the current root of shapes. The generation is read first: should
// the templates be forgotten in between, the next call takes the newer root.
func (d *Decoder) renew() {
	if g := d.templates.generation.Load(); g != d.generation {
		d.generation, d.root = g, d.templates.root()
		clear(d.steps)
	}
}

// Chunk reads the chunk that starts with data[0], which is at offset in the
// file: first its live records in their order, then, unless LiveOnly is set,
// what is left of others. data may be shorter than a chunk where a file is
// cut off.
func (d *Decoder) Chunk(data []byte, offset int64, h Handler) ChunkHeader {
	data = data[:min(len(data), ChunkSize)]
	d.begin(data, offset)
	if len(data) < chunkHeaderSize {
		h.Damage(&Damage{Offset: offset, What: fmt.Sprintf("chunk cut off after %d bytes", len(data)), Lost: true, Kind: BadChunk})
		return ChunkHeader{}
	}
	header := parseChunkHeader(data)
	d.checksums(&header, h)
	end := int(header.Free)
	if end < chunkHeaderSize || end > ChunkSize {
		h.Damage(&Damage{Offset: offset, What: fmt.Sprintf("chunk header says that records end at %d", end), Kind: BadChunk})
		end = ChunkSize
	}
	if end > len(data) {
		h.Damage(&Damage{Offset: offset, What: fmt.Sprintf("chunk cut off after %d of %d bytes", len(data), end), Lost: true, Kind: BadChunk})
		end = len(data)
	}
	if d.Accounted > 0 && offset >= d.Accounted {
		d.left(chunkHeaderSize, record.Chunk, h)
		return header
	}
	pos := d.live(chunkHeaderSize, end, h)
	d.left(pos, record.Slack, h)
	return header
}

func (d *Decoder) begin(data []byte, offset int64) {
	d.data, d.offset = data, offset
	d.forgetDefinitions()
	d.renew()
}

// forgetDefinitions forgets the templates of the chunk before.
func (d *Decoder) forgetDefinitions() {
	clear(d.defined)
	clear(d.recent[:])
	d.used, d.definitionBytes = 0, 0
}

func (d *Decoder) checksums(header *ChunkHeader, h Handler) {
	kind := BadChecksum
	if header.Flags&flagDirty != 0 {
		kind = StaleChecksum
	}
	for _, sum := range [...]struct {
		ok   bool
		what string
	}{{header.HeaderSum, "header"}, {header.DataSum, "records"}} {
		if !sum.ok {
			h.Damage(&Damage{Offset: d.offset, What: "checksum of the chunk's " + sum.what + " is wrong", Kind: kind})
		}
	}
}

// live reads the live records between pos and end and returns where they end.
func (d *Decoder) live(pos, end int, h Handler) int {
	le := binary.LittleEndian
	for pos+minRecord <= end {
		if le.Uint32(d.data[pos:]) != recordMagic {
			if isZero(d.data[pos:end]) {
				break // unused
			}
			d.damaged(pos, "no record where one should begin", h)
			pos, _ = nextRecord(d.data, pos, end, false)
			continue
		}
		size := int(le.Uint32(d.data[pos+4:]))
		if size < minRecord || size > end-pos {
			d.damaged(pos, fmt.Sprintf("record of %d bytes", size), h)
			pos, _ = nextRecord(d.data, pos+4, end, false)
			continue
		}
		content, err := d.read(pos, size)
		if err != nil {
			d.damaged(pos, fmt.Sprintf("record %d: %v", le.Uint64(d.data[pos+8:]), err), h)
		} else {
			if !d.LiveOnly {
				d.chunk.live = append(d.chunk.live, d.event.key())
			}
			h.Event(&d.event)
		}
		if hidden := pos + size - recordTrailer - content; err == nil && hidden >= minRecord {
			d.hidden(content, pos+size, h)
		}
		pos += size
	}
	return min(pos, end)
}

func (d *Decoder) damaged(pos int, what string, h Handler) {
	h.Damage(&Damage{Offset: d.offset + int64(pos), What: what, Lost: true})
}

// read reads the record at pos into d.event, and returns where its content
// ends.
func (d *Decoder) read(pos, size int) (end int, err error) {
	to, end, err := d.parse(pos, size)
	if err == nil {
		d.finish(to, pos, size)
	}
	return end, err
}

// parse reads the values of the record at pos into d.slots.
func (d *Decoder) parse(pos, size int) (s *shape, end int, err error) {
	d.slots, d.scratch, d.joined = d.slots[:0], d.scratch[:0], d.joined[:0]
	s, end, err = d.fragment(d.root, atRoot, pos+recordHeaderSize, pos+size-recordTrailer, 0)
	if err == nil && len(s.parts) == 0 {
		err = &malformed{pos: end, what: "record without content", bare: true}
	}
	return s, end, err
}

// finish makes d.event of the record at pos, whose values are in d.slots.
func (d *Decoder) finish(s *shape, pos, size int) {
	l := s.compiled()
	if d.NoValues {
		d.values = d.values[:0]
	} else {
		d.fill(l)
	}
	le := binary.LittleEndian
	e := &d.event
	e.layout = l
	e.Record = record.Record{
		Schema: l.schema,
		Values: d.values,
		Raw:    d.data[pos : pos+size : pos+size],
		Origin: record.Origin{Path: d.Path, Offset: d.offset + int64(pos), Length: size, Number: le.Uint64(d.data[pos+8:])},
	}
	e.Time = d.time(l, le.Uint64(d.data[pos+16:]))
	e.ID = 0
	if l.id != nil {
		id, _ := d.sourced(l, l.id).Int64()
		e.ID = uint64(id)
	}
}

// sourced returns the value of a field that varies.
func (d *Decoder) sourced(l *layout, src *source) record.Value {
	if len(d.values) > 0 {
		return d.values[src.field]
	}
	return d.from(l, src)
}

// from makes the value of a field of the slots.
func (d *Decoder) from(l *layout, src *source) record.Value {
	switch {
	case len(src.drops) > 0 && d.dropped(src.drops):
		return record.Value{}
	case src.slot >= 0:
		return d.value(&d.slots[src.slot])
	case src.text >= 0:
		return d.text(l.texts[src.text])
	}
	return l.constant[src.field]
}

// time is when the event happened, or else when it was written.
func (d *Decoder) time(l *layout, written uint64) int64 {
	if l.time != nil {
		if t, ok := eventTime(d.sourced(l, l.time)); ok {
			return t
		}
	}
	return record.FileTimeToUnixNano(written)
}

// fill makes the values of a record of its slots.
func (d *Decoder) fill(l *layout) {
	n := len(l.constant)
	if n > cap(d.values) {
		d.values = make([]record.Value, 2*n)
	}
	d.values = d.values[:n]
	copy(d.values, l.constant)
	for i := range l.sources {
		src := &l.sources[i]
		d.values[src.field] = d.from(l, src)
	}
}

// dropped says whether one of the slots is NULL.
func (d *Decoder) dropped(slots []int32) bool {
	for _, slot := range slots {
		if d.slots[slot].typ == typeNull {
			return true
		}
	}
	return false
}

// text puts a text together of its pieces.
func (d *Decoder) text(pieces []piece) record.Value {
	start := len(d.joined)
	for i := range pieces {
		p := &pieces[i]
		if p.slot < 0 {
			d.joined = p.literal.AppendText(d.joined)
			continue
		}
		if p.optional && d.slots[p.slot].typ == typeNull {
			d.joined = d.joined[:start]
			return record.Value{}
		}
		v := d.value(&d.slots[p.slot])
		d.joined = v.AppendText(d.joined)
	}
	return record.Value{Raw: d.joined[start:len(d.joined):len(d.joined)], Kind: record.Text}
}

var zeros [4096]byte

func isZero(data []byte) bool {
	for len(data) > len(zeros) {
		if !bytes.Equal(data[:len(zeros)], zeros[:]) {
			return false
		}
		data = data[len(zeros):]
	}
	return bytes.Equal(data, zeros[:len(data)])
}
