package webabuse

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
)

// session is one session or token, and where it was used from. A busy portal
// has tens of thousands, so little is kept of each.
type session struct {
	User   string
	Places []use // the first few in order of network
}

// use is a session used from a network.
type use struct {
	Network, Client string
	Agent           uint64
	First           sketch.Mark
	Last            int64
}

const (
	maxPlaces = 6
	// minSession is the least length of a value that is a session's secret.
	minSession = 8
)

// observeSession notes where a session is used from.
func (s *summary) observeSession(a *activity.Activity, h *activity.HTTP) {
	if len(h.Session) < minSession || len(h.Client) == 0 {
		return
	}
	x := s.Sessions.Get(sketch.Hash(h.Session), maxSessions)
	if x == nil {
		return
	}
	if len(h.User) > 1 && (x.User == "" || string(h.User) < x.User) {
		x.User = string(h.User)
	}
	agent := sketch.Hash(h.UserAgent)
	for i := range x.Places { // nearly always one that is known
		if p := &x.Places[i]; p.Client == string(h.Client) && p.Agent == agent && p.First.Time < a.Time {
			p.Last = max(p.Last, a.Time)
			return
		}
	}
	x.add(&use{Network: network(h.Client), Client: string(h.Client), Agent: agent, First: sketch.MarkOf(a), Last: a.Time})
}

// add notes a use; of the uses from one network the first stands for all.
func (x *session) add(u *use) {
	at, found := slices.BinarySearchFunc(x.Places, u, func(a use, b *use) int { return cmp.Compare(a.Network, b.Network) })
	if !found {
		if len(x.Places) == maxPlaces {
			if at == maxPlaces {
				return
			}
			x.Places = x.Places[:maxPlaces-1]
		}
		x.Places = slices.Insert(x.Places, at, *u)
		return
	}
	p := &x.Places[at]
	if u.First.Before(&p.First) {
		p.Client, p.Agent, p.First = u.Client, u.Agent, u.First
	}
	p.Last = max(p.Last, u.Last)
}

func (x *session) merge(o *session) {
	if x.User == "" || o.User != "" && o.User < x.User {
		x.User = o.User
	}
	for i := range o.Places {
		x.add(&o.Places[i])
	}
}

// sharing reports sessions used from several networks.
func (s *summary) sharing() (findings []finding.Finding) {
	s.Sessions.Settle(maxSessions)
	for _, key := range s.Sessions.Keys() {
		x := s.Sessions.Entries[key]
		if len(x.Places) >= 2 {
			findings = append(findings, x.shared(key))
		}
	}
	return findings
}

func (x *session) shared(key uint64) finding.Finding {
	places := slices.Clone(x.Places)
	slices.SortFunc(places, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.First.Time, b.First.Time), cmp.Compare(a.Network, b.Network))
	})
	f := finding.Finding{
		ID: finding.StableID(id, "session", fmt.Sprint(key)), Detector: id, Question: finding.In, Title: "One session used from several networks",
		Severity: finding.Low, Confidence: finding.Unsure, Techniques: []string{"T1550.004"}, First: places[0].First.Time, Count: len(places),
	}
	var names []string
	otherAgent, together := false, false
	for i := range places {
		p := &places[i]
		names = append(names, p.Client)
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: p.Client})
		f.Citations = append(f.Citations, p.First.Citation(prose.Excerpt("client", p.Client, "user", x.User)))
		f.Last = max(f.Last, p.Last)
		otherAgent = otherAgent || p.Agent != places[0].Agent
		together = together || i > 0 && p.First.Time < places[i-1].Last
	}
	if x.User != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: x.User})
	}
	var b strings.Builder
	fmt.Fprintf(&b, "The same session or token%s was used from %s %s.", of(x.User), prose.List(names), prose.Span(f.First, f.Last))
	switch {
	case otherAgent && together:
		f.Severity, f.Confidence = finding.High, finding.Likely
		b.WriteString(" The programs differ, and the uses overlap: two people have it.")
	case otherAgent:
		f.Severity, f.Confidence = finding.Medium, finding.Likely
		b.WriteString(" The programs differ: a session does not change its browser.")
	case together:
		f.Severity = finding.Medium
		b.WriteString(" The uses overlap.")
	}
	b.WriteString(" Sessions are stolen from memory (CitrixBleed), from files of a gateway, or by script, and let an intruder in without password or second factor. Innocent would be a telephone that changes between networks, or a proxy with several exits.")
	f.Why = b.String()
	return f
}

func of(user string) string {
	if user == "" {
		return ""
	}
	return " of " + finding.Shorten(user, 64)
}
