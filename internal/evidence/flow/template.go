package flow

import (
	"encoding/binary"
	"strings"
	"sync"

	"seawall/record"
)

// variable is the length of fields that say their own (RFC 7011 section 7).
const variable = 65535

// template says how the records of a set are laid out.
type template struct {
	fields  []templateField
	size    int // of a record; the least if some fields are variable
	fixed   bool
	options bool
	schema  *record.Schema
	values  []record.Value // of a record, with their kinds
	times   times
	// Slots behind those of the fields, -1 if a field says it.
	exporter, duration, sampling int
	sampler                      int // slot of the id of the sampler, -1 if there is none
	scratch                      [12]byte
	addr                         [16]byte
}

type templateField struct {
	id         uint16
	enterprise uint32
	length     int
	slot       int // -1: padding
}

// Schemas remembers the schemas of templates, so that exporters and files with
// one layout share one. Safe for concurrent use.
type Schemas struct {
	mu    sync.Mutex
	known map[string]*record.Schema
}

// NewSchemas returns an empty memory.
func NewSchemas() *Schemas { return &Schemas{known: map[string]*record.Schema{}} }

const maxSchemas = 4096

func (s *Schemas) get(source string, fields []record.Field) *record.Schema {
	var key strings.Builder
	key.WriteString(source)
	for _, f := range fields {
		key.WriteByte(' ')
		key.WriteString(f.Name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.known[key.String()]; known != nil {
		return known
	}
	if len(s.known) >= maxSchemas {
		clear(s.known)
	}
	made := record.NewSource(record.KindNetwork, source, fields)
	if !strings.HasSuffix(source, " options") {
		made.Group = "netflow"
	}
	s.known[key.String()] = made
	return made
}

// newTemplate prepares the decoding of records with these fields.
func (s *Schemas) newTemplate(source string, fields []templateField, options bool) *template {
	t := &template{fields: fields, fixed: true, options: options, exporter: -1, duration: -1, sampling: -1, sampler: -1}
	var columns []record.Field
	add := func(e element) int {
		columns = append(columns, record.Field{Name: e.name, Path: e.name})
		t.values = append(t.values, record.Value{Kind: e.kind})
		return len(columns) - 1
	}
	for i := range fields {
		f := &fields[i]
		if f.length == variable {
			t.fixed = false
			t.size++
		} else {
			t.size += f.length
		}
		if f.slot = -1; f.id != iePadding {
			f.slot = add(elementOf(f.id, f.enterprise, f.length))
			t.note(f)
		}
	}
	if !options {
		has := func(id uint16) bool { return t.slot(id) >= 0 }
		if !has(130) && !has(131) {
			t.exporter = add(element{"exporterAddress", record.Null})
		}
		if !has(ieDurationMillis) && !has(ieDurationMicros) {
			t.duration = add(element{elements[ieDurationMillis].name, record.Null})
		}
		if !has(ieSamplingInterval) {
			t.sampling = add(element{elements[ieSamplingInterval].name, record.Null})
		}
	} else {
		source += " options"
	}
	t.schema = s.get(source, columns)
	return t
}

// note remembers fields that decoding itself needs.
func (t *template) note(f *templateField) {
	if f.enterprise != 0 {
		return
	}
	t.times.note(f)
	if f.id == 48 || f.id == 302 {
		t.sampler = f.slot
	}
}

// slot is the slot of an element, -1 if the template does not have it.
func (t *template) slot(id uint16) int {
	for i := range t.fields {
		if f := &t.fields[i]; f.id == id && f.enterprise == 0 {
			return f.slot
		}
	}
	return -1
}

// records decodes the records of a data set.
func (d *Decoder) records(s *session, t *template, set []byte) {
	t.readAhead(set, &d.now, s)
	for len(set) >= t.size && t.size > 0 {
		n := t.size
		if t.fixed {
			at := 0
			for i := range t.fields {
				f := &t.fields[i]
				if f.slot >= 0 {
					t.values[f.slot].Raw = set[at : at+f.length : at+f.length]
				}
				at += f.length
			}
		} else if n = t.variable(set); n < 0 {
			return
		}
		d.record(s, t, set[:n])
		set = set[n:]
	}
}

// variable sets the values of a record with fields of variable length and
// returns its length, -1 if it is cut off.
func (t *template) variable(set []byte) int {
	at := 0
	for i := range t.fields {
		f := &t.fields[i]
		length := f.length
		if length == variable {
			if at >= len(set) {
				return -1
			}
			length = int(set[at])
			at++
			if length == 255 {
				if at+2 > len(set) {
					return -1
				}
				length = int(binary.BigEndian.Uint16(set[at:]))
				at += 2
			}
		}
		if at+length > len(set) {
			return -1
		}
		if f.slot >= 0 {
			t.values[f.slot].Raw = set[at : at+length : at+length]
		}
		at += length
	}
	return at
}

// record emits one record whose values are set.
func (d *Decoder) record(s *session, t *template, raw []byte) {
	for i := range t.values {
		if v := &t.values[i]; v.Kind == record.Text { // of fixed width, filled with zeros
			for len(v.Raw) > 0 && v.Raw[len(v.Raw)-1] == 0 {
				v.Raw = v.Raw[:len(v.Raw)-1]
			}
		}
	}
	d.rec.Schema, d.rec.Values = t.schema, t.values
	d.rec.Time = d.now.export
	if t.options {
		s.learnSampling(t)
	} else {
		start, end, ok := t.times.read(t.values, &d.now, s)
		if ok {
			d.rec.Time = start
		}
		if t.duration >= 0 {
			t.values[t.duration] = record.Value{}
			if ok && end >= start {
				binary.LittleEndian.PutUint64(t.scratch[:], uint64(end-start)/1e6)
				t.values[t.duration] = record.Value{Raw: t.scratch[:8], Kind: record.Uint}
			}
		}
		d.annotate(s, t)
	}
	d.place(raw)
	d.emit(&d.rec)
}

// annotate sets what the exporter says once for all records.
func (d *Decoder) annotate(s *session, t *template) {
	if t.exporter >= 0 {
		t.values[t.exporter] = record.Value{}
		switch a := d.payload.Exporter; {
		case a.Is4():
			*(*[4]byte)(t.addr[:]) = a.As4()
			t.values[t.exporter] = record.Value{Raw: t.addr[:4], Kind: record.Address}
		case a.Is6():
			t.addr = a.As16()
			t.values[t.exporter] = record.Value{Raw: t.addr[:], Kind: record.Address}
		}
	}
	if t.sampling >= 0 {
		t.values[t.sampling] = record.Value{}
		rate := s.sampling
		if t.sampler >= 0 {
			if id, ok := t.values[t.sampler].Int64(); ok && s.samplers[uint64(id)] > 0 {
				rate = s.samplers[uint64(id)]
			}
		}
		if rate > 1 {
			binary.LittleEndian.PutUint32(t.scratch[8:], rate)
			t.values[t.sampling] = record.Value{Raw: t.scratch[8:12], Kind: record.Uint}
		}
	}
}

// learnSampling takes the sampling rate from a record of options.
func (s *session) learnSampling(t *template) {
	number := func(id uint16) int64 {
		if slot := t.slot(id); slot >= 0 {
			n, _ := t.values[slot].Int64()
			return n
		}
		return 0
	}
	rate := max(number(ieSamplingInterval), number(ieSamplerRandom))
	if packets := number(ieSamplingPackets); packets > 0 {
		rate = (packets + number(ieSamplingSpace)) / packets
	}
	if rate <= 0 || rate > 1<<31 {
		return
	}
	if t.sampler < 0 {
		s.sampling = uint32(rate)
		return
	}
	if s.samplers == nil {
		s.samplers = map[uint64]uint32{}
	}
	if id, ok := t.values[t.sampler].Int64(); ok && len(s.samplers) < maxTemplates {
		s.samplers[uint64(id)] = uint32(rate)
	}
}
