package sigma

import (
	"encoding/binary"

	"seawall/record"
)

// skipper tells that a text has none of an automaton's literals, looking at a
// few of its bytes only (Wu and Manber, 1994): two neighbouring bytes say how far
// the next end of a literal's window can be. Windows are as long as the shortest
// literal.
type skipper struct {
	window int
	shift  []uint8 // by two columns of the automaton: how far the window may move
	starts []bool  // by two columns: a literal begins with them
}

// Windows shorter than this move too little to be worth a second pass over
// texts that have a literal; so do those of many literals.
const (
	minWindow   = 5
	maxSkipping = 128 // literals
)

// newSkipper returns the skipper of an automaton of literals, nil if it would
// not skip enough.
func newSkipper(a *automaton, literals []string) *skipper {
	if len(literals) == 0 || len(literals) > maxSkipping {
		return nil
	}
	window := len(literals[0])
	for _, lit := range literals {
		window = min(window, len(lit))
	}
	if window < minWindow {
		return nil
	}
	pairs := int(a.columns) * int(a.columns)
	s := &skipper{window: window, shift: make([]uint8, pairs), starts: make([]bool, pairs)}
	for i := range s.shift {
		s.shift[i] = uint8(window - 1)
	}
	for _, lit := range literals {
		s.starts[a.pair(lit[0], lit[1])] = true
		for end := 1; end < window; end++ {
			p := a.pair(lit[end-1], lit[end])
			s.shift[p] = min(s.shift[p], uint8(window-1-end))
		}
	}
	return s
}

// pair numbers two bytes as the automaton tells them apart.
func (a *automaton) pair(first, second byte) uint32 {
	return uint32(a.class[first])*a.columns + uint32(a.class[second])
}

// lacks reports whether it is certain that none of the literals is in a value.
func (a *automaton) lacks(v *record.Value) bool {
	switch v.Kind &^ record.Array {
	case record.Null:
		return true
	case record.UTF16:
		raw := v.Raw[:len(v.Raw)&^1]
		return a.skip != nil && allASCII(raw, unitNotASCII) && a.skips(raw, 2)
	case record.Text, record.Markup:
		return a.skip != nil && allASCII(v.Raw, notASCII) && a.skips(v.Raw, 1)
	case record.ANSI:
		return false
	}
	return a.textOnly
}

// skips looks through a text of ASCII characters, each of which takes so many
// bytes, the first of which counts; true if no window may be a literal.
func (a *automaton) skips(raw []byte, width int) bool {
	s := a.skip
	back := (s.window - 1) * width
	for i := back; i < len(raw); {
		shift := s.shift[a.pair(raw[i-width], raw[i])]
		if shift == 0 {
			if s.starts[a.pair(raw[i-back], raw[i-back+width])] {
				return false
			}
			shift = 1
		}
		i += int(shift) * width
	}
	return true
}

// notASCII marks what is not ASCII in eight bytes of text, or in four UTF-16
// code units.
const notASCII = 0x8080808080808080

// allASCII reports whether no byte, or no unit, has a bit of the mask.
func allASCII(raw []byte, mask uint64) bool {
	n := len(raw)
	if n < 8 {
		for i, c := range raw {
			if c&byte(mask>>(8*i)) != 0 {
				return false
			}
		}
		return true
	}
	for i := 0; i+8 < n; i += 8 {
		if binary.LittleEndian.Uint64(raw[i:])&mask != 0 {
			return false
		}
	}
	return binary.LittleEndian.Uint64(raw[n-8:])&mask == 0
}
