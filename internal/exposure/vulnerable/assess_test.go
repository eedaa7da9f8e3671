package vulnerable

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"seawall/internal/exposure"
	"seawall/internal/finding"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
	"seawall/record"
)

var now = time.Date(2026, 8, 8, 0, 0, 0, 0, time.UTC)

// assessed judges observations, with the given exposure of every device.
func assessed(t *testing.T, exposed facts.Answer, observations ...*inventory.Observation) []finding.Finding {
	t.Helper()
	model := inventory.New()
	for _, o := range observations {
		model.Add(o)
	}
	ctx := &exposure.Context{Inventory: model.Resolve(), Now: now, Reach: func(*inventory.Device) exposure.Reach {
		return exposure.Reach{Exposed: exposed, Why: "told so", Where: []inventory.Citation{{Origin: record.Origin{Path: "fw.conf", Length: 3}}}}
	}}
	return Assessor(matcher(t)).Assess(ctx)
}

func on(host string, list ...inventory.Software) *inventory.Observation {
	key, _ := inventory.NewKey(inventory.Name, host)
	return &inventory.Observation{
		Source: &inventory.Source{Path: "assets.csv", Format: "assets"}, Where: inventory.Citation{Excerpt: host}, Keys: []inventory.Key{key}, Software: list,
	}
}

func software(kind inventory.Kind, vendor, name, version string, c inventory.Confidence) inventory.Software {
	s := inventory.Software{Component: &inventory.Component{Kind: kind, Vendor: vendor, Name: name, Version: version}, Confidence: c}
	s.Where.Path = "assets.csv"
	return s
}

func TestFlawsOfAProductAreOneFindingWithWhatClosesThem(t *testing.T) {
	gate := software(inventory.Firmware, "Fortinet", "FortiOS", "7.2.1", inventory.Configured)
	list := assessed(t, facts.Yes, on("fw1", gate), on("fw2", gate))
	if len(list) != 2 {
		t.Fatalf("%d findings, want one for each device", len(list))
	}
	f := &list[0]
	if f.Severity != finding.Critical || f.Confidence != finding.Certain || f.Question != finding.Exposed || f.Detector != ID {
		t.Errorf("severity %s, confidence %s", f.Severity, f.Confidence)
	}
	if !strings.HasPrefix(f.Action, "Upgrade FortiOS to 7.2.") || f.Action != list[1].Action {
		t.Errorf("action %q and %q", f.Action, list[1].Action)
	}
	if f.Flaws < 10 || f.Urgent < 3 || len(f.Citations) == 0 || len(f.Mitigations) == 0 {
		t.Errorf("%d flaws, %d urgent, citations %v", f.Flaws, f.Urgent, f.Citations)
	}
	if !slices.ContainsFunc(f.Citations, func(c finding.Citation) bool { return c.Path == "fw.conf" }) {
		t.Errorf("what shows that the Internet reaches it is not cited: %v", f.Citations)
	}
	for _, want := range []string{"3 days & forensic investigation", "known to be exploited since", "score ", "affected: ", "told so", "look for an intruder on this host"} {
		if !strings.Contains(f.Why, want) {
			t.Errorf("%q is missing in %s", want, f.Why)
		}
	}
	if list[0].ID == list[1].ID {
		t.Error("two devices have one id")
	}
}

func TestUnknownExposureShowsBothBranches(t *testing.T) {
	gate := software(inventory.Application, "ConnectWise", "ScreenConnect", "23.9.7", inventory.Installed)
	for exposed, want := range map[facts.Answer]finding.Severity{facts.Yes: finding.Critical, facts.Unknown: finding.Critical, facts.No: finding.Critical} {
		list := assessed(t, exposed, on("rmm", gate)) // automatable and total: exposure makes no difference
		if len(list) != 1 || list[0].Severity != want {
			t.Errorf("%s: %+v", exposed, list)
		}
	}
	bleed := software(inventory.Application, "RARLAB", "WinRAR", "6.22.0", inventory.Installed)
	list := assessed(t, facts.Unknown, on("pc", bleed))
	if len(list) != 1 || !strings.Contains(list[0].Why, "if the asset is exposed to the Internet, else") || list[0].Severity > finding.High {
		t.Errorf("%+v", list)
	}
	if !strings.HasPrefix(list[0].Action, "Upgrade WinRAR to 7.13") {
		t.Errorf("action %q", list[0].Action)
	}
}

func TestGuessesAndOpenQuestionsAreNotTold(t *testing.T) {
	for name, s := range map[string]inventory.Software{
		"a guess":               software(inventory.Application, "Apache", "HTTP Server", "2.4.49", inventory.Guess),
		"no version":            software(inventory.Application, "Apache", "HTTP Server", "", inventory.Announced),
		"nobody knows it":       software(inventory.Application, "Nobody", "Some Thing", "1.0", inventory.Installed),
		"fixed":                 software(inventory.Application, "RARLAB", "WinRAR", "7.13.0", inventory.Installed),
		"a model":               software(inventory.Hardware, "Fortinet", "FortiGate 60F", "", inventory.Configured),
		"the kernel's own name": software(inventory.System, "", "Linux Kernel", "99.1", inventory.Announced),
	} {
		if list := assessed(t, facts.Yes, on("host", s)); len(list) != 0 {
			t.Errorf("%s: %s", name, list[0].Title)
		}
	}
}

