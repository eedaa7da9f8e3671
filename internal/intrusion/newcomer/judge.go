package newcomer

import (
	"fmt"
	"slices"
	"time"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	// habit is for how many days an account must have come by its own ways
	// before another way tells anything, and since when.
	habit      = 5
	habitSince = 7 * day
	// once is on how many days what is new may be seen: what stays is a new way
	// of the owner's.
	once = 2
	// many logins to a database within an hour are a program's that reads it.
	many = 10
	// ownHours is how far from all hours that an account keeps an odd one is.
	ownHours = 3

	maxCitations = 8
)

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	findings := append(n.desktopFindings(), n.databaseFindings()...)
	for i := range findings {
		findings[i].Mitigations = finding.MitigationsFor(findings[i].Techniques)
		findings[i].Normalize()
	}
	return findings
}

// group is what was seen of an account's coming from one address.
type group = sighting.Group[way, place]

// desktopFindings reports accounts whose remote desktop was used from an
// address that they, and nobody else, came from before.
func (n *notes) desktopFindings() (findings []finding.Finding) {
	byAccount, people := map[string][]group{}, map[string]map[string]bool{}
	for _, g := range n.desktops.Groups() {
		byAccount[g.Key.Account] = append(byAccount[g.Key.Account], g)
		if people[g.Key.Address] == nil {
			people[g.Key.Address] = map[string]bool{}
		}
		people[g.Key.Address][g.Key.Account] = true
	}
	for _, groups := range byAccount {
		for i := range groups {
			g := &groups[i]
			if len(people[g.Key.Address]) > 1 || sighting.Periods(g.Sightings, day) > once {
				continue
			}
			if own, ok := waysBefore(groups, g); ok {
				findings = append(findings, desktopFinding(g, own))
			}
		}
	}
	return findings
}

// waysBefore returns how an account came otherwise, if that makes a habit.
func waysBefore(groups []group, odd *group) (own []sighting.Sighting[place], ok bool) {
	for i := range groups {
		if groups[i].Key.Address != odd.Key.Address {
			own = append(own, groups[i].Sightings...)
		}
	}
	const few = 4 // addresses; who comes from more has no habit
	if len(groups) > few || sighting.Periods(own, day) < habit {
		return nil, false
	}
	first := slices.MinFunc(own, func(a, b sighting.Sighting[place]) int { return int(min(max(a.Time-b.Time, -1), 1)) })
	return own, odd.Sightings[0].Time-first.Time >= habitSince
}

func desktopFinding(g *group, own []sighting.Sighting[place]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "desktop", g.Key.Account, g.Key.Address), Detector: id, Question: finding.In,
		Title: "Remote desktop from where the account never came from", Severity: finding.Low, Confidence: finding.Unsure,
		Techniques: []string{"T1021.001", "T1078"},
		First:      g.Sightings[0].Time, Last: g.Sightings[len(g.Sightings)-1].Time, Count: len(g.Sightings),
		Entities: []finding.Entity{{Type: finding.User, Value: g.Key.Account}, {Type: finding.Address, Value: g.Key.Address}},
	}
	for _, s := range g.Sightings {
		if s.Host != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.Host})
		}
		if len(f.Citations) < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("TargetUserName", g.Key.Account, "IpAddress", g.Key.Address)
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	f.Why = fmt.Sprintf("%s used a remote desktop from %s, %s. On %s before and after it came otherwise, and nobody else comes from there.",
		g.Key.Account, g.Key.Address, prose.Span(f.First, f.Last), prose.Count(sighting.Periods(own, day), "day"))
	if away := hoursAway(g.Sightings[0].Time, own); away >= ownHours {
		f.Severity = finding.Medium
		f.Why += fmt.Sprintf(" The hour is %s away from all that the account keeps.", prose.Count(away, "hour"))
	}
	f.Why += " Whoever holds a stolen session or password comes by a way of their own, through a gateway or a host they took. Innocent would be a new computer, or help from an administrator."
	return f
}

// hoursAway is how many hours of the day lie between a time and the nearest at
// which something was seen.
func hoursAway(t int64, seen []sighting.Sighting[place]) int {
	least := 12
	for i := range seen {
		d := hourOf(t) - hourOf(seen[i].Time)
		if d < 0 {
			d = -d
		}
		least = min(least, d, 24-d)
	}
	return least
}

func hourOf(t int64) int { return time.Unix(0, t).UTC().Hour() }

// databaseFindings reports accounts that came to a database once, very often,
// after it had been without them for long.
func (n *notes) databaseFindings() (findings []finding.Finding) {
	for _, g := range n.databases.Groups() {
		since := g.Sightings[0].Time
		byLogin := map[login][]sighting.Sighting[login]{}
		for _, s := range g.Sightings {
			byLogin[s.Fact] = append(byLogin[s.Fact], s)
		}
		for who, days := range byLogin {
			all := n.bursts.Under(access{g.Key.Host, who.Account, who.Address})
			if len(days) > once || days[0].Time-since < habitSince || busiest(all) < many {
				continue
			}
			findings = append(findings, databaseFinding(g.Key.Host, who, all))
		}
	}
	return findings
}

// busiest is the largest number of logins within an hour.
func busiest(all []sighting.Sighting[nothing]) (most int) {
	start := 0
	for end := range all {
		for all[end].Time-all[start].Time > hour {
			start++
		}
		most = max(most, end-start+1)
	}
	return most
}

func databaseFinding(host string, who login, all []sighting.Sighting[nothing]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "database", host, who.Account, who.Address), Detector: id, Question: finding.In,
		Title: "Database read by an account that never came before", Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1213.006", "T1078"}, First: all[0].Time, Last: all[len(all)-1].Time, Count: len(all),
		Entities: []finding.Entity{{Type: finding.User, Value: who.Account}, {Type: finding.Address, Value: who.Address}},
	}
	if host != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: host})
	}
	for _, s := range all[:min(len(all), maxCitations)] {
		s.Citation.Excerpt = prose.Excerpt("account", who.Account, "client", who.Address)
		f.Citations = append(f.Citations, s.Citation)
	}
	f.Why = fmt.Sprintf("On %s the account %s logged in from %s %s, %s, and neither in the week before nor after. What reads a whole database by a stolen account looks like this. What was read, the log of logins does not tell: audit statements, or ask for the plan cache. Innocent would be a migration, or a report that is made once.",
		prose.Host(host), who.Account, who.Address, prose.Count(len(all), "time"), prose.Span(f.First, f.Last))
	return f
}
