package scan

import (
	"slices"
	"testing"

	"seawall/internal/coverage"
	"seawall/internal/finding"
)

func TestAHostHasOneNameWhateverLogsCallIt(t *testing.T) {
	f := func(hosts []string, want ...string) {
		t.Helper()
		seen := coverage.New()
		var findings []finding.Finding
		for i, host := range hosts {
			if i%2 == 0 {
				seen.Observe(coverage.Stream{Host: host, Channel: "security", EventID: 1}, int64(i+1))
			}
			findings = append(findings, finding.Finding{Entities: []finding.Entity{{Type: finding.Host, Value: host}}})
		}
		whole := newHostNames(seen, findings)
		whole.apply(findings)
		seen.Rename(whole.of)
		var got []string
		for _, f := range findings {
			got = append(got, f.Entities[0].Value)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", hosts, got, want)
		}
		for _, host := range seen.Hosts() {
			if !slices.Contains(want, host) {
				t.Errorf("%q: %s is left in the coverage", hosts, host)
			}
		}
	}
	f([]string{"web01", "web01.cha.example"}, "web01.cha.example", "web01.cha.example")
	f([]string{"WEB01", "web01.cha.example"}, "web01.cha.example", "web01.cha.example")
	f([]string{"web01"}, "web01")
	f([]string{"web01", "web01.a.example", "web01.b.example"}, "web01", "web01.a.example", "web01.b.example")
	f([]string{"10.1.2.3", "10.9.9.9"}, "10.1.2.3", "10.9.9.9")
	f([]string{"fe80::1", "web01.a.example", "web01"}, "fe80::1", "web01.a.example", "web01.a.example")
}
