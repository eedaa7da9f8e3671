// Package sighting keeps what a detector has seen: bounded, without
// duplicates, and the same whatever the order of observation.
//
// A detector notes facts under keys in a [Book] while it reads, and draws its
// conclusions from the sorted book at the end. Books merge, so that detectors
// built on them run on any number of cores and machines.
package sighting

import (
	"cmp"
	"fmt"
	"slices"

	"seawall/internal/activity"
	"seawall/internal/finding"
)

// Limits bound a book.
type Limits struct {
	Total    int // sightings in all
	PerGroup int // sightings under one key
	// Grain thins a book out: of equal facts under one key, seen on one host
	// within one grain of time (nanoseconds), only the earliest is kept.
	// 0 keeps every event.
	Grain int64
}

// Ever is the grain of a book that keeps only when a fact was first seen.
const Ever = int64(1) << 62

// Sighting is one event that showed a fact.
type Sighting[F comparable] struct {
	Time     int64 // nanoseconds since 1970 UTC; 0 unknown
	Host     string
	Fact     F
	Citation finding.Citation // without an excerpt
}

// Book holds sightings of facts F under keys K. Facts and keys are structs of
// exported strings, numbers and booleans. When a limit is reached, what is
// kept is decided by hashes of keys and facts alone: whole groups go first,
// then a group's share that the limit does not allow.
type Book[K, F comparable] struct {
	limits Limits
	groups map[K]*group[F]
	total  int    // sightings held
	cut    uint64 // groups whose hash is not below are not kept
	lost   bool   // a group was left out
}

// identity is what copies of one event share: a file read twice, a forwarded
// or archived copy.
type identity[F comparable] struct {
	Fact    F
	Host    string
	EventID int
	Record  int64 // the event's own record id, 0 in thinned books
	Time    int64 // or the number of the grain
}

const uncut = ^uint64(0)

// New returns an empty book.
func New[K, F comparable](limits Limits) *Book[K, F] {
	return &Book[K, F]{limits: limits, groups: map[K]*group[F]{}, cut: uncut}
}

// Add notes that a showed fact, under key.
func (b *Book[K, F]) Add(key K, fact F, a *activity.Activity) {
	g := b.group(key)
	if g == nil {
		return
	}
	id := identity[F]{Fact: fact, Host: a.Host, EventID: a.EventID, Time: a.Time}
	if b.limits.Grain > 0 {
		id.EventID, id.Time = 0, a.Time/b.limits.Grain
	} else if a.Record != nil {
		id.Record, _ = a.Record.Get("EventRecordID").Int64()
	}
	if old, found := g.find(&id); found {
		if e := newEntry(old.hash, a); e.before(&old) {
			g.set(&id, e)
		}
		return
	}
	if h := hash(id); h < g.cut {
		b.put(g, &id, newEntry(h, a))
	}
}

// group returns the group of key, made if need be; nil if it is not kept.
func (b *Book[K, F]) group(key K) *group[F] {
	if g := b.groups[key]; g != nil {
		return g
	}
	h := hash(key)
	if h >= b.cut {
		b.lost = true
		return nil
	}
	g := &group[F]{hash: h, cut: uncut}
	b.groups[key] = g
	return g
}

// put adds an entry or replaces a later one. Limits are enforced only when they
// are well exceeded, so that the cost of sorting is spread.
func (b *Book[K, F]) put(g *group[F], id *identity[F], e entry) {
	old, found := g.find(id)
	if found {
		if e.before(&old) {
			g.set(id, e)
		}
		return
	}
	g.set(id, e)
	b.total++
	if g.len() >= 2*b.limits.PerGroup {
		b.trim(g)
	}
	if b.total >= b.limits.Total+b.limits.Total/4 {
		b.Settle()
	}
}

