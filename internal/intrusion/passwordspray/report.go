package passwordspray

import (
	"fmt"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	maxCitations = 8
	maxEntities  = 20
)

func (c *series) finding() finding.Finding {
	f := finding.Finding{
		ID:       finding.StableID(id, fmt.Sprint(c.kind), c.from.Address, c.from.Workstation, c.from.Host),
		Detector: id, Question: finding.In,
		Title: c.title(), Why: c.why(),
		Techniques: c.techniques(),
		First:      c.failures[0].Time, Last: c.failures[len(c.failures)-1].Time,
		Count:     len(c.failures) + len(c.entered),
		Citations: citeFailures(c.failures),
	}
	f.Severity, f.Confidence = c.grade()
	f.Entities = entities(c.from.Address, c.from.Workstation, c.accounts, c.failures)
	for i, e := range c.entered[:min(len(c.entered), maxCitations)] {
		f.Last = max(f.Last, e.Time)
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: e.account}, finding.Entity{Type: finding.Host, Value: e.Host})
		if i < maxCitations/2 {
			e.Citation.Excerpt = prose.Excerpt("Account", e.account, "Source", c.from.String(), "Outcome", "success", "Computer", e.Host)
			f.Citations = append(f.Citations, e.Citation)
		}
	}
	f.Mitigations = finding.MitigationsFor(append(f.Techniques, "T1110"))
	return f
}

func entities(address, workstation string, accounts []string, failures []sighting.Sighting[failure]) (list []finding.Entity) {
	if address != "" {
		list = append(list, finding.Entity{Type: finding.Address, Value: address})
	}
	if workstation != "" {
		list = append(list, finding.Entity{Type: finding.Host, Value: workstation})
	}
	for _, name := range accounts[:min(len(accounts), maxEntities)] {
		if name != "" {
			list = append(list, finding.Entity{Type: finding.User, Value: name})
		}
	}
	hosts := sighting.Distinct(failures, func(s *sighting.Sighting[failure]) string { return s.Host })
	for _, host := range hosts[:min(len(hosts), maxEntities)] {
		list = append(list, finding.Entity{Type: finding.Host, Value: host})
	}
	return list
}

func citeFailures(failures []sighting.Sighting[failure]) []finding.Citation {
	var citations []finding.Citation
	for _, s := range failures[:min(len(failures), maxCitations)] {
		status := ""
		if s.Fact.Status != 0 {
			status = fmt.Sprintf("0x%x", s.Fact.Status)
		}
		s.Citation.Excerpt = prose.Excerpt("EventID", fmt.Sprint(s.Fact.EventID), "TargetUserName", s.Fact.Account, "IpAddress", s.Fact.Address, "WorkstationName", s.Fact.Workstation, "Status", status)
		citations = append(citations, s.Citation)
	}
	return citations
}

func (c *series) techniques() []string {
	list := []string{[...]string{spray: "T1110.003", enumeration: "T1087.002", force: "T1110.001", knocking: "T1110.001"}[c.kind]}
	if c.kind == spray && c.unknown > 0 {
		list = append(list, "T1087.002")
	}
	if len(c.entered) > 0 {
		list = append(list, "T1078")
	}
	return list
}

func (c *series) title() string {
	title := [...]string{
		spray:       "Passwords sprayed over many accounts",
		enumeration: "Account names tried for whether they exist",
		force:       "Passwords guessed for one account again and again",
		knocking:    "Remote desktop tried again and again",
	}[c.kind]
	if c.kind == force && len(c.accounts) > 1 {
		title = "Passwords guessed for a few accounts again and again"
	}
	if len(c.entered) > 0 {
		title += ", and one got in"
		if len(c.entered) > 1 {
			title = strings.TrimSuffix(title, ", and one got in") + ", and some got in"
		}
	}
	return title
}

func (c *series) grade() (finding.Severity, finding.Confidence) {
	severity, confidence := finding.Medium, finding.Likely
	switch c.kind {
	case spray:
		if c.peak >= 2*steadyLeast && !c.patient {
			severity, confidence = finding.High, finding.Certain
		}
	case force, knocking:
		confidence = finding.Unsure // a forgotten service with an old password looks alike
	}
	if c.patient {
		confidence = finding.Unsure
	}
	if len(c.entered) == 0 {
		return severity, confidence
	}
	switch {
	case c.kind == force:
		return finding.High, finding.Likely
	case c.kind == spray && c.guessed() > 0:
		return finding.Critical, finding.Likely
	}
	return finding.High, finding.Likely
}

