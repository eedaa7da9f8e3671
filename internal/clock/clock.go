// Package clock measures how far the clocks of logs are apart, from events that
// two of them tell of: a request that a proxy and the server behind it logged,
// a logon and the connection it came by.
//
// A [Summary] keeps the sightings of events while logs are read; [Summary.Offsets]
// says in the end which logs are ahead of the others, or behind.
package clock

import (
	"bytes"
	"math/bits"
	"net/netip"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/activity"
	"seawall/record"
)

// Limits of a summary. They bound memory, and leave out events that are told
// too often to say which sighting belongs to which.
const (
	maxKeys      = 16384 // of each kind of event: those of the smallest hashes
	maxSightings = 4     // of an event in one series
	maxSeries    = 8     // that tell of one event
)

// Summary holds the sightings of events. What it says depends on the
// activities observed, not on their order or on how they were shared among
// summaries that are merged.
type Summary struct {
	requests, logons sample
	path, series     string // the last path, and its series
}

// New returns an empty summary.
func New() *Summary { return &Summary{requests: newSample(), logons: newSample()} }

// Observe takes an activity. Most are left out by a hash, before anything is
// kept of them.
func (s *Summary) Observe(a *activity.Activity) {
	if a.Time == 0 || a.Recovered != record.Live {
		return
	}
	switch a.Class {
	case activity.Request:
		if h := a.HTTP; len(h.Method) > 0 && h.Status != 0 {
			if k := requestKey(h); k <= s.requests.limit {
				s.requests.add(k, s.seriesOf(a), a.Time, requestRank[h.Layer])
			}
		}
	case activity.Authenticated:
		if l := a.Authentication; l.Port != 0 && l.Address != "" {
			if from, err := netip.ParseAddr(l.Address); err == nil {
				if k := peerKey(from, uint16(l.Port)); k <= s.logons.limit {
					s.logons.add(k, s.seriesOf(a), a.Time, rankServer)
				}
			}
		}
	case activity.FlowSeen:
		if f := a.Flow; logonPort(f.DestinationPort) {
			if k := peerKey(f.Source, f.SourcePort); k <= s.logons.limit {
				s.logons.add(k, s.seriesOf(a), a.Time, rankSensor)
			}
		}
	}
}

// Merge adds what another summary saw.
func (s *Summary) Merge(o *Summary) {
	s.requests.merge(&o.requests)
	s.logons.merge(&o.logons)
}

func (s *Summary) seriesOf(a *activity.Activity) string {
	path := a.Origin.Path
	if a.Record != nil {
		path = a.Record.Origin.Path
	}
	if path != s.path || s.series == "" {
		s.path, s.series = path, Series(path)
	}
	return s.series
}

// rank says whose clock is believed if nothing else tells: sensors and load
// balancers see many servers, and are set more carefully.
type rank uint8

const (
	rankServer rank = iota
	rankFront
	rankSensor
)

var requestRank = [...]rank{
	activity.LayerUnknown: rankServer, activity.LayerEdge: rankFront, activity.LayerFirewall: rankFront, activity.LayerLoadBalancer: rankFront,
	activity.LayerOrigin: rankServer, activity.LayerForwardProxy: rankFront, activity.LayerSensor: rankSensor,
}

// requestKey is what servers that pass a request on log of it alike. The
// client's address is not: behind a proxy it is the proxy's.
func requestKey(h *activity.HTTP) uint64 {
	path, query := h.Path, h.Query
	if path == nil {
		path, query, _ = bytes.Cut(h.Target, []byte("?"))
	}
	return mix(mix(xxhash.Sum64(path), xxhash.Sum64(query)), xxhash.Sum64(h.Method)+uint64(h.Status))
}

// peerKey is of a client's address and port, which both a logon and the flow
// that carried it name.
func peerKey(from netip.Addr, port uint16) uint64 {
	b := from.Unmap().WithZone("").As16()
	return mix(xxhash.Sum64(b[:]), uint64(port))
}

// logonPort reports whether servers take logons there: SSH, Kerberos, RPC,
// SMB, LDAP, remote desktop, WinRM. Other flows would only crowd these out.
func logonPort(port uint16) bool {
	switch port {
	case 22, 88, 135, 139, 389, 445, 636, 3389, 5985, 5986:
		return true
	}
	return false
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0xa0761d6478bd642f, b^0xe7037ed1a0b428db)
	return hi ^ lo
}
