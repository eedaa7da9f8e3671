// Package directorywalk answers: did somebody go through the whole directory?
package directorywalk

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
	"seawall/record"
)

const id = "directorywalk"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "The directory gone through",
		Techniques: []string{"T1018", "T1069.002", "T1087.002", "T1482", "T1558.003", "T1615"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4662}, Enable: "Audit Directory Service Access (success) on every domain controller"},
			{Channel: "zeek ldap_search", Enable: "have Zeek watch the domain controllers, with its LDAP analyser on"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.DirectoryUse, activity.ProtocolUse),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// reader is who reads the directory: an account, or an address of which only
// the network tells.
type reader struct{ Account, Address string }

// object is what was read, or asked for.
type object struct {
	Name string // an object, or a filter
	Sign int    // index into signs of filters, -1 of objects
}

type notes struct {
	objects *sighting.Book[reader, object] // by 4662
	asked   *sighting.Book[reader, object] // by filters that tell
}

const (
	minute = int64(time.Minute)
	day    = 24 * 60 * minute
	// within walk, least different objects are more than a program looks up.
	walk  = 15 * minute
	least = 20
	// kinds of telling filters within asking are a survey.
	asking = 60 * minute
	kinds  = 2
	// habitual is on how many days it may recur before it is somebody's job.
	habitual     = 3
	maxCitations = 8
	maxFilter    = 200
)

func newNotes() *notes {
	return &notes{
		objects: sighting.New[reader, object](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 8, Grain: minute}),
		asked:   sighting.New[reader, object](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 8, Grain: minute}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.objects, n.asked} }

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch a.Class {
	case activity.DirectoryUse:
		if d := a.Directory; d.Operation == "access" && a.Recovered == record.Live && !principal.Machine(a.Actor.User) && !principal.Nobody(a.Actor.User) {
			n.objects.Add(reader{Account: principal.Account(a.Actor.User)}, object{strings.ToLower(d.Object), -1}, a)
		}
	case activity.ProtocolUse:
		p := a.Protocol
		if p.Kind != "ldap" || string(p.Operation) != "search" {
			return
		}
		if sign := signOf(p.Detail); sign >= 0 {
			n.asked.Add(reader{Address: p.Source.Unmap().String()}, object{finding.Shorten(string(p.Detail), maxFilter), sign}, a)
		}
	}
}

// signs are filters that ask for everything of a kind.
var signs = []struct {
	words     []string // all of them, in lower case
	technique string
	what      string
}{
	{[]string{"serviceprincipalname=*"}, "T1558.003", "accounts with service names"},
	{[]string{"objectcategory=grouppolicycontainer"}, "T1615", "policies"},
	{[]string{"objectclass=grouppolicycontainer"}, "T1615", "policies"},
	{[]string{"objectclass=trusteddomain"}, "T1482", "trusts"},
	{[]string{"objectcategory=trusteddomain"}, "T1482", "trusts"},
	{[]string{"useraccountcontrol:1.2.840.113556.1.4.803:=4194304"}, "T1087.002", "accounts without pre-authentication"},
	{[]string{"useraccountcontrol:1.2.840.113556.1.4.803:=8192"}, "T1018", "domain controllers"},
	{[]string{"admincount=1"}, "T1069.002", "privileged accounts"},
	{[]string{"samaccounttype=805306369"}, "T1018", "computers"},
	{[]string{"(objectclass=computer)"}, "T1018", "computers"},
	{[]string{"(objectcategory=computer)"}, "T1018", "computers"},
	{[]string{"samaccounttype=805306368"}, "T1087.002", "people"},
	{[]string{"(objectcategory=person)"}, "T1087.002", "people"},
	{[]string{"(objectclass=group)"}, "T1069.002", "groups"},
	{[]string{"(objectcategory=group)"}, "T1069.002", "groups"},
	{[]string{"ms-mcs-admpwd=*"}, "T1087.002", "local administrators' passwords"},
}

