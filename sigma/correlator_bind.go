package sigma

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"seawall/record"
)

// interner numbers strings. Number 0 is no string at all.
type interner struct {
	ids  map[string]uint32
	list []string
}

func newInterner() interner {
	return interner{ids: map[string]uint32{}, list: []string{""}}
}

func (t *interner) addBytes(s []byte) uint32 {
	if id, ok := t.ids[string(s)]; ok {
		return id
	}
	return t.add(string(s))
}

func (t *interner) add(s string) uint32 {
	id, ok := t.ids[s]
	if !ok {
		id = uint32(len(t.list))
		t.list = append(t.list, s)
		t.ids[s] = id
	}
	return id
}

// binding is where the fields of a rule are in the records of a schema.
type binding struct {
	fields                []fieldBinding
	host, channel, number []int
}

type bindingKey struct {
	schema *record.Schema
	tap    int
	target *Target
}

// fieldBinding is one field: slots, or a derivation and the slots of each of
// the fields it is made of.
type fieldBinding struct {
	slots  []int
	derive *Derivation
	from   [][]int
}

// maxBindings bounds the cache of bindings; real evidence has a few hundred.
const maxBindings = 4096

func (c *Correlator) binding(schema *record.Schema, i int, target *Target) *binding {
	key := bindingKey{schema, i, target}
	b, ok := c.bindings[key]
	if !ok {
		if len(c.bindings) >= maxBindings {
			clear(c.bindings)
		}
		b = bind(schema, c.plan.taps[i].fields, target)
		c.bindings[key] = b
	}
	return b
}

func bind(schema *record.Schema, fields []string, target *Target) *binding {
	b := &binding{
		host:    schema.Lookup("Computer"),
		channel: schema.Lookup("Channel"),
		number:  schema.Lookup("EventRecordID"),
	}
	for _, name := range fields {
		b.fields = append(b.fields, bindField(schema, name, target))
	}
	return b
}

func bindField(schema *record.Schema, name string, target *Target) fieldBinding {
	var f fieldBinding
	if target != nil {
		name, f.derive = target.Resolve(name)
	}
	if f.derive != nil {
		for _, from := range f.derive.From {
			f.from = append(f.from, fieldSlots(schema, from))
		}
		return f
	}
	f.slots = fieldSlots(schema, name)
	if f.slots == nil && slices.Contains(hostNames, strings.ToLower(name)) {
		f.slots = fieldSlots(schema, "Computer")
	}
	return f
}

// hostNames are what correlations, most of all the specification's own
// examples, call the field that Windows events call Computer.
var hostNames = []string{"computername", "hostname", "host", "host.name"}

func first(rec *record.Record, slots []int) record.Value {
	for _, slot := range slots {
		if v := rec.Values[slot]; v.Kind != record.Null {
			return v
		}
	}
	return record.Value{}
}

// maxCorrelatedText is how much of a value is kept. Longer ones keep their
// beginning and a hash of the whole.
const maxCorrelatedText = 256

// value returns the interned text of a field, 0 if it is absent. Of several
// readings of a derived value it takes the second: the first is the event's
// own, the second the one that other sources of the same kind of event use.
func (c *Correlator) value(rec *record.Record, f *fieldBinding) uint32 {
	v := first(rec, f.slots)
	if f.derive != nil {
		from := make([]record.Value, len(f.from))
		for i, slots := range f.from {
			from[i] = first(rec, slots)
		}
		v.Raw, v.Kind = f.derive.Append(c.scratch[:0], from)
		c.scratch = v.Raw
		n := 0
		v.Items(func(item record.Value) bool {
			v = item
			n++
			return n < 2
		})
	}
	if v.Kind == record.Null {
		return 0
	}
	start := 0
	if f.derive != nil {
		start = len(c.scratch) // v borrows what comes before
	}
	c.scratch = v.AppendText(c.scratch[:start])
	return c.text.addBytes(shorten(c.scratch[start:]))
}

func shorten(text []byte) []byte {
	if len(text) <= maxCorrelatedText {
		return text
	}
	sum := xxhash.Sum64(text)
	const keep = maxCorrelatedText - 18
	return fmt.Appendf(text[:keep:keep], "…%016x", sum)
}
