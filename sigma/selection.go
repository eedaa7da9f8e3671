package sigma

import (
	"encoding/binary"
	"slices"
	"strings"

	"seawall/record"
)

// identity is where the records of a schema say what they are.
type identity struct {
	channel, id []int
}

func identitySlots(schema *record.Schema) identity {
	return identity{fieldSlots(schema, "Channel"), fieldSlots(schema, "EventID")}
}

// plain reports whether the variant index is exact for such records: with
// several channels or event ids to a record, more rules than those of the
// first may hold.
func (x identity) plain(channel, id record.Value) bool {
	return len(x.channel) <= 1 && len(x.id) <= 1 && (channel.Kind|id.Kind)&record.Array == 0
}

// selection is the variants that may match records of a channel and event id,
// and the record fields that they look at.
type selection struct {
	variants []*variant
	names    []string // sorted
}

// selectVariants returns the selection for records of an identity.
func (s *Set) selectVariants(x identity, channel, id record.Value) *selection {
	number, ok := intOf(id)
	if !ok {
		number = anyID
	}
	name := fold(channel.String())
	sel := &selection{}
	if x.plain(channel, id) {
		sel.variants = s.index.find(nil, name, number)
	} else {
		for _, v := range s.variants {
			if v.target.admits(name, number) {
				sel.variants = append(sel.variants, v)
			}
		}
	}
	names := map[string]bool{}
	for _, v := range sel.variants {
		v.fieldNames(names)
	}
	for n := range names {
		sel.names = append(sel.names, n)
	}
	slices.Sort(sel.names)
	return sel
}

// admits reports whether records of a channel (without case) and event id are
// of a target, as far as these tell.
func (t *Target) admits(channel string, id int64) bool {
	sameChannel := func(c string) bool { return strings.EqualFold(c, channel) }
	if len(t.Channels) > 0 && !slices.ContainsFunc(t.Channels, sameChannel) {
		return false
	}
	return len(t.EventIDs) == 0 || slices.ContainsFunc(t.EventIDs, func(n int) bool { return int64(n) == id })
}

// fieldNames adds the names of record fields that a variant looks at.
func (v *variant) fieldNames(names map[string]bool) {
	add := func(field string) {
		name, derivation := v.target.Resolve(field)
		if derivation == nil {
			names[name] = true
			return
		}
		for _, name := range derivation.From {
			names[name] = true
		}
	}
	for _, it := range v.guard {
		names[it.Field] = true
	}
	v.expr.walk(func(it *Item) {
		if it.Field != "" {
			add(it.Field)
		}
		for _, r := range it.test.refs {
			add(r.field)
		}
	})
}

// walk calls f for every item of an expression.
func (e *Expr) walk(f func(*Item)) {
	if e.Op == OpItem {
		f(e.Item)
	}
	for _, kid := range e.Kids {
		kid.walk(f)
	}
}

// appendShape appends what the variants of a selection can see of a schema:
// how many slots each field has, and the values that the schema fixes. Schemas
// of one shape, channel and event id share a program.
func (sel *selection) appendShape(dst []byte, schema *record.Schema) []byte {
	for _, name := range sel.names {
		slots := fieldSlots(schema, name)
		dst = binary.AppendUvarint(dst, uint64(len(slots)))
		for _, slot := range slots {
			f := &schema.Fields[slot]
			if !f.Fixed {
				dst = append(dst, 0)
				continue
			}
			dst = append(dst, 1, byte(f.Const.Kind))
			dst = binary.AppendUvarint(dst, uint64(len(f.Const.Raw)))
			dst = append(dst, f.Const.Raw...)
		}
	}
	return dst
}
