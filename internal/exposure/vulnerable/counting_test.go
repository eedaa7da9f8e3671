package vulnerable

import (
	"testing"

	"seawall/internal/inventory"
)

func TestRangesThatCountOtherwiseAreNoMatch(t *testing.T) {
	m := matcher(t)
	f := func(vendor, name, version, id string, want Outcome) {
		t.Helper()
		for _, match := range m.Component(&inventory.Component{Kind: inventory.Firmware, Vendor: vendor, Name: name, Version: version}) {
			if match.Flaw.ID.String() == id {
				if match.Outcome != want || match.Outcome == Possible && match.Decides == "" {
					t.Errorf("%s %s: %v, want %v", version, id, match.Outcome, want)
				}
				return
			}
		}
		if want != NotAffected {
			t.Errorf("%s %s: not affected, want %v", version, id, want)
		}
	}
	f("Juniper", "Junos", "17.4R1.16", "CVE-2023-28985", Possible)
	f("Cisco", "NX-OS", "9.2(3)", "CVE-2019-1590", Possible)
	f("Cisco", "NX-OS", "14.0(1h)", "CVE-2019-1590", Affected)
	f("Cisco", "NX-OS", "14.1(1i)", "CVE-2019-1590", NotAffected)
}
