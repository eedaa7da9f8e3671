package coverage

import (
	"bytes"
	"cmp"
	"strings"

	"seawall/record"
)

// Observer counts records into a summary. Records of one schema mostly come
// from one host, channel and event id, so the last stream of each schema is
// remembered by its raw bytes. Not safe for concurrent use.
type Observer struct {
	Summary *Summary
	bound   map[*record.Schema]*binding
	schema  *record.Schema // of the last record
	last    *binding
	scratch []byte
}

type binding struct {
	host, channel, eventID int    // slots, -1 if there is none
	source                 string // of schemas that are one log
	group                  string // what kind of log that is; "" unknown
	last                   [3][]byte
	hint                   string // the host of the span, if the record names none
	span                   *Span
	groupSpan              *Span // nil without a group
	hours                  *hours
}

// NewObserver returns an observer of a new summary.
func NewObserver() *Observer {
	return &Observer{Summary: New(), bound: map[*record.Schema]*binding{}}
}

// Schemas are remembered up to this number; a file crafted to have more only
// costs time.
const maxBindings = 4096

// Observe counts one record; host is where it was logged, in lower case, if the
// record itself does not say. Recovered records are no coverage: that they are
// gone from the log is the point.
func (o *Observer) Observe(rec *record.Record, host string) {
	if rec.Recovered != record.Live {
		return
	}
	b := o.last
	if o.schema != rec.Schema {
		if b = o.bound[rec.Schema]; b == nil {
			b = o.bind(rec.Schema)
		}
		o.schema, o.last = rec.Schema, b
	}
	raw := [3][]byte{b.raw(rec, b.host), b.raw(rec, b.channel), b.raw(rec, b.eventID)}
	if b.span == nil || b.hint != host || !bytes.Equal(raw[0], b.last[0]) || !bytes.Equal(raw[1], b.last[1]) || !bytes.Equal(raw[2], b.last[2]) {
		for i := range raw {
			b.last[i] = append(b.last[i][:0], raw[i]...)
		}
		b.hint = host
		stream := Stream{Host: cmp.Or(o.lower(rec, b.host), host), Channel: b.source}
		if b.source == "" {
			stream.Channel, stream.EventID = o.lower(rec, b.channel), eventID(rec, b.eventID)
		}
		b.span = o.Summary.Stream(stream)
		b.hours = o.Summary.hoursOf(Log{stream.Host, stream.Channel})
		if b.group != "" {
			b.groupSpan = o.Summary.Stream(Stream{Host: stream.Host, Channel: b.group})
		}
	}
	b.span.Add(rec.Time)
	if b.groupSpan != nil {
		b.groupSpan.Add(rec.Time)
	}
	b.hours.add(rec.Time)
}

func (o *Observer) bind(s *record.Schema) *binding {
	slot := func(name string) int {
		if slots := s.Lookup(name); len(slots) > 0 {
			return slots[0]
		}
		return -1
	}
	if len(o.bound) >= maxBindings {
		clear(o.bound)
	}
	b := &binding{host: slot("Computer"), channel: -1, eventID: -1, source: strings.ToLower(s.Source), group: strings.ToLower(s.Group)}
	if b.source == "" {
		b.channel, b.eventID = slot("Channel"), slot("EventID")
	}
	if b.group == b.source { // counted already
		b.group = ""
	}
	o.bound[s] = b
	return b
}

func (b *binding) raw(rec *record.Record, slot int) []byte {
	if slot < 0 {
		return nil
	}
	return rec.Values[slot].Raw
}

func (o *Observer) lower(rec *record.Record, slot int) string {
	if slot < 0 {
		return ""
	}
	o.scratch = rec.Values[slot].AppendText(o.scratch[:0])
	return strings.ToLower(string(o.scratch))
}

func eventID(rec *record.Record, slot int) int {
	if slot < 0 {
		return 0
	}
	id, _ := rec.Values[slot].Int64()
	return int(id)
}
