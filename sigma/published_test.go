package sigma

import (
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"seawall/internal/corpus"
	"seawall/record"
)

// Archives of published rules among the test evidence.
const (
	sigmaHQArchive  = "sigma-windows-2026-08-05.tar.gz"
	hayabusaArchive = "hayabusa-native-rules-2026-08-05.tar.gz"
)

func TestEveryPublishedRuleIsUsedOrListedWithAReason(t *testing.T) {
	fsys := archived(t, sigmaHQArchive)
	c, problems := Load(fsys)
	for _, p := range problems {
		t.Errorf("not read: %v", p)
	}
	set := Compile(c, Options{})
	reasons := map[string]int{}
	for _, p := range set.Disabled() {
		reasons[p.What]++
	}
	t.Logf("%d files, %d rules, %d in use", len(fsys), len(c.Rules), len(set.Rules()))
	for what, n := range reasons {
		t.Logf("%4d not in use: %s", n, what)
	}
	if len(set.Rules())+len(set.Disabled()) != len(c.Rules) {
		t.Errorf("%d in use and %d listed of %d", len(set.Rules()), len(set.Disabled()), len(c.Rules))
	}
}

var ruleID = regexp.MustCompile(`(?m)^\s+- id: (\S+)`)

// regressionEvents are the decoded events of the published rules' regression
// tests, by the id of the rule that each must match.
func regressionEvents(t testing.TB) map[string][]*record.Record {
	t.Helper()
	events := map[string][]*record.Record{}
	root := filepath.Join(corpus.Dir(t, "windows"), "sigmahq-regression")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "info.yml" {
			return err
		}
		info, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, id := range ruleID.FindAllSubmatch(info, -1) {
			data, err := os.ReadFile(filepath.Join(filepath.Dir(path), string(id[1])+".json"))
			if err != nil {
				return err
			}
			if events[string(id[1])], err = jsonEvents(data); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return events
}

func TestDecodedRegressionEventsMatchTheirRules(t *testing.T) {
	events := regressionEvents(t)
	c, _ := Load(archived(t, sigmaHQArchive))
	set := Compile(c, Options{})
	m := set.NewMatcher()
	for id, sample := range events {
		matched := slices.ContainsFunc(sample, func(rec *record.Record) bool {
			hits := m.Match(rec)
			i := slices.IndexFunc(hits, func(h Hit) bool { return h.Rule.ID == id })
			if i >= 0 && len(m.Explain(rec, hits[i].Rule)) == 0 {
				t.Errorf("rule %s: the match is not explained", id)
			}
			return i >= 0
		})
		if !matched {
			t.Errorf("rule %s does not match its event", id)
		}
	}
	t.Logf("%d rules", len(events))
}

// contradicted are rules whose own sample they exclude, and why.
var contradicted = map[string]string{
	"Sec_4625_Med_LogonFail_UserGuessing_Correlation.yml": "the sample's address is the one that its filter excludes",
	"Sysmon_11_Info_FileCreated.yml":                      "the sample has no RuleName; an absent field is not an empty one",
	"Sysmon_19_Info_WmiEventFilterActivity.yml":           "the sample is not XML",
	"Sec_4624_Info_Logon-Type-4-Batch.yml":                "the rule has no condition",
}

func isContradicted(name string) bool {
	_, ok := contradicted[path.Base(name)]
	return ok
}

// aliases are Hayabusa's names for fields, which are no part of Sigma: samples
// are given a field for each.
func aliases(t *testing.T) map[string][]string {
	data, err := os.ReadFile(filepath.Join(corpus.Dir(t, "windows"), "rules", "hayabusa-config", "eventkey_alias.txt"))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	names := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if alias, place, ok := strings.Cut(strings.TrimSpace(line), ","); ok {
			names[place] = append(names[place], alias)
		}
	}
	return names
}

func TestEmbeddedSampleEventsMatchTheirRules(t *testing.T) {
	fsys := archived(t, hayabusaArchive)
	c, problems := Load(fsys)
	for _, p := range problems {
		if !isContradicted(p.File) {
			t.Errorf("not read: %v", p)
		}
	}
	set := Compile(c, Options{})
	for _, p := range set.Disabled() {
		t.Logf("not in use: %v", p)
	}
	names := aliases(t)
	samples, matched := 0, 0
	m := set.NewMatcher()
	for name, file := range fsys {
		events, err := embeddedEvents(file.Data, names)
		if err != nil && !isContradicted(name) {
			t.Errorf("%s: %v", name, err)
		}
		for _, rec := range events {
			samples++
			got, want := m.Match(rec), naive(set, rec)
			if hitNames(got) != hitNames(want) {
				t.Errorf("%s: compiled %q, naive %q", name, hitNames(got), hitNames(want))
			}
			if slices.ContainsFunc(got, func(h Hit) bool { return h.Rule.File == name }) {
				matched++
			} else if !isContradicted(name) {
				t.Errorf("%s does not match its sample", name)
			}
		}
	}
	t.Logf("%d of %d samples match", matched, samples)
}

// embeddedEvents reads the event that a rule of Hayabusa carries as its test.
func embeddedEvents(rule []byte, aliases map[string][]string) ([]*record.Record, error) {
	var events []*record.Record
	for _, doc := range strings.Split(string(rule), "\n---") {
		var r struct {
			Sample string `yaml:"sample-evtx"`
		}
		if err := yaml.Unmarshal([]byte(doc), &r); err != nil {
			return nil, err
		}
		if !strings.Contains(r.Sample, "<System>") {
			continue // none, a path, or part of an event
		}
		rec, err := xmlEvent(r.Sample, aliases)
		if err != nil {
			return nil, err
		}
		events = append(events, rec)
	}
	return events, nil
}

// xmlEvent reads an event as Windows renders it.
func xmlEvent(text string, aliases map[string][]string) (*record.Record, error) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	r := xmlReader{aliases: aliases}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return newEvent(r.fields...), nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			r.start(token)
		case xml.CharData:
			r.content += string(token)
		case xml.EndElement:
			r.end()
		}
	}
}

type xmlReader struct {
	aliases map[string][]string
	path    []string
	names   []string // of Data elements
	content string
	leaf    bool
	fields  []eventField
}

func (r *xmlReader) start(e xml.StartElement) {
	r.path = append(r.path, e.Name.Local)
	name := e.Name.Local
	for _, a := range e.Attr {
		system := len(r.path) == 3 && r.path[1] == "System"
		switch {
		case system && e.Name.Local == "TimeCreated":
			r.add("TimeCreated", a.Value)
		case system:
			r.add(e.Name.Local+"_"+a.Name.Local, a.Value)
		case a.Name.Local == "Name":
			name = strings.ReplaceAll(a.Value, " ", "")
		}
	}
	r.names = append(r.names, name)
	r.content, r.leaf = "", true
}

func (r *xmlReader) end() {
	name := r.names[len(r.names)-1]
	if r.leaf && len(r.path) > 2 {
		switch {
		case r.path[1] == "System":
			r.add(name, r.content)
		case r.path[1] != "RenderingInfo":
			r.add("Data/"+name, r.content)
			for _, alias := range r.aliases[strings.Join(r.path, ".")] {
				if alias != name {
					r.add("Data/"+alias, r.content)
				}
			}
		}
	}
	r.leaf = false
	r.path, r.names = r.path[:len(r.path)-1], r.names[:len(r.names)-1]
}

func (r *xmlReader) add(name, value string) {
	if !strings.HasPrefix(name, "Data/") && !slices.Contains(headerFields, name) {
		return
	}
	r.fields = append(r.fields, eventField{name, utf16Value(value)})
}
