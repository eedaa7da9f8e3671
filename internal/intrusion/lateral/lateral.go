// Package lateral answers: did somebody move from one computer to another, or
// try to?
//
// What a mover does leaves traces on both ends: on the target the network
// logon, the shares and pipes it opens, and the service, task or process that
// results; at the source the command. This package joins them, by logon id
// where the log gives one, else by time.
package lateral

import (
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const id = "lateral"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Lateral movement",
		Techniques: []string{
			"T1003.002", "T1018", "T1021", "T1021.001", "T1021.002", "T1021.003", "T1021.006", "T1047", "T1053.005", "T1078", "T1087.002", "T1135", "T1550.002", "T1555", "T1563.002", "T1569.002", "T1570",
		},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{5145}, Enable: "Audit Detailed File Share (success and failure) on servers"},
			{Channel: "Security", EventIDs: []int{5140}, Enable: "Audit File Share (success and failure) on servers"},
			{Channel: "Security", EventIDs: []int{4624}, Enable: "Audit Logon (success) on every host"},
			{Channel: "Security", EventIDs: []int{4697, 4698}, Enable: "Audit Security System Extension and Other Object Access Events (success) on every host"},
			{Channel: "Security", EventIDs: []int{4778, 4779}, Enable: "Audit Other Logon/Logoff Events (success) on every host"},
			{Channel: "System", EventIDs: []int{7045}, Enable: "always logged"},
			{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
			{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1, 17, 18}, Enable: "install Sysmon with process creation and pipe events on"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Authenticated, activity.ShareAccess, activity.Connection, activity.ServiceChange, activity.TaskChange, activity.FileChange, activity.ProcessStart),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// target is a host moved to.
type target struct{ Host string }

// path is a way from an address to a host.
type path struct{ Host, Address string }

// origin is where a mover comes from: an address.
type origin struct{ Address string }

// visit is one use of a host by an origin.
type visit struct {
	Host, Account string
	Kind          kind
}

// denial is an attempt that was refused.
type denial struct{ Target, What string }

type notes struct {
	anchors *sighting.Book[target, step] // what happened on a host
	remote  *sighting.Book[path, step]   // what came to it over the network
	visits  *sighting.Book[origin, visit]
	denied  *sighting.Book[origin, denial]
	sources *sighting.Book[target, step] // commands sent from a host
	screens *sighting.Book[path, screen] // remote desktop sessions taken up and left
}

const (
	second = int64(time.Second)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

func newNotes() *notes {
	return &notes{
		anchors: sighting.New[target, step](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 9}),
		remote:  sighting.New[path, step](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 9, Grain: 10 * second}),
		visits:  sighting.New[origin, visit](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 10, Grain: 10 * minute}),
		denied:  sighting.New[origin, denial](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 8, Grain: hour}),
		sources: sighting.New[target, step](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 8}),
		screens: sighting.New[path, screen](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 8}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.anchors, n.remote, n.visits, n.denied, n.sources, n.screens}
}

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch a.Class {
	case activity.Authenticated:
		n.observeLogon(a)
	case activity.ShareAccess:
		n.observeShare(a)
	case activity.Connection:
		n.observeConnection(a)
	case activity.ServiceChange, activity.TaskChange, activity.FileChange:
		if s, ok := anchorOf(a); ok {
			n.anchors.Add(target{a.Host}, s, a)
		}
	case activity.ProcessStart:
		if s, ok := anchorOf(a); ok {
			n.anchors.Add(target{a.Host}, s, a)
		}
		if s, ok := commandOf(a); ok {
			n.sources.Add(target{a.Host}, s, a)
		}
	}
}

func (n *notes) observeLogon(a *activity.Activity) {
	auth := a.Authentication
	if !auth.Success || principal.Nobody(auth.User) || principal.Machine(auth.User) {
		return
	}
	if auth.Kind == activity.Logon && auth.Type == 9 && seclogo(auth.Process) {
		n.anchors.Add(target{a.Host}, step{Kind: borrowedSession, Account: principal.Account(auth.User), Logon: auth.Logon, EventID: a.EventID}, a)
		return
	}
	reach := principal.ReachOf(auth.Address)
	if reach != principal.Inside && reach != principal.Public {
		return
	}
	account := principal.Account(auth.User)
	switch {
	case auth.Kind == activity.Logon && auth.Type == 3:
		n.remote.Add(path{a.Host, auth.Address}, step{Kind: networkLogon, Account: account, Logon: auth.Logon, EventID: a.EventID}, a)
		n.visits.Add(origin{auth.Address}, visit{a.Host, account, networkLogon}, a)
	case auth.Kind == activity.Logon && auth.Type == 10, auth.Kind == activity.RemoteDesktop && (a.EventID == 1149 || a.EventID == 21 || a.EventID == 25):
		n.visits.Add(origin{auth.Address}, visit{a.Host, account, remoteDesktop}, a)
	case auth.Kind == activity.RemoteDesktop && (a.EventID == 4778 || a.EventID == 4779):
		n.screens.Add(path{a.Host, auth.Address}, screen{Account: account, Taken: a.EventID == 4778}, a)
	}
}

func (n *notes) observeShare(a *activity.Activity) {
	s, ok := shareStep(a)
	if !ok {
		return
	}
	if a.Share.Refused {
		n.denied.Add(origin{a.Share.Address}, denial{principal.Computer(a.Host), s.Kind.String()}, a)
		return
	}
	n.remote.Add(path{a.Host, a.Share.Address}, s, a)
	n.visits.Add(origin{a.Share.Address}, visit{a.Host, s.Account, s.Kind}, a)
}

// adminPorts are those that a mover needs.
var adminPorts = map[int]string{22: "SSH", 135: "RPC", 139: "SMB", 445: "SMB", 3389: "remote desktop", 5985: "WinRM", 5986: "WinRM"}

func (n *notes) observeConnection(a *activity.Activity) {
	c := a.Network
	if !c.Blocked || principal.ReachOf(c.Source) < principal.Inside {
		return
	}
	if service, ok := adminPorts[c.DestinationPort]; ok && principal.ReachOf(c.Destination) >= principal.Inside {
		n.denied.Add(origin{c.Source}, denial{c.Destination, service}, a)
	}
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	findings := n.movements()
	findings = append(findings, n.fans()...)
	findings = append(findings, n.denials()...)
	findings = append(findings, n.hijacks()...)
	return append(findings, n.borrowed()...)
}
