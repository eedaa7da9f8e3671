package version

import "strings"

// compareJunos orders Junos OS releases: 21.4R3-S5.4 is train 21.4, release 3,
// service release 5, spin 4; 15.1X49-D200 is an X train with release 200. A
// service release is behind every spin of its release.
func compareJunos(a, b string) int {
	x, y := parseJunos(a), parseJunos(b)
	for i := range x.numbers {
		if i == 2 { // R, X, F, … come between train and release
			if c := compareFold(x.kind, y.kind); c != 0 {
				return c
			}
		}
		if c := compareNumbers(x.numbers[i], y.numbers[i]); c != 0 {
			return c
		}
	}
	return 0
}

// Numbers of a Junos release, in the order they count.
const (
	junosMajor = iota
	junosMinor
	junosRelease
	junosService
	junosSpin
	junosNumbers
)

type junos struct {
	kind    string
	numbers [junosNumbers]string
}

func parseJunos(s string) (v junos) {
	s = strings.TrimLeft(s, " vVJjUuNnOoSs:[")
	take := func(at int) {
		n := digits(s)
		v.numbers[at], s = s[:n], s[n:]
	}
	skip := func(c byte) bool {
		if s == "" || lower(s[0]) != c {
			return false
		}
		s = s[1:]
		return true
	}
	take(junosMajor)
	if skip('.') {
		take(junosMinor)
	}
	n := min(letters(s), 1)
	v.kind, s = s[:n], s[n:]
	take(junosRelease)
	if skip('.') {
		take(junosSpin)
	}
	if skip('-') {
		// -S5 and -D200 both number what came behind the release.
		if n := letters(s); n == 1 {
			s = s[1:]
			v.numbers[junosSpin] = ""
			take(junosService)
			if skip('.') {
				take(junosSpin)
			}
		}
	}
	return v
}
