package workstation

import (
	"fmt"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// role is what a computer is for, as far as its log tells.
type role struct{ Name string }

// owner is the computer that an address belongs to.
type owner struct{ Name string }

// proxy is a port that a computer passes on to another.
type proxy struct{ Detail string }

const (
	// proxyWithin is how long after a port proxy was set a remote desktop
	// from there is put down to it: it lasts until somebody removes it.
	proxyWithin  = 30 * day
	maxDetail    = 300
	habitualDays = 3
)

// observeServer notes what tells servers and port proxies, and whose address
// is whose.
func (n *notes) observeServer(a *activity.Activity) {
	switch a.Class {
	case activity.ProcessStart:
		if webServer(a.Process.ParentImage) {
			n.roles.Add(computer{principal.Computer(a.Host)}, role{"web server"}, a)
		}
		if line := a.Process.CommandLine; setsProxy(line) {
			n.proxies.Add(computer{principal.Computer(a.Host)}, proxy{finding.Shorten(line, maxDetail)}, a)
		}
	case activity.RegistryChange:
		if r := a.Registry; r.Operation == "set" && strings.Contains(strings.ToLower(r.Key), `\services\portproxy\`) {
			n.proxies.Add(computer{principal.Computer(a.Host)}, proxy{finding.Shorten(r.Key+" = "+r.Data, maxDetail)}, a)
		}
	case activity.Connection: // Sysmon's; the firewall's are too many for what they add
		if c := a.Network; a.EventID == 3 && c.Outbound && principal.ReachOf(c.Source) == principal.Inside {
			n.owners.Add(place{c.Source}, owner{principal.Computer(a.Host)}, a)
		}
	case activity.Authenticated:
		auth := a.Authentication
		if auth.Kind == activity.TicketGranting || auth.Kind == activity.ServiceTicket {
			n.roles.Add(computer{principal.Computer(a.Host)}, role{"domain controller"}, a)
		}
		if auth.Success && principal.Machine(auth.User) && principal.ReachOf(auth.Address) == principal.Inside {
			n.owners.Add(place{auth.Address}, owner{principal.Computer(principal.Account(auth.User))}, a)
		}
	}
}

func webServer(image string) bool {
	switch strings.ToLower(image[strings.LastIndexAny(image, `\/`)+1:]) {
	case "w3wp.exe", "httpd.exe", "nginx.exe", "php-cgi.exe", "tomcat8.exe", "tomcat9.exe", "tomcat10.exe":
		return true
	}
	return false
}

func setsProxy(line string) bool {
	if len(line) < len("portproxy") {
		return false
	}
	line = strings.ToLower(line)
	return strings.Contains(line, "portproxy") && (strings.Contains(line, " add ") || strings.Contains(line, " set "))
}

// desktops reports remote desktop sessions that come from servers, where
// nobody sits, and from computers that pass ports on.
func (n *notes) desktops() []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.sessions.Groups() {
		owners := n.owners.Under(place{g.Key.Address})
		names := sighting.Distinct(owners, func(s *sighting.Sighting[owner]) string { return s.Fact.Name })
		if len(names) != 1 {
			continue // unknown, or an address that changes hands
		}
		source := computer{names[0]}
		visits := sighting.Filter(g.Sightings, func(s *sighting.Sighting[visit]) bool { return principal.Computer(s.Host) != source.Name })
		if len(visits) == 0 {
			continue
		}
		if proxies := n.proxiesBefore(source, visits[len(visits)-1].Time); len(proxies) > 0 {
			after := sighting.Filter(visits, func(s *sighting.Sighting[visit]) bool { return s.Time >= proxies[0].Time })
			findings = append(findings, proxyFinding(source.Name, after, proxies))
		} else if roles := n.roles.Under(source); len(roles) > 0 {
			findings = append(findings, serverFinding(source.Name, visits, roles))
		}
	}
	return findings
}

func (n *notes) proxiesBefore(source computer, when int64) []sighting.Sighting[proxy] {
	return sighting.Filter(n.proxies.Under(source), func(s *sighting.Sighting[proxy]) bool {
		return s.Time <= when && when-s.Time <= proxyWithin
	})
}

func desktopFinding(kind, source string, visits []sighting.Sighting[visit]) finding.Finding {
	address := visits[0].Fact.Address
	f := finding.Finding{
		ID: finding.StableID(id, kind, source, address), Detector: id, Question: finding.In,
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1021.001"},
		First:      visits[0].Time, Last: visits[len(visits)-1].Time, Count: len(visits),
		Entities: entities(visits), Citations: cite(visits),
	}
	f.Why = fmt.Sprintf("The remote desktop of %s was used by %s from %s, which is the address of %s, %s.",
		prose.List(hostsOf(visits)), prose.List(sighting.Distinct(visits, accountOf)), address, source, prose.Span(f.First, f.Last))
	return f
}

// habit ranks what recurs lower.
func habit(f *finding.Finding, visits []sighting.Sighting[visit]) {
	if sighting.Periods(visits, day) >= habitualDays {
		f.Severity = finding.Low
		f.Why += " The same recurs on three or more days, which speaks for a habit."
	}
}

func serverFinding(source string, visits []sighting.Sighting[visit], roles []sighting.Sighting[role]) finding.Finding {
	f := desktopFinding("server", source, visits)
	f.Title = "Remote desktop from a server"
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	f.Citations = append(f.Citations, withExcerpt(roles[0].Citation, "Computer", roles[0].Host, "Role", roles[0].Fact.Name))
	f.Why += fmt.Sprintf(" That is a %s, as its log shows. Administrators sit at workstations; whoever controls a server goes on from there. Innocent would be an administrator who was logged on to the server and went on, or a server that is used as a jump host.",
		prose.List(sighting.Distinct(roles, func(s *sighting.Sighting[role]) string { return s.Fact.Name })))
	habit(&f, visits)
	return f
}

func proxyFinding(source string, visits []sighting.Sighting[visit], proxies []sighting.Sighting[proxy]) finding.Finding {
	f := desktopFinding("proxy", source, visits)
	f.Title = "Remote desktop through a port proxy"
	f.Confidence = finding.Likely
	f.Techniques = []string{"T1090", "T1021.001"}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	for i := range proxies {
		s := &proxies[i]
		if strings.Contains(s.Fact.Detail, "3389") {
			f.Severity = finding.High
		}
		if i < maxCitations {
			f.Citations = append(f.Citations, withExcerpt(s.Citation, "Computer", s.Host, "PortProxy", s.Fact.Detail))
		}
	}
	f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: prose.Host(proxies[0].Host)})
	f.Why += fmt.Sprintf(" At %s a port proxy had been set there (%s): whoever reaches that port seems to come from %s. Find who connected to it then, and remove it. Innocent would be a way that an administrator built on purpose.",
		prose.Stamp(proxies[0].Time), proxies[0].Fact.Detail, source)
	habit(&f, visits)
	return f
}

func withExcerpt(c finding.Citation, pairs ...string) finding.Citation {
	c.Excerpt = prose.Excerpt(pairs...)
	return c
}
