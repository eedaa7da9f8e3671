package beacon

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

// Findings implements [intrusion.Summary].
func (s *Summary) Findings() []finding.Finding {
	s.flush()
	s.pairs.settle()
	beacons := s.beacons()
	shared := map[destination][]*stream{}
	var findings []finding.Finding
	for _, c := range beacons {
		if c.shared() && c.kind != rotating {
			shared[c.destination()] = append(shared[c.destination()], c)
			continue
		}
		findings = append(findings, s.finding(c))
	}
	for _, callers := range shared {
		switch {
		case len(callers) > 1:
			findings = append(findings, s.sharedFinding(callers))
		case callers[0].direction != inward: // one alone from outside is a scanner
			findings = append(findings, s.finding(callers[0]))
		}
	}
	if s.all != nil {
		findings = append(findings, s.ritaFindings()...)
	}
	return findings
}

// beacons returns the streams that are one, each told once.
func (s *Summary) beacons() []*stream {
	streams := s.streams()
	s.compareCallers(streams)
	beacons := s.rotations(streams)
	member := map[*pair]bool{}
	for _, c := range beacons {
		for _, p := range c.pairs {
			member[p] = true
		}
	}
	for _, c := range streams {
		if c.kind == nothing || member[c.pairs[0]] || c.kind == scant && (c.callers > 1 || c.direction != outward) || c.popular() && c.z < strongZ && !c.common() {
			continue
		}
		beacons = append(beacons, c)
	}
	return s.withoutEchoes(beacons)
}

// withoutEchoes leaves out beacons to addresses that are also told by name.
func (s *Summary) withoutEchoes(beacons []*stream) []*stream {
	type call struct{ src, dst netip.Addr }
	named := map[call]bool{}
	for _, c := range beacons {
		if c.name == "" {
			continue
		}
		for _, p := range c.pairs {
			if p.dst != (address{}) {
				named[call{c.src, addrOf(p.dst)}] = true
			}
		}
	}
	return slices.DeleteFunc(beacons, func(c *stream) bool {
		return c.name == "" && slices.ContainsFunc(c.pairs, func(p *pair) bool { return named[call{c.src, addrOf(p.dst)}] })
	})
}

// grade says what a beacon means and how sure that is.
func (c *stream) grade() (finding.Severity, finding.Confidence) {
	severity, confidence := finding.Medium, finding.Likely
	if c.z >= strongZ && c.bursts >= 20 {
		severity = finding.High
	}
	if c.kind == scant {
		return finding.Low, finding.Unsure
	}
	if c.kind == slow || c.kind == constant {
		confidence = finding.Unsure
	}
	if c.bursts < 20*min(len(c.pairs), 2) && c.span < 6*3600 || c.span < 900 {
		severity, confidence = finding.Low, finding.Unsure // short-lived programs keep rhythms, too
	}
	if !c.rare() || c.failed > 0.5 {
		severity, confidence = min(severity, finding.Medium), finding.Unsure
	}
	switch c.direction {
	case lateral:
		severity, confidence = min(severity, finding.Medium), finding.Unsure
		if c.fanOut >= 4 || c.callers >= 4 {
			severity = finding.Low // monitoring of many, a service for many
		}
	}
	if c.pairs[0].flags&loggerCall != 0 {
		severity, confidence = max(finding.Low, severity-1), finding.Unsure
	}
	if c.name != "" && explained(c.name) != "" || c.common() {
		severity, confidence = finding.Low, finding.Unsure
	}
	if c.pairs[0].flags&sampledFlow != 0 {
		confidence = finding.Unsure
	}
	return severity, confidence
}

