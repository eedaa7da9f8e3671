// Package trail answers: where else were the addresses that an intruder came
// from?
//
// What an intruder does before and after they give themselves away looks like
// anybody's visit: the first look at a front page, a login with a stolen
// password. It is theirs because other findings show whose address it was. The
// detector keeps who came from where, and speaks only once others have.
package trail

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/evidence/atom"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/perimeter"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sketch"
	"seawall/record"
)

const id = "trail"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Where else an intruder's addresses were",
		Techniques: []string{"T1078", "T1133", "T1594"},
		Needs: []coverage.Need{
			{Channel: "access", Enable: "keep the access logs of web servers"},
			{Channel: "application", Enable: "log logins of applications with user and address"},
			{Channel: "vpn", Enable: "logs of logins and sessions of remote access gateways"},
			{Channel: "Security", EventIDs: []int{4624, 4625}, Enable: "Audit Logon (success and failure) on every host"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Request, activity.Authenticated),
		New:     func(site *intrusion.Site) intrusion.Summary { return newSummary(site) },
	}
}

// Limits of what is kept.
const (
	maxVisits = 1 << 14 // pairs of an address and a host
	maxLogins = 1 << 14
	maxUsers  = 5  // told apart of one address on one host
	maxEvents = 32 // of one address on one host, before they are estimated
	hour      = int64(time.Hour)
)

// Presence is when an address was at a host.
type Presence struct {
	Address netip.Addr
	Host    string
	First   sketch.Mark
	Last    int64
}

func (p *Presence) note(a *activity.Activity, address netip.Addr) {
	p.Address, p.Host = address, a.Host
	m := sketch.MarkOf(a)
	if p.First.Time == 0 || m.Before(&p.First) {
		p.First = m
	}
	p.Last = max(p.Last, a.Time)
}

func (p *Presence) merge(o *Presence) {
	p.Address, p.Host = o.Address, o.Host
	if p.First.Time == 0 || o.First.Before(&p.First) {
		p.First = o.First
	}
	p.Last = max(p.Last, o.Last)
}

// visit is an address among a web server's clients.
type visit struct{ Presence }

func (v *visit) merge(o *visit) { v.Presence.merge(&o.Presence) }

// login is an address among those that somebody logged in from, or tried.
type login struct {
	Presence
	Success bool
	Remote  bool     // at a gateway or another way into the network
	Users   []string // the first few in order
	Events  sketch.Distinct
}

func (l *login) merge(o *login) {
	l.Presence.merge(&o.Presence)
	l.Success, l.Remote = o.Success, l.Remote || o.Remote
	for _, u := range o.Users {
		l.user(u)
	}
	l.Events.Merge(&o.Events, maxEvents)
}

func (l *login) user(name string) {
	at, found := slices.BinarySearch(l.Users, name)
	if found || name == "" || at == maxUsers {
		return
	}
	if len(l.Users) == maxUsers {
		l.Users = l.Users[:maxUsers-1]
	}
	l.Users = slices.Insert(l.Users, at, name)
}

// summary implements [intrusion.Follower].
type summary struct {
	Visits sketch.Table[visit]
	Logins sketch.Table[login]

	internal []netip.Prefix
}

// state is a summary as it is written: gob would call its methods.
type state summary

func newSummary(site *intrusion.Site) *summary {
	s := &summary{}
	if site != nil {
		s.internal = site.Internal
	}
	return s
}

// Observe implements [intrusion.Summary].
func (s *summary) Observe(a *activity.Activity) {
	if a.Recovered != record.Live || a.Time == 0 {
		return
	}
	switch a.Class {
	case activity.Request:
		s.request(a, a.HTTP)
	case activity.Authenticated:
		auth := a.Authentication
		if auth.Kind == activity.Logoff || auth.Address == "" || principal.Nobody(auth.User) && auth.Success {
			return
		}
		if address, err := netip.ParseAddr(auth.Address); err == nil {
			s.login(a, address, auth.User, auth.Success, auth.Kind == activity.RemoteAccess || auth.Kind == activity.SSH)
		}
	}
}

func (s *summary) request(a *activity.Activity, h *activity.HTTP) {
	if h.Layer == activity.LayerSensor || h.Layer == activity.LayerForwardProxy {
		return
	}
	address, ok := atom.Addr(h.Client)
	if !ok || !s.outside(address) {
		return
	}
	if len(h.User) > 1 && h.Status < 400 {
		s.login(a, address, string(h.User), true, false)
		return
	}
	if v := s.Visits.Get(key(address, a.Host, false), maxVisits); v != nil {
		v.note(a, address)
	}
}

func (s *summary) outside(address netip.Addr) bool {
	return !perimeter.Reserved(address) && !slices.ContainsFunc(s.internal, func(p netip.Prefix) bool { return p.Contains(address.Unmap()) })
}

func (s *summary) login(a *activity.Activity, address netip.Addr, user string, success, remote bool) {
	if !s.outside(address) {
		return
	}
	address = address.Unmap()
	l := s.Logins.Get(key(address, a.Host, success), maxLogins)
	if l == nil {
		return
	}
	l.note(a, address)
	l.Success, l.Remote = success, l.Remote || remote
	l.user(strings.ToLower(user))
	l.Events.Add(sketch.Join(uint64(a.Time), uint64(a.Origin.Offset)), maxEvents)
}

func key(address netip.Addr, host string, success bool) uint64 {
	bytes16 := address.As16()
	h := sketch.Join(sketch.Hash(bytes16[:]), sketch.Hash([]byte(host)))
	if success {
		h = sketch.Join(h, 1)
	}
	return h
}

// Merge implements [intrusion.Summary].
func (s *summary) Merge(other intrusion.Summary) {
	o, ok := other.(*summary)
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	s.Visits.Merge(&o.Visits, maxVisits, (*visit).merge)
	s.Logins.Merge(&o.Logins, maxLogins, (*login).merge)
}

// Findings implements [intrusion.Summary]: by itself an address says nothing.
func (s *summary) Findings() []finding.Finding { return nil }

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
