package intrusion_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"seawall/internal/intrusion"
	"seawall/record"
	"seawall/sigma"
)

// examples are events written by hand: what a rule is for, and what looks
// like it but is not. A null value is a field that the event lacks.
type examples struct {
	Must    []map[string]*string `yaml:"must"`
	MustNot []map[string]*string `yaml:"must_not"`
}

// builtinRules returns the rules that are packed into the program.
func builtinRules(t *testing.T) *sigma.Collection {
	t.Helper()
	files, err := intrusion.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	rules, problems := sigma.Load(files)
	for _, p := range problems {
		t.Error(p)
	}
	return rules
}

func TestBuiltinRulesHaveNothingDoubtful(t *testing.T) {
	rules := builtinRules(t)
	for _, p := range sigma.Check(rules) {
		t.Error(p)
	}
	for _, p := range sigma.Compile(rules, sigma.Options{}).Disabled() {
		t.Errorf("disabled: %v", p)
	}
}

func TestEveryRuleFolderIsADetector(t *testing.T) {
	known := map[string]bool{}
	for _, d := range intrusion.RuleDetectors() {
		known[d.ID] = true
		if _, ok := intrusion.Readme(d.ID); !ok {
			t.Errorf("detector %s has no README", d.ID)
		}
		if len(d.Needs) == 0 {
			t.Errorf("detector %s does not say what evidence it needs", d.ID)
		}
	}
	for _, r := range builtinRules(t).Rules {
		folder := strings.Split(r.File, "/")[0]
		if _, err := os.Stat(path.Join(folder, folder+".go")); err != nil && !known[folder] {
			t.Errorf("%s: its folder is not in RuleDetectors", r.File)
		}
	}
}

func TestBuiltinRulesTellAttacksFromLookAlikes(t *testing.T) {
	rules := builtinRules(t)
	set := sigma.Compile(rules, sigma.Options{})
	byFolder := map[string]map[string]examples{}
	for _, r := range set.Rules() {
		parts := strings.Split(r.File, "/") // folder/rules/name.yml
		folder, name := parts[0], strings.TrimSuffix(parts[2], ".yml")
		table, ok := byFolder[folder]
		if !ok {
			table = readExamples(t, folder)
			byFolder[folder] = table
		}
		e, ok := table[name]
		if !ok || len(e.Must) == 0 || len(e.MustNot) == 0 {
			t.Errorf("%s: needs an example that matches and one that does not, in testdata/examples/%s.yml", r.File, folder)
			continue
		}
		delete(table, name)
		for _, event := range e.Must {
			if !matches(set, r, event) {
				t.Errorf("%s: does not match %v", r.File, printable(event))
			}
		}
		for _, event := range e.MustNot {
			if matches(set, r, event) {
				t.Errorf("%s: matches %v", r.File, printable(event))
			}
		}
	}
	for folder, table := range byFolder {
		for name := range table {
			t.Errorf("testdata/examples/%s.yml: there is no rule %s", folder, name)
		}
	}
}

// The command shell puts two blanks between the name of a program and what
// follows it, so rules that look for both with one blank would miss commands
// that were typed.
func TestRulesKnowTheShellsTwoBlanks(t *testing.T) {
	command := regexp.MustCompile(`(?i)(^|[ "\\])(net1?|sc|reg|netsh|wmic|schtasks|vssadmin|wbadmin|cipher|ftp|certutil|bitsadmin|nltest|whoami|query|dsquery|setspn|klist|cmdkey|ntdsutil|diskshadow|fltmc|taskkill|wevtutil|auditpol)(\.exe)?"? [^ ]`)
	for _, r := range builtinRules(t).Rules {
		eachItem(r.Expr, func(it *sigma.Item) {
			if it.Field != "CommandLine" || !slices.Equal(it.Modifiers, []string{"contains"}) {
				return
			}
			texts := map[string]bool{}
			for _, v := range it.Values {
				texts[strings.ToLower(v.Text)] = true
			}
			for text := range texts {
				at := command.FindStringIndex(text)
				if at != nil && !strings.Contains(text, "  ") && !texts[text[:at[1]-1]+" "+text[at[1]-1:]] {
					t.Errorf("%s: %q, but not with two blanks behind the name", r.File, text)
				}
			}
		})
	}
}

func eachItem(e *sigma.Expr, f func(*sigma.Item)) {
	if e.Item != nil {
		f(e.Item)
	}
	for _, kid := range e.Kids {
		eachItem(kid, f)
	}
}

func readExamples(t *testing.T, folder string) map[string]examples {
	t.Helper()
	data, err := os.ReadFile(path.Join("testdata", "examples", folder+".yml"))
	if err != nil {
		t.Error(err)
		return map[string]examples{}
	}
	table := map[string]examples{}
	if err := yaml.Unmarshal(data, &table); err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	return table
}

// matches says whether a rule matches an event. Channel, event id and what
// else makes the event evidence for the rule's log source are added unless the
// event has them.
func matches(set *sigma.Set, r *sigma.Rule, event map[string]*string) bool {
	targets, _ := sigma.DefaultMapping().Targets(r.LogSource)
	var rec record.Record
	var fields []record.Field
	add := func(name, value string) {
		fields = append(fields, record.Field{Name: name})
		rec.Values = append(rec.Values, record.Value{Kind: record.Text, Raw: []byte(value)})
	}
	for _, name := range slices.Sorted(maps.Keys(event)) {
		if v := event[name]; v != nil {
			add(name, *v)
		}
	}
	target := targets[0]
	if _, ok := event["Channel"]; !ok && len(target.Channels) > 0 {
		add("Channel", target.Channels[0])
	}
	if _, ok := event["EventID"]; !ok && len(target.EventIDs) > 0 {
		add("EventID", fmt.Sprint(target.EventIDs[0]))
	}
	for _, require := range target.Require {
		if _, ok := event[require.Field]; !ok {
			add(require.Field, require.Values[0])
		}
	}
	rec.Schema = record.NewSchema(record.KindWindows, fields)
	for _, hit := range set.NewMatcher().Match(&rec) {
		if hit.Rule == r {
			return true
		}
	}
	return false
}

// printable shows an event in a fixed order.
func printable(event map[string]*string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(event)) {
		value := "(absent)"
		if v := event[name]; v != nil {
			value = *v
		}
		fmt.Fprintf(&b, "%s=%q ", name, value)
	}
	return b.String()
}
