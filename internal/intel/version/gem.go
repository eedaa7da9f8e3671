package version

import "strings"

// compareGem follows Gem::Version: numbers and texts in turn, a text before
// any number, zeros that end the numbers before a text or the whole left out.
func compareGem(a, b string) int {
	for {
		var x, y string
		x, a = gemCanonical(a)
		y, b = gemCanonical(b)
		if x == "" && y == "" {
			return 0
		}
		textX, textY := x != "" && !isDigit(x[0]), y != "" && !isDigit(y[0])
		c := 0
		switch {
		case textX && textY:
			c = strings.Compare(x, y)
		case textX != textY:
			c = order(textY, textX)
		default:
			c = compareNumbers(x, y)
		}
		if c != 0 {
			return c
		}
	}
}

// gemCanonical returns the first segment that counts, "" at the end.
func gemCanonical(s string) (segment, rest string) {
	segment, rest = gemSegment(s)
	if segment == "" || trimZeros(segment) != "" {
		return segment, rest
	}
	for ahead := rest; ; {
		next, behind := gemSegment(ahead)
		switch {
		case next == "" || !isDigit(next[0]):
			return next, behind
		case trimZeros(next) != "":
			return segment, rest
		}
		ahead = behind
	}
}

// gemSegment returns the first number or text of s; a hyphen is the text
// "pre".
func gemSegment(s string) (segment, rest string) {
	for i := range len(s) {
		switch {
		case s[i] == '-':
			return "pre", s[i+1:]
		case isDigit(s[i]):
			n := digits(s[i:])
			return s[i : i+n], s[i+n:]
		case isLetter(s[i]):
			n := letters(s[i:])
			return s[i : i+n], s[i+n:]
		}
	}
	return "", ""
}
