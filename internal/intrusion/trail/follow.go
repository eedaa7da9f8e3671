package trail

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
)

const (
	// A finding that names more addresses outside than this is about a crowd,
	// not about one intruder.
	crowd = 6
	// proof is what findings about an address must weigh together before the
	// address is taken for an intruder's: a grave one that is likely, or two
	// that are less.
	proof = 2
	// An address that more people log in from is many people's exit.
	maxPeople = maxUsers - 1
	// early is how long before the first finding a visit must be to be told.
	early = hour
)

// suspect is an address that other findings are about.
type suspect struct {
	weight int
	first  int64            // of the findings about it
	titles map[string]bool  // of those that are graver than low
	logins map[string]bool  // hosts on which findings tell of its logins
	why    *finding.Finding // the gravest
}

// Follow implements [intrusion.Follower].
func (s *summary) Follow(findings []finding.Finding) []finding.Finding {
	suspects := s.suspects(findings)
	var found []finding.Finding
	for _, v := range s.Visits.Entries {
		if x := suspects[v.Address]; x != nil && v.First.Time < x.first-early && s.earliest(v) {
			found = append(found, s.firstVisit(v, x))
		}
	}
	for _, l := range s.Logins.Entries {
		x := suspects[l.Address]
		if x != nil && len(l.Users) <= maxPeople && !x.logins[finding.ShortHost(l.Host)] {
			found = append(found, loggedIn(l, x))
		}
	}
	for i := range found {
		found[i].Mitigations = append(finding.MitigationsFor(found[i].Techniques), "logging")
		found[i].Normalize()
	}
	slices.SortFunc(found, func(a, b finding.Finding) int { return finding.Compare(&a, &b) })
	return found
}

// suspects weighs what is found about addresses outside.
func (s *summary) suspects(findings []finding.Finding) map[netip.Addr]*suspect {
	all := map[netip.Addr]*suspect{}
	for i := range findings {
		f := &findings[i]
		if f.Question != finding.In || f.Suppressed != "" || f.First == 0 {
			continue
		}
		outside := s.addresses(f)
		if len(outside) > crowd {
			continue
		}
		for _, address := range outside {
			x := all[address]
			if x == nil {
				x = &suspect{titles: map[string]bool{}, logins: map[string]bool{}}
				all[address] = x
			}
			x.add(f)
		}
	}
	for address, x := range all {
		if x.weight < proof {
			delete(all, address)
		}
	}
	return all
}

func (s *summary) addresses(f *finding.Finding) (list []netip.Addr) {
	for _, e := range f.Entities {
		if e.Type != finding.Address {
			continue
		}
		if a, err := netip.ParseAddr(e.Value); err == nil && s.outside(a) {
			list = append(list, a.Unmap())
		}
	}
	return list
}

func (x *suspect) add(f *finding.Finding) {
	if x.first == 0 || f.First < x.first {
		x.first = f.First
	}
	if slices.ContainsFunc(f.Techniques, func(t string) bool {
		return strings.HasPrefix(t, "T1078") || strings.HasPrefix(t, "T1133") || strings.HasPrefix(t, "T1110")
	}) {
		for _, e := range f.Entities {
			if e.Type == finding.Host {
				x.logins[finding.ShortHost(e.Value)] = true
			}
		}
	}
	switch {
	case f.Severity >= finding.High && f.Confidence >= finding.Likely:
		x.weight += proof
	case f.Severity >= finding.Medium:
		x.weight++
	default:
		return
	}
	if x.why == nil || finding.Compare(f, x.why) < 0 {
		x.why = f
	}
}

// earliest reports whether no other host saw the address before: a first visit
// is told once, whatever stands before the server.
func (s *summary) earliest(v *visit) bool {
	for _, o := range s.Visits.Entries {
		if o.Address == v.Address && o != v && cmp.Or(cmp.Compare(o.First.Time, v.First.Time), cmp.Compare(o.Host, v.Host)) < 0 {
			return false
		}
	}
	return true
}

func (s *summary) firstVisit(v *visit, x *suspect) finding.Finding {
	f := base(&v.Presence, "visit")
	f.Title, f.Severity, f.Confidence = "First visit of an address that later attacked", finding.Low, finding.Likely
	f.Techniques, f.Count, f.Last = []string{"T1594"}, 1, f.First
	f.Why = fmt.Sprintf("%s was first seen on %s at %s, and last at %s. Later it attacked: %q, %s. What it did here by itself shows nothing; it tells since when the site was looked at, from when on logs must be kept, and whether it came back.",
		v.Address, prose.Host(v.Host), prose.Stamp(f.First), prose.Stamp(v.Last), x.why.Title, prose.Span(x.why.First, x.why.Last))
	return f
}

func loggedIn(l *login, x *suspect) finding.Finding {
	f := base(&l.Presence, fmt.Sprint("login", l.Success))
	f.Last, f.Count = l.Last, max(l.Events.Count(maxEvents), 1)
	for _, u := range l.Users {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: u})
	}
	f.Techniques = []string{"T1078"}
	if l.Remote {
		f.Techniques = append(f.Techniques, "T1133")
	}
	what := fmt.Sprintf("used %s", prose.List(l.Users))
	if len(l.Users) == 0 {
		what = "was let in"
	}
	f.Title, f.Severity, f.Confidence = "Account used from an address that attacked", finding.Medium, finding.Likely
	if !l.Success {
		f.Title, f.Severity = "Login tried from an address that attacked", finding.Low
		f.Techniques = []string{"T1133"}
		what = "was refused as " + cmp.Or(prose.List(l.Users), "somebody unnamed")
	}
	f.Why = fmt.Sprintf("At %s somebody at %s %s, %s. The same address attacked: %q, %s. Whose account it is must be asked and the password, sessions and second factor be taken back. Innocent would be a person whose own connection was hijacked for the attack, or who shares an address with the attacker.",
		prose.Host(l.Host), l.Address, what, prose.Span(f.First, f.Last), x.why.Title, prose.Span(x.why.First, x.why.Last))
	return f
}

func base(p *Presence, kind string) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, kind, p.Address.String(), p.Host), Detector: id, Question: finding.In, First: p.First.Time,
		Entities: []finding.Entity{{Type: finding.Address, Value: p.Address.String()}}, Citations: []finding.Citation{p.First.Citation("")},
	}
	if p.Host != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: p.Host})
	}
	return f
}
