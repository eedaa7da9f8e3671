package passwordspray

import (
	"slices"
	"time"

	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const (
	minute = int64(time.Minute)

	// One source that fails for many accounts: nobody has five accounts to
	// mistype within seconds, or ten within ten minutes. A patient attacker
	// keeps below both and is seen over a day.
	fastWidth, fastLeast       = minute / 2, 5
	steadyWidth, steadyLeast   = 10 * minute, 10
	patientWidth, patientLeast = 24 * 60 * minute, 30

	// One account that fails again and again: lockout policies allow ten
	// attempts or fewer, people give up earlier and are slower.
	rushWidth, rushLeast   = minute, 10
	forceWidth, forceLeast = 10 * minute, 20

	// An account under attack from many sources at once.
	siegeWidth, siegeLeast = 60 * minute, 10

	// after is how long after the guessing a first success is put down to it.
	after = 24 * 60 * minute
)

// kind is what a series of failures amounts to.
type kind uint8

const (
	spray       kind = iota // few passwords, many accounts
	enumeration             // account names tried for whether they exist
	force                   // many passwords, one account
	knocking                // connections that name no account
)

// series is a case against one source.
type series struct {
	from     source
	kind     kind
	patient  bool // only seen over a day
	failures []sighting.Sighting[failure]
	accounts []string
	unknown  int // accounts that do not exist
	peak     int
	width    int64
	entered  []entry
}

// entry is a success that followed.
type entry struct {
	account string
	tried   bool // the account was among those guessed
	sighting.Sighting[success]
}

func accountOf(s *sighting.Sighting[failure]) string { return s.Fact.Account }

// judge decides what the failures of one source amount to; nil if nothing.
func judge(from source, failures []sighting.Sighting[failure]) *series {
	named := sighting.Filter(failures, func(s *sighting.Sighting[failure]) bool { return s.Fact.Account != "" })
	for _, w := range []struct {
		width int64
		least int
	}{{fastWidth, fastLeast}, {steadyWidth, steadyLeast}, {patientWidth, patientLeast}} {
		if episodes := sighting.Episodes(named, w.width, w.least, accountOf); len(episodes) > 0 {
			return newSeries(from, named, episodes, w.width)
		}
	}
	if c := forced(from, named); c != nil {
		return c
	}
	bare := sighting.Filter(failures, func(s *sighting.Sighting[failure]) bool { return s.Fact.Account == "" })
	if runs := sighting.Runs(bare, forceWidth, forceLeast); len(runs) > 0 {
		c := newSeries(from, bare, runs, forceWidth)
		c.kind = knocking
		return c
	}
	return nil
}

func newSeries(from source, failures []sighting.Sighting[failure], episodes []sighting.Episode, width int64) *series {
	c := &series{from: from, width: width, patient: width == patientWidth}
	// Episodes of a narrow window may be parts of one series; what lies
	// between them belongs to it.
	first, last := episodes[0].Start, episodes[len(episodes)-1].End
	c.failures = failures[first:last]
	for _, e := range episodes {
		c.peak = max(c.peak, e.Peak)
	}
	if width == fastWidth {
		for _, e := range sighting.Episodes(c.failures, steadyWidth, c.peak+1, accountOf) {
			c.peak, c.width = max(c.peak, e.Peak), steadyWidth
		}
	}
	c.accounts = sighting.Distinct(c.failures, accountOf)
	missing := sighting.Filter(c.failures, func(s *sighting.Sighting[failure]) bool { return s.Fact.Reason == noSuchAccount })
	c.unknown = len(sighting.Distinct(missing, accountOf))
	if 2*c.unknown > len(c.accounts) && len(c.accounts)-c.unknown < 2 {
		c.kind = enumeration
	}
	return c
}

// forced finds the accounts that one source tried again and again.
func forced(from source, named []sighting.Sighting[failure]) *series {
	var c *series
	for _, name := range sighting.Distinct(named, accountOf) {
		own := sighting.Filter(named, func(s *sighting.Sighting[failure]) bool { return s.Fact.Account == name })
		runs, width := sighting.Runs(own, forceWidth, forceLeast), forceWidth
		if len(runs) == 0 {
			runs, width = sighting.Runs(own, rushWidth, rushLeast), rushWidth
		}
		if len(runs) == 0 {
			continue
		}
		next := newSeries(from, own, runs, width)
		if c == nil {
			c = next
			c.kind = force
			continue
		}
		c.failures = append(c.failures, next.failures...)
		c.accounts = append(c.accounts, name)
		c.peak, c.unknown = max(c.peak, next.peak), c.unknown+next.unknown
	}
	if c != nil {
		slices.SortStableFunc(c.failures, func(x, y sighting.Sighting[failure]) int { return int(min(max(x.Time-y.Time, -1), 1)) })
	}
	return c
}

// entries finds who got in from the source once the guessing had begun:
// accounts that were guessed, and accounts never seen from there before. A
// success straight after the guesses of one account only is as often its
// owner who remembered, so those count only after force.
func (n *notes) entries(c *series) []entry {
	if c.kind == knocking || c.from == (source{}) {
		return nil
	}
	first, last := c.failures[0].Time, c.failures[len(c.failures)-1].Time
	var entered []entry
	for _, g := range n.successes.Groups() {
		if g.Key.From != c.from {
			continue
		}
		tried := slices.Contains(c.accounts, g.Key.Account)
		if !tried && (c.kind != spray || g.Sightings[0].Time < first) {
			continue // a session of its own, begun before
		}
		for _, s := range g.Sightings {
			limit := last + after
			if !tried {
				limit = last + steadyWidth
			}
			if s.Time >= first && s.Time <= limit {
				entered = append(entered, entry{account: g.Key.Account, tried: tried, Sighting: s})
				break
			}
		}
	}
	slices.SortStableFunc(entered, func(x, y entry) int { return int(min(max(x.Time-y.Time, -1), 1)) })
	return entered
}

// siege is one account under attack from many sources.
type siege struct {
	account  string
	failures []sighting.Sighting[failure]
	sources  []string
	peak     int
}

// besiege finds accounts that many sources tried within an hour.
func besiege(attempts map[source][]sighting.Sighting[failure]) []siege {
	byAccount := map[string][]sighting.Sighting[failure]{}
	for _, from := range sortedSources(attempts) {
		for _, s := range attempts[from] {
			if s.Fact.Account != "" && s.Fact.Reason != noSuchAccount && from.Host == "" {
				s.Fact.Address, s.Fact.Workstation = from.Address, from.Workstation
				byAccount[s.Fact.Account] = append(byAccount[s.Fact.Account], s)
			}
		}
	}
	var sieges []siege
	for name, list := range byAccount {
		slices.SortStableFunc(list, func(x, y sighting.Sighting[failure]) int { return int(min(max(x.Time-y.Time, -1), 1)) })
		episodes := sighting.Episodes(list, siegeWidth, siegeLeast, originOf)
		if len(episodes) == 0 {
			continue
		}
		s := siege{account: name}
		for _, e := range episodes {
			s.failures = append(s.failures, list[e.Start:e.End]...)
			s.peak = max(s.peak, e.Peak)
		}
		s.sources = sighting.Distinct(s.failures, originOf)
		sieges = append(sieges, s)
	}
	return sieges
}

func originOf(s *sighting.Sighting[failure]) string {
	if s.Fact.Address != "" {
		return s.Fact.Address
	}
	return s.Fact.Workstation
}

// public reports whether the source is on the internet.
func (c *series) public() bool { return principal.ReachOf(c.from.Address) == principal.Public }
