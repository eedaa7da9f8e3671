package kerberoast

import (
	"fmt"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// maxCitations is enough to judge by and few enough to read.
const maxCitations = 8

func (c *roast) finding() finding.Finding {
	f := finding.Finding{
		ID:         finding.StableID(id, c.by.Account, c.by.Address),
		Detector:   id,
		Question:   finding.In,
		Title:      c.title(),
		Why:        c.why(),
		Techniques: []string{"T1558.003"},
		First:      c.tickets[0].Time, Last: c.tickets[len(c.tickets)-1].Time,
		Count: len(c.tickets),
	}
	f.Severity, f.Confidence = c.grade()
	f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: c.by.Account})
	if c.by.Address != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: c.by.Address})
	}
	for _, name := range c.services[:min(len(c.services), 20)] {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Service, Value: name})
	}
	for i := range c.tickets {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: c.tickets[i].Host})
	}
	f.Citations = citeTickets(c.by, c.tickets)
	for i := range c.later {
		l := &c.later[i]
		f.Last = max(f.Last, l.Time)
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: l.Fact.Address}, finding.Entity{Type: finding.User, Value: l.Fact.Account})
		if i < maxCitations/2 {
			l.Citation.Excerpt = prose.Excerpt("Account", l.Fact.Account, "IpAddress", l.Fact.Address, "Computer", l.Host)
			f.Citations = append(f.Citations, l.Citation)
		}
	}
	if len(c.later) > 0 {
		f.Techniques = append(f.Techniques, "T1078.002")
		f.Count += len(c.later)
	}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	return f
}

func citeTickets(by requester, tickets []sighting.Sighting[ticket]) []finding.Citation {
	var citations []finding.Citation
	for _, t := range tickets[:min(len(tickets), maxCitations)] {
		t.Citation.Excerpt = prose.Excerpt("TargetUserName", by.Account, "ServiceName", t.Fact.Service, "IpAddress", by.Address, "TicketEncryptionType", hex(t.Fact.Encryption), "TicketOptions", hex(t.Fact.Options))
		citations = append(citations, t.Citation)
	}
	return citations
}

func hex(n uint32) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("0x%x", n)
}

func (c *roast) title() string {
	switch {
	case len(c.later) > 0:
		return "Kerberoasting, and the account's password in use afterwards"
	case c.burst > 0 && c.weak > 0:
		return "Kerberoasting: weakly encrypted tickets for many service accounts"
	case c.burst > 0:
		return "Kerberoasting: a burst of tickets for many service accounts"
	case c.weak > 0:
		return "Service tickets that are easy to crack"
	}
	return "Ticket for an account that nobody has reason to ask for"
}

// grade weighs the case. A burst or a downgrade is a tool's work; single weak
// tickets are as often old software.
func (c *roast) grade() (finding.Severity, finding.Confidence) {
	severity, confidence := finding.Medium, finding.Unsure
	switch {
	case c.burst > 0 && c.weakPeak >= burstLeast:
		severity, confidence = finding.Critical, finding.Certain
	case c.burst > 0:
		severity, confidence = finding.High, finding.Likely
	case c.weakPeak >= 2 || c.downgrade:
		severity, confidence = finding.High, finding.Likely
	case c.weak == 0:
		severity = finding.Low
	}
	if len(c.honey) > 0 && c.weak > 0 {
		severity = max(severity, finding.High)
	}
	if c.habit {
		severity, confidence = finding.Low, finding.Unsure
	}
	if len(c.later) > 0 {
		severity, confidence = finding.Critical, max(confidence, finding.Likely)
	}
	return severity, confidence
}

func (c *roast) why() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %s was issued %s for %s (%s) %s.", c.by.Account, prose.Address(c.by.Address), prose.Count(len(c.tickets), "service ticket"),
		prose.Count(len(c.services), "account"), prose.List(c.services), prose.Span(c.tickets[0].Time, c.tickets[len(c.tickets)-1].Time))
	if c.burst > 0 {
		fmt.Fprintf(&b, " Up to %d different accounts fell within %d minutes, as a tool asks and people do not.", c.burst, burstWidth/minute)
	}
	if c.weak > 0 {
		fmt.Fprintf(&b, " Tickets for %s were encrypted with RC4 or DES, which lets a password be guessed offline fastest.", prose.Count(c.weak, "account"))
	}
	if c.downgrade {
		b.WriteString(" Others are given strong tickets for the same service: the weak encryption was asked for.")
	}
	if len(c.honey) > 0 {
		fmt.Fprintf(&b, " %s looks like an administrator's or a planted account, which no program should ask tickets for.", prose.List(c.honey))
	}
	for i := range c.later[:min(len(c.later), 3)] {
		l := &c.later[i]
		fmt.Fprintf(&b, " Afterwards %s logged on from %s to %s at %s, for the first time from there: its password may be cracked.", l.Fact.Account, l.Fact.Address, prose.Host(l.Host), prose.Stamp(l.Time))
	}
	b.WriteString(" Anybody in the domain can ask for such tickets and guess the service account's password without further contact; change these passwords to long random ones, or use managed service accounts.")
	if c.habit {
		b.WriteString(" The same requests recur regularly, which points to a program rather than to an intruder.")
	} else {
		b.WriteString(" Innocent would be an inventory of service names by an administrator, a scanner, or software that only knows old encryption.")
	}
	return b.String()
}

const (
	// sweepWidth and sweepLeast: nobody visits so many computers in a minute.
	sweepWidth = int64(time.Minute)
	sweepLeast = 10
)

// sweepFinding reports tickets for many computers at once: not roasting, as
// computers' passwords cannot be guessed, but the way hosts are enumerated.
func sweepFinding(by requester, tickets []sighting.Sighting[ticket]) (finding.Finding, bool) {
	episodes := sighting.Episodes(tickets, sweepWidth, sweepLeast, serviceOf)
	if len(episodes) == 0 {
		return finding.Finding{}, false
	}
	var swept []sighting.Sighting[ticket]
	days := map[int64]bool{}
	for _, e := range episodes {
		swept = append(swept, tickets[e.Start:e.End]...)
		days[tickets[e.Start].Time/int64(24*time.Hour)] = true
	}
	computers := sighting.Distinct(swept, serviceOf)
	f := finding.Finding{
		ID: finding.StableID(id, "sweep", by.Account, by.Address), Detector: id, Question: finding.In,
		Title:    "One account asked for tickets to many computers at once",
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1018", "T1087.002"}, Mitigations: []string{"segmentation", "logging"},
		First: swept[0].Time, Last: swept[len(swept)-1].Time, Count: len(swept),
		Entities:  []finding.Entity{{Type: finding.User, Value: by.Account}},
		Citations: citeTickets(by, swept),
	}
	if by.Address != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: by.Address})
	}
	for i := range swept {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: swept[i].Host})
	}
	f.Why = fmt.Sprintf("%s at %s was issued tickets for %s (%s) %s, ten or more within a minute. Tools that map a domain connect to every computer like this to list sessions, shares and local administrators. "+
		"It is discovery, not yet damage. Innocent would be an administrator's inventory, a monitoring system or a vulnerability scanner; check who used the account at that address.",
		by.Account, prose.Address(by.Address), prose.Count(len(computers), "computer"), prose.List(computers), prose.Span(f.First, f.Last))
	if len(days) >= habitualDays {
		f.Severity = finding.Low
		f.Why += " The same sweep recurs on other days, which points to a program."
	}
	return f, true
}
