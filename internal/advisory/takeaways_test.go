package advisory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"seawall/internal/corpus"
)

// digestFacts are the facts that the digest of AA24-190A was written from.
type digestFacts struct {
	Actor struct {
		Primary string
		Aliases []string `json:"aliases_in_document"`
		Sponsor string
		Base    string
	}
	CVEs       []struct{ ID string }
	Behaviours []struct{ T string }
	Case1      struct {
		Timeline []struct{ What string }
		Also     []string
	}
	Case2 struct {
		Timeline []struct{ What string }
		Outcome  []string
	}
	Mitigations []struct{ ID, T, Basis string }
}

func (f *digestFacts) list() []string {
	list := append([]string{f.Actor.Primary, f.Actor.Sponsor, f.Actor.Base}, f.Actor.Aliases...)
	for _, c := range f.CVEs {
		list = append(list, c.ID)
	}
	for _, b := range f.Behaviours {
		list = append(list, b.T)
	}
	for _, e := range append(f.Case1.Timeline, f.Case2.Timeline...) {
		list = append(list, e.What)
	}
	list = append(append(list, f.Case1.Also...), f.Case2.Outcome...)
	for _, m := range f.Mitigations {
		if m.Basis != "inferred" { // not in the text
			list = append(list, m.T)
		}
	}
	return list
}

func significant(text string) (words []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }) {
		if len(w) > 3 {
			words = append(words, w)
		}
	}
	return words
}

// said reports whether most of the telling words of a fact are in a text.
func said(fact, text string) bool {
	words := significant(fact)
	n := 0
	for _, w := range words {
		if strings.Contains(text, w) {
			n++
		}
	}
	return n*10 >= len(words)*7
}

func TestTakeawaysHoldTheFactsOfTheDigest(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "advisory"), "advisories")
	data, err := os.ReadFile(filepath.Join(dir, "aa24-190a.facts.json"))
	if err != nil {
		t.Fatal(err)
	}
	var facts digestFacts
	if err := json.Unmarshal(data, &facts); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "aa24-190a-digest.html"))
	if err != nil {
		t.Fatal(err)
	}
	source := strings.ToLower(strings.Join(strings.Fields(string(page)), " "))
	for _, name := range []string{"aa24-190a-digest.html", "pdf/aa24-190a-digest.chromium.pdf", "pdf/aa24-190a-digest.weasyprint.pdf", "pdf/aa24-190a-digest.libreoffice.pdf"} {
		takeaways := read(t, name).Takeaways()
		if len(takeaways) > MaxTakeaways {
			t.Errorf("%s: %d lines", name, len(takeaways))
		}
		var b strings.Builder
		for _, k := range takeaways {
			b.WriteString(strings.ToLower(k.Text) + "\n")
		}
		found, all := 0, facts.list()
		for _, fact := range all {
			if said(fact, b.String()) {
				found++
			} else {
				t.Logf("%s: not said: %s", name, fact)
			}
		}
		t.Logf("%s: %d of %d facts in %d lines", name, found, len(all), len(takeaways))
		if found*10 < len(all)*9 {
			t.Errorf("%s: %d of %d facts", name, found, len(all))
		}
		for _, k := range takeaways {
			if k.Name == "What happened" && !said(k.Text, source) {
				t.Errorf("%s: told, but not in the digest: %s", name, k.Text)
			}
		}
	}
}
