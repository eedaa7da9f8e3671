package version

import (
	"cmp"
	"strings"
)

// compareAPK follows apk-tools: numbers, one letter, suffixes such as _rc1 or
// _p1, and the package revision -r1.
func compareAPK(a, b string) int {
	for first := true; ; first = false {
		x, restA, numberA := apkNumber(a, first)
		y, restB, numberB := apkNumber(b, first)
		if !numberA || !numberB {
			if numberA != numberB {
				// What goes on with a number is later, whatever else follows.
				return order(numberA, numberB)
			}
			break
		}
		if c := compareAPKNumbers(x, y, first); c != 0 {
			return c
		}
		a, b = restA, restB
	}
	letterA, a := apkLetter(a)
	letterB, b := apkLetter(b)
	if letterA != letterB {
		return cmp.Compare(letterA, letterB)
	}
	return compareAPKSuffixes(a, b)
}

func apkNumber(s string, first bool) (number, rest string, ok bool) {
	if !first {
		if s == "" || s[0] != '.' {
			return "", s, false
		}
		s = s[1:]
	}
	n := digits(s)
	return s[:n], s[n:], n > 0
}

// compareAPKNumbers: behind a point, numbers with a zero in front are
// fractions.
func compareAPKNumbers(a, b string, first bool) int {
	if !first && (a[0] == '0' || b[0] == '0') {
		return strings.Compare(strings.TrimRight(a, "0"), strings.TrimRight(b, "0"))
	}
	return compareNumbers(a, b)
}

func apkLetter(s string) (letter byte, rest string) {
	if s != "" && isLetter(s[0]) {
		return lower(s[0]), s[1:]
	}
	return 0, s
}

func compareAPKSuffixes(a, b string) int {
	for {
		rankA, numberA, restA := apkSuffix(a)
		rankB, numberB, restB := apkSuffix(b)
		if rankA != rankB {
			return cmp.Compare(rankA, rankB)
		}
		if c := compareNumbers(numberA, numberB); c != 0 {
			return c
		}
		if rankA == 0 {
			break
		}
		a, b = restA, restB
	}
	return compareNumbers(apkRevision(a), apkRevision(b))
}

var apkSuffixes = [...]struct {
	name string
	rank int
}{
	{"_alpha", -4}, {"_beta", -3}, {"_pre", -2}, {"_rc", -1},
	{"_cvs", 1}, {"_svn", 2}, {"_git", 3}, {"_hg", 4}, {"_p", 5},
}

// apkSuffix returns the rank of the suffix that s begins with, 0 if there is
// none.
func apkSuffix(s string) (rank int, number, rest string) {
	if s == "" || s[0] != '_' {
		return 0, "", s
	}
	for _, suffix := range apkSuffixes {
		if behind, ok := strings.CutPrefix(s, suffix.name); ok {
			n := digits(behind)
			return suffix.rank, behind[:n], behind[n:]
		}
	}
	return 0, "", s
}

func apkRevision(s string) string {
	at := strings.LastIndex(s, "-r")
	if at < 0 {
		return ""
	}
	s = s[at+2:]
	return s[:digits(s)]
}
