// Package outflow answers: does data leave the site that should not, by
// volume, by direction, or little by little?
package outflow

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"net/netip"
	"time"

	"seawall/internal/activity"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/record"
)

const id = "outflow"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Data leaves the site",
		Techniques: []string{"T1030", "T1041", "T1048", "T1567"},
		Needs:      perimeter.Connections(),
		Readme:     readme,
		Classes:    activity.ClassesOf(activity.FlowSeen, activity.Handshake, activity.Request),
		New:        func(site *intrusion.Site) intrusion.Summary { return newSummary(site) },
	}
}

const (
	minute = int64(time.Minute)
	hour   = 60 * minute
	day    = 24 * hour
)

// Summary keeps what every pair of hosts exchanged, day by day.
type Summary struct {
	border intrusion.Border
	pairs  *ledger
}

func newSummary(site *intrusion.Site) *Summary {
	return &Summary{border: perimeter.Of(site), pairs: newLedger(defaultLimits)}
}

// Observe implements [intrusion.Summary].
func (s *Summary) Observe(a *activity.Activity) {
	if a.Recovered != record.Live || a.Time <= 0 {
		return
	}
	switch a.Class {
	case activity.FlowSeen:
		s.flow(a)
	case activity.Handshake:
		t := a.TLS
		if len(t.ServerName) > 0 && t.Source.IsValid() && t.Destination.IsValid() {
			s.pairs.name(pairOf(t.Source, t.Destination), t.ServerName)
		}
	case activity.Request:
		s.request(a.HTTP)
	}
}

func (s *Summary) request(h *activity.HTTP) {
	if h.Layer != activity.LayerSensor || !h.Server.IsValid() || len(h.Host) == 0 {
		return
	}
	if client, err := netip.ParseAddr(string(h.Client)); err == nil {
		s.pairs.name(pairOf(client, h.Server), h.Host)
	}
}

// Flows that send less, requests and keep-alives, carry nothing away by
// themselves: what they add up to is little beside what is told here. Those
// that fetch much are kept, too: they tell who fetches rather than sends.
const (
	tiny   = 4096
	pulled = 64 << 10
)

func (s *Summary) flow(a *activity.Activity) {
	f := a.Flow
	out, in := bytesOf(f)
	sent, got, within := out, in, perimeter.Reserved(f.Source)
	if !within {
		sent, got = in, out
	}
	if sent < tiny && got < pulled || f.State == activity.FlowDenied || !f.Source.IsValid() {
		return
	}
	if within && perimeter.Reserved(f.Destination) {
		return // stays inside
	}
	s.pairs.add(pairOf(f.Source, f.Destination), a, out, in)
}

// bytesOf returns what a flow carried each way; counts of packets with their
// headers stand in where the payload is unknown.
func bytesOf(f *activity.Flow) (out, in int64) {
	out, in = f.OutBytes, f.InBytes
	if out < 0 {
		out = max(0, f.OutIPBytes-40*max(f.OutPackets, 0))
	}
	if in < 0 {
		in = max(0, f.InIPBytes-40*max(f.InPackets, 0))
	}
	return out, in
}

// Merge implements [intrusion.Summary].
func (s *Summary) Merge(other intrusion.Summary) {
	o, ok := other.(*Summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	s.pairs.merge(o.pairs)
}

// MarshalBinary implements [intrusion.Summary].
func (s *Summary) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	e := gob.NewEncoder(&out)
	if err := e.Encode(s.pairs.page()); err != nil {
		return nil, fmt.Errorf("write summary: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalBinary implements [intrusion.Summary].
func (s *Summary) UnmarshalBinary(data []byte) error {
	d := gob.NewDecoder(bytes.NewReader(data))
	var p page
	if err := d.Decode(&p); err != nil {
		return fmt.Errorf("read summary: %w", err)
	}
	s.pairs.turn(&p)
	return nil
}
