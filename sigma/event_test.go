package sigma

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"seawall/record"
)

// eventField is a field of an event made for a test.
type eventField struct {
	name  string
	value record.Value
}

func utf16Value(s string) record.Value {
	var raw []byte
	for _, u := range utf16.Encode([]rune(s)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return record.Value{Kind: record.UTF16, Raw: raw}
}

func uintValue(n uint32) record.Value {
	return record.Value{Kind: record.Uint, Raw: binary.LittleEndian.AppendUint32(nil, n)}
}

func hexValue(n uint32) record.Value {
	return record.Value{Kind: record.Hex, Raw: binary.LittleEndian.AppendUint32(nil, n)}
}

// headerFields are those a Windows event has besides its data.
var headerFields = []string{
	"EventID", "Provider_Name", "Provider_Guid", "Version", "Level", "Task", "Opcode", "Keywords", "TimeCreated",
	"EventRecordID", "Execution_ProcessID", "Execution_ThreadID", "Channel", "Computer", "Security_UserID",
}

// newEvent makes a Windows event. Names that headers have are headers, unless
// they start with "Data/".
func newEvent(fields ...eventField) *record.Record {
	rec := &record.Record{}
	var columns []record.Field
	for _, f := range fields {
		column := record.Field{Name: f.name, Path: "Event/System/" + f.name}
		if !slices.Contains(headerFields, f.name) {
			column.Name = strings.TrimPrefix(f.name, "Data/")
			column.Path = fmt.Sprintf("Event/EventData/Data[@Name='%s']", column.Name)
		}
		columns = append(columns, column)
		rec.Values = append(rec.Values, f.value)
	}
	rec.Schema = record.NewSchema(record.KindWindows, columns)
	return rec
}

// sysmon makes an event of Sysmon from "Name=value" pairs.
func sysmon(id uint32, pairs ...string) *record.Record {
	return windowsEvent(channelSysmon, id, pairs...)
}

func windowsEvent(channel string, id uint32, pairs ...string) *record.Record {
	fields := []eventField{{"EventID", uintValue(id)}, {"Channel", utf16Value(channel)}, {"Computer", utf16Value("HOST.example")}}
	for _, p := range pairs {
		name, value, _ := strings.Cut(p, "=")
		fields = append(fields, eventField{name, utf16Value(value)})
	}
	return newEvent(fields...)
}

// ruleText writes a rule for process creation with a detection, whose lines
// need no indentation.
func ruleText(detection string) string {
	return "title: T\nid: t\nlogsource: {category: process_creation, product: windows}\ndetection:\n  " +
		strings.ReplaceAll(strings.TrimSpace(detection), "\n", "\n  ") + "\n"
}

// parseRules reads rules that must be right.
func parseRules(t testing.TB, text string) *Collection {
	t.Helper()
	c, problems := Parse([]byte(text), "rules.yml")
	for _, p := range problems {
		t.Fatalf("%v in\n%s", p, text)
	}
	return &c
}

// naive evaluates a collection the way the specification is written: rule by
// rule, condition by condition, looking fields up by name.
func naive(s *Set, rec *record.Record) []Hit {
	x := identitySlots(rec.Schema)
	channel := fold(first(rec, x.channel).String())
	id, ok := intOf(first(rec, x.id))
	if !ok {
		id = anyID
	}
	var hits []Hit
	for _, v := range s.variants {
		if n := len(hits); n > 0 && hits[n-1].Rule == v.rule {
			continue
		}
		if v.target.Kind != rec.Schema.Kind || !v.target.admits(channel, id) {
			continue
		}
		n := naiveRecord{rec, v.target}
		holds := n.holds(v.expr)
		for _, it := range v.guard {
			holds = holds && n.itemHolds(it)
		}
		if holds {
			hits = append(hits, Hit{v.rule, v.target})
		}
	}
	return hits
}

type naiveRecord struct {
	rec    *record.Record
	target *Target
}

func (n naiveRecord) holds(e *Expr) bool {
	held := 0
	for _, kid := range e.Kids {
		if n.holds(kid) {
			held++
		}
	}
	switch e.Op {
	case OpItem:
		return n.itemHolds(e.Item)
	case OpAnd:
		return held == len(e.Kids)
	case OpOr:
		return held > 0
	case OpNot:
		return held == 0
	}
	return held >= e.N
}

func (n naiveRecord) itemHolds(it *Item) bool {
	if it.Field == "" {
		var all []*text
		for _, v := range n.rec.Values {
			all = append(all, newText(v))
		}
		return it.test.holds(all, nil)
	}
	var refs [][]*text
	for _, r := range it.test.refs {
		refs = append(refs, n.field(r.field))
	}
	return it.test.holds(n.field(it.Field), refs)
}

func (n naiveRecord) field(name string) (texts []*text) {
	name, derivation := n.target.Resolve(name)
	if derivation == nil {
		for _, slot := range fieldSlots(n.rec.Schema, name) {
			texts = append(texts, newText(n.rec.Values[slot]))
		}
		return texts
	}
	var from []record.Value
	some := false
	for _, source := range derivation.From {
		slots := fieldSlots(n.rec.Schema, source)
		some = some || len(slots) > 0
		from = append(from, first(n.rec, slots))
	}
	if !some {
		return nil
	}
	raw, kind := derivation.Append(nil, from)
	return []*text{newText(record.Value{Raw: raw, Kind: kind})}
}

func newText(v record.Value) *text {
	t := &text{}
	t.set(v, &scratch{})
	return t
}

// hitNames writes hits for comparison.
func hitNames(hits []Hit) string {
	var names []string
	for _, h := range hits {
		names = append(names, h.Rule.Key()+" by "+h.Target.Name)
	}
	return strings.Join(names, "\n")
}

// jsonEvents reads events in the JSON of evtx_dump, keeping the order of
// fields.
func jsonEvents(data []byte) (events []*record.Record, err error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for {
		r := jsonReader{d: d}
		err := r.value(nil)
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return nil, err
		}
		events = append(events, newEvent(r.fields...))
	}
}

type jsonReader struct {
	d      *json.Decoder
	fields []eventField
}

func (r *jsonReader) value(path []string) error {
	token, err := r.d.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		for r.d.More() {
			at := path
			if token == '{' {
				key, err := r.d.Token()
				if err != nil {
					return err
				}
				if name := key.(string); name != "#attributes" && name != "#text" {
					at = append(slices.Clone(path), name)
				}
			}
			if err := r.value(at); err != nil {
				return err
			}
		}
		_, err := r.d.Token()
		return err
	case nil:
		r.add(path, record.Value{})
	default:
		r.add(path, utf16Value(fmt.Sprint(token)))
	}
	return nil
}

// add names a field as rules do.
func (r *jsonReader) add(path []string, v record.Value) {
	if len(path) < 3 || path[0] != "Event" {
		return
	}
	name := strings.ReplaceAll(path[len(path)-1], " ", "")
	if path[1] == "System" {
		name = strings.Join(path[2:], "_")
		if name == "TimeCreated_SystemTime" {
			name = "TimeCreated"
		}
		if slices.Contains(headerFields, name) {
			r.fields = append(r.fields, eventField{name, v})
		}
		return
	}
	if name == "xmlns" {
		return
	}
	r.fields = append(r.fields, eventField{"Data/" + name, v})
}
