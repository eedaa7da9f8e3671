// Package perimeter answers: which addresses belong to the site the evidence
// comes from?
//
// Where the user has not said so, the private ranges belong to it, what a
// sensor marked as local, and a public address or network that nearly all
// traffic between public addresses has in common, such as the only server of
// a cloud sensor.
package perimeter

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"

	"seawall/internal/activity"
	"seawall/internal/intrusion"
)

const (
	// sampled is how many pairs of public addresses are kept to tell the
	// site's own by: enough for a share to be right within two per cent.
	sampled = 2048
	// marked is how many networks that a sensor called local are kept.
	marked = 4096
	// least is how many pairs must be seen before their common address
	// tells anything.
	least = 12
	// share of the pairs, in per cent, that an address or network must take
	// part in.
	share = 60
)

// Border tells inside from outside. It is a mergeable summary: what it keeps
// are the pairs and networks with the smallest hashes, whatever their order.
type Border struct {
	given  []netip.Prefix
	pairs  sample[Pair]
	local  sample[netip.Prefix]
	common []netip.Prefix // inferred from pairs; nil until settled
}

// Pair is two public addresses that talked.
type Pair struct{ A, B netip.Addr }

// New returns a border of a site; where the site says what is internal,
// nothing is inferred.
func New(site *intrusion.Site) *Border {
	b := &Border{pairs: sample[Pair]{limit: sampled}, local: sample[netip.Prefix]{limit: marked}}
	if site != nil && len(site.Internal) > 0 {
		b.given = site.Internal
	}
	return b
}

// Of returns the border of a site; where it has none, one that was told
// nothing.
func Of(site *intrusion.Site) intrusion.Border {
	if site != nil && site.Border != nil {
		return site.Border
	}
	return New(site)
}

// Observe learns from a connection.
func (b *Border) Observe(f *activity.Flow) {
	if b.given != nil {
		return
	}
	src, dst := Reserved(f.Source), Reserved(f.Destination)
	if src && dst {
		return
	}
	if f.SourceSide == activity.Inside && !src {
		b.mark(f.Source)
	}
	if f.DestinationSide == activity.Inside && !dst {
		b.mark(f.Destination)
	}
	if src || dst {
		return
	}
	p := Pair{f.Source.Unmap(), f.Destination.Unmap()}
	if p.B.Less(p.A) {
		p.A, p.B = p.B, p.A
	}
	b.pairs.add(hashAddr(hashAddr(0, p.A), p.B), p)
}

func (b *Border) mark(a netip.Addr) {
	p := network(a.Unmap(), 2)
	b.local.add(hashAddr(uint64(p.Bits()), p.Addr()), p)
}

// Merge adds what another border learnt.
func (b *Border) Merge(o *Border) {
	b.pairs.merge(&o.pairs)
	b.local.merge(&o.local)
	b.common = nil
}

// Reserved reports whether an address can only be the site's own, or nobody's:
// private and shared ranges, loopback, link-local, multicast.
func Reserved(a netip.Addr) bool {
	if a.Is4() {
		return reserved4(a.As4())
	}
	if a.Is4In6() {
		return reserved4(a.Unmap().As4())
	}
	return !a.IsGlobalUnicast() || a.IsPrivate()
}

// reserved4 is the hot path: every connection asks it several times.
func reserved4(b [4]byte) bool {
	switch b[0] {
	case 0, 10, 127:
		return true
	case 100: // carrier-grade NAT, RFC 6598
		return b[1]&0xc0 == 64
	case 169:
		return b[1] == 254
	case 172:
		return b[1]&0xf0 == 16
	case 192:
		return b[1] == 168
	}
	return b[0] >= 224
}

// Inside reports whether an address belongs to the site. Call it only when
// everything was observed.
func (b *Border) Inside(a netip.Addr) bool {
	a = a.Unmap()
	if b.given != nil {
		return contains(b.given, a)
	}
	if Reserved(a) {
		return true
	}
	if b.common == nil {
		b.settle()
	}
	return contains(b.common, a)
}

func contains(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// settle finds what the public pairs have in common.
func (b *Border) settle() {
	b.common = append([]netip.Prefix{}, b.local.items()...)
	var rest []Pair
	for _, p := range b.pairs.items() {
		if !contains(b.common, p.A) && !contains(b.common, p.B) {
			rest = append(rest, p)
		}
	}
	all := len(rest)
	if all < least || all < b.pairs.len()/10 {
		return
	}
	for level := range networkLevels {
		if p, n := busiest(rest, level); n*100 >= all*share {
			b.common = append(b.common, p)
			return
		}
	}
}

// networkLevels is the number of sizes of networks tried: a host, a subnet, a
// provider's block.
const networkLevels = 3

// network returns the network of an address; level 0 is the address itself.
func network(a netip.Addr, level int) netip.Prefix {
	bits := [...]int{32, 28, 24}[level]
	if a.Is6() {
		bits = [...]int{128, 64, 48}[level]
	}
	p, _ := a.Prefix(bits)
	return p
}

// busiest returns the network that takes part in most pairs, and in how many.
func busiest(pairs []Pair, level int) (best netip.Prefix, most int) {
	count := map[netip.Prefix]int{}
	for _, p := range pairs {
		a, b := network(p.A, level), network(p.B, level)
		count[a]++
		if a != b {
			count[b]++
		}
	}
	for p, n := range count {
		if n > most || n == most && comparePrefixes(p, best) < 0 {
			best, most = p, n
		}
	}
	return best, most
}

func comparePrefixes(a, b netip.Prefix) int {
	return cmp.Or(a.Addr().Compare(b.Addr()), cmp.Compare(a.Bits(), b.Bits()))
}

// sample keeps the items with the smallest hashes, by their hash.
type sample[T any] struct {
	limit int
	cut   uint64 // items whose hash is not below are not kept; 0 is no cut
	kept  map[uint64]T
}

func (s *sample[T]) add(hash uint64, item T) {
	if s.cut != 0 && hash >= s.cut {
		return
	}
	if _, found := s.kept[hash]; found {
		return
	}
	if s.kept == nil {
		s.kept = map[uint64]T{}
	}
	s.kept[hash] = item
	if len(s.kept) >= 2*s.limit {
		s.trim()
	}
}

func (s *sample[T]) trim() {
	if len(s.kept) > s.limit {
		s.lower(s.hashes()[s.limit])
	}
}

func (s *sample[T]) lower(cut uint64) {
	s.cut = cut
	maps.DeleteFunc(s.kept, func(h uint64, _ T) bool { return h >= cut })
}

func (s *sample[T]) hashes() []uint64 { return slices.Sorted(maps.Keys(s.kept)) }

func (s *sample[T]) merge(o *sample[T]) {
	if o.cut != 0 && (s.cut == 0 || o.cut < s.cut) {
		s.lower(o.cut)
	}
	for h, item := range o.kept {
		s.add(h, item)
	}
}

func (s *sample[T]) len() int {
	s.trim()
	return len(s.kept)
}

// items returns what is kept, in the order of the hashes.
func (s *sample[T]) items() []T {
	s.trim()
	list := make([]T, 0, len(s.kept))
	for _, h := range s.hashes() {
		list = append(list, s.kept[h])
	}
	return list
}
