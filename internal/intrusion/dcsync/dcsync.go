// Package dcsync answers: did somebody who is no domain controller copy the
// domain's secrets, or write to it, as domain controllers do among themselves?
package dcsync

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

const id = "dcsync"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Replication by others than domain controllers (DCSync, DCShadow)",
		Techniques: []string{"T1003.006", "T1207"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4662}, Enable: "Audit Directory Service Access (success) on every domain controller, and the audit entry (SACL) for control access on the domain root that new domains have"},
			{Channel: "Security", EventIDs: []int{4742}, Enable: "Audit Computer Account Management (success) on every domain controller"},
			{Channel: "Security", EventIDs: []int{5136, 5137, 5141}, Enable: "Audit Directory Service Changes (success) on every domain controller, and an audit entry (SACL) on the configuration partition"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.DirectoryUse, activity.AccountChange, activity.Authenticated),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// replicator is an account that used a replication right, or prepared to.
type replicator struct{ Account string }

// act is what it did.
type act struct {
	Right  string // control access right, a key of rights
	Logon  uint64
	Object string // of registrations: the computer or server object
	Kind   kind
}

type kind uint8

const (
	copied     kind = iota // a right to read secrets was used
	registered             // a computer was given a domain controller's service names, or a server object was made
	withdrawn              // a server object was removed
	pushed                 // a right to make others take changes was used
)

// rights are the control access rights of replication ([MS-ADTS] 5.1.3.2.1).
var rights = map[string]struct {
	name string
	kind kind
}{
	"1131f6aa-9c07-11d1-f79f-00c04fc2dcd2": {"DS-Replication-Get-Changes", copied},
	getAll:                                 {"DS-Replication-Get-Changes-All", copied},
	getFiltered:                            {"DS-Replication-Get-Changes-In-Filtered-Set", copied},
	"1131f6ac-9c07-11d1-f79f-00c04fc2dcd2": {"DS-Replication-Manage-Topology", pushed},
	"1131f6ab-9c07-11d1-f79f-00c04fc2dcd2": {"DS-Replication-Synchronize", pushed},
	"9923a32a-3607-11d2-b9be-0000f87a36b2": {"DS-Install-Replica", registered},
}

const (
	// getAll is the right without which no password leaves the directory.
	getAll = "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2"
	// getFiltered is that for secrets kept from read-only domain controllers.
	getFiltered = "89e95b76-444d-4c62-991a-0facbeda640c"
)

// replicationService names the directory replication service in service
// principal names ([MS-DRSR] 2.2.2).
const replicationService = "e3514235-4b06-11d1-ab04-00c04fc2dcd2"

// session is a logon session on a host.
type session struct {
	Host  string
	Logon uint64
}

// arrival is where a session came from.
type arrival struct{ Address string }

// controller is a host that acts as a domain controller, by its short name.
type controller struct{ Name string }

type nothing struct{ Seen bool }

type notes struct {
	acts        *sighting.Book[replicator, act]
	sessions    *sighting.Book[session, arrival]
	controllers *sighting.Book[controller, nothing]
}

func newNotes() *notes {
	return &notes{
		acts:        sighting.New[replicator, act](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 9}),
		sessions:    sighting.New[session, arrival](sighting.Limits{Total: 1 << 15, PerGroup: 4}),
		controllers: sighting.New[controller, nothing](sighting.Limits{Total: 1 << 12, PerGroup: 1, Grain: sighting.Ever}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.acts, n.sessions, n.controllers}
}

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch a.Class {
	case activity.DirectoryUse:
		n.observeDirectory(a)
	case activity.AccountChange:
		if a.Account.Computer && domainControllerName(a.Account.SPNs) {
			n.acts.Add(replicator{principal.Account(a.Actor.User)}, act{Kind: registered, Logon: a.Actor.Logon, Object: strings.ToLower(a.Account.Name)}, a)
		}
	case activity.Authenticated:
		n.observeLogon(a)
	}
}

func (n *notes) observeLogon(a *activity.Activity) {
	auth := a.Authentication
	switch auth.Kind {
	case activity.Logon:
		if auth.Success && auth.Type == 3 && auth.Address != "" {
			n.sessions.Add(session{a.Host, auth.Logon}, arrival{auth.Address}, a)
		}
	case activity.TicketGranting, activity.ServiceTicket, activity.TicketRenewal:
		// Only domain controllers issue tickets.
		n.controllers.Add(controller{principal.Computer(a.Host)}, nothing{true}, a)
	}
}

// controlAccess is the access mask of a use of a control access right
// ([MS-ADTS] 5.1.3.2).
const controlAccess = 0x100

func (n *notes) observeDirectory(a *activity.Activity) {
	d := a.Directory
	by := replicator{principal.Account(a.Actor.User)}
	switch d.Operation {
	case "access":
		if d.Mask != 0 && d.Mask&controlAccess == 0 || principal.Nobody(by.Account) {
			return
		}
		for _, p := range d.Properties {
			if right, ok := rights[p]; ok {
				n.acts.Add(by, act{Right: p, Kind: right.kind, Logon: a.Actor.Logon}, a)
			}
		}
	case "change":
		if d.Added && strings.EqualFold(d.Attribute, "servicePrincipalName") && domainControllerName(d.Value) {
			n.acts.Add(by, act{Kind: registered, Logon: a.Actor.Logon, Object: d.Object}, a)
		}
	case "create", "delete":
		if serverObject(d) {
			kind := registered
			if d.Operation == "delete" {
				kind = withdrawn
			}
			n.acts.Add(by, act{Kind: kind, Logon: a.Actor.Logon, Object: d.Object}, a)
		}
	}
}

// serverObject reports whether an object stands for a domain controller in the
// configuration partition.
func serverObject(d *activity.Directory) bool {
	switch strings.ToLower(d.ObjectType) {
	case "ntdsdsa":
		return true
	case "server":
		return strings.Contains(strings.ToLower(d.Object), ",cn=servers,")
	}
	return false
}

// domainControllerName reports whether service principal names are such as
// only domain controllers have.
func domainControllerName(names string) bool {
	for _, name := range strings.Fields(strings.ToLower(names)) {
		if strings.HasPrefix(name, "gc/") || strings.HasPrefix(name, replicationService) {
			return true
		}
	}
	return false
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	known := map[string]bool{}
	for _, g := range n.controllers.Groups() {
		known[g.Key.Name] = true
	}
	var findings []finding.Finding
	for _, g := range n.acts.Groups() {
		if c := n.judgeCopy(g.Key.Account, g.Sightings, known); c != nil {
			findings = append(findings, c.finding())
		}
		if c := judgeRogue(g.Key.Account, g.Sightings); c != nil {
			findings = append(findings, c.finding())
		}
	}
	return findings
}

const (
	// habitualDays on which an account replicates make it part of the
	// domain's routine: a domain controller whose own log is missing, or a
	// directory synchronisation.
	habitualDays = 3
	day          = int64(24 * time.Hour)
)
