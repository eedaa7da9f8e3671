package incident

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seawall/internal/finding"
)

var start = time.Date(2022, 7, 4, 10, 0, 0, 0, time.UTC)

// make makes a finding; entities are "type value".
func made(id string, after time.Duration, severity finding.Severity, technique string, entities ...string) finding.Finding {
	f := finding.Finding{
		ID: "sw-" + id, Detector: id, Question: finding.In, Title: id, Severity: severity, Confidence: finding.Likely,
		Techniques: []string{technique}, First: start.Add(after).UnixNano(), Last: start.Add(after).UnixNano(), Count: 1,
	}
	for _, e := range entities {
		kind, value, _ := strings.Cut(e, " ")
		f.Entities = append(f.Entities, finding.Entity{Type: kind, Value: value})
	}
	f.Normalize()
	return f
}

const day = 24 * time.Hour

// story is an intrusion over two months: a web server, a tunnel, an account.
func story() []finding.Finding {
	return []finding.Finding{
		made("exploit", 0, finding.High, "T1190", "host web01", "address 203.0.113.9"),
		made("shell", time.Minute, finding.Critical, "T1505.003", "host web01", `file C:\inetpub\wwwroot\x.aspx`, "address 203.0.113.9"),
		made("recon", time.Hour, finding.High, "T1033", "host web01"),
		made("roast", 9*day, finding.High, "T1558.003", "host dc01", `user CORP\svc_app`, "address 10.0.0.5"),
		made("lateral", 30*day, finding.High, "T1021.002", "host file01", `user CORP\svc_app`, "address 10.0.0.5"),
		made("sent", 31*day, finding.High, "T1041", "host file01", "address 203.0.113.9"),
	}
}

var options = Options{HostOf: func(address string) string {
	if address == "10.0.0.5" {
		return "web01.corp.example"
	}
	return ""
}}

func TestOneIntrusionAcrossMonthsIsOneIncidentInOrder(t *testing.T) {
	incidents := Join(story(), options)
	if len(incidents) != 1 {
		t.Fatalf("%d incidents", len(incidents))
	}
	in := incidents[0]
	var steps []string
	for _, s := range in.Steps {
		steps = append(steps, s.Title)
	}
	if diff := cmp.Diff([]string{"exploit", "shell", "recon", "roast", "lateral", "sent"}, steps); diff != "" {
		t.Error(diff)
	}
	if in.PatientZero.Title != "shell" || in.PatientZero.Host != "web01" || in.Confidence != finding.Certain {
		t.Errorf("patient zero %q on %q, confidence %v", in.PatientZero.Title, in.PatientZero.Host, in.Confidence)
	}
	if !slices.Contains(in.Reset, `CORP\svc_app`) || !slices.Equal(in.Addresses, []string{"203.0.113.9"}) || len(in.Persistence) != 1 || len(in.Taken) != 1 {
		t.Errorf("%+v", in)
	}
}

func TestUnrelatedFindingsStayApart(t *testing.T) {
	f := func(name string, want int, more ...finding.Finding) {
		t.Helper()
		all := append(story(), more...)
		got := Join(all, options)
		if len(got) != 1 || len(got[0].Findings) != len(story())+want {
			t.Errorf("%s: %d incidents, the first of %d findings", name, len(got), len(got[0].Findings))
		}
	}
	f("a low finding on the same host", 0, made("low", time.Hour, finding.Low, "T1021.001", "host web01", `user CORP\admin`))
	f("a low finding of the same session", 2, made("low", time.Hour, finding.Low, "T1021.001", "host web01", "logon web01 0x3e7"), made("same", time.Hour, finding.High, "T1003.001", "host web01", "logon web01 0x3e7"))
	f("another host", 0, made("other", time.Hour, finding.Medium, "T1059", "host ws77", `user CORP\b.chan`))
	f("a grave thing on another host meanwhile", 1, made("other", time.Hour, finding.High, "T1059", "host ws77", `user CORP\b.chan`))
	f("a grave thing on another host long after", 0, made("other", 200*day, finding.High, "T1059", "host ws77", `user CORP\b.chan`))
	f("another month", 0, made("late", 300*day, finding.High, "T1059", "host web01"))
	f("exposure", 0, finding.Finding{ID: "sw-x", Question: finding.Exposed, Severity: finding.Critical, First: start.UnixNano(), Entities: []finding.Entity{{Type: finding.Host, Value: "web01"}}})
	suppressed := made("suppressed", time.Hour, finding.High, "T1059", "host web01")
	suppressed.Suppressed = "known"
	f("suppressed", 0, suppressed)
}

