package beacon

import (
	"cmp"
	"slices"

	"seawall/internal/finding"
	"seawall/record"
)

// limits bound a table.
type limits struct {
	pairs   int // kept
	entries int // kept, over all pairs
	perPair int // entries kept of one pair
}

// A pair costs about 170 bytes and nine more for every entry: with these
// limits a table stays below 200 MB.
var defaultLimits = limits{pairs: 1 << 19, entries: 10 << 20, perPair: 256}

const uncut = ^uint64(0)

// table holds pairs by their hashes. Pairs and their entries lie in blocks
// without pointers, so that a million of them cost the garbage collector
// nothing. When a limit is reached, the pairs with the smallest hashes are
// kept: what is kept never depends on order.
type table struct {
	limits  limits
	slots   []uint64 // upper half of the hash, and number of the pair + 1
	pairs   [][]pair
	count   int // pairs held
	chunks  chunks
	names   []byte
	paths   []string
	numbers map[string]uint32 // of paths
	newest  uint32            // number of the path asked for last
	cut     uint64            // pairs whose hash is not below are not kept
	first   int64             // of all calls, nanoseconds since 1970
	last    int64
	proxies map[proxied]bool

	found [batch]*pair
	// Scratch of thin.
	list         []entry
	ranks, order []uint64
}

// pair is a caller and what it calls.
type pair struct {
	hash        uint64
	first, last int64  // nanoseconds since 1970
	cut         uint64 // entries whose rank is not below are not kept; 0 keeps all
	src, dst    address
	low, high   place  // of the first and the last call
	longest     uint32 // milliseconds
	shortest    uint32
	nameAt      uint32
	tell        uint32 // smallest fingerprint seen
	chunk       uint32 // of entries, the newest + 1
	entries     uint32 // copies included
	hours       uint32 // of the day, one bit each
	port        uint16
	callerMin   uint16
	callerMax   uint16
	nameLen     uint8
	protocol    uint8
	flags       uint8
	many        bool // the name stands for several addresses
}

// place is where a record lies.
type place struct {
	offset int64
	number uint64
	length uint32
	path   uint32
}

const pairBlock = 1 << 10

func newTable(l limits) *table {
	return &table{limits: l, slots: make([]uint64, 1<<6), cut: uncut, proxies: map[proxied]bool{}, numbers: map[string]uint32{}}
}

func (t *table) at(i int) *pair { return &t.pairs[i/pairBlock][i%pairBlock] }

// each calls yield for every pair, in no particular order.
func (t *table) each(yield func(*pair)) {
	for i := range t.count {
		yield(t.at(i))
	}
}

// addAll notes a batch of calls. Finding all pairs first lets the processor
// wait for many of them at once.
func (t *table) addAll(events []event, names []byte) {
	for i := range events {
		t.found[i] = t.find(events[i].hash)
	}
	for i := range events {
		e := &events[i]
		if e.hash >= t.cut {
			continue
		}
		p := t.found[i]
		if p == nil {
			p = t.get(e.hash, e, names)
		}
		t.note(p, e)
	}
	t.found = [batch]*pair{}
	t.spare()
}

