package relay

import (
	"fmt"
	"slices"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	maxCitations = 8
	maxEntities  = 20
)

// what says how each kind is told.
var what = [...]struct {
	title      string
	severity   finding.Severity
	confidence finding.Confidence
	techniques []string
}{
	stolen: {"A session is used by two clients in two networks", finding.High, finding.Likely, []string{"T1539", "T1550.004"}},
	double: {"An account is used in its usual place and a new one at once", finding.High, finding.Unsure, []string{"T1078", "T1133"}},
	far:    {"An account is used in two countries within two hours", finding.Medium, finding.Unsure, []string{"T1078"}},
	walk:   {"One client uses several accounts from several networks", finding.Medium, finding.Unsure, []string{"T1078", "T1090.003"}},
}

func (s *story) finding() finding.Finding {
	w := &what[s.kind]
	first, last := s.odd[0].Time, s.odd[len(s.odd)-1].Time
	f := finding.Finding{
		ID:       finding.StableID(id, fmt.Sprint(s.kind), s.session.Host, s.session.Token, s.account, s.client),
		Detector: id, Question: finding.In, Title: w.title, Severity: w.severity, Confidence: w.confidence,
		Techniques: slices.Clone(w.techniques), Mitigations: finding.MitigationsFor([]string{"T1133", "T1550"}),
		First: first, Last: last, Count: len(s.list), Why: s.why(),
	}
	if s.foreign {
		f.Why += " The client there says it is Windows, but the connections are opened by another kind of system: something stands in between."
	}
	if s.kind == stolen && !s.back && !s.foreign {
		f.Confidence = finding.Unsure // a browser's data moved to another device looks alike
	}
	for _, one := range s.odd[:min(len(s.odd), maxEntities)] {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: one.Fact.Address})
		if one.Fact.User != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: one.Fact.User})
		}
	}
	if s.session.Host != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.session.Host})
	}
	for _, one := range s.cited() {
		c := one.Citation
		c.Excerpt = prose.Excerpt("address", one.Fact.Address, "network", one.Fact.Network, "client", one.Fact.Client, "user", one.Fact.User, "country", one.Fact.Country)
		f.Citations = append(f.Citations, c)
	}
	return f
}

// cited is what shows a case: the odd uses, and for comparison ordinary ones.
func (s *story) cited() (list []sighting.Sighting[use]) {
	list = append(list, s.odd[:min(len(s.odd), maxCitations/2)]...)
	if s.kind == walk || s.kind == far {
		return list
	}
	return append(list, s.list[:min(len(s.list), maxCitations/2)]...)
}

func networks(list []sighting.Sighting[use]) string {
	return prose.List(sighting.Distinct(list, func(s *sighting.Sighting[use]) string { return s.Fact.Network }))
}

func (s *story) why() string {
	odd := &s.odd[0]
	const advice = " End the session, and find out how it was taken. Relays lie in homes and offices near their victims, so a harmless address says nothing."
	switch s.kind {
	case stolen:
		moved := "moved"
		if s.back {
			moved = "went back and forth"
		}
		user := ""
		if odd.Fact.User != "" {
			user = " of " + odd.Fact.User
		}
		return fmt.Sprintf("A session%s on %s began at %s in %s with the client %q and %s to %s in %s with the client %q, %s. Sessions of people on the way, of mobile carriers and of privacy relays keep their client; this one did not, so its token was copied.%s",
			user, prose.Host(s.session.Host), s.list[0].Fact.Address, s.list[0].Fact.Network, s.list[0].Fact.Client, moved, odd.Fact.Address, networks(s.odd), odd.Fact.Client, prose.Span(odd.Time, s.odd[len(s.odd)-1].Time), advice)
	case double:
		return fmt.Sprintf("%s logged on from %s (%s), where it was never seen before, %s, while its usual place was in use before and after, within %d hours, with another client. Nobody is in two places. Innocent would be an account that two people share.%s",
			s.account, odd.Fact.Address, networks(s.odd), prose.Span(odd.Time, s.odd[len(s.odd)-1].Time), atOnce/hour, advice)
	case far:
		last := &s.odd[1]
		return fmt.Sprintf("%s was used from %s (%s, %s) at %s and from %s (%s, %s) at %s, by two different clients. Nobody travels so fast; a VPN of the user's own looks alike.",
			s.account, odd.Fact.Address, odd.Fact.Network, odd.Fact.Country, prose.Stamp(odd.Time), last.Fact.Address, last.Fact.Network, last.Fact.Country, prose.Stamp(last.Time))
	}
	users := sighting.Distinct(s.odd, func(s *sighting.Sighting[use]) string { return s.Fact.User })
	return fmt.Sprintf("The client %q, which hardly any account uses, used %s (%s) from %s %s. No other client came from these networks, accounts came from several of them and some of them served several accounts: one user walks from relay to relay. Innocent would be a small team with the same device on the way together.%s",
		s.client, prose.Count(len(users), "account"), prose.List(users), networks(s.odd), prose.Span(s.odd[0].Time, s.odd[len(s.odd)-1].Time), advice)
}
