package longconn

import (
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

const maxCitations = 6

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	list := n.sessions()
	n.place(list)
	perEdge := map[edge]*session{}
	var findings []finding.Finding
	for _, s := range list {
		if known := perEdge[s.edge]; known == nil || s.duration() > known.duration() {
			perEdge[s.edge] = s
		}
	}
	for _, s := range list {
		if perEdge[s.edge] == s {
			findings = append(findings, s.finding())
		}
	}
	return findings
}

func (s *session) finding() finding.Finding {
	f := finding.Finding{
		ID:       finding.StableID(id, s.Src, s.Dst, fmt.Sprint(s.Port, s.Protocol)),
		Detector: id, Question: finding.In, Title: s.title(), Why: s.why(), Techniques: s.techniques(),
		First: s.start, Last: s.end, Count: s.parts,
		Entities: []finding.Entity{{Type: finding.Address, Value: s.Src}, {Type: finding.Address, Value: s.Dst}},
	}
	f.Severity, f.Confidence = s.grade()
	f.Mitigations = finding.MitigationsFor(append([]string{"T1572"}, f.Techniques...))
	slices.SortFunc(s.citations, finding.CompareCitations)
	for _, c := range s.citations[:min(len(s.citations), maxCitations)] {
		c.Excerpt = prose.Excerpt("source", s.Src, "destination", s.Dst, "port", fmt.Sprint(s.Port), "service", s.service, "lasted", length(s.longest))
		f.Citations = append(f.Citations, c)
	}
	return f
}

func (s *session) techniques() []string {
	switch {
	case s.direction == inward && s.remoteControl():
		if s.Port == 3389 || s.service == "rdp" {
			return []string{"T1133", "T1021.001"}
		}
		return []string{"T1133", "T1021.004"}
	case s.remoteControl():
		return []string{"T1572"}
	}
	return []string{"T1071", "T1572"}
}

func (s *session) title() string {
	what := "A connection out stays open"
	switch {
	case s.direction == inward && s.remoteControl():
		what = "A remote-control session from outside stays open"
	case s.direction == inward:
		what = "A connection from outside stays open"
	case s.direction == lateral:
		what = "A connection between internal hosts stays open"
	}
	return what + " for " + map[bool]string{true: "more than a day", false: "hours"}[s.duration() >= day]
}

func (s *session) why() string {
	var b strings.Builder
	protocol := "TCP"
	if s.Protocol == 17 {
		protocol = "UDP"
	}
	fmt.Fprintf(&b, "%s and %s, %s port %d", s.Src, s.Dst, protocol, s.Port)
	if s.service != "" {
		fmt.Fprintf(&b, " (%s)", s.service)
	}
	fmt.Fprintf(&b, ", were connected for %s (%d s), from %s on", length(s.duration()), s.duration()/1e9, prose.Stamp(s.start))
	if s.parts > 1 {
		fmt.Fprintf(&b, ", in %d connections that follow each other within %d minutes, the longest %s", s.parts, pause/minute, length(s.longest))
	}
	b.WriteString(".")
	if s.open {
		b.WriteString(" It was still open when last logged.")
	}
	if s.out >= 0 && s.in >= 0 {
		fmt.Fprintf(&b, " %d bytes went out and %d came back: %s.", s.out, s.in, s.pace())
	}
	fmt.Fprintf(&b, " %s such a session with this service.", prose.Count(s.callers, "host")+map[bool]string{true: " holds", false: " hold"}[s.callers == 1])
	if s.sampled {
		b.WriteString(" The flows are sampled, so ends may be missed.")
	}
	switch {
	case s.direction == inward && s.remoteControl():
		b.WriteString(" Who works on this host from that address, for so long? Administrators log off; stolen access and relays through home routers stay.")
	case s.direction == lateral:
		b.WriteString(" Innocent would be a database connection, a file share or an administrator.")
	default:
		b.WriteString(" Innocent would be a push or chat service, a VPN or a replication link; a tunnel looks alike.")
	}
	return b.String()
}

// pace says how much flowed for the time: idle connections are kept up on
// purpose.
func (s *session) pace() string {
	rate := float64(s.out+s.in) / (float64(s.longest) / 1e9)
	switch {
	case rate < 20:
		return "kept alive, hardly used"
	case rate < 2000:
		return "in light use, as by a person or for signals"
	}
	return "in steady use"
}

func length(d int64) string {
	if d >= 2*day {
		return fmt.Sprintf("%.1f days", float64(d)/float64(day))
	}
	return fmt.Sprintf("%.1f hours", float64(d)/float64(hour))
}
