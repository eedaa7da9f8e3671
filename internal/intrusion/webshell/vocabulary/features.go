package vocabulary

import "math/bits"

// codeSalt tells the words of code from the same words elsewhere in a page.
const codeSalt = 0x5bd1e995

// Features calls f for everything that is weighed about a page: its hash, and
// the place in the page where it is a word of it.
func Features(p Page, f func(hash uint32, from, to int)) {
	longest := words(p.Text, p.Code, func(hash uint32, from, to int, inCode bool) {
		f(hash, from, to)
		if inCode {
			f(hash^codeSalt, 0, 0)
		}
	})
	s := shapeOf(p.Text)
	f(trait("length", bits.Len(uint(len(p.Text)))), 0, 0)
	f(trait("longest", bits.Len(uint(longest))), 0, 0)
	f(trait("line", bits.Len(uint(s.line))), 0, 0)
	f(trait("punct", s.punct*20/s.size), 0, 0)
	f(trait("high", bits.Len(uint(s.high*100/s.size))), 0, 0)
	f(trait("roles", int(p.Traits)), 0, 0)
	for rest := p.Traits; rest != 0; rest &= rest - 1 {
		f(trait("role", bits.TrailingZeros32(rest)), 0, 0)
	}
}

// shape is the look of a page, apart from its words.
type shape struct {
	size  int // bytes looked at, at least 1
	line  int // length of the longest line
	punct int // signs
	high  int // bytes beyond ASCII
}

func shapeOf(page []byte) (s shape) {
	page = page[:min(len(page), maxPage)]
	s.size = max(1, len(page))
	start := 0
	for i, c := range page {
		switch {
		case c == '\n':
			s.line = max(s.line, i-start)
			start = i + 1
		case c >= 0x80:
			s.high++
		case classes[c] == 0:
			s.punct++
		}
	}
	s.line = max(s.line, len(page)-start)
	return s
}
