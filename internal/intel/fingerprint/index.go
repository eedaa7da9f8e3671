package fingerprint

import (
	"regexp/syntax"
	"strings"
)

// index tells which fingerprints a banner may match, by texts that must stand
// in it: one walk of an automaton over all these texts at once.
type index struct {
	words  int
	always []uint64 // fingerprints of which no text is known
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

// newIndex builds the automaton (Aho and Corasick). needed has for each
// fingerprint texts of which one must be in a banner that it matches.
func newIndex(needed [][]string) index {
	x := index{words: (len(needed) + 63) / 64}
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

func (x *index) state() int32 {
	x.next = append(x.next, make([]int32, letters)...)
	x.finds = append(x.finds, nil)
	x.fall = append(x.fall, 0)
	return int32(len(x.finds) - 1)
}

func (x *index) add(text string, print uint16) {
	at := int32(0)
	for i := range len(text) {
		slot := at*letters + int32(letterOf[text[i]])
		if x.next[slot] == 0 {
			fresh := x.state()
			x.next[slot] = fresh
		}
		at = x.next[slot]
	}
	x.finds[at] = append(x.finds[at], print)
}

// link makes every step definite, breadth first.
func (x *index) link() {
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

// candidates returns a bit for each fingerprint that may match, in room.
func (x *index) candidates(banner string, room []uint64) []uint64 {
	set := append(room, x.always...)
	at := int32(0)
	for i := range len(banner) {
		at = x.next[at*letters+int32(letterOf[banner[i]])]
		for _, p := range x.finds[at] {
			set[p/64] |= 1 << (p % 64)
		}
	}
	return set
}

// Bounds of the texts that are looked for.
const (
	leastText = 2
	mostTexts = 64
)

// needs returns texts of which one stands in everything that a pattern
// matches, nil if there are none worth looking for, and further texts that all
// stand in it. All are in lower case.
func needs(pattern string) (one, also []string) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, nil
	}
	re = re.Simplify()
	one = required(re)
	for _, text := range every(re, nil) {
		if len(one) != 1 || text != one[0] {
			also = append(also, text)
		}
	}
	return one, also
}

// every appends the texts that all stand in what a pattern matches.
func every(re *syntax.Regexp, list []string) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return append(list, required(re)...)
	case syntax.OpCapture, syntax.OpPlus:
		return every(re.Sub[0], list)
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			list = every(sub, list)
		}
	}
	return list
}

func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		if text := strings.ToLower(string(re.Rune)); len(text) >= leastText && ascii(text) {
			return []string{text}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return required(re.Sub[0])
		}
	case syntax.OpConcat:
		return requiredOf(re.Sub)
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			texts := required(sub)
			if len(texts) == 0 || len(all)+len(texts) > mostTexts {
				return nil
			}
			all = append(all, texts...)
		}
		return all
	}
	return nil
}

// requiredOf chooses the most telling part of a sequence: the one whose
// shortest text is longest.
func requiredOf(parts []*syntax.Regexp) (best []string) {
	for _, sub := range parts {
		if texts := required(sub); shortest(texts) > shortest(best) {
			best = texts
		}
	}
	return best
}

func shortest(texts []string) int {
	if len(texts) == 0 {
		return 0
	}
	n := len(texts[0])
	for _, t := range texts[1:] {
		n = min(n, len(t))
	}
	return n
}

// ascii reports whether a text has only characters whose case is simple; the
// long s and the Kelvin sign fold to letters.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