func TestAHubJoinsNothing(t *testing.T) {
	var all []finding.Finding
	for i := range 40 {
		host := "host ws" + string(rune('a'+i%26)) + string(rune('a'+i/26))
		all = append(all, made("scan"+host, time.Duration(i)*time.Minute, finding.High, "T1046", host, "address 10.0.0.200", `user CORP\svc_scan`))
	}
	for _, in := range Join(all, Options{}) {
		if len(in.Findings) > 1 {
			t.Errorf("the scanner glued %d findings together", len(in.Findings))
		}
	}
}

func TestWhatWasRefusedIsToldAndIsNoPatientZero(t *testing.T) {
	all := append(story(), made("Shares refused", -time.Hour, finding.High, "T1021.002", "host web01", "address 203.0.113.9"))
	in := Join(all, options)[0]
	if in.PatientZero.Title != "shell" || len(in.Blocked) != 1 || !in.Steps[0].Blocked {
		t.Errorf("patient zero %q, blocked %q", in.PatientZero.Title, in.Blocked)
	}
}

func TestOneFindingAloneIsAnIncidentOnlyIfItIsCritical(t *testing.T) {
	if in := Join([]finding.Finding{made("a", 0, finding.High, "T1059", "host a")}, Options{}); len(in) != 0 {
		t.Errorf("%+v", in)
	}
	if in := Join([]finding.Finding{made("a", 0, finding.Critical, "T1003.006", "host a")}, Options{}); len(in) != 1 || !strings.HasPrefix(in[0].Entry, "not shown") {
		t.Errorf("%+v", in)
	}
	if in := Join(nil, Options{}); in != nil {
		t.Errorf("%+v", in)
	}
}

func TestTheOrderOfFindingsChangesNothing(t *testing.T) {
	want := Join(story(), options)
	rapid.Check(t, func(t *rapid.T) {
		if diff := cmp.Diff(want, Join(rapid.Permutation(story()).Draw(t, "findings"), options)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestTheWayInIsTheExploitThatWorkedNotTheScanBeforeNorTheShellAfter(t *testing.T) {
	step := func(at int64, s finding.Severity, title, technique string) Step {
		return Step{Time: at, Severity: s, Title: title, Techniques: []string{technique}}
	}
	in := Incident{Steps: []Step{
		step(1, finding.Low, "scan", "T1190"), step(2, finding.High, "exploit", "T1190"), step(3, finding.Critical, "shell", "T1505.003"), step(4, finding.Critical, "later", "T1078"),
	}}
	in.PatientZero = in.Steps[2]
	if got, want := entry(&in), "through a public-facing application: exploit"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFilesOfOneSiteAreOneIncident(t *testing.T) {
	var all []finding.Finding
	for i := range 40 {
		f := made("webshell", time.Duration(i)*40*day, finding.Critical, "T1505.003", fmt.Sprintf("file sites/%s/up/%d.php", []string{"a.example", "b.example"}[i%2], i))
		f.ID = fmt.Sprint("sw-", i)
		all = append(all, f)
	}
	incidents := Join(all, options)
	if len(incidents) != 2 || len(incidents[0].Findings) != 20 || len(incidents[0].Steps) != 1 || incidents[0].Steps[0].Title != "webshell, and 19 more like it" {
		t.Errorf("%d incidents, %+v", len(incidents), incidents)
	}
	one := Join(all[:1], options)
	if len(one) != 1 || len(one[0].Steps) != 1 {
		t.Errorf("one file: %+v", one)
	}
}

func TestStepsThatSayTheSameAreOne(t *testing.T) {
	all := story()
	for i := range 5 {
		f := made("file", time.Duration(i)*time.Minute+2*time.Minute, finding.Critical, "T1505.003", "host web01", fmt.Sprintf(`file C:\\inetpub\\wwwroot\\%d.aspx`, i))
		f.ID = fmt.Sprint("sw-f", i)
		all = append(all, f)
	}
	in := Join(all, options)[0]
	if len(in.Findings) != len(story())+5 || len(in.Steps) != len(story())+1 || in.Steps[2].Title != "file, and 4 more like it" {
		t.Errorf("%+v", in.Steps)
	}
}
