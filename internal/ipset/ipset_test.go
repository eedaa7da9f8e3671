package ipset

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

// address draws from few addresses at both ends of both families, so that sets
// meet often.
func address(t *rapid.T) netip.Addr {
	n := byte(rapid.IntRange(0, 15).Draw(t, "n"))
	if n >= 8 {
		n += 240
	}
	if rapid.Bool().Draw(t, "v6") {
		b := [16]byte{15: n}
		if n >= 248 {
			for i := range 15 {
				b[i] = 255
			}
		}
		return netip.AddrFrom16(b)
	}
	if n >= 248 {
		return netip.AddrFrom4([4]byte{255, 255, 255, n})
	}
	return netip.AddrFrom4([4]byte{3: n})
}

func set(t *rapid.T, name string) Set {
	return Of(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Range { return Range{address(t), address(t)} }), 0, 6).Draw(t, name)...)
}

func TestSetsAreWhatTheirAddressesAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := set(t, "a"), set(t, "b")
		x := address(t)
		union, both, rest := a.Union(b), a.Intersect(b), a.Minus(b)
		if union.Contains(x) != (a.Contains(x) || b.Contains(x)) {
			t.Errorf("%v in %v ∪ %v = %v", x, a, b, union)
		}
		if both.Contains(x) != (a.Contains(x) && b.Contains(x)) {
			t.Errorf("%v in %v ∩ %v = %v", x, a, b, both)
		}
		if rest.Contains(x) != (a.Contains(x) && !b.Contains(x)) {
			t.Errorf("%v in %v − %v = %v", x, a, b, rest)
		}
		if both.Size4()+rest.Size4() != a.Size4() {
			t.Errorf("%v and %v do not make up %v", both, rest, a)
		}
		for _, s := range []Set{union, both, rest} {
			for i := 1; i < len(s); i++ {
				if !s[i-1].Last.Less(s[i].First) {
					t.Errorf("%v is not in order", s)
				}
			}
		}
	})
}

func TestSizesAndText(t *testing.T) {
	f := func(s Set, size4, size6 uint64, text string) {
		t.Helper()
		if s.Size4() != size4 || s.Size6() != size6 || s.String() != text {
			t.Errorf("%v: %d, %d", s, s.Size4(), s.Size6())
		}
	}
	f(nil, 0, 0, "")
	f(All(), 1<<32, ^uint64(0), "0.0.0.0/0, ::/0")
	f(OfPrefixes(netip.MustParsePrefix("10.1.2.3/8"), netip.Prefix{}), 1<<24, 0, "10.0.0.0/8")
	f(OfPrefixes(netip.MustParsePrefix("10.0.0.0/25"), netip.MustParsePrefix("10.0.0.128/25"), netip.MustParsePrefix("2001:db8::/48")), 256, 1<<16, "10.0.0.0/24, 2001:db8::/48")
	f(Of(Range{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("10.0.0.3")}, Range{netip.MustParseAddr("10.0.0.9"), netip.MustParseAddr("::1")}), 3, 0, "10.0.0.1-10.0.0.3")
	f(OfAddr(netip.MustParseAddr("::1")), 0, 1, "::1")
}