func (t *table) find(hash uint64) *pair {
	mask := uint64(len(t.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 {
			return nil
		}
		if s>>32 == hash>>32 {
			if p := t.at(int(uint32(s)) - 1); p.hash == hash {
				return p
			}
		}
	}
}

// get returns the pair of an event, made if need be.
func (t *table) get(hash uint64, e *event, names []byte) *pair {
	if p := t.find(hash); p != nil {
		return p
	}
	p := t.make(hash)
	p.src, p.dst, p.port, p.protocol = e.src, e.dst, e.port, e.protocol
	p.shortest, p.callerMin = ^uint32(0), ^uint16(0)
	p.tell = ^uint32(0)
	if e.nameLen > 0 {
		p.nameAt, p.nameLen, p.flags = t.intern(names[e.nameAt:e.nameAt+e.nameLen]), uint8(e.nameLen), viaName
		p.dst = e.address
	}
	return p
}

func (t *table) intern(name []byte) uint32 {
	t.names = append(t.names, name...)
	return uint32(len(t.names) - len(name))
}

func (t *table) name(p *pair) []byte { return t.names[p.nameAt : p.nameAt+uint32(p.nameLen)] }

// make adds an empty pair.
func (t *table) make(hash uint64) *pair {
	if 3*(t.count+1) > 2*len(t.slots) {
		t.grow()
	}
	if t.count == len(t.pairs)*pairBlock {
		t.pairs = append(t.pairs, make([]pair, pairBlock))
	}
	p := t.at(t.count)
	*p = pair{hash: hash}
	t.count++
	t.place(hash, t.count)
	return p
}

func (t *table) place(hash uint64, number int) {
	mask := uint64(len(t.slots) - 1)
	i := hash & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = hash>>32<<32 | uint64(number)
}

func (t *table) grow() {
	t.slots = make([]uint64, 2*len(t.slots))
	for i := range t.count {
		t.place(t.at(i).hash, i+1)
	}
}

// note adds a call to its pair.
func (t *table) note(p *pair, e *event) {
	if e.tell != 0 {
		p.tell = min(p.tell, e.tell)
	}
	if e.flags&tellOnly != 0 {
		return
	}
	if t.first == 0 || e.time < t.first {
		t.first = e.time
	}
	t.last = max(t.last, e.time)
	t.widen(p, e)
	p.flags |= e.flags
	if e.flags&unansweredCall == 0 {
		p.flags |= answeredCall
	}
	p.hours |= 1 << (uint64(e.time) / 3_600_000_000_000 % 24)
	if e.duration >= 0 {
		ms := uint32(min(e.duration/1e6, int64(^uint32(0)-1)))
		p.longest, p.shortest = max(p.longest, ms), min(p.shortest, ms)
	}
	p.callerMin, p.callerMax = min(p.callerMin, e.caller), max(p.callerMax, e.caller)
	if e.nameLen > 0 && e.address != p.dst {
		p.meet(e.address)
	}
	n := newEntry(e)
	if p.cut != 0 && rank(n.time()) >= p.cut {
		return
	}
	t.chunks.push(p, n)
	if int(p.entries) >= 2*t.limits.perPair {
		t.thin(p)
	}
}

// meet notes a further address of a name; the smallest is kept.
func (p *pair) meet(a address) {
	switch {
	case a == address{}:
		return
	case p.dst == address{}:
		p.dst = a
		return
	}
	p.many = true
	if slices.Compare(a[:], p.dst[:]) < 0 {
		p.dst = a
	}
}

// widen moves the ends of what is known of a pair. Of calls at the same time
// the first in the evidence counts.
func (t *table) widen(p *pair, e *event) {
	if p.first == 0 || e.time < p.first || e.time == p.first && t.before(&e.origin, &p.low) {
		p.first, p.low = e.time, t.placeOf(&e.origin)
	}
	if e.time > p.last || e.time == p.last && t.before(&e.origin, &p.high) {
		p.last, p.high = e.time, t.placeOf(&e.origin)
	}
}

func (t *table) before(o *record.Origin, at *place) bool {
	return cmp.Or(cmp.Compare(o.Path, t.paths[at.path]), cmp.Compare(o.Offset, at.offset)) < 0
}

func (t *table) placeOf(o *record.Origin) place {
	return place{offset: o.Offset, number: o.Number, length: uint32(o.Length), path: t.path(o.Path)}
}

// path returns the number of a path. Calls come file by file, so the path
// asked for last is mostly asked for again.
func (t *table) path(path string) uint32 {
	if int(t.newest) < len(t.paths) && t.paths[t.newest] == path {
		return t.newest
	}
	number, known := t.numbers[path]
	if !known {
		number = uint32(len(t.paths))
		t.paths = append(t.paths, path)
		t.numbers[path] = number
	}
	t.newest = number
	return number
}

func (t *table) citation(at *place, time int64) finding.Citation {
	return finding.Citation{Path: t.paths[at.path], Offset: at.offset, Length: int(at.length), Number: at.number, Time: time}
}

// maxProxied bounds the pairs of a client and its proxy.
const maxProxied = 1 << 14

// passes notes that a server passed a client's request on.
func (t *table) passes(p proxied) {
	if len(t.proxies) < maxProxied {
		t.proxies[p] = true
	}
}

// proxied is a client and the proxy it uses.
type proxied struct{ Client, Proxy address }
