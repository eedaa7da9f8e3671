package sigma

import (
	"slices"
	"strings"
)

// program is what is left of all rules for records of one shape, channel and
// event id. It is immutable and shared by matchers and by the schemas that
// look the same to its rules.
type program struct {
	fields []programField
	rules  []boundRule // in the order of variants
	lacks  []Lack      // rules that cannot match for want of fields
	// blind are the rules without a witness, which are always evaluated.
	blind []uint32
	scans []fieldScan
	// keywords looks for literals in every value of the record.
	keywords *fieldScan
}

// boundRule is a rule of a program.
type boundRule struct {
	variant *variant
	logic   *logic
	wide    bool // looks at more than the program's fields
}

// fieldScan runs an automaton over the text of a field. The uses of literal i
// are uses[from[i]:from[i+1]].
type fieldScan struct {
	field     uint32
	automaton *automaton
	from      []uint32
	uses      []literalUse
}

// literalUse is a rule that is to be evaluated when a literal is seen.
type literalUse struct {
	rule   uint32
	anchor anchor
}

// empty reports whether no rule of the program can match, as with most records.
func (p *program) empty() bool { return len(p.rules) == 0 }

// newProgram binds variants.
func newProgram(variants []*variant, b *binder, ws *witnesses, automata *automatonCache) *program {
	p := &program{}
	for _, v := range variants {
		if l := b.variant(v); l != never {
			p.rules = append(p.rules, boundRule{v, l, l.wide()})
		}
	}
	p.fields = b.fields.fields[:len(b.fields.fields):len(b.fields.fields)]
	p.addLacks(variants, b)
	if p.empty() {
		p.fields = nil
		return p
	}
	uses := map[fieldLiteral][]literalUse{}
	for i, r := range p.rules {
		w := ws.of(r.logic)
		if w == nil {
			p.blind = append(p.blind, uint32(i))
			continue
		}
		for _, lit := range w.literals {
			use := literalUse{uint32(i), lit.anchor}
			lit.anchor = 0
			if known := uses[lit]; len(known) == 0 || known[len(known)-1] != use {
				uses[lit] = append(known, use)
			}
		}
	}
	p.addScans(uses, automata)
	return p
}

// addLacks lists the rules that could match if records had their fields.
func (p *program) addLacks(variants []*variant, b *binder) {
	bound := 0
	for _, v := range variants {
		if bound < len(p.rules) && p.rules[bound].variant == v {
			bound++
			continue
		}
		if fields := b.lack(v); fields != nil {
			p.lacks = append(p.lacks, Lack{v.rule, fields})
		}
	}
}

// addScans makes a scan of each field's literals.
func (p *program) addScans(uses map[fieldLiteral][]literalUse, automata *automatonCache) {
	byField := map[uint32][]string{}
	for lit := range uses {
		byField[lit.field] = append(byField[lit.field], lit.text)
	}
	for field, literals := range byField {
		slices.Sort(literals)
		scan := fieldScan{field: field, automaton: automata.get(literals), from: []uint32{0}}
		for _, text := range literals {
			scan.uses = append(scan.uses, uses[fieldLiteral{field: field, text: text}]...)
			scan.from = append(scan.from, uint32(len(scan.uses)))
		}
		if field == anyField {
			p.keywords = &scan
			continue
		}
		p.scans = append(p.scans, scan)
	}
	slices.SortFunc(p.scans, func(a, b fieldScan) int { return int(a.field) - int(b.field) })
}

// size is the memory of a program in bytes, roughly, without its automata.
func (p *program) size() int {
	n := 64*len(p.fields) + 4*len(p.blind) + 64*len(p.lacks)
	for _, s := range p.scans {
		n += 64 + 8*len(s.uses) + 4*len(s.from)
	}
	for _, r := range p.rules {
		n += 24 + r.logic.size()
	}
	return n
}

func (l *logic) size() int {
	n := 128 + 4*len(l.fields)
	for _, kid := range l.kids {
		n += 8 + kid.size()
	}
	return n
}

// automatonCache shares automata between programs: the same rules are bound to
// many shapes, and mostly keep the same literals.
type automatonCache struct {
	built map[string]*automaton
	bytes int
}

// get returns the automaton of a sorted set of literals.
func (c *automatonCache) get(literals []string) *automaton {
	key := strings.Join(literals, "\xff")
	if a := c.built[key]; a != nil {
		return a
	}
	a := newAutomaton(literals)
	c.built[key] = a
	c.bytes += a.size() + len(key)
	return a
}
