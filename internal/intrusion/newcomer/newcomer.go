// Package newcomer answers: does an account come from where it never came from,
// or to where it never was?
//
// People and services keep to their ways for weeks. Whoever has stolen their
// password or session comes by another one.
package newcomer

import (
	"time"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
	"seawall/record"
)

const id = "newcomer"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Accounts that leave their ways",
		Techniques: []string{"T1021.001", "T1078", "T1213.006"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4624}, Enable: "Audit Logon (success) on hosts whose desktops are used from afar"},
			{Channel: "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", EventIDs: []int{21, 25}, Enable: "logged by default; collect the channel"},
			{Channel: "microsoft sql server", Enable: "have SQL Server log both failed and successful logins, and collect ERRORLOG"},
			{Channel: "Application", EventIDs: []int{18453, 18454}, Enable: "have SQL Server log both failed and successful logins"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Authenticated),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// way is how an account comes to a host: from an address.
type way struct{ Account, Address string }

// place is a host that is come to.
type place struct{ Host string }

// login is somebody coming to a database.
type login struct{ Account, Address string }

type nothing struct{ Seen bool }

type notes struct {
	desktops  *sighting.Book[way, place]      // by hours
	databases *sighting.Book[place, login]    // by days
	bursts    *sighting.Book[access, nothing] // every login, of those with few
}

// access is an account that comes to a database from an address.
type access struct{ Host, Account, Address string }

const (
	hour = int64(time.Hour)
	day  = 24 * hour
)

func newNotes() *notes {
	return &notes{
		desktops:  sighting.New[way, place](sighting.Limits{Total: 1 << 15, PerGroup: 1 << 8, Grain: hour}),
		databases: sighting.New[place, login](sighting.Limits{Total: 1 << 13, PerGroup: 1 << 11, Grain: day}),
		bursts:    sighting.New[access, nothing](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 6}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.desktops, n.databases, n.bursts}
}

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	if a.Class != activity.Authenticated || a.Recovered != record.Live || a.Time == 0 {
		return
	}
	auth := a.Authentication
	if !auth.Success || auth.Address == "" || principal.Nobody(auth.User) || principal.Machine(auth.User) {
		return
	}
	account := principal.Account(auth.User)
	switch {
	case auth.Kind == activity.Database:
		n.databases.Add(place{a.Host}, login{account, auth.Address}, a)
		n.bursts.Add(access{a.Host, account, auth.Address}, nothing{true}, a)
	case auth.Kind == activity.Logon && auth.Type == 10, a.EventID == 21, a.EventID == 25:
		if principal.ReachOf(auth.Address) == principal.Inside {
			n.desktops.Add(way{account, auth.Address}, place{a.Host}, a)
		}
	}
}
