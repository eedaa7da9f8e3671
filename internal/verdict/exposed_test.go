package verdict

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"seawall/internal/finding"
)

// weak is a finding of an assessor on a host.
func weak(host, action string, s finding.Severity, change ...func(*finding.Finding)) finding.Finding {
	f := finding.Finding{
		ID: host + " " + action, Title: "Weakness", Detector: "vulnerable", Severity: s, Confidence: finding.Likely, Question: finding.Exposed, Action: action,
		Entities: []finding.Entity{{Type: finding.Host, Value: host}},
	}
	for _, c := range change {
		c(&f)
	}
	return f
}

func flaws(n, urgent int) func(*finding.Finding) {
	return func(f *finding.Finding) { f.Flaws, f.Urgent = n, urgent }
}

func TestWeaknessesAreWordedByWhatWasRead(t *testing.T) {
	port, list, both := Asset{Open: []string{"tcp/443 https"}}, Asset{Software: 3}, Asset{Software: 3, Open: []string{"tcp/22 ssh"}}
	logged := weak("dc", "", finding.High, func(f *finding.Finding) { f.Detector = tickets.ID })
	rule := weak("dc", "", finding.High, func(f *finding.Finding) { f.Detector = "sigma" })
	low := weak("web", "x", finding.Low)
	f := func(want Answer, summary string, assets []Asset, findings ...finding.Finding) {
		t.Helper()
		r := scan(tickets)
		r.Assets, r.Findings = assets, findings
		got := Of(r).Exposed
		if got.Answer != want || got.Summary != summary {
			t.Errorf("%s %q, want %s %q", got.Answer, got.Summary, want, summary)
		}
		passing := slices.ContainsFunc(got.Reasons, func(s string) bool { return strings.Contains(s, "only in passing") })
		if onlyLogs := strings.HasPrefix(summary, "The logs show"); passing != onlyLogs {
			t.Errorf("%q gives the reasons %q", summary, got.Reasons)
		}
	}
	one := weak("web", "x", finding.Medium)
	f(Yes, "The scans show 1 weakness an intruder can use.", []Asset{port}, one)
	f(Yes, "The inventories show 2 weaknesses an intruder can use.", []Asset{list}, one, weak("web", "y", finding.High))
	f(Yes, "The scans and inventories show 1 weakness an intruder can use.", []Asset{both}, one)
	f(Yes, "The scans, inventories and logs show 2 weaknesses an intruder can use.", []Asset{port, list}, one, logged)
	f(Yes, "The logs show 1 weakness an intruder can use.", []Asset{list}, logged)
	f(Yes, "The logs show 2 weaknesses an intruder can use.", nil, logged, rule)
	open := weak("web", "x", finding.Medium, func(f *finding.Finding) { f.Unproven = true })
	f(CannotTell, "The evidence describes 1 system; whether 1 weakness can be used, it does not settle.", []Asset{list}, open)
	f(Yes, "The inventories show 1 weakness an intruder can use.", []Asset{list}, open, one)
	f(CannotTell, "The evidence describes 1 system, and no serious weakness of it is known.", []Asset{list}, low)
	f(CannotTell, "The evidence describes 2 systems, and no serious weakness of them is known.", []Asset{list, port})
	f(CannotTell, "The evidence given does not describe what could be attacked.", nil)
}

func TestOldFactsAreToldWithTheAnswer(t *testing.T) {
	r := scan(tickets)
	r.Assets = []Asset{{Software: 3}}
	r.Facts = []Feed{{Name: "KEV", Date: "2026-08-07", Age: 110, Stale: true}, {Name: "CVE", Date: "2025-04-16", Age: 588, Stale: true}, {Name: "EPSS", Date: "2020-01-01", Age: 9999}}
	const want = "What came out since 2025-04-16, 588 days ago, is not known"
	if got := Of(r).Exposed.Summary; !strings.Contains(got, want) {
		t.Errorf("%q, want %q in it", got, want)
	}
	r.Assets = nil
	if got := Of(r).Exposed.Summary; strings.Contains(got, "588") {
		t.Errorf("told although nothing was assessed: %q", got)
	}
}

