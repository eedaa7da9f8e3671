package sigma

import (
	"regexp/syntax"
	"unicode/utf8"
)

// runLength recognises expressions like ".{1000,}", which rules use to find
// long values and which cost the general engine a state per character. lines
// says that a run ends at a line break.
func runLength(tree *syntax.Regexp) (n int, lines, ok bool) {
	for tree.Op == syntax.OpCapture {
		tree = tree.Sub[0]
	}
	if tree.Op != syntax.OpRepeat || tree.Min < 1 || tree.Max >= 0 {
		return 0, false, false
	}
	switch tree.Sub[0].Op {
	case syntax.OpAnyChar:
		return tree.Min, false, true
	case syntax.OpAnyCharNotNL:
		return tree.Min, true, true
	}
	return 0, false, false
}

// hasRun reports whether b has n characters in a row, in one line if so asked.
func hasRun(b []byte, n int, lines bool) bool {
	if len(b) < n {
		return false
	}
	run := 0
	for len(b) > 0 && run < n {
		r, size := utf8.DecodeRune(b)
		b = b[size:]
		run++
		if lines && r == '\n' {
			run = 0
		}
	}
	return run >= n
}
