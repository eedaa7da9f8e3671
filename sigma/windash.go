package sigma

import (
	"unicode"
	"unicode/utf8"
)

// The characters Windows programs take as the start of a flag (modifiers
// appendix 2.1, windash): hyphen, slash, en dash, em dash, horizontal bar.
func isDash(r rune) bool {
	return r == '-' || r == '/' || r == '–' || r == '—' || r == '―'
}

// dashSize is the size of the dash that b starts with, 0 if it does not.
func dashSize(b []byte) int {
	if r, size := utf8.DecodeRune(b); isDash(r) {
		return size
	}
	return 0
}

func lastDashSize(b []byte) int {
	if r, size := utf8.DecodeLastRune(b); isDash(r) {
		return size
	}
	return 0
}

// windash makes every dash that starts a flag stand for any of the dashes. A
// dash starts a flag if a word follows it and none ends before it, which is
// what other implementations take as well. The modifier is defined as all
// permutations of the dashes; a character class accepts exactly those, without
// their number.
func (p pattern) windash() pattern {
	var out pattern
	before := rune(-1)
	for i, q := range p {
		if q.kind != partText {
			out = out.add(q)
			before = -1
			continue
		}
		from := 0
		for at, r := range q.text {
			next := at + utf8.RuneLen(r)
			if isDash(r) && !isWord(before) && startsWord(q.text[next:], p[i+1:]) {
				out = out.concat(textPart(q.text[from:at]), part{kind: partDash})
				from = next
			}
			before = r
		}
		out = out.add(textPart(q.text[from:]))
	}
	return out
}

func startsWord(rest string, following pattern) bool {
	if rest == "" {
		return len(following) > 0 && following[0].kind == partAny
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return isWord(r)
}

func isWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
