package beacon

import (
	"cmp"
	"net/netip"
	"slices"
)

// turn is what destinations that take turns have in common: the caller, the
// port, and the client's fingerprint or the size it sends most.
type turn struct {
	src       netip.Addr
	port      uint16
	protocol  uint8
	direction direction
	named     bool
	tell      uint32
	size      int64
}

const (
	// Destinations of one set, and calls to each: fewer show nothing.
	fewestMembers, mostMembers = 2, 64
	fewestTurns                = 4
	// better is how much more regular the set must be than any of its
	// members is.
	better = 1.5
	// Pages fetch from the hosts of a content network in quick turns.
	fewestSeconds = 10
	// A size that this share of the calls sends marks a stream.
	ownSize = 0.4
)

// rotations finds sets of destinations that show no rhythm by themselves but
// do together. They are sought by fingerprint and size, then by either alone:
// what is found is not sought again.
func (s *Summary) rotations(streams []*stream) (found []*stream) {
	taken := map[*stream]bool{}
	for _, by := range []func(*stream) (turn, bool){byBoth, byTell, bySize} {
		groups := map[turn][]*stream{}
		for _, c := range streams {
			if k, ok := by(c); ok && !taken[c] && c.mayTurn() {
				groups[k] = append(groups[k], c)
			}
		}
		for _, members := range groups {
			if c := s.rotation(members); c != nil {
				found = append(found, c)
				for _, m := range members {
					taken[m] = true
				}
			}
		}
	}
	slices.SortFunc(found, func(x, y *stream) int { return cmp.Compare(x.pairs[0].hash, y.pairs[0].hash) })
	return found
}

// mayTurn reports whether a stream may be part of a set.
func (c *stream) mayTurn() bool {
	weak := c.kind == nothing || c.kind == constant || c.kind == scant
	return weak && c.direction == outward && c.callers <= 2 && c.bursts >= fewestTurns && !c.continuous()
}

func (c *stream) turn() turn {
	return turn{src: c.src, port: c.port, protocol: c.protocol, direction: c.direction, named: c.name != ""}
}

// bySize groups by the size that is sent most; streams of varying sizes are a
// group of their own.
func bySize(c *stream) (turn, bool) {
	k := c.turn()
	if c.sizes && c.sizeShare >= ownSize {
		k.size = c.size
	}
	return k, true
}

func byTell(c *stream) (turn, bool) {
	k := c.turn()
	k.tell = c.pairs[0].tell
	return k, k.tell != ^uint32(0)
}

func byBoth(c *stream) (turn, bool) {
	k, _ := bySize(c)
	k.tell = c.pairs[0].tell
	return k, k.tell != ^uint32(0) && k.size != 0
}

// rotation merges streams into one and returns it if it has a rhythm.
func (s *Summary) rotation(members []*stream) *stream {
	if len(members) < fewestMembers || len(members) > mostMembers {
		return nil
	}
	var pairs []*pair
	var entries []entry
	cut, single, callers := uint64(0), 0.0, 0
	for _, m := range members {
		p := m.pairs[0]
		pairs = append(pairs, p)
		if p.cut != 0 && (cut == 0 || p.cut < cut) {
			cut = p.cut
		}
		single, callers = max(single, m.z), max(callers, m.callers)
	}
	for _, p := range pairs {
		entries = s.pairs.entriesOf(entries, p)
	}
	slices.Sort(entries)
	if cut != 0 {
		entries = slices.DeleteFunc(entries, func(n entry) bool { return rank(n.time()) >= cut })
	}
	slices.SortFunc(pairs, func(x, y *pair) int { return cmp.Compare(x.hash, y.hash) })
	c := *members[0]
	c.pulse, c.pairs, c.kind = (&instrument{}).measure(entries, cut), pairs, rotating
	c.callers, c.rhythmic = callers, callers
	if c.z < clearZ || c.z < better*single || c.share < third || c.period < fewestSeconds {
		return nil
	}
	return &c
}
