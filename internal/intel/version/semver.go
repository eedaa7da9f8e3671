package version

import (
	"cmp"
	"strings"
)

// compareSemver follows Semantic Versioning 2.0, section 11. It takes a "v" or
// "=" in front and any number of numbers, as versions in the wild have them.
// Go's pseudo-versions and "+incompatible" need nothing more.
func compareSemver(a, b string) int {
	coreA, preA := splitSemver(a)
	coreB, preB := splitSemver(b)
	if c := compareCore(coreA, coreB); c != 0 {
		return c
	}
	return comparePrerelease(preA, preB, strings.Compare)
}

// compareNuGet is Semantic Versioning with a fourth number and labels without
// regard to case.
func compareNuGet(a, b string) int {
	coreA, preA := splitSemver(a)
	coreB, preB := splitSemver(b)
	if c := compareCore(coreA, coreB); c != 0 {
		return c
	}
	return comparePrerelease(preA, preB, compareFold)
}

// splitSemver cuts off build metadata and returns what is before and behind
// the first hyphen.
func splitSemver(s string) (core, pre string) {
	s = strings.TrimLeft(s, "vV= ")
	if at := strings.IndexByte(s, '+'); at >= 0 {
		s = s[:at]
	}
	for i := range len(s) {
		if s[i] == '-' {
			return s[:i], s[i+1:]
		}
		if !isDigit(s[i]) && s[i] != '.' { // "1.2.3beta"
			return s[:i], s[i:]
		}
	}
	return s, ""
}

func compareCore(a, b string) int {
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if c := compareNumbers(x, y); c != 0 {
			return c
		}
	}
	return 0
}

// comparePrerelease: none is the latest; numbers come before texts; more
// fields are later.
func comparePrerelease(a, b string, texts func(a, b string) int) int {
	if a == "" || b == "" {
		return order(a == "", b == "")
	}
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		numberX, numberY := x != "" && digits(x) == len(x), y != "" && digits(y) == len(y)
		c := 0
		switch {
		case numberX && numberY:
			c = compareNumbers(x, y)
		case numberX != numberY:
			c = order(!numberX, !numberY)
		default:
			c = texts(x, y)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(min(len(a), 1), min(len(b), 1))
}
