package literal

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func has(x *Index, text string, pattern int) bool {
	return x.Candidates(text, nil)[pattern/64]&(1<<(pattern%64)) != 0
}

func TestNoPatternIsLost(t *testing.T) {
	x := New([][]string{{"openssh", "dropbear"}, {"ssh"}, nil, {"he"}, {"she"}, {"hers"}, {"café"}})
	f := func(text string, want ...int) {
		t.Helper()
		for p := range 7 {
			wanted := p == 2 // of which no text is known
			for _, w := range want {
				wanted = wanted || w == p
			}
			if wanted && !has(x, text, p) {
				t.Errorf("%q: pattern %d is lost", text, p)
			}
			if !wanted && p != 6 && has(x, text, p) {
				t.Errorf("%q: pattern %d is named", text, p)
			}
		}
	}
	f("")
	f("SSH-2.0-OpenSSH_9.2", 0, 1)
	f("dropbear", 0)
	f("ushers", 3, 4, 5)
	f("nothing of t e kind")
	f("café", 6)
}

func TestEachTellsWhereTextsEnd(t *testing.T) {
	x := New([][]string{{"he"}, {"she"}, {"hers"}})
	var got []string
	x.Each("uShErs, he", func(pattern, end int) { got = append(got, fmt.Sprint(pattern, "@", end)) })
	slices.Sort(got)
	if want := []string{"0@10", "0@4", "1@4", "2@6"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzCandidates(f *testing.F) {
	f.Add("ab", "b", "xabx")
	f.Fuzz(func(t *testing.T, a, b, text string) {
		x := New([][]string{{strings.ToLower(a)}, {strings.ToLower(b)}})
		for p, needle := range []string{a, b} {
			if needle != "" && strings.Contains(strings.ToLower(text), strings.ToLower(needle)) && isASCII(needle) && isASCII(text) && !has(x, text, p) {
				t.Errorf("%q in %q is lost", needle, text)
			}
		}
	})
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
