// Package literal answers "which of these many patterns can match here at all?"
// before any of them is tried.
package literal

import "strings"

// Index tells which of many patterns a text may match, by texts that must stand
// in it: one walk of an automaton over all these texts at once, without regard
// to the case of ASCII letters. It may name too many patterns, never too few.
type Index struct {
	words  int
	always []uint64 // patterns of which no text is known
	next   []int32  // state*letters + letter
	finds  []([]uint16)
	fall   []int32
}

// letters is the alphabet of the automaton: lower-case ASCII; all else is 0.
const letters = 64

// letterOf maps bytes to letters, without regard to case.
var letterOf = func() (table [256]uint8) {
	n := uint8(1)
	for c := range 128 {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte(" -_./:;()<>=,'\"[]{}@!#+*&%", byte(c)) >= 0:
			table[c] = n
			n++
		}
	}
	for c := 'A'; c <= 'Z'; c++ {
		table[c] = table[c+'a'-'A']
	}
	return table
}()

// New builds the automaton (Aho and Corasick). needed has for each pattern
// texts of which one must be in a text that it matches; none means that the
// pattern may match anything.
func New(needed [][]string) *Index {
	x := &Index{words: (len(needed) + 63) / 64}
	x.always = make([]uint64, x.words)
	x.state()
	for i, texts := range needed {
		if len(texts) == 0 {
			x.always[i/64] |= 1 << (i % 64)
		}
		for _, t := range texts {
			x.add(t, uint16(i))
		}
	}
	x.link()
	return x
}

func (x *Index) state() int32 {
	x.next = append(x.next, make([]int32, letters)...)
	x.finds = append(x.finds, nil)
	x.fall = append(x.fall, 0)
	return int32(len(x.finds) - 1)
}

func (x *Index) add(text string, pattern uint16) {
	at := int32(0)
	for i := range len(text) {
		slot := at*letters + int32(letterOf[text[i]])
		if x.next[slot] == 0 {
			fresh := x.state()
			x.next[slot] = fresh
		}
		at = x.next[slot]
	}
	x.finds[at] = append(x.finds[at], pattern)
}

// link makes every step definite, breadth first.
func (x *Index) link() {
	var queue []int32
	for c := range int32(letters) {
		if s := x.next[c]; s != 0 {
			queue = append(queue, s)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		x.finds[s] = append(x.finds[s], x.finds[x.fall[s]]...)
		for c := range int32(letters) {
			slot := s*letters + c
			to, through := x.next[slot], x.next[x.fall[s]*letters+c]
			if to == 0 {
				x.next[slot] = through
				continue
			}
			x.fall[to] = through
			queue = append(queue, to)
		}
	}
}

// Candidates appends a bit for each pattern that may match to room.
func (x *Index) Candidates(text string, room []uint64) []uint64 {
	set := append(room, x.always...)
	at := int32(0)
	for i := range len(text) {
		at = x.next[at*letters+int32(letterOf[text[i]])]
		for _, p := range x.finds[at] {
			set[p/64] |= 1 << (p % 64)
		}
	}
	return set
}

// Each calls yield for every place where a text of a pattern ends, in the order
// of the text.
func (x *Index) Each(text string, yield func(pattern, end int)) {
	at := int32(0)
	for i := range len(text) {
		at = x.next[at*letters+int32(letterOf[text[i]])]
		for _, p := range x.finds[at] {
			yield(int(p), i+1)
		}
	}
}
