package sighting

import (
	"slices"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/record"
)

// group is the sightings under one key. Most keys have few, for which a map
// would take many times their memory.
type group[F comparable] struct {
	hash uint64
	few  []item[F]             // up to fewItems
	many map[identity[F]]entry // instead of few, if there are more
	cut  uint64                // sightings whose hash is not below are not kept
	part bool                  // a sighting was left out
}

type item[F comparable] struct {
	id identity[F]
	entry
}

const fewItems = 8

// entry is what is kept of a sighting besides its identity: its hash, and the
// citation without what only people read. The hash of the bytes cited is taken
// when the scan has ended, of those few that a finding cites.
type entry struct {
	hash   uint64 // of the identity
	time   int64
	path   string
	offset int64
	number uint64
	stamp  int64 // time of the citation
	length int32
}

// newEntry cites a.
func newEntry(hash uint64, a *activity.Activity) entry {
	e := entry{hash: hash, time: a.Time, stamp: a.Time}
	origin := &a.Origin
	if a.Record != nil {
		origin = &a.Record.Origin
		e.stamp = a.Record.Time
	}
	e.place(origin)
	return e
}

func (e *entry) place(o *record.Origin) {
	e.path, e.offset, e.length, e.number = o.Path, o.Offset, int32(o.Length), o.Number
}

func (e *entry) citation() finding.Citation {
	return finding.Citation{Path: e.path, Offset: e.offset, Length: int(e.length), Number: e.number, Time: e.stamp}
}

// entryOf is the reverse of [entry.citation].
func entryOf(hash uint64, time int64, c *finding.Citation) entry {
	return entry{hash: hash, time: time, path: c.Path, offset: c.Offset, number: c.Number, stamp: c.Time, length: int32(c.Length)}
}

// before orders entries as [finding.CompareCitations] orders their citations.
func (e *entry) before(o *entry) bool {
	switch {
	case e.stamp != o.stamp:
		return e.stamp < o.stamp
	case e.path != o.path:
		return e.path < o.path
	}
	return e.offset < o.offset
}

func (g *group[F]) len() int { return len(g.few) + len(g.many) }

// find returns the entry of an identity.
func (g *group[F]) find(id *identity[F]) (e entry, found bool) {
	if g.many != nil {
		e, found = g.many[*id]
		return e, found
	}
	for i := range g.few {
		if g.few[i].id == *id {
			return g.few[i].entry, true
		}
	}
	return e, false
}

// set enters or replaces the entry of an identity.
func (g *group[F]) set(id *identity[F], e entry) {
	if g.many != nil {
		g.many[*id] = e
		return
	}
	for i := range g.few {
		if g.few[i].id == *id {
			g.few[i].entry = e
			return
		}
	}
	if len(g.few) < fewItems {
		g.few = append(g.few, item[F]{*id, e})
		return
	}
	g.many = make(map[identity[F]]entry, 2*fewItems)
	for _, i := range g.few {
		g.many[i.id] = i.entry
	}
	g.many[*id] = e
	g.few = nil
}

// all calls yield for every sighting, in no order.
func (g *group[F]) all(yield func(id identity[F], e entry) bool) {
	for i := range g.few {
		if !yield(g.few[i].id, g.few[i].entry) {
			return
		}
	}
	for id, e := range g.many {
		if !yield(id, e) {
			return
		}
	}
}

// shorten drops what is not below the cut and returns how many that were.
func (g *group[F]) shorten() (dropped int) {
	before := g.len()
	g.few = slices.DeleteFunc(g.few, func(i item[F]) bool { return i.hash >= g.cut })
	for id, e := range g.many {
		if e.hash >= g.cut {
			delete(g.many, id)
		}
	}
	return before - g.len()
}

func (g *group[F]) sorted() []Sighting[F] {
	list := make([]Sighting[F], 0, g.len())
	for id, e := range g.all {
		list = append(list, Sighting[F]{Time: e.time, Host: id.Host, Fact: id.Fact, Citation: e.citation()})
	}
	slices.SortFunc(list, compare[F])
	return list
}
