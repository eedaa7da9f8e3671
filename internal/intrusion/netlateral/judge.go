package netlateral

import (
	"cmp"
	"net/netip"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/sighting"
)

const (
	// fanWidth and fanLeast: administrators open a desktop or shell on a
	// host or two in an hour.
	fanWidth, fanLeast = hour, 5
	// Shares, accounts and service managers of that many hosts are asked for
	// by tools.
	sweepLeast = 5
	shareLeast = 3
	// blockedLeast hosts refused is no mistyped address.
	blockedLeast = 3
	// guessWidth and guessLeast: nobody connects so often by hand.
	guessWidth, guessLeast = 10 * minute, 20
	failLeast              = 10 // logins that failed, where the log tells
)

// kind is what a case is about, worst first.
type kind uint8

const (
	executed   kind = iota // services or tasks installed on other hosts
	replicated             // secrets of the directory taken
	guessed                // passwords guessed, and one got in
	objects                // DCOM objects together with an administrative share
	registry               // the registry of others written or saved
	guessing               // passwords guessed
	swept                  // accounts, shares or service managers of many hosts listed
	shares                 // administrative shares of many hosts mapped
	spread                 // desktops or shells on many hosts
	stopped                // ports of administration refused by a firewall
)

// story is what one host did to others.
type story struct {
	kind  kind
	src   string
	list  []sighting.Sighting[fact]
	hosts []string // it was done to
	acts  map[act]int
	from  bool // from outside the site
}

// groups is what was noted, by source.
type groups map[string][]sighting.Group[edge, fact]

func bySource(book *sighting.Book[edge, fact]) (g groups) {
	g = groups{}
	for _, group := range book.Groups() {
		g[group.Key.Src] = append(g[group.Key.Src], group)
	}
	return g
}

// stories draws the conclusions, by source.
func (n *notes) stories() []*story {
	acts, logins := bySource(n.acts), bySource(n.logins)
	var list []*story
	replicators := n.replicators()
	for src, edges := range acts {
		list = append(list, n.actStories(src, edges, replicators)...)
	}
	for src, edges := range logins {
		list = append(list, n.loginStories(src, edges)...)
	}
	slices.SortFunc(list, func(x, y *story) int { return cmp.Or(cmp.Compare(x.src, y.src), cmp.Compare(x.kind, y.kind)) })
	return list
}

// replicators are the hosts that others replicate from: domain controllers.
func (n *notes) replicators() map[string]bool {
	set := map[string]bool{}
	for _, g := range n.acts.Groups() {
		if has(g.Sightings, replicate) {
			set[g.Key.Dst] = true
		}
	}
	return set
}

func has(list []sighting.Sighting[fact], acts ...act) bool {
	return slices.ContainsFunc(list, func(s sighting.Sighting[fact]) bool { return slices.Contains(acts, s.Fact.Act) })
}

// actStories concludes from what one host did to each other host.
func (n *notes) actStories(src string, edges []sighting.Group[edge, fact], controllers map[string]bool) (list []*story) {
	cases := map[kind]*story{}
	add := func(k kind, g *sighting.Group[edge, fact], acts ...act) {
		s := cases[k]
		if s == nil {
			s = &story{kind: k, src: src, acts: map[act]int{}, from: !n.inside(src)}
			cases[k] = s
		}
		s.take(g, acts...)
	}
	for i := range edges {
		g := &edges[i]
		switch {
		case has(g.Sightings, serviceCreate, taskRegister):
			add(executed, g, serviceOpen, serviceCreate, serviceStart, serviceDelete, taskRegister, taskRun, taskDelete, remoteObject, adminShare, programWritten)
		case has(g.Sightings, remoteObject) && has(g.Sightings, adminShare):
			add(objects, g, remoteObject, adminShare, programWritten)
		default:
			add(shares, g, adminShare, programWritten)
			add(swept, g, serviceOpen, enumerate)
		}
		if !controllers[src] {
			add(replicated, g, replicate)
		}
		add(registry, g, remoteRegistry)
		add(spread, g, desktop, winrm)
		if n.inside(src) && n.inside(g.Key.Dst) {
			add(stopped, g, blocked)
		}
	}
	for k, s := range cases {
		if len(s.list) > 0 && s.holds() {
			list = append(list, cases[k])
		}
	}
	return list
}

func (n *notes) inside(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && n.border.Inside(a)
}

// take adds what of a group is one of acts.
func (s *story) take(g *sighting.Group[edge, fact], acts ...act) {
	before := len(s.list)
	for _, one := range g.Sightings {
		if slices.Contains(acts, one.Fact.Act) {
			one.Host = g.Key.Dst // the sensor's name is of no use here
			s.list = append(s.list, one)
			s.acts[one.Fact.Act]++
		}
	}
	if len(s.list) > before {
		s.hosts = append(s.hosts, g.Key.Dst)
	}
}

// holds reports whether a story is more than administration or use.
func (s *story) holds() bool {
	slices.SortFunc(s.list, func(x, y sighting.Sighting[fact]) int {
		return cmp.Or(cmp.Compare(x.Time, y.Time), finding.CompareCitations(x.Citation, y.Citation), cmp.Compare(x.Fact.Act, y.Fact.Act))
	})
	switch s.kind {
	case shares:
		return len(s.hosts) >= shareLeast || s.acts[adminShare] > 0 && s.acts[programWritten] > 0
	case swept:
		return len(s.hosts) >= sweepLeast && s.wide(fanWidth, sweepLeast)
	case spread:
		return len(s.hosts) >= fanLeast && s.wide(fanWidth, fanLeast)
	case stopped:
		return len(s.hosts) >= blockedLeast && s.wide(fanWidth, blockedLeast)
	}
	return true
}

// wide reports whether so many hosts were concerned within width.
func (s *story) wide(width int64, least int) bool {
	return len(sighting.Episodes(s.list, width, least, func(one *sighting.Sighting[fact]) string { return one.Host })) > 0
}

// loginStories finds guessing, and desktops opened on many hosts.
func (n *notes) loginStories(src string, edges []sighting.Group[edge, fact]) (list []*story) {
	try := &story{kind: guessing, src: src, acts: map[act]int{}, from: !n.inside(src)}
	fan := &story{kind: spread, src: src, acts: map[act]int{}, from: try.from}
	in := &story{kind: guessed, src: src, acts: map[act]int{}, from: try.from}
	for i := range edges {
		g := &edges[i]
		fan.take(g, desktop, shellGranted)
		failures := sighting.Filter(g.Sightings, func(s *sighting.Sighting[fact]) bool { return s.Fact.Act == shellRefused })
		if len(sighting.Runs(g.Sightings, guessWidth, guessLeast)) == 0 && len(sighting.Runs(failures, guessWidth, failLeast)) == 0 {
			continue
		}
		try.take(g, desktop, shell, shellRefused)
		if entered(g.Sightings, failures) {
			in.take(g, shellRefused, shellGranted)
		}
	}
	for _, s := range []*story{try, fan, in} {
		if len(s.list) > 0 && s.holds() && (s != fan || len(try.list) == 0) {
			list = append(list, s)
		}
	}
	return list
}

// entered reports whether a login succeeded after enough had failed.
func entered(all, failures []sighting.Sighting[fact]) bool {
	if len(failures) < failLeast {
		return false
	}
	enough := failures[failLeast-1].Time
	return slices.ContainsFunc(all, func(s sighting.Sighting[fact]) bool {
		return s.Fact.Act == shellGranted && s.Time >= enough
	})
}
