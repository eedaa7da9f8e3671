package asreproast

import (
	"fmt"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const (
	maxCitations = 8
	// manyWidth and manyLeast: a device has one account that cannot
	// pre-authenticate, a tool tries all of them.
	manyWidth, manyLeast = int64(10 * time.Minute), 3
	// habitualHours in which a request recurs make it an old device's habit.
	habitualHours = 4
)

// roast is a case against one address.
type roast struct {
	address  string
	replies  []sighting.Sighting[reply]
	accounts []string
	services []string // tickets of these services were given at once
	weak     bool
	many     bool
	habit    bool
}

func accountOf(s *sighting.Sighting[reply]) string { return principal.Account(s.Fact.Account) }

// judge makes a case of the replies one address was given.
func judge(address string, replies []sighting.Sighting[reply]) *roast {
	c := &roast{address: address, replies: replies, accounts: sighting.Distinct(replies, accountOf)}
	granted := sighting.Filter(replies, func(s *sighting.Sighting[reply]) bool { return s.Fact.grants() })
	c.services = sighting.Distinct(granted, func(s *sighting.Sighting[reply]) string { return s.Fact.Service })
	for i := range replies {
		c.weak = c.weak || replies[i].Fact.weak()
	}
	c.many = len(sighting.Episodes(replies, manyWidth, manyLeast, accountOf)) > 0
	c.habit = !c.many && len(c.services) == 0 && sighting.Periods(replies, int64(time.Hour)) >= habitualHours
	return c
}

func (c *roast) grade() (finding.Severity, finding.Confidence) {
	switch {
	case c.habit:
		return finding.Low, finding.Unsure
	case c.many && c.weak, len(c.services) > 1:
		return finding.Critical, finding.Certain
	case c.many || c.weak || len(c.services) == 1:
		return finding.High, finding.Likely
	}
	return finding.Low, finding.Unsure
}

func (c *roast) finding() finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, c.address), Detector: id, Question: finding.In,
		Title: "AS-REP roasting: password material handed out without proof of identity", Why: c.why(),
		Techniques: []string{"T1558.004"}, Mitigations: finding.MitigationsFor([]string{"T1558"}),
		First: c.replies[0].Time, Last: c.replies[len(c.replies)-1].Time, Count: len(c.replies),
	}
	if len(c.services) > 0 {
		f.Title = "Kerberoasting without a password, through an account that needs no pre-authentication"
		f.Techniques = []string{"T1558.003", "T1558.004"}
	}
	f.Severity, f.Confidence = c.grade()
	if c.address != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: c.address})
	}
	for _, name := range c.accounts[:min(len(c.accounts), 20)] {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: name})
	}
	for i, s := range c.replies {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.Host})
		if i < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("TargetUserName", s.Fact.Account, "ServiceName", s.Fact.Service, "IpAddress", c.address, "PreAuthType", "0",
				"TicketEncryptionType", fmt.Sprintf("0x%x", s.Fact.Encryption), "TicketOptions", fmt.Sprintf("0x%x", s.Fact.Options))
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	return f
}

func (c *roast) why() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s was given %s for %s (%s) %s without pre-authentication: it did not have to know the password.", prose.Address(c.address),
		prose.Count(len(c.replies), "Kerberos ticket"), prose.Count(len(c.accounts), "account"), prose.List(c.accounts), prose.Span(c.replies[0].Time, c.replies[len(c.replies)-1].Time))
	if c.weak {
		b.WriteString(" The reply is encrypted with RC4 or DES, as roasting tools ask for, and lets the password be guessed offline.")
	}
	if len(c.services) > 0 {
		fmt.Fprintf(&b, " The tickets were for %s directly, which ordinary clients never ask at this step.", prose.List(c.services))
	}
	b.WriteString(" Require pre-authentication for these accounts and change their passwords.")
	if c.habit {
		b.WriteString(" The request recurs in many different hours, as an old device's or Unix service's would.")
	} else {
		b.WriteString(" Innocent would be an old device or Unix service that cannot pre-authenticate, always the same one.")
	}
	return b.String()
}

// exposureFinding reports that an account's pre-authentication was switched
// off; roasted tells when accounts were roasted.
func exposureFinding(name string, exposures []sighting.Sighting[exposure], roasted map[string]int64) finding.Finding {
	first, last := exposures[0].Time, exposures[len(exposures)-1].Time
	by := sighting.Distinct(exposures, func(s *sighting.Sighting[exposure]) string { return s.Fact.By })
	f := finding.Finding{
		ID: finding.StableID(id, "exposed", name), Detector: id, Question: finding.In,
		Title:    "Pre-authentication switched off for an account",
		Severity: finding.Medium, Confidence: finding.Unsure,
		Techniques: []string{"T1098", "T1558.004"}, Mitigations: finding.MitigationsFor([]string{"T1098"}),
		First: first, Last: last, Count: len(exposures),
		Entities: []finding.Entity{{Type: finding.User, Value: name}},
	}
	who := prose.List(by)
	if who == "" {
		who = "Somebody"
	}
	f.Why = fmt.Sprintf("%s set the account %s so that Kerberos hands out material encrypted with its password to anybody who asks (%s). Intruders with write access to an account do this to learn its password without changing it. "+
		"Innocent would be the set-up of a device that cannot pre-authenticate; then switch it back on or give the account a long random password.", who, name, prose.Span(first, last))
	if at, ok := roasted[name]; ok && at >= first {
		f.Severity, f.Confidence = finding.High, finding.Likely
		f.Title = "Pre-authentication switched off for an account, which was then roasted"
		f.Last = max(f.Last, at)
		f.Why += fmt.Sprintf(" At %s such material was handed out.", prose.Stamp(at))
	}
	for _, s := range exposures {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.Host})
		if s.Fact.By != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: s.Fact.By})
		}
		if len(f.Citations) < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("TargetUserName", name, "SubjectUserName", s.Fact.By, "UserAccountControl", noPreAuth)
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	return f
}
