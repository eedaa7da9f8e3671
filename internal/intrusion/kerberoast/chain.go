package kerberoast

import (
	"slices"
	"time"

	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

// chainWidth is how long after the theft a logon is still put down to it:
// cracking takes time, and intruders rest for weeks.
const chainWidth = int64(30 * 24 * time.Hour)

// logon is the first logon of an account from a place.
type logon struct{ Account, Address string }

// laterLogons finds the logons of roasted accounts that show a cracked
// password in use: from where the tickets went, or from a place that the
// account, known from others before, had never come from.
func (n *notes) laterLogons(c *roast) []sighting.Sighting[logon] {
	first := c.tickets[0].Time
	var later []sighting.Sighting[logon]
	for _, name := range c.services {
		places := n.logons.Under(account{principal.Account(name)})
		knownBefore := len(places) > 0 && places[0].Time < first
		for _, p := range places {
			if p.Time <= first || p.Time > first+chainWidth || !knownBefore && p.Fact.Address != c.by.Address {
				continue
			}
			later = append(later, sighting.Sighting[logon]{
				Time: p.Time, Host: p.Host, Citation: p.Citation,
				Fact: logon{principal.Account(name), p.Fact.Address},
			})
		}
	}
	slices.SortStableFunc(later, func(x, y sighting.Sighting[logon]) int { return int(min(max(x.Time-y.Time, -1), 1)) })
	return later
}
