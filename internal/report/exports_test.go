package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"seawall/internal/corpus"
	"seawall/internal/coverage"
	"seawall/internal/report/document"
	"seawall/internal/report/markdown"
	"seawall/internal/report/misp"
	"seawall/internal/report/navigator"
	"seawall/internal/report/reporttest"
	"seawall/internal/report/sarif"
	"seawall/internal/report/stix"
	"seawall/internal/verdict"
)

// exports are the formats for other programs.
var exports = []struct {
	name  string
	write func(io.Writer, *verdict.Result, *verdict.Verdict) error
}{
	{"json", document.Write}, {"markdown", markdown.Write}, {"misp", misp.Write}, {"navigator", navigator.Write}, {"sarif", sarif.Write}, {"stix", stix.Write},
}

func written(t *testing.T, write func(io.Writer, *verdict.Result, *verdict.Verdict) error, r *verdict.Result) []byte {
	t.Helper()
	v := verdict.Of(r)
	var out bytes.Buffer
	if err := write(&out, r, &v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestExportsAreTheSameEveryTimeAndValidJSON(t *testing.T) {
	for _, e := range exports {
		for _, r := range []*verdict.Result{reporttest.Ordinary(), reporttest.HostileResult(), {Coverage: coverage.New()}} {
			first, second := written(t, e.write, r), written(t, e.write, r)
			if !bytes.Equal(first, second) {
				t.Errorf("%s: two runs differ", e.name)
			}
			if e.name != "markdown" && !json.Valid(first) {
				t.Errorf("%s: no JSON: %.300s", e.name, first)
			}
		}
	}
}

func TestExportsFailIfNothingCanBeWritten(t *testing.T) {
	r := reporttest.Large(2000)
	v := verdict.Of(r)
	for _, e := range exports {
		if err := e.write(full{}, r, &v); err == nil {
			t.Errorf("%s: no error", e.name)
		}
	}
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestMarkdownHoldsNoMarkupOfTheAttacker(t *testing.T) {
	text := string(written(t, markdown.Write, reporttest.HostileResult()))
	for _, bad := range []string{"<script", "<img", "](http", "\x1b", "\u202e"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is in the summary", bad)
		}
	}
}

func TestBundlesFollowTheSchemasOfSTIX(t *testing.T) {
	root := filepath.Join(corpus.Dir(t, "advisory"), "schemas", "oasis-open")
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(local{root})
	schemas := map[string]*jsonschema.Schema{}
	schema := func(kind string) *jsonschema.Schema {
		if s, ok := schemas[kind]; ok {
			return s
		}
		for _, folder := range []string{"sdos", "sros", "observables", "common"} {
			path := filepath.Join(root, folder, kind+".json")
			if _, err := os.Stat(path); err == nil {
				s, err := compiler.Compile(path)
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				schemas[kind] = s
				return s
			}
		}
		schemas[kind] = nil
		return nil
	}
	checked := 0
	for _, r := range []*verdict.Result{reporttest.Ordinary(), reporttest.HostileResult()} {
		var bundle struct{ Objects []json.RawMessage }
		if err := json.Unmarshal(written(t, stix.Write, r), &bundle); err != nil {
			t.Fatal(err)
		}
		ids := map[string]bool{}
		for _, raw := range bundle.Objects {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			o := value.(map[string]any)
			ids[o["id"].(string)] = true
			if s := schema(o["type"].(string)); s != nil {
				checked++
				if err := s.Validate(value); err != nil {
					t.Errorf("%s: %v", raw, err)
				}
			}
		}
		for _, raw := range bundle.Objects {
			for _, ref := range references(t, raw) {
				if !ids[ref] {
					t.Errorf("%s is not in the bundle; %s refers to it", ref, raw)
				}
			}
		}
	}
	if checked == 0 {
		t.Error("nothing was checked")
	}
}

// local loads the schemas, which name each other by their address, from a
// folder.
type local struct{ root string }

func (l local) Load(address string) (any, error) {
	path := strings.TrimPrefix(address, "file://")
	for _, prefix := range []string{"http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas/", "https://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas/"} {
		if rest, ok := strings.CutPrefix(address, prefix); ok {
			path = filepath.Join(l.root, rest)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(data))
}

// references are the ids that an object refers to.
func references(t *testing.T, raw []byte) (refs []string) {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal(raw, &o); err != nil {
		t.Fatal(err)
	}
	for name, value := range o {
		switch v := value.(type) {
		case string:
			if strings.HasSuffix(name, "_ref") {
				refs = append(refs, v)
			}
		case []any:
			if strings.HasSuffix(name, "_refs") {
				for _, one := range v {
					refs = append(refs, one.(string))
				}
			}
		}
	}
	return refs
}

func TestLayersAreWhatNavigatorAsksFor(t *testing.T) {
	var l struct {
		Name, Domain string
		Versions     struct{ Attack, Navigator, Layer string }
		Techniques   []struct{ TechniqueID, Color string }
	}
	if err := json.Unmarshal(written(t, navigator.Write, reporttest.Ordinary()), &l); err != nil {
		t.Fatal(err)
	}
	if l.Name == "" || l.Domain != "enterprise-attack" || l.Versions.Layer != "4.5" || l.Versions.Attack == "" || len(l.Techniques) == 0 {
		t.Errorf("%+v", l)
	}
	seen := map[string]bool{}
	for _, technique := range l.Techniques {
		if seen[technique.TechniqueID] {
			t.Errorf("%s twice", technique.TechniqueID)
		}
		seen[technique.TechniqueID] = true
	}
}
