package exposure

import (
	"fmt"
	"net/netip"

	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// carrierNAT is shared address space (RFC 6598): nobody reaches it from outside.
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// Public reports whether an address is one of the Internet's.
func Public(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsGlobalUnicast() && !a.IsPrivate() && !carrierNAT.Contains(a)
}

// ReachOf judges a device by what its own evidence says, strongest first: seen
// from outside, a public address of its own. Private addresses alone prove
// nothing, for a firewall may forward to them: that stays unknown.
func ReachOf(d *inventory.Device) Reach {
	for i := range d.Endpoints {
		for j := range d.Endpoints[i].Sightings {
			s := &d.Endpoints[i].Sightings[j]
			if s.State == "open" && s.Source != nil && s.Source.Vantage == inventory.Outside {
				return Reach{facts.Yes, fmt.Sprintf("%s/%d was seen open from outside (%s)", s.Protocol, s.Port, s.Source.Format)}
			}
		}
	}
	for _, a := range d.Addresses {
		if Public(a) {
			return Reach{facts.Yes, fmt.Sprintf("it has the public address %s", a)}
		}
	}
	return Reach{facts.Unknown, "no evidence tells whether the Internet reaches it"}
}
