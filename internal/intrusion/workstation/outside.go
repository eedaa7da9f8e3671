package workstation

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// loopFindings reports remote desktop sessions that come from the host itself
// or from an address no router passes on: the near end of a tunnel.
func loopFindings(host string, visits []sighting.Sighting[visit]) []finding.Finding {
	var findings []finding.Finding
	for _, reach := range []principal.Reach{principal.Self, principal.Link} {
		those := sighting.Filter(visits, func(s *sighting.Sighting[visit]) bool { return principal.ReachOf(s.Fact.Address) == reach })
		if len(those) > 0 {
			findings = append(findings, loopFinding(host, reach, those))
		}
	}
	return findings
}

func loopFinding(host string, reach principal.Reach, visits []sighting.Sighting[visit]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "loop", host, fmt.Sprint(reach)), Detector: id, Question: finding.In,
		Title:    "Remote desktop through a tunnel",
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1572", "T1021.001"}, Mitigations: finding.MitigationsFor([]string{"T1572", "T1021"}),
		First: visits[0].Time, Last: visits[len(visits)-1].Time, Count: len(visits),
		Entities: append(entities(visits), finding.Entity{Type: finding.Host, Value: prose.Host(host)}), Citations: cite(visits),
	}
	accounts := sighting.Filter(visits, func(s *sighting.Sighting[visit]) bool { return s.Fact.Account != "" })
	who := prose.List(sighting.Distinct(accounts, accountOf))
	if who == "" {
		who = "an unnamed account"
	}
	f.Why = fmt.Sprintf("The remote desktop of %s was used by %s from %s, %s %s.", prose.Host(host), who,
		prose.List(sighting.Distinct(visits, func(s *sighting.Sighting[visit]) string { return s.Fact.Address })), prose.Count(len(visits), "event"), prose.Span(f.First, f.Last))
	if reach == principal.Self {
		f.Why += " That is the host's own address: a program on it, such as an SSH client or a port proxy, passes on connections from somewhere else. Find which program listened then, and where it connects to. Innocent would be an administrator's own SSH tunnel."
		return f
	}
	f.Title = "Remote desktop from a link-local address"
	f.Severity, f.Confidence = finding.Low, finding.Unsure
	f.Why += " Such an address is not given out by any server and not routed; tunnels and virtual adapters have them. Innocent would be a neighbour on the same network segment."
	return f
}

// ownLeast addresses of one /16 (IPv6: /32) with logons make the block the
// organisation's own: some use public addresses inside.
const ownLeast = 5

// internet reports logons from public addresses, by account: relays give one
// account many addresses.
func (n *notes) internet() []finding.Finding {
	perBlock := map[netip.Prefix]int{}
	visits := map[string][]sighting.Sighting[visit]{}
	for _, g := range n.publics.Groups() {
		perBlock[block(g.Key.Address)]++
		for _, s := range g.Sightings {
			visits[s.Fact.Account] = append(visits[s.Fact.Account], s)
		}
	}
	var findings []finding.Finding
	for account, list := range visits {
		slices.SortStableFunc(list, func(x, y sighting.Sighting[visit]) int {
			return cmp.Or(cmp.Compare(x.Time, y.Time), finding.CompareCitations(x.Citation, y.Citation))
		})
		foreign := sighting.Filter(list, func(s *sighting.Sighting[visit]) bool { return perBlock[block(s.Fact.Address)] < ownLeast })
		if len(foreign) > 0 {
			findings = append(findings, publicFinding(account, foreign, false))
		} else {
			findings = append(findings, publicFinding(account, list, true))
		}
	}
	return findings
}

func block(address string) netip.Prefix {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	bits := 16
	if ip.Is6() {
		bits = 32
	}
	prefix, _ := ip.Prefix(bits)
	return prefix
}

func publicFinding(account string, visits []sighting.Sighting[visit], own bool) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "public", account), Detector: id, Question: finding.In,
		Title:    "Logon from the internet to a Windows host",
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1133", "T1078"}, Mitigations: finding.MitigationsFor([]string{"T1133", "T1078"}),
		First: visits[0].Time, Last: visits[len(visits)-1].Time, Count: len(visits),
		Entities: entities(visits), Citations: cite(visits),
	}
	addresses := sighting.Distinct(visits, func(s *sighting.Sighting[visit]) string { return s.Fact.Address })
	f.Why = fmt.Sprintf("%s logged on to %s over the network from %s (%s), in %s %s. Remote desktop and file sharing should not be reachable from the internet at all; "+
		"this actor comes through home and small-office routers, so that its addresses look like teleworkers'. Ask the account's owner, and close the service to the internet.",
		account, prose.List(hostsOf(visits)), prose.Count(len(addresses), "public address"), prose.List(addresses), prose.Count(sighting.Periods(visits, hour), "different hour"), prose.Span(f.First, f.Last))
	if own {
		f.Severity, f.Confidence = finding.Low, finding.Unsure
		f.Why += " Many logons come from the same block of addresses, which may be the organisation's own."
	}
	return f
}
