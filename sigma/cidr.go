package sigma

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"unsafe"
)

// cidrMatch is membership in a network. Addresses that are IPv4 written as
// IPv6 (::ffff:10.0.0.1) are IPv4; what is no address ("-", "LOCAL") is in no
// network.
type cidrMatch struct {
	network netip.Prefix
}

func newCIDRMatch(s string) (*cidrMatch, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "/") {
		addr, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fmt.Errorf("%q is not a network", s)
		}
		addr = addr.Unmap()
		return &cidrMatch{netip.PrefixFrom(addr, addr.BitLen())}, nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return nil, fmt.Errorf("%q is not a network", s)
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return &cidrMatch{p.Masked()}, nil
}

func (m *cidrMatch) match(t *text) bool {
	b, ends := t.get(false)
	if ends == nil {
		if !t.hasAddress { // rules list a dozen networks
			t.address, t.hasAddress = parseAddress(b), true
		}
		return m.network.Contains(t.address)
	}
	for i := range ends {
		if m.network.Contains(parseAddress(item(b, ends, i))) {
			return true
		}
	}
	return false
}

// parseAddress returns the address that a text is, an invalid one if it is
// none.
func parseAddress(b []byte) netip.Addr {
	b = bytes.Trim(b, " []")
	if len(b) < 2 || len(b) > 64 || !addressLike(b) {
		return netip.Addr{}
	}
	// The parser wants a string and keeps it in its errors only.
	addr, err := netip.ParseAddr(unsafe.String(&b[0], len(b)))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

// addressLike keeps text that is clearly no address from the parser, whose
// errors cost an allocation.
func addressLike(b []byte) bool {
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c == ':', c == '.':
		case c == '%' && i > 1:
			return true
		default:
			return false
		}
	}
	return true
}

func (m *cidrMatch) String() string { return "in " + m.network.String() }
