// Package netlog tells what the records of network sensors, flow exporters and
// firewalls say: it turns records of kind network into activities, whatever
// file they were read from.
package netlog

import (
	"strings"

	"seawall/internal/activity"
	"seawall/internal/evidence/intern"
	"seawall/record"
)

// Extractor turns network records, and the messages of hosts, into activities. It works by the names of
// fields, bound to slots once per schema. Not safe for concurrent use.
type Extractor struct {
	sources  map[string]*source
	messages *source // syslog, of whatever product
	strings  intern.Table
	bound    map[*record.Schema]*binding
	last     *binding // of the previous record
	observe  func(*activity.Activity)

	activity  activity.Activity
	flow      activity.Flow
	dns       activity.DNS
	tls       activity.TLS
	http      activity.HTTP
	protocol  activity.Protocol
	login     activity.Authentication
	process   activity.Process
	row       row
	answers   [][]byte
	records   []int32
	scratch   []byte
	operation []byte
}

// source is how the records of one log are read.
type source struct {
	// fields are the names of the fields wanted; read gets them by index.
	// Several names separated by blanks are alternatives: the first that the
	// schema has is taken.
	fields []string
	read   func(x *Extractor, r *row)
}

// binding is what is known of one schema.
type binding struct {
	schema *record.Schema
	source *source // nil: its records tell of no activity
	slots  []int16
}

// row is one record and where its wanted fields are.
type row struct {
	rec   *record.Record
	slots []int16
}

// text returns the bytes of a wanted field; nil if it is not there.
func (r *row) text(field int) []byte {
	slot := r.slots[field]
	if slot < 0 {
		return nil
	}
	return r.rec.Values[slot].Raw
}

// value returns a wanted field as it is.
func (r *row) value(field int) record.Value {
	slot := r.slots[field]
	if slot < 0 {
		return record.Value{}
	}
	return r.rec.Values[slot]
}

// first returns the first item of a field with several.
func (r *row) first(field int) []byte {
	v := r.value(field)
	if v.Kind&record.Array == 0 {
		return v.Raw
	}
	for i, c := range v.Raw {
		if c == 0 {
			return v.Raw[:i]
		}
	}
	return v.Raw
}

// NewExtractor returns an extractor.
func NewExtractor() *Extractor {
	return &Extractor{sources: sources(), messages: messageSource(), bound: map[*record.Schema]*binding{}}
}

// Extract calls observe for every activity that rec tells of. The activity is
// reused by the next call.
func (x *Extractor) Extract(rec *record.Record, observe func(*activity.Activity)) {
	b := x.last
	if b == nil || b.schema != rec.Schema {
		if b = x.bound[rec.Schema]; b == nil {
			b = x.bind(rec.Schema)
		}
		x.last = b
	}
	if b.source == nil {
		return
	}
	x.observe = observe
	a := &x.activity
	a.Time, a.Host, a.Channel, a.Actor = rec.Time, "", b.schema.Source, activity.Actor{}
	a.Record, a.Origin, a.Recovered = rec, rec.Origin, rec.Recovered
	x.row = row{rec, b.slots}
	b.source.read(x, &x.row)
}

// emit hands out the activity as one of the given class.
func (x *Extractor) emit(class activity.Class) {
	a := &x.activity
	a.Class = class
	a.Flow, a.DNS, a.TLS, a.HTTP, a.Protocol, a.Authentication, a.Process = nil, nil, nil, nil, nil, nil, nil
	switch class {
	case activity.FlowSeen:
		a.Flow = &x.flow
	case activity.NameLookup:
		a.DNS = &x.dns
	case activity.Handshake:
		a.TLS = &x.tls
	case activity.Request:
		a.HTTP = &x.http
	case activity.ProtocolUse:
		a.Protocol = &x.protocol
	case activity.Authenticated:
		a.Authentication = &x.login
	case activity.ProcessStart:
		a.Process = &x.process
	}
	x.observe(a)
}

// Schemas are remembered up to this number; evidence crafted to have more only
// costs time.
const maxBindings = 4096

func (x *Extractor) bind(s *record.Schema) *binding {
	if len(x.bound) >= maxBindings {
		clear(x.bound)
	}
	b := &binding{schema: s}
	if len(s.Fields) < 1<<15 {
		b.source = x.sourceOf(s)
	}
	if b.source != nil {
		for _, names := range b.source.fields {
			b.slots = append(b.slots, slotOf(s, names))
		}
	}
	x.bound[s] = b
	return b
}

// sourceOf returns how the records of a schema are read, nil if they tell of no
// activity.
func (x *Extractor) sourceOf(s *record.Schema) *source {
	if isMessage(s) {
		return x.messages
	}
	if s.Kind != record.KindNetwork {
		return nil
	}
	if path, ok := strings.CutPrefix(s.Source, "pcap "); ok { // what is read from packets has Zeek's fields
		return x.sources["zeek "+zeekPath(path)]
	}
	return x.sources[s.Source]
}

// zeekPath is Zeek's name of what is read from packets.
func zeekPath(path string) string {
	switch path {
	case "flow":
		return "conn"
	case "open_flow":
		return "open_conn"
	case "tls":
		return "ssl"
	}
	return path
}

func slotOf(s *record.Schema, names string) int16 {
	for name := range strings.FieldsSeq(names) {
		if slots := s.Lookup(name); len(slots) > 0 {
			return int16(slots[0])
		}
	}
	return -1
}

// sources lists the logs that tell of activities, by the source of their
// schemas. What other logs say is left to rules.
func sources() map[string]*source {
	all := map[string]*source{}
	for _, add := range []func(map[string]*source){zeekSources, flowSources, flowTextSources, eveSources} {
		add(all)
	}
	return all
}
