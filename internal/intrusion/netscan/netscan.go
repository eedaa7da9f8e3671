// Package netscan answers: does a host try out which hosts and ports answer?
package netscan

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"net/netip"

	"seawall/internal/activity"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/record"
)

const id = "netscan"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Hosts and ports tried out",
		Techniques: []string{"T1018", "T1046", "T1595.001"},
		Needs:      perimeter.Connections(),
		Readme:     readme,
		Classes:    activity.ClassesOf(activity.FlowSeen),
		New:        func(site *intrusion.Site) intrusion.Summary { return newSummary(site) },
	}
}

// Limits of what is kept.
const (
	maxInside  = 1 << 15 // sources in private ranges
	maxOutside = 1 << 15 // others
	maxTried   = 128     // targets of a source that did not answer
	maxReached = 24      // and that did
)

// Summary keeps for every source a sample of what it tried and of what it
// reached.
type Summary struct {
	border  intrusion.Border
	sources map[netip.Addr]*source
	newest  *source // asked for last: connections of one host come in runs
	from    netip.Addr
	cuts    [2]uint64 // by whether private: sources whose hash is not below are not kept
}

func newSummary(site *intrusion.Site) *Summary {
	return &Summary{border: perimeter.Of(site), sources: map[netip.Addr]*source{}, cuts: [2]uint64{uncut, uncut}}
}

// Observe implements [intrusion.Summary].
func (s *Summary) Observe(a *activity.Activity) {
	if a.Class != activity.FlowSeen || a.Recovered != record.Live {
		return
	}
	f := a.Flow
	how := outcomeOf(f)
	if how == untold || !f.Source.IsValid() || f.Destination.IsMulticast() {
		return
	}
	if src := s.source(f.Source.Unmap()); src != nil {
		src.note(a, how)
	}
}

// outcome is what became of an attempt.
type outcome uint8

const (
	untold  outcome = iota
	reached         // something answered and data flowed
	silent          // no answer
	refused         // an answer that nothing is there, or nothing said on a connection
	denied          // a firewall refused it
)

// ephemeral is the first port that clients choose from; what listens below it
// are services.
const ephemeral = 1024

// outcomeOf says what became of a flow. Protocols that do not connect tell
// nothing by silence, but for echo requests, whose only use is to ask who is
// there.
func outcomeOf(f *activity.Flow) outcome {
	if f.Half && f.SourcePort < ephemeral && f.DestinationPort >= ephemeral {
		return untold // the answers of a server, exported apart from what was asked
	}
	switch f.Protocol {
	case 6:
		return tcpOutcome(f)
	case 17:
		if f.State == activity.FlowRefused {
			return refused
		}
		if f.State == activity.FlowDenied {
			return denied
		}
	case 1, 58:
		if f.SourcePort == 8 || f.SourcePort == 128 {
			return silent // an echo request asks, answered or not
		}
	}
	return untold
}

func tcpOutcome(f *activity.Flow) outcome {
	switch f.State {
	case activity.FlowEstablished:
		if f.OutBytes == 0 && f.InBytes == 0 {
			return refused // opened and closed: it only asked whether the port answers
		}
		return reached
	case activity.FlowNoReply:
		return silent
	case activity.FlowRefused:
		return refused
	case activity.FlowDenied:
		return denied
	}
	return untold
}

// source returns the state of a source, made if need be; nil if it is not kept.
func (s *Summary) source(a netip.Addr) *source {
	if s.newest != nil && s.from == a {
		return s.newest
	}
	if src := s.sources[a]; src != nil {
		s.newest, s.from = src, a
		return src
	}
	class := classOf(a)
	h := hashAddr(a)
	if h >= s.cuts[class] {
		return nil
	}
	src := &source{hash: h, tried: sample{limit: maxTried, cut: uncut}, reached: sample{limit: maxReached, cut: uncut}}
	s.sources[a] = src
	if len(s.sources) >= 2*(maxInside+maxOutside) {
		s.settle()
	}
	return src
}

// classOf is 0 for private addresses, 1 for others: a flood of scanners from
// outside must not crowd the site's own hosts out.
func classOf(a netip.Addr) int {
	if perimeter.Reserved(a) {
		return 0
	}
	return 1
}

// Merge implements [intrusion.Summary].
func (s *Summary) Merge(other intrusion.Summary) {
	o, ok := other.(*Summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	for class, cut := range o.cuts {
		s.lower(class, cut)
	}
	for a, theirs := range o.sources {
		if mine := s.source(a); mine != nil {
			mine.merge(theirs)
		}
	}
	s.settle()
}

// MarshalBinary implements [intrusion.Summary].
func (s *Summary) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	e := gob.NewEncoder(&out)
	if err := e.Encode(s.page()); err != nil {
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
	s.turn(&p)
	return nil
}
