package plan

import (
	"strings"
	"testing"

	"seawall/internal/advisory"
	"seawall/internal/advisory/builtin"
	"seawall/internal/advisory/document"
	"seawall/internal/coverage"
	"seawall/internal/finding"
)

var means = []Means{
	{ID: "kerberoast", Techniques: []string{"T1558.003"}, Needs: []coverage.Need{{Channel: "Security", EventIDs: []int{4769}, Enable: "audit Kerberos service tickets"}}},
	{ID: "webshell", Techniques: []string{"T1505.003"}},
	{ID: "firewall", Techniques: []string{"T1562.004"}, Needs: []coverage.Need{{Channel: "auditd"}}},
	{ID: "vulnerable", Flaws: true},
	{ID: "indicator", Indicators: true},
}

func rows(p *Plan) map[string]*Row {
	m := map[string]*Row{}
	for i := range p.Rows {
		m[p.Rows[i].ID] = &p.Rows[i]
	}
	return m
}

func TestThePlanAnswersWhatTheAdvisoryAsks(t *testing.T) {
	d, err := document.Read("a.md", []byte("# A\n\nThey used Kerberoasting [T1558.003] and web shells [T1505.003], opened ports [T1562.004], recorded audio [T1123], exploited CVE-2021-44228 in Log4j.\n\n- 26a5a7e71a601be991073c78d513dee3\n\n## Mitigations\n\n- Patch within 48 hours.\n"))
	if err != nil {
		t.Fatal(err)
	}
	p := Make(advisory.Read(d), means)
	seen := coverage.New()
	seen.Observe(coverage.Stream{Host: "dc", Channel: "security", EventID: 4769}, 1)
	p.Answer(Evidence{Coverage: seen, Records: 1, Findings: []finding.Finding{{ID: "sw-1", Detector: "webshell", Techniques: []string{"T1505.003"}}}})
	got := rows(p)
	f := func(id string, want State) {
		t.Helper()
		r := got[id]
		if r == nil {
			t.Fatalf("no line for %s", id)
		}
		if r.State != want {
			t.Errorf("%s: %s, want %s", id, r.State, want)
		}
		if r.Why == "" {
			t.Errorf("%s: no reason", id)
		}
	}
	f("T1558.003", Looked)
	f("T1505.003", Found)
	f("T1686", Blind) // T1562.004 has another number today
	f("T1123", Unlooked)
	f("CVE-2021-44228", Blind)
	f("patching", Blind)
	f("indicators", Looked)
	if r := got["T1558.003"]; len(r.Collect) != 1 || len(r.Present) != 1 {
		t.Errorf("how to collect: %+v", r)
	}
	if s := p.Summary(); !strings.Contains(s, "1 found") || !strings.Contains(s, "3 could not look") {
		t.Error(s)
	}
}

func TestRulesAndPatternsAreAnsweredForWhatTheyAre(t *testing.T) {
	bundle := `{"type":"bundle","objects":[
		{"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value = '203.0.113.9']"},
		{"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value = '203.0.113.10'] FOLLOWEDBY [file:size > 3]"},
		{"type":"indicator","pattern_type":"stix","pattern":"[process:command_line MATCHES 'x']"},
		{"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value = "},
		{"type":"indicator","pattern_type":"sigma","pattern":"title: Found\nlogsource:\n  category: webserver\ndetection:\n  s:\n    a: b\n  condition: s"},
		{"type":"indicator","pattern_type":"sigma","pattern":"title: Idle\nlogsource:\n  category: webserver\ndetection:\n  s:\n    a: c\n  condition: s"},
		{"type":"indicator","pattern_type":"yara","pattern":"rule Foreign { condition: true }"}]}`
	d, err := document.Read("a.json", []byte(bundle))
	if err != nil {
		t.Fatal(err)
	}
	p := Make(advisory.Read(d), append([]Means{{ID: "sigma", Rules: "Sigma"}}, means...))
	p.Answer(Evidence{Records: 1, Findings: []finding.Finding{{ID: "sw-1", Detector: "sigma", Title: "Found"}}, Idle: map[string]string{"Idle": "access logs"}})
	got := rows(p)
	f := func(id string, want State, missing string) {
		t.Helper()
		if r := got[id]; r == nil || r.State != want || r.Why == "" || !strings.Contains(strings.Join(r.Missing, ", "), missing) {
			t.Errorf("%s: %+v, want %s", id, r, want)
		}
	}
	f("Found", Found, "")
	f("Idle", Blind, "access logs")
	f("Foreign", Unlooked, "")
	f("[ipv4-addr:value = '203.0.113.10'] FOLLOWEDBY [file:size > 3]", Blind, "an evaluation of FOLLOWEDBY, file:size >")
	f("[process:command_line MATCHES 'x']", Unlooked, "")
	f("[ipv4-addr:value =", Unlooked, "")
	if got["[ipv4-addr:value = '203.0.113.9']"] != nil {
		t.Error("a pattern that its value answers has a line of its own")
	}
}

func TestTheBuiltInAdvisoryHoldsItsFacts(t *testing.T) {
	d, ok := builtin.Document("apt40")
	if !ok {
		t.Fatal("not there")
	}
	a := advisory.Read(d)
	hashes := 0
	for _, i := range a.Indicators {
		if i.Type == "md5" && i.Role == advisory.Malicious {
			hashes++
		}
	}
	if hashes != 10 || len(a.Flaws) != 5 || len(a.Techniques) < 35 || len(a.Actors) == 0 || a.Actors[0].Group != "G0065" {
		t.Errorf("%d hashes, %d flaws, %d techniques, actors %+v", hashes, len(a.Flaws), len(a.Techniques), a.Actors)
	}
	said := map[string]bool{}
	for _, r := range a.Recommendations {
		said[r.Mitigation] = true
	}
	for _, key := range []string{"logging", "patching", "segmentation", "unused-services", "waf", "least-privilege", "mfa", "end-of-life"} {
		if !said[key] {
			t.Errorf("nothing on %s", key)
		}
	}
	for _, f := range a.Flaws {
		if f.Conflict != "" {
			t.Errorf("%s: %s", f.ID, f.Conflict)
		}
	}
}
