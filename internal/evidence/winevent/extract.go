package winevent

import (
	"bytes"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/evidence/intern"
	"seawall/record"
)

// Extractor turns records of Windows events into activities, whatever file
// they were read from: it works by field names. Fields are bound to slots once
// per schema and the kind of an event is remembered by the raw bytes of its
// channel and id, so that records of no interest cost next to nothing. Not
// safe for concurrent use.
type Extractor struct {
	kinds   map[string]map[int]*kind // by channel in lower case and event id
	bound   map[*record.Schema]*binding
	last    *binding // of the previous record
	event   event
	scratch []byte
}

// NewExtractor returns an extractor.
func NewExtractor() *Extractor {
	x := &Extractor{kinds: map[string]map[int]*kind{}, bound: map[*record.Schema]*binding{}}
	x.event.strings = &intern.Table{}
	for i := range kinds {
		k := &kinds[i]
		for _, channel := range k.channels {
			if x.kinds[channel] == nil {
				x.kinds[channel] = map[int]*kind{}
			}
			for _, id := range k.ids {
				x.kinds[channel][id] = k
			}
		}
	}
	return x
}

// Extract calls observe for the activity that rec tells of, if it tells of
// one. The activity is reused by the next call; its strings may be kept.
func (x *Extractor) Extract(rec *record.Record, observe func(*activity.Activity)) {
	b := x.last
	if b == nil || b.schema != rec.Schema {
		if b = x.bound[rec.Schema]; b == nil {
			b = x.bind(rec.Schema)
		}
		x.last = b
	}
	if b.slots[fieldEventID] < 0 || b.slots[fieldChannel] < 0 {
		return
	}
	seen := b.recall(rec)
	if seen == nil {
		seen = x.remember(b, rec)
	}
	if seen.kind == nil {
		return
	}
	e := &x.event
	e.begin(b, rec)
	e.Channel, e.EventID = seen.channel, seen.id
	if !seen.kind.read(e) {
		return
	}
	if !b.body && rec.Recovered != record.Live && e.Class != activity.LogChange {
		return // only the header was recovered: what happened, but not to whom
	}
	observe(&e.Activity)
}

// binding is what is known of one schema.
type binding struct {
	schema *record.Schema
	slots  [fieldCount]int16 // -1 if the schema has no such field
	data   []int             // slots of unnamed data
	body   bool              // there are fields besides those of the header
	cache  [8]sighting       // the kinds of events seen under this schema
	used   int
	next   int
	recent int

	computer []byte // raw bytes of the last Computer, and what they mean
	host     string
}

// sighting is one pair of channel and event id.
type sighting struct {
	rawChannel, rawID []byte
	channel           string
	id                int
	kind              *kind // nil: of no interest
}

// Schemas are remembered up to this number; evidence crafted to have more only
// costs time.
const maxBindings = 4096

func (x *Extractor) bind(s *record.Schema) *binding {
	if len(x.bound) >= maxBindings {
		clear(x.bound)
	}
	b := &binding{schema: s}
	for f, name := range fieldNames {
		b.slots[f] = -1
		if s.Kind == record.KindWindows && len(s.Fields) < 1<<15 {
			b.slots[f] = int16(slotOf(s, name, field(f) < headerFields))
		}
	}
	b.data = append(b.data, s.Lookup("Data")...)
	for _, f := range s.Fields {
		b.body = b.body || !strings.HasPrefix(f.Path, systemPath)
	}
	x.bound[s] = b
	return b
}

// slotOf finds the slot of a field of the header (Event/System) or of the
// body. Some bodies have fields with the names of header fields.
func slotOf(s *record.Schema, name string, header bool) int {
	slots := s.Lookup(name)
	for _, slot := range slots {
		if strings.HasPrefix(s.Fields[slot].Path, systemPath) == header {
			return slot
		}
	}
	if header && len(slots) > 0 {
		return slots[0]
	}
	return -1
}

// recall finds the channel and event id of rec among those seen before.
func (b *binding) recall(rec *record.Record) *sighting {
	channel, id := rec.Values[b.slots[fieldChannel]].Raw, rec.Values[b.slots[fieldEventID]].Raw
	if s := &b.cache[b.recent]; b.recent < b.used && s.is(channel, id) {
		return s
	}
	for i := range b.cache[:b.used] {
		if s := &b.cache[i]; s.is(channel, id) {
			b.recent = i
			return s
		}
	}
	return nil
}

func (s *sighting) is(channel, id []byte) bool {
	return bytes.Equal(s.rawID, id) && bytes.Equal(s.rawChannel, channel)
}

// remember looks up what an event is and puts it in the place of the oldest
// one remembered.
func (x *Extractor) remember(b *binding, rec *record.Record) *sighting {
	channel, id := rec.Values[b.slots[fieldChannel]], rec.Values[b.slots[fieldEventID]]
	at := b.next
	b.next = (b.next + 1) % len(b.cache)
	b.used = max(b.used, at+1)
	b.recent = at
	s := &b.cache[at]
	s.rawChannel = append(s.rawChannel[:0], channel.Raw...)
	s.rawID = append(s.rawID[:0], id.Raw...)
	number, _ := id.Int64()
	s.id = int(number)
	x.scratch = lower(channel.AppendText(x.scratch[:0]))
	s.channel = x.event.strings.Get(x.scratch)
	s.kind = x.kinds[s.channel][s.id]
	return s
}

// lower turns ASCII letters to lower case in place.
func lower(text []byte) []byte {
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			text[i] = c + 'a' - 'A'
		}
	}
	return text
}
