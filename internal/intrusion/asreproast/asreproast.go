// Package asreproast answers: did somebody collect password material of
// accounts that Kerberos hands it out for without proof of identity?
package asreproast

import (
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const id = "asreproast"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "AS-REP roasting",
		Techniques: []string{"T1098", "T1558.003", "T1558.004"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4768}, Enable: "Audit Kerberos Authentication Service (success) on every domain controller"},
			{Channel: "Security", EventIDs: []int{4738}, Enable: "Audit User Account Management (success) on every domain controller"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Authenticated, activity.AccountChange),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// origin is the address that asked.
type origin struct{ Address string }

// reply is a ticket given without pre-authentication.
type reply struct {
	Account    string // as logged
	Service    string
	Encryption uint32
	Options    uint32
}

// weak reports whether the reply is cracked fastest: DES or RC4.
func (r *reply) weak() bool {
	switch r.Encryption {
	case 0x1, 0x3, 0x17, 0x18:
		return true
	}
	return false
}

// grants reports whether the reply holds a ticket for a service instead of
// one to ask for tickets with: Kerberoasting without a password.
func (r *reply) grants() bool {
	return r.Service != "" && !strings.HasPrefix(strings.ToLower(r.Service), "krbtgt") && !strings.HasPrefix(strings.ToLower(r.Service), "kadmin")
}

// account is one whose pre-authentication was switched off.
type account struct{ Name string }

// exposure is who switched it off.
type exposure struct{ By string }

type notes struct {
	replies   *sighting.Book[origin, reply]
	exposures *sighting.Book[account, exposure]
}

func newNotes() *notes {
	return &notes{
		replies:   sighting.New[origin, reply](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 10}),
		exposures: sighting.New[account, exposure](sighting.Limits{Total: 1 << 13, PerGroup: 1 << 5}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.replies, n.exposures} }

// noPreAuth is how events 4738 and 4720 name the flag DONT_REQ_PREAUTH when it
// is set.
const noPreAuth = "%%2096"

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	switch {
	case a.Class == activity.Authenticated && a.Authentication.Kind == activity.TicketGranting:
		auth := a.Authentication
		if auth.Success && auth.PreAuthType == 0 && auth.User != "" && !principal.Machine(auth.User) {
			n.replies.Add(origin{auth.Address}, reply{Account: auth.User, Service: auth.Service, Encryption: auth.Encryption, Options: auth.Options}, a)
		}
	case a.Class == activity.AccountChange:
		if slices.Contains(a.Account.Changes, noPreAuth) {
			n.exposures.Add(account{principal.Account(a.Account.Name)}, exposure{By: principal.Account(a.Actor.User)}, a)
		}
	}
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	roasted := map[string]int64{} // when each account was first roasted
	for _, g := range n.replies.Groups() {
		if c := judge(g.Key.Address, g.Sightings); c != nil {
			findings = append(findings, c.finding())
		}
		for i := range g.Sightings {
			name := principal.Account(g.Sightings[i].Fact.Account)
			if at, ok := roasted[name]; !ok || g.Sightings[i].Time < at {
				roasted[name] = g.Sightings[i].Time
			}
		}
	}
	for _, g := range n.exposures.Groups() {
		findings = append(findings, exposureFinding(g.Key.Name, g.Sightings, roasted))
	}
	return findings
}
