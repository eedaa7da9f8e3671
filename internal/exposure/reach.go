package exposure

import "net/netip"

// carrierNAT is shared address space (RFC 6598): nobody reaches it from outside.
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// Public reports whether an address is one of the Internet's.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !carrierNAT.Contains(a)
}