// trim cuts a group down to its limit.
func (b *Book[K, F]) trim(g *group[F]) {
	if g.len() <= b.limits.PerGroup {
		return
	}
	hashes := make([]uint64, 0, g.len())
	for _, e := range g.all {
		hashes = append(hashes, e.hash)
	}
	slices.Sort(hashes)
	b.shorten(g, hashes[b.limits.PerGroup])
}

// shorten drops what is not below cut from a group.
func (b *Book[K, F]) shorten(g *group[F], cut uint64) {
	g.cut, g.part = min(g.cut, cut), true
	b.total -= g.shorten()
}

// Settle enforces the limits. The groups kept are the longest run in the order
// of their hashes that fits: as groups only grow, what is dropped early would
// have been dropped late too.
func (b *Book[K, F]) Settle() {
	for _, g := range b.groups {
		b.trim(g)
	}
	if b.total <= b.limits.Total {
		return
	}
	order := make([]*group[F], 0, len(b.groups))
	for _, g := range b.groups {
		order = append(order, g)
	}
	slices.SortFunc(order, func(x, y *group[F]) int { return cmp.Compare(x.hash, y.hash) })
	held := 0
	for _, g := range order {
		if held += g.len(); held > b.limits.Total {
			b.drop(g.hash)
			return
		}
	}
}

func (b *Book[K, F]) drop(cut uint64) {
	b.cut, b.lost = min(b.cut, cut), true
	for key, g := range b.groups {
		if g.hash >= b.cut {
			b.total -= g.len()
			delete(b.groups, key)
		}
	}
}

// Merge adds the sightings of other, a book with the same limits, which is not
// used after.
func (b *Book[K, F]) Merge(other *Book[K, F]) {
	b.lost = b.lost || other.lost
	if other.cut < b.cut {
		b.drop(other.cut)
	}
	for key, theirs := range other.groups {
		g := b.group(key)
		if g == nil {
			continue
		}
		b.join(g, theirs)
	}
}

// join adds the sightings of one group to another.
func (b *Book[K, F]) join(g, theirs *group[F]) {
	g.part = g.part || theirs.part
	if theirs.cut < g.cut {
		b.shorten(g, theirs.cut)
	}
	for id, e := range theirs.all {
		if g.hash >= b.cut {
			return
		}
		if e.hash < g.cut {
			b.put(g, &id, e)
		}
	}
}

// Group is the sightings under one key, sorted by time.
type Group[K, F comparable] struct {
	Key       K
	Sightings []Sighting[F]
	Partial   bool // there were more than are kept
}

// Groups returns all groups, sorted by their keys' text.
func (b *Book[K, F]) Groups() []Group[K, F] {
	b.Settle()
	list := make([]Group[K, F], 0, len(b.groups))
	names := make(map[K]string, len(b.groups))
	for key, g := range b.groups {
		if g.len() == 0 {
			continue
		}
		names[key] = fmt.Sprintf("%#v", key)
		list = append(list, Group[K, F]{Key: key, Sightings: g.sorted(), Partial: g.part})
	}
	slices.SortFunc(list, func(x, y Group[K, F]) int { return cmp.Compare(names[x.Key], names[y.Key]) })
	return list
}

// Under returns the sightings under one key, sorted by time.
func (b *Book[K, F]) Under(key K) []Sighting[F] {
	b.Settle()
	if g := b.groups[key]; g != nil {
		return g.sorted()
	}
	return nil
}

// Lost reports whether sightings had to be left out for lack of room.
func (b *Book[K, F]) Lost() bool {
	b.Settle()
	return b.lost
}

// compare is a total order over distinct sightings.
func compare[F comparable](x, y Sighting[F]) int {
	if c := cmp.Or(cmp.Compare(x.Time, y.Time), cmp.Compare(x.Host, y.Host), finding.CompareCitations(x.Citation, y.Citation)); c != 0 || x.Fact == y.Fact {
		return c
	}
	return cmp.Compare(fmt.Sprintf("%#v", x.Fact), fmt.Sprintf("%#v", y.Fact))
}
