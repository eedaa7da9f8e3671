package winevent

import (
	"bytes"
	"encoding/binary"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonscan"
	"seawall/record"
)

// rows turns documents into records, in one goroutine. What it yields is
// valid until it is given the next document.
type rows struct {
	layouts local
	zone    *time.Location
	path    string
	sink    evidence.Sink
	text    *text // the block being read
	csv     *csvFile
	found   *findings

	json      jsonscan.Scanner
	xml       xmlScanner
	signature []byte
	values    []value // of the document at hand
	scratch   []byte  // texts that do not stand in the document as they are
	record    record.Record
}

// value is one value of a document: what is written there and how.
type value struct {
	raw  []byte
	form form
}

// form is how text is written.
type form uint8

const (
	verbatim   form = iota
	jsonString      // with escapes
	jsonArray
	xmlText   // with references
	csvQuoted // with doubled quotes
	absent
)

// findings counts what blocks of a file have in common.
type findings struct {
	learning bool           // find out the zone
	zone     *time.Location // of the exporter
	zoneless bool           // a time did not say its zone
	foreign  uint64         // documents that are no Windows events
	line     uint64         // of the first of them
}

// The first byte of a signature says what the rest is.
const (
	signedJSON = iota
	signedXML
	signedCSV
	signedNames   // names of list items follow
	signedMessage // labels of a message follow
)

// room makes sure that n bytes can be appended to scratch without moving what
// is there.
func (r *rows) room(n int) {
	if cap(r.scratch)-len(r.scratch) < n {
		r.scratch = make([]byte, 0, n+n/2)
	}
}

