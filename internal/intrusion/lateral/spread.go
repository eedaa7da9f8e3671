package lateral

import (
	"cmp"
	"fmt"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// spreadLeast hosts within fanWidth are many if they are not the account's
// usual ones: fewer than fanLogon, which are many for anybody.
const spreadLeast = 4

// call is a visit and where it came from.
type call struct {
	address string
	stop    stop
}

// habits is what is known of an account from all its visits.
type habits struct {
	since     int64            // first visit
	hosts     map[string]int64 // first visit to each
	addresses map[string]int64 // first visit from each
}

// spreads reports accounts that went from a place they had never come from to
// several hosts in a short time, some of which they had never been to.
// Whoever stole a password tries where it works. A user's computer that was
// given a new address goes to the user's usual hosts.
func (n *notes) spreads(told map[string]bool) []finding.Finding {
	accounts := n.callsByAccount()
	names := make([]string, 0, len(accounts))
	for name := range accounts {
		names = append(names, name)
	}
	slices.Sort(names)
	var findings []finding.Finding
	for _, name := range names {
		calls := accounts[name]
		known := habitsOf(calls)
		for address, first := range known.addresses {
			if told[address] || first-known.since < day {
				continue
			}
			if stops := spread(calls, address, &known); len(stops) > 0 {
				findings = append(findings, spreadFinding(name, address, stops, &known))
			}
		}
	}
	return findings
}

func (n *notes) callsByAccount() map[string][]call {
	accounts := map[string][]call{}
	for _, g := range n.visits.Groups() {
		for _, s := range g.Sightings {
			if s.Fact.Account != "" && (s.Fact.Kind == networkLogon || s.Fact.Kind == remoteDesktop) {
				accounts[s.Fact.Account] = append(accounts[s.Fact.Account], call{g.Key.Address, s})
			}
		}
	}
	for _, calls := range accounts {
		slices.SortStableFunc(calls, func(x, y call) int {
			return cmp.Or(cmp.Compare(x.stop.Time, y.stop.Time), cmp.Compare(x.address, y.address), finding.CompareCitations(x.stop.Citation, y.stop.Citation))
		})
	}
	return accounts
}

func habitsOf(calls []call) habits {
	h := habits{since: calls[0].stop.Time, hosts: map[string]int64{}, addresses: map[string]int64{}}
	for i := range calls {
		c := &calls[i]
		if _, ok := h.hosts[c.stop.Host]; !ok {
			h.hosts[c.stop.Host] = c.stop.Time
		}
		if _, ok := h.addresses[c.address]; !ok {
			h.addresses[c.address] = c.stop.Time
		}
	}
	return h
}

// spread returns the visits of the first hours from an address in which the
// account spread out; none if it did not.
func spread(calls []call, address string, known *habits) []stop {
	var stops []stop
	for i := range calls {
		if c := &calls[i]; c.address == address && c.stop.Time-known.addresses[address] < day {
			stops = append(stops, c.stop)
		}
	}
	stops = dense(stops, spreadLeast)
	if len(newHosts(stops, known)) == 0 {
		return nil
	}
	return stops
}

// newHosts are the hosts that the account had not been to.
func newHosts(stops []stop, known *habits) []string {
	if len(stops) == 0 {
		return nil
	}
	first := sighting.Filter(stops, func(s *stop) bool { return known.hosts[s.Host] >= stops[0].Time })
	return sighting.Distinct(first, hostOf)
}

func spreadFinding(account, address string, stops []stop, known *habits) finding.Finding {
	f := fanFinding("spread", address, stops)
	f.ID = finding.StableID(id, "spread", address, account)
	f.Title = "An account went from a new place to many computers"
	f.Techniques = []string{"T1021", "T1078"}
	fresh := newHosts(stops, known)
	f.Why += fmt.Sprintf(" The account, known since %s, had never come from there, and never been to %s. Whoever has stolen a password tries where it works.",
		prose.Stamp(known.since), prose.List(fresh))
	return settle(f, stops, "an administrator at another computer, or a program that moved to another server")
}
