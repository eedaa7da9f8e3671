// Package jsonrow reads JSON objects, one after the other, as rows under a
// schema: every value of an object has a slot, whose field is named by the
// keys that lead to it, joined with dots.
package jsonrow

import (
	"bytes"
	"errors"

	"seawall/internal/evidence/jsonscan"
	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// Reader reads objects of one family of logs. Not safe for concurrent use.
type Reader struct {
	catalog *openrow.Catalog
	logs    map[string]*log
	last    *log // read before

	data    []byte
	escapes bool // data may hold escaped strings
	scratch []byte
	repeats []repeat
	overrun int // values skipped for lack of slots
}

// log is what a reader knows of one log.
type log struct {
	source string
	schema *record.Schema
	values []record.Value
	root   object
}

// object is the keys met in the objects at one place.
type object struct {
	path  string // with a dot at its end; "" at the top
	keys  map[string]*member
	first *member // of the last object
}

// member is one key of an object. Objects of a log mostly have their keys in
// one order, so each remembers which came next.
type member struct {
	quoted  string // the key as written, with quotes and colon
	slot    int    // -1: to be skipped
	name    string // full name
	inner   *object
	next    *member
	another *member // that came next before
}

// repeat is one more value of a slot that has one: of an array of objects.
type repeat struct {
	slot  int
	value record.Value
}

// Errors of [Reader.Row].
var (
	ErrShort  = errors.New("the JSON object is cut off")
	ErrSyntax = errors.New("this is no valid JSON")
	ErrDepth  = errors.New("the JSON object is nested too deeply")
)

const (
	maxDepth = 24
	maxLogs  = 512 // that a reader remembers
)

// NewReader returns a reader with the fields of a catalog.
func NewReader(c *openrow.Catalog) *Reader {
	return &Reader{catalog: c, logs: map[string]*log{}}
}

// Row reads the object that data begins with, as one of the given log, and
// returns how long it is. Values are valid until the next call: they point
// into data or the reader. Text comes with its escapes resolved, arrays of
// scalars as lists, null and empty arrays as null.
func (r *Reader) Row(data []byte, source string) (schema *record.Schema, values []record.Value, n int, err error) {
	l := r.last
	if l == nil || l.source != source {
		if l = r.logs[source]; l == nil {
			l = r.learn(source)
		}
		r.last = l
	}
	if len(data) == 0 || data[0] != '{' {
		return nil, nil, 0, ErrSyntax
	}
	r.data = data
	r.escapes = bytes.IndexByte(data, '\\') >= 0
	r.scratch, r.repeats = r.scratch[:0], r.repeats[:0]
	clear(l.values)
	n, err = r.object(l, &l.root, 0, 0)
	if err != nil {
		return nil, nil, n, err
	}
	if len(r.repeats) > 0 {
		r.join(l)
	}
	return l.schema, l.values[:len(l.schema.Fields)], n, nil
}

func (r *Reader) learn(source string) *log {
	if len(r.logs) >= maxLogs {
		clear(r.logs)
	}
	l := &log{source: source, schema: r.catalog.Schema(source)}
	l.root.keys = map[string]*member{}
	l.grow()
	r.logs[source] = l
	return l
}

// grow makes room for a value in every slot of the schema.
func (l *log) grow() {
	for len(l.values) < len(l.schema.Fields) {
		l.values = append(l.values, record.Value{})
	}
}

// object reads the object at i.
func (r *Reader) object(l *log, o *object, i, depth int) (int, error) {
	if depth > maxDepth {
		return i, ErrDepth
	}
	data := r.data
	i = space(data, i+1)
	if i < len(data) && data[i] == '}' {
		return i + 1, nil
	}
	previous, guess := (*member)(nil), o.first
	for i < len(data) {
		m := guess
		if m == nil || !hasPrefix(data[i:], m.quoted) {
			if m = r.other(previous, data[i:]); m == nil {
				var err error
				if m, err = r.find(l, o, i); err != nil {
					return i, err
				}
			}
			if previous == nil {
				o.first = m
			} else if previous.next != m {
				previous.next, previous.another = m, previous.next
			}
		}
		i += len(m.quoted)
		if i < len(data) && data[i] <= ' ' {
			i = space(data, i)
		}
		var err error
		if i, err = r.value(l, m, i, depth); err != nil {
			return i, err
		}
		if i < len(data) && data[i] <= ' ' {
			i = space(data, i)
		}
		if i >= len(data) {
			break
		}
		switch data[i] {
		case ',':
			if i++; i < len(data) && data[i] <= ' ' {
				i = space(data, i)
			}
		case '}':
			return i + 1, nil
		default:
			return i, ErrSyntax
		}
		previous, guess = m, m.next
	}
	return i, ErrShort
}

func hasPrefix(data []byte, prefix string) bool {
	return len(data) >= len(prefix) && string(data[:len(prefix)]) == prefix
}

// other returns the member that came after previous the time before last, if
// it comes now.
func (r *Reader) other(previous *member, data []byte) *member {
	if previous != nil && previous.another != nil && hasPrefix(data, previous.another.quoted) {
		return previous.another
	}
	return nil
}

// find returns the member whose key is at i, learning it if it is new.
func (r *Reader) find(l *log, o *object, i int) (*member, error) {
	data := r.data
	if data[i] != '"' {
		return nil, ErrSyntax
	}
	end := closingQuote(data, i+1, r.escapes)
	if end < 0 {
		return nil, ErrShort
	}
	colon := space(data, end+1)
	if colon >= len(data) {
		return nil, ErrShort
	}
	if data[colon] != ':' {
		return nil, ErrSyntax
	}
	quoted := data[i : colon+1]
	if m := o.keys[string(quoted)]; m != nil {
		return m, nil
	}
	name := o.path + string(jsonscan.AppendString(nil, data[i+1:end]))
	m := &member{quoted: string(quoted), name: name, slot: -1}
	if len(o.keys) < openrow.MaxFields {
		o.keys[m.quoted] = m
	}
	return m, nil
}

// slotOf returns the slot of a member that turns out to have values.
func (r *Reader) slotOf(l *log, m *member) int {
	if m.slot < 0 {
		if m.slot = r.catalog.Slot(l.source, m.name); m.slot >= len(l.values) {
			l.schema = r.catalog.Schema(l.source)
			l.grow()
		}
	}
	return m.slot
}

// set gives a member its value.
func (r *Reader) set(l *log, m *member, v record.Value) {
	slot := m.slot
	if slot < 0 {
		if slot = r.slotOf(l, m); slot < 0 {
			r.overrun++
			return
		}
	}
	if at := &l.values[slot]; at.Kind == record.Null {
		*at = v
		return
	}
	if len(r.repeats) < openrow.MaxFields {
		r.repeats = append(r.repeats, repeat{slot, v})
	}
}

// value reads the value at i.
func (r *Reader) value(l *log, m *member, i, depth int) (int, error) {
	data := r.data
	if i >= len(data) {
		return i, ErrShort
	}
	switch data[i] {
	case '"':
		i++
		end := closingQuote(data, i, r.escapes)
		if end < 0 {
			return i, ErrShort
		}
		r.set(l, m, r.text(data[i:end:end]))
		return end + 1, nil
	case '{':
		if m.inner == nil {
			m.inner = &object{path: m.name + ".", keys: map[string]*member{}}
		}
		return r.object(l, m.inner, i, depth+1)
	case '[':
		return r.array(l, m, i, depth+1)
	}
	end := i
	for end < len(data) && scalar[data[end]] {
		end++
	}
	if end == len(data) {
		return i, ErrShort
	}
	if end == i {
		return i, ErrSyntax
	}
	if data[i] == 'n' {
		return end, nil // null
	}
	r.set(l, m, record.Value{Raw: data[i:end:end], Kind: record.Text})
	return end, nil
}

// scalar says which bytes numbers and literals are made of.
var scalar = func() (set [256]bool) {
	for _, c := range "0123456789+-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		set[c] = true
	}
	return set
}()

