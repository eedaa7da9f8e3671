package sigma

import (
	"slices"
	"strings"

	"seawall/record"
)

// program is what is left of all rules for the records of one schema, channel
// and event id. It is immutable and shared by matchers.
type program struct {
	slots []programSlot
	rules []boundRule // in the order of variants
	// blind are the rules without a witness, which are always evaluated.
	blind []uint32
	scans []slotScan
	// keywordScan looks for keywords in every slot of keywordSlots.
	keywordScan  *slotScan
	keywordSlots []uint32
}

// boundRule is a rule of a program.
type boundRule struct {
	variant *variant
	logic   *logic
}

// slotScan runs an automaton over the text of a slot. The uses of literal i
// are uses[from[i]:from[i+1]].
type slotScan struct {
	slot      uint32
	automaton *automaton
	from      []uint32
	uses      []literalUse
}

// literalUse is a rule that is to be evaluated when a literal is seen.
type literalUse struct {
	rule   uint32
	anchor anchor
}

// emptyProgram is that of most records: no rule can match them.
var emptyProgram = &program{}

// empty reports whether no rule of the program can match.
func (p *program) empty() bool { return len(p.rules) == 0 }

// newProgram binds variants. Automata are shared by way of the cache.
func newProgram(variants []*variant, b *binder, automata *automatonCache) *program {
	p := &program{}
	for _, v := range variants {
		if l := b.variant(v); l != never {
			p.rules = append(p.rules, boundRule{v, l})
		}
	}
	if len(p.rules) == 0 {
		return emptyProgram
	}
	p.slots, p.keywordSlots = b.slots.slots, b.slots.all
	uses := map[slotLiteral][]literalUse{}
	for i, r := range p.rules {
		w := r.logic.witness()
		if w == nil {
			p.blind = append(p.blind, uint32(i))
			continue
		}
		for _, lit := range w.literals {
			use := literalUse{uint32(i), lit.anchor}
			lit.anchor = 0
			if !slices.Contains(uses[lit], use) {
				uses[lit] = append(uses[lit], use)
			}
		}
	}
	p.addScans(uses, automata)
	return p
}

// addScans makes a scan of each slot's literals.
func (p *program) addScans(uses map[slotLiteral][]literalUse, automata *automatonCache) {
	bySlot := map[uint32][]string{}
	for lit := range uses {
		bySlot[lit.slot] = append(bySlot[lit.slot], lit.text)
	}
	for slot, literals := range bySlot {
		slices.Sort(literals)
		scan := slotScan{slot: slot, automaton: automata.get(literals), from: []uint32{0}}
		for _, text := range literals {
			scan.uses = append(scan.uses, uses[slotLiteral{slot: slot, text: text}]...)
			scan.from = append(scan.from, uint32(len(scan.uses)))
		}
		if slot == keywordSlot {
			p.keywordScan = &scan
			continue
		}
		p.scans = append(p.scans, scan)
	}
	slices.SortFunc(p.scans, func(a, b slotScan) int { return int(a.slot) - int(b.slot) })
}

// size is the memory of a program in bytes, roughly, without its automata.
func (p *program) size() int {
	n := 64*len(p.slots) + 4*len(p.blind) + 4*len(p.keywordSlots)
	for _, s := range p.scans {
		n += 64 + 8*len(s.uses) + 4*len(s.from)
	}
	for _, r := range p.rules {
		n += 24 + r.logic.size()
	}
	return n
}

func (l *logic) size() int {
	n := 96 + 4*len(l.slots)
	for _, kid := range l.kids {
		n += 8 + kid.size()
	}
	return n
}

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

// variantsFor returns the variants that may match records of an identity.
func (s *Set) variantsFor(x identity, channel, id record.Value) []*variant {
	number, ok := intOf(id)
	if !ok {
		number = anyID
	}
	name := fold(channel.String())
	if x.plain(channel, id) {
		return s.index.find(nil, name, number)
	}
	var found []*variant
	for _, v := range s.variants {
		if v.target.admits(name, number) {
			found = append(found, v)
		}
	}
	return found
}

// admits reports whether records of a channel (without case) and event id are
// of a target, as far as these tell.
func (t *Target) admits(channel string, id int64) bool {
	sameChannel := func(c string) bool { return fold(c) == channel }
	if len(t.Channels) > 0 && !slices.ContainsFunc(t.Channels, sameChannel) {
		return false
	}
	return len(t.EventIDs) == 0 || slices.ContainsFunc(t.EventIDs, func(n int) bool { return int64(n) == id })
}

// automatonCache shares automata between programs: the same rules are bound to
// many schemas, and mostly keep the same literals.
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
