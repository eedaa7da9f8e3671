package lateral

import (
	"cmp"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

type trace = sighting.Sighting[step]

const (
	// tightly: a service, task or program follows what was sent over the
	// network within moments; two minutes allow for slow hosts.
	tightly = 2 * minute
	// loosely: without any other trace than a logon, the program must follow
	// at once.
	loosely = 30 * second
	// around an anchor, what comes from the same address belongs to it.
	around = 5 * minute
	// sent is how far apart the clocks of source and target may be.
	sent = 10 * minute
	// habitualDays of the same make it an administrator's routine.
	habitualDays = 3
)

// movement is what one address did on one host.
type movement struct {
	host, address string
	anchors       []trace // on the host
	remote        []trace // over the network
	commands      []source
	byLogon       bool // the two are joined by a logon id
	habit         bool
}

// source is a command and the host it was given on.
type source struct {
	host string
	trace
}

// movements joins what happened on each host to who came to it.
func (n *notes) movements() []finding.Finding {
	ways := map[string]map[string][]trace{} // by host and address
	for _, g := range n.remote.Groups() {
		if ways[g.Key.Host] == nil {
			ways[g.Key.Host] = map[string][]trace{}
		}
		ways[g.Key.Host][g.Key.Address] = g.Sightings
	}
	found := map[path]*movement{}
	at := func(host, address string) *movement {
		m := found[path{host, address}]
		if m == nil {
			m = &movement{host: host, address: address}
			found[path{host, address}] = m
		}
		return m
	}
	for _, g := range n.anchors.Groups() {
		for _, anchor := range g.Sightings {
			if anchor.Fact.Kind == borrowedSession {
				continue
			}
			address, byLogon := whence(&anchor, ways[g.Key.Host])
			if address == "" && anchor.Fact.Tool == "" {
				continue
			}
			m := at(g.Key.Host, address)
			m.anchors = append(m.anchors, anchor)
			m.byLogon = m.byLogon || byLogon
		}
	}
	for host, addresses := range ways {
		for address, steps := range addresses {
			if found[path{host, address}] != nil || bare(steps) {
				at(host, address).takeRemote(steps)
			}
		}
	}
	return n.report(found)
}

// whence finds the address that an anchor was caused from: by logon id, else
// by the trace that such an anchor must leave, else by a logon just before,
// if the anchor is telling by itself.
func whence(anchor *trace, addresses map[string][]trace) (address string, byLogon bool) {
	type candidate struct {
		score    int
		distance int64
		address  string
	}
	var best candidate
	for address, steps := range addresses {
		for i := range steps {
			c := candidate{fit(anchor, &steps[i]), abs(anchor.Time - steps[i].Time), address}
			if c.score > 0 && cmp.Or(cmp.Compare(c.score, best.score), cmp.Compare(best.distance, c.distance), cmp.Compare(best.address, c.address)) > 0 {
				best = c
			}
		}
	}
	return best.address, best.score == fitsByLogon
}

const (
	fitsByTime = iota + 1
	fitsByTrace
	fitsByLogon
)

// fit tells how well a step over the network explains an anchor; 0 if not.
func fit(anchor, step *trace) int {
	distance := abs(anchor.Time - step.Time)
	if anchor.Fact.Logon != 0 && anchor.Fact.Logon == step.Fact.Logon && distance < day {
		return fitsByLogon
	}
	if distance <= tightly {
		switch step.Fact.Kind {
		case shareWrite, shareOutput, consolePipe:
			return fitsByTrace
		case serviceControl:
			if anchor.Fact.Kind == service || anchor.Fact.Kind == serviceChild {
				return fitsByTrace
			}
		case taskControl:
			if anchor.Fact.Kind == task {
				return fitsByTrace
			}
		}
	}
	if anchor.Fact.Tool != "" && distance <= loosely && step.Fact.Kind == networkLogon {
		return fitsByTime
	}
	return 0
}

func abs(d int64) int64 { return max(d, -d) }

// bare reports whether steps over the network tell of a movement though
// nothing is known of what happened on the host.
func bare(steps []trace) bool {
	return slices.ContainsFunc(steps, func(s trace) bool {
		switch s.Fact.Kind {
		case shareWrite, shareOutput, hiveRead, profileRead, serviceControl, taskControl, consolePipe:
			return true
		}
		return false
	})
}

// takeRemote takes the steps that belong to the movement: those near its
// anchors, or, without anchors, those that tell something.
func (m *movement) takeRemote(steps []trace) {
	for _, s := range steps {
		near := len(m.anchors) == 0 && s.Fact.Kind != networkLogon && s.Fact.Kind != surveyPipe && s.Fact.Kind != adminShare
		for i := range m.anchors {
			a := &m.anchors[i]
			near = near || abs(a.Time-s.Time) <= around || a.Fact.Logon != 0 && a.Fact.Logon == s.Fact.Logon
		}
		if near {
			m.remote = append(m.remote, s)
		}
	}
}

// report turns movements into findings, with the commands that started them.
func (n *notes) report(found map[path]*movement) []finding.Finding {
	commands := map[string][]source{} // by the short name of the target
	for _, g := range n.sources.Groups() {
		for _, s := range g.Sightings {
			commands[s.Fact.Name] = append(commands[s.Fact.Name], source{g.Key.Host, s})
		}
	}
	explained := map[finding.Citation]bool{}
	var findings []finding.Finding
	for _, m := range found {
		m.close(commands[principal.Computer(m.host)])
		for i := range m.commands {
			explained[m.commands[i].Citation] = true
		}
		findings = append(findings, m.finding())
	}
	return append(findings, n.sentOnly(explained)...)
}

// close sorts the movement and takes the commands that were sent to its host.
func (m *movement) close(commands []source) {
	all := m.traces()
	first, last := all[0].Time, all[len(all)-1].Time
	for _, c := range commands {
		if c.Time >= first-sent && c.Time <= last+sent {
			m.commands = append(m.commands, c)
		}
	}
	m.habit = sighting.Periods(all, day) >= habitualDays
}

// traces returns all traces on the target, in the order of time.
func (m *movement) traces() []trace {
	all := append(slices.Clone(m.remote), m.anchors...)
	slices.SortStableFunc(all, func(x, y trace) int {
		return cmp.Or(cmp.Compare(x.Time, y.Time), finding.CompareCitations(x.Citation, y.Citation))
	})
	return all
}
