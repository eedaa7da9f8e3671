package evtx

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	"seawall/record"
)

// Remains collects what is left of records in the unused space of several
// chunks, until all chunks are read: then templates that one chunk has lost
// can be borrowed from another, and copies of live records are known as such.
// It is safe for concurrent use by several decoders.
type Remains struct {
	mu          sync.Mutex
	definitions map[uint32][]*definition // by the first bytes of their GUID
	count       int
	live        []uint64 // keys of live records
	found       []remain
	bytes       int
	dropped     int
}

// Limits of what one Remains keeps.
const (
	maxRemains     = 64 << 20 // bytes of records
	maxDefinitions = 1 << 14
)

// remain is a candidate: a record header with a plausible size that occurs
// twice. What can be read with the templates of its own chunk has its slots.
type remain struct {
	raw     []byte // the record
	pos     int    // in its chunk
	offset  int64  // of the chunk in the file
	how     record.Recovery
	shape   *shape // nil if templates are missing
	slots   []slot
	scratch []byte
}

// The confidence in recovered records, by what agrees. Ids are the header's
// and the event's; they differ in exported logs too.
const (
	confidenceFull    = 95 // ids are equal, and it was written when it happened
	confidenceTime    = 70 // ids differ, it was written when it happened
	confidenceID      = 60 // ids are equal, times differ
	confidenceNeither = 20
	confidenceLent    = 10 // less for a template of another chunk
	confidenceGuessed = 25 // less for values whose names are lost
)

// key tells records of one file apart: same id and time, same record.
func (e *Event) key() uint64 {
	id := e.ID
	if id == 0 {
		id = e.Origin.Number
	}
	h := id*0x9e3779b97f4a7c15 ^ uint64(e.Time)
	h ^= h >> 29
	return h * 0xbf58476d1ce4e5b9
}

// left ends a chunk that has no live records behind pos.
func (d *Decoder) left(pos int, how record.Recovery, h Handler) {
	if !d.LiveOnly {
		d.candidates(pos, len(d.data), false, how)
	}
	d.endChunk(h)
}

// endChunk hands the finds of the chunk over, or out.
func (d *Decoder) endChunk(h Handler) {
	if d.LiveOnly {
		d.chunk.reset()
		return
	}
	if d.Remains != nil || len(d.chunk.found) > 0 {
		for _, t := range d.pool[:d.used] {
			if t.err == nil {
				d.chunk.define(t.id, t.def)
			}
		}
	}
	if d.Remains != nil {
		d.Remains.merge(&d.chunk)
	} else if len(d.chunk.found) > 0 {
		d.recover(&d.chunk, h)
	}
	d.chunk.reset()
}

// hidden looks for records between the end of a live record's content and the
// end of the record, where editors of logs leave what they unlink.
func (d *Decoder) hidden(pos, end int, h Handler) {
	at, size := nextRecord(d.data, pos, end, true)
	if size == 0 {
		return
	}
	h.Damage(&Damage{Offset: d.offset + int64(at), What: "a record is hidden behind the content of another", Kind: Hidden})
	if !d.LiveOnly {
		d.candidates(pos, end, true, record.Slack)
	}
}

// candidates collects the records between pos and end; enclosed says that these
// are inside another record.
func (d *Decoder) candidates(pos, end int, enclosed bool, how record.Recovery) {
	for {
		at, size := nextRecord(d.data, pos, end, enclosed)
		if size == 0 {
			return
		}
		r := remain{raw: d.data[at : at+size], pos: at, offset: d.offset, how: how}
		if s, ok := d.own(at, size); ok {
			r.shape = s
			r.slots = append([]slot(nil), d.slots...)
			r.scratch = append([]byte(nil), d.scratch...)
		}
		d.chunk.found = append(d.chunk.found, r)
		pos = at + size
	}
}

// own reads a candidate with the templates of its chunk. They must be the ones
// that it names: unused space may have been written over since.
func (d *Decoder) own(pos, size int) (s *shape, ok bool) {
	d.strict, d.mismatch = true, false
	s, _, err := d.parse(pos, size)
	d.strict = false
	return s, err == nil && !d.mismatch
}

