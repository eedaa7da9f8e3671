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
// account, known from others before, had never come from to any host. One for
// each place and host is told.
func (n *notes) laterLogons(c *roast) []sighting.Sighting[logon] {
	first := c.tickets[0].Time
	var later []sighting.Sighting[logon]
	for _, name := range c.services {
		places := n.logons.Under(account{principal.Account(name)})
		knownBefore := len(places) > 0 && places[0].Time < first
		usual := usualPlaces(places, first, c.by.Address)
		told := map[[2]string]bool{}
		for _, p := range places {
			way := [2]string{p.Fact.Address, p.Host}
			switch {
			case p.Time <= first || p.Time > first+chainWidth || usual[p.Fact.Address] || told[way]:
				continue
			case !knownBefore && p.Fact.Address != c.by.Address:
				continue
			}
			told[way] = true
			later = append(later, sighting.Sighting[logon]{
				Time: p.Time, Host: p.Host, Citation: p.Citation,
				Fact: logon{principal.Account(name), p.Fact.Address},
			})
		}
	}
	slices.SortStableFunc(later, func(x, y sighting.Sighting[logon]) int { return int(min(max(x.Time-y.Time, -1), 1)) })
	return later
}

const (
	// rhythmDays on which a place is first used at about the same time of
	// the day, within rhythmWidth, make it a program's.
	rhythmDays  = 3
	rhythmWidth = 30 * minute
	day         = int64(24 * time.Hour)
)

// usualPlaces are the places an account comes from as it always did: they were
// used before the theft, or are used by the clock, other than the thief's.
func usualPlaces(places []sighting.Sighting[place], theft int64, thief string) map[string]bool {
	usual := map[string]bool{}
	times := map[[2]string][]int64{} // by address and host
	for _, p := range places {
		if p.Time < theft {
			usual[p.Fact.Address] = true
		}
		way := [2]string{p.Fact.Address, p.Host}
		times[way] = append(times[way], p.Time)
	}
	for way, list := range times {
		if way[0] != thief && byTheClock(list) {
			usual[way[0]] = true
		}
	}
	return usual
}

// byTheClock reports whether instants, sorted, fall on several days at the
// same time of the day.
func byTheClock(times []int64) bool {
	days := 1
	for i := 1; i < len(times); i++ {
		late := (times[i] - times[0]) % day
		if late > rhythmWidth && late < day-rhythmWidth {
			return false
		}
		if times[i]-times[i-1] > day/2 {
			days++
		}
	}
	return days >= rhythmDays
}
