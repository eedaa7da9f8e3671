// Package ownserver answers: is a request one to a server of the site, or one
// of its users to somebody else's?
package ownserver

import (
	"net/netip"

	"seawall/internal/activity"
	"seawall/internal/intrusion"
)

// Judge tells the site's servers from others.
type Judge struct{ internal []netip.Prefix }

// New makes a judge of what the user says of the site.
func New(site *intrusion.Site) Judge {
	if site == nil {
		return Judge{}
	}
	return Judge{site.Internal}
}

// Own reports whether the server asked may be the site's. Only logs of proxies
// for the site's own users, and sensors that see both ends, tell that it is not.
func (j Judge) Own(h *activity.HTTP) bool {
	if h.Layer == activity.LayerForwardProxy {
		return false
	}
	if h.Layer != activity.LayerSensor || !h.Server.IsValid() {
		return true
	}
	client, err := netip.ParseAddr(string(h.Client))
	return err != nil || !j.inside(client) || j.inside(h.Server)
}

// inside reports whether an address is of the site: of the networks the user
// named, or else of the private ranges.
func (j Judge) inside(a netip.Addr) bool {
	a = a.Unmap()
	for _, p := range j.internal {
		if p.Contains(a) {
			return true
		}
	}
	return len(j.internal) == 0 && (a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast())
}
