package longconn

import (
	"cmp"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/sighting"
)

const (
	// Ordinary connections end within the hour; what stays open over a
	// working day is a session, a push service or a tunnel.
	longEnough = 4 * hour
	veryLong   = 12 * hour
	day        = 24 * hour
	// Connections that follow each other within this time keep one tunnel up.
	pause = 5 * minute
)

// session is a connection, or several that follow each other closely.
type session struct {
	edge
	start, end int64
	longest    int64
	parts      int
	open       bool
	out, in    int64 // of the longest; -1 unknown
	service    string
	sampled    bool
	citations  []finding.Citation

	direction direction
	callers   int // hosts that hold such a session with the destination
	hosts     int
}

type direction uint8

const (
	outward direction = iota
	inward
	lateral
)

func (s *session) duration() int64 { return s.end - s.start }

// sessions joins what was noted into sessions.
func (n *notes) sessions() []*session {
	var list []*session
	for _, g := range n.connections.Groups() {
		list = append(list, join(g.Key, latest(g.Sightings))...)
	}
	for _, g := range n.slices.Groups() {
		list = append(list, stitch(g.Key.Edge, g.Sightings)...)
	}
	return slices.DeleteFunc(list, func(s *session) bool { return s.duration() < longEnough })
}

// latest keeps of each connection its longest state: sensors log again and
// again what is still open.
func latest(states []sighting.Sighting[connection]) (list []sighting.Sighting[connection]) {
	type one struct {
		start int64
		port  uint16
	}
	at := map[one]int{}
	for _, s := range states {
		k := one{s.Time, s.Fact.SourcePort}
		i, known := at[k]
		switch {
		case !known:
			at[k] = len(list)
			list = append(list, s)
		case compareStates(&s, &list[i]) > 0:
			list[i] = s
		}
	}
	return list
}

// compareStates orders states of one connection: the longer the later.
func compareStates(x, y *sighting.Sighting[connection]) int {
	return cmp.Or(cmp.Compare(x.Fact.Duration, y.Fact.Duration), finding.CompareCitations(x.Citation, y.Citation))
}

// join makes sessions of connections, sorted by their start.
func join(e edge, list []sighting.Sighting[connection]) (sessions []*session) {
	var s *session
	for _, c := range list {
		start, end := c.Time, c.Time+c.Fact.Duration
		if s == nil || start > s.end+pause {
			s = &session{edge: e, start: start, end: end}
			sessions = append(sessions, s)
		}
		s.parts++
		s.end = max(s.end, end)
		s.sampled = s.sampled || c.Fact.Sampled
		s.citations = append(s.citations, c.Citation)
		if c.Fact.Duration > s.longest {
			s.longest, s.out, s.in, s.service, s.open = c.Fact.Duration, c.Fact.Out, c.Fact.In, c.Fact.Service, c.Fact.Open
		}
	}
	return sessions
}

// stitch makes sessions of slices of a flow, of which one in each half hour
// was kept.
func stitch(e edge, list []sighting.Sighting[part]) (sessions []*session) {
	var s *session
	for _, p := range list {
		if s == nil || p.Time > s.end+2*slice {
			s = &session{edge: e, start: p.Time, end: p.Time, parts: 1, out: -1, in: -1}
			sessions = append(sessions, s)
		}
		s.end = p.Time
		s.longest = s.duration()
		s.sampled = s.sampled || p.Fact.Sampled
		s.citations = append(s.citations, p.Citation)
	}
	return sessions
}

// place says where each session stands among the others.
func (n *notes) place(list []*session) {
	type service struct {
		dst  string
		port uint16
	}
	hosts := map[string]bool{}
	callers := map[service]map[string]bool{}
	for _, s := range list {
		within, target := n.border.Inside(addr(s.Src)), n.border.Inside(addr(s.Dst))
		switch {
		case within && target:
			s.direction = lateral
		case target:
			s.direction = inward
		}
		k := service{s.Dst, s.Port}
		if callers[k] == nil {
			callers[k] = map[string]bool{}
		}
		callers[k][s.Src], hosts[s.Src] = true, true
	}
	for _, s := range list {
		s.callers, s.hosts = len(callers[service{s.Dst, s.Port}]), len(hosts)
	}
}

// grade says what a session means: remote control from outside is worst.
func (s *session) grade() (finding.Severity, finding.Confidence) {
	severity := finding.Low
	switch d := s.duration(); {
	case d >= day || d >= veryLong && s.remoteControl():
		severity = finding.High
	case d >= veryLong || s.remoteControl():
		severity = finding.Medium
	}
	if s.direction == lateral || s.tiesSites() {
		severity = min(severity, finding.Low) // databases and administrators
	}
	if s.callers >= 3 && s.direction != inward {
		severity = min(severity, finding.Low) // a service that pushes
	}
	confidence := finding.Likely
	if s.sampled || severity <= finding.Low {
		confidence = finding.Unsure
	}
	return severity, confidence
}

// tiesSites reports whether the service is IPsec's (RFC 7296, 3948): it is made
// to tie two sites together for months.
func (s *session) tiesSites() bool {
	return s.Protocol == 50 || s.Protocol == 17 && (s.Port == 4500 || s.Port == 500)
}

// remoteControl reports whether the service gives control of a host.
func (s *session) remoteControl() bool {
	switch s.Port {
	case 22, 23, 2222, 3389, 5900, 5901, 5985, 5986:
		return s.Protocol == 6
	}
	return s.service == "ssh" || s.service == "rdp" || s.service == "rfb" || s.service == "telnet"
}
