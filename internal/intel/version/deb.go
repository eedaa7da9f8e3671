package version

import (
	"cmp"
	"strings"
)

// compareDeb follows deb-version(7): epoch, upstream version, revision.
func compareDeb(a, b string) int {
	epochA, a := debEpoch(a)
	epochB, b := debEpoch(b)
	if c := compareNumbers(epochA, epochB); c != 0 {
		return c
	}
	upstreamA, revisionA := debRevision(a)
	upstreamB, revisionB := debRevision(b)
	if c := compareDebPart(upstreamA, upstreamB); c != 0 {
		return c
	}
	return compareDebPart(revisionA, revisionB)
}

func debEpoch(s string) (epoch, rest string) {
	if n := digits(s); n > 0 && n < len(s) && s[n] == ':' {
		return s[:n], s[n+1:]
	}
	return "", s
}

func debRevision(s string) (upstream, revision string) {
	if at := strings.LastIndexByte(s, '-'); at >= 0 {
		return s[:at], s[at+1:]
	}
	return s, ""
}

// compareDebPart compares runs of other characters and runs of digits in turn.
func compareDebPart(a, b string) int {
	for a != "" || b != "" {
		for a != "" && !isDigit(a[0]) || b != "" && !isDigit(b[0]) {
			x, y := debRank(a), debRank(b)
			if x != y {
				return cmp.Compare(x, y)
			}
			a, b = a[1:], b[1:]
		}
		n, m := digits(a), digits(b)
		if c := compareNumbers(a[:n], b[:m]); c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
	}
	return 0
}

// debRank orders characters: '~' before the end, digits like the end, letters
// before everything else.
func debRank(s string) int {
	switch {
	case s == "" || isDigit(s[0]):
		return 0
	case s[0] == '~':
		return -1
	case isLetter(s[0]):
		return int(s[0])
	}
	return int(s[0]) + 256
}
