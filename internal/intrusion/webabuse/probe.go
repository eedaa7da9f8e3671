package webabuse

import (
	"fmt"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
)

const (
	// probeLeast different addresses that are not there are more than broken
	// links.
	probeLeast = 100
	maxTargets = 128
)

// prober is a client that asks for what is not there.
type prober struct {
	Seen
	Targets sketch.Distinct
}

// observeMiss notes an address that was not found or refused.
func (s *summary) observeMiss(a *activity.Activity, h *activity.HTTP) {
	p := s.Misses.Get(sketch.Hash(h.Client), maxMisses)
	if p == nil {
		return
	}
	path := h.Path
	if path == nil {
		path = h.Target
	}
	p.Targets.Add(sketch.Hash(path), maxTargets)
	p.note(a, h.Client, func() string { return excerpt(h) })
}

func (p *prober) merge(o *prober) {
	p.Seen.merge(&o.Seen)
	p.Targets.Merge(&o.Targets, maxTargets)
}

// probing reports clients that try out addresses.
func (s *summary) probing() (findings []finding.Finding) {
	s.Misses.Settle(maxMisses)
	for _, key := range s.Misses.Keys() {
		p := s.Misses.Entries[key]
		n := p.Targets.Count(maxTargets)
		if n < probeLeast {
			continue
		}
		f := p.base("probing")
		f.Title, f.Severity, f.Confidence = "Addresses of a web site tried out", finding.Low, finding.Likely
		f.Techniques = []string{"T1595.003"}
		f.Why = fmt.Sprintf("%s asked for about %s that are not there or not allowed %s. Programs try lists of names to find forgotten pages, copies and administration. "+
			"What they found shows in requests of the same client that were answered. Innocent would be a search engine after a move of the site, or a scanner of your own.",
			prose.Address(p.Client), prose.Count(n, "different address"), prose.Span(p.First, p.Last))
		findings = append(findings, f)
	}
	return findings
}
