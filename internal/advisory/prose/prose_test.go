package prose

import (
	"slices"
	"strings"
	"testing"
)

func TestSentencesAreToldAsTheyAreMeant(t *testing.T) {
	m := Load()
	if m == nil {
		t.Fatal("the embedded model is damaged")
	}
	f := func(sentence, want string) {
		t.Helper()
		var got []string
		var scratch Scratch
		for _, s := range m.Scores(nil, sentence, &scratch) {
			got = append(got, Classes[s.Class])
		}
		if want == "" && got != nil || want != "" && !slices.Contains(got, want) {
			t.Errorf("%s: got %q, want %s", sentence, got, want)
		}
	}
	f("The malware creates a scheduled task to run every hour.", "T1053.005")
	f("It collects the system information, such as the computer name and the version of the operating system.", "T1082")
	f("The victim opened a malicious attachment of a spearphishing email.", "T1566.001")
	f("The ransomware encrypts files with AES and RSA.", "")
	f("", "")
}

func TestTheModelIsSmall(t *testing.T) {
	if n := len(embedded); n > 2_500_000 {
		t.Errorf("%d bytes", n)
	}
}

func TestADamagedModelIsNoModel(t *testing.T) {
	for n := range 200 {
		if _, err := decode(embedded[:n*len(embedded)/200]); err == nil {
			t.Fatalf("%d bytes taken for a model", n*len(embedded)/200)
		}
	}
}

func TestSentencesOfWrappedText(t *testing.T) {
	var got []string
	for _, s := range Sentences("One goes\nover lines. Two, e.g. this.\n\nThree") {
		got = append(got, strings.Join(strings.Fields(s), " "))
	}
	if want := []string{"One goes over lines.", "Two, e.g. this.", "Three"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func FuzzScores(f *testing.F) {
	f.Add("The actor used PowerShell to download a file.")
	f.Fuzz(func(t *testing.T, sentence string) {
		var scratch Scratch
		if m := Load(); m != nil {
			m.Scores(nil, sentence, &scratch)
		}
		end := 0
		for at, s := range Sentences(sentence) {
			if at < end || sentence[at:at+len(s)] != s {
				t.Fatal("sentences overlap")
			}
			end = at + len(s)
		}
	})
}
