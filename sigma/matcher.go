package sigma

import (
	"bytes"
	"slices"

	"seawall/record"
)

// Hit is a match: a rule, and the target by way of which the record was found
// to be evidence for the rule's log source.
type Hit struct {
	Rule   *Rule
	Target *Target
}

// Matcher matches records against the rules of a [Set]. It must not be used
// concurrently; the matchers of a set share everything that is costly.
type Matcher struct {
	set        *Set
	schemas    map[*record.Schema]*schemaPrograms
	last       *schemaPrograms // of the record before
	generation int             // of the set's programs
	identities int             // number of programs in schemas
	key        []byte
	lacking    lacking
	memo       memo

	scratch    scratch
	texts      []text   // per slot of the schema, then per derived field
	fresh      []bool   // texts that are set for this record
	seen       []uint64 // rules of the program that are candidates, as bits
	candidates []uint32
	args       []*text   // of the test in evaluation
	refs       [][]*text // likewise
	from       []record.Value
	hits       []Hit

	rec     *record.Record // the one at hand, while it is
	program *placedProgram
}

// placedProgram is a program and where the fields it looks at are in a schema.
type placedProgram struct {
	*program
	slots int   // of the schema
	place []int // field -> text
	from  []derivedPlace
}

// derivedPlace is a field that is computed; it is behind the schema's slots.
type derivedPlace struct {
	*Derivation
	slots [][]int
}

func (p *program) in(schema *record.Schema) *placedProgram {
	placed := &placedProgram{program: p, slots: len(schema.Fields)}
	for _, f := range p.fields {
		if f.derivation == nil {
			placed.place = append(placed.place, fieldSlots(schema, f.name)[f.index])
			continue
		}
		d := derivedPlace{Derivation: f.derivation}
		for _, name := range f.derivation.From {
			d.slots = append(d.slots, fieldSlots(schema, name))
		}
		placed.place = append(placed.place, placed.slots+len(placed.from))
		placed.from = append(placed.from, d)
	}
	return placed
}

// schemaPrograms are the programs known to a matcher for a schema.
type schemaPrograms struct {
	schema   *record.Schema
	identity identity
	source   record.Value // the log that the schema is of; null if records name their channel
	// The record before, of this schema: most logs repeat themselves.
	channel, id record.Value
	program     *placedProgram
	byIdentity  map[string]*placedProgram
}

// Bounds of what a matcher remembers; what it does not it asks the set for.
// Real evidence has about a thousand schemas, mostly of one identity each.
const (
	maxSchemas      = 4096
	maxIdentities   = 16384
	maxIdentityText = 512 // bytes, encoded
)

// NewMatcher returns a matcher of the set.
func (s *Set) NewMatcher() *Matcher {
	return &Matcher{set: s, schemas: map[*record.Schema]*schemaPrograms{}, lacking: lacking{}, memo: newMemo()}
}

// Match returns the rules that a record matches, each once, in the order of
// the collection. For a rule with a legacy aggregation or one that a
// correlation refers to this is a match of its condition only. The result is
// valid until the next call.
func (m *Matcher) Match(rec *record.Record) []Hit {
	p := m.programFor(rec)
	m.hits = m.hits[:0]
	if p.empty() {
		return m.hits
	}
	m.start(rec, p)
	m.nominated(rec, p)
	for _, i := range m.candidates {
		m.seen[i>>6] = 0
		r := &p.rules[i]
		if n := len(m.hits); n > 0 && m.hits[n-1].Rule == r.variant.rule {
			continue
		}
		if !r.wide || m.holds(r.logic) {
			m.hits = append(m.hits, Hit{r.variant.rule, r.variant.target})
		}
	}
	return m.hits
}

// nominated makes candidates, in their order, of the rules that hold, and of
// those that look at more than fields and may.
func (m *Matcher) nominated(rec *record.Record, p *placedProgram) {
	m.candidates = m.candidates[:0]
	entry, known := m.memo.entry(rec, p)
	if known {
		m.candidates = append(m.candidates, entry.rules...)
	} else {
		m.candidates = append(m.candidates, p.blind...)
		m.scanFields()
		m.candidates = slices.DeleteFunc(m.candidates, m.refuted)
		if entry != nil {
			entry.rules = append(entry.rules[:0], m.candidates...)
		}
	}
	if p.keywords != nil {
		m.scanKeywords()
	}
	slices.Sort(m.candidates)
	m.candidates = slices.Compact(m.candidates)
}

// refuted takes a candidate back if its fields say that it does not hold.
func (m *Matcher) refuted(i uint32) bool {
	m.seen[i>>6] = 0
	r := &m.program.rules[i]
	return !r.wide && !m.holds(r.logic)
}

