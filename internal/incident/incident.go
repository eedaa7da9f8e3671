// Package incident answers "what is the story?": it joins findings that share
// people, places and time into incidents, and tells each in order.
package incident

import (
	"cmp"
	"slices"
	"time"

	"seawall/internal/coverage"
	"seawall/internal/finding"
)

// Incident is one intrusion, as far as the evidence shows it.
type Incident struct {
	ID         string // stable
	Title      string
	Severity   finding.Severity
	Confidence finding.Confidence
	First      int64 // nanoseconds since 1970 UTC
	Last       int64
	Steps      []Step // in order
	Findings   []string
	Hosts      []string // touched, in the order they were first touched
	Strangers  []string // machines named that are not the site's, sorted
	Users      []string // named, sorted; without those of the system
	Addresses  []string // outside or unresolved ones, sorted
	Tactics    []string // in the order of the matrix
	// PatientZero is the first step that shows the intruder inside.
	PatientZero Step
	Entry       string   // how they came in, or that it is not shown
	Reset       []string // accounts, sessions and keys to take from the intruder
	Persistence []string // what would let them return
	Taken       []string // what was gathered, and what left
	Blocked     []string // what was tried and refused
	Unknown     []string // what the evidence does not tell
}

// Step is one finding in the story.
type Step struct {
	Time, End  int64
	Host       string   // the first of Hosts, "" if none is named
	Hosts      []string // that the finding names and that are the site's, without domain
	Title      string
	Finding    string // its id
	Severity   finding.Severity
	Techniques []string
	Tactic     string // of the first technique that has one, as the matrix calls it
	Blocked    bool
}

// Options say what is known besides the findings.
type Options struct {
	// HostOf returns the host that has an address, "" if none is known.
	HostOf func(address string) string
	// Known reports whether a host is one of the site's, as far as the evidence
	// tells; nil takes all for such. Others are strangers: machines seen
	// through a tunnel.
	Known func(host string) bool
	// Gaps are the silences of logs.
	Gaps []coverage.Gap
	// Blind names the evidence that was missing, for what stays unknown, by
	// technique.
	Blind map[string]string
}

// Join finds the incidents in findings, the gravest first. Findings about
// exposure, suppressed ones and such without time belong to none. The result
// depends on the findings, not on their order.
func Join(findings []finding.Finding, o Options) []Incident {
	if o.HostOf == nil {
		o.HostOf = func(string) string { return "" }
	}
	if o.Known == nil {
		o.Known = func(string) bool { return true }
	}
	j := newJoiner(findings, &o)
	j.link()
	groups := fold(gather(j.groups()))
	var incidents []Incident
	for _, members := range groups {
		if tells(members) {
			incidents = append(incidents, tell(members, &o))
		}
	}
	slices.SortFunc(incidents, func(a, b Incident) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(len(b.Findings), len(a.Findings)), cmp.Compare(a.First, b.First), cmp.Compare(a.ID, b.ID))
	})
	return incidents
}

// tells reports whether findings make a story: several that show different
// tactics, or one that leaves nothing to doubt.
func tells(members []*node) bool {
	tactics := map[string]bool{}
	grave, critical := 0, false
	for _, m := range members {
		for _, t := range m.tactics {
			tactics[t] = true
		}
		if isGrave(m.f) {
			grave++
		}
		critical = critical || isGrave(m.f) && m.f.Severity == finding.Critical
	}
	return critical || grave > 0 && len(members) > 1 && len(tactics) >= 2
}

// gather adds grave findings that stand alone to the one intrusion in whose
// time they fall, if there is one and it is beyond doubt: grave things are
// rare, and until shown otherwise they are part of it.
func gather(groups [][]*node) [][]*node {
	main := -1
	for i, members := range groups {
		if !certain(members) {
			continue
		}
		if main >= 0 {
			return groups // which of them cannot be told
		}
		main = i
	}
	if main < 0 {
		return groups
	}
	const before, after = int64(24 * time.Hour), int64(7 * 24 * time.Hour)
	first, last := groups[main][0].f.First, int64(0)
	for _, m := range groups[main] {
		last = max(last, m.f.Last)
	}
	for i, members := range groups {
		if i == main || tells(members) && len(members) > 2 {
			continue
		}
		var rest []*node
		for _, m := range members {
			if isGrave(m.f) && m.f.First >= first-before && m.f.First <= last+after {
				groups[main] = append(groups[main], m)
			} else {
				rest = append(rest, m)
			}
		}
		groups[i] = rest
	}
	slices.SortStableFunc(groups[main], func(a, b *node) int {
		return cmp.Or(cmp.Compare(a.f.First, b.f.First), cmp.Compare(a.f.ID, b.f.ID))
	})
	return slices.DeleteFunc(groups, func(members []*node) bool { return len(members) == 0 })
}

func isGrave(f *finding.Finding) bool {
	return f.Severity >= finding.High && f.Confidence >= finding.Likely
}

// certain reports whether findings make an intrusion beyond doubt: several
// grave ones, of several tactics.
func certain(members []*node) bool {
	grave, tactics := 0, map[string]bool{}
	for _, m := range members {
		if isGrave(m.f) {
			grave++
		}
		for _, t := range m.tactics {
			tactics[t] = true
		}
	}
	return grave >= 3 && len(tactics) >= 3
}
