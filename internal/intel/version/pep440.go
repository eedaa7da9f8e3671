package version

import (
	"cmp"
	"strings"
)

// comparePEP440 follows PEP 440. What is no such version comes before all that
// are, as setuptools had it.
func comparePEP440(a, b string) int {
	x, okA := parsePEP440(a)
	y, okB := parsePEP440(b)
	if !okA || !okB {
		if okA != okB {
			return order(okA, okB)
		}
		return compareDevice(Dotted, a, b)
	}
	if c := compareNumbers(x.epoch, y.epoch); c != 0 {
		return c
	}
	if c := compareCore(x.release, y.release); c != 0 {
		return c
	}
	if c := cmp.Compare(x.preRank(), y.preRank()); c != 0 {
		return c
	}
	if c := compareNumbers(x.preNumber, y.preNumber); c != 0 {
		return c
	}
	if c := compareOptional(x.post, x.hasPost, y.post, y.hasPost); c != 0 {
		return c
	}
	if x.hasDev != y.hasDev {
		return order(!x.hasDev, !y.hasDev)
	}
	if c := compareNumbers(x.dev, y.dev); c != 0 {
		return c
	}
	return compareLocal(x.local, y.local)
}

func compareOptional(a string, hasA bool, b string, hasB bool) int {
	if hasA != hasB {
		return order(hasA, hasB)
	}
	return compareNumbers(a, b)
}

type pep440 struct {
	epoch, release, preNumber, post, dev, local string
	pre                                         int // 0 none, else alpha, beta, candidate
	hasPost, hasDev                             bool
}

// preRank orders development releases before pre-releases before the rest.
func (p *pep440) preRank() int {
	switch {
	case p.pre != 0:
		return p.pre
	case p.hasDev && !p.hasPost:
		return 0
	}
	return 9
}

func parsePEP440(s string) (p pep440, ok bool) {
	s = strings.TrimSpace(s)
	if s != "" && lower(s[0]) == 'v' {
		s = s[1:]
	}
	if n := digits(s); n > 0 && n < len(s) && s[n] == '!' {
		p.epoch, s = s[:n], s[n+1:]
	}
	n := digits(s)
	if n == 0 {
		return p, false
	}
	for n+1 < len(s) && s[n] == '.' && isDigit(s[n+1]) {
		n += 1 + digits(s[n+1:])
	}
	p.release, s = s[:n], s[n:]
	s, p.local, _ = strings.Cut(s, "+")
	if rank, number, rest := pepLabel(s, pepPre[:]); rank != 0 {
		p.pre, p.preNumber, s = rank, number, rest
	}
	if rank, number, rest := pepLabel(s, pepPost[:]); rank != 0 {
		p.hasPost, p.post, s = true, number, rest
	} else if len(s) > 1 && s[0] == '-' && isDigit(s[1]) { // 1.0-1 is 1.0.post1
		n := digits(s[1:])
		p.hasPost, p.post, s = true, s[1:1+n], s[1+n:]
	}
	if rank, number, rest := pepLabel(s, pepDev[:]); rank != 0 {
		p.hasDev, p.dev, s = true, number, rest
	}
	return p, s == ""
}

type pepName struct {
	name string
	rank int
}

// The labels of PEP 440, longer names before those they begin with.
var (
	pepPre = [...]pepName{
		{"alpha", 1}, {"a", 1}, {"beta", 2}, {"b", 2}, {"preview", 3}, {"pre", 3}, {"rc", 3}, {"c", 3},
	}
	pepPost = [...]pepName{{"post", 1}, {"rev", 1}, {"r", 1}}
	pepDev  = [...]pepName{{"dev", 1}}
)

// pepLabel reads a label with an optional separator before it and behind it.
func pepLabel(s string, labels []pepName) (rank int, number, rest string) {
	at := pepSeparator(s)
	for _, l := range labels {
		if len(s) < at+len(l.name) || !equalFold(s[at:at+len(l.name)], l.name) {
			continue
		}
		rest = s[at+len(l.name):]
		skip := pepSeparator(rest)
		if n := digits(rest[skip:]); n > 0 {
			return l.rank, rest[skip : skip+n], rest[skip+n:]
		}
		return l.rank, "", rest
	}
	return 0, "", s
}

func pepSeparator(s string) int {
	if s != "" && strings.IndexByte(".-_", s[0]) >= 0 {
		return 1
	}
	return 0
}

// compareLocal compares local version labels: none first, numbers behind texts.
func compareLocal(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a = pepField(a)
		y, b = pepField(b)
		numberX, numberY := digits(x) == len(x), digits(y) == len(y)
		c := 0
		switch {
		case numberX && numberY:
			c = compareNumbers(x, y)
		case numberX != numberY:
			c = order(numberX, numberY)
		default:
			c = compareFold(x, y)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(min(len(a), 1), min(len(b), 1))
}

func pepField(s string) (field, rest string) {
	if at := strings.IndexAny(s, ".-_"); at >= 0 {
		return s[:at], s[at+1:]
	}
	return s, ""
}