// text is a string without its quotes.
func (r *Reader) text(raw []byte) record.Value {
	if r.escapes && bytes.IndexByte(raw, '\\') >= 0 {
		start := r.room(len(raw))
		r.scratch = jsonscan.AppendString(r.scratch, raw)
		raw = r.scratch[start:len(r.scratch):len(r.scratch)]
	}
	return record.Value{Raw: raw, Kind: record.Text}
}

// room makes room for n bytes of scratch without moving what is there already
// for good: values keep pointing to where they were written.
func (r *Reader) room(n int) int {
	if cap(r.scratch)-len(r.scratch) < n {
		r.scratch = make([]byte, 0, 2*max(n, len(r.data), 1024))
	}
	return len(r.scratch)
}

// array reads the array at i: scalars as one list, objects as several values
// of each of their members.
func (r *Reader) array(l *log, m *member, i, depth int) (int, error) {
	data := r.data
	if depth > maxDepth {
		return i, ErrDepth
	}
	start := i
	if i = space(data, i+1); i < len(data) && data[i] == ']' {
		return i + 1, nil
	}
	scalars := 0
	for i < len(data) {
		var err error
		switch data[i] {
		case '{':
			if m.inner == nil {
				m.inner = &object{path: m.name + ".", keys: map[string]*member{}}
			}
			i, err = r.object(l, m.inner, i, depth+1)
		case '[':
			var n int
			n, err = jsonscan.Skip(data[i:])
			i += n
		case '"':
			end := closingQuote(data, i+1, r.escapes)
			if end < 0 {
				return i, ErrShort
			}
			i = end + 1
			scalars++
		default:
			from := i
			for i < len(data) && scalar[data[i]] {
				i++
			}
			if i == from {
				return i, ErrSyntax
			}
			scalars++
		}
		if err != nil {
			return i, err
		}
		i = space(data, i)
		if i >= len(data) {
			break
		}
		switch data[i] {
		case ',':
			i = space(data, i+1)
		case ']':
			if scalars > 0 {
				r.list(l, m, data[start:i+1])
			}
			return i + 1, nil
		default:
			return i, ErrSyntax
		}
	}
	return i, ErrShort
}

