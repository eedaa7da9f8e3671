package workstation

import (
	"fmt"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	// settled is how long an account must have been known from other machines
	// before a new one is news.
	settled = day
	// strangersMost: with more unknown names than this the evidence does not
	// know the organisation's machines, and a new name says nothing.
	strangersMost = 5
)

// strangers finds machines whose names are not the organisation's: first by
// the name alone, then by the company it keeps.
func (n *notes) strangers(names naming, shared []tunnel) []finding.Finding {
	groups := n.clients.Groups()
	told := map[string]bool{}
	for _, t := range shared {
		for _, name := range t.strange {
			told[name] = true
		}
	}
	first := map[string]int64{} // when each account was first seen with a name
	unknown := 0
	for _, g := range groups {
		if names.strange(g.Key.Name) {
			unknown++
		}
		for i := range g.Sightings {
			s := &g.Sightings[i]
			if at, ok := first[s.Fact.Account]; !ok || s.Time < at {
				first[s.Fact.Account] = s.Time
			}
		}
	}
	var findings []finding.Finding
	for _, g := range groups {
		name := g.Key.Name
		switch {
		case attackName(name):
			findings = append(findings, attackFinding(name, g.Sightings))
		case told[name] || !names.strange(name) || len(names.known) < knownLeast:
		case madeUp(name) && !names.defaults:
			findings = append(findings, madeUpFinding(name, g.Sightings))
		case unknown <= strangersMost:
			if fresh := newTo(g.Sightings, first); len(fresh) > 0 {
				findings = append(findings, newFinding(name, fresh))
			}
		}
	}
	return findings
}

// newTo returns the visits of accounts that had long been known from other
// machines.
func newTo(visits []sighting.Sighting[visit], first map[string]int64) []sighting.Sighting[visit] {
	return sighting.Filter(visits, func(s *sighting.Sighting[visit]) bool {
		return s.Fact.Success && s.Time-first[s.Fact.Account] >= settled
	})
}

func anySuccess(visits []sighting.Sighting[visit]) bool {
	for i := range visits {
		if visits[i].Fact.Success {
			return true
		}
	}
	return false
}

func strangerFinding(kind, name string, visits []sighting.Sighting[visit]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, kind, name), Detector: id, Question: finding.In,
		Techniques: []string{"T1078"}, Mitigations: finding.MitigationsFor([]string{"T1078"}),
		First: visits[0].Time, Last: visits[len(visits)-1].Time, Count: len(visits),
		Entities:  append(entities(visits), finding.Entity{Type: finding.Host, Value: name}),
		Citations: cite(visits),
	}
	did := "tried to log on"
	if anySuccess(visits) {
		did = "logged on"
	}
	from := prose.Address(prose.List(sighting.Distinct(visits, func(s *sighting.Sighting[visit]) string { return s.Fact.Address })))
	f.Why = fmt.Sprintf("A machine that calls itself %s %s as %s on %s, from %s, first seen %s.",
		name, did, prose.List(sighting.Distinct(visits, accountOf)), prose.List(hostsOf(visits)), from, prose.Span(f.First, f.Last))
	return f
}

func attackFinding(name string, visits []sighting.Sighting[visit]) finding.Finding {
	f := strangerFinding("attack", name, visits)
	f.Title = "A machine with an attack tool's name logged on"
	f.Severity, f.Confidence = finding.High, finding.Likely
	if !anySuccess(visits) {
		f.Title = "A machine with an attack tool's name tried to log on"
		f.Severity = finding.Medium
	}
	f.Why += " That is the name which a distribution or tool made for attacks gives its host. Find the machine by its address; if the address is one of your servers, the machine stands behind a tunnel there. Innocent would be an authorised test."
	return f
}

func madeUpFinding(name string, visits []sighting.Sighting[visit]) finding.Finding {
	f := strangerFinding("made-up", name, visits)
	f.Title = "A machine with a name made up by Windows Setup logged on"
	f.Severity, f.Confidence = finding.Medium, finding.Unsure
	if !anySuccess(visits) {
		f.Title = "A machine with a name made up by Windows Setup tried to log on"
		f.Severity = finding.Low
	}
	f.Why += " The organisation names its machines otherwise, and no computer account of this name appears in the evidence: a machine set up in haste, as attackers' virtual machines are. Innocent would be a private or a newly installed computer."
	return f
}

func newFinding(name string, visits []sighting.Sighting[visit]) finding.Finding {
	f := strangerFinding("new", name, visits)
	f.Title = "An account was used from a machine never seen before"
	f.Severity, f.Confidence = finding.Low, finding.Unsure
	f.Why += " The account was known from other machines for more than a day, and no computer account or log of this name appears in the evidence. Innocent would be a new or renamed computer."
	return f
}
