package example_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"seawall/internal/finding"
	"seawall/internal/scan"
	"seawall/internal/verdict"
)

func scanned(t *testing.T) *verdict.Result {
	t.Helper()
	rules, err := scan.LoadRules(true)
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

func about(f *finding.Finding, kind, value string) bool {
	return value == "" || slices.Contains(f.Entities, finding.Entity{Type: kind, Value: value})
}

func TestEveryStepOfTheIntrusionIsFound(t *testing.T) {
	r := scanned(t)
	f := func(step, detector, host string, at time.Time) {
		t.Helper()
		found := slices.ContainsFunc(r.Findings, func(f finding.Finding) bool {
			const slack = 10 * time.Second
			return f.Detector == detector && f.Severity >= finding.Medium && about(&f, finding.Host, host) &&
				f.First <= at.Add(slack).UnixNano() && f.Last >= at.Add(-slack).UnixNano()
		})
		if !found {
			t.Errorf("%s: no finding of %s on %s at %s", step, detector, host, at)
		}
	}
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 2, day, hour, minute, 0, 0, time.UTC) }
	f("tools fetched", "execution", "web01.cha.example", at(25, 2, 4))
	f("passwords taken from memory", "credentials", "web01.cha.example", at(25, 2, 21))
	f("tickets of service accounts", "kerberoast", "dc01.cha.example", at(25, 2, 56))
	f("a stranger's computer behind a service account", "workstation", "desktop-9q1kx3l", at(25, 2, 43))
	f("a service on the file server", "lateral", "file01.cha.example", at(26, 1, 2))
	f("records removed from the file server's log", "logintegrity", "file01.cha.example", time.Date(2026, 2, 26, 1, 10, 36, 0, time.UTC))
	f("remote desktop through a tunnel", "workstation", "file01.cha.example", at(26, 1, 49))
	f("a task on the domain controller", "lateral", "dc01.cha.example", at(27, 0, 57))
	f("directory replicated", "dcsync", "dc01.cha.example", at(27, 0, 51))
	f("directory database copied", "credentials", "dc01.cha.example", at(27, 0, 58))
	f("logs cleared", "tampering", "web01.cha.example", at(27, 3, 12))
}

// The intruder works in three nights; what serious findings tell of must begin
// in one of them.
func TestTheOrdinaryWeekStaysQuiet(t *testing.T) {
	for _, f := range scanned(t).Findings {
		if f.Severity < finding.Medium {
			continue
		}
		first := time.Unix(0, f.First).UTC()
		if day := first.Day(); day < 25 || day > 27 || first.Month() != time.February || first.Hour() > 3 {
			t.Errorf("%s: %s (%s) at %s is ordinary", f.Detector, f.Title, f.Severity, first)
		}
	}
}

func TestRemovedRecordsAreCountedApart(t *testing.T) {
	r := scanned(t)
	if r.Read.Recovered == 0 || r.Read.Lost() > 0 {
		t.Errorf("%d records recovered, %d problems lost evidence", r.Read.Recovered, r.Read.Lost())
	}
}
