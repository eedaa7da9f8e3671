package vulnerable

import (
	"strings"
	"testing"

	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

func TestOldFlawsAreUnlikelyInNewDistributions(t *testing.T) {
	m := matcher(t)
	f := func(name, source, version, distribution, id string, told, unlikely bool) {
		t.Helper()
		c := &inventory.Component{Kind: inventory.Package, Name: name, SourceName: source, Version: version, Ecosystem: "deb", Distribution: distribution}
		for _, match := range m.Component(c) {
			if match.Flaw.ID.String() == id {
				if !told || match.Unlikely != unlikely || match.Outcome != Possible {
					t.Errorf("%s %s, %s: %v, unlikely %v", name, version, id, match.Outcome, match.Unlikely)
				}
				return
			}
		}
		if told {
			t.Errorf("%s %s: %s is not told at all", name, version, id)
		}
	}
	f("samba", "", "2:4.17.12+dfsg-0+deb12u1", "", "CVE-2017-7494", true, true)
	f("samba", "", "2:4.17.12+dfsg-1", "debian-12", "CVE-2017-7494", true, true)
	f("openssl", "", "1.0.1e-2", "debian-7", "CVE-2014-0160", true, false)
	f("samba", "", "2:4.15.13+dfsg-0ubuntu1", "ubuntu-22.04", "CVE-2017-7494", true, true)
	f("openssl", "", "3.0.19-1", "debian-12", "CVE-2014-0160", false, false)
	f("linux-perf", "linux", "6.1.187-1", "debian-12", "CVE-2024-1086", false, false)
	f("linux-image-6.1.0-31-amd64", "linux", "6.1.70-1", "debian-12", "CVE-2024-1086", true, false)
}

func TestPackagesOfOneSourceAreOneFinding(t *testing.T) {
	var list []inventory.Software
	for _, name := range []string{"libssl1.0.0", "libssl-dev", "openssl"} {
		s := software(inventory.Package, "", name, "1.0.1e-2", inventory.Installed)
		s.Component.SourceName, s.Component.Ecosystem, s.Component.Distribution = "openssl", "deb", "debian-7"
		list = append(list, s)
	}
	got := assessed(t, facts.Yes, on("web01", list...))
	if len(got) != 1 || !got[0].Unproven || !strings.HasPrefix(got[0].Title, "openssl 1.0.1e-2 may have") {
		t.Errorf("%d findings: %+v", len(got), got)
	}
}
