// Package ipset is sets of IP addresses, as rules of firewalls speak of them.
package ipset

import (
	"net/netip"
	"slices"
	"strings"
)

// Range is a range of addresses of one family, both ends included.
type Range struct{ First, Last netip.Addr }

// Set is a set of addresses: ranges in order that neither touch nor overlap.
// Those of IPv4 come first. The zero Set is empty. A Set is never changed.
type Set []Range

var (
	last4 = netip.AddrFrom4([4]byte{255, 255, 255, 255})
	last6 = netip.AddrFrom16([16]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255})
)

// All4 and All6 return every address of a family.
func All4() Set { return Set{{netip.IPv4Unspecified(), last4}} }

// All6 returns every address of IPv6.
func All6() Set { return Set{{netip.IPv6Unspecified(), last6}} }

// All returns every address.
func All() Set { return append(All4(), All6()...) }

// Of returns the set of the addresses in ranges, in any order.
func Of(ranges ...Range) Set {
	list := slices.DeleteFunc(slices.Clone(ranges), func(r Range) bool {
		return !r.First.IsValid() || !r.Last.IsValid() || r.First.Is4() != r.Last.Is4() || r.Last.Less(r.First)
	})
	slices.SortFunc(list, func(a, b Range) int { return a.First.Compare(b.First) })
	merged := list[:0]
	for _, r := range list {
		if n := len(merged); n > 0 && touches(merged[n-1], r) {
			if merged[n-1].Last.Less(r.Last) {
				merged[n-1].Last = r.Last
			}
			continue
		}
		merged = append(merged, r)
	}
	return slices.Clip(Set(merged))
}

// touches reports whether b, which begins no earlier than a, begins within a or
// right behind it.
func touches(a, b Range) bool {
	return a.First.Is4() == b.First.Is4() && (!a.Last.Less(b.First) || a.Last.Next() == b.First)
}

// OfPrefixes returns the set of the addresses in prefixes; invalid ones are
// left out.
func OfPrefixes(prefixes ...netip.Prefix) Set {
	ranges := make([]Range, 0, len(prefixes))
	for _, p := range prefixes {
		if p.IsValid() {
			ranges = append(ranges, Range{p.Masked().Addr(), lastOf(p)})
		}
	}
	return Of(ranges...)
}

// OfAddr returns the set of one address.
func OfAddr(a netip.Addr) Set { return Of(Range{a, a}) }

// lastOf is the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	bytes := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	a, _ := netip.AddrFromSlice(bytes)
	return a
}

// Contains reports whether an address is in the set.
func (s Set) Contains(a netip.Addr) bool {
	at, _ := slices.BinarySearchFunc(s, a, func(r Range, a netip.Addr) int { return r.Last.Compare(a) })
	return at < len(s) && !a.Less(s[at].First) && s[at].First.Is4() == a.Is4()
}

// Union returns the addresses of both sets.
func (s Set) Union(o Set) Set {
	switch {
	case len(s) == 0:
		return o
	case len(o) == 0:
		return s
	}
	return Of(append(slices.Clone(s), o...)...)
}

// Intersect returns the addresses that both sets have.
func (s Set) Intersect(o Set) (both Set) {
	for i, j := 0, 0; i < len(s) && j < len(o); {
		first, last := s[i].First, s[i].Last
		if first.Less(o[j].First) {
			first = o[j].First
		}
		if o[j].Last.Less(last) {
			last = o[j].Last
		}
		if !last.Less(first) {
			both = append(both, Range{first, last})
		}
		if s[i].Last.Less(o[j].Last) {
			i++
		} else {
			j++
		}
	}
	return both
}

// Minus returns the addresses of s that o has not.
func (s Set) Minus(o Set) (rest Set) {
	j := 0
	for _, r := range s {
		for j < len(o) && o[j].Last.Less(r.First) {
			j++
		}
		k := j
		for ; k < len(o) && !r.Last.Less(o[k].First); k++ {
			if r.First.Less(o[k].First) {
				rest = append(rest, Range{r.First, o[k].First.Prev()})
			}
			if !o[k].Last.Less(r.Last) {
				r.First = netip.Addr{}
				break
			}
			r.First = o[k].Last.Next()
		}
		if r.First.IsValid() {
			rest = append(rest, r)
		}
	}
	return rest
}

// Size4 is how many addresses of IPv4 the set has.
func (s Set) Size4() (n uint64) {
	for _, r := range s {
		if r.First.Is4() {
			n += uint64(number(r.Last)) - uint64(number(r.First)) + 1
		}
	}
	return n
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

// Size6 is how many networks of 64 bits of IPv6 the set touches.
func (s Set) Size6() (n uint64) {
	for _, r := range s {
		if r.First.Is6() {
			n += network(r.Last) - network(r.First) + 1
			if n == 0 { // all of them: the count is one too large for the type
				return ^uint64(0)
			}
		}
	}
	return n
}

func network(a netip.Addr) (n uint64) {
	b := a.As16()
	for _, octet := range b[:8] {
		n = n<<8 | uint64(octet)
	}
	return n
}

// String writes the set as people write it: "10.0.0.1, 192.0.2.0-192.0.2.9".
func (s Set) String() string {
	parts := make([]string, len(s))
	for i, r := range s {
		switch p, ok := r.prefix(); {
		case r.First == r.Last:
			parts[i] = r.First.String()
		case ok:
			parts[i] = p.String()
		default:
			parts[i] = r.First.String() + "-" + r.Last.String()
		}
	}
	return strings.Join(parts, ", ")
}

// prefix is the network that a range is, if it is one.
func (r Range) prefix() (netip.Prefix, bool) {
	for bits := 0; bits <= r.First.BitLen(); bits++ {
		p := netip.PrefixFrom(r.First, bits)
		if p.Masked() == p && lastOf(p) == r.Last {
			return p, true
		}
	}
	return netip.Prefix{}, false
}
