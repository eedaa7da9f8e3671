package indicator

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
	"seawall/internal/intrusion/watchlist"
)

const (
	maxCitations = 8
	maxEntities  = 20
	day          = 24 * hour
	// stale is how long after its list an address still means something:
	// relays of hijacked devices live for a month or so.
	stale = 90 * day
)

// names say how an indicator was met.
var names = [...]string{
	connected: "connections to it", called: "connections from it that were answered", tried: "attempts that were refused or unanswered",
	lookedUp: "lookups of it", answered: "lookups that it answered", requested: "requests", shaken: "TLS handshakes", loggedOn: "logons from it", ran: "files of that digest", named: "files of that name",
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.met.Groups() {
		findings = append(findings, n.finding(g.Key, g.Sightings))
	}
	return findings
}

// item returns what the list says of an indicator.
func (n *notes) item(r ref) watchlist.Item {
	var found *watchlist.Item
	if n.list != nil {
		switch r.Kind {
		case watchlist.Address:
			if a, err := netip.ParseAddr(r.Value); err == nil {
				found = n.list.Address(a)
			}
		case watchlist.Network:
			if p, err := netip.ParsePrefix(r.Value); err == nil {
				found = n.list.Address(p.Addr())
			}
		case watchlist.Domain:
			found = n.list.Name([]byte(r.Value))
		case watchlist.File:
			found = n.list.Path([]byte(r.Value))
		case watchlist.URL:
			host, path, _ := strings.Cut(r.Value, "/")
			found = n.list.Request([]byte(host), []byte("/"+path))
		default:
			found = n.list.Fingerprint([]byte(r.Value))
		}
	}
	if found == nil {
		return watchlist.Item{Kind: r.Kind, Value: r.Value}
	}
	return *found
}

func (n *notes) finding(r ref, list []sighting.Sighting[fact]) finding.Finding {
	item := n.item(r)
	f := finding.Finding{
		ID:       finding.StableID(id, r.Kind.String(), r.Value),
		Detector: id, Question: finding.In, Title: title(r.Kind, list),
		Techniques: techniques(list), First: list[0].Time, Last: list[len(list)-1].Time, Count: len(list),
	}
	f.Severity, f.Confidence = grade(&item, list)
	f.Why = why(&item, list)
	f.Mitigations = finding.MitigationsFor(append([]string{"T1090"}, f.Techniques...))
	switch r.Kind {
	case watchlist.Address:
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: r.Value})
	case watchlist.Domain:
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Domain, Value: r.Value})
	}
	hosts := sighting.Distinct(list, func(s *sighting.Sighting[fact]) string { return s.Fact.Host })
	for _, host := range hosts[:min(len(hosts), maxEntities)] {
		if host != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: kindOf(host), Value: host})
		}
	}
	if len(f.Entities) == 0 {
		f.Entities = []finding.Entity{{Type: finding.File, Value: r.Value}}
	}
	for _, s := range list[:min(len(list), maxCitations)] {
		c := s.Citation
		c.Excerpt = prose.Excerpt("indicator", r.Value, "met", names[s.Fact.Where], "host", s.Fact.Host, "seen", s.Fact.Seen)
		f.Citations = append(f.Citations, c)
	}
	return f
}

func kindOf(host string) string {
	if _, err := netip.ParseAddr(host); err == nil {
		return finding.Address
	}
	return finding.Host
}

func has(list []sighting.Sighting[fact], ways ...where) bool {
	return slices.ContainsFunc(list, func(s sighting.Sighting[fact]) bool { return slices.Contains(ways, s.Fact.Where) })
}

func techniques(list []sighting.Sighting[fact]) (t []string) {
	if has(list, loggedOn) {
		t = append(t, "T1078")
	}
	if has(list, called) {
		t = append(t, "T1133")
	}
	if has(list, ran, named) {
		t = append(t, "T1204")
	}
	if has(list, shaken) {
		t = append(t, "T1573")
	}
	if len(t) == 0 {
		t = append(t, "T1071")
	}
	return t
}

func title(kind watchlist.Kind, list []sighting.Sighting[fact]) string {
	what := "A listed " + kind.String()
	switch {
	case has(list, loggedOn):
		return what + " logged on"
	case has(list, ran):
		return "A file with a listed fingerprint"
	case has(list, named):
		return what + " was met"
	case has(list, connected, requested, shaken):
		return what + " was talked to"
	case has(list, called):
		return what + " was answered"
	case has(list, lookedUp, answered):
		return what + " was looked up"
	}
	return what + " was met, and nothing came of it"
}

// grade: what was let in or talked to counts, what was refused hardly. An
// address that its list saw long before is probably somebody else's by now.
func grade(item *watchlist.Item, list []sighting.Sighting[fact]) (finding.Severity, finding.Confidence) {
	severity, confidence := finding.High, finding.Likely
	switch {
	case has(list, loggedOn, ran):
		severity = finding.Critical
	case has(list, connected, requested, shaken):
	case has(list, called, lookedUp, answered):
		severity = finding.Medium
	default:
		severity = finding.Low
	}
	if age(item, list) > stale && (item.Kind == watchlist.Address || item.Kind == watchlist.Network) {
		severity, confidence = max(severity-1, finding.Low), finding.Unsure
	}
	if item.Kind == watchlist.File {
		return finding.Low, finding.Unsure // anybody may call a file so
	}
	if item.Kind == watchlist.Network {
		confidence = finding.Unsure
	}
	return severity, confidence
}

// age is how long after its list last saw an indicator it was met; 0 unknown.
func age(item *watchlist.Item, list []sighting.Sighting[fact]) int64 {
	if item.Until == 0 || list[0].Time == 0 {
		return 0
	}
	return max(0, list[0].Time-item.Until)
}

func why(item *watchlist.Item, list []sighting.Sighting[fact]) string {
	var b strings.Builder
	article := "a"
	if item.Kind == watchlist.Address {
		article = "an"
	}
	fmt.Fprintf(&b, "%s, %s %s", item.Value, article, item.Kind)
	switch {
	case item.Line > 0:
		fmt.Fprintf(&b, " that %s lists in line %d", item.File, item.Line)
	case item.File != "":
		fmt.Fprintf(&b, " that %s names", item.File)
	}
	if item.Note != "" {
		fmt.Fprintf(&b, " (%s)", item.Note)
	}
	fmt.Fprintf(&b, ", was met %s:", prose.Span(list[0].Time, list[len(list)-1].Time))
	sep := " "
	for way := range names {
		met := sighting.Filter(list, func(s *sighting.Sighting[fact]) bool { return s.Fact.Where == where(way) })
		if len(met) == 0 {
			continue
		}
		hosts := sighting.Distinct(met, func(s *sighting.Sighting[fact]) string { return s.Fact.Host })
		fmt.Fprintf(&b, "%s%s in %s, by %s", sep, names[way], prose.Count(sighting.Periods(met, hour), "hour"), prose.Host(prose.List(hosts)))
		sep = "; "
	}
	b.WriteString(".")
	if d := age(item, list); d > 0 {
		fmt.Fprintf(&b, " The list saw it last %d days before.", d/day)
		if d > stale {
			b.WriteString(" Addresses of relays change hands within a month or two, so it may be somebody else's by now.")
		}
	}
	b.WriteString(" An indicator is only as good as its list: check what the list says of it.")
	return b.String()
}
