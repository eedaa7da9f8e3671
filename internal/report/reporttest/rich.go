package reporttest

import (
	"reflect"
	"strings"

	"seawall/internal/advisory/plan"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/verdict"
)

// Rich is a result that fills every section of a report: an intrusion from
// outside over two hosts, a stranger, something blocked, a silent log, flaws,
// ends of support, open services, assets and the facts they were judged by.
func Rich() *verdict.Result {
	r := Ordinary()
	r.Findings = append(r.Findings, story()...)
	r.Findings = append(r.Findings, weaknesses()...)
	for hour := range 160 {
		if hour < 70 || hour > 110 { // silent for 40 hours
			r.Coverage.Observe(coverage.Stream{Host: "web01.corp.example", Channel: "access"}, at(3600*(hour-72)))
		}
	}
	r.Assets = []verdict.Asset{
		{Name: "web01.corp.example", Addresses: []string{"10.0.9.4", "203.0.113.80"}, System: "Debian 10", Roles: []string{"web server"}, Owners: []string{"Web team"}, Open: []string{"tcp/443 nginx"}, Internet: "yes", Software: 412, Sources: 2},
		{Name: "edge-gw", Addresses: []string{"203.0.113.1"}, System: "FortiOS 7.2.6", Internet: "yes", Open: []string{"tcp/443 FortiOS", "tcp/541"}, Sources: 1},
		{Name: "printer-3", Internet: "no", Sources: 1},
	}
	r.Facts = []verdict.Feed{{Name: "KEV", Date: "2022-09-10", Age: 4, Count: 830, From: "the catalogue of CISA"}, {Name: "CVE", Date: "2022-03-01", Age: 197, Stale: true, Count: 180000, From: "cve.org"}}
	r.Detectors = append(r.Detectors, intrusion.Detector{ID: "sigma", Title: "Rules", Techniques: []string{"T1059.001", "T1110", "T1566.001"}})
	r.Plan = &plan.Plan{Title: "Advisory on a harbour", Asked: true, Rows: []plan.Row{
		{ID: "T1190", Name: "Exploit Public-Facing Application", Why: "they exploit what faces the Internet", Place: "page 3", Means: []string{"webexploit"}, State: plan.Found, Findings: []string{finding.StableID("story", "exploit")}},
		{ID: "T1003.001", Name: "LSASS Memory", Why: "they dump credentials", Place: "page 4", Means: []string{"lsass"}, State: plan.Blind, Collect: []string{"Install Sysmon"}},
	}}
	r.Warnings = []string{"Facts are old: CVE is of 2022-03-01, 197 days ago."}
	result{r}.sort()
	return r
}

func story() []finding.Finding {
	const attacker, web = "198.51.100.9", "web01.corp.example"
	told := func(key, title string, severity finding.Severity, seconds, lasting int, techniques []string, entities ...finding.Entity) finding.Finding {
		return finding.Finding{
			ID: finding.StableID("story", key), Detector: "webabuse", Question: finding.In, Title: title, Why: "Told of " + title + ".", Severity: severity, Confidence: finding.Certain,
			Techniques: techniques, Mitigations: []string{"patching"}, Entities: entities, First: at(seconds), Last: at(seconds + lasting), Count: 3, Citations: []finding.Citation{cite(seconds)},
		}
	}
	host := func(name string) finding.Entity { return finding.Entity{Type: finding.Host, Value: name} }
	outside := finding.Entity{Type: finding.Address, Value: attacker}
	user := finding.Entity{Type: finding.User, Value: `CORP\svc-web`}
	return []finding.Finding{
		told("scan", "Scan for holes of web applications", finding.Low, -86400, 600, []string{"T1595.002"}, host(web), outside),
		told("exploit", "Web exploit, confirmed: upload page", finding.Critical, 100, 60, []string{"T1190"}, host(web), outside),
		told("shell", "Web shell at work", finding.Critical, 400, 7200, []string{"T1505.003"}, host(web), outside, user),
		told("logon", "Remote logon from the web server", finding.High, 3600, 1, []string{"T1021.002"}, host("dc01.corp.example"), host(web), host("kali-1"), user),
		told("blocked", "Tunnel to the outside blocked", finding.Medium, 4000, 1, []string{"T1572"}, host(web), outside, user),
		told("upload", "Much data leaves for one destination", finding.High, 200000, 900, []string{"T1041"}, host(web), outside, user),
	}
}

func weaknesses() []finding.Finding {
	weak := func(detector, title, host, action string, severity finding.Severity, flaws, urgent int) finding.Finding {
		return finding.Finding{
			ID: finding.StableID(detector, title, host), Detector: detector, Question: finding.Exposed, Title: title, Why: "The scan shows it.", Severity: severity, Confidence: finding.Certain,
			Techniques: []string{"T1190"}, Entities: []finding.Entity{{Type: finding.Host, Value: host}}, Count: max(flaws, 1), Action: action, Flaws: flaws, Urgent: urgent, Investigate: urgent > 0,
			Citations: []finding.Citation{{Path: "scans/nmap.xml", Offset: 120, Length: 40, Number: 7, Excerpt: "port 443 open"}},
		}
	}
	return []finding.Finding{
		weak("vulnerable", "FortiOS 7.2.6 has 9 known flaws, 5 of them used in attacks", "edge-gw", "Upgrade FortiOS to 7.2.9", finding.Critical, 9, 5),
		weak("vulnerable", "FortiOS 7.2.7 has 8 known flaws, 4 of them used in attacks", "edge-gw2", "Upgrade FortiOS to 7.2.9", finding.High, 8, 4),
		weak("endoflife", "Debian 10 is out of support since 2022-09-10", "web01.corp.example", "Move from Debian 10 to Debian 11", finding.Medium, 0, 0),
		weak("endoflife", "Debian 10 is out of support since 2022-09-10", "web02.corp.example", "Move from Debian 10 to Debian 11", finding.Medium, 0, 0),
		weak("surface", "SMB answers the Internet on edge-gw", "edge-gw", "Close SMB to the Internet", finding.High, 0, 0),
	}
}

// Plant puts a text into every string that the value under p holds, behind
// what is there, so that what belongs together still does. Named types of
// strings are the program's own words and stay.
func Plant(p any, text string) { plant(reflect.ValueOf(p), text) }

func plant(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			plant(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				plant(v.Field(i), text)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			plant(v.Index(i), text)
		}
	case reflect.String:
		if v.CanSet() && v.Type() == reflect.TypeFor[string]() {
			v.SetString(v.String() + text)
		}
	}
}

// Cocktail is all of [Hostile] in one text.
func Cocktail() string { return strings.Join(Hostile, " ") }

// Planted is [Rich] and its verdict with a text in every string, those of the
// coverage included.
func Planted(text string) (*verdict.Result, *verdict.Verdict) {
	r := Rich()
	v := verdict.Of(r)
	Plant(&v, text)
	Plant(r, text)
	for hour := range 160 {
		if hour < 70 || hour > 110 {
			r.Coverage.Observe(coverage.Stream{Host: "web01.corp.example" + text, Channel: "access" + text}, at(3600*(hour-72)))
		}
	}
	return r, &v
}
