package advisory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/advisory/document"
	"seawall/internal/corpus"
)

// read reads a document of the corpus.
func read(t testing.TB, name string) *Advisory {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus.Dir(t, "advisory"), "advisories", name))
	if err != nil {
		t.Fatal(err)
	}
	d, err := document.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return Read(d)
}

// values returns what was found of a type in a role, in lower case; any role if
// none is named.
func (a *Advisory) values(kind string, roles ...Role) []string {
	var list []string
	for _, i := range a.Indicators {
		if string(i.Type) == kind && (len(roles) == 0 || slices.Contains(roles, i.Role)) {
			list = append(list, strings.ToLower(i.Value))
		}
	}
	return list
}

func (a *Advisory) inURL(domain string) bool {
	return slices.ContainsFunc(a.Indicators, func(i Indicator) bool { return i.Value == domain && i.InURL })
}

func TestIndicatorsOfTheSuppliedAdvisories(t *testing.T) {
	f := func(name, truth string) {
		t.Helper()
		a := read(t, name)
		data, err := os.ReadFile(filepath.Join(corpus.Dir(t, "advisory"), "advisories", truth))
		if err != nil {
			t.Fatal(err)
		}
		var want struct {
			IOCs     map[string][]string
			Resolver []string            `json:"dns_resolvers_dual_use"`
			MustNot  map[string][]string `json:"must_not"`
		}
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		for key, values := range want.IOCs {
			kind, _, _ := strings.Cut(key, "_")
			roles := []Role{Malicious, DualUse}
			if strings.HasSuffix(key, "_malicious") {
				roles = []Role{Malicious}
			} else if strings.HasSuffix(key, "_dual_use") {
				roles = []Role{DualUse}
			}
			got := a.values(kind, roles...)
			missing := 0
			for _, v := range values {
				if !slices.Contains(got, strings.ToLower(v)) {
					missing++
					t.Errorf("%s: %s %s is missing", name, key, v)
				}
			}
			t.Logf("%s: %s %d of %d", name, key, len(values)-missing, len(values))
			if !strings.Contains(key, "_") {
				for _, g := range a.values(kind, Malicious) {
					if kind == "domain" && a.inURL(g) {
						continue
					}
					if !slices.ContainsFunc(values, func(v string) bool { return strings.EqualFold(v, g) }) {
						t.Errorf("%s: %s %s is too much", name, key, g)
					}
				}
			}
		}
		for kind, values := range want.MustNot {
			got := a.values(kind, Malicious)
			for _, v := range values {
				v, _, _ = strings.Cut(v, " ")
				if slices.Contains(got, strings.ToLower(v)) {
					t.Errorf("%s: %s %s is called malicious", name, kind, v)
				}
			}
		}
		t.Logf("%s: malicious domains %q", name, a.values("domain", Malicious))
	}
	f("aa21-200a.txt", "aa21-200a.truth.json")
	f("aa20-302a.html", "aa20-302a.truth.json")
	f("aa20-302a.docx", "aa20-302a.truth.json")
	f("aa20-302a.pdf", "aa20-302a.truth.json")
}

// TestEveryBuildOfADocumentSaysTheSame compares the PDF builds of a digest, and
// the forms of an advisory, with the HTML they were made of.
func TestEveryBuildOfADocumentSaysTheSame(t *testing.T) {
	kinds := []string{"md5", "sha1", "sha256", "ipv4", "domain", "url", "email", "cve", "technique", "tactic"}
	f := func(want *Advisory, name string) {
		t.Helper()
		got := read(t, name)
		for _, kind := range kinds {
			for _, role := range []Role{Malicious, DualUse} {
				if diff := cmp.Diff(want.values(kind, role), got.values(kind, role)); diff != "" {
					t.Errorf("%s: %s %s (-HTML +this)\n%s", name, role, kind, diff)
				}
			}
		}
	}
	digest := read(t, "aa24-190a-digest.html")
	builds, err := filepath.Glob(filepath.Join(corpus.Dir(t, "advisory"), "advisories", "pdf", "*.pdf"))
	if err != nil || len(builds) == 0 {
		t.Fatal("no builds", err)
	}
	for _, b := range builds {
		f(digest, filepath.Join("pdf", filepath.Base(b)))
	}
	page := read(t, "aa20-302a.html")
	f(page, "aa20-302a.docx")
	f(page, "aa20-302a.pdf")
}
