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

// score counts what was found of what is labelled.
type score struct{ both, found, labelled int }

func (s *score) add(found, labelled []string) (extra, missing []string) {
	slices.Sort(found)
	slices.Sort(labelled)
	found, labelled = slices.Compact(found), slices.Compact(labelled)
	s.found, s.labelled = s.found+len(found), s.labelled+len(labelled)
	for _, f := range found {
		if slices.Contains(labelled, f) {
			s.both++
		} else {
			extra = append(extra, f)
		}
	}
	for _, l := range labelled {
		if !slices.Contains(found, l) {
			missing = append(missing, l)
		}
	}
	return extra, missing
}

func (s *score) f1() (precision, recall, f1 float64) {
	precision = float64(s.both) / float64(max(s.found, 1))
	recall = float64(s.both) / float64(max(s.labelled, 1))
	return precision, recall, 2 * precision * recall / max(precision+recall, 1e-9)
}

func TestGroupsAndSoftwareOfAnnotatedReports(t *testing.T) {
	var groups, software score
	tables := attack.Load()
	for _, r := range reports(t, "reports-annoctr") {
		var found, labelled, programs, labelledPrograms []string
		for _, a := range r.advisory.Actors {
			found = append(found, attack.Normalize(a.Name))
		}
		for _, l := range r.labels {
			switch l.Type {
			case "GROUP":
				name := l.Name
				if entries := tables.Actors[attack.Normalize(l.Name)]; entries != nil {
					if canonical, _, candidates := resolve(entries); len(candidates) <= 1 {
						name = canonical
					}
				}
				labelled = append(labelled, attack.Normalize(name))
			case "MALWARE", "TOOL":
				name := l.Name
				if ids := tables.SoftwareNamed(l.Name); len(ids) > 0 {
					name = tables.Software[ids[0]].Name
				}
				labelledPrograms = append(labelledPrograms, attack.Normalize(name))
			}
		}
		for _, s := range r.advisory.Software {
			programs = append(programs, attack.Normalize(s.Name))
		}
		extra, missing := groups.add(found, labelled)
		t.Logf("%s: groups too many %q, missing %q", r.name, extra, missing)
		extra, missing = software.add(programs, labelledPrograms)
		t.Logf("%s: software too many %q, missing %q", r.name, extra, missing)
	}
	p, recall, f1 := groups.f1()
	t.Logf("groups: precision %.3f, recall %.3f, F1 %.3f", p, recall, f1)
	p, recall, f1 = software.f1()
	t.Logf("software: precision %.3f, recall %.3f, F1 %.3f", p, recall, f1)
}
