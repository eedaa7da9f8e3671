package fingerprint

import (
	"regexp/syntax"
	"strings"
)

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
