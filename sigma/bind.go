package sigma

import (
	"slices"
	"strings"

	"seawall/record"
)

// logic is an expression bound to records of one shape, channel and event id:
// what is left of a rule once everything that these decide is decided.
type logic struct {
	op   Op
	n    int // of OpAtLeast
	kids []*logic
	cost int

	// Of OpItem:
	item    *Item
	test    *test
	fields  []uint32   // of the program
	refs    [][]uint32 // fields of the program that test.refs mean
	keyword bool       // means all values of the record, not fields
}

var (
	always = &logic{op: OpAnd}
	never  = &logic{op: OpOr}
)

// binder binds variants to a schema, channel and event id. What it makes holds
// for all schemas that look the same to the variants.
type binder struct {
	schema      *record.Schema
	channel, id record.Value // null if the records have none
	target      *Target
	fields      fieldTable
	// assume takes conditions on absent fields for open, to tell the rules
	// that cannot match from those that lack a field.
	assume bool
}

func newBinder(schema *record.Schema, channel, id record.Value) *binder {
	return &binder{
		schema: schema, channel: channel, id: id,
		fields: fieldTable{plain: map[programField]uint32{}, derived: map[derivedKey]uint32{}},
	}
}

// named returns the fields for the slots of a name.
func (b *binder) named(name string) []uint32 {
	slots := fieldSlots(b.schema, name)
	if len(slots) == 0 {
		return nil
	}
	numbers := make([]uint32, len(slots))
	for i := range slots {
		f := programField{name: name, index: i}
		n, ok := b.fields.plain[f]
		if !ok {
			n = b.fields.add(f)
			b.fields.plain[f] = n
		}
		numbers[i] = n
	}
	return numbers
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
	if b.assume && it.Field != "" && !b.has(it.Field) {
		return &logic{op: OpItem}
	}
	if it.Field == "" {
		return &logic{op: OpItem, item: it, test: &it.test, keyword: true, cost: 8 * it.test.cost()}
	}
	name, derivation := b.target.Resolve(it.Field)
	if derivation == nil {
		return b.plainItem(it, name)
	}
	return b.leaf(it, b.derived(it.Field, derivation))
}

// plainItem binds a condition on a field by its name in the record.
func (b *binder) plainItem(it *Item, name string) *logic {
	if len(it.test.refs) == 0 {
		if known, ok := b.constants(name); ok {
			return decided(it.test.holds(known, nil))
		}
	}
	return b.leaf(it, b.named(name))
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

// leaf makes the logic of a condition on fields of the program; with none of
// them the rule's field is absent.
func (b *binder) leaf(it *Item, fields []uint32) *logic {
	t := &it.test
	if len(fields) == 0 && len(t.refs) == 0 {
		return decided(t.holds(nil, nil))
	}
	if t.exists != 0 {
		return decided((len(fields) > 0) == (t.exists > 0) != t.not)
	}
	l := &logic{op: OpItem, item: it, test: t, fields: fields, cost: t.cost()}
	for _, r := range t.refs {
		l.refs = append(l.refs, b.reference(r.field))
	}
	return l
}

// reference returns the fields that another is compared with.
func (b *binder) reference(field string) []uint32 {
	name, derivation := b.target.Resolve(field)
	if derivation != nil {
		return b.derived(field, derivation)
	}
	return b.named(name)
}

// derived returns a derived field, none if the schema has nothing to derive it
// from.
func (b *binder) derived(field string, d *Derivation) []uint32 {
	key := derivedKey{b.target, strings.ToLower(field)}
	if n, ok := b.fields.derived[key]; ok {
		return []uint32{n}
	}
	if !slices.ContainsFunc(d.From, func(name string) bool { return len(fieldSlots(b.schema, name)) > 0 }) {
		return nil
	}
	n := b.fields.add(programField{derivation: d})
	b.fields.derived[key] = n
	return []uint32{n}
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
