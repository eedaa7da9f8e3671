// Package workstation answers: does a machine or a place that is not the
// organisation's stand behind a logon?
//
// The name a client gives itself and the address a logon comes from are two
// witnesses. Through a tunnel the address is that of the tunnel's end, but the
// name is still that of the attacker's own machine.
package workstation

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

const id = "workstation"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Foreign machines and places behind logons",
		Techniques: []string{"T1021.001", "T1078", "T1090", "T1133", "T1557.001", "T1572"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4624, 4625}, Enable: "Audit Logon (success and failure) on every host"},
			{Channel: "Security", EventIDs: []int{4776}, Enable: "Audit Credential Validation (success and failure) on every domain controller"},
			{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
			{Channel: "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", EventIDs: []int{21, 25}, Enable: "logged by default; collect the channel"},
			{Channel: "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational", EventIDs: []int{1149}, Enable: "logged by default; collect the channel"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Authenticated, activity.AccountChange, activity.ProcessStart, activity.RegistryChange, activity.Connection),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// client is a machine by the name it gives itself, in lower case.
type client struct{ Name string }

// place is where a logon came from.
type place struct{ Address string }

// target is a host that was logged on to.
type target struct{ Host string }

// visit is a logon or an attempt.
type visit struct {
	Client, Address, Account string
	EventID, Type            int
	Success                  bool
}

// computer is a machine of the organisation, by its short name.
type computer struct{ Name string }

type nothing struct{ Seen bool }

type notes struct {
	clients *sighting.Book[client, visit]     // by name
	places  *sighting.Book[place, visit]      // by address: who was there on which day
	publics *sighting.Book[place, visit]      // successes from the internet
	loops   *sighting.Book[target, visit]     // remote desktop from nowhere
	known   *sighting.Book[computer, nothing] // the organisation's machines
	relays  *sighting.Book[target, visit]     // logons that were passed on

	sessions *sighting.Book[place, visit]    // remote desktop from inside
	owners   *sighting.Book[place, owner]    // whose address it is
	roles    *sighting.Book[computer, role]  // servers
	proxies  *sighting.Book[computer, proxy] // ports passed on
}

const (
	hour = int64(time.Hour)
	day  = 24 * hour
)

func newNotes() *notes {
	return &notes{
		clients: sighting.New[client, visit](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 8, Grain: sighting.Ever}),
		places:  sighting.New[place, visit](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 8, Grain: day}),
		publics: sighting.New[place, visit](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 8, Grain: hour}),
		loops:   sighting.New[target, visit](sighting.Limits{Total: 1 << 13, PerGroup: 1 << 8}),
		known:   sighting.New[computer, nothing](sighting.Limits{Total: 1 << 15, PerGroup: 1, Grain: sighting.Ever}),
		relays:  sighting.New[target, visit](sighting.Limits{Total: 1 << 13, PerGroup: 1 << 8}),

		sessions: sighting.New[place, visit](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 8, Grain: hour}),
		owners:   sighting.New[place, owner](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 4, Grain: sighting.Ever}),
		roles:    sighting.New[computer, role](sighting.Limits{Total: 1 << 12, PerGroup: 1 << 3, Grain: sighting.Ever}),
		proxies:  sighting.New[computer, proxy](sighting.Limits{Total: 1 << 12, PerGroup: 1 << 5}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.clients, n.places, n.publics, n.loops, n.known, n.relays, n.sessions, n.owners, n.roles, n.proxies}
}

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	n.observeServer(a)
	switch a.Class {
	case activity.AccountChange:
		if a.Account.Computer {
			n.know(a.Account.Name, a)
		}
		return
	case activity.Authenticated:
	default:
		return
	}
	auth := a.Authentication
	n.know(a.Host, a)
	if relayed(a.Host, auth) {
		n.relays.Add(target{a.Host}, visitOf(a, auth), a)
	}
	if principal.Machine(auth.User) {
		if auth.Success {
			n.know(auth.User, a)
		}
		return
	}
	if principal.Nobody(auth.User) && auth.Kind != activity.RemoteDesktop {
		return
	}
	n.observeVisit(a, auth)
}

func (n *notes) know(name string, a *activity.Activity) {
	n.known.Add(computer{principal.Computer(name)}, nothing{true}, a)
}

func (n *notes) observeVisit(a *activity.Activity, auth *activity.Authentication) {
	v := visitOf(a, auth)
	reach := principal.ReachOf(auth.Address)
	remoteDesktop := auth.Kind == activity.Logon && auth.Type == 10 || auth.Kind == activity.RemoteDesktop && a.EventID != 1024 && a.EventID != 1102
	if remoteDesktop && (reach == principal.Self || reach == principal.Link) {
		n.loops.Add(target{a.Host}, v, a)
	}
	if reach == principal.Inside && auth.Success && v.Account != "" && (auth.Type == 10 || a.EventID == 21 || a.EventID == 25) {
		n.sessions.Add(place{auth.Address}, v, a)
	}
	if auth.Kind != activity.Logon && auth.Kind != activity.NTLMValidation && auth.Kind != activity.RemoteDesktop {
		return
	}
	if reach == principal.Public && auth.Success && (remoteDesktop || auth.Type == 3) && v.Account != "" && a.EventID != 131 && a.EventID != 140 {
		n.publics.Add(place{auth.Address}, v, a)
	}
	if v.Client == "" || principal.Computer(v.Client) == principal.Computer(a.Host) {
		return
	}
	n.clients.Add(client{v.Client}, v, a)
	if reach == principal.Inside || reach == principal.Public {
		n.places.Add(place{auth.Address}, visit{Client: v.Client, Account: v.Account, Success: v.Success}, a)
	}
}

func visitOf(a *activity.Activity, auth *activity.Authentication) visit {
	return visit{
		Client: strings.ToLower(strings.TrimLeft(auth.Workstation, `\`)), Address: auth.Address, Account: principal.Account(auth.User),
		EventID: a.EventID, Type: auth.Type, Success: auth.Success,
	}
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	naming := n.naming()
	var findings []finding.Finding
	shared := n.tunnels(naming)
	for _, t := range shared {
		findings = append(findings, t.finding())
	}
	findings = append(findings, n.strangers(naming, shared)...)
	for _, g := range n.loops.Groups() {
		findings = append(findings, loopFindings(g.Key.Host, g.Sightings)...)
	}
	for _, g := range n.relays.Groups() {
		findings = append(findings, relayFinding(g.Key.Host, g.Sightings))
	}
	findings = append(findings, n.desktops()...)
	return append(findings, n.internet()...)
}
