package example_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"seawall/internal/finding"
	"seawall/internal/scan"
	"seawall/internal/verdict"
)

func scanned(t *testing.T) *verdict.Result {
	t.Helper()
	rules, err := scan.LoadRules(scan.RuleOptions{Builtin: true})
	if err != nil {
		t.Fatal(err)
	}
	r, err := scan.Run(context.Background(), scan.Options{
		Paths: []string{"../../examples/evidence"}, Rules: rules, Detectors: scan.Detectors(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Signs of one session are folded into one finding, so a step is looked for by
// its technique, not by the detector that leads the finding.
func TestEveryStepOfTheIntrusionIsFound(t *testing.T) {
	r := scanned(t)
	f := func(step, technique, host string, at time.Time) {
		t.Helper()
		found := slices.ContainsFunc(r.Findings, func(f finding.Finding) bool {
			const slack = 10 * time.Second
			return f.Severity >= finding.Medium && slices.Contains(f.Techniques, technique) &&
				slices.Contains(f.Entities, finding.Entity{Type: finding.Host, Value: host}) &&
				f.First <= at.Add(slack).UnixNano() && f.Last >= at.Add(-slack).UnixNano()
		})
		if !found {
			t.Errorf("%s: no finding of %s on %s at %s", step, technique, host, at)
		}
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 2, day, hour, minute, 0, 0, time.UTC) }
	f("the upload page abused", "T1190", "web01.cha.example", time.Date(2026, 2, 25, 1, 41, 59, 0, time.UTC))
	f("the web shell asked", "T1505.003", "web01.cha.example", at(25, 1, 43))
	f("web shell", "T1505.003", "web01.cha.example", at(25, 1, 42))
	f("a look around", "T1082", "web01.cha.example", at(25, 1, 43))
	f("tools fetched", "T1105", "web01.cha.example", at(25, 2, 4))
	f("tunnel", "T1572", "web01.cha.example", at(25, 2, 6))
	f("passwords taken from memory", "T1003.001", "web01.cha.example", at(25, 2, 21))
	f("port proxy", "T1090.001", "web01.cha.example", at(25, 2, 25))
	f("a stranger's computer behind a service account", "T1078", "desktop-9q1kx3l", at(25, 2, 43))
	f("tickets of service accounts", "T1558.003", "dc01.cha.example", at(25, 2, 56))
	f("a stolen password tried on every computer", "T1078", "ws07.cha.example", at(26, 1, 0))
	f("a service on the file server", "T1569.002", "file01.cha.example", at(26, 1, 2))
	f("records removed from the file server's log", "T1070", "file01.cha.example", time.Date(2026, 2, 26, 1, 10, 36, 0, time.UTC))
	f("archive packed, from the removed records", "T1059", "file01.cha.example", at(26, 1, 23))
	f("remote desktop through a tunnel", "T1572", "file01.cha.example", at(26, 1, 49))
	f("remote desktop through the port proxy", "T1021.001", "ws07.cha.example", at(26, 2, 9))
	f("mailboxes", "T1114.002", "mail01.cha.example", at(26, 2, 39))
	f("directory replicated", "T1003.006", "dc01.cha.example", at(27, 0, 51))
	f("a task on the domain controller", "T1053.005", "dc01.cha.example", at(27, 0, 57))
	f("directory database copied", "T1003.003", "dc01.cha.example", at(27, 0, 58))
	f("logs cleared", "T1070.001", "web01.cha.example", at(27, 3, 12))
}

// The intruder works in three nights; what serious findings tell of must begin
// in one of them.
func TestTheOrdinaryWeekStaysQuiet(t *testing.T) {
	for _, f := range scanned(t).Findings {
		if f.Severity < finding.Medium || f.Question != finding.In {
			continue
		}
		first := time.Unix(0, f.First).UTC()
		if day := first.Day(); day < 25 || day > 27 || first.Month() != time.February || first.Hour() > 3 {
			t.Errorf("%s: %s (%s) at %s is ordinary", f.Detector, f.Title, f.Severity, first)
		}
	}
}

// The backup uses an account that the intruder cracks, as it did before.
func TestTheBackupServerIsNoSuspect(t *testing.T) {
	for _, f := range scanned(t).Findings {
		if slices.Contains(f.Entities, finding.Entity{Type: finding.Address, Value: "10.20.2.30"}) {
			t.Errorf("%s: %s names the backup server", f.Detector, f.Title)
		}
	}
}

func TestRemovedRecordsAreCountedApart(t *testing.T) {
	r := scanned(t)
	if r.Read.Recovered == 0 || r.Read.Lost() > 0 {
		t.Errorf("%d records recovered, %d problems lost evidence", r.Read.Recovered, r.Read.Lost())
	}
}

// What stands open is told, and closing it is among the first actions although
// an intruder is in.
func TestTheOpenDoorsAreFoundAndClosed(t *testing.T) {
	r := scanned(t)
	var titles []string
	for _, f := range r.Findings {
		if f.Question == finding.Exposed && f.Severity >= finding.Medium {
			titles = append(titles, f.Title)
		}
	}
	for _, want := range []string{"FortiOS 7.0.5 has", "FortiOS 7.0 is out of support", "Remote Desktop answers the Internet", "Management of fw-edge is open", "Windows Server 2012 R2 is out of support", "IOS 15.4(3)M2 has"} {
		if !slices.ContainsFunc(titles, func(title string) bool { return strings.Contains(title, want) }) {
			t.Errorf("no finding %q among %q", want, titles)
		}
	}
	if !slices.ContainsFunc(r.Findings, func(f finding.Finding) bool {
		return strings.HasPrefix(f.Title, "Remote Desktop answers") && slices.Contains(f.Entities, finding.Entity{Type: finding.Host, Value: "sql01.cha.example"})
	}) {
		t.Error("the server behind the published port is not named")
	}
	answers := verdict.Of(r)
	if answers.Exposed.Answer != verdict.Yes || answers.In.Answer != verdict.Yes {
		t.Errorf("exposed: %s, in: %s", answers.Exposed.Answer, answers.In.Answer)
	}
	var first []string
	for _, a := range answers.First {
		first = append(first, a.Text)
	}
	for _, want := range []string{"FortiOS", "krbtgt", "web shell"} {
		if !slices.ContainsFunc(first, func(text string) bool { return strings.Contains(text, want) }) {
			t.Errorf("no action about %s among %q", want, first)
		}
	}
}

func TestTheTunnelIsToldFromTheWire(t *testing.T) {
	for _, f := range scanned(t).Findings {
		if f.Detector == "nettunnel" && slices.Contains(f.Entities, finding.Entity{Type: finding.Address, Value: "203.0.113.44"}) {
			return
		}
	}
	t.Error("no finding of the detector nettunnel")
}