func TestActionsSayWhatTheyClose(t *testing.T) {
	f := func(want string, findings ...finding.Finding) {
		t.Helper()
		r := scan(tickets)
		r.Findings = findings
		if got := Of(r).First; len(got) != 1 || got[0].Why != want {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	const high = finding.High
	f("Closes 1 finding on a.", weak("a", "Do", high))
	f("Closes 2 findings on a, b.", weak("a", "Do", high), weak("b", "Do", high))
	f("Closes 1 known flaw on a.", weak("a", "Do", high, flaws(1, 0)))
	f("Closes 1 known flaw, due within days, on a.", weak("a", "Do", high, flaws(1, 1)))
	f("Closes 4 known flaws, all due within days, on a.", weak("a", "Do", high, flaws(4, 4)))
	f("Closes 4 known flaws, 2 of them due within days, on a.", weak("a", "Do", high, flaws(4, 2)))
	f("Closes 5 known flaws, all hosts counted, 2 of them due within days, on a, b.", weak("a", "Do", high, flaws(4, 2)), weak("b", "Do", high, flaws(1, 0)))
	f("Closes 4 known flaws, 2 of them due within days.", weak("a", "Do", high, flaws(4, 2), func(f *finding.Finding) { f.Entities = nil }))
	unproven := func(f *finding.Finding) { f.Unproven = true }
	f("Settles whether 3 known flaws can be used on a.", weak("a", "Do", high, flaws(3, 0), unproven))
	f("Closes 4 known flaws, all hosts counted, on a, b.", weak("a", "Do", high, flaws(3, 0), unproven), weak("b", "Do", high, flaws(1, 0)))
}

func TestOneActionIsListedOnceAndNeverWithoutWords(t *testing.T) {
	r := scan(tickets)
	r.Findings = []finding.Finding{weak("a", "Upgrade it", finding.High), weak("b", "Upgrade it.", finding.High), weak("c", " Upgrade it: ", finding.High), weak("d", " ", finding.High)}
	got := Of(r).First
	if len(got) != 2 || got[0].Text != "Upgrade it" || len(got[0].Closes) != 3 || got[1].Text == "" {
		t.Errorf("%+v", got)
	}
}

func TestWhatCannotWaitStandsFirst(t *testing.T) {
	exploited := func(f *finding.Finding) { f.Flaws, f.Exploited = 2, 1 }
	reachable := func(f *finding.Finding) { exploited(f); f.Reachable = true }
	unused := func(f *finding.Finding) { f.Flaws, f.Reachable = 2, true }
	hint := found(finding.Medium, finding.Likely, finding.In, "T1003")
	list := []finding.Finding{
		weak("a", "Upgrade A", finding.Critical), weak("b", "Upgrade B", finding.Medium, reachable), weak("c", "Upgrade C", finding.High), weak("d", "Upgrade D", finding.High, exploited),
		weak("e", "Upgrade E", finding.Critical, unused), hint,
	}
	f := func(want string, findings ...finding.Finding) {
		t.Helper()
		r := scan(tickets)
		r.Findings = findings
		var got []string
		for _, a := range Of(r).First {
			words := strings.Fields(a.Text)
			got = append(got, strings.Join(words[:2], " "))
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	f("[Upgrade B Upgrade A Upgrade E Upgrade D Upgrade C Isolate the]", list...)
	sign := found(finding.High, finding.Certain, finding.In, "T1558.003")
	f("[Reset the Isolate the Upgrade B Upgrade A Upgrade E Upgrade D Upgrade C]", append(slices.Clone(list), sign)...)
	for i := range 30 {
		list = append(list, weak("z", fmt.Sprintf("Upgrade Z%02d", i), finding.Medium))
	}
	r := scan(tickets, logons)
	r.Findings = list
	if got := Of(r).First; len(got) != MaxActions {
		t.Errorf("%d actions, want %d", len(got), MaxActions)
	}
}

func TestAnIntruderDoesNotCrowdOutTheOpenDoors(t *testing.T) {
	r := scan(tickets)
	for i, remedy := range remedies[4:24] {
		f := found(finding.Critical, finding.Certain, finding.In, remedy.technique)
		f.ID = fmt.Sprint(i)
		r.Findings = append(r.Findings, f)
	}
	for i := range 5 {
		r.Findings = append(r.Findings, weak("edge", fmt.Sprintf("Close %d", i), finding.High))
	}
	r.Findings = append(r.Findings, weak("inside", "Mend", finding.Medium))
	var doors []string
	list := Of(r).First
	for _, a := range list {
		if !a.intrusion {
			doors = append(doors, a.Text)
		}
	}
	if len(list) != MaxActions || fmt.Sprint(doors) != "[Close 0 Close 1 Close 2]" || !list[0].intrusion {
		t.Errorf("%d actions, of them %q", len(list), doors)
	}
}