// merge takes over the finds of one chunk.
func (r *Remains) merge(chunk *Remains) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, list := range chunk.definitions {
		for _, def := range list {
			r.define(id, def)
		}
	}
	r.live = append(r.live, chunk.live...)
	for _, f := range chunk.found {
		if r.bytes += len(f.raw); r.bytes > maxRemains {
			r.dropped++
			continue
		}
		f.raw = slices.Clone(f.raw) // the chunk's buffer is used again
		r.found = append(r.found, f)
	}
}

func (r *Remains) define(id uint32, def *definition) {
	if r.definitions == nil {
		r.definitions = map[uint32][]*definition{}
	}
	if r.count < maxDefinitions && !slices.Contains(r.definitions[id], def) {
		r.definitions[id] = append(r.definitions[id], def)
		r.count++
	}
}

func (r *Remains) reset() {
	clear(r.definitions)
	clear(r.found)
	r.live, r.found = r.live[:0], r.found[:0]
	r.count, r.bytes, r.dropped = 0, 0, 0
}

// Recover hands out what was collected in r, in the order of the file, without
// copies of live records. No chunk may be read into r at the same time.
func (d *Decoder) Recover(r *Remains, h Handler) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dropped > 0 {
		h.Damage(&Damage{Offset: -1, What: "more remains of records than fit into memory; not all were recovered", Lost: true})
	}
	d.recover(r, h)
	r.reset()
}

func (d *Decoder) recover(r *Remains, h Handler) {
	seen := make(map[uint64]struct{}, len(r.live)+len(r.found))
	for _, key := range r.live {
		seen[key] = struct{}{}
	}
	slices.SortFunc(r.found, func(a, b remain) int {
		return cmp.Or(cmp.Compare(a.offset, b.offset), cmp.Compare(a.pos, b.pos))
	})
	for _, list := range r.definitions {
		slices.SortFunc(list, func(a, b *definition) int { return cmp.Compare(a.structure, b.structure) })
	}
	data, offset := d.data, d.offset
	for i := range r.found {
		if d.restore(&r.found[i], r) {
			key := d.event.key()
			if _, known := seen[key]; !known {
				seen[key] = struct{}{}
				h.Event(&d.event)
			}
		}
	}
	d.data, d.offset = data, offset
}

// restore makes an event of a candidate; ok is false if it cannot be read.
func (d *Decoder) restore(r *remain, templates *Remains) (ok bool) {
	// A chunk with nothing but the record in its place.
	if d.virtual == nil {
		d.virtual = make([]byte, ChunkSize)
	}
	clear(d.filled)
	d.filled = d.virtual[r.pos : r.pos+len(r.raw)]
	copy(d.filled, r.raw)
	d.data, d.offset = d.virtual, r.offset
	to := r.shape
	if to != nil {
		d.slots = append(d.slots[:0], r.slots...)
		d.scratch, d.joined = append(d.scratch[:0], r.scratch...), d.joined[:0]
	} else {
		d.forgetDefinitions()
		d.lenders, d.lent, d.guessed = templates, false, false
		to, ok = d.own(r.pos, len(r.raw))
		d.lenders = nil
		if !ok {
			return false
		}
	}
	d.finish(to, r.pos, len(r.raw))
	return d.judge(r)
}

// judge says how sure it is that d.event is what was written; ok is false if
// nothing speaks for it.
func (d *Decoder) judge(r *remain) (ok bool) {
	e := &d.event
	written := record.FileTimeToUnixNano(binary.LittleEndian.Uint64(e.Raw[16:]))
	const day = 24 * 60 * 60 * 1e9
	sameTime := e.layout.time != nil && max(e.Time, written)-min(e.Time, written) <= day
	sameID := e.ID != 0 && e.ID == e.Origin.Number
	confidence := confidenceNeither
	switch {
	case sameTime && sameID:
		confidence = confidenceFull
	case sameTime:
		confidence = confidenceTime
	case sameID:
		confidence = confidenceID
	}
	e.Recovered = r.how
	if r.shape == nil {
		if d.lent || d.guessed {
			e.Recovered = record.Orphan
		}
		switch {
		case d.guessed:
			confidence -= confidenceGuessed
		case d.lent:
			confidence -= confidenceLent
		}
		ok = sameTime && (sameID || !d.guessed)
	}
	e.Confidence = uint8(max(1, confidence))
	return ok || r.shape != nil
}
