package workstation

import (
	"fmt"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	maxCitations = 8
	// gatewayClients behind one address make it a gateway's.
	gatewayClients = 6
)

// tunnel is an address behind which, on one day, one of the organisation's
// machines and a stranger logged on.
type tunnel struct {
	address  string
	own      []string // the organisation's machines there
	strange  []string
	visits   []sighting.Sighting[visit] // of the strangers
	evidence []sighting.Sighting[visit] // of the machine that the address belongs to
}

func clientOf(s *sighting.Sighting[visit]) string  { return s.Fact.Client }
func accountOf(s *sighting.Sighting[visit]) string { return s.Fact.Account }

// tunnels finds addresses that one of the organisation's machines shares with
// a machine nobody knows.
func (n *notes) tunnels(names naming) []tunnel {
	var tunnels []tunnel
	for _, g := range n.places.Groups() {
		if len(sighting.Distinct(g.Sightings, clientOf)) >= gatewayClients {
			continue
		}
		t := tunnel{address: g.Key.Address}
		days := map[int64][]sighting.Sighting[visit]{}
		for _, s := range g.Sightings {
			if !names.strange(s.Fact.Client) {
				days[s.Time/day] = append(days[s.Time/day], s)
			}
		}
		for _, s := range g.Sightings {
			if own := days[s.Time/day]; names.strange(s.Fact.Client) && len(own) > 0 {
				t.visits = append(t.visits, s)
				t.evidence = append(t.evidence, own[0])
			}
		}
		if len(t.visits) > 0 {
			t.own, t.strange = sighting.Distinct(t.evidence, clientOf), sighting.Distinct(t.visits, clientOf)
			tunnels = append(tunnels, t)
		}
	}
	return tunnels
}

func (t *tunnel) finding() finding.Finding {
	accounts := sighting.Distinct(t.visits, accountOf)
	f := finding.Finding{
		ID: finding.StableID(id, "tunnel", t.address, strings.Join(t.strange, ",")), Detector: id, Question: finding.In,
		Title:    "A foreign machine logs on through one of your computers",
		Severity: finding.Medium, Confidence: finding.Likely,
		Techniques: []string{"T1090", "T1572"}, Mitigations: finding.MitigationsFor([]string{"T1572"}),
		First: t.visits[0].Time, Last: t.visits[len(t.visits)-1].Time, Count: len(t.visits),
		Entities: []finding.Entity{{Type: finding.Address, Value: t.address}},
	}
	for i := range t.visits {
		if t.visits[i].Fact.Success {
			f.Severity = finding.High
		}
	}
	f.Why = fmt.Sprintf("%s is the address of %s, but behind it a machine that calls itself %s logged on or tried to, as %s, on %s %s. Nothing else in the evidence knows that machine. "+
		"Through a tunnel the address is that of the computer the tunnel ends on, while the name is that of the attacker's own machine: look for a tunnelling program on %s. "+
		"Innocent would be a virtual machine, a renamed computer, or an address that changed hands that day.",
		t.address, prose.List(t.own), prose.List(t.strange), prose.List(accounts), prose.List(hostsOf(t.visits)), prose.Span(f.First, f.Last), prose.List(t.own))
	for _, name := range append(append([]string{}, t.own...), t.strange...) {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: name})
	}
	f.Entities = append(f.Entities, entities(t.visits)...)
	f.Citations = append(cite(t.visits), cite(t.evidence[:1])...)
	return f
}

func hostsOf(visits []sighting.Sighting[visit]) []string {
	return sighting.Distinct(visits, func(s *sighting.Sighting[visit]) string { return prose.Host(s.Host) })
}

func entities(visits []sighting.Sighting[visit]) (list []finding.Entity) {
	add := func(kind, value string) {
		if value != "" {
			list = append(list, finding.Entity{Type: kind, Value: value})
		}
	}
	for i := range visits[:min(len(visits), 50)] {
		add(finding.Host, visits[i].Host)
		add(finding.User, visits[i].Fact.Account)
		if principal.ReachOf(visits[i].Fact.Address) >= principal.Inside {
			add(finding.Address, visits[i].Fact.Address)
		}
	}
	return list
}

func cite(visits []sighting.Sighting[visit]) []finding.Citation {
	var citations []finding.Citation
	for _, s := range visits[:min(len(visits), maxCitations)] {
		event, logonType := "", ""
		if s.Fact.EventID != 0 {
			event = fmt.Sprint(s.Fact.EventID)
		}
		if s.Fact.Type != 0 {
			logonType = fmt.Sprint(s.Fact.Type)
		}
		s.Citation.Excerpt = prose.Excerpt("EventID", event, "TargetUserName", s.Fact.Account, "LogonType", logonType, "WorkstationName", s.Fact.Client, "IpAddress", s.Fact.Address)
		citations = append(citations, s.Citation)
	}
	return citations
}
