package advisory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/advisory/document"
	"seawall/internal/corpus"
)

func TestRulesAreTakenVerbatim(t *testing.T) {
	yara := "rule web_shell : tag {\n  strings:\n    $a = \"}\"\n    $b = { 01 02 }\n    $c = /a}b/ // }\n  condition:\n    any of them\n}"
	sigma := "title: A rule\nlogsource:\n  product: windows\ndetection:\n  a:\n    Image: x\n  condition: a"
	snort := `alert tcp any any -> $HOME_NET 80 (msg:"A; (b)"; content:"x"; sid:1000001; rev:1;)`
	d, err := document.Read("a.md", []byte("# Rules\n\n```\n"+yara+"\n```\n\n```\n"+sigma+"\n```\n\n"+snort+"\n\nThe rule of law { is } no rule.\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range Read(d).Rules {
		got[r.Language+" "+r.Name] = r.Text
		if r.Problem != "" {
			t.Errorf("%s: %s", r.Name, r.Problem)
		}
	}
	for name, want := range map[string]string{"YARA web_shell": yara, "Sigma A rule": sigma, "Snort A; (b)": snort} {
		if got[name] != want {
			t.Errorf("%s: got %q", name, got[name])
		}
	}
	if len(got) != 3 {
		t.Errorf("%d rules: %q", len(got), got)
	}
}

func TestRulesOfTheSuppliedAdvisory(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpus.Dir(t, "advisory"), "advisories", "aa20-302a.truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth struct {
		Rules []string `json:"yara_rules_embedded"`
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	slices.Sort(truth.Rules)
	for _, name := range []string{"aa20-302a.html", "aa20-302a.docx", "aa20-302a.pdf"} {
		var got, broken []string
		for _, r := range read(t, name).Rules {
			got = append(got, r.Name)
			if r.Problem != "" {
				broken = append(broken, r.Name)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, truth.Rules) || broken != nil {
			t.Errorf("%s: %q, not whole %q", name, got, broken)
		}
		t.Logf("%s: %d of %d rules: %s", name, len(got), len(truth.Rules), strings.Join(got, ", "))
	}
}
