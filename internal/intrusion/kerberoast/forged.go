package kerberoast

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// grant is a ticket-granting ticket issued or renewed; request a service
// ticket asked for with one.
type grant struct{ Seen bool }

type request struct{ Address, Realm string } // the realm as logged

// controller is a domain controller.
type controller struct{ Host string }

const (
	hour = 60 * minute
	// ticketLife is the longest a ticket-granting ticket lasts without
	// renewal, by the default policy of domains.
	ticketLife = 10 * hour
	// awakeLeast hours of a ticket's life must show tickets on the domain
	// controller, for its log to be called without a gap.
	awakeLeast = 8
	// servedLeast accounts must be judged, and but one in servedShare have
	// their grants in the evidence, for it to be called complete: the log of
	// another domain controller may be missing.
	servedLeast = 10
	servedShare = 20
	// maxGrants of one account are kept; who has as many is not judged.
	maxGrants = 1 << 11
)

// observeGrant notes who holds ticket-granting tickets, and who uses one.
func (n *notes) observeGrant(a *activity.Activity, auth *activity.Authentication) {
	switch auth.Kind {
	case activity.TicketGranting, activity.TicketRenewal, activity.ServiceTicket:
		n.awake.Add(controller{a.Host}, grant{true}, a)
	default:
		return
	}
	if auth.User == "" || principal.Machine(auth.User) {
		return
	}
	by := account{principal.Account(auth.User)}
	if auth.Kind == activity.ServiceTicket {
		n.requests.Add(by, request{auth.Address, auth.Domain}, a)
	} else {
		n.grants.Add(by, grant{true}, a)
	}
}

// orphan is an account that used a ticket-granting ticket nobody issued.
type orphan struct {
	account  string
	requests []sighting.Sighting[request]
}

// forged reports accounts that asked for service tickets though no domain
// controller had given or renewed a ticket-granting ticket to them: one may
// have been made elsewhere with a stolen key.
func (n *notes) forged() []finding.Finding {
	awake := map[string]map[int64]bool{}
	for _, g := range n.awake.Groups() {
		hours := map[int64]bool{}
		for _, s := range g.Sightings {
			hours[s.Time/hour] = true
		}
		awake[g.Key.Host] = hours
	}
	var orphans []orphan
	judged := 0
	groups := n.requests.Groups()
	home := homeRealm(groups)
	for _, g := range groups {
		asked := sighting.Filter(g.Sightings, func(s *sighting.Sighting[request]) bool {
			return strings.ToLower(s.Fact.Realm) == home && continuous(awake[s.Host], s.Time)
		})
		grants := n.grants.Under(g.Key)
		if g.Partial || len(asked) == 0 || len(grants) >= maxGrants {
			continue
		}
		judged++
		asked = sighting.Filter(asked, func(s *sighting.Sighting[request]) bool { return !held(grants, s.Time) })
		if len(asked) > 0 {
			orphans = append(orphans, orphan{g.Key.Name, asked})
		}
	}
	if judged < servedLeast || servedShare*len(orphans) > judged+servedShare || n.grants.Lost() {
		return nil
	}
	findings := make([]finding.Finding, 0, len(orphans))
	for i := range orphans {
		findings = append(findings, orphans[i].finding())
	}
	return findings
}

// homeRealm is the realm of most accounts: those of trusted domains get their
// tickets at home.
func homeRealm(groups []sighting.Group[account, request]) string {
	counts := map[string]int{}
	for _, g := range groups {
		for _, realm := range sighting.Distinct(g.Sightings, func(s *sighting.Sighting[request]) string { return strings.ToLower(s.Fact.Realm) }) {
			counts[realm]++
		}
	}
	realms := make([]string, 0, len(counts))
	for realm := range counts {
		realms = append(realms, realm)
	}
	if len(realms) == 0 {
		return ""
	}
	return slices.MinFunc(realms, func(x, y string) int { return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x, y)) })
}

// continuous reports whether a log shows a whole ticket's life before when.
func continuous(hours map[int64]bool, when int64) bool {
	shown := 0
	for back := int64(1); back <= ticketLife/hour; back++ {
		if hours[when/hour-back] {
			shown++
		}
	}
	return hours[(when-ticketLife)/hour-1] && shown >= awakeLeast
}

// held reports whether a ticket-granting ticket was given within its life
// before when. Books thin grants to the first of an hour, so that hour counts
// in full; and clocks of domain controllers may differ by minutes.
func held(grants []sighting.Sighting[grant], when int64) bool {
	for i := range grants {
		if at := grants[i].Time; at <= when+5*minute && when-at <= ticketLife+hour {
			return true
		}
	}
	return false
}

func (o *orphan) finding() finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "forged", o.account), Detector: id, Question: finding.In,
		Title:    "Service tickets without a ticket-granting ticket, as with a forged one",
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1558.001"}, Mitigations: finding.MitigationsFor([]string{"T1558.001"}),
		First: o.requests[0].Time, Last: o.requests[len(o.requests)-1].Time, Count: len(o.requests),
		Entities: []finding.Entity{{Type: finding.User, Value: o.account}},
	}
	addresses := sighting.Distinct(o.requests, func(s *sighting.Sighting[request]) string { return s.Fact.Address })
	for _, address := range addresses {
		if address != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: address})
		}
	}
	for i := range o.requests[:min(len(o.requests), maxCitations)] {
		s := &o.requests[i]
		s.Citation.Excerpt = prose.Excerpt("EventID", "4769", "TargetUserName", o.account, "IpAddress", s.Fact.Address)
		f.Citations = append(f.Citations, s.Citation)
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: prose.Host(s.Host)})
	}
	f.Why = fmt.Sprintf("%s asked for service tickets from %s %s, but within ten hours before no domain controller in the evidence gave or renewed a ticket-granting ticket to that account, while nearly every other account's is there. "+
		"With the key of krbtgt such a ticket is made without asking anybody (golden ticket). Innocent would be a domain controller whose log is missing here, or a policy that lets tickets live longer.",
		o.account, prose.Address(prose.List(addresses)), prose.Span(f.First, f.Last))
	return f
}
