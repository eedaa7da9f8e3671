package dcsync

import (
	"fmt"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// withdrawnWithin: a domain controller stays for years; a rogue one is removed
// as soon as its changes were taken.
const withdrawnWithin = int64(time.Hour)

// rogue is a case of a computer registered as a domain controller.
type rogue struct {
	account string
	acts    []sighting.Sighting[act]
	objects []string
	brief   bool // registered and withdrawn within withdrawnWithin
	pushed  bool // and others were made to take its changes
}

// judgeRogue makes a case of registrations by one account; nil if there are
// none.
func judgeRogue(account string, acts []sighting.Sighting[act]) *rogue {
	c := &rogue{account: account}
	var first int64
	for _, s := range acts {
		switch s.Fact.Kind {
		case registered:
			if len(c.acts) == 0 {
				first = s.Time
			}
		case withdrawn:
			c.brief = c.brief || len(c.acts) > 0 && s.Time-first <= withdrawnWithin
		case pushed:
			c.pushed = c.pushed || len(c.acts) > 0
		default:
			continue
		}
		if len(c.acts) > 0 || s.Fact.Kind == registered {
			c.acts = append(c.acts, s)
		}
	}
	named := sighting.Filter(c.acts, func(s *sighting.Sighting[act]) bool { return s.Fact.Object != "" })
	c.objects = sighting.Distinct(named, func(s *sighting.Sighting[act]) string { return s.Fact.Object })
	if len(c.acts) == 0 {
		return nil
	}
	return c
}

func (c *rogue) finding() finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "rogue", c.account), Detector: id, Question: finding.In,
		Title: "A computer was registered as a domain controller (DCShadow)", Why: c.why(),
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1207"}, Mitigations: []string{"least-privilege", "logging"},
		First: c.acts[0].Time, Last: c.acts[len(c.acts)-1].Time, Count: len(c.acts),
		Entities:  []finding.Entity{{Type: finding.User, Value: c.account}},
		Citations: citeActs(c.account, c.acts),
	}
	if c.brief || c.pushed {
		f.Severity, f.Confidence = finding.Critical, finding.Certain
	}
	f.Entities = append(f.Entities, hosts(c.acts)...)
	return f
}

func (c *rogue) why() string {
	var b strings.Builder
	object := "a computer"
	if len(c.objects) > 0 {
		object = prose.List(c.objects)
	}
	fmt.Fprintf(&b, "%s gave %s the names or objects of a domain controller, seen on %s %s (%s).", prose.Host(c.account), object, prose.List(hostNames(c.acts)),
		prose.Span(c.acts[0].Time, c.acts[len(c.acts)-1].Time), prose.Count(len(c.acts), "event"))
	if c.pushed {
		b.WriteString(" It then used rights that make other domain controllers take over changes.")
	}
	if c.brief {
		b.WriteString(" The registration was withdrawn within the hour, which no real domain controller's is.")
	}
	b.WriteString(" Whoever can pose as a domain controller can write anything into the directory (group memberships, password hashes, SID history) without the usual events. Compare the directory's replication metadata with what you know to have changed. Innocent would be the promotion of a new domain controller, or the rename of one.")
	return b.String()
}
