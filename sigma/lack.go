package sigma

import (
	"maps"
	"slices"
	"strings"
)

// Lack is a rule that met records of its log source, but none with the fields
// it needs.
type Lack struct {
	Rule   *Rule
	Fields []string // that were missing, as the rule names them; sorted
}

// lacking is what is known of a rule from the programs a matcher used: nil in
// the map says that one of them could have matched.
type lacking map[*Rule]map[string]bool

// note adds what a program tells.
func (l lacking) note(p *program) {
	for _, r := range p.rules {
		l[r.variant.rule] = nil
	}
	for _, lack := range p.lacks {
		l.add(lack.Rule, lack.Fields)
	}
}

func (l lacking) add(rule *Rule, fields []string) {
	known, ok := l[rule]
	switch {
	case ok && known == nil:
		return
	case !ok:
		known = map[string]bool{}
		l[rule] = known
	}
	for _, f := range fields {
		known[f] = true
	}
}

// MergeLacks adds what another matcher of the same set met, for [Matcher.Lacks].
func (m *Matcher) MergeLacks(other *Matcher) {
	for rule, fields := range other.lacking {
		if fields == nil {
			m.lacking[rule] = nil
			continue
		}
		m.lacking.add(rule, slices.Collect(maps.Keys(fields)))
	}
}

// Lacks returns the rules that met records of their log source but none with
// the fields they need, in the order of the set.
func (m *Matcher) Lacks() (lacks []Lack) {
	for _, v := range m.set.variants {
		if n := len(lacks); n > 0 && lacks[n-1].Rule == v.rule {
			continue
		}
		if fields := m.lacking[v.rule]; fields != nil {
			lacks = append(lacks, Lack{v.rule, slices.Sorted(maps.Keys(fields))})
		}
	}
	return lacks
}

// lack returns the fields that a rule which cannot match lacks; nil if it
// could not match with them either.
func (b *binder) lack(v *variant) (fields []string) {
	b.assume = true
	could := b.variant(v) != never
	b.assume = false
	if !could {
		return nil
	}
	v.expr.walk(func(it *Item) {
		if it.Field != "" && !b.has(it.Field) {
			fields = append(fields, it.Field)
		}
	})
	slices.SortFunc(fields, strings.Compare)
	return slices.Compact(fields)
}

// has says whether the schema has a rule's field, or what it is derived from.
func (b *binder) has(field string) bool {
	name, derivation := b.target.Resolve(field)
	if derivation == nil {
		return len(fieldSlots(b.schema, name)) > 0
	}
	return slices.ContainsFunc(derivation.From, func(name string) bool { return len(fieldSlots(b.schema, name)) > 0 })
}
