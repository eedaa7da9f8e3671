// Package longconn answers: does a connection stay open far longer than its
// use explains, as tunnels and operators' sessions do?
package longconn

import (
	"net/netip"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/internal/intrusion/sighting"
)

const id = "longconn"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Connections that stay open for hours",
		Techniques: []string{"T1021.001", "T1021.004", "T1071", "T1133", "T1572"},
		Needs: append(
			perimeter.Connections(),
			coverage.Need{Channel: "zeek open_conn", Enable: "add the package zeek-open-connections, which logs what is still open"},
		),
		Readme:  readme,
		Classes: activity.ClassesOf(activity.FlowSeen),
		New: func(site *intrusion.Site) intrusion.Summary {
			return sighting.NewSummary(func() *notes { return newNotes(site) })
		},
	}
}

const (
	minute = int64(time.Minute)
	hour   = 60 * minute

	// noted is the duration from which a connection is kept in mind, for
	// chains of them; slices of flows are kept whatever their length.
	noted = 20 * minute
	// slice is the time within which slices of one flow follow each other.
	slice = 30 * minute
)

// edge is who talks to which service.
type edge struct {
	Src, Dst string
	Port     uint16
	Protocol uint8
}

// connection is one state of a connection.
type connection struct {
	SourcePort uint16
	Duration   int64 // nanoseconds
	Open       bool
	Out, In    int64 // bytes; -1 unknown
	Service    string
	Sampled    bool
}

// flow is a connection that an exporter wrote in slices.
type flow struct {
	Edge       edge
	SourcePort uint16
}

// part is a slice of it.
type part struct{ Sampled bool }

type notes struct {
	border      intrusion.Border
	connections *sighting.Book[edge, connection]
	slices      *sighting.Book[flow, part]
}

func newNotes(site *intrusion.Site) *notes {
	return &notes{
		border:      perimeter.Of(site),
		connections: sighting.New[edge, connection](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 8}),
		slices:      sighting.New[flow, part](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 12, Grain: slice}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.connections, n.slices}
}

// maxService cuts what is kept of a protocol's name.
const maxService = 24

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	if a.Class != activity.FlowSeen {
		return
	}
	f := a.Flow
	if f.Duration < noted && !f.Sliced || f.Destination.IsMulticast() || !f.Source.IsValid() || failed(f.State) || f.Protocol != 6 && f.Protocol != 17 {
		return
	}
	e := edge{f.Source.Unmap().String(), f.Destination.Unmap().String(), f.DestinationPort, f.Protocol}
	if f.Sliced {
		n.slices.Add(flow{e, f.SourcePort}, part{f.Sampling > 1}, a)
		return
	}
	n.connections.Add(e, connection{
		SourcePort: f.SourcePort, Duration: f.Duration, Open: f.Open, Out: f.OutBytes, In: f.InBytes,
		Service: finding.Shorten(string(f.Service), maxService), Sampled: f.Sampling > 1,
	}, a)
}

func failed(state activity.FlowState) bool {
	return state == activity.FlowNoReply || state == activity.FlowRefused || state == activity.FlowDenied
}

func addr(text string) netip.Addr {
	a, _ := netip.ParseAddr(text) // written by us; invalid is outside
	return a
}
