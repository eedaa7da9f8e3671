package recon

import (
	"fmt"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	// burstLeast different commands within burstWidth: people who look for
	// one thing need one or two.
	burstWidth = 5 * minute
	burstLeast = 4
	// tellingLeast of them must be more than troubleshooting.
	tellingLeast = 2
	// habitualDays is on how many days a routine recurs.
	habitualDays = 3
	maxCitations = 10
)

type sight = sighting.Sighting[run]

func commandIn(s *sight) string { return s.Fact.Command }

// judge reports a session's bursts; ok is false if there are none.
func (n *notes) judge(by session, runs []sight) (f finding.Finding, ok bool) {
	parents := map[string]bool{}
	var worst origin
	runs = sighting.Filter(runs, func(s *sight) bool {
		_, from := n.start(by.Host, s)
		return from != agent
	})
	var burst []sight
	for _, e := range sighting.Episodes(runs, burstWidth, burstLeast, commandIn) {
		burst = append(burst, runs[e.Start:e.End]...)
	}
	if len(burst) == 0 {
		return f, false
	}
	for i := range burst {
		parent, from := n.start(by.Host, &burst[i])
		worst = max(worst, from)
		if parent != "" && from == worst && from != unremarkable {
			parents[parent] = true
		}
	}
	return report(by, burst, worst, sorted(parents)), true
}

// report makes the finding of a session's bursts.
func report(by session, burst []sight, from origin, parents []string) finding.Finding {
	commands := sighting.Distinct(burst, commandIn)
	accounts := sighting.Distinct(sighting.Filter(burst, func(s *sight) bool { return s.Fact.Account != "" }), func(s *sight) string { return s.Fact.Account })
	f := finding.Finding{
		ID: finding.StableID(id, by.Host, fmt.Sprintf("0x%x", by.Logon), by.Parent, fmt.Sprint(by.ParentID)), Detector: id, Question: finding.In,
		Title:    "Burst of commands that look around",
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: techniques(commands), Mitigations: []string{"least-privilege", "logging"},
		First: burst[0].Time, Last: burst[len(burst)-1].Time, Count: len(burst),
		Entities: []finding.Entity{{Type: finding.Host, Value: prose.Host(by.Host)}},
	}
	for _, account := range accounts {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: account})
	}
	if !shared(by.Logon) {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Logon, Value: fmt.Sprintf("%s 0x%x", by.Host, by.Logon)})
	}
	for i := range burst[:min(len(burst), maxCitations)] {
		s := &burst[i]
		s.Citation.Excerpt = prose.Excerpt("EventID", fmt.Sprint(s.Fact.EventID), "Command", s.Fact.Command, "CommandLine", s.Fact.Line, "Parent", s.Fact.Parent, "User", s.Fact.Account)
		f.Citations = append(f.Citations, s.Citation)
	}
	who := prose.List(accounts)
	if who == "" {
		who = "an unnamed account"
	}
	f.Why = fmt.Sprintf("On %s, %s ran %s that look around (%s) %s, four or more within five minutes.",
		prose.Host(by.Host), who, prose.Count(len(commands), "different command"), prose.List(commands), prose.Span(f.First, f.Last))
	weigh(&f, burst, from, prose.List(parents))
	return f
}

// weigh ranks a burst by what started it, what it asked for, and how often.
func weigh(f *finding.Finding, burst []sight, from origin, parents string) {
	telling := len(sighting.Distinct(sighting.Filter(burst, func(s *sight) bool { return !troubleshooting(s.Fact.Command) }), commandIn))
	switch {
	case from == web:
		f.Title = "A server program looked around on its host, as through a web shell"
		f.Severity, f.Confidence = finding.High, finding.Likely
		f.Why += fmt.Sprintf(" They were started by %s, which serves requests from the network: somebody gives it commands, as through a web shell or by exploiting it.", parents)
	case from == remote:
		f.Title = "Burst of commands that look around, given from another computer"
		f.Severity, f.Confidence = finding.High, finding.Likely
		f.Why += fmt.Sprintf(" They were started by %s, which acts for clients on the network: find the logon it came from.", parents)
	case from == service:
		f.Title = "A service looked around on its host"
		f.Severity = finding.High
		f.Why += fmt.Sprintf(" They were started by %s, as services that only run a command are.", parents)
	case telling < tellingLeast:
		f.Severity = finding.Low
		f.Why += " Nearly all of them are also used to find a fault of the network."
	}
	f.Why += " Whoever is new to a host asks first who and where he is, who else is there, and where to go next. Innocent would be an administrator who looks for a fault, or an inventory script."
	if sighting.Periods(burst, day) >= habitualDays {
		f.Severity = max(f.Severity-1, finding.Low)
		f.Why += " The same recurs on three or more days, which speaks for a routine."
	}
}
