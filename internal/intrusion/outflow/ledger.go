package outflow

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"maps"
	"math/bits"
	"net/netip"
	"slices"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/activity"
	"seawall/internal/finding"
)

const uncut = ^uint64(0)

// limits bound a ledger.
type limits struct {
	pairs int
	large int // flows of a pair kept because they are its largest
	some  int // and by chance, to stand for the rest
}

var defaultLimits = limits{pairs: 1 << 16, large: 8, some: 16}

// pairKey is who talked to whom; the caller is first.
type pairKey struct{ Src, Dst netip.Addr }

func pairOf(src, dst netip.Addr) pairKey { return pairKey{src.Unmap(), dst.Unmap()} }

// Flow is one connection kept.
type Flow struct {
	Hash    uint64 // of what tells it from others
	Time    int64
	Out, In int64
	Port    uint16
	Sampled bool
	Place   Place
}

// Place is where a flow stands in the evidence; a [finding.Citation] is twice
// as large, and a busy site has a million flows.
type Place struct {
	Path   string
	Offset int64
	Number uint64
	Length int32
}

func comparePlaces(x, y Place) int {
	return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Offset, y.Offset), cmp.Compare(x.Number, y.Number), cmp.Compare(x.Length, y.Length))
}

func (f *Flow) citation() finding.Citation {
	return finding.Citation{Path: f.Place.Path, Offset: f.Place.Offset, Length: int(f.Place.Length), Number: f.Place.Number, Time: f.Time}
}

// pair is what two hosts exchanged: its largest flows, and others chosen by
// their hashes. A flow that two logs tell of counts once.
type pair struct {
	hash  uint64
	cut   uint64 // flows whose hash is not below are kept only if large
	large []Flow // by size, largest first
	some  []Flow // by hash
	hours uint32 // of the day in which they talked, one bit each
}

type ledger struct {
	limits limits
	pairs  map[pairKey]*pair
	cut    uint64 // pairs whose hash is not below are not kept
	names  map[pairKey]string
}

func newLedger(l limits) *ledger {
	return &ledger{limits: l, pairs: map[pairKey]*pair{}, cut: uncut, names: map[pairKey]string{}}
}

func (k pairKey) hash() uint64 { return hashAddr(hashAddr(0, k.Src), k.Dst) }

func hashAddr(h uint64, a netip.Addr) uint64 {
	b := a.As16()
	h = mix(h ^ binary.LittleEndian.Uint64(b[:8]) + 0x632be59bd9b4e019)
	return mix(h ^ binary.LittleEndian.Uint64(b[8:]))
}

