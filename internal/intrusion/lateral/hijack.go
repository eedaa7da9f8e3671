package lateral

import (
	"fmt"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// screen is a remote desktop session that a client took up or left.
type screen struct {
	Account string
	Taken   bool
}

// switchWithin: connecting a client to another session leaves its own in the
// same moment; people who log off and on as another take longer.
const switchWithin = 3 * second

// hijacks reports clients whose session changed its user in a moment: with the
// rights of the system, a client can be connected to anybody's session without
// a password.
func (n *notes) hijacks() []finding.Finding {
	type sight = sighting.Sighting[screen]
	var findings []finding.Finding
	for _, g := range n.screens.Groups() {
		var taken []sight
		for i, s := range g.Sightings {
			for _, other := range g.Sightings[i+1:] {
				if other.Time-s.Time > switchWithin {
					break
				}
				if s.Fact.Taken != other.Fact.Taken && s.Fact.Account != other.Fact.Account {
					taken = append(taken, s, other)
				}
			}
		}
		if len(taken) > 0 {
			findings = append(findings, hijackFinding(g.Key, taken))
		}
	}
	return findings
}

func hijackFinding(way path, taken []sighting.Sighting[screen]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "hijack", way.Host, way.Address), Detector: id, Question: finding.In,
		Title:    "Remote desktop session of another account taken over",
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1563.002"}, Mitigations: finding.MitigationsFor([]string{"T1021"}),
		First: taken[0].Time, Last: taken[len(taken)-1].Time, Count: len(taken),
		Entities: []finding.Entity{{Type: finding.Host, Value: prose.Host(way.Host)}, {Type: finding.Address, Value: way.Address}},
	}
	var from, to []sighting.Sighting[screen]
	for i, s := range taken {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: s.Fact.Account})
		did := "session left"
		if s.Fact.Taken {
			did = "session taken up"
			to = append(to, s)
		} else {
			from = append(from, s)
		}
		if i < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("Step", did, "AccountName", s.Fact.Account, "ClientAddress", way.Address)
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	account := func(s *sighting.Sighting[screen]) string { return s.Fact.Account }
	f.Why = fmt.Sprintf("On %s the client at %s left the session of %s and in the same moment took up that of %s, %s. With the rights of the system anybody's session can be taken like this, without the password. Innocent would be somebody with two accounts who switched between sessions of his own.",
		prose.Host(way.Host), way.Address, prose.List(sighting.Distinct(from, account)), prose.List(sighting.Distinct(to, account)), prose.Span(f.First, f.Last))
	return f
}