// programFor returns the program for a record.
func (m *Matcher) programFor(rec *record.Record) *placedProgram {
	s := m.last
	if s == nil || s.schema != rec.Schema {
		s = m.schema(rec.Schema)
		m.last = s
	}
	channel, id := s.source, first(rec, s.identity.id)
	if channel.Kind == record.Null {
		channel = first(rec, s.identity.channel)
	}
	if s.program != nil && sameValue(id, s.id) && sameValue(channel, s.channel) {
		return s.program
	}
	m.key = appendIdentity(m.key[:0], channel, id)
	p, ok := s.byIdentity[string(m.key)]
	if !ok {
		p = m.unknown(rec.Schema, s, channel, id)
	}
	s.program = p
	s.channel = record.Value{Raw: append(s.channel.Raw[:0], channel.Raw...), Kind: channel.Kind}
	s.id = record.Value{Raw: append(s.id.Raw[:0], id.Raw...), Kind: id.Kind}
	return p
}

// unknown asks the set for a program and remembers it.
func (m *Matcher) unknown(schema *record.Schema, s *schemaPrograms, channel, id record.Value) *placedProgram {
	shared, generation := m.set.programs.get(m.set, schema, s.identity, channel, id)
	if generation != m.generation || m.identities >= maxIdentities {
		// Let go of the programs that the set has forgotten.
		m.generation, m.identities = generation, 0
		clear(m.schemas)
		m.memo.forget()
		m.schemas[schema] = s
		clear(s.byIdentity)
	}
	m.lacking.note(shared)
	p := shared.in(schema)
	if len(m.key) <= maxIdentityText {
		s.byIdentity[string(m.key)] = p
		m.identities++
	}
	return p
}

func (m *Matcher) schema(schema *record.Schema) *schemaPrograms {
	s := m.schemas[schema]
	if s == nil {
		if len(m.schemas) >= maxSchemas {
			clear(m.schemas)
			m.identities = 0
		}
		s = &schemaPrograms{schema: schema, identity: identitySlots(schema), byIdentity: map[string]*placedProgram{}}
		if schema.Source != "" {
			s.source = record.Value{Raw: []byte(schema.Source), Kind: record.Text}
		}
		m.schemas[schema] = s
	}
	return s
}

func sameValue(a, b record.Value) bool {
	return a.Kind == b.Kind && bytes.Equal(a.Raw, b.Raw)
}

// start makes room for a record and forgets the one before.
func (m *Matcher) start(rec *record.Record, p *placedProgram) {
	m.rec, m.program = rec, p
	m.scratch.reset()
	n := p.slots + len(p.from)
	if n > len(m.texts) {
		m.texts = make([]text, n)
		m.fresh = make([]bool, n)
	}
	clear(m.fresh[:n])
	if n := (len(p.rules) + 63) / 64; n > len(m.seen) {
		m.seen = make([]uint64, n)
	}
}

// text returns the text of a slot, or of a derived field behind the slots.
func (m *Matcher) text(i int) *text {
	t := &m.texts[i]
	if m.fresh[i] {
		return t
	}
	m.fresh[i] = true
	if i < m.program.slots {
		t.set(m.rec.Values[i], &m.scratch)
		return t
	}
	d := &m.program.from[i-m.program.slots]
	m.from = m.from[:0]
	for _, slots := range d.slots {
		m.from = append(m.from, first(m.rec, slots))
	}
	var v record.Value
	start := len(m.scratch.buf)
	m.scratch.buf, v.Kind = d.Append(m.scratch.buf, m.from)
	v.Raw = m.scratch.buf[start:len(m.scratch.buf):len(m.scratch.buf)]
	t.set(v, &m.scratch)
	return t
}

// holds evaluates bound logic on the record.
func (m *Matcher) holds(l *logic) bool {
	switch l.op {
	case OpItem:
		return m.itemHolds(l)
	case OpNot:
		return !m.holds(l.kids[0])
	case OpAnd:
		for _, kid := range l.kids {
			if !m.holds(kid) {
				return false
			}
		}
		return true
	case OpOr:
		for _, kid := range l.kids {
			if m.holds(kid) {
				return true
			}
		}
		return false
	}
	n := 0
	for i, kid := range l.kids {
		if m.holds(kid) {
			n++
		}
		if n >= l.n || n+len(l.kids)-i-1 < l.n {
			break
		}
	}
	return n >= l.n
}

func (m *Matcher) itemHolds(l *logic) bool {
	m.args = m.appendTexts(m.args[:0], l)
	if len(l.refs) == 0 {
		return l.test.holds(m.args, nil)
	}
	for len(m.refs) < len(l.refs) {
		m.refs = append(m.refs, nil)
	}
	for i, fields := range l.refs {
		m.refs[i] = m.appendFields(m.refs[i][:0], fields)
	}
	return l.test.holds(m.args, m.refs[:len(l.refs)])
}

// appendTexts appends the texts that an item is about.
func (m *Matcher) appendTexts(dst []*text, l *logic) []*text {
	if !l.keyword {
		return m.appendFields(dst, l.fields)
	}
	for slot := range m.program.slots {
		dst = append(dst, m.text(slot))
	}
	return dst
}

func (m *Matcher) appendFields(dst []*text, fields []uint32) []*text {
	for _, f := range fields {
		dst = append(dst, m.text(m.program.place[f]))
	}
	return dst
}