// list sets a member to the scalars of an array.
func (r *Reader) list(l *log, m *member, array []byte) {
	start, items := r.room(len(array)), 0
	for item := range (jsonscan.Value{Raw: array, Kind: jsonscan.Array}).Items {
		if item.Kind == jsonscan.Array {
			continue
		}
		if items > 0 {
			r.scratch = append(r.scratch, 0)
		}
		items++
		r.scratch = item.Text(r.scratch)
	}
	v := record.Value{Raw: r.scratch[start:len(r.scratch):len(r.scratch)], Kind: record.Text}
	if items > 1 {
		v.Kind |= record.Array
	}
	r.set(l, m, v)
}

// join makes lists of the values of slots that have several.
func (r *Reader) join(l *log) {
	for i := range r.repeats {
		slot := r.repeats[i].slot
		if slot < 0 {
			continue
		}
		size := len(l.values[slot].Raw)
		for _, other := range r.repeats[i:] {
			if other.slot == slot {
				size += 1 + len(other.value.Raw)
			}
		}
		start := r.room(size)
		r.scratch = append(r.scratch, l.values[slot].Raw...)
		for j := i; j < len(r.repeats); j++ {
			if r.repeats[j].slot == slot {
				r.scratch = append(append(r.scratch, 0), r.repeats[j].value.Raw...)
				r.repeats[j].slot = -1
			}
		}
		l.values[slot] = record.Value{Raw: r.scratch[start:len(r.scratch):len(r.scratch)], Kind: record.Text | record.Array}
	}
}

// space returns the index of the first byte at or behind i that is no blank.
func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// closingQuote returns the index of the quote that ends the string beginning
// at start, -1 if there is none.
func closingQuote(data []byte, start int, escapes bool) int {
	for i := start; ; {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return -1
		}
		end := i + n
		if !escapes {
			return end
		}
		slash := end
		for slash > start && data[slash-1] == '\\' {
			slash--
		}
		if (end-slash)%2 == 0 {
			return end
		}
		i = end + 1
	}
}
