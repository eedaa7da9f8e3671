package relay

import (
	"cmp"
	"maps"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/sighting"
)

const (
	// A token that so many networks send is none: a cookie that all visitors
	// have.
	sharedToken = 12
	// A person may go from one place to another in such a time, with another
	// device; not back and forth.
	atOnce = 4 * hour
	travel = 2 * hour
	// An account has a habit after so many days.
	habitDays = 4
	// A client that walks: so many networks and accounts.
	walkNetworks = 3
	walkAccounts = 2
	walkWidth    = 14 * day
	// A client program that so many accounts use tells nobody apart.
	popular = 5
)

// kind is what a case is about.
type kind uint8

const (
	stolen kind = iota // a session is used by two clients in two networks
	double             // an account is used in its usual place and a new one at once
	far                // an account is used in two countries within too short a time
	walk               // one client uses several accounts from several networks
)

// story is a case.
type story struct {
	kind    kind
	session session
	account string
	client  string // of walk
	back    bool   // the session went back and forth
	foreign bool   // the odd address's connections are not opened by what its client says it is
	list    []sighting.Sighting[use]
	odd     []sighting.Sighting[use] // what does not fit
}

// judgeSession finds a session that two clients share over two networks. A
// session that moves with its client is a person on the way, a carrier's
// translation or a privacy relay.
func judgeSession(key session, list []sighting.Sighting[use]) *story {
	networks := map[string]bool{}
	for _, s := range list {
		networks[s.Fact.Network] = true
	}
	if len(networks) < 2 || len(networks) > sharedToken {
		return nil
	}
	first := list[0].Fact
	s := &story{kind: stolen, session: key, list: list}
	for _, one := range list {
		switch other := one.Fact.Network != first.Network && one.Fact.Client != first.Client && one.Fact.Client != "" && first.Client != ""; {
		case other:
			s.odd = append(s.odd, one)
		case len(s.odd) > 0 && one.Fact.Network == first.Network && one.Fact.Client == first.Client:
			s.back = true
		}
	}
	if len(s.odd) == 0 {
		return nil
	}
	return s
}

// judgeAccount finds an account that is used in its usual place and in a new
// one at the same time, or in two countries.
func judgeAccount(account string, list []sighting.Sighting[use]) *story {
	days := map[string]map[int64]bool{}
	for _, s := range list {
		if days[s.Fact.Network] == nil {
			days[s.Fact.Network] = map[int64]bool{}
		}
		days[s.Fact.Network][s.Time/day] = true
	}
	s := &story{kind: double, account: account, list: list}
	for i, one := range list {
		if !one.Fact.Remote || one.Fact.Network == inside || len(days[one.Fact.Network]) > 1 {
			continue
		}
		if sandwiched(list, i, days) {
			s.odd = append(s.odd, one)
		}
	}
	if len(s.odd) > 0 {
		return s
	}
	return travelled(account, list)
}

// sandwiched reports whether the account's usual place was used shortly before
// and after the i-th use.
func sandwiched(list []sighting.Sighting[use], i int, days map[string]map[int64]bool) bool {
	for j := i - 1; j >= 0 && list[i].Time-list[j].Time <= atOnce; j-- {
		before := &list[j]
		if before.Fact.Network == list[i].Fact.Network || len(days[before.Fact.Network]) < habitDays {
			continue
		}
		for k := i + 1; k < len(list) && list[k].Time-before.Time <= atOnce; k++ {
			if list[k].Fact.Network == before.Fact.Network && list[k].Fact.Client == before.Fact.Client && before.Fact.Client != list[i].Fact.Client {
				return true
			}
		}
	}
	return false
}

// travelled finds uses in two countries by two clients, closer together than
// anybody travels.
func travelled(account string, list []sighting.Sighting[use]) *story {
	for i := 1; i < len(list); i++ {
		x, y := &list[i-1], &list[i]
		if x.Fact.Country != "" && y.Fact.Country != "" && x.Fact.Country != y.Fact.Country && x.Fact.Client != y.Fact.Client && y.Time-x.Time <= travel {
			return &story{kind: far, account: account, list: list, odd: []sighting.Sighting[use]{*x, *y}}
		}
	}
	return nil
}

// siblings finds clients that walk: one client program, hardly used by others,
// that uses several accounts from several networks, each of which is used by
// that client only.
func siblings(groups []sighting.Group[string, use]) (found []*story) {
	byClient := map[string][]sighting.Sighting[use]{}
	clientsOf := map[string]map[string]bool{} // of a network
	for _, g := range groups {
		for _, s := range g.Sightings {
			if s.Fact.Network == inside {
				continue
			}
			if clientsOf[s.Fact.Network] == nil {
				clientsOf[s.Fact.Network] = map[string]bool{}
			}
			clientsOf[s.Fact.Network][s.Fact.Client] = true
			if s.Fact.Client != "" {
				byClient[s.Fact.Client] = append(byClient[s.Fact.Client], s)
			}
		}
	}
	for _, client := range slices.Sorted(maps.Keys(byClient)) {
		own := sighting.Filter(byClient[client], func(s *sighting.Sighting[use]) bool { return len(clientsOf[s.Fact.Network]) == 1 })
		if walks(byClient[client], own) {
			slices.SortFunc(own, func(x, y sighting.Sighting[use]) int {
				return cmp.Or(cmp.Compare(x.Time, y.Time), finding.CompareCitations(x.Citation, y.Citation), cmp.Compare(x.Fact.User, y.Fact.User))
			})
			found = append(found, &story{kind: walk, client: client, list: own, odd: own})
		}
	}
	return found
}

// walks reports whether accounts and networks cross: an account from several
// networks, and a network for several accounts.
func walks(all, own []sighting.Sighting[use]) bool {
	users, networks := map[string]map[string]bool{}, map[string]map[string]bool{}
	first, last := int64(0), int64(0)
	for _, s := range own {
		if users[s.Fact.User] == nil {
			users[s.Fact.User] = map[string]bool{}
		}
		if networks[s.Fact.Network] == nil {
			networks[s.Fact.Network] = map[string]bool{}
		}
		users[s.Fact.User][s.Fact.Network], networks[s.Fact.Network][s.Fact.User] = true, true
		if first == 0 || s.Time < first {
			first = s.Time
		}
		last = max(last, s.Time)
	}
	everybody := sighting.Distinct(all, func(s *sighting.Sighting[use]) string { return s.Fact.User })
	if len(networks) < walkNetworks || len(users) < walkAccounts || len(everybody) > popular || last-first > walkWidth {
		return false
	}
	return widest(users) >= 2 && widest(networks) >= 2
}

func widest(sets map[string]map[string]bool) (most int) {
	for _, set := range sets {
		most = max(most, len(set))
	}
	return most
}
