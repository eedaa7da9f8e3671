// Package beacon answers: does something call out, or in, at a rhythm that
// people and ordinary programs do not keep?
package beacon

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"net/netip"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/record"
)

const id = "beacon"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Beacons: calls at a rhythm",
		Techniques: []string{"T1008", "T1071", "T1071.001", "T1090", "T1571", "T1573"},
		Needs: append(
			perimeter.Connections(),
			coverage.Need{Channel: "zeek http", Enable: "run a sensor such as Zeek at the border"},
			coverage.Need{Channel: "zeek ssl", Enable: "run a sensor such as Zeek at the border"},
			coverage.Need{Channel: "proxy", Enable: "keep the logs of the proxy"},
		),
		Readme:  readme,
		Classes: activity.ClassesOf(activity.FlowSeen, activity.Handshake, activity.Request),
		New:     func(site *intrusion.Site) intrusion.Summary { return newSummary(site) },
	}
}

// Summary keeps, for every pair of a caller and what it calls, when and how
// much, bounded as [table] says.
type Summary struct {
	border intrusion.Border
	pairs  *table
	all    *table // every connection of every pair, by address alone; nil unless RITA's scores are asked for

	queue   [batch]event
	queued  int
	names   []byte // that queued calls were known by
	clients map[string]netip.Addr
	logger  logger
}

// batch is how many calls are looked up together: looking one up is mostly
// waiting for memory, and waits of different calls overlap.
const batch = 64

func newSummary(site *intrusion.Site) *Summary {
	s := &Summary{border: perimeter.Of(site), pairs: newTable(defaultLimits), clients: map[string]netip.Addr{}}
	if site != nil && site.RITA {
		s.all = newTable(ritaLimits)
	}
	return s
}

// Observe implements [intrusion.Summary].
func (s *Summary) Observe(a *activity.Activity) {
	if a.Recovered != record.Live || a.Time <= 0 {
		return
	}
	switch a.Class {
	case activity.FlowSeen:
		if s.all != nil {
			s.compare(a)
		}
		s.flow(a)
	case activity.Handshake:
		s.handshake(a)
	case activity.Request:
		s.request(a)
	}
}

// flow notes a connection between addresses, and by name if the sensor knows it.
func (s *Summary) flow(a *activity.Activity) {
	f := a.Flow
	if !telling(f) || unanswered(f.State) && !perimeter.Reserved(f.Source) {
		return // the second: scanners, who would crowd out the rest
	}
	e := s.next(a)
	e.src, e.dst = f.Source.As16(), f.Destination.As16()
	e.port, e.caller, e.protocol = f.DestinationPort, f.SourcePort, f.Protocol
	e.size, e.duration = f.OutBytes, f.Duration
	if f.OutBytes < 0 {
		e.size = max(f.OutIPBytes, 0)
	}
	if f.OutBytes < 0 && f.OutIPBytes <= 0 {
		e.flags |= sizeUnknown
	}
	if unanswered(f.State) {
		e.flags |= unansweredCall
	}
	if f.Sampling > 1 {
		e.flags |= sampledFlow
	}
	if s.logger.takesPart(f) {
		e.flags |= loggerCall
	}
	e.hash = hashAddresses(&e.src, &e.dst, uint64(f.DestinationPort)<<8|uint64(f.Protocol))
	if len(f.Name) == 0 || isAddress(f.Name) || f.State != activity.FlowEstablished {
		s.push()
		return
	}
	named := *e
	named.address, named.dst = named.dst, address{}
	s.push()
	e = &s.queue[s.queued]
	*e = named
	s.name(e, f.Name)
}

// logger is the device that logged the flow before.
type logger struct {
	text    string
	address netip.Addr
}

// takesPart reports whether a flow is one of the device's own that logged it.
func (l *logger) takesPart(f *activity.Flow) bool {
	if len(f.Sensor) == 0 {
		return false
	}
	if string(f.Sensor) != l.text {
		l.text = string(f.Sensor)
		l.address, _ = netip.ParseAddr(l.text) // most are named
		l.address = l.address.Unmap()
	}
	return l.address.IsValid() && (l.address == f.Source.Unmap() || l.address == f.Destination.Unmap())
}

