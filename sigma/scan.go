package sigma

import "seawall/record"

// scanFields makes candidates of the rules whose witnesses are in fields.
func (m *Matcher) scanFields() {
	for i := range m.program.scans {
		s := &m.program.scans[i]
		m.scanField(s, m.program.place[s.field])
	}
}

// scanKeywords does the same for witnesses in any value of the record.
func (m *Matcher) scanKeywords() {
	for slot := range m.program.slots {
		m.scanField(m.program.keywords, slot)
	}
}

// scanField looks for the literals of a scan in a slot, or in a derived field
// behind the slots.
func (m *Matcher) scanField(s *fieldScan, at int) {
	if at < m.program.slots && s.automaton.lacks(&m.rec.Values[at]) {
		return
	}
	if t := m.text(at); at < m.program.slots || !s.automaton.lacks(&t.value) {
		m.scanText(s, t)
	}
}

// scanText looks for the literals of a scan in a text.
func (m *Matcher) scanText(s *fieldScan, t *text) {
	switch t.value.Kind &^ record.Array {
	case record.UTF16:
		if m.scanUTF16(s, &t.value) {
			return
		}
	case record.Text, record.Markup:
		if m.scanASCII(s, &t.value) {
			return
		}
	}
	folded, _ := t.get(false)
	m.scanFolded(s, folded, t.value.Kind&record.Array != 0)
}

// scanUTF16 works on the encoded value. It gives up, and returns false, at the
// first code unit that is not ASCII: what was found up to there are candidates
// that the decoded text gives as well.
func (m *Matcher) scanUTF16(s *fieldScan, v *record.Value) bool {
	a, raw := s.automaton, v.Raw
	next, class, first := a.next, &a.class, a.firstAccept
	state := uint32(0)
	for i := 0; i+1 < len(raw); i += 2 {
		c := raw[i]
		if raw[i+1] != 0 || c >= 0x80 {
			return false
		}
		state = next[state+uint32(class[c])]
		if state >= first {
			m.accept(s, state, i/2+1, len(raw)/2, v.Kind&record.Array != 0)
		}
	}
	return true
}

// scanASCII is the same for text that is one byte per character.
func (m *Matcher) scanASCII(s *fieldScan, v *record.Value) bool {
	a := s.automaton
	state := uint32(0)
	for i, c := range v.Raw {
		if c >= 0x80 {
			return false
		}
		state = a.step(state, c)
		if state >= a.firstAccept {
			m.accept(s, state, i+1, len(v.Raw), v.Kind&record.Array != 0)
		}
	}
	return true
}

// scanFolded works on decoded text, without case.
func (m *Matcher) scanFolded(s *fieldScan, folded []byte, list bool) {
	a := s.automaton
	state := uint32(0)
	for i, c := range folded {
		state = a.step(state, c)
		if state >= a.firstAccept {
			m.accept(s, state, i+1, len(folded), list)
		}
	}
}

// accept makes candidates of the rules that wait for the literals that end
// before position end of a text. In lists anchors are not looked at.
func (m *Matcher) accept(s *fieldScan, state uint32, end, length int, list bool) {
	for _, literal := range s.automaton.found(state) {
		at := anchor(anchorStart | anchorEnd)
		if !list {
			at = 0
			if end == int(s.automaton.lengths[literal]) {
				at |= anchorStart
			}
			if end == length {
				at |= anchorEnd
			}
		}
		for _, use := range s.uses[s.from[literal]:s.from[literal+1]] {
			if use.anchor&^at == 0 {
				m.nominate(use.rule)
			}
		}
	}
}

func (m *Matcher) nominate(rule uint32) {
	if bit := uint64(1) << (rule & 63); m.seen[rule>>6]&bit == 0 {
		m.seen[rule>>6] |= bit
		m.candidates = append(m.candidates, rule)
	}
}
