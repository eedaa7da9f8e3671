package sigma

import (
	"slices"
	"strings"

	"seawall/record"
)

// fieldTable numbers the fields a program looks at.
type fieldTable struct {
	fields  []programField
	plain   map[programField]uint32
	derived map[derivedKey]uint32
}

// programField is the index-th slot that a schema has for a name, or a field
// derived from several.
type programField struct {
	name       string
	index      int
	derivation *Derivation
}

type derivedKey struct {
	target *Target
	field  string // lower case
}

func (t *fieldTable) add(f programField) uint32 {
	t.fields = append(t.fields, f)
	return uint32(len(t.fields) - 1)
}

// fieldSlots returns the slots a rule means by a field name. Windows events
// have names in both the header and the body; rules mean the body, but for
// the names by which events are told apart.
func fieldSlots(schema *record.Schema, name string) []int {
	slots := schema.Lookup(name)
	if len(slots) < 2 || schema.Kind != record.KindWindows {
		return slots
	}
	const header = "Event/System/"
	inHeader := func(slot int) bool { return strings.HasPrefix(schema.Fields[slot].Path, header) }
	some := slices.ContainsFunc(slots, inHeader)
	if !some {
		return slots
	}
	wantHeader := isHeaderField(name)
	preferred := make([]int, 0, len(slots))
	for _, slot := range slots {
		if inHeader(slot) == wantHeader {
			preferred = append(preferred, slot)
		}
	}
	if len(preferred) == 0 {
		return slots
	}
	return preferred
}

func isHeaderField(name string) bool {
	for _, h := range [...]string{"EventID", "Channel", "Provider_Name", "Computer"} {
		if strings.EqualFold(name, h) {
			return true
		}
	}
	return false
}