func mix(n uint64) uint64 {
	hi, lo := bits.Mul64(n^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	return min(hi^lo, uncut-1)
}

// get returns a pair, made if need be; nil if it is not kept.
func (l *ledger) get(k pairKey) *pair {
	if p := l.pairs[k]; p != nil {
		return p
	}
	h := k.hash()
	if h >= l.cut {
		return nil
	}
	p := &pair{hash: h, cut: uncut}
	l.pairs[k] = p
	if len(l.pairs) >= 2*l.limits.pairs {
		l.settle()
	}
	return p
}

func (l *ledger) add(k pairKey, a *activity.Activity, out, in int64) {
	p := l.get(k)
	if p == nil {
		return
	}
	f, h := a.Flow, identity(a)
	if h >= p.cut && len(p.large) == l.limits.large && out+in < p.large[len(p.large)-1].Out+p.large[len(p.large)-1].In {
		p.talked(a.Time) // neither large nor chosen, as most
		return
	}
	p.add(Flow{
		Hash: h,
		Time: a.Time, Out: out, In: in, Port: f.DestinationPort, Sampled: f.Sampling > 1,
		Place: Place{a.Origin.Path, a.Origin.Offset, a.Origin.Number, int32(a.Origin.Length)},
	}, &l.limits)
}

// identity is what records of one connection share, whoever logged it: the
// community id and roughly the start, or exactly the start and the ports.
func identity(a *activity.Activity) uint64 {
	f := a.Flow
	if len(f.Community) > 0 {
		return mix(xxhash.Sum64(f.Community) ^ uint64(a.Time/(5*minute)))
	}
	return mix(uint64(a.Time) ^ mix(uint64(f.SourcePort)<<32|uint64(f.DestinationPort)<<8|uint64(f.Protocol)))
}

// maxNames bounds the names remembered for pairs.
const maxNames = 1 << 15

// name remembers what a destination is called. The smallest name is kept, so
// that order does not matter.
func (l *ledger) name(k pairKey, name []byte) {
	old, known := l.names[k]
	if known && old <= string(name) || !known && len(l.names) >= maxNames {
		return
	}
	l.names[k] = finding.Shorten(string(bytes.ToLower(name)), 253)
}

func (p *pair) talked(at int64) { p.hours |= 1 << (uint64(at) / uint64(hour) % 24) }

// add keeps a flow. Of several states of one connection the largest counts.
func (p *pair) add(f Flow, l *limits) {
	p.talked(f.Time)
	if f.Hash < p.cut {
		if i, found := slices.BinarySearchFunc(p.some, f, compareHashes); !found {
			p.some = p.insertSome(i, f, l.some)
		} else if outgrows(&f, &p.some[i]) {
			p.some[i] = f
		}
	}
	if len(p.large) == l.large && compareSizes(f, p.large[l.large-1]) > 0 {
		return
	}
	if i := slices.IndexFunc(p.large, func(k Flow) bool { return k.Hash == f.Hash }); i >= 0 {
		if !outgrows(&f, &p.large[i]) {
			return
		}
		p.large = slices.Delete(p.large, i, i+1)
	}
	i, _ := slices.BinarySearchFunc(p.large, f, compareSizes)
	p.large = slices.Insert(p.large[:min(len(p.large), l.large-1)], i, f)
}

// insertSome puts a flow at place i, pushing out the last one if there are
// limit of them. The slice does not grow beyond that, not even for a moment:
// its memory would be twice as large from then on.
func (p *pair) insertSome(i int, f Flow, limit int) []Flow {
	if len(p.some) < limit {
		return slices.Insert(p.some, i, f)
	}
	if i == limit {
		p.cut = f.Hash
		return p.some
	}
	p.cut = p.some[limit-1].Hash
	return slices.Insert(p.some[:limit-1], i, f)
}

// outgrows reports whether f is a later state of the connection than old, or
// the same, told earlier in the evidence.
func outgrows(f, old *Flow) bool {
	if c := cmp.Or(cmp.Compare(f.Out+f.In, old.Out+old.In), cmp.Compare(f.Out, old.Out)); c != 0 {
		return c > 0
	}
	return comparePlaces(f.Place, old.Place) < 0
}

func compareHashes(x, y Flow) int { return cmp.Compare(x.Hash, y.Hash) }

// compareSizes orders flows, the largest first.
func compareSizes(x, y Flow) int {
	return cmp.Or(cmp.Compare(y.Out+y.In, x.Out+x.In), cmp.Compare(x.Hash, y.Hash))
}

// weighed is a flow and how many it stands for.
type weighed struct {
	Flow
	weight float64
}

// flows returns what is known of all flows of a pair: the largest each for
// itself, the others for those left out, too.
func (p *pair) flows() (list []weighed) {
	large := map[uint64]bool{}
	for _, f := range p.large {
		large[f.Hash] = true
		list = append(list, weighed{f, 1})
	}
	factor := 1.0
	if p.cut != uncut {
		factor = float64(uncut) / float64(p.cut)
	}
	for _, f := range p.some {
		if !large[f.Hash] {
			list = append(list, weighed{f, factor})
		}
	}
	slices.SortFunc(list, func(x, y weighed) int { return cmp.Or(cmp.Compare(x.Time, y.Time), compareHashes(x.Flow, y.Flow)) })
	return list
}

func (l *ledger) settle() {
	if len(l.pairs) <= l.limits.pairs {
		return
	}
	hashes := make([]uint64, 0, len(l.pairs))
	for _, p := range l.pairs {
		hashes = append(hashes, p.hash)
	}
	slices.Sort(hashes)
	l.lower(hashes[l.limits.pairs])
}

func (l *ledger) lower(cut uint64) {
	l.cut = min(l.cut, cut)
	maps.DeleteFunc(l.pairs, func(_ pairKey, p *pair) bool { return p.hash >= l.cut })
}

func (l *ledger) merge(o *ledger) {
	if o.cut < l.cut {
		l.lower(o.cut)
	}
	for k, theirs := range o.pairs {
		if p := l.get(k); p != nil {
			p.merge(theirs, &l.limits)
		}
	}
	for k, name := range o.names {
		l.name(k, []byte(name))
	}
	l.settle()
}

func (p *pair) merge(o *pair, l *limits) {
	p.hours |= o.hours
	if o.cut < p.cut {
		p.cut = o.cut
		p.some = slices.DeleteFunc(p.some, func(f Flow) bool { return f.Hash >= p.cut })
	}
	for _, f := range o.large {
		p.add(f, l)
	}
	for _, f := range o.some {
		p.add(f, l)
	}
}

// page is how a ledger is written.
type page struct {
	Cut   uint64
	Pairs []pagePair
	Names []pageName
}

type pageName struct {
	Key  pairKey
	Name string
}

type pagePair struct {
	Key         pairKey
	Cut         uint64
	Hours       uint32
	Large, Some []Flow
}

func compareKeys(x, y pairKey) int { return cmp.Or(x.Src.Compare(y.Src), x.Dst.Compare(y.Dst)) }

func (l *ledger) page() *page {
	l.settle()
	p := &page{Cut: l.cut}
	for k, q := range l.pairs {
		p.Pairs = append(p.Pairs, pagePair{k, q.cut, q.hours, q.large, q.some})
	}
	for k, name := range l.names {
		p.Names = append(p.Names, pageName{k, name})
	}
	slices.SortFunc(p.Pairs, func(x, y pagePair) int { return compareKeys(x.Key, y.Key) })
	slices.SortFunc(p.Names, func(x, y pageName) int { return compareKeys(x.Key, y.Key) })
	return p
}

func (l *ledger) turn(p *page) {
	l.pairs, l.names, l.cut = map[pairKey]*pair{}, map[pairKey]string{}, p.Cut
	for i := range p.Pairs {
		if q := l.get(p.Pairs[i].Key); q != nil {
			q.merge(&pair{cut: p.Pairs[i].Cut, hours: p.Pairs[i].Hours, large: p.Pairs[i].Large, some: p.Pairs[i].Some}, &l.limits)
		}
	}
	for _, n := range p.Names {
		l.name(n.Key, []byte(n.Name))
	}
}