// guessed counts the accounts that got in among those tried.
func (c *series) guessed() (n int) {
	for _, e := range c.entered {
		if e.tried {
			n++
		}
	}
	return n
}

func (c *series) why() string {
	var b strings.Builder
	first, last := c.failures[0].Time, c.failures[len(c.failures)-1].Time
	hosts := sighting.Distinct(c.failures, func(s *sighting.Sighting[failure]) string { return s.Host })
	where := prose.List(hosts)
	switch c.kind {
	case knocking:
		fmt.Fprintf(&b, "%s opened %s to the remote desktop service of %s %s, up to %d within %d minutes. The log names no account, so it is not known who was tried.",
			c.from, prose.Count(len(c.failures), "connection"), where, prose.Span(first, last), c.peak, c.width/minute)
	case force:
		fmt.Fprintf(&b, "%s failed %s for %s on %s %s, up to %d within %s: more than lockout policies and patience allow.",
			c.from, times(len(c.failures)), prose.List(c.accounts), where, prose.Span(first, last), c.peak, prose.Count(int(c.width/minute), "minute"))
	default:
		fmt.Fprintf(&b, "%s failed %s for %s (%s) on %s %s.", c.from, times(len(c.failures)), prose.Count(len(c.accounts), "account"), prose.List(c.accounts), where, prose.Span(first, last))
		fmt.Fprintf(&b, " Up to %d different accounts fell within %s.", c.peak, width(c.width))
		if c.unknown > 0 {
			fmt.Fprintf(&b, " %d of them do not exist: a list of names was tried.", c.unknown)
		}
	}
	if c.public() {
		b.WriteString(" The source is on the internet; relayed attacks come from home and small-office devices, so its owner is probably a victim too.")
	}
	for _, e := range c.entered[:min(len(c.entered), 3)] {
		fmt.Fprintf(&b, " From the same source %s %s at %s: treat the account as taken over until its owner explains it.", e.account, gotIn(e.Fact, e.Host), prose.Stamp(e.Time))
	}
	b.WriteString(c.innocent())
	return b.String()
}

func (c *series) innocent() string {
	switch c.kind {
	case force, knocking:
		return " Innocent would be a program or phone that keeps an old password, which fails evenly for days."
	}
	return " Innocent would be a gateway or terminal server behind which many people mistype, or an authorised test."
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func width(w int64) string {
	switch {
	case w == patientWidth:
		return "a day, slowly enough to stay below lockout"
	case w < minute:
		return "half a minute"
	}
	return fmt.Sprintf("%d minutes", w/minute)
}

func gotIn(s success, host string) string {
	switch s.Kind {
	case activity.TicketGranting:
		return "was given a Kerberos ticket by " + prose.Host(host)
	case activity.NTLMValidation:
		return "had its password accepted by " + prose.Host(host)
	}
	return "logged on to " + prose.Host(host)
}

// besieged reports accounts that many sources tried at once.
func besieged(attempts map[source][]sighting.Sighting[failure]) []finding.Finding {
	var findings []finding.Finding
	for _, s := range besiege(attempts) {
		f := finding.Finding{
			ID: finding.StableID(id, "siege", s.account), Detector: id, Question: finding.In,
			Title:    "One account tried from many sources at once",
			Severity: finding.Medium, Confidence: finding.Likely,
			Techniques: []string{"T1110.001"}, Mitigations: finding.MitigationsFor([]string{"T1110"}),
			First: s.failures[0].Time, Last: s.failures[len(s.failures)-1].Time, Count: len(s.failures),
			Entities: entities("", "", []string{s.account}, s.failures), Citations: citeFailures(s.failures),
		}
		for _, from := range s.sources[:min(len(s.sources), maxEntities)] {
			if principal.ReachOf(from) != principal.Unknown {
				f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: from})
			}
		}
		f.Why = fmt.Sprintf("%s failed %s from %d sources (%s) %s, up to %d sources within an hour. Attackers spread guesses over relays to stay below per-address limits. "+
			"Innocent would be an account name that many people or devices share, with a password that was changed.",
			s.account, times(len(s.failures)), len(s.sources), prose.List(s.sources), prose.Span(f.First, f.Last), s.peak)
		findings = append(findings, f)
	}
	return findings
}
