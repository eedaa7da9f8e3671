package webabuse

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sketch"
)

const (
	maxAdministrators = 1 << 7
	maxDays           = 64 // kept apart of one account and hour
	// An account must be seen on habitDays for its hours to be a habit; an hour
	// is odd if it is used on one day only, oddDistance and more from any hour
	// used on usualDays.
	habitDays   = 15
	usualDays   = 3
	oddDistance = 4
)

// administrator is an account that administers, and the hours it does so.
type administrator struct {
	Name  string
	Days  sketch.Distinct
	Hours [24]working
}

// working is the days on which an hour of the day was used.
type working struct {
	Days     sketch.Distinct
	Seen     Seen
	Networks sketch.Distinct
}

// administrationWords are parts of the paths of administration.
var administrationWords = [][]byte{[]byte("admin"), []byte("/manage"), []byte("/console"), []byte("/ecp/"), []byte("/setup"), []byte("/config"), []byte("/settings"), []byte("/tmui/"), []byte("/mgmt/")}

// observeAdministration notes when an account administers.
func (s *summary) observeAdministration(a *activity.Activity, h *activity.HTTP) {
	if h.Status/100 != 2 || a.Time == 0 || !administers(h.Path, h.Target) {
		return
	}
	name := bytes.ToLower(h.User)
	x := s.Administrators.Get(sketch.Hash(name), maxAdministrators)
	if x == nil {
		return
	}
	if x.Name == "" {
		x.Name = string(name)
	}
	day := uint64(a.Time / int64(24*time.Hour))
	hour := &x.Hours[a.Time/int64(time.Hour)%24]
	x.Days.Add(sketch.Join(1, day), maxDays)
	hour.Days.Add(sketch.Join(1, day), maxDays)
	hour.Networks.Add(sketch.Hash([]byte(network(h.Client))), 4)
	hour.Seen.note(a, nil, func() string { return excerpt(h) })
}

func administers(path, target []byte) bool {
	if path == nil {
		path, _, _ = bytes.Cut(target, []byte("?"))
	}
	for _, word := range administrationWords {
		if bytes.Contains(path, word) {
			return true
		}
	}
	return false
}

func (x *administrator) merge(o *administrator) {
	if x.Name == "" {
		x.Name = o.Name
	}
	x.Days.Merge(&o.Days, maxDays)
	for i := range x.Hours {
		mine, theirs := &x.Hours[i], &o.Hours[i]
		mine.Days.Merge(&theirs.Days, maxDays)
		mine.Networks.Merge(&theirs.Networks, 4)
		mine.Seen.merge(&theirs.Seen)
	}
}

// oddHours reports accounts that administered once at an hour far from all
// those they keep.
func (s *summary) oddHours() (findings []finding.Finding) {
	s.Administrators.Settle(maxAdministrators)
	for _, key := range s.Administrators.Keys() {
		x := s.Administrators.Entries[key]
		if x.Days.Count(maxDays) < habitDays {
			continue
		}
		for hour := range x.Hours {
			if x.odd(hour) {
				findings = append(findings, x.at(hour))
			}
		}
	}
	return findings
}

func (x *administrator) odd(hour int) bool {
	if x.Hours[hour].Days.Count(maxDays) != 1 {
		return false
	}
	for other := range x.Hours {
		distance := (other - hour + 24) % 24
		if min(distance, 24-distance) < oddDistance && x.Hours[other].Days.Count(maxDays) >= usualDays {
			return false
		}
	}
	return true
}

func (x *administrator) at(hour int) finding.Finding {
	w := &x.Hours[hour]
	f := w.Seen.base("hours", x.Name, fmt.Sprint(hour))
	f.Title, f.Severity, f.Confidence = "Administration at an hour this account never keeps", finding.Low, finding.Unsure
	f.Techniques = []string{"T1078"}
	f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: x.Name})
	var b strings.Builder
	fmt.Fprintf(&b, "%s administered %s, about %d o'clock UTC. On %s in the evidence this account keeps other hours, four and more away.",
		finding.Shorten(x.Name, 64), prose.Span(f.First, f.Last), hour, prose.Count(x.Days.Count(maxDays), "day"))
	b.WriteString(" Intruders work when they work, often from another part of the world. Innocent would be an outage, or a colleague on a journey: ask the account's owner.")
	f.Why = b.String()
	return f
}
