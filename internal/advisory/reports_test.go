package advisory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/advisory/document"
	"seawall/internal/attack"
	"seawall/internal/corpus"
)

// report is an annotated report of the corpus.
type report struct {
	name     string
	advisory *Advisory
	labels   []label
}

type label struct {
	Type      string
	Mention   string
	Name      string
	Technique string
}

func reports(t *testing.T, folder string) []report {
	t.Helper()
	dir := filepath.Join(corpus.Dir(t, "advisory"), folder)
	files, err := filepath.Glob(filepath.Join(dir, "*.labels.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no reports in %s: %v", dir, err)
	}
	var list []report
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var labels struct{ Annotations []label }
		if err := json.Unmarshal(data, &labels); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		name := strings.TrimSuffix(file, ".labels.json") + ".txt"
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := document.Read(filepath.Base(name), text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, report{filepath.Base(name), Read(d), labels.Annotations})
	}
	return list
}

// named is something found or labelled, by all of its names.
type named []string

func (n named) shares(m named) bool {
	return slices.ContainsFunc(n, func(s string) bool { return slices.Contains(m, s) })
}

// score counts what was found of what is labelled: two things are the same if
// they share a name.
type score struct{ right, found, hit, labelled int }

func (s *score) add(found, labelled []named) (extra, missing []named) {
	for _, f := range found {
		s.found++
		if slices.ContainsFunc(labelled, f.shares) {
			s.right++
		} else {
			extra = append(extra, f)
		}
	}
	for _, l := range labelled {
		s.labelled++
		if slices.ContainsFunc(found, l.shares) {
			s.hit++
		} else {
			missing = append(missing, l)
		}
	}
	return extra, missing
}

func (s *score) f1() (precision, recall, f1 float64) {
	precision = float64(s.right) / float64(max(s.found, 1))
	recall = float64(s.hit) / float64(max(s.labelled, 1))
	return precision, recall, 2 * precision * recall / max(precision+recall, 1e-9)
}

// labelled returns what a report's labels name, of some types: a thing for each
// canonical name, with the ways in which it is mentioned.
func (r *report) labelled(types ...string) []named {
	var list []named
	at := map[string]int{}
	for _, l := range r.labels {
		if !slices.Contains(types, l.Type) {
			continue
		}
		i, ok := at[l.Name]
		if !ok {
			i = len(list)
			at[l.Name] = i
			list = append(list, named{attack.Normalize(l.Name)})
		}
		list[i] = append(list[i], attack.Normalize(l.Mention))
	}
	return list
}

func namesOf(name string, aliases []string) named {
	n := named{attack.Normalize(name)}
	for _, a := range aliases {
		n = append(n, attack.Normalize(a))
	}
	return n
}

// TestGroupsAndSoftwareOfAnnotatedReports measures by document: a name counts
// once, however often it is written.
func TestGroupsAndSoftwareOfAnnotatedReports(t *testing.T) {
	var groups, software score
	for _, r := range reports(t, "reports-annoctr") {
		var actors, programs []named
		for _, a := range r.advisory.Actors {
			actors = append(actors, namesOf(a.Name, a.Aliases))
		}
		for _, s := range r.advisory.Software {
			programs = append(programs, namesOf(s.Name, s.Aliases))
		}
		extra, missing := groups.add(actors, r.labelled("GROUP"))
		t.Logf("%s: groups too many %q, missing %q", r.name, extra, missing)
		extra, missing = software.add(programs, r.labelled("MALWARE", "TOOL"))
		t.Logf("%s: software too many %q, missing %q", r.name, extra, missing)
	}
	p, recall, f1 := groups.f1()
	t.Logf("groups: precision %.3f, recall %.3f, F1 %.3f", p, recall, f1)
	if f1 < 0.9 {
		t.Errorf("groups: F1 %.3f, at least 0.9 wanted", f1)
	}
	p, recall, f1 = software.f1()
	t.Logf("software: precision %.3f, recall %.3f, F1 %.3f", p, recall, f1)
	if f1 < 0.87 {
		t.Errorf("software: F1 %.3f, less than was reached", f1)
	}
}
