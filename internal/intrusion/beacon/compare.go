package beacon

import (
	"encoding/gob"
	"fmt"
	"net/netip"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/beacon/rita"
	"seawall/internal/intrusion/prose"
)

// ritaLimits keep all calls of a day, as RITA does: those who ask for its
// scores get its memory, too.
var ritaLimits = limits{pairs: 1 << 19, entries: 1 << 26, perPair: 86_400}

// compare notes a connection of any kind, for RITA's scores.
func (s *Summary) compare(a *activity.Activity) {
	f := a.Flow
	if !f.Source.IsValid() || !f.Destination.IsValid() {
		return
	}
	e := event{time: a.Time, origin: a.Origin, src: f.Source.As16(), dst: f.Destination.As16(), size: f.OutIPBytes, duration: f.Duration}
	e.hash = hashAddresses(&e.src, &e.dst, 0)
	s.all.addAll([]event{e}, nil)
}

func (s *Summary) encodeAll(e *gob.Encoder) error {
	if s.all == nil {
		return nil
	}
	return s.all.encode(e)
}

func (s *Summary) decodeAll(d *gob.Decoder) error {
	if s.all == nil {
		return nil
	}
	s.all = newTable(ritaLimits)
	return s.all.decode(d)
}

// ritaFindings reports the scores that RITA gives every pair of an inside and
// an outside address over the last day: informational, for comparison. RITA
// itself leaves out, unless told otherwise, what comes from outside.
func (s *Summary) ritaFindings() []finding.Finding {
	var findings []finding.Finding
	s.all.settle()
	s.all.each(func(p *pair) {
		src, dst := addrOf(p.src), addrOf(p.dst)
		if s.border.Inside(src) == s.border.Inside(dst) {
			return
		}
		if f, ok := s.ritaFinding(src, dst, p); ok {
			findings = append(findings, f)
		}
	})
	return findings
}

func (s *Summary) ritaFinding(src, dst netip.Addr, p *pair) (finding.Finding, bool) {
	last := s.all.last / 1e9
	entries := s.all.entriesOf(nil, p)
	var times, sizes []int64
	for _, n := range entries {
		if at := n.time() / 1e3; at >= last-rita.Day {
			size, _ := n.size()
			times, sizes = append(times, at), append(sizes, size)
		}
	}
	scores, ok := rita.Score(times, sizes, last-rita.Day, last)
	if !ok {
		return finding.Finding{}, false
	}
	f := finding.Finding{
		ID: finding.StableID(id, "rita", src.String(), dst.String()), Detector: id, Question: finding.In,
		Title:      "What RITA would score",
		Techniques: []string{"T1071"}, Mitigations: finding.MitigationsFor([]string{"T1090"}),
		Entities: []finding.Entity{{Type: finding.Address, Value: src.String()}, {Type: finding.Address, Value: dst.String()}},
		Count:    len(times),
	}
	f.Why = fmt.Sprintf("RITA's beacon score of %s to %s is %.3f over the last day: timing %.3f, size %.3f, duration %.3f, histogram %.3f, from %s. It is shown because it was asked for; it is no judgement of ours.",
		src, dst, scores.Total, scores.Timing, scores.Size, scores.Duration, scores.Histogram, prose.Count(len(times), "connection"))
	f.First, f.Last, f.Citations = p.first, p.last, s.all.cite(p)
	f.Normalize()
	return f, true
}