// plain returns the text of v. It takes scratch only if the document does not
// hold the text as it is.
func (r *rows) plain(v value) []byte {
	start := len(r.scratch)
	switch v.form {
	case jsonString:
		if bytes.IndexByte(v.raw, '\\') < 0 {
			return v.raw
		}
		r.scratch = jsonscan.AppendString(r.scratch, v.raw)
	case jsonArray:
		r.scratch = jsonscan.Value{Raw: v.raw, Kind: jsonscan.Array}.Text(r.scratch)
	case xmlText:
		if bytes.IndexByte(v.raw, '&') < 0 {
			return v.raw
		}
		r.scratch = appendUnescaped(r.scratch, v.raw)
	case csvQuoted:
		if bytes.IndexByte(v.raw, '"') < 0 {
			return v.raw
		}
		r.scratch = appendUnquoted(r.scratch, v.raw)
	case absent:
		return nil
	default:
		return v.raw
	}
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// value makes a record's value of one in the document.
func (r *rows) value(v value, c conversion) record.Value {
	if v.form == absent {
		return record.Value{}
	}
	text := r.plain(v)
	kind := record.Text
	if v.form == jsonArray {
		if len(text) == 0 {
			return record.Value{}
		}
		if bytes.IndexByte(text, 0) >= 0 {
			kind |= record.Array
		}
	}
	switch c {
	case guidBraces:
		text = r.braces(text)
	case channelName:
		text = fullChannel(text)
	}
	return record.Value{Raw: text, Kind: kind}
}

// braces puts a bare GUID in braces, as Windows writes it.
func (r *rows) braces(text []byte) []byte {
	if len(text) != guidLength || text[8] != '-' || text[13] != '-' {
		return text
	}
	start := len(r.scratch)
	r.scratch = append(append(append(r.scratch, '{'), text...), '}')
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// emit yields the document at text[at:at+length], whose values are in
// r.values, under layout l.
func (r *rows) emit(l *layout, at, length int) {
	rec := &r.record
	if cap(rec.Values) < len(l.schema.Fields) {
		rec.Values = make([]record.Value, len(l.schema.Fields))
	}
	rec.Values = rec.Values[:len(l.schema.Fields)]
	for i, c := range l.columns {
		if c.slot < 0 && c.also < 0 {
			continue
		}
		v := r.value(r.values[i], c.convert)
		if c.slot >= 0 {
			rec.Values[c.slot] = v
		}
		if c.also >= 0 {
			rec.Values[c.also] = v
		}
	}
	rec.Schema = l.schema
	rec.Time = r.time(l)
	rec.Origin.Path = r.path
	rec.Origin.Offset, rec.Origin.Length, rec.Origin.Number, rec.Raw = r.text.place(at, length)
	r.sink.Record(rec)
}

// time dates the document at hand.
func (r *rows) time(l *layout) int64 {
	if l.time < 0 {
		return 0
	}
	t, ok := parseTime(r.plain(r.values[l.time]))
	if !ok {
		return 0
	}
	if l.utc {
		r.learnZone(l, t)
		return t.unix
	}
	if t.zoned {
		return t.unix
	}
	if l.received >= 0 {
		if received, ok := parseTime(r.plain(r.values[l.received])); ok {
			if dated, ok := t.zoneFrom(received); ok {
				return dated.unix
			}
		}
	}
	r.found.zoneless = true
	return t.in(r.zone)
}

// learnZone learns the zone of the exporter from an event whose time is given
// both in UTC and in that zone.
func (r *rows) learnZone(l *layout, utc instant) {
	if !r.found.learning || r.found.zone != nil || l.local < 0 {
		return
	}
	local, ok := parseTime(r.plain(r.values[l.local]))
	if !ok || local.zoned {
		return
	}
	if dated, ok := local.zoneFrom(instant{utc.unix, true}); ok {
		r.found.zone = fixedZone(local.unix - dated.unix)
	}
}

// foreign counts a document that is no Windows event.
func (r *rows) foreign(at int) {
	if r.found.foreign == 0 {
		r.found.line = r.text.line(at)
	}
	r.found.foreign++
}

// lost reports that text[at:] could not be read.
func (r *rows) lost(at int, what string) {
	offset, _, line, _ := r.text.place(at, 0)
	r.sink.Problem(evidence.Problem{Path: r.path, Offset: offset, Line: line, What: what, Lost: true})
}

// document is what is common to documents of all formats: it finds the layout
// of the values and yields the record. learn makes the layout of the shape.
func (r *rows) document(at, length int, learn func([]string) *layout) {
	l := r.layouts.get(r.signature)
	if l == nil {
		l = r.layouts.put(r.signature, learn(nil))
	}
	if len(l.names) > 0 {
		l = r.named(l, learn)
	}
	if l.embedded >= 0 && r.embedded(l, at, length) { // r.values are now those of the event inside
		return
	}
	if l.schema == nil {
		r.foreign(at)
		return
	}
	if l.message >= 0 && !l.body {
		l = r.messaged(l)
	}
	r.emit(l, at, length)
}

// named finds the layout of a document with a list whose items carry their
// names as values.
func (r *rows) named(l *layout, learn func([]string) *layout) *layout {
	r.signature = append(r.signature, signedNames)
	for _, i := range l.names {
		r.sign(r.plain(r.values[i]))
	}
	if known := r.layouts.get(r.signature); known != nil {
		return known
	}
	var names []string
	for _, i := range l.names {
		names = append(names, string(r.plain(r.values[i])))
	}
	complete := learn(names)
	complete.names = nil
	return r.layouts.put(r.signature, complete)
}

// sign adds text to the signature, with its length so that nothing else can
// look the same.
func (r *rows) sign(text []byte) {
	r.signature = binary.AppendUvarint(r.signature, uint64(len(text)))
	r.signature = append(r.signature, text...)
}

// messaged adds the labelled values of the document's message to its values
// and finds the layout of all of them.
func (r *rows) messaged(l *layout) *layout {
	text := r.plain(r.values[l.message])
	r.signature = append(r.signature, signedMessage)
	messageItems(text, func(item labelled) {
		r.sign(item.section)
		r.sign(item.label)
		r.values = append(r.values, value{raw: item.value})
	})
	if known := r.layouts.get(r.signature); known != nil {
		return known
	}
	return r.layouts.put(r.signature, l.withMessage(text))
}

// withMessage is l with the labelled values of a message behind its values.
func (l *layout) withMessage(text []byte) *layout {
	extended := *l
	extended.columns = append([]column{}, l.columns...)
	fields := append([]record.Field{}, l.schema.Fields...)
	taken := map[string]bool{}
	add := func(name string) int32 {
		if name == "" || taken[name] || len(fields) > 1000 {
			return -1
		}
		taken[name] = true
		fields = append(fields, record.Field{Name: name, Path: dataField(name).path})
		return int32(len(fields) - 1)
	}
	messageItems(text, func(item labelled) {
		name, also := messageField(string(item.section), string(item.label))
		c := column{slot: add(name)}
		c.also = add(also)
		extended.columns = append(extended.columns, c)
	})
	fields = append(fields, record.Field{Name: "Message", Path: "Event/RenderingInfo/Message"})
	extended.columns[l.message].slot, extended.columns[l.message].also = int32(len(fields)-1), -1
	extended.schema = record.NewSchema(record.KindWindows, fields)
	return &extended
}

// embedded yields the event that a document holds as a string, and reports
// whether it looked like one.
func (r *rows) embedded(l *layout, at, length int) bool {
	inner := bytes.TrimSpace(r.plain(r.values[l.embedded]))
	var err error
	switch {
	case beginsEvent(inner):
		_, err = r.xmlEvent(inner, at, length)
	case bytes.HasPrefix(inner, []byte(`{"Event":`)):
		_, err = r.jsonEvent(inner, at, length)
	default:
		return false
	}
	if err != nil {
		r.lost(at, "the event inside: "+err.Error())
	}
	return true
}
