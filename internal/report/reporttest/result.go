// Package reporttest makes results for the tests of the reports: an ordinary
// one, a hostile one, and one as large as wanted.
package reporttest

import (
	"fmt"
	"slices"
	"time"

	"seawall/internal/clock"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/verdict"
)

var start = time.Date(2022, 9, 14, 8, 30, 0, 0, time.UTC)

// Detectors are three checks: two that the result of [Ordinary] has evidence
// for and one it has not.
func Detectors() []intrusion.Detector {
	return []intrusion.Detector{
		{ID: "kerberoast", Title: "Kerberoasting", Techniques: []string{"T1558.003"}, Needs: []coverage.Need{{Channel: "Security", EventIDs: []int{4769}, Enable: "Enable the audit policy Kerberos Service Ticket Operations on every domain controller"}}},
		{ID: "log-cleared", Title: "Log clearing", Techniques: []string{"T1070.001"}, Needs: []coverage.Need{{Channel: "Security", EventIDs: []int{1102}}, {Channel: "System"}}},
		{ID: "lsass", Title: "LSASS theft", Techniques: []string{"T1003.001"}, Needs: []coverage.Need{{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{10}, Enable: "Install Sysmon with process access events for lsass.exe"}}},
	}
}

// Ordinary is a small result with findings of several severities.
func Ordinary() *verdict.Result {
	r := empty()
	r.Findings = []finding.Finding{
		{
			ID: finding.StableID("kerberoast", "svc-sql"), Detector: "kerberoast", Question: finding.In, Title: "Service ticket of svc-sql requested with RC4",
			Why:      "The account asked for a ticket encrypted with RC4 although AES was on offer: such tickets are taken away and broken offline.",
			Severity: finding.High, Confidence: finding.Likely, Techniques: []string{"T1558.003"}, Mitigations: []string{"least-privilege"},
			Entities: []finding.Entity{{Type: finding.Host, Value: "dc01.corp.example"}, {Type: finding.User, Value: `CORP\jdoe`}, {Type: finding.Address, Value: "10.0.3.17"}},
			First:    at(0), Last: at(95), Count: 12, Citations: []finding.Citation{cite(0), cite(95)},
		},
		{
			ID: finding.StableID("log-cleared", "dc01"), Detector: "log-cleared", Question: finding.In, Title: "Security log cleared",
			Why: "Somebody emptied the log.", Severity: finding.Critical, Confidence: finding.Certain, Techniques: []string{"T1070.001"}, Mitigations: []string{"logging"},
			Entities: []finding.Entity{{Type: finding.Host, Value: "dc01.corp.example"}, {Type: finding.User, Value: `CORP\admin`}},
			First:    at(300), Last: at(300), Count: 1, Citations: []finding.Citation{cite(300)},
		},
		{
			ID: finding.StableID("sigma", "x"), Detector: "sigma", Question: finding.Exposed, Title: "Account without Kerberos pre-authentication",
			Why: "Anyone can ask for its ticket.", Severity: finding.Medium, Confidence: finding.Certain, Techniques: []string{"T1558.004"},
			Entities: []finding.Entity{{Type: finding.User, Value: `CORP\old-scanner`}}, First: at(10), Last: at(10), Count: 1,
			Rules: []finding.Rule{{ID: "6c3b3f0e-0000-4000-8000-000000000001", Title: "Pre-authentication disabled", Level: "medium", Count: 1}}, Citations: []finding.Citation{cite(10)}, Recovered: true,
		},
		{
			ID: finding.StableID("sigma", "y"), Detector: "sigma", Question: finding.In, Title: "Backup agent ran vssadmin", Why: "Shadow copies were listed.",
			Severity: finding.Low, Confidence: finding.Unsure, First: at(20), Last: at(20), Count: 3, Suppressed: "the backup does this every night",
		},
	}
	r.Clocks = []clock.Offset{{Series: "evidence/web01/access.log", Reference: "evidence/lb01/access.log", Ahead: int64(7 * time.Minute), Events: 412}}
	r.sort()
	return r.Result
}

type result struct{ *verdict.Result }

func (r result) sort() {
	for i := range r.Findings {
		r.Findings[i].Normalize()
	}
	slices.SortFunc(r.Findings, func(a, b finding.Finding) int { return finding.Compare(&a, &b) })
}

func empty() result {
	c := coverage.New()
	c.Observe(coverage.Stream{Host: "dc01.corp.example", Channel: "security", EventID: 4769}, at(0))
	c.Observe(coverage.Stream{Host: "dc01.corp.example", Channel: "security", EventID: 4624}, at(7200))
	c.Observe(coverage.Stream{Host: "ws07.corp.example", Channel: "system", EventID: 7045}, at(60))
	return result{&verdict.Result{
		Run:       verdict.Run{Version: "1.2.3", CommandLine: "seawall scan evidence", Start: start, End: start.Add(2500 * time.Millisecond), Zone: "UTC"},
		Detectors: Detectors(),
		Coverage:  c,
		Read: verdict.Read{
			Formats:      []verdict.Format{{ID: "evtx", Title: "Windows event log (EVTX)", Files: 2, Bytes: 3 << 20, Records: 1234}},
			Duplicates:   []string{"evidence/copy.evtx"},
			Unrecognised: []string{"evidence/notes.docx"},
			Problems:     []verdict.Problem{{Path: "evidence/Security.evtx", Offset: 69632, What: "chunk 1: data checksum is wrong", Lost: true}},
			Recovered:    3,
		},
		Rules: verdict.Rules{Loaded: 120, Correlations: 4, NotEvaluable: []verdict.RuleProblem{{File: "web.yml", Line: 7, Rule: "Web thing", Why: "no log source of this kind is read"}}, Unseen: []verdict.Unseen{
			{Evidence: "Microsoft-Windows-Sysmon/Operational 1 or Security 4688", Enable: "install Sysmon", Rules: []string{"Shell under a web server", "Whoami"}},
			{Evidence: "Microsoft-Windows-TaskScheduler/Operational", Rules: []string{"Task in a public folder"}},
		}},
	}}
}

