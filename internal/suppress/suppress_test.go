package suppress

import (
	"strings"
	"testing"
	"time"

	"seawall/internal/finding"
)

func sample() []finding.Finding {
	return []finding.Finding{
		{
			ID: "sw-1", Detector: "lateral",
			Entities:  []finding.Entity{{Type: finding.Host, Value: "fs01.example.org"}, {Type: finding.User, Value: `CORP\backup`}, {Type: finding.Address, Value: "10.1.2.3"}},
			Rules:     []finding.Rule{{ID: "r1", Title: "Remote service"}},
			Citations: []finding.Citation{{Path: "FS01/Security.evtx"}},
		},
		{
			ID: "sw-2", Detector: "recon",
			Entities: []finding.Entity{{Type: finding.Host, Value: "web01"}},
			Rules:    []finding.Rule{{ID: "r1"}, {ID: "r2"}},
		},
	}
}

func TestApplyHidesOnlyWhatEveryFieldOfAnEntryMatches(t *testing.T) {
	f := func(yaml string, want ...string) {
		t.Helper()
		list, err := Parse([]byte(yaml), "allow.yaml")
		if err != nil {
			t.Fatal(err)
		}
		findings := sample()
		list.Apply(findings, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
		var got []string
		for _, found := range findings {
			if found.Suppressed != "" {
				got = append(got, found.ID)
			}
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s: suppressed %v, want %v", yaml, got, want)
		}
	}
	f("- {id: sw-2, reason: tested}", "sw-2")
	f("- {detector: Lateral, host: 'FS01.*', reason: backup}", "sw-1")
	f(`- {user: 'corp\backup', reason: backup}`, "sw-1")
	f(`- {user: '*', reason: everybody}`, "sw-1")
	f("- {address: 10.1.0.0/16, reason: r}", "sw-1")
	f("- {address: 10.2.0.0/16, reason: r}")
	f("- {rule: r1, reason: every rule of the finding must match}", "sw-1")
	f("- {rule: remote SERVICE, reason: by title}", "sw-1")
	f("- {path: 'FS01/*', reason: r}", "sw-1")
	f("- {detector: lateral, host: web01, reason: both must match}")
	f("suppress:\n- {detector: recon, reason: r, expires: 2026-11-24}", "sw-2")
	f("- {detector: recon, reason: expired, expires: 2026-11-23}")
}

func TestParseRejectsWhatWouldHideTooMuch(t *testing.T) {
	f := func(yaml, want string) {
		t.Helper()
		_, err := Parse([]byte(yaml), "allow.yaml")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", yaml, err, want)
		}
	}
	f("- {detector: recon}", "allow.yaml:1: a suppression needs a reason")
	f("- {reason: all of it}", "must name what it accepts")
	f("- {detectr: recon, reason: typo}", "detectr")
	f("- {host: '[', reason: r}", "bad pattern")
	f("- {address: 10.1.2, reason: r}", "neither an address nor a CIDR")
	f("- {id: x, reason: r, expires: soon}", "not a date")
	f("reason: x", "expected a list")
}

func TestExpiredAndUnusedEntriesWarn(t *testing.T) {
	list, err := Parse([]byte("- {id: sw-1, reason: old, expires: 2020-01-01}\n- {id: nothing, reason: stale}"), "a")
	if err != nil {
		t.Fatal(err)
	}
	warnings := list.Apply(sample(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	if len(warnings) != 2 || !strings.Contains(warnings[0], "expired on 2020-01-01") || !strings.Contains(warnings[1], "matched nothing") {
		t.Errorf("warnings: %q", warnings)
	}
}
