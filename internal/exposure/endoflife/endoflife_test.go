package endoflife

import (
	"strings"
	"testing"
	"time"

	"seawall/internal/exposure"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/finding"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

func assessed(t *testing.T, exposed facts.Answer, list ...inventory.Software) []finding.Finding {
	t.Helper()
	m, err := vulnerable.New()
	if err != nil {
		t.Fatal(err)
	}
	key, _ := inventory.NewKey(inventory.Name, "host")
	model := inventory.New()
	model.Add(&inventory.Observation{Source: &inventory.Source{Path: "x"}, Where: inventory.Citation{Excerpt: "line"}, Keys: []inventory.Key{key}, Software: list})
	return Assessor(m).Assess(&exposure.Context{
		Inventory: model.Resolve(), Now: time.Date(2026, 8, 8, 0, 0, 0, 0, time.UTC), Soon: 180 * 24 * time.Hour,
		Reach: func(*inventory.Device) exposure.Reach { return exposure.Reach{Exposed: exposed, Why: "told so"} },
	})
}

func software(kind inventory.Kind, vendor, name, version string) inventory.Software {
	return inventory.Software{Component: &inventory.Component{Kind: kind, Vendor: vendor, Name: name, Version: version}, Confidence: inventory.Configured}
}

func TestWhatIsOutOfSupportIsToldWithTheWayOut(t *testing.T) {
	f := func(name string, s inventory.Software, exposed facts.Answer, severity finding.Severity, title, action string) {
		t.Helper()
		list := assessed(t, exposed, s)
		if title == "" {
			if len(list) != 0 {
				t.Errorf("%s: %s", name, list[0].Title)
			}
			return
		}
		if len(list) != 1 || list[0].Severity != severity || !strings.Contains(list[0].Title, title) || !strings.Contains(list[0].Action, action) || !strings.Contains(list[0].Why, "Source: ") {
			t.Errorf("%s: %+v, want %s %q %q", name, list, severity, title, action)
		}
	}
	f("firmware on the Internet", software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.17"), facts.Yes, finding.High, "FortiOS 7.0 is out of support since 2025-09-30", "Move from FortiOS 7.0 to FortiOS 7.")
	f("firmware inside", software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.17"), facts.Unknown, finding.Medium, "is out of support since", "")
	f("soon", software(inventory.Firmware, "Fortinet", "FortiOS", "7.2.11"), facts.Yes, finding.Low, "is out of support after 2026-09-30", "Plan the move")
	f("supported", software(inventory.Firmware, "Fortinet", "FortiOS", "7.4.8"), facts.Yes, 0, "", "")
	f("patched in full and over", software(inventory.Application, "Microsoft", "Exchange Server", "15.1.2507.61"), facts.No, finding.Medium, "is out of support since 2025-10-14", "Move from")
	f("a router", software(inventory.Hardware, "D-Link", "DNS-320L", ""), facts.Yes, finding.High, "D-Link DNS-320L is out of support", "Replace D-Link DNS-320L")
	f("named in error", software(inventory.Hardware, "Cradlepoint", "E100", ""), facts.Yes, 0, "", "")
	f("nobody knows it", software(inventory.Hardware, "Nobody", "X-1", ""), facts.Yes, 0, "", "")
	f("a system", software(inventory.System, "", "CentOS", "7"), facts.No, finding.Medium, "CentOS 7 is out of support since 2024-06-30", "")
}

func TestTheSameReleaseOnOneDeviceIsToldOnce(t *testing.T) {
	a, b := software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.17"), software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.16")
	if list := assessed(t, facts.Yes, a, b); len(list) != 1 {
		t.Errorf("%d findings, want 1", len(list))
	}
}

func TestADistributionLooksAfterItsPackages(t *testing.T) {
	if list := assessed(t, facts.No, software(inventory.Package, "", "openssl", "3.0.2-0ubuntu1")); len(list) != 0 {
		t.Errorf("told: %s", list[0].Title)
	}
	if list := assessed(t, facts.No, software(inventory.Application, "OpenSSL", "OpenSSL", "1.1.1")); len(list) != 1 {
		t.Errorf("%d findings of the maker's own build, want 1", len(list))
	}
}
