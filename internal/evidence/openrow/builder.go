package openrow

import (
	"seawall/record"
)

// Builder puts rows together, field by field. Not safe for concurrent use.
type Builder struct {
	catalog *Catalog
	first   []string // fields that every log begins with
	logs    map[string]*Row
}

// NewBuilder returns a builder of rows of logs in the catalog. All logs begin
// with the fields in first, whose numbers are then known.
func NewBuilder(c *Catalog, first []string) *Builder {
	return &Builder{catalog: c, first: first, logs: map[string]*Row{}}
}

// Row is the row being built of one log. Names of fields may be given again;
// the first value counts.
type Row struct {
	catalog *Catalog
	source  string
	schema  *record.Schema
	values  []record.Value
	slots   map[string]int
}

// Begin returns an empty row of a log. It is valid until Begin is called again.
func (b *Builder) Begin(source string) *Row {
	r := b.logs[source]
	if r == nil {
		if len(b.logs) >= maxLogs {
			clear(b.logs)
		}
		r = &Row{catalog: b.catalog, source: source, slots: map[string]int{}}
		for _, name := range b.first {
			r.slots[name] = b.catalog.Slot(source, name)
		}
		r.grow()
		b.logs[source] = r
	}
	clear(r.values)
	return r
}

func (r *Row) grow() {
	r.schema = r.catalog.Schema(r.source)
	for len(r.values) < len(r.schema.Fields) {
		r.values = append(r.values, record.Value{})
	}
}

// SetSlot gives the field with a known number its value. Empty text leaves it
// null.
func (r *Row) SetSlot(slot int, text []byte) {
	if v := &r.values[slot]; v.Kind == record.Null && len(text) > 0 {
		*v = record.Value{Raw: text, Kind: record.Text}
	}
}

// Set gives a field its value, adding it to the log if it is new.
func (r *Row) Set(name, text []byte) {
	if len(text) == 0 || len(name) == 0 {
		return
	}
	slot, ok := r.slots[string(name)]
	if !ok {
		slot = r.catalog.Slot(r.source, string(name))
		if len(r.slots) < 2*MaxFields {
			r.slots[string(name)] = slot
		}
	}
	if slot < 0 {
		return
	}
	if slot >= len(r.values) {
		r.grow()
	}
	r.SetSlot(slot, text)
}

// Get returns the value of a field that was set, nil if it was not.
func (r *Row) Get(name string) []byte {
	if slot, ok := r.slots[name]; ok && slot >= 0 && slot < len(r.values) {
		return r.values[slot].Raw
	}
	return nil
}

// Slot returns the slot of a field that rows of the log have had, -1 if none
// has.
func (r *Row) Slot(name string) int {
	if slot, ok := r.slots[name]; ok && slot < len(r.values) {
		return slot
	}
	return -1
}

// At returns the text in a slot, nil if it is null.
func (r *Row) At(slot int) []byte { return r.values[slot].Raw }

// Fields is how many fields rows of the log have had so far.
func (r *Row) Fields() int { return len(r.slots) }

// Done returns the row under its schema.
func (r *Row) Done() (*record.Schema, []record.Value) {
	return r.schema, r.values[:len(r.schema.Fields)]
}