func at(seconds int) int64 {
	return start.Add(time.Duration(seconds)*time.Second + 123456700).UnixNano()
}

func cite(seconds int) finding.Citation {
	return finding.Citation{Path: "triage.zip!/C/Windows/System32/winevt/Logs/Security.evtx", Offset: 4608 + int64(seconds)*100, Length: 824, Number: uint64(1000 + seconds), Time: at(seconds), SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Excerpt: "EventID=4769 | ServiceName=svc-sql | TicketEncryptionType=0x17"}
}

// Hostile strings, as an attacker may put them into a log.
var Hostile = []string{
	`</script><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "\x1b[2J\x1b]0;owned\x07", "gpj.\u202eexe.\u2066x", `=cmd|'/C calc'!A0`, "+1\r\n-2\t@x", `javascript:alert(1)`,
	"\xff\xfe\x00bad", "{{.}}${7*7}", "<!--", "]]>", "\u2028\u2029", "漢字\u0300\U000e0041", "__proto__", `' onmouseover='alert(1)`, "`${alert(1)}`", "*/</style><script>alert(1)</script>",
}

// HostileResult has attacker's text in every field that can hold any.
func HostileResult() *verdict.Result {
	r := Ordinary()
	for i, h := range Hostile {
		r.Findings = append(r.Findings, finding.Finding{
			ID: finding.StableID("hostile", h) + h, Detector: h, Question: finding.Question(h), Title: h, Why: h, Severity: finding.Severity(i % 5), Confidence: finding.Confidence(i % 3),
			Techniques: []string{h}, Mitigations: []string{h}, Entities: []finding.Entity{{Type: finding.Host, Value: h}, {Type: h, Value: h}, {Type: finding.User, Value: h}},
			Rules: []finding.Rule{{ID: h, Title: h, Level: h, Count: 1}}, First: at(i), Last: at(i + 1), Count: i,
			Citations: []finding.Citation{{Path: h, Offset: int64(i), Length: 5, Time: at(i), SHA256: h, Excerpt: h}},
		})
		r.Read.Unrecognised = append(r.Read.Unrecognised, h)
		r.Read.Duplicates = append(r.Read.Duplicates, h)
		r.Read.Problems = append(r.Read.Problems, verdict.Problem{Path: h, Offset: -1, What: h})
		r.Read.Formats = append(r.Read.Formats, verdict.Format{ID: h, Title: h, Files: 1})
		r.Rules.NotEvaluable = append(r.Rules.NotEvaluable, verdict.RuleProblem{File: h, Rule: h, Why: h})
		r.Detectors = append(r.Detectors, intrusion.Detector{ID: h, Title: h, Techniques: []string{h}, Needs: []coverage.Need{{Channel: h, Enable: h}}})
		r.Coverage.Observe(coverage.Stream{Host: h, Channel: h, EventID: i}, at(i))
		r.Warnings = append(r.Warnings, h)
	}
	r.Clocks = []clock.Offset{{Series: Hostile[0], Reference: Hostile[1], Ahead: 7e9, Events: 30}, {Series: Hostile[2], Reference: Hostile[3], Ahead: -7e9, Events: 30}}
	r.Run.CommandLine, r.Run.Version, r.Run.Zone = Hostile[0], Hostile[1], Hostile[2]
	result{r}.sort()
	return r
}

// Large is a result of n findings, as varied as real ones.
func Large(n int) *verdict.Result {
	r := empty()
	titles := []string{"Suspicious command line", "Remote service installed", "Logon with explicit credentials", "PowerShell download cradle", "Scheduled task created"}
	r.Findings = make([]finding.Finding, n)
	for i := range r.Findings {
		c := cite(i)
		c.Excerpt = fmt.Sprintf(`EventID=4688 | NewProcessName=C:\Windows\System32\cmd.exe | CommandLine=cmd.exe /c whoami /all > C:\Users\Public\o%d.txt | SubjectUserName=user%d`, i%9973, i%211)
		r.Findings[i] = finding.Finding{
			ID: finding.StableID("large", fmt.Sprint(i)), Detector: "sigma", Question: finding.In, Title: titles[i%len(titles)], Why: "A rule that " + titles[i%len(titles)] + " matched.",
			Severity: finding.Severity(i * 7 % 5), Confidence: finding.Confidence(i % 3), Techniques: []string{"T1059.003"},
			Entities: []finding.Entity{{Type: finding.Host, Value: fmt.Sprintf("ws%03d.corp.example", i%400)}, {Type: finding.User, Value: fmt.Sprintf(`CORP\user%d`, i%211)}},
			First:    at(i), Last: at(i + i%60), Count: 1 + i%17, Citations: []finding.Citation{c},
			Rules: []finding.Rule{{ID: fmt.Sprintf("rule-%d", i%300), Title: fmt.Sprintf("Rule %d", i%300), Level: "high", Count: 1 + i%17}},
		}
	}
	r.sort()
	return r.Result
}
