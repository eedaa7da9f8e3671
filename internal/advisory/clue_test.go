package advisory

import (
	"slices"
	"testing"
)

// TestNamesThatAreNumbersAreAllFound compares the fast path with the expression.
func TestNamesThatAreNumbersAreAllFound(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		var got []string
		numberedNames(text, func(at span) { got = append(got, text[at.start:at.end]) })
		if plain := numbered.FindAllString(text, -1); !slices.Equal(got, plain) || !slices.Equal(got, want) {
			t.Errorf("%s: %q, by the expression %q, want %q", text, got, plain, want)
		}
	}
	f("APT40 and APT 41, UNC1151, Storm-0558; TA505 (FIN7)", "APT40", "APT 41", "UNC1151", "Storm-0558", "TA505", "FIN7")
	f("APT-C-36, DEV-0537, TGR-STA-1030, CL-STA-0237, ITG08, ATK40, UAC-0010", "APT-C-36", "DEV-0537", "TGR-STA-1030", "CL-STA-0237", "ITG08", "ATK40", "UAC-0010")
	f("T1059, CVE-2021-44228, SHA256, MP3, adaptor 4, xAPT40, APT40x, Storm 0558, A1B2C3")
}

func TestCluesStandWhereTheySay(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		var got []string
		for _, h := range clues().find(nil, text) {
			got = append(got, text[h.start:h.end])
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	f("NTDSUtil and Log4Shell", "Log4Shell", "NTDSUtil")
	f("a group tracked as X", "tracked as ")
	f("nothing")
}
