package vulnerable

import (
	"slices"
	"strings"
	"testing"

	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

func TestFixesAreVersionsAndNeverSentences(t *testing.T) {
	f := func(text, installed, want string) {
		t.Helper()
		if got := fixedIn(&inventory.Claim{Fixed: text}, installed); got != want {
			t.Errorf("%q is fixed in %q, want %q", text, got, want)
		}
	}
	f("", "1.0", "")
	f("2.17.1", "2.14.1", "2.17.1")
	f("2.3.2, 2.12.4, 2.17.1", "2.12.1", "2.12.4")
	f("1:9.2p1-2+deb12u3", "1:9.2p1-2+deb12u2", "1:9.2p1-2+deb12u3")
	f("Upgrade", "2.9.9", "")
	f("Apply the vendor's patch.", "1.0", "")
	f("See 3 advisories", "1.0", "")
	f("Upgrade jackson-databind to 2.9.10.8 or later.", "2.9.9", "2.9.10.8")
	f("Update to version 7.4.1.", "7.4.0", "7.4.1")
	f("Upgrade to 10.3.x", "10.2", "")
}

func TestScannersWordsAreNoProduct(t *testing.T) {
	const long = "The gadget in Shop before 7.5.3 allows remote attackers to inject arbitrary scripts. Users should upgrade."
	said := func(title, fixed string, component *inventory.Component) inventory.Claim {
		return inventory.Claim{Check: "x:1", Title: title, CVEs: []string{"CVE-2021-44228"}, Verdict: inventory.Affected, Quality: inventory.Configured, Fixed: fixed, Component: component}
	}
	f := func(c inventory.Claim, title, action string) {
		t.Helper()
		o := on("web")
		o.Claims = []inventory.Claim{c}
		list := assessed(t, facts.Yes, o)
		if len(list) != 1 || list[0].Title != title || list[0].Action != action {
			t.Errorf("%+v, want %q, %q", list, title, action)
		}
		for _, bad := range []string{"..", " runs .", "  "} {
			if len(list) == 1 && strings.Contains(list[0].Why, bad) {
				t.Errorf("%q in %s", bad, list[0].Why)
			}
		}
	}
	f(said("", "", nil), "A scanner reports CVE-2021-44228, used in attacks", "Fix CVE-2021-44228, which a scanner reports")
	f(said(long, "", nil), "A scanner reports CVE-2021-44228, used in attacks", "Fix CVE-2021-44228, which a scanner reports")
	f(said("", "", &inventory.Component{}), "A scanner reports CVE-2021-44228, used in attacks", "Fix CVE-2021-44228, which a scanner reports")
	f(said("Log4Shell.", "", nil), "A scanner reports CVE-2021-44228, used in attacks: Log4Shell", "Fix what the scanner reports: Log4Shell")
	shop := &inventory.Component{Kind: inventory.Library, Name: "shop", Version: "1.0"}
	f(said("x", "Upgrade", shop), "shop 1.0 has a known flaw: CVE-2021-44228, used in attacks", "Upgrade shop to the newest release its maker supports, or replace it")
	f(said("x", "Upgrade to 1.1", shop), "shop 1.0 has a known flaw: CVE-2021-44228, used in attacks", "Upgrade shop to 1.1")
	packaged := &inventory.Component{Kind: inventory.Package, Name: "shop", Version: "1.0-1", Ecosystem: "deb", Distribution: "debian-10"}
	f(said("x", "", packaged), "shop 1.0-1 has a known flaw: CVE-2021-44228, used in attacks", "Install the updates of the distribution; remove packages that it has no fix for and nobody needs")
	f(said("x", "1.0-2", packaged), "shop 1.0-1 has a known flaw: CVE-2021-44228, used in attacks", "Upgrade shop to 1.0-2")
	open := said("x", "", shop)
	open.Verdict = inventory.Possible
	f(open, "shop 1.0 may have a known flaw: CVE-2021-44228, used in attacks", "Find out whether shop is fixed: ask its vendor")
}

func TestFlawsWithoutATitleKeepTheirOwnIDs(t *testing.T) {
	o := on("web")
	for _, id := range []string{"CVE-2021-44228", "CVE-2019-0708"} {
		o.Claims = append(o.Claims, inventory.Claim{Check: "x:" + id, CVEs: []string{id}, Verdict: inventory.Affected, Quality: inventory.Configured})
	}
	list := assessed(t, facts.Yes, o)
	if len(list) != 2 || list[0].ID == list[1].ID {
		t.Errorf("%+v", list)
	}
}

func TestFindingsSayWhatIsExploitedReachableAndUnproven(t *testing.T) {
	for _, reach := range []facts.Answer{facts.Yes, facts.No, facts.Unknown} {
		gate := on("fw", software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.5", inventory.Configured))
		open := on("fw", software(inventory.Firmware, "D-Link", "DIR-823X", "1.0", inventory.Configured))
		list := slices.Concat(assessed(t, reach, gate), assessed(t, reach, open))
		if len(list) != 2 || list[0].Exploited == 0 || list[0].Unproven || list[0].Reachable != (reach == facts.Yes) || !list[1].Unproven || list[1].Exploited != 0 {
			t.Errorf("reached %s: %+v", reach, list)
		}
	}
}
