package clock

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// What it takes to tell that two clocks differ. Logs write whole seconds, some
// when a request begins, some when it ends.
const (
	minEvents  = 20
	tolerance  = int64(2 * time.Second)
	agreeing   = 80 // percent of the differences that lie within tolerance
	minSkew    = int64(3 * time.Second)
	minDays    = 2  // the events lie on: a scan of two servers, one after the other, looks like a skew
	minOverlap = 50 // percent of the requests usable of the lesser log that the other has
)

// Offset is how far the clock of one series of log files is off.
type Offset struct {
	Series    string
	Reference string // the series whose clock it was compared with, or with whose group
	Ahead     int64  // nanoseconds; negative if the clock is slow
	Events    int    // seen by both
}

// String says it in a sentence, without the end.
func (o Offset) String() string {
	name, reference := Names(o.Series, o.Reference)
	direction, by := "ahead of", time.Duration(o.Ahead)
	if by < 0 {
		direction, by = "behind", -by
	}
	return fmt.Sprintf("%s is %s %s %s (%d events seen by both)", name, length(by), direction, reference, o.Events)
}

// length writes a time for people: "1 h 7 min".
func length(d time.Duration) string {
	var parts []string
	d = d.Round(time.Second)
	for _, unit := range [...]struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / unit.of; n > 0 {
			parts = append(parts, fmt.Sprint(int64(n), " ", unit.name))
			d -= n * unit.of
		}
	}
	return strings.Join(parts, " ")
}

// pair is two series, the lesser name first.
type pair struct{ a, b string }

// measured is what the events of a pair say.
type measured struct {
	pair
	skew   int64 // how far b is ahead of a
	events int
}

// Offsets returns the series whose clocks are off, sorted by name.
func (s *Summary) Offsets() []Offset {
	ranks := map[string]rank{}
	edges := append(s.requests.measure(ranks, minOverlap), s.logons.measure(ranks, 0)...)
	slices.SortFunc(edges, func(x, y measured) int {
		return cmp.Or(cmp.Compare(y.events, x.events), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b), cmp.Compare(x.skew, y.skew))
	})
	return settle(edges, ranks)
}

// measure compares every two series that share enough events.
func (s *sample) measure(ranks map[string]rank, overlap int) []measured {
	s.prune()
	type shared struct {
		differences, days []int64
		keys              int
	}
	pairs, usable := map[pair]*shared{}, map[string]int{}
	for _, e := range s.events {
		for i := range e.sightings {
			g := &e.sightings[i]
			slices.Sort(g.times[:g.n])
			usable[g.series]++
			ranks[g.series] = max(ranks[g.series], g.rank)
			for j := range e.sightings[:i] {
				a, b := &e.sightings[j], g
				if a.n != b.n {
					continue
				}
				if a.series > b.series {
					a, b = b, a
				}
				p := pairs[pair{a.series, b.series}]
				if p == nil {
					p = &shared{}
					pairs[pair{a.series, b.series}] = p
				}
				p.keys++
				for k := range a.n {
					p.differences = append(p.differences, b.times[k]-a.times[k])
					p.days = append(p.days, a.times[k]/int64(24*time.Hour))
				}
			}
		}
	}
	var edges []measured
	for names, p := range pairs {
		if p.keys < minEvents || p.keys*100 < overlap*min(usable[names.a], usable[names.b]) {
			continue
		}
		if m, ok := consensus(p.differences, p.days); ok {
			m.pair = names
			edges = append(edges, m)
		}
	}
	return edges
}

// consensus returns the skew that most differences show, of which there are
// some.
func consensus(differences, days []int64) (m measured, ok bool) {
	sorted := slices.Sorted(slices.Values(differences))
	m.skew = sorted[len(sorted)/2]
	on := map[int64]bool{}
	for i, d := range differences {
		if d -= m.skew; -tolerance <= d && d <= tolerance {
			m.events++
			on[days[i]] = true
		}
	}
	return m, m.events*100 >= agreeing*len(differences) && len(on) >= minDays
}

// group is series whose clocks agree, as far as they were compared.
type group struct {
	members []string
	events  int
	rank    rank
}

// settle finds the group that tells the time among all series that can be
// compared, and how far each other series is off. The edges are sorted: of
// several the first decides.
func settle(edges []measured, ranks map[string]rank) []Offset {
	agree, linked := forest{}, forest{}
	for _, e := range edges {
		linked.join(e.a, e.b)
		if e.skew > -minSkew && e.skew < minSkew {
			agree.join(e.a, e.b)
		}
	}
	groups := map[string]*group{}
	for _, e := range edges {
		for _, name := range [...]string{e.a, e.b} {
			root := agree.find(name)
			g := groups[root]
			if g == nil {
				g = &group{}
				groups[root] = g
			}
			if !slices.Contains(g.members, name) {
				g.members = append(g.members, name)
			}
			g.events += e.events
			g.rank = max(g.rank, ranks[name])
		}
	}
	best := map[string]*group{} // by the component
	for _, root := range slices.Sorted(maps.Keys(groups)) {
		g, component := groups[root], linked.find(root)
		slices.Sort(g.members)
		if b := best[component]; b == nil || compareGroups(g, b) < 0 {
			best[component] = g
		}
	}
	var offsets []Offset
	for _, g := range best {
		offsets = append(offsets, spread(g.members, edges)...)
	}
	slices.SortFunc(offsets, func(x, y Offset) int { return cmp.Compare(x.Series, y.Series) })
	return offsets
}

// compareGroups sorts the group whose clock is believed first.
func compareGroups(x, y *group) int {
	return cmp.Or(cmp.Compare(len(y.members), len(x.members)), cmp.Compare(y.events, x.events), cmp.Compare(y.rank, x.rank), cmp.Compare(x.members[0], y.members[0]))
}

// spread goes from the series that are right to all that were compared with
// them, or with such, by the strongest comparison first.
func spread(right []string, edges []measured) []Offset {
	type known struct {
		ahead     int64
		reference string
	}
	clocks := map[string]known{}
	for _, name := range right {
		clocks[name] = known{0, name}
	}
	var offsets []Offset
	for i := 0; i < len(edges); i++ {
		e := edges[i]
		a, hasA := clocks[e.a]
		b, hasB := clocks[e.b]
		if hasA == hasB {
			continue
		}
		name, k := e.b, known{a.ahead + e.skew, a.reference}
		if hasB {
			name, k = e.a, known{b.ahead - e.skew, b.reference}
		}
		clocks[name] = k
		if k.ahead <= -minSkew || k.ahead >= minSkew {
			offsets = append(offsets, Offset{Series: name, Reference: k.reference, Ahead: k.ahead, Events: e.events})
		}
		i = -1 // what was passed over may be in reach now
	}
	return offsets
}

// forest joins names into sets; the least name stands for a set.
type forest map[string]string

func (f forest) find(name string) string {
	for f[name] != "" && f[name] != name {
		name = f[name]
	}
	return name
}

func (f forest) join(a, b string) {
	a, b = f.find(a), f.find(b)
	f[max(a, b)] = min(a, b)
}
