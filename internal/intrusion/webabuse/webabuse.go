// Package webabuse answers: is somebody abusing the ordinary ways of a web
// site: guessing passwords, using others' sessions, trying out addresses,
// carrying data away?
package webabuse

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"net/netip"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/ownserver"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
	"seawall/record"
)

const id = "webabuse"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Abuse of web sites and gateways",
		Techniques: []string{"T1030", "T1078", "T1110.001", "T1110.003", "T1550.004", "T1567", "T1595.003"},
		Needs: []coverage.Need{
			{Channel: "access", Enable: "access logs of every web server"},
			{Channel: "balancer", Enable: "access logs of load balancers and reverse proxies"},
			{Channel: "edge", Enable: "logs of the content delivery network"},
			{Channel: "vpn", Enable: "logs of logins and sessions of remote access gateways"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Request, activity.Authenticated),
		New:     func(site *intrusion.Site) intrusion.Summary { return &summary{servers: ownserver.New(site)} },
	}
}

// summary implements [intrusion.Summary].
type summary struct {
	Logins   sketch.Table[guesser]
	Sessions sketch.Table[session]
	Misses   sketch.Table[prober]
	Volumes  sketch.Table[taker]

	Administrators sketch.Table[administrator]

	servers ownserver.Judge
	lower   []byte // a path in lower case
}

// state is a summary as it is written: gob would call its methods.
type state summary

// Limits of each table.
const (
	maxLogins   = 1 << 10
	maxSessions = 1 << 15
	maxMisses   = 1 << 11
	maxVolumes  = 1 << 10
	maxExamples = 4
)

// Observe implements [intrusion.Summary].
func (s *summary) Observe(a *activity.Activity) {
	if a.Recovered != record.Live {
		return
	}
	switch a.Class {
	case activity.Request:
		if s.servers.Own(a.HTTP) {
			s.observeRequest(a, a.HTTP)
		}
	case activity.Authenticated:
		s.observeAuthentication(a)
	}
}

func (s *summary) observeRequest(a *activity.Activity, h *activity.HTTP) {
	if h.Session != nil {
		s.observeSession(a, h)
	}
	if len(h.User) > 1 {
		s.observeAdministration(a, h)
	}
	if h.Status == 404 || h.Status == 403 {
		s.observeMiss(a, h)
	}
	if h.Bytes >= largeAnswer && h.Status/100 == 2 {
		s.observeVolume(a, h)
	}
	if len(h.Method) == 4 && h.Method[0] == 'P' || h.Status == 401 {
		s.observeLogin(a, h)
	}
}

// Merge implements [intrusion.Summary].
func (s *summary) Merge(other intrusion.Summary) {
	o, ok := other.(*summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	s.Logins.Merge(&o.Logins, maxLogins, (*guesser).merge)
	s.Sessions.Merge(&o.Sessions, maxSessions, (*session).merge)
	s.Misses.Merge(&o.Misses, maxMisses, (*prober).merge)
	s.Volumes.Merge(&o.Volumes, maxVolumes, (*taker).merge)
	s.Administrators.Merge(&o.Administrators, maxAdministrators, (*administrator).merge)
}

// Findings implements [intrusion.Summary].
func (s *summary) Findings() []finding.Finding {
	var findings []finding.Finding
	for _, list := range [][]finding.Finding{s.guessing(), s.sharing(), s.probing(), s.taking(), s.oddHours()} {
		findings = append(findings, list...)
	}
	for i := range findings {
		findings[i].Mitigations = finding.MitigationsFor(findings[i].Techniques)
		if len(findings[i].Mitigations) == 0 {
			findings[i].Mitigations = []string{"logging"}
		}
		findings[i].Normalize()
	}
	return findings
}

// MarshalBinary implements [intrusion.Summary].
func (s *summary) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode((*state)(s)); err != nil {
		return nil, fmt.Errorf("write summary: %w", err)
	}
	return out.Bytes(), nil
}

// UnmarshalBinary implements [intrusion.Summary].
func (s *summary) UnmarshalBinary(data []byte) error {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode((*state)(s)); err != nil {
		return fmt.Errorf("read summary: %w", err)
	}
	return nil
}

// network is the part of an address that a provider gives out at once: a
// subscriber's address changes within it.
func network(address []byte) string {
	a, err := netip.ParseAddr(string(address))
	if err != nil {
		return string(address)
	}
	bits := 16
	if a = a.Unmap(); a.Is6() {
		bits = 32
	}
	p, _ := a.Prefix(bits)
	return p.String()
}

// Seen is who asks for something, and when: what most entries hold. It is
// exported to be written with them.
type Seen struct {
	Client      string
	First, Last int64
	Requests    sketch.Distinct
	Examples    sketch.Examples
}

const maxRequests = 128

// note adds an activity.
func (n *Seen) note(a *activity.Activity, client []byte, text func() string) {
	if n.Client == "" {
		n.Client = string(client)
	}
	if n.First == 0 || a.Time < n.First {
		n.First = a.Time
	}
	n.Last = max(n.Last, a.Time)
	n.Requests.Add(sketch.Join(uint64(a.Time), uint64(a.Origin.Offset)), maxRequests)
	if n.Examples.Wants(a, maxExamples) {
		n.Examples.Add(a, text(), maxExamples)
	}
}

func (n *Seen) merge(o *Seen) {
	if n.Client == "" {
		n.Client = o.Client
	}
	if n.First == 0 || o.First != 0 && o.First < n.First {
		n.First = o.First
	}
	n.Last = max(n.Last, o.Last)
	n.Requests.Merge(&o.Requests, maxRequests)
	n.Examples.Merge(&o.Examples, maxExamples)
}

// base is what findings about who was seen share.
func (n *Seen) base(kind string, more ...string) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, append([]string{kind, n.Client}, more...)...), Detector: id, Question: finding.In,
		First: n.First, Last: n.Last, Count: max(n.Requests.Count(maxRequests), 1), Citations: n.Examples.Citations(),
	}
	if n.Client != "" {
		f.Entities = []finding.Entity{{Type: finding.Address, Value: n.Client}}
	}
	return f
}

func excerpt(h *activity.HTTP) string {
	target := h.Target
	if target == nil {
		target = h.Path
	}
	return prose.Excerpt("request", string(h.Method)+" "+string(target[:min(len(target), 200)]), "client", string(h.Client), "status", fmt.Sprint(h.Status), "bytes", fmt.Sprint(h.Bytes), "user", string(h.User))
}