func claim(check, cve string, quality inventory.Confidence) inventory.Claim {
	return inventory.Claim{
		Check: check, Title: "Gate is open", CVEs: []string{cve}, Verdict: inventory.Affected, Quality: quality,
		Component: &inventory.Component{Kind: inventory.Application, Vendor: "Fortinet", Name: "FortiOS", Version: "7.0.5"}, Source: &inventory.Source{Tool: check},
	}
}

func TestOneFlawSeenByThreeIsToldOnce(t *testing.T) {
	o := on("fw", software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.5", inventory.Configured))
	o.Claims = []inventory.Claim{claim("nessus:1", "CVE-2022-40684", 100), claim("openvas:2", "CVE-2022-40684", 30)}
	list := assessed(t, facts.Yes, o)
	alone := assessed(t, facts.Yes, on("fw", software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.5", inventory.Configured)))
	if len(list) != 1 || list[0].Flaws != alone[0].Flaws {
		t.Errorf("%d findings, %d flaws; want %d", len(list), list[0].Flaws, alone[0].Flaws)
	}
}

func TestStatementsOfVendorsRuleFlawsOut(t *testing.T) {
	log4j := &inventory.Component{Kind: inventory.Library, Name: "log4j-core", Version: "2.14.1", Ecosystem: "maven"}
	o := on("app", inventory.Software{Component: log4j, Confidence: inventory.Installed})
	before := assessed(t, facts.Yes, o)
	o = on("app", inventory.Software{Component: log4j, Confidence: inventory.Installed})
	o.Statements = []inventory.Statement{
		{Vulnerability: "CVE-2021-44228", Status: "not_affected", Components: []*inventory.Component{log4j}},
		{Vulnerability: "CVE-2021-45046", Status: "under_investigation", Components: []*inventory.Component{log4j}},
		{Vulnerability: "CVE-2021-44832", Status: "not_affected", Products: []string{"something else"}},
	}
	after := assessed(t, facts.Yes, o)
	if len(before) != 1 || len(after) != 1 || after[0].Flaws != before[0].Flaws-1 || !strings.Contains(after[0].Why, "Ruled out by statements of vendor or owner: CVE-2021-44228") {
		t.Errorf("before %+v\nafter %+v", before, after)
	}
}

func TestServicesAreNamedByTheirBanners(t *testing.T) {
	o := on("host")
	o.Services = []inventory.Service{{
		Address: netip.MustParseAddr("192.0.2.7"), Port: 22, Protocol: "tcp", State: "open", Name: "ssh", Identity: inventory.Guess,
		Banners: []inventory.Banner{{Kind: "ssh", Text: "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2"}},
	}}
	list := assessed(t, facts.Yes, o)
	if !slices.ContainsFunc(list, func(f finding.Finding) bool {
		return strings.Contains(f.Why, "CVE-2024-6387") && strings.Contains(f.Why, "debian-12 fixed it in")
	}) {
		t.Errorf("the banner is not judged by its distribution: %+v", list)
	}
	o.Services[0].State = "filtered"
	if list := assessed(t, facts.Yes, o); len(list) != 0 {
		t.Errorf("a filtered port has %s", list[0].Title)
	}
}

func TestProductsWithoutAFixMustGo(t *testing.T) {
	f := func(vendor, name, version, want string) {
		t.Helper()
		list := assessed(t, facts.Yes, on("host", software(inventory.Firmware, vendor, name, version, inventory.Configured)))
		if len(list) == 0 || !strings.Contains(list[0].Action, want) {
			t.Errorf("%s %s: %+v, want %q", name, version, list, want)
		}
	}
	f("Citrix", "NetScaler ADC", "12.1-65.25", "Move from NetScaler ADC 12.1 to NetScaler ADC ")
	f("D-Link", "DIR-823X", "1.0", "Find out whether")
}

func TestOrderDoesNotDependOnTheOrderOfEvidence(t *testing.T) {
	a := func() *inventory.Observation {
		return on("a", software(inventory.Firmware, "Fortinet", "FortiOS", "7.0.5", inventory.Configured))
	}
	b := func() *inventory.Observation {
		o := on("b", software(inventory.Application, "RARLAB", "WinRAR", "6.11", inventory.Installed), software(inventory.Application, "Apache", "HTTP Server", "2.4.49", inventory.Announced))
		o.Where.Path = "other.csv"
		return o
	}
	one, two := fmt.Sprintf("%+v", assessed(t, facts.Yes, a(), b())), fmt.Sprintf("%+v", assessed(t, facts.Yes, b(), a()))
	if one != two {
		t.Errorf("%s\n\n%s", one, two)
	}
}

func TestScoresAreTheSumOfTheirPoints(t *testing.T) {
	m := matcher(t)
	d := &inventory.Device{Roles: []inventory.Fact{{Value: "firewall"}}}
	for i := range m.Facts.Vulnerabilities {
		v := &m.Facts.Vulnerabilities[i]
		if !v.Listed() {
			continue
		}
		s := m.score(v, d)
		sum := m.Model.Base
		for _, p := range s.Points {
			sum += p.Points
		}
		if diff := sum - s.Total; diff > 1e-9 || diff < -1e-9 {
			t.Fatalf("%s: points make %v, the score is %v", v.ID, sum, s.Total)
		}
	}
}
