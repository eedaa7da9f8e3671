package lateral

import (
	"fmt"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// deniedLeast targets make attempts more than a stray connection.
const deniedLeast = 3

// denials reports movements that were tried and blocked. They are worth
// reporting: they prove the attempt, and that the barrier holds.
func (n *notes) denials() []finding.Finding {
	type refusal = sighting.Sighting[denial]
	var findings []finding.Finding
	for _, g := range n.denied.Groups() {
		targets := sighting.Distinct(g.Sightings, func(s *refusal) string { return s.Fact.Target })
		f := finding.Finding{
			ID: finding.StableID(id, "denied", g.Key.Address), Detector: id, Question: finding.In,
			Title:    "Access to other computers tried, and blocked",
			Severity: finding.Low, Confidence: finding.Likely,
			Techniques: []string{"T1021"}, Mitigations: finding.MitigationsFor([]string{"T1021"}),
			First: g.Sightings[0].Time, Last: g.Sightings[len(g.Sightings)-1].Time, Count: len(g.Sightings),
			Entities: []finding.Entity{{Type: finding.Address, Value: g.Key.Address}},
		}
		if len(targets) >= deniedLeast {
			f.Severity = finding.Medium
		}
		for i, s := range g.Sightings {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: prose.Host(s.Host)})
			if i < maxCitations {
				s.Citation.Excerpt = prose.Excerpt("Source", g.Key.Address, "Target", s.Fact.Target, "Refused", s.Fact.What)
				f.Citations = append(f.Citations, s.Citation)
			}
		}
		f.Why = fmt.Sprintf("%s was refused at %s (%s) %s: %s. Whatever sits at that address tried to go further and could not; find out what it is. Keep the barrier that held. Innocent would be a scanner, or a program set up with a wrong address or account.",
			g.Key.Address, prose.Count(len(targets), "computer"), prose.List(targets), prose.Span(f.First, f.Last), prose.List(sighting.Distinct(g.Sightings, func(s *refusal) string { return s.Fact.What })))
		findings = append(findings, f)
	}
	return findings
}

// borrowed reports sessions that use other credentials on the network than on
// the host (logon type 9 through the secondary logon service), which is how
// stolen password hashes are put to use.
func (n *notes) borrowed() []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.anchors.Groups() {
		sessions := sighting.Filter(g.Sightings, func(s *trace) bool { return s.Fact.Kind == borrowedSession })
		if len(sessions) == 0 {
			continue
		}
		f := finding.Finding{
			ID: finding.StableID(id, "borrowed", g.Key.Host), Detector: id, Question: finding.In,
			Title:    "Session with another account's credentials (shape of pass-the-hash)",
			Severity: finding.Medium, Confidence: finding.Unsure,
			Techniques: []string{"T1550.002"}, Mitigations: finding.MitigationsFor([]string{"T1550"}),
			First: sessions[0].Time, Last: sessions[len(sessions)-1].Time, Count: len(sessions),
			Entities: []finding.Entity{{Type: finding.Host, Value: prose.Host(g.Key.Host)}},
		}
		for i := range sessions {
			f.Entities = append(f.Entities, stepEntities(g.Key.Host, &sessions[i])...)
			if i < maxCitations {
				f.Citations = append(f.Citations, cite(&sessions[i]))
			}
		}
		f.Why = fmt.Sprintf("On %s, %s opened %s that keeps the local identity but presents other credentials on the network (logon type 9 through seclogo) %s. Tools that use stolen password hashes open exactly such sessions. Innocent would be an administrator's runas /netonly.",
			prose.Host(g.Key.Host), prose.List(accountsOf(sessions)), prose.Count(len(sessions), "session"), prose.Span(f.First, f.Last))
		if sighting.Periods(sessions, day) >= habitualDays {
			f.Severity = finding.Low
		}
		findings = append(findings, f)
	}
	return findings
}
