// Package kerberoast answers: did somebody collect service tickets to crack
// service accounts' passwords?
package kerberoast

import (
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const id = "kerberoast"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Kerberoasting",
		Techniques: []string{"T1018", "T1078.002", "T1087.002", "T1558.001", "T1558.003"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4769}, Enable: "Audit Kerberos Service Ticket Operations (success) on every domain controller"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Authenticated),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// requester is an account at an address: who asked for tickets.
type requester struct{ Account, Address string }

// ticket is a service ticket that was issued.
type ticket struct {
	Service    string // as logged
	Encryption uint32
	Options    uint32
}

// weak reports whether the ticket can be cracked fastest: DES or RC4 (RFC
// 4757, [MS-KILE] 2.2.7).
func (t *ticket) weak() bool {
	switch t.Encryption {
	case 0x1, 0x3, 0x17, 0x18:
		return true
	}
	return false
}

// service is an account that tickets are issued for, in lower case.
type service struct{ Name string }

// use is who uses a service, and how.
type use struct {
	Requester string
	Weak      bool
}

// account is one that logs on, in lower case.
type account struct{ Name string }

// place is where an account logged on from, and to.
type place struct{ Address string }

type notes struct {
	tickets  *sighting.Book[requester, ticket] // for services under user accounts
	machines *sighting.Book[requester, ticket] // for computers
	uses     *sighting.Book[service, use]
	logons   *sighting.Book[account, place]

	grants   *sighting.Book[account, grant]    // ticket-granting tickets
	requests *sighting.Book[account, request]  // that use one
	awake    *sighting.Book[controller, grant] // hours a log covers
}

const minute = int64(time.Minute)

// A client keeps a ticket for ten hours, so few tickets per requester tell a
// whole day; the limits serve a domain of tens of thousands of accounts.
func newNotes() *notes {
	return &notes{
		tickets:  sighting.New[requester, ticket](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 11}),
		machines: sighting.New[requester, ticket](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 9, Grain: minute}),
		uses:     sighting.New[service, use](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 6, Grain: sighting.Ever}),
		logons:   sighting.New[account, place](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 9, Grain: day}),

		grants:   sighting.New[account, grant](sighting.Limits{Total: 1 << 17, PerGroup: maxGrants, Grain: hour}),
		requests: sighting.New[account, request](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 10, Grain: hour}),
		awake:    sighting.New[controller, grant](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 12, Grain: hour}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.tickets, n.machines, n.uses, n.logons, n.grants, n.requests, n.awake}
}

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	auth := a.Authentication
	if a.Class != activity.Authenticated || !auth.Success {
		return
	}
	n.observeGrant(a, auth)
	switch auth.Kind {
	case activity.ServiceTicket:
		n.observeTicket(a, auth)
	case activity.Logon, activity.TicketGranting:
		if auth.Address != "" && !principal.Machine(auth.User) && !principal.Nobody(auth.User) && principal.ReachOf(auth.Address) != principal.Self {
			n.logons.Add(account{principal.Account(auth.User)}, place{auth.Address}, a)
		}
	}
}

func (n *notes) observeTicket(a *activity.Activity, auth *activity.Authentication) {
	if auth.Service == "" || ticketGranting(auth.Service) || auth.User == "" {
		return
	}
	by := requester{principal.Account(auth.User), auth.Address}
	t := ticket{Service: auth.Service, Encryption: auth.Encryption, Options: auth.Options}
	if strings.HasSuffix(auth.Service, "$") {
		if !principal.Machine(auth.User) {
			n.machines.Add(by, ticket{Service: strings.ToLower(auth.Service)}, a)
		}
		return
	}
	n.tickets.Add(by, t, a)
	n.uses.Add(service{strings.ToLower(auth.Service)}, use{by.Account, t.weak()}, a)
}

// ticketGranting reports whether a service is part of the domain's own
// machinery: every client asks for these.
func ticketGranting(name string) bool {
	const service = "krbtgt"
	if len(name) >= len(service) && strings.EqualFold(name[:len(service)], service) {
		return len(name) == len(service) || name[len(service)] == '/'
	}
	return strings.EqualFold(name, "kadmin") || strings.EqualFold(name, "kadmin/changepw")
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	uses := n.readUses()
	var findings []finding.Finding
	for _, group := range n.tickets.Groups() {
		c := judge(group.Key, group.Sightings, uses)
		if c == nil {
			continue
		}
		c.later = n.laterLogons(c)
		findings = append(findings, c.finding())
	}
	for _, group := range n.machines.Groups() {
		if f, ok := sweepFinding(group.Key, group.Sightings); ok {
			findings = append(findings, f)
		}
	}
	return append(findings, n.forged()...)
}
