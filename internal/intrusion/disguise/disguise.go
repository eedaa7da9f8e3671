// Package disguise answers: did somebody list, disguise or take over accounts
// in ways that administrators do not?
package disguise

import (
	"strconv"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const id = "disguise"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Accounts disguised, listed or given passwords by others",
		Techniques: []string{"T1068", "T1087", "T1098"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4723, 4741, 4742, 4781}, Enable: "Audit User Account Management and Computer Account Management (success and failure) on every domain controller"},
			{Channel: "Security", EventIDs: []int{4661, 4798, 4799}, Enable: "Audit SAM, User Account Management and Security Group Management (success) on every host"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.AccountChange, activity.Authenticated),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// alias is a computer account by the name it was given.
type alias struct{ Name string }

// rename is how it got it.
type rename struct {
	Old, By string
	EventID int
}

// reader is who lists accounts, on which host.
type reader struct {
	Host, Account string
	Logon         uint64
}

// object is an account or group that was looked at.
type object struct {
	Name    string
	EventID int
}

// owner is an account whose password somebody else changed.
type owner struct{ Name string }

type change struct{ By string }

type nothing struct{ Seen bool }

type notes struct {
	renames *sighting.Book[alias, rename]
	tickets *sighting.Book[alias, nothing] // for names, as far as they could be disguises
	reads   *sighting.Book[reader, object]
	changes *sighting.Book[owner, change]
}

const (
	minute = int64(time.Minute)
	hour   = 60 * minute
)

func newNotes() *notes {
	return &notes{
		renames: sighting.New[alias, rename](sighting.Limits{Total: 1 << 12, PerGroup: 1 << 4}),
		tickets: sighting.New[alias, nothing](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 3, Grain: 24 * hour}),
		reads:   sighting.New[reader, object](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 8, Grain: minute}),
		changes: sighting.New[owner, change](sighting.Limits{Total: 1 << 12, PerGroup: 1 << 4}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.renames, n.tickets, n.reads, n.changes}
}

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch {
	case a.Class == activity.AccountChange:
		n.observeChange(a)
	case a.Class == activity.Authenticated && a.Authentication.Kind == activity.TicketGranting && a.Authentication.Success && !principal.Machine(a.Authentication.User):
		n.tickets.Add(alias{principal.Account(a.Authentication.User)}, nothing{true}, a)
	}
}

func (n *notes) observeChange(a *activity.Activity) {
	c := a.Account
	by := principal.Account(a.Actor.User)
	switch {
	case c.Operation == "rename":
		if principal.Machine(c.Name) && c.Member != "" && !principal.Machine(c.Member) {
			n.renames.Add(alias{principal.Account(c.Member)}, rename{Old: principal.Account(c.Name), By: by, EventID: a.EventID}, a)
		}
	case c.Computer && c.Name != "" && !principal.Machine(c.Name) && c.Operation != "delete":
		n.renames.Add(alias{principal.Account(c.Name)}, rename{By: by, EventID: a.EventID}, a)
	case c.Operation == "enumerate":
		if c.Name != "" && !principal.Machine(a.Actor.User) && !principal.Nobody(a.Actor.User) {
			n.reads.Add(reader{a.Host, by, a.Actor.Logon}, object{Name: strings.ToLower(c.Name), EventID: a.EventID}, a)
		}
	case c.Operation == "password-change":
		if by != "" && !principal.Machine(by) && !principal.Nobody(by) && by != principal.Account(c.Name) {
			n.changes.Add(owner{principal.Account(c.Name)}, change{By: by}, a)
		}
	}
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.renames.Groups() {
		findings = append(findings, disguiseFinding(g.Key.Name, g.Sightings, n.tickets.Under(g.Key)))
	}
	for _, g := range n.reads.Groups() {
		if f, ok := listingFinding(g.Key, g.Sightings); ok {
			findings = append(findings, f)
		}
	}
	for _, g := range n.changes.Groups() {
		findings = append(findings, changeFinding(g.Key.Name, g.Sightings))
	}
	return findings
}

func number(n int) string { return strconv.Itoa(n) }
