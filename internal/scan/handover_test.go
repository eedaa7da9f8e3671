package scan

import (
	"net/netip"
	"strings"
	"testing"

	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/inventory"
)

func TestExposureHandsOverToTheSearchForAnIntruder(t *testing.T) {
	seen := coverage.New()
	seen.Observe(coverage.Stream{Host: "ex01.corp.example", Channel: "security", EventID: 4769}, 1)
	detectors := []intrusion.Detector{
		{ID: "kerberoast", Needs: []coverage.Need{{Channel: "Security", EventIDs: []int{4769}}}},
		{ID: "webshell", Needs: []coverage.Need{{Channel: "access"}}},
	}
	forward := func(outside, inside string) inventory.Hint {
		return inventory.Hint{Kind: inventory.Forward, Outside: netip.MustParsePrefix(outside), Inside: netip.MustParsePrefix(inside)}
	}
	inv := &inventory.Inventory{Devices: []*inventory.Device{
		{Name: "ex01.corp.example", Addresses: []netip.Addr{netip.MustParseAddr("10.0.0.5")}},
		{Name: "ex02.corp.example", Addresses: []netip.Addr{netip.MustParseAddr("10.0.0.6")}},
		{Name: "fw", Hints: []inventory.Hint{
			forward("192.0.2.11/32", "10.0.0.5/32"), forward("192.0.2.11/32", "10.0.0.5/32"), // two ports of one server
			forward("192.0.2.13/32", "10.0.0.5/32"), forward("192.0.2.13/32", "10.0.0.6/32"), // ports of two servers
		}},
	}}
	at := func(host, address string) finding.Finding {
		return finding.Finding{Question: finding.Exposed, Investigate: true, Entities: []finding.Entity{{Type: finding.Host, Value: host}, {Type: finding.Address, Value: address}}}
	}
	on := func(host string) finding.Finding {
		return finding.Finding{Question: finding.Exposed, Investigate: true, Entities: []finding.Entity{{Type: finding.Host, Value: host}}}
	}
	sign := finding.Finding{ID: "sw-1", Question: finding.In, Severity: finding.High, Title: "Bad", Entities: []finding.Entity{{Type: finding.Host, Value: "EX01"}}}
	f := func(exposed finding.Finding, all []finding.Finding, want ...string) {
		t.Helper()
		list := []finding.Finding{exposed}
		handOver(list, all, detectors, seen, inv)
		for _, w := range want {
			if !strings.Contains(list[0].Why, w) {
				t.Errorf("%q is missing in %q", w, list[0].Why)
			}
		}
		if len(want) == 0 && list[0].Why != "" {
			t.Errorf("told %q", list[0].Why)
		}
	}
	f(on("ex01"), []finding.Finding{sign}, "Looked for on it: kerberoast.", "Not possible for lack of its logs: webshell.", "Found on it: 1 sign, the worst: Bad (sw-1).")
	f(on("ex01"), nil, "No sign of an intruder was found on it.")
	f(on("192.0.2.9"), []finding.Finding{sign}, "None of the checks for an intruder could be made on it")
	f(at("mail", "192.0.2.11"), []finding.Finding{sign}, "What answers there is ex01.corp.example", "Found on it: 1 sign, the worst: Bad (sw-1).")
	told := []finding.Finding{at("mail", "192.0.2.11"), at("mail", "192.0.2.13")}
	handOver(told, nil, detectors, seen, inv)
	if one, two := strings.Count(told[0].Why, "What answers there"), strings.Count(told[1].Why, "What answers there"); one != 1 || two != 0 {
		t.Errorf("the server behind is named %d times, and %d times where it may be either of two", one, two)
	}
	f(at("mail", "192.0.2.12"), []finding.Finding{sign}, "None of the checks for an intruder could be made on it")
	f(finding.Finding{Question: finding.Exposed}, nil)
}