func (s *Summary) finding(c *stream) finding.Finding {
	f := finding.Finding{
		ID:       finding.StableID(id, c.src.String(), c.target(), fmt.Sprint(c.port, c.kind == rotating)),
		Detector: id, Question: finding.In, Title: c.title(), Why: s.why(c), Techniques: c.techniques(),
		Count: s.total(c), Entities: c.entities(),
	}
	f.Severity, f.Confidence = c.grade()
	f.Mitigations = finding.MitigationsFor(append([]string{"T1090"}, f.Techniques...))
	for _, p := range c.pairs {
		f.First, f.Last = earliest(f.First, p.first), max(f.Last, p.last)
	}
	for _, p := range c.pairs[:min(len(c.pairs), maxCitations/2)] {
		f.Citations = append(f.Citations, s.pairs.cite(p)...)
	}
	f.Normalize()
	return f
}

func earliest(a, b int64) int64 {
	if a == 0 {
		return b
	}
	return min(a, b)
}

const maxCitations = 10

// cite quotes the first and the last call of a pair.
func (t *table) cite(p *pair) []finding.Citation {
	dst := ""
	if p.dst != (address{}) {
		dst = addrOf(p.dst).String()
	}
	port := ""
	if p.port != 0 {
		port = fmt.Sprint(p.port)
	}
	text := prose.Excerpt("source", addrOf(p.src).String(), "name", string(t.name(p)), "destination", dst, "port", port)
	first, last := t.citation(&p.low, p.first), t.citation(&p.high, p.last)
	first.Excerpt, last.Excerpt = text+" | first call", text+" | last call"
	if first.Path == last.Path && first.Offset == last.Offset {
		return []finding.Citation{first}
	}
	return []finding.Citation{first, last}
}

// sharedFinding reports one destination that many hosts call at a rhythm.
func (s *Summary) sharedFinding(callers []*stream) finding.Finding {
	slices.SortFunc(callers, func(x, y *stream) int {
		return cmp.Or(x.src.Compare(y.src), cmp.Compare(x.pairs[0].hash, y.pairs[0].hash))
	})
	c := callers[0]
	f := s.finding(c)
	f.ID = finding.StableID(id, "shared", c.target(), fmt.Sprint(c.port))
	switch {
	case c.direction == inward:
		f.Title = "Outside hosts try a service at a rhythm"
	case c.sharedSeverity() > finding.Low:
		f.Title = "Several hosts call one destination at a rhythm"
	default:
		f.Title = "Many hosts call one destination at a rhythm"
	}
	f.Why = s.whyShared(callers)
	f.Severity, f.Confidence = c.sharedSeverity(), finding.Unsure
	for _, more := range callers[1:] {
		p := more.pairs[0]
		f.Count += s.total(more)
		f.First, f.Last = earliest(f.First, p.first), max(f.Last, p.last)
		if len(f.Entities) < maxEntities {
			f.Entities = append(f.Entities, more.entities()...)
		}
		if len(f.Citations) < maxCitations {
			f.Citations = append(f.Citations, s.pairs.cite(p)...)
		}
	}
	f.Normalize()
	return f
}

// sharedSeverity: what a good part of the site does is a program it uses; what
// a few hosts do may be several implants.
func (c *stream) sharedSeverity() finding.Severity {
	switch {
	case c.common():
		return finding.Informational
	case c.rhythmic >= manySharing || c.direction == lateral || explained(c.name) != "":
		return finding.Low
	}
	return finding.Medium
}

const maxEntities = 24

func (c *stream) entities() []finding.Entity {
	list := []finding.Entity{{Type: finding.Address, Value: c.src.String()}}
	for _, p := range c.pairs[:min(len(c.pairs), maxEntities)] {
		if p.dst != (address{}) && !p.many {
			list = append(list, finding.Entity{Type: finding.Address, Value: addrOf(p.dst).String()})
		}
	}
	if c.name != "" && c.kind != rotating {
		list = append(list, finding.Entity{Type: finding.Domain, Value: c.name})
	}
	return list
}

func (c *stream) techniques() []string {
	list := []string{"T1071"}
	if c.pairs[0].flags&httpRequest != 0 || c.port == 80 || c.port == 443 {
		list = []string{"T1071.001"}
	}
	if c.kind == rotating {
		list = append(list, "T1008")
	}
	if c.direction != outward {
		list = append(list, "T1090")
	}
	return list
}
