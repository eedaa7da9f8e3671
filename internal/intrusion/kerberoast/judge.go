package kerberoast

import (
	"strings"
	"time"

	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const (
	// burstWidth and burstLeast: a user opens a few services in the
	// morning; a tool asks for all of them in seconds.
	burstWidth = int64(5 * time.Minute)
	burstLeast = 5
	// weakWidth is within what time two weak tickets corroborate each other.
	weakWidth = int64(10 * time.Minute)
	// habitualHours is in how many different hours the same request must
	// recur to be a habit of old software. A thief has no need to come back.
	habitualHours = 4
	// habitualDays is the same for bursts: portals and scanners repeat
	// theirs daily.
	habitualDays = 3
	// commonRequesters of weak tickets make the weakness the service's, not
	// the requester's.
	commonRequesters = 3
	// knownServices must have tickets before "nobody else asks for it" means
	// anything.
	knownServices = 4
)

// useOf is what is known of a service from all its tickets.
type useOf struct {
	strong, weak map[string]bool // requesters of strong and weak tickets
}

func (n *notes) readUses() map[string]useOf {
	uses := map[string]useOf{}
	for _, g := range n.uses.Groups() {
		u := useOf{strong: map[string]bool{}, weak: map[string]bool{}}
		for _, s := range g.Sightings {
			if s.Fact.Weak {
				u.weak[s.Fact.Requester] = true
			} else {
				u.strong[s.Fact.Requester] = true
			}
		}
		uses[g.Key.Name] = u
	}
	return uses
}

// roast is a case against one requester.
type roast struct {
	by        requester
	tickets   []sighting.Sighting[ticket] // that the case rests on
	services  []string
	weak      int  // distinct services with weak tickets
	downgrade bool // a weak ticket for a service that is otherwise given strong ones
	burst     int  // most distinct services in one window; 0 no burst
	weakPeak  int  // most distinct services with weak tickets in one window
	habit     bool // it recurs like a program's habit
	honey     []string
	later     []sighting.Sighting[logon]
}

func serviceOf(s *sighting.Sighting[ticket]) string { return strings.ToLower(s.Fact.Service) }

func isWeak(s *sighting.Sighting[ticket]) bool { return s.Fact.weak() }

// judge decides whether a requester's tickets make a case; nil if not.
func judge(by requester, tickets []sighting.Sighting[ticket], uses map[string]useOf) *roast {
	c := &roast{by: by}
	weak := sighting.Filter(tickets, func(s *sighting.Sighting[ticket]) bool {
		return isWeak(s) && len(uses[serviceOf(s)].weak) < commonRequesters
	})
	if principal.Machine(by.Account) && len(sighting.Distinct(weak, serviceOf)) < 2 {
		weak = nil // a computer that talks to one old service
	}
	planted := onlyAsked(tickets, uses)
	bursts := sighting.Episodes(tickets, burstWidth, burstLeast, serviceOf)
	switch {
	case len(bursts) > 0:
		c.takeBursts(tickets, bursts)
		weak = sighting.Filter(c.tickets, isWeak)
	case len(weak) > 0:
		c.tickets = weak
		c.habit = habitual(weak)
	case len(planted) > 0:
		c.tickets = planted
	default:
		return nil
	}
	c.services = sighting.Distinct(c.tickets, serviceOf)
	c.weak = len(sighting.Distinct(weak, serviceOf))
	for _, e := range sighting.Episodes(weak, weakWidth, 1, serviceOf) {
		c.weakPeak = max(c.weakPeak, e.Peak)
	}
	for _, name := range c.services {
		c.downgrade = c.downgrade || c.weak > 0 && len(uses[name].strong) > 0
		if privileged(name) {
			c.honey = append(c.honey, name)
		}
	}
	return c
}

// takeBursts takes the tickets of all bursts into the case.
func (c *roast) takeBursts(tickets []sighting.Sighting[ticket], bursts []sighting.Episode) {
	for _, e := range bursts {
		c.tickets = append(c.tickets, tickets[e.Start:e.End]...)
		c.burst = max(c.burst, e.Peak)
	}
	days := map[int64]bool{}
	for _, e := range bursts {
		if 2*e.Peak >= c.burst {
			days[tickets[e.Start].Time/int64(24*time.Hour)] = true
		}
	}
	c.habit = len(days) >= habitualDays
}

// habitual reports whether every service was asked for again and again.
func habitual(tickets []sighting.Sighting[ticket]) bool {
	for _, name := range sighting.Distinct(tickets, serviceOf) {
		same := sighting.Filter(tickets, func(s *sighting.Sighting[ticket]) bool { return serviceOf(s) == name })
		if sighting.Periods(same, int64(time.Hour)) < habitualHours {
			return false
		}
	}
	return true
}

// onlyAsked finds tickets for administrators' accounts that nobody else ever asks
// for. No service should run under such a name, so that no program has reason
// to ask; a planted account (a honeypot) looks like this on purpose.
func onlyAsked(tickets []sighting.Sighting[ticket], uses map[string]useOf) []sighting.Sighting[ticket] {
	if len(uses) < knownServices {
		return nil
	}
	return sighting.Filter(tickets, func(s *sighting.Sighting[ticket]) bool {
		u := uses[serviceOf(s)]
		return privileged(serviceOf(s)) && len(u.strong)+len(u.weak) == 1
	})
}

// privileged reports whether an account's name promises power.
func privileged(name string) bool {
	if strings.Contains(name, "administrator") || strings.Contains(name, "honey") {
		return true
	}
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' }) {
		switch word {
		case "admin", "adm", "da", "domainadmin", "root":
			return true
		}
	}
	return strings.HasSuffix(name, "admin")
}
