package lateral

import (
	"fmt"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	// fanWidth and the numbers of hosts within it. Users open many hosts'
	// files, but only administrators, and intruders, their drives and
	// services; the pipes of a survey are opened by tools that list every
	// host's sessions and local administrators.
	fanWidth  = 30 * minute
	fanAdmin  = 4
	fanSurvey = 4
	fanLogon  = 10
	// surveyLeast different pipes on one host within a minute are a survey.
	surveyLeast = 3
)

type stop = sighting.Sighting[visit]

func hostOf(s *stop) string { return s.Host }

// fans reports addresses that went to many hosts in a short time.
func (n *notes) fans() []finding.Finding {
	var findings []finding.Finding
	told := map[string]bool{}
	for _, g := range n.visits.Groups() {
		address := g.Key.Address
		admin := sighting.Filter(g.Sightings, func(s *stop) bool { return s.Fact.Kind.administrative() })
		survey := sighting.Filter(g.Sightings, func(s *stop) bool { return s.Fact.Kind == surveyPipe })
		switch {
		case wide(admin, fanAdmin):
			findings = append(findings, adminFan(address, dense(admin, fanAdmin)))
		case wide(survey, fanSurvey):
			findings = append(findings, surveyFan(address, dense(survey, fanSurvey)))
		case wide(g.Sightings, fanLogon):
			findings = append(findings, logonFan(address, dense(g.Sightings, fanLogon)))
		default:
			continue
		}
		told[address] = true
	}
	findings = append(findings, n.spreads(told)...)
	return append(findings, n.surveys()...)
}

func wide(stops []stop, least int) bool {
	return len(sighting.Episodes(stops, fanWidth, least, hostOf)) > 0
}

func dense(stops []stop, least int) (list []stop) {
	for _, e := range sighting.Episodes(stops, fanWidth, least, hostOf) {
		list = append(list, stops[e.Start:e.End]...)
	}
	return list
}

func fanFinding(what, address string, stops []stop) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, what, address), Detector: id, Question: finding.In,
		Severity: finding.Medium, Confidence: finding.Unsure,
		First: stops[0].Time, Last: stops[len(stops)-1].Time, Count: len(stops),
		Entities: []finding.Entity{{Type: finding.Address, Value: address}},
	}
	for i := range stops[:min(len(stops), 4*maxEntities)] {
		s := &stops[i]
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.Host})
		if s.Fact.Account != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: s.Fact.Account})
		}
		if i < maxCitations {
			c := s.Citation
			c.Excerpt = prose.Excerpt("Step", s.Fact.Kind.String(), "User", s.Fact.Account, "IpAddress", address, "Computer", s.Host)
			f.Citations = append(f.Citations, c)
		}
	}
	hosts := sighting.Distinct(stops, hostOf)
	f.Why = fmt.Sprintf("From %s, %s reached %s (%s) %s: %s.", address, prose.List(sighting.Distinct(stops, func(s *stop) string { return s.Fact.Account })),
		prose.Count(len(hosts), "host"), prose.List(hosts), prose.Span(f.First, f.Last), prose.List(sighting.Distinct(stops, func(s *stop) string { return s.Fact.Kind.String() })))
	return f
}

// settle finishes a finding: routine ranks lower.
func settle(f finding.Finding, stops []stop, innocent string) finding.Finding {
	if sighting.Periods(stops, day) >= habitualDays {
		f.Severity = finding.Low
		f.Why += " The same recurs on three or more days, which speaks for a routine."
	}
	f.Why += " Innocent would be " + innocent + "."
	f.Mitigations = finding.MitigationsFor(append([]string{"T1021"}, f.Techniques...))
	return f
}

func adminFan(address string, stops []stop) finding.Finding {
	f := fanFinding("fan", address, stops)
	f.Title = "One source used administrative access on many computers"
	f.Confidence = finding.Likely
	f.Techniques = []string{"T1021.002"}
	for i := range stops {
		if stops[i].Fact.Kind == remoteDesktop {
			f.Techniques = append(f.Techniques, "T1021.001")
			break
		}
	}
	f.Why += " Only administrators can do this, and few need to within half an hour; a flat network lets whoever has one administrator's password do the same."
	return settle(f, stops, "software distribution, backup or an administrator's jump server")
}

func surveyFan(address string, stops []stop) finding.Finding {
	f := fanFinding("survey", address, stops)
	f.Title = "One source asked many computers for their users, shares and sessions"
	f.Techniques = []string{"T1018", "T1087.002", "T1135"}
	f.Why += " Tools that map the way to an administrator do this to every computer they can reach."
	return settle(f, stops, "an inventory or a vulnerability scanner")
}

func logonFan(address string, stops []stop) finding.Finding {
	f := fanFinding("logons", address, stops)
	f.Title = "One source logged on to many computers"
	f.Severity = finding.Low
	f.Techniques = []string{"T1021"}
	return settle(f, stops, "monitoring, backup, a gateway, or a terminal server")
}

// surveys reports addresses that opened several of the pipes that tell of
// users, shares and sessions on one host at once.
func (n *notes) surveys() []finding.Finding {
	perAddress := map[string][]trace{}
	for _, g := range n.remote.Groups() {
		pipes := sighting.Filter(g.Sightings, func(s *trace) bool { return s.Fact.Kind == surveyPipe || s.Fact.Kind == registryPipe })
		for _, e := range sighting.Episodes(pipes, minute, surveyLeast, func(s *trace) string { return s.Fact.Name }) {
			perAddress[g.Key.Address] = append(perAddress[g.Key.Address], pipes[e.Start:e.End]...)
		}
	}
	var findings []finding.Finding
	for address, pipes := range perAddress {
		findings = append(findings, surveyFinding(address, pipes))
	}
	return findings
}

func surveyFinding(address string, pipes []trace) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "pipes", address), Detector: id, Question: finding.In,
		Title:    "A host was asked for its users, shares and sessions",
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1087.002", "T1135"}, Mitigations: []string{"segmentation", "least-privilege"},
		First: pipes[0].Time, Last: pipes[0].Time, Count: len(pipes),
		Entities: []finding.Entity{{Type: finding.Address, Value: address}},
	}
	for i := range pipes {
		s := &pipes[i]
		f.First, f.Last = min(f.First, s.Time), max(f.Last, s.Time)
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: prose.Host(s.Host)})
		f.Entities = append(f.Entities, stepEntities(s.Host, s)...)
		if i < maxCitations {
			f.Citations = append(f.Citations, cite(s))
		}
	}
	hosts := sighting.Distinct(pipes, func(s *trace) string { return prose.Host(s.Host) })
	f.Why = fmt.Sprintf("From %s, %s opened the pipes %s on %s within a minute, %s. Tools that map a domain ask for users, groups, shares and open sessions like this. Innocent would be an administrator's console or an inventory.",
		address, prose.List(accountsOf(pipes)), prose.List(sighting.Distinct(pipes, func(s *trace) string { return s.Fact.Name })), prose.List(hosts), prose.Span(f.First, f.Last))
	if len(hosts) > 1 || sighting.Periods(pipes, day) >= habitualDays {
		f.Why += fmt.Sprintf(" It was seen on %s and %s.", prose.Count(len(hosts), "host"), prose.Count(sighting.Periods(pipes, day), "different day"))
	}
	if sighting.Periods(pipes, day) >= habitualDays {
		f.Severity = finding.Low
	}
	return f
}
