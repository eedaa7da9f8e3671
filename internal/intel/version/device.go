package version

import (
	"cmp"
	"strings"
)

// compareDevice orders what vendors of devices and programs print. A version
// is a list of parts, which blanks and hyphens separate; a part is a list of
// numbers and words. Words that only introduce a number (build, update, patch)
// are left out, and what a list lacks counts as 0, so that 6.23 is 6.23.0.
// Words such as alpha, beta and rc come before the number's release, other
// words are later builds (9.2p1, 17.9.4a, 10.2.9-h1).
func compareDevice(s Scheme, a, b string) int {
	x, y := newDeviceReader(s, a), newDeviceReader(s, b)
	for {
		t, u := x.token(), y.token()
		if t.kind == endToken && u.kind == endToken {
			moreX, moreY := x.nextPart(), y.nextPart()
			if !moreX && !moreY {
				return 0
			}
			continue
		}
		if c := t.compare(u); c != 0 {
			return c
		}
	}
}

// The kinds of tokens in their order. The end of a part is the number 0.
const (
	earlyToken = iota // alpha, beta, rc: before the release
	endToken
	wordToken
	numberToken
)

type deviceToken struct {
	kind int
	text string
}

func (t deviceToken) compare(u deviceToken) int {
	x, y := t.kind, u.kind
	if x == numberToken && trimZeros(t.text) == "" {
		x = endToken
	}
	if y == numberToken && trimZeros(u.text) == "" {
		y = endToken
	}
	switch {
	case x != y:
		return cmp.Compare(x, y)
	case x == numberToken:
		return compareNumbers(t.text, u.text)
	case x == endToken:
		return 0
	}
	return compareFold(t.text, u.text)
}

// deviceReader reads the tokens of a version part by part.
type deviceReader struct {
	scheme Scheme
	rest   string
	begun  bool // the first number was read
	packed bool // numbers of one digit are written without points: ESXi80
}

func newDeviceReader(s Scheme, v string) deviceReader {
	for v != "" && !isDigit(v[0]) {
		v = v[1:]
	}
	if at := strings.IndexByte(v, ','); at >= 0 { // v7.2.6,build1575,231025
		v = v[:at]
	}
	r := deviceReader{scheme: s, rest: v}
	if n := digits(v); s == VMware && n > 1 && n < 4 && (n == len(v) || v[n] != '.') {
		r.packed = true
	}
	return r
}

// What a character of a version does.
const (
	joins = iota // numbers and words of one part
	parts
	ends
)

func (r *deviceReader) role(c byte) int {
	switch c {
	case '.':
		return joins
	case '(':
		switch r.scheme {
		case Cisco:
			return joins
		case ZLD, NetScaler:
			return parts
		}
		return ends
	case ')':
		if r.scheme == Cisco {
			return joins
		}
	case ' ':
		if r.scheme == VMware { // 7.0 Update 3
			return joins
		}
	}
	return parts
}

// token returns the next token of the current part; its kind is endToken at
// the end.
func (r *deviceReader) token() deviceToken {
	for r.rest != "" {
		c := r.rest[0]
		if isDigit(c) {
			return deviceToken{numberToken, r.number()}
		}
		if isLetter(c) {
			n := letters(r.rest)
			word := r.rest[:n]
			r.rest = r.rest[n:]
			if r.introduces(word) {
				continue
			}
			if r.early(word) {
				return deviceToken{earlyToken, word}
			}
			return deviceToken{wordToken, word}
		}
		switch r.role(c) {
		case ends:
			r.rest = ""
		case parts:
			return deviceToken{kind: endToken}
		default:
			r.rest = r.rest[1:]
		}
	}
	return deviceToken{kind: endToken}
}

func (r *deviceReader) number() string {
	n := digits(r.rest)
	if r.packed {
		n = 1
		r.packed = len(r.rest) > 1 && isDigit(r.rest[1])
	}
	number := r.rest[:n]
	r.rest = r.rest[n:]
	if !r.begun {
		r.begun = true
		if r.scheme == MOVEit {
			return moveitMajor(number)
		}
	}
	return number
}

// nextPart skips what separates two parts; it reports whether there is more.
// Parts that hold nothing but introducing words are no parts.
func (r *deviceReader) nextPart() bool {
	for r.rest != "" {
		c := r.rest[0]
		if isDigit(c) {
			return true
		}
		if !isLetter(c) {
			r.rest = r.rest[1:]
			if r.role(c) == ends {
				r.rest = ""
			}
			continue
		}
		n := letters(r.rest)
		if !r.introduces(r.rest[:n]) {
			return true
		}
		r.rest = r.rest[n:]
	}
	return false
}

// introduces reports whether a word says nothing about order.
func (r *deviceReader) introduces(word string) bool {
	switch r.scheme {
	case SonicOS: // the letter tells the line of devices
		if len(word) == 1 {
			return true
		}
	case ZLD: // (ABUH.1): the letters tell the model
		return !r.early(word)
	case NetScaler:
		if equalFold(word, "nc") || equalFold(word, "cl") || equalFold(word, "fips") || equalFold(word, "ndcpp") {
			return true
		}
	case VMware:
		if equalFold(word, "u") {
			return true
		}
	}
	return listed(word, introducing[:])
}

// early reports whether a word in front of what is left marks a version before
// the release. In Cisco's versions no word does (12.1(22)EA14, 16.5.1b), and
// one letter does only with a number behind it.
func (r *deviceReader) early(word string) bool {
	if r.scheme == Cisco || len(word) == 1 && (r.rest == "" || !isDigit(r.rest[0])) {
		return false
	}
	return listed(word, earlyWords[:])
}

func listed(word string, words []string) bool {
	for _, w := range words {
		if equalFold(w, word) {
			return true
		}
	}
	return false
}

var introducing = [...]string{
	"build", "version", "ver", "v", "update", "upd", "patch", "take", "jumbo", "hotfix", "jhf", "release", "revision", "cu",
}

var earlyWords = [...]string{"alpha", "beta", "rc", "pre", "preview", "dev", "snapshot", "m", "ea", "cr", "b"}

// moveitMajor turns the year of a MOVEit Transfer version into its number.
func moveitMajor(year string) string {
	const first = 2018
	numbers := [...]string{"10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20"}
	if len(year) != 4 || year[:2] != "20" {
		return year
	}
	at := int(year[2]-'0')*10 + int(year[3]-'0') - (first - 2000)
	if at < 0 || at >= len(numbers) {
		return year
	}
	return numbers[at]
}
