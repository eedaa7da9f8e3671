package sigma

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v4"

	"seawall/internal/corpus"
	"seawall/record"
)

func TestARuleMatchesARecordOnceByItsFirstTarget(t *testing.T) {
	m := DefaultMapping()
	m.Categories["process_creation"] = append(m.Categories["process_creation"], m.Categories["process_creation"]...)
	set := Compile(parseRules(t, ruleText("a: {Image: x}\ncondition: a")), Options{Mapping: m})
	hits := set.NewMatcher().Match(sysmon(1, "Image=x"))
	if len(hits) != 1 || hits[0].Target.Name != "Sysmon" {
		t.Errorf("hits: %q", hitNames(hits))
	}
}

func TestExplainGivesTheFieldsThatMatched(t *testing.T) {
	f := func(detection string, rec *record.Record, want string) {
		t.Helper()
		set := Compile(parseRules(t, ruleText(detection)), Options{})
		m := set.NewMatcher()
		var got []string
		for _, x := range m.Explain(rec, set.Rules()[0]) {
			got = append(got, x.Field+"="+x.Value)
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("%s: %q, want %q", detection, s, want)
		}
	}
	event := sysmon(1, `Image=C:\a.exe`, "CommandLine=A -x", "User=eve")
	f("a: {Image|endswith: '\\a.exe', CommandLine|contains: [-x, -y]}\ncondition: a", event, `Image=C:\a.exe; CommandLine=A -x`)
	f("a: {Image|endswith: '\\a.exe'}\nb: {User: adam}\ncondition: a and not b", event, `Image=C:\a.exe`)
	f("a: {Image: no}\nb: {User: eve}\ncondition: a or b", event, `User=eve`)
	f("a: [eve, -x]\ncondition: a", event, "=A -x; =eve")
	f("a: {EventID: 1, User: eve}\ncondition: a", event, "EventID=1; User=eve")
	f("a: {Other: null, User: eve}\ncondition: a", event, "User=eve")
	f("a: {Image: no}\ncondition: a", event, "")
	audit := windowsEvent("Security", 4688, `NewProcessName=C:\a.exe`, "MandatoryLabel=S-1-16-12288")
	f("a: {Image|endswith: '\\a.exe', IntegrityLevel: High}\ncondition: a", audit, "Image=C:\\a.exe; IntegrityLevel=S-1-16-12288\nHigh")
}

func TestFiltersNarrowRules(t *testing.T) {
	rule := strings.Replace(ruleText("sel: {Image: x}\ncondition: sel"), "id: t", "id: t\nname: rule_t", 1)
	filter := "---\ntitle: F\nlogsource: {category: process_creation, product: windows}\nfilter:\n  rules: [rule_t]\n  sel: {User|startswith: adm}\n  condition: not sel\n"
	set := Compile(parseRules(t, rule+filter), Options{})
	if p := set.Disabled(); len(p) > 0 {
		t.Fatal(p)
	}
	m := set.NewMatcher()
	if len(m.Match(sysmon(1, "Image=x", "User=eve"))) != 1 || len(m.Match(sysmon(1, "Image=x", "User=ADM1"))) != 0 {
		t.Error("the filter does not narrow its rule, or narrows it too much")
	}
	other := strings.Replace(filter, "rule_t", "no_such", 1)
	if p := Compile(parseRules(t, rule+other), Options{}).Disabled(); len(p) != 1 || !strings.Contains(p[0].What, "no_such") {
		t.Errorf("a filter of a rule that is not there: %v", p)
	}
}

func TestTheSpecificationsOwnDocumentsAreRead(t *testing.T) {
	root := filepath.Join(corpus.Dir(t, "windows"), "rules", "sigma-specification-2.1.0", "schema-tests")
	c, problems := LoadDir(root)
	for _, p := range problems {
		t.Errorf("%v", p)
	}
	if len(c.Rules) == 0 || len(c.Correlations) == 0 || len(c.Filters) == 0 {
		t.Errorf("%d rules, %d correlations, %d filters", len(c.Rules), len(c.Correlations), len(c.Filters))
	}
}

// The mapping must agree with one that is used for checking the published
// rules against event logs.
func TestTargetsAgreeWithThePublishedMapping(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(corpus.Dir(t, "windows"), "rules", "sigmahq-thor-logsources.yml"))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	var published struct {
		LogSources map[string]struct {
			Category, Product, Service string
			Conditions                 map[string]yaml.Node
			Rewrite                    struct{ Product, Service string }
			Sources                    []string
		} `yaml:"logsources"`
	}
	if err := yaml.Unmarshal(data, &published); err != nil {
		t.Fatal(err)
	}
	m := DefaultMapping()
	for name, ls := range published.LogSources {
		if ls.Product != "windows" {
			continue
		}
		targets, reason := m.Targets(LogSource{Category: ls.Category, Product: ls.Product, Service: ls.Service})
		if len(targets) == 0 {
			if !strings.Contains(reason, "trace provider") {
				t.Errorf("%s: %s", name, reason)
			}
			continue
		}
		for _, source := range ls.Sources {
			channel, ok := strings.CutPrefix(source, "WinEventLog:")
			if ok && !anyTarget(targets, func(t *Target) bool {
				return t.admits(fold(channel), anyID) || len(t.EventIDs) > 0 && t.admits(fold(channel), int64(t.EventIDs[0]))
			}) {
				t.Errorf("%s: no target for channel %s", name, channel)
			}
		}
		for _, id := range ids(ls.Conditions["EventID"]) {
			if !anyTarget(targets, func(t *Target) bool {
				return len(t.EventIDs) == 0 || t.admits(fold(t.Channels[0]), id)
			}) {
				t.Errorf("%s: no target for event %d", name, id)
			}
		}
	}
	t.Logf("%d log sources", len(published.LogSources))
}

