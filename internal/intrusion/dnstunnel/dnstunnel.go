// Package dnstunnel answers: does somebody carry data in the names of DNS
// lookups?
package dnstunnel

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"net/netip"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/intrusion"
	"seawall/record"
)

const id = "dnstunnel"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Data carried in DNS lookups",
		Techniques: []string{"T1048.003", "T1071.004", "T1572"},
		Needs: []coverage.Need{
			{Channel: "zeek dns", Enable: "run a sensor such as Zeek where clients ask their resolver"},
			{Channel: "suricata dns", Enable: "log DNS with Suricata"},
			{Channel: "pcap dns", Enable: "capture packets at the border"},
			{Channel: "dns server", Enable: "log queries on the DNS servers"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.NameLookup),
		New:     func(*intrusion.Site) intrusion.Summary { return newSummary() },
	}
}

// Limits of what is kept.
const (
	maxZones = 1 << 16 // pairs of a client and a zone
	maxNames = 48      // of a pair: enough to tell its information within a sixth
)

// scope is a client and the zone it asks about. The zone "" stands for names
// under no known zone, the zone "*" for unusual lookups over all zones.
type scope struct {
	Client netip.Addr
	Zone   string
}

// Summary keeps a sample of the different names that each client asked for
// below each zone.
type Summary struct {
	zones   map[scope]*zone
	cut     uint64 // scopes whose hash is not below are not kept
	splits  splitter
	scratch []byte
}

func newSummary() *Summary {
	return &Summary{zones: map[scope]*zone{}, cut: uncut, splits: splitter{}}
}

// Observe implements [intrusion.Summary].
func (s *Summary) Observe(a *activity.Activity) {
	if a.Class != activity.NameLookup || a.Recovered != record.Live || !a.DNS.Client.IsValid() {
		return
	}
	d := a.DNS
	s.scratch = appendLower(s.scratch[:0], d.Query)
	name := s.scratch
	at, known := s.splits.split(name)
	if at < 0 {
		return
	}
	prefix, zone := name[:at], name[at:]
	s.note(a, zone, prefix, name)
	switch {
	case !known:
		s.note(a, nil, name, name)
	case oddType(d.Type) && len(prefix) >= longPrefix && lookupService(zone) == "":
		s.note(a, everywhere, prefix, name)
	}
}

// everywhere is the zone that collects unusual lookups over all zones.
var everywhere = []byte("*")

// longPrefix is the length from which the part of a name before its zone is no
// host's name: of the names of hosts hardly one in a thousand is longer.
const longPrefix = 24

// note counts a name, of which prefix lies before the zone.
func (s *Summary) note(a *activity.Activity, zoneName, prefix, name []byte) {
	n := label{hash: hashName(name), length: uint8(min(len(prefix), 255)), odd: oddType(a.DNS.Type), tell: tellOf(prefix, a.DNS.Type)}
	if n.length == 0 {
		return
	}
	client := a.DNS.Client.Unmap()
	h := hashScope(client, zoneName)
	if h >= s.cut {
		return
	}
	z := s.zones[scope{client, string(zoneName)}]
	if z == nil {
		z = &zone{hash: h, cut: uncut}
		s.zones[scope{client, string(zoneName)}] = z
		if len(s.zones) >= 2*maxZones {
			s.settle()
		}
	}
	z.note(a, n, longest(prefix))
}

func hashScope(client netip.Addr, zone []byte) uint64 {
	b := client.As16()
	h := xxhash.Sum64(b[:]) ^ 0x9e3779b97f4a7c15*xxhash.Sum64(zone)
	return min(h, uncut-1)
}

func hashName(name []byte) uint64 { return min(xxhash.Sum64(name), uncut-1) }

// Merge implements [intrusion.Summary].
func (s *Summary) Merge(other intrusion.Summary) {
	o, ok := other.(*Summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	if o.cut < s.cut {
		s.lower(o.cut)
	}
	for k, theirs := range o.zones {
		if theirs.hash >= s.cut {
			continue
		}
		if mine := s.zones[k]; mine != nil {
			mine.merge(theirs)
		} else {
			s.zones[k] = theirs
		}
	}
	s.settle()
}

// MarshalBinary implements [intrusion.Summary].
func (s *Summary) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(s.page()); err != nil {
		return nil, fmt.Errorf("write summary: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalBinary implements [intrusion.Summary].
func (s *Summary) UnmarshalBinary(data []byte) error {
	var p page
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&p); err != nil {
		return fmt.Errorf("read summary: %w", err)
	}
	s.turn(&p)
	return nil
}
