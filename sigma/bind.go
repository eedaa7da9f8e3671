package sigma

import (
	"slices"
	"strings"

	"seawall/record"
)

// logic is an expression bound to a schema: what is left of a rule's logic once
// everything that the schema, channel and event id decide is decided.
type logic struct {
	op   Op
	n    int // of OpAtLeast
	kids []*logic
	cost int

	// Of OpItem:
	item    *Item
	test    *test
	slots   []uint32   // of the program
	refs    [][]uint32 // slots of the fields in test.refs
	keyword bool       // the slots are all of the program's
}

var (
	always = &logic{op: OpAnd}
	never  = &logic{op: OpOr}
)

// binder binds variants to a schema, channel and event id.
type binder struct {
	schema      *record.Schema
	channel, id record.Value // null if the records have none
	target      *Target
	slots       slotTable
}

func newBinder(schema *record.Schema, channel, id record.Value) *binder {
	return &binder{
		schema: schema, channel: channel, id: id,
		slots: slotTable{plain: map[int]uint32{}, derived: map[derivedKey]uint32{}},
	}
}

// slotTable numbers the slots a program looks at.
type slotTable struct {
	slots   []programSlot
	plain   map[int]uint32
	derived map[derivedKey]uint32
	all     []uint32 // every slot of the schema, if keywords need them
}

// programSlot is a slot of the schema, or a field derived from some.
type programSlot struct {
	slot   int
	derive *derivedSlot
}

// derivedSlot computes a field of a [Target] from slots of the schema.
type derivedSlot struct {
	append func([]byte, []record.Value) ([]byte, record.Kind)
	from   [][]int
}

type derivedKey struct {
	target *Target
	field  string // lower case
}

func (t *slotTable) add(s programSlot) uint32 {
	t.slots = append(t.slots, s)
	return uint32(len(t.slots) - 1)
}

