package policy

import (
	"net/netip"

	"seawall/internal/intel/facts"
	"seawall/internal/ipset"
)

// Internet returns the addresses that senders on the Internet have, of the
// family of the target.
func Internet(target netip.Addr) ipset.Set {
	if target.Unmap().Is4() {
		return ipset.All4().Minus(ipset.OfPrefixes(special...))
	}
	return ipset.OfPrefixes(netip.MustParsePrefix("2000::/3"))
}

// special are the networks of IPv4 that nobody sends from across the Internet
// (RFC 6890), without those for documentation.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("172.16.0.0/12"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("224.0.0.0/3"),
}

// What counts as the Internet at large: an eighth of a percent and less are
// chosen peers; a network of 16 million addresses has strangers in it.
const (
	manyOf4 = 1 << 24
	manyOf6 = 1 << 48 // networks of 64 bits, of 2^61
)

func many(s ipset.Set) bool { return s.Size4() >= manyOf4 || s.Size6() >= manyOf6 }

// Anybody says whether strangers get through.
func (o *Outcome) Anybody() facts.Answer {
	switch {
	case many(o.Allowed):
		return facts.Yes
	case many(o.Allowed.Union(o.Unclear)):
		return facts.Unknown
	}
	return facts.No
}
