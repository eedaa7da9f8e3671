package disguise

import (
	"fmt"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	maxCitations = 8
	maxEntities  = 20
	// ticketWithin: the disguise is taken off again before it is noticed.
	ticketWithin = hour
	// listed accounts or groups within listWidth; a management console opens
	// the two dozen built-in groups of a host, a tool goes through all.
	listWidth, listLeast = 5 * minute, 30
)

// disguiseFinding reports a computer account without the "$" at the end of its
// name, by which computers are told from users: with the name of a domain
// controller it is given a ticket that later passes for the controller's
// (CVE-2021-42278 and CVE-2021-42287).
func disguiseFinding(name string, renames []sighting.Sighting[rename], tickets []sighting.Sighting[nothing]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "disguise", name), Detector: id, Question: finding.In,
		Title:    "Computer account given a name without $, as to pose as another",
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1068"}, Mitigations: finding.MitigationsFor([]string{"T1068"}),
		First: renames[0].Time, Last: renames[len(renames)-1].Time, Count: len(renames),
		Entities: []finding.Entity{{Type: finding.User, Value: name}},
	}
	for i, s := range renames {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: prose.Host(s.Host)})
		if s.Fact.By != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: s.Fact.By})
		}
		if i < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("EventID", number(s.Fact.EventID), "OldTargetUserName", s.Fact.Old, "NewTargetUserName", name, "SubjectUserName", s.Fact.By)
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	by := sighting.Distinct(renames, func(s *sighting.Sighting[rename]) string { return s.Fact.By })
	f.Why = fmt.Sprintf("%s gave a computer account the name %s %s. Computer accounts end in $; one that does not can be mistaken for another computer, such as a domain controller, by domain controllers without the updates of November 2021. "+
		"Check that these updates are installed, who the account belongs to, and what was done with tickets to that name. Innocent would be a mistake in a script that creates computers.",
		prose.List(by), name, prose.Span(f.First, f.Last))
	for _, s := range tickets {
		if s.Time >= renames[0].Time && s.Time-renames[len(renames)-1].Time <= ticketWithin {
			f.Severity, f.Confidence = finding.Critical, finding.Certain
			f.Last = max(f.Last, s.Time)
			f.Count++
			f.Why += fmt.Sprintf(" At %s a ticket was issued to that name: the attack went on.", prose.Stamp(s.Time))
			s.Citation.Excerpt = prose.Excerpt("TargetUserName", name, "Outcome", "ticket issued")
			f.Citations = append(f.Citations, s.Citation)
			break
		}
	}
	return f
}

func nameOf(s *sighting.Sighting[object]) string { return s.Fact.Name }

// listingFinding reports somebody who looked at very many accounts or groups.
func listingFinding(by reader, reads []sighting.Sighting[object]) (f finding.Finding, ok bool) {
	episodes := sighting.Episodes(reads, listWidth, listLeast, nameOf)
	if len(episodes) == 0 {
		return f, false
	}
	reads = reads[episodes[0].Start:episodes[len(episodes)-1].End]
	f = finding.Finding{
		ID: finding.StableID(id, "listing", by.Host, by.Account, fmt.Sprintf("0x%x", by.Logon)), Detector: id, Question: finding.In,
		Title:    "Accounts and groups listed one after the other",
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1087"}, Mitigations: []string{"least-privilege", "logging"},
		First: reads[0].Time, Last: reads[len(reads)-1].Time, Count: len(reads),
		Entities: []finding.Entity{{Type: finding.Host, Value: prose.Host(by.Host)}, {Type: finding.User, Value: by.Account}},
	}
	if by.Logon != 0 {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Logon, Value: fmt.Sprintf("%s 0x%x", by.Host, by.Logon)})
	}
	for _, s := range reads[:min(len(reads), maxCitations)] {
		s.Citation.Excerpt = prose.Excerpt("EventID", number(s.Fact.EventID), "Object", s.Fact.Name, "SubjectUserName", by.Account)
		f.Citations = append(f.Citations, s.Citation)
	}
	names := sighting.Distinct(reads, nameOf)
	f.Why = fmt.Sprintf("On %s, %s looked at %s of the account database (%s) %s, thirty or more within five minutes. Tools list users and groups like this to find whom to attack next. Innocent would be an inventory or an audit.",
		prose.Host(by.Host), by.Account, prose.Count(len(names), "object"), prose.List(names), prose.Span(f.First, f.Last))
	return f, true
}

// changeFinding reports password changes by somebody else than the account's
// owner: a change, unlike a reset, needs the old password or its hash.
func changeFinding(name string, changes []sighting.Sighting[change]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "change", name), Detector: id, Question: finding.In,
		Title:    "Password changed by somebody who is not its owner",
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1098"}, Mitigations: finding.MitigationsFor([]string{"T1098"}),
		First: changes[0].Time, Last: changes[len(changes)-1].Time, Count: len(changes),
		Entities: []finding.Entity{{Type: finding.User, Value: name}},
	}
	by := sighting.Distinct(changes, func(s *sighting.Sighting[change]) string { return s.Fact.By })
	for i, s := range changes {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: prose.Host(s.Host)})
		if i < maxEntities {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: s.Fact.By})
		}
		if i < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("EventID", "4723", "TargetUserName", name, "SubjectUserName", s.Fact.By)
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	f.Why = fmt.Sprintf("%s changed, or tried to change, the password of %s %s. A change, unlike an administrator's reset, needs the old password or its hash: whoever does it for another account has one of them. "+
		"Tools use this to take over an account whose hash they stole. Innocent would be somebody with two accounts, or a portal that changes passwords for users.", prose.List(by), name, prose.Span(f.First, f.Last))
	return f
}
