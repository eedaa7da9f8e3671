package sigma

import "strings"

// automaton finds all literals of a set in one pass over a text: an
// Aho-Corasick machine with all transitions filled in, over classes of bytes
// that the literals do not tell apart. States that end a literal are numbered
// last, so that one comparison per byte is enough.
type automaton struct {
	class       [256]uint8 // byte -> column; upper-case ASCII as lower case
	next        []uint32   // state + column -> state; states are multiplied by the number of columns
	firstAccept uint32
	columns     uint32
	outFrom     []uint32 // accepting state -> its literals are outs[outFrom[i]:outFrom[i+1]]
	outs        []uint32 // literal numbers
	lengths     []int32  // of the literals
	textOnly    bool     // no literal can be in a value that is not text
	skip        *skipper // nil if every byte must be looked at
}

// machineCharacters are all that numbers, times, identifiers and binary data
// are written with, without case.
const machineCharacters = "0123456789abcdefx-+.:{}tzsinrul"

// newAutomaton builds the automaton of literals, which must be without case,
// [coarse] and not empty. Without upper-case letters there are fewer than 256 columns.
func newAutomaton(literals []string) *automaton {
	a := &automaton{columns: 1, textOnly: true}
	for _, lit := range literals {
		a.lengths = append(a.lengths, int32(len(lit)))
		a.textOnly = a.textOnly && strings.Trim(lit, machineCharacters) != ""
		for i := range len(lit) {
			if a.class[lit[i]] == 0 {
				a.class[lit[i]] = uint8(a.columns)
				a.columns++
			}
		}
	}
	for c := byte('A'); c <= 'Z'; c++ {
		a.class[c] = a.class[c+'a'-'A']
	}
	for c := 0x80; c <= 0xff; c++ {
		a.class[c] = a.class[coarseByte(byte(c))]
	}
	trie := newTrie(a, literals)
	trie.link()
	a.number(trie)
	a.skip = newSkipper(a, literals)
	return a
}

// trie is an automaton under construction; states are numbered from the root.
type trie struct {
	columns int
	next    []int32 // state*columns+column -> state, 0 for none before link
	fail    []int32
	outs    [][]uint32
	order   []int32 // breadth first
}

func newTrie(a *automaton, literals []string) *trie {
	states := 1 // at most
	for _, lit := range literals {
		states += len(lit)
	}
	t := &trie{
		columns: int(a.columns),
		next:    make([]int32, 0, states*int(a.columns)),
		fail:    make([]int32, 0, states),
		outs:    make([][]uint32, 0, states),
	}
	t.state()
	for n, lit := range literals {
		s := int32(0)
		for i := range len(lit) {
			at := int(s)*t.columns + int(a.class[lit[i]])
			if t.next[at] == 0 {
				t.next[at] = t.state()
			}
			s = t.next[at]
		}
		t.outs[s] = append(t.outs[s], uint32(n))
	}
	return t
}

func (t *trie) state() int32 {
	t.next = t.next[:len(t.next)+t.columns]
	t.fail = append(t.fail, 0)
	t.outs = append(t.outs, nil)
	return int32(len(t.fail) - 1)
}

// link fills the missing transitions with those of the longest suffix.
func (t *trie) link() {
	t.order = append(t.order, 0)
	for i := 0; i < len(t.order); i++ {
		s := t.order[i]
		row := t.next[int(s)*t.columns:][:t.columns]
		failRow := t.next[int(t.fail[s])*t.columns:][:t.columns]
		for c, kid := range row {
			switch {
			case kid != 0:
				if s != 0 {
					t.fail[kid] = failRow[c]
				}
				t.order = append(t.order, kid)
			case s != 0:
				row[c] = failRow[c]
			}
		}
		if inherited := t.outs[t.fail[s]]; len(inherited) > 0 && s != 0 {
			t.outs[s] = append(t.outs[s], inherited...)
		}
	}
}

// number copies the trie with accepting states last.
func (a *automaton) number(t *trie) {
	renumbered := make([]uint32, len(t.fail))
	var accepting []int32
	n := uint32(0)
	for _, s := range t.order {
		if len(t.outs[s]) > 0 {
			accepting = append(accepting, s)
			continue
		}
		renumbered[s] = n * a.columns
		n++
	}
	a.firstAccept = n * a.columns
	for _, s := range accepting {
		renumbered[s] = n * a.columns
		n++
		a.outFrom = append(a.outFrom, uint32(len(a.outs)))
		a.outs = append(a.outs, t.outs[s]...)
	}
	a.outFrom = append(a.outFrom, uint32(len(a.outs)))
	a.next = make([]uint32, len(t.next))
	for s, to := range renumbered {
		row := t.next[s*t.columns:][:t.columns]
		for c, target := range row {
			a.next[int(to)+c] = renumbered[target]
		}
	}
}

// size is the memory of the automaton in bytes, roughly.
func (a *automaton) size() int {
	return 4 * (len(a.next) + len(a.outs) + len(a.outFrom) + len(a.lengths))
}

// step returns the state after a byte.
func (a *automaton) step(state uint32, c byte) uint32 {
	return a.next[state+uint32(a.class[c])]
}

// found returns the literals that end in an accepting state.
func (a *automaton) found(state uint32) []uint32 {
	i := (state - a.firstAccept) / a.columns
	return a.outs[a.outFrom[i]:a.outFrom[i+1]]
}
