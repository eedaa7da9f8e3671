package sigma

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"seawall/record"
)

// A record that is like another in all fields that rules name is still searched
// for keywords, and told from one that differs in a field or in what a field is.
func TestWhatIsRememberedOfARecordHoldsForItsLikesOnly(t *testing.T) {
	rules := ruleText("a: {Image|endswith: '\\a.exe'}\nb: [sekurlsa]\ncondition: a and b") + "---\n" +
		strings.Replace(ruleText("a: {Image|endswith: '\\a.exe'}\nf: {User: eve}\nn: {User: null}\ncondition: a and not f and not n"), "id: t", "id: u", 1)
	m := Compile(parseRules(t, rules), Options{}).NewMatcher()
	plain := sysmon(1, `Image=C:\a.exe`, "User=adam", "CommandLine=a")
	f := func(rec *record.Record, want int) {
		t.Helper()
		for range 2 {
			if hits := m.Match(rec); len(hits) != want {
				t.Errorf("hits %q, want %d", hitNames(hits), want)
			}
			if hits := m.Match(plain); len(hits) != 1 {
				t.Errorf("hits of the plain record %q, want 1", hitNames(hits))
			}
		}
	}
	f(sysmon(1, `Image=C:\a.exe`, "User=adam", "CommandLine=a SEKURLSA::x"), 2)
	f(sysmon(1, `Image=C:\a.exe`, "User=eve", "CommandLine=a sekurlsa::x"), 1)
	f(sysmon(1, `Image=C:\a.exe`, "User=eve", "CommandLine=a"), 0)
	f(sysmon(1, `Image=C:\a.exeadam`, "User=", "CommandLine=a"), 0)
	f(sysmon(1, `Image=C:\a.exe`, "User="+strings.Repeat("x", 2*maxMemoKey), "CommandLine=a"), 1)
	null := sysmon(1, `Image=C:\a.exe`, "User=", "CommandLine=a")
	null.Values[null.Schema.Lookup("User")[0]] = record.Value{}
	f(null, 0)
}

// Where a skipper says that no literal is in a text, there is none.
func TestSkippingOverlooksNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[ab:]{5,9}`)
		literals := rapid.SliceOfNDistinct(word, 1, 4, rapid.ID).Draw(t, "literals")
		text := rapid.StringMatching(`[abAB:x]{0,40}`).Draw(t, "text")
		if at := rapid.IntRange(-1, len(text)).Draw(t, "at"); at >= 0 {
			text = text[:at] + rapid.SampledFrom(literals).Draw(t, "literal") + text[at:]
		}
		a := newAutomaton(literals)
		if a.skip == nil {
			t.Fatal("no skipper")
		}
		contained := false
		for _, lit := range literals {
			contained = contained || strings.Contains(strings.ToLower(text), lit)
		}
		for _, v := range []record.Value{{Kind: record.Text, Raw: []byte(text)}, utf16Value(text)} {
			if a.lacks(&v) && contained {
				t.Fatalf("%q is said to have none of %q", text, literals)
			}
		}
	})
	f := func(v record.Value, want bool) {
		t.Helper()
		if a := newAutomaton([]string{"sekurlsa", "kerberos"}); a.lacks(&v) != want {
			t.Errorf("lacks %q: %v", v.Raw, !want)
		}
	}
	f(utf16Value("nothing of this kind"), true)
	f(utf16Value("nothing of this \u212aind"), false) // a sign that is k without case
	f(record.Value{Kind: record.Text, Raw: []byte("nothing of this kind")}, true)
	f(record.Value{Kind: record.Text, Raw: []byte("\u212aerberos")}, false)
	f(record.Value{}, true)
	f(uintValue(7), true)
}
