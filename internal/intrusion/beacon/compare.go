package beacon

import (
	"fmt"
	"net/netip"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/beacon/rita"
	"seawall/internal/intrusion/prose"
)

// ritaFindings reports the scores that RITA gives every pair of an inside and
// an outside address over the last day: informational, for comparison.
func (s *Summary) ritaFindings() []finding.Finding {
	type edge struct{ src, dst netip.Addr }
	edges := map[edge][]*pair{}
	s.pairs.each(func(p *pair) {
		e := edge{addrOf(p.src), addrOf(p.dst)}
		if p.flags&viaName == 0 && s.border.Inside(e.src) && !s.border.Inside(e.dst) {
			edges[e] = append(edges[e], p)
		}
	})
	var findings []finding.Finding
	for e, pairs := range edges {
		if f, ok := s.ritaFinding(e.src, e.dst, pairs); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

func (s *Summary) ritaFinding(src, dst netip.Addr, pairs []*pair) (finding.Finding, bool) {
	last := s.pairs.last / 1e9
	var entries []entry
	for _, p := range pairs {
		entries = s.pairs.entriesOf(entries, p)
	}
	slices.Sort(entries)
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
	for _, p := range pairs {
		f.First, f.Last = earliest(f.First, p.first), max(f.Last, p.last)
		f.Citations = append(f.Citations, s.cite(p)...)
	}
	f.Normalize()
	f.Citations = f.Citations[:min(len(f.Citations), maxCitations)]
	return f, true
}
