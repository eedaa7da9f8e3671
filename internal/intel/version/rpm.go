package version

import (
	"cmp"
	"strings"
)

// compareRPM compares [epoch:]version[-release] as rpm does. A missing epoch
// counts as 0 here; whether an advisory that names one may be compared with a
// list that omits them is for the matcher to judge: see [HasEpoch].
func compareRPM(a, b string) int {
	epochA, a := debEpoch(a)
	epochB, b := debEpoch(b)
	if c := compareNumbers(epochA, epochB); c != 0 {
		return c
	}
	versionA, releaseA := debRevision(a)
	versionB, releaseB := debRevision(b)
	if c := compareRPMPart(versionA, versionB); c != 0 {
		return c
	}
	return compareRPMPart(releaseA, releaseB)
}

// HasEpoch reports whether a deb or rpm version names its epoch.
func HasEpoch(v string) bool {
	epoch, _ := debEpoch(v)
	return epoch != ""
}

// compareRPMPart is rpmvercmp: runs of digits or letters, with '~' before and
// '^' behind the end, all else only separating.
func compareRPMPart(a, b string) int {
	for a != "" || b != "" {
		a, b = skipRPM(a), skipRPM(b)
		if tildeA, tildeB := strings.HasPrefix(a, "~"), strings.HasPrefix(b, "~"); tildeA || tildeB {
			if !tildeA || !tildeB {
				return order(tildeB, tildeA)
			}
			a, b = a[1:], b[1:]
			continue
		}
		if caretA, caretB := strings.HasPrefix(a, "^"), strings.HasPrefix(b, "^"); caretA || caretB {
			switch {
			case a == "":
				return -1
			case b == "":
				return 1
			case !caretA:
				return 1
			case !caretB:
				return -1
			}
			a, b = a[1:], b[1:]
			continue
		}
		if a == "" || b == "" {
			break
		}
		if isDigit(a[0]) != isDigit(b[0]) {
			return order(isDigit(a[0]), isDigit(b[0]))
		}
		n, m, c := 0, 0, 0
		if isDigit(a[0]) {
			n, m = digits(a), digits(b)
			c = compareNumbers(a[:n], b[:m])
		} else {
			n, m = letters(a), letters(b)
			c = strings.Compare(a[:n], b[:m])
		}
		if c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
	}
	return cmp.Compare(min(len(a), 1), min(len(b), 1))
}

// skipRPM drops what separates the runs of a version.
func skipRPM(s string) string {
	for s != "" && !isDigit(s[0]) && !isLetter(s[0]) && s[0] != '~' && s[0] != '^' {
		s = s[1:]
	}
	return s
}

// order puts what is first ahead: 1 if only a is, -1 if only b is.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