// signOf is the sign that a filter shows; -1 if it names what it is after, as
// filters of programs do.
func signOf(filter []byte) int {
	lower := bytes.ToLower(filter)
	if named(lower) {
		return -1
	}
	for i, s := range signs {
		if !slices.ContainsFunc(s.words, func(w string) bool { return !bytes.Contains(lower, []byte(w)) }) {
			return i
		}
	}
	return -1
}

// named: the filter asks for one object by its name.
func named(filter []byte) bool {
	for _, attribute := range [...]string{"samaccountname=", "(cn=", "(name=", "dnshostname=", "userprincipalname=", "objectguid=", "objectsid=", "(mail=", "distinguishedname="} {
		i := bytes.Index(filter, []byte(attribute))
		if i >= 0 && !bytes.HasPrefix(filter[i+len(attribute):], []byte("*)")) {
			return true
		}
	}
	return false
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() (findings []finding.Finding) {
	for _, g := range n.objects.Groups() {
		episodes := sighting.Episodes(g.Sightings, walk, least, func(s *sighting.Sighting[object]) string { return s.Fact.Name })
		for _, e := range rare(g.Sightings, episodes) {
			findings = append(findings, objectFinding(g.Key, g.Sightings[e.Start:e.End], e.Peak))
		}
	}
	for _, g := range n.asked.Groups() {
		episodes := sighting.Episodes(g.Sightings, asking, kinds, func(s *sighting.Sighting[object]) string { return signs[s.Fact.Sign].what })
		for _, e := range rare(g.Sightings, episodes) {
			findings = append(findings, filterFinding(g.Key, g.Sightings[e.Start:e.End]))
		}
	}
	return findings
}

// rare returns the episodes, none if they recur on several days: then it is
// what a program of the site does.
func rare(list []sighting.Sighting[object], episodes []sighting.Episode) []sighting.Episode {
	days := map[int64]bool{}
	for _, e := range episodes {
		days[list[e.Start].Time/day] = true
	}
	if len(days) >= habitual {
		return nil
	}
	return episodes
}

func base(kind string, who reader, list []sighting.Sighting[object]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, kind, who.Account, who.Address, fmt.Sprint(list[0].Time)), Detector: id, Question: finding.In, Severity: finding.Medium, Confidence: finding.Likely,
		First: list[0].Time, Last: list[len(list)-1].Time, Count: len(list),
	}
	if who.Account != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.User, Value: who.Account})
	}
	if who.Address != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: who.Address})
	}
	for _, s := range list {
		if s.Host != "" {
			f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.Host})
		}
		if len(f.Citations) < maxCitations {
			s.Citation.Excerpt = prose.Excerpt("account", who.Account, "address", who.Address, "object", s.Fact.Name)
			f.Citations = append(f.Citations, s.Citation)
		}
	}
	return f
}

func objectFinding(who reader, list []sighting.Sighting[object], peak int) finding.Finding {
	f := base("objects", who, list)
	f.Title, f.Techniques = "Many objects of the directory read one after the other", []string{"T1018", "T1087.002"}
	f.Why = fmt.Sprintf("%s read %s of the directory within a quarter of an hour, %s. Programs look up what they need; whoever reads object after object makes a map of accounts, computers and rights. Innocent would be an administrator's report, or a product that audits the directory and was started by hand.",
		who.Account, prose.Count(peak, "object"), prose.Span(f.First, f.Last))
	return finish(f)
}

func filterFinding(who reader, list []sighting.Sighting[object]) finding.Finding {
	f := base("filters", who, list)
	f.Title = "Directory searched for everything of several kinds"
	for _, s := range list {
		f.Techniques = append(f.Techniques, signs[s.Fact.Sign].technique)
	}
	what := sighting.Distinct(list, func(s *sighting.Sighting[object]) string { return signs[s.Fact.Sign].what })
	f.Why = fmt.Sprintf("%s asked the directory for all %s, %s. Programs ask for what they need by name; tools that map a domain ask for everything. Innocent would be inventory or synchronisation, which recurs.",
		who.Address, prose.List(what), prose.Span(f.First, f.Last))
	return finish(f)
}

func finish(f finding.Finding) finding.Finding {
	f.Mitigations = append(finding.MitigationsFor(f.Techniques), "logging")
	f.Normalize()
	return f
}
