package dcsync

import (
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const maxCitations = 8

// theft is a case of secrets copied by replication.
type theft struct {
	account   string
	acts      []sighting.Sighting[act]
	addresses []string
	all       bool // passwords could be read
	filtered  bool // and those that read-only domain controllers are not given
	machine   bool
	sync      bool // looks like a directory synchronisation's account
	habit     bool
}

// judgeCopy makes a case of replication rights used by one account; nil if it
// is a domain controller, as far as known.
func (n *notes) judgeCopy(account string, acts []sighting.Sighting[act], known map[string]bool) *theft {
	copies := sighting.Filter(acts, func(s *sighting.Sighting[act]) bool { return s.Fact.Kind == copied })
	if len(copies) == 0 {
		return nil
	}
	c := &theft{account: account, acts: copies, machine: principal.Machine(account)}
	c.habit = sighting.Periods(copies, day) >= habitualDays
	c.sync = strings.HasPrefix(account, "msol_") || strings.HasPrefix(account, "aad_") || strings.HasPrefix(account, "adtoaadsync")
	// Computers without a log of their own are taken for domain controllers
	// if they replicate daily.
	if c.machine && (known[principal.Computer(account)] || c.habit || selfLogged(account, copies)) {
		return nil
	}
	for i := range copies {
		c.all = c.all || copies[i].Fact.Right == getAll
		c.filtered = c.filtered || copies[i].Fact.Right == getFiltered
		for _, s := range n.sessions.Under(session{copies[i].Host, copies[i].Fact.Logon}) {
			c.addresses = append(c.addresses, s.Fact.Address)
		}
	}
	slices.Sort(c.addresses)
	c.addresses = slices.Compact(c.addresses)
	return c
}

// selfLogged reports whether a computer replicates from itself.
func selfLogged(account string, copies []sighting.Sighting[act]) bool {
	for i := range copies {
		if principal.Computer(copies[i].Host) != principal.Computer(account) {
			return false
		}
	}
	return true
}

func (c *theft) grade() (finding.Severity, finding.Confidence) {
	switch {
	case c.sync && len(c.addresses) < 2:
		return finding.Low, finding.Unsure
	case c.machine && c.filtered && c.all:
		return finding.Low, finding.Unsure // domain controllers use all three rights, tools two
	case c.machine:
		return finding.Medium, finding.Unsure
	case c.all && c.habit:
		return finding.High, finding.Likely
	case c.all:
		return finding.Critical, finding.Certain
	case c.habit:
		return finding.Low, finding.Unsure
	}
	return finding.High, finding.Likely
}

func (c *theft) finding() finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "copy", c.account), Detector: id, Question: finding.In,
		Title: "Domain secrets copied by replication (DCSync)", Why: c.why(),
		Techniques: []string{"T1003.006"}, Mitigations: finding.MitigationsFor([]string{"T1003"}),
		First: c.acts[0].Time, Last: c.acts[len(c.acts)-1].Time, Count: len(c.acts),
		Entities:  []finding.Entity{{Type: finding.User, Value: c.account}},
		Citations: citeActs(c.account, c.acts),
	}
	if c.machine {
		f.Title = "A computer not known as a domain controller replicates the domain"
	}
	if !c.all && !c.machine {
		f.Title = "Replication right used by a user account"
	}
	f.Severity, f.Confidence = c.grade()
	for _, address := range c.addresses {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: address})
	}
	f.Entities = append(f.Entities, hosts(c.acts)...)
	return f
}

func (c *theft) why() string {
	var b strings.Builder
	from := ""
	if len(c.addresses) > 0 {
		from = " from " + prose.List(c.addresses)
	}
	fmt.Fprintf(&b, "%s%s used the right %s on %s %s, %s.", c.account, from, prose.List(rightNames(c.acts)), prose.List(hostNames(c.acts)),
		prose.Span(c.acts[0].Time, c.acts[len(c.acts)-1].Time), prose.Count(len(c.acts), "event"))
	switch {
	case c.machine:
		b.WriteString(" Domain controllers do this all day, but nothing in the evidence shows that this computer is one: its own log is not here, and it issued no tickets. If it is not a domain controller, its account is being used to copy every password of the domain; check it against the list of domain controllers.")
	case c.all:
		b.WriteString(" Only domain controllers have reason to: whoever can do this can read the password hash of every account, including the key that signs all tickets (krbtgt). If it is not explained, treat every password of the domain as stolen, and change krbtgt's twice.")
	default:
		b.WriteString(" It reads changes of the directory; without the further right to read all changes it yields no passwords, but it is a first step to that.")
	}
	if c.sync {
		b.WriteString(" The name is that of a directory synchronisation to a cloud service, whose work this is; make sure that it came from the synchronisation server.")
	} else if !c.machine {
		b.WriteString(" Innocent would be a directory synchronisation or backup product that runs under this account.")
	}
	return b.String()
}

func rightNames(acts []sighting.Sighting[act]) []string {
	named := sighting.Filter(acts, func(s *sighting.Sighting[act]) bool { return s.Fact.Right != "" })
	return sighting.Distinct(named, func(s *sighting.Sighting[act]) string { return rights[s.Fact.Right].name })
}

func hostNames(acts []sighting.Sighting[act]) []string {
	return sighting.Distinct(acts, func(s *sighting.Sighting[act]) string { return prose.Host(s.Host) })
}

func hosts(acts []sighting.Sighting[act]) (list []finding.Entity) {
	for i := range acts {
		if acts[i].Host != "" {
			list = append(list, finding.Entity{Type: finding.Host, Value: acts[i].Host})
		}
	}
	return list
}

func citeActs(account string, acts []sighting.Sighting[act]) []finding.Citation {
	var citations []finding.Citation
	for _, s := range acts[:min(len(acts), maxCitations)] {
		logon := ""
		if s.Fact.Logon != 0 {
			logon = fmt.Sprintf("0x%x", s.Fact.Logon)
		}
		s.Citation.Excerpt = prose.Excerpt("SubjectUserName", account, "Right", rights[s.Fact.Right].name, "Properties", s.Fact.Right, "Object", s.Fact.Object, "SubjectLogonId", logon)
		citations = append(citations, s.Citation)
	}
	return citations
}
