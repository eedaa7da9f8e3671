package assets

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/evidence/inventorytest"
	"seawall/internal/inventory"
)

// counted are the ways in which DefectDojo counts: what one scanner's report
// makes of findings there.
type counted struct {
	claims, informational, distinct, statements, open int
}

func count(r *inventorytest.Result) (c counted) {
	checks := map[string]bool{}
	for _, o := range r.Observations {
		c.statements += len(o.Statements)
		for i := range o.Services {
			if o.Services[i].State == "open" {
				c.open++
			}
		}
		for i := range o.Claims {
			claim := &o.Claims[i]
			c.claims++
			if claim.Verdict == inventory.Unjudged {
				c.informational++
			}
			checks[claim.Title+claim.Severity] = true
		}
	}
	c.distinct = len(checks)
	return c
}

// strictness explains why a count differs where it does.
var strictness = map[string]string{
	"nmap/nmap_script_vulners.xml":                                 "counts open ports, and what a script looks up by version: ours are a port and possible flaws",
	"nuclei/many_findings.json":                                    "joins findings that differ in the host only",
	"tenable/tenable_many_vuln.csv":                                "joins rows of one title and severity on several hosts",
	"tenable/nessus/nessus_many_vuln.xml":                          "joins items of one title and severity on several hosts",
	"qualys_infrascan_webgui/qualys_infrascan_webgui_multiple.xml": "leaves information out",
	"anchore_grype/same_cve_different_paths.json":                  "joins paths in one of its modes",
}

// agrees reports whether a count is one of those that a reading gives.
func (c counted) agrees(want int) bool {
	return want == c.claims || want == c.claims+c.statements || want == c.claims+c.open && c.claims > 0 || want == c.open && c.claims == 0
}

func TestCountsOfRecordedAssertions(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "exposure"), "scans", "defectdojo")
	formats := Formats()
	agree, explained, disagree, unread := 0, 0, 0, 0
	for _, row := range inventorytest.CSV(t, filepath.Join(dir, "expected_counts.csv"))[1:] {
		var want int
		fmt.Sscan(row[1], &want)
		r := inventorytest.Walk(t, formats, evidence.Options{KeepDuplicates: true}, filepath.Join(dir, row[0]))
		c := count(r)
		switch {
		case len(r.Formats) == 0 && !(want == 0 && len(r.Unrecognised) > 0 && ours(row[0])):
			unread++
			if ours(row[0]) {
				t.Errorf("%s is not recognised", row[0])
			}
		case c.agrees(want):
			agree++
		case c.claims-c.informational == want || c.distinct == want || strictness[row[0]] != "":
			explained++
			t.Logf("explained  %-62s %3d, ours %+v: %s", row[0], want, c, strictness[row[0]])
		default:
			disagree++
			t.Errorf("disagrees  %-62s %3d, ours %+v", row[0], want, c)
		}
	}
	t.Logf("%d agree, %d explained, %d disagree; %d of tools that are not read", agree, explained, disagree, unread)
	if agree < 32 {
		t.Errorf("only %d agree", agree)
	}
}

// ours reports whether a file is of a tool whose output is read.
func ours(name string) bool {
	tool, _, _ := strings.Cut(name, "/")
	switch tool {
	case "nmap", "nuclei", "openvas", "tenable", "qualys_vmdr", "qualys_infrascan_webgui", "anchore_grype", "cyclonedx", "spdx", "osv_scanner", "trivy", "masscan", "naabu", "httpx", "openvex", "csaf":
		return true
	}
	return false
}

func TestEveryScanOfTheLibraryIsRead(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "exposure"), "scans", "libnmap")
	r := inventorytest.Walk(t, Formats(), evidence.Options{}, dir)
	hosts, services, down := 0, 0, 0
	for _, o := range r.Observations {
		hosts++
		services += len(o.Services)
		if o.Status == inventory.Down {
			down++
		}
	}
	t.Logf("%d files, %d hosts, %d down, %d ports", r.Formats["nmap-xml"], hosts, down, services)
	if r.Formats["nmap-xml"] != 12 || hosts < 500 || services < 50 || len(r.Lost()) > 0 {
		t.Errorf("not all is read: %v", r.Lost())
	}
}

func TestEveryBillOfMaterialsIsRead(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "exposure"), "sbom")
	r := inventorytest.Walk(t, Formats(), evidence.Options{}, dir)
	files := 0
	for _, n := range r.Formats {
		files += n
	}
	t.Logf("%d files %v, %d components", files, r.Formats, len(r.Software()))
	if files != 20 || len(r.Unrecognised) > 0 || len(r.Lost()) > 0 {
		t.Errorf("not all is read: %v %v", r.Unrecognised, r.Lost())
	}
}

// The library's own tests say how many packages its files hold.
func TestInventoriesHoldWhatTheirTestsSay(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "exposure"), "inventory", "osv-scalibr")
	for file, want := range map[string]int{
		"extractor__filesystem__os__dpkg__testdata__dpkg__valid":                                7,
		"extractor__filesystem__os__dpkg__testdata__dpkg__single":                               1,
		"extractor__filesystem__os__dpkg__testdata__opkg__valid":                                3,
		"extractor__filesystem__os__apk__testdata__installed":                                   15,
		"extractor__filesystem__os__apk__testdata__single":                                      1,
		"extractor__filesystem__os__rpm__testdata__Packages_epoch":                              1,
		"extractor__filesystem__os__chocolatey__testdata__atom.nuspec":                          1,
		"extractor__filesystem__misc__netscaler__testdata__valid__ns.conf":                      1,
		"extractor__filesystem__misc__netscaler__testdata__valid__nsversion":                    1,
		"extractor__filesystem__misc__netscaler__testdata__valid__loader.conf":                  1,
		"extractor__filesystem__misc__netscaler__testdata__invalid__loader.conf":                0,
		"extractor__filesystem__misc__netscaler__testdata__invalid__ns.conf":                    0,
		"extractor__filesystem__misc__netscaler__testdata__invalid__nsversion":                  0,
		"extractor__filesystem__language__java__archive__testdata__simple.jar":                  1,
		"extractor__filesystem__language__java__archive__testdata__complex.jar":                 2,
		"extractor__filesystem__language__java__archive__testdata__nested_at_10.jar":            1,
		"extractor__filesystem__language__java__archive__testdata__no_pom_properties-2.4.0.jar": 1,
	} {
		r := inventorytest.Walk(t, Formats(), evidence.Options{}, filepath.Join(dir, file))
		if got := len(r.Software()); got != want {
			t.Errorf("%s: %d components, want %d: %v", file, got, want, inventorytest.Lines(r))
		}
	}
}