func anyTarget(targets []Target, f func(*Target) bool) bool {
	for i := range targets {
		if f(&targets[i]) {
			return true
		}
	}
	return false
}

func ids(n yaml.Node) (list []int64) {
	nodes := []*yaml.Node{&n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	for _, kid := range nodes {
		if id, ok := parseNumber(kid.Value); ok {
			list = append(list, id)
		}
	}
	return list
}

// Evidence may have any number of schemas, channels and event ids.
func TestProgramsAreBounded(t *testing.T) {
	set := Compile(parseRules(t, ruleText("a: {Image|contains: x}\ncondition: a")+"---\n"+strings.Replace(ruleText("k: [needle]\ncondition: k"), "category: process_creation, ", "", 1)), Options{})
	m := set.NewMatcher()
	long := strings.Repeat("channel", 1000)
	for i := range 12000 {
		rec := windowsEvent(fmt.Sprint(long, i), uint32(i), "Image=x", fmt.Sprintf("F%d=needle", i))
		if got := m.Match(rec); len(got) != 1 {
			t.Fatalf("event %d: %q", i, hitNames(got))
		}
		if m.identities > maxIdentities || len(m.schemas) > maxSchemas {
			t.Fatalf("event %d: %d schemas, %d programs in a matcher", i, len(m.schemas), m.identities)
		}
		if c := &set.programs; c.bytes+c.automata.bytes > maxProgramBytes+1<<20 {
			t.Fatalf("event %d: %d bytes of programs", i, c.bytes+c.automata.bytes)
		}
	}
	if set.programs.generation < 2 {
		t.Error("the cache was never emptied: the test shows nothing")
	}
}

func TestMatchingAllocatesNothing(t *testing.T) {
	set := Compile(parseRules(t,
		ruleText("a: {Image|endswith: '\\a.exe', CommandLine|contains: 'xy'}\nb: {User|fieldref|contains: Image}\ncondition: a and not b")+
			"---\n"+ruleText("a: [needle, 'h*y']\ncondition: a")), Options{})
	m := set.NewMatcher()
	events := []*record.Record{
		sysmon(1, `Image=C:\a.exe`, "CommandLine=xxy needlé", "User=eve"), sysmon(5, "Image=x"),
		windowsEvent("Security", 4688, `NewProcessName=C:\A.EXE`, "CommandLine=hay xy", "MandatoryLabel=S-1-16-12288"),
	}
	match := func() {
		for _, rec := range events {
			m.Match(rec)
		}
	}
	match()
	if n := testing.AllocsPerRun(100, match); n > 0 {
		t.Errorf("%v allocations for %d records", n, len(events))
	}
}

func TestBrokenFilesCostOnlyThemselves(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	good := ruleText("a: {Image: x}\ncondition: a")
	write("a.yml", good)
	write("b.yml", "title: [\n")
	write("c.yaml", strings.Replace(good, "condition: a", "condition: b", 1))
	write("d.yml", good+"---\n"+strings.Replace(good, "Image", "Image|nope", 1)+"---\n"+good)
	write("e.txt", "not a rule")
	c, problems := LoadDir(dir)
	if len(c.Rules) != 3 || len(problems) != 3 {
		t.Errorf("%d rules, %v", len(c.Rules), problems)
	}
	for i, want := range []string{"b.yml:2", `c.yaml:6: condition: no search identifier is called "b"`, `d.yml:12: Image|nope: unknown modifier "nope"`} {
		if i < len(problems) && !strings.HasPrefix(problems[i].Error(), want) {
			t.Errorf("%v, want %s", problems[i], want)
		}
	}
}

func TestMatchersOfASetWorkSideBySide(t *testing.T) {
	c := parseRules(t, ruleText("a: {Image|contains: x, CommandLine|re: 'y+z'}\ncondition: a"))
	set := Compile(c, Options{})
	var workers sync.WaitGroup
	for w := range 4 {
		workers.Go(func() {
			m := set.NewMatcher()
			for i := range 200 {
				rec := sysmon(1, "Image=ax", "CommandLine=yyz", fmt.Sprintf("F%d=1", (i+w)%50))
				if hits := m.Match(rec); len(hits) != 1 || len(m.Explain(rec, hits[0].Rule)) != 2 {
					t.Errorf("%q", hitNames(hits))
				}
			}
		})
	}
	workers.Wait()
}
