package clock

import (
	"maps"
	"math"
	"slices"
)

// sample holds the sightings of the events of the smallest hashes. All logs are
// sampled alike, so that an event kept of one is kept of the other.
type sample struct {
	limit  uint64 // hashes above it are certainly not among the smallest
	events map[uint64]*event
	voids  [1 << 10]uint64 // some void events: the popular pages, which most requests are for
}

// event is what is known of one event. It is void if it was seen too often.
type event struct {
	void      bool
	sightings []sighting // by series, in no order
}

// sighting is when one series tells of an event.
type sighting struct {
	series string
	rank   rank
	times  [maxSightings]int64 // the first n, in no order
	n      uint8
}

func newSample() sample { return sample{limit: math.MaxUint64, events: map[uint64]*event{}} }

func (s *sample) add(key uint64, series string, at int64, r rank) {
	void := &s.voids[key%uint64(len(s.voids))]
	if *void == key {
		return
	}
	e := s.event(key)
	if e.add(series, at, r); e.void {
		*void = key
	}
	if len(s.events) > 2*maxKeys {
		s.prune()
	}
}

func (s *sample) event(key uint64) *event {
	e := s.events[key]
	if e == nil {
		e = &event{}
		s.events[key] = e
	}
	return e
}

func (e *event) add(series string, at int64, r rank) {
	if e.void {
		return
	}
	i := slices.IndexFunc(e.sightings, func(s sighting) bool { return s.series == series })
	if i < 0 {
		if len(e.sightings) == maxSeries {
			e.forget()
			return
		}
		i = len(e.sightings)
		e.sightings = append(e.sightings, sighting{series: series})
	}
	s := &e.sightings[i]
	if s.n == maxSightings {
		e.forget()
		return
	}
	s.rank = max(s.rank, r)
	s.times[s.n] = at
	s.n++
}

// forget makes the event void, for good.
func (e *event) forget() { e.void, e.sightings = true, nil }

func (s *sample) merge(o *sample) {
	for key, theirs := range o.events {
		if key > s.limit {
			continue
		}
		mine := s.event(key)
		if theirs.void {
			mine.forget()
		}
		for _, g := range theirs.sightings {
			for _, at := range g.times[:g.n] {
				mine.add(g.series, at, g.rank)
			}
		}
	}
	s.limit = min(s.limit, o.limit)
	s.prune()
}

// prune leaves out what lies behind the first maxKeys hashes. No event of
// these was left out before, nor any sighting of it.
func (s *sample) prune() {
	if len(s.events) <= maxKeys {
		return
	}
	keys := slices.Sorted(maps.Keys(s.events))
	for _, key := range keys[maxKeys:] {
		delete(s.events, key)
	}
	s.limit = min(s.limit, keys[maxKeys-1])
}