// handshake notes a connection by the server's name, and tells the client's
// fingerprint of the connection itself.
func (s *Summary) handshake(a *activity.Activity) {
	t := a.TLS
	if !t.Source.IsValid() {
		return
	}
	tell := hashText(t.JA4)
	if tell == 0 {
		tell = hashText(t.JA3)
	}
	s.tell(a, t.Source, t.Destination, t.DestinationPort, tell)
	if len(t.ServerName) == 0 || isAddress(t.ServerName) {
		return
	}
	e := s.next(a)
	e.src, e.address = t.Source.As16(), as16(t.Destination)
	e.duration, e.flags, e.tell = -1, sizeUnknown, tell
	s.name(e, t.ServerName)
}

// tell notes the client's fingerprint of a connection.
func (s *Summary) tell(a *activity.Activity, src, dst netip.Addr, port uint16, tell uint32) {
	if tell == 0 || !dst.IsValid() {
		return
	}
	e := s.next(a)
	e.src, e.dst, e.port, e.protocol = src.As16(), dst.As16(), port, 6
	e.tell, e.flags = tell, tellOnly
	e.hash = hashAddresses(&e.src, &e.dst, uint64(port)<<8|6)
	s.push()
}

// request notes a request by the name asked for; through a proxy that is the
// name behind it.
func (s *Summary) request(a *activity.Activity) {
	h := a.HTTP
	if h.Layer != activity.LayerSensor && h.Layer != activity.LayerForwardProxy {
		return
	}
	client, name := s.client(h.Client), asked(h)
	if !client.IsValid() || len(name) == 0 {
		return
	}
	behind := viaProxy(h)
	if behind && h.Server.IsValid() && h.Status >= 200 && h.Status < 400 {
		s.pairs.passes(proxied{client.As16(), h.Server.As16()})
	}
	if !behind {
		s.tell(a, client, h.Server, h.ServerPort, hashText(h.UserAgent))
	}
	if !behind && h.Server.IsValid() && isAddress(name) {
		return // the connection itself is noted under its address
	}
	e := s.next(a)
	e.src, e.size, e.duration, e.flags = client.As16(), max(h.RequestBytes, 0), h.Duration, httpRequest
	if !behind {
		e.address = as16(h.Server)
	}
	e.tell = hashText(h.UserAgent)
	s.name(e, name)
}

func as16(a netip.Addr) address {
	if !a.IsValid() {
		return address{}
	}
	return a.As16()
}

// clients remembered: parsing one costs more than looking it up.
const maxClients = 1 << 14

func (s *Summary) client(text []byte) netip.Addr {
	if a, ok := s.clients[string(text)]; ok {
		return a
	}
	a, _ := netip.ParseAddr(string(text)) // a name instead is no address: invalid
	if len(s.clients) >= maxClients {
		clear(s.clients)
	}
	s.clients[string(text)] = a
	return a
}

func (s *Summary) next(a *activity.Activity) *event {
	e := &s.queue[s.queued]
	*e = event{time: a.Time, origin: a.Origin}
	return e
}

// name completes an event that is known by a name.
func (s *Summary) name(e *event, name []byte) {
	e.nameAt = len(s.names)
	s.names = appendName(s.names, name)
	e.nameLen = len(s.names) - e.nameAt
	e.hash = hashAddresses(&e.src, &address{}, xxhash.Sum64(s.names[e.nameAt:]))
	e.port, e.protocol = 0, 0
	s.push()
}

func (s *Summary) push() {
	if s.queued++; s.queued == batch {
		s.flush()
	}
}

func (s *Summary) flush() {
	s.pairs.addAll(s.queue[:s.queued], s.names)
	s.queued, s.names = 0, s.names[:0]
}

// Merge implements [intrusion.Summary].
func (s *Summary) Merge(other intrusion.Summary) {
	o, ok := other.(*Summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	s.flush()
	o.flush()
	s.pairs.merge(o.pairs)
	if s.all != nil && o.all != nil {
		s.all.merge(o.all)
	}
}

// MarshalBinary implements [intrusion.Summary].
func (s *Summary) MarshalBinary() ([]byte, error) {
	s.flush()
	var out bytes.Buffer
	e := gob.NewEncoder(&out)
	if err := errors.Join(s.pairs.encode(e), s.encodeAll(e)); err != nil {
		return nil, fmt.Errorf("write summary: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalBinary implements [intrusion.Summary].
func (s *Summary) UnmarshalBinary(data []byte) error {
	d := gob.NewDecoder(bytes.NewReader(data))
	s.pairs = newTable(s.pairs.limits)
	if err := errors.Join(s.pairs.decode(d), s.decodeAll(d)); err != nil {
		return fmt.Errorf("read summary: %w", err)
	}
	return nil
}