func (t *slotTable) number(slot int) uint32 {
	n, ok := t.plain[slot]
	if !ok {
		n = t.add(programSlot{slot: slot})
		t.plain[slot] = n
	}
	return n
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

// variant binds a rule. The result is never if the rule cannot match.
func (b *binder) variant(v *variant) *logic {
	b.target = v.target
	if v.target.Kind != "" && v.target.Kind != b.schema.Kind {
		return never
	}
	kids := make([]*logic, 0, len(v.guard)+1)
	for _, it := range v.guard {
		kids = append(kids, b.plainItem(it, it.Field))
	}
	kids = append(kids, b.expr(v.expr))
	return combine(OpAnd, 0, kids)
}

func (b *binder) expr(e *Expr) *logic {
	switch e.Op {
	case OpItem:
		return b.item(e.Item)
	case OpNot:
		return negate(b.expr(e.Kids[0]))
	}
	kids := make([]*logic, 0, len(e.Kids))
	for _, kid := range e.Kids {
		n := b.expr(kid)
		if e.Op == OpAnd && n == never || e.Op == OpOr && n == always {
			return n
		}
		kids = append(kids, n)
	}
	return combine(e.Op, e.N, kids)
}

func negate(n *logic) *logic {
	switch {
	case n == always:
		return never
	case n == never:
		return always
	case n.op == OpNot:
		return n.kids[0]
	}
	return &logic{op: OpNot, kids: []*logic{n}, cost: n.cost}
}

// combine joins bound expressions, without those that are decided and with
// nested ones of the same kind lifted, cheapest first.
func combine(op Op, least int, kids []*logic) *logic {
	if op == OpAtLeast {
		return combineAtLeast(least, kids)
	}
	neutral, deciding := always, never
	if op == OpOr {
		neutral, deciding = never, always
	}
	var open []*logic
	for _, kid := range kids {
		switch {
		case kid == deciding:
			return deciding
		case kid == neutral:
		case kid.op == op:
			open = append(open, kid.kids...)
		default:
			open = append(open, kid)
		}
	}
	switch len(open) {
	case 0:
		return neutral
	case 1:
		return open[0]
	}
	return joined(op, 0, open)
}

func combineAtLeast(least int, kids []*logic) *logic {
	var open []*logic
	for _, kid := range kids {
		switch kid {
		case always:
			least--
		case never:
		default:
			open = append(open, kid)
		}
	}
	switch {
	case least <= 0:
		return always
	case least > len(open):
		return never
	case least == 1:
		return combine(OpOr, 0, open)
	case least == len(open):
		return combine(OpAnd, 0, open)
	}
	return joined(OpAtLeast, least, open)
}

func joined(op Op, least int, kids []*logic) *logic {
	slices.SortStableFunc(kids, func(x, y *logic) int { return x.cost - y.cost })
	n := &logic{op: op, n: least, kids: kids}
	for _, kid := range kids {
		n.cost += kid.cost
	}
	return n
}

// item binds one condition.
func (b *binder) item(it *Item) *logic {
	if it.Field == "" {
		return b.keywords(it)
	}
	name, derivation := b.target.Resolve(it.Field)
	if derivation == nil {
		return b.plainItem(it, name)
	}
	slots := b.derived(it.Field, derivation)
	return b.leaf(it, slots)
}

// plainItem binds a condition on a field by its name in the record.
func (b *binder) plainItem(it *Item, name string) *logic {
	if len(it.test.refs) == 0 {
		if known, ok := b.constants(name); ok {
			return decided(it.test.holds(known, nil))
		}
	}
	var slots []uint32
	for _, slot := range fieldSlots(b.schema, name) {
		slots = append(slots, b.slots.number(slot))
	}
	return b.leaf(it, slots)
}

func decided(holds bool) *logic {
	if holds {
		return always
	}
	return never
}

// constants returns the values of a field if they are the same in all records
// the program is for.
func (b *binder) constants(name string) ([]*text, bool) {
	var values []*text
	constant := func(v record.Value) {
		x := &text{}
		x.set(v, &scratch{})
		values = append(values, x)
	}
	slots := fieldSlots(b.schema, name)
	switch {
	case len(slots) == 0:
		return nil, true
	case strings.EqualFold(name, "EventID") && len(slots) == 1:
		constant(b.id)
		return values, true
	case strings.EqualFold(name, "Channel") && len(slots) == 1:
		constant(b.channel)
		return values, true
	}
	for _, slot := range slots {
		if f := &b.schema.Fields[slot]; f.Fixed {
			constant(f.Const)
			continue
		}
		return nil, false
	}
	return values, true
}

// leaf makes the node of a condition on slots; with no slots the field is
// absent.
func (b *binder) leaf(it *Item, slots []uint32) *logic {
	t := &it.test
	if len(slots) == 0 && len(t.refs) == 0 {
		return decided(t.holds(nil, nil))
	}
	if t.exists != 0 {
		return decided((len(slots) > 0) == (t.exists > 0) != t.not)
	}
	n := &logic{op: OpItem, item: it, test: t, slots: slots, cost: t.cost()}
	for _, r := range t.refs {
		n.refs = append(n.refs, b.reference(r.field))
	}
	return n
}

// reference returns the slots of a field that another is compared with.
func (b *binder) reference(field string) []uint32 {
	name, derivation := b.target.Resolve(field)
	if derivation != nil {
		return b.derived(field, derivation)
	}
	var slots []uint32
	for _, slot := range fieldSlots(b.schema, name) {
		slots = append(slots, b.slots.number(slot))
	}
	return slots
}

// derived returns the slot of a derived field, none if the schema has nothing
// to derive it from.
func (b *binder) derived(field string, d *Derivation) []uint32 {
	key := derivedKey{b.target, strings.ToLower(field)}
	if n, ok := b.slots.derived[key]; ok {
		return []uint32{n}
	}
	s := &derivedSlot{append: d.Append}
	some := false
	for _, name := range d.From {
		slots := fieldSlots(b.schema, name)
		some = some || len(slots) > 0
		s.from = append(s.from, slots)
	}
	if !some {
		return nil
	}
	n := b.slots.add(programSlot{derive: s})
	b.slots.derived[key] = n
	return []uint32{n}
}

// keywords binds a condition on all values.
func (b *binder) keywords(it *Item) *logic {
	if b.slots.all == nil {
		b.slots.all = []uint32{}
		for slot := range b.schema.Fields {
			b.slots.all = append(b.slots.all, b.slots.number(slot))
		}
	}
	n := b.leaf(it, b.slots.all)
	if n.op == OpItem {
		n.keyword = true
		n.cost *= 8
	}
	return n
}

// cost is what evaluating the test costs, in units of a string comparison.
func (t *test) cost() int {
	sum := 1 + 4*len(t.refs)
	for _, p := range t.preds {
		switch p := p.(type) {
		case *regexMatch:
			sum += 50
		case *stringMatch:
			switch p.shape {
			case shapeContains:
				sum += 3
			case shapeGlob:
				sum += 8
			default:
				sum++
			}
		case anyMatch:
			sum += 4 * len(p)
		default:
			sum += 4
		}
	}
	return sum
}
