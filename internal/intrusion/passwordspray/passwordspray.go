// Package passwordspray answers: did somebody guess passwords or account
// names, and did a guess succeed?
package passwordspray

import (
	"cmp"
	"slices"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/sighting"
)

const id = "passwordspray"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Password guessing, spraying and account enumeration",
		Techniques: []string{"T1078", "T1087.002", "T1110.001", "T1110.003"},
		Needs: []coverage.Need{
			{Channel: "Security", EventIDs: []int{4625}, Enable: "Audit Logon (failure) on every host"},
			{Channel: "Security", EventIDs: []int{4768, 4771}, Enable: "Audit Kerberos Authentication Service (success and failure) on every domain controller"},
			{Channel: "Security", EventIDs: []int{4776}, Enable: "Audit Credential Validation (success and failure) on every domain controller"},
			{Channel: "OpenSSH/Operational", EventIDs: []int{4}, Enable: "logged by OpenSSH for Windows; collect the channel"},
			{Channel: "Application", EventIDs: []int{18456}, Enable: "logged by SQL Server when failed logins are audited, its default"},
			{Channel: "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational", EventIDs: []int{131, 140}, Enable: "logged by default; collect the channel"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.Authenticated),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// source is where attempts came from: an address, else the name the client
// gave itself, else the host they were made on.
type source struct {
	Address, Workstation, Host string
}

// String names a source for people.
func (s source) String() string {
	switch {
	case s.Address != "":
		return s.Address
	case s.Workstation != "":
		return "a client calling itself " + s.Workstation
	}
	return s.Host + " itself"
}

// reason is why an attempt failed.
type reason uint8

const (
	wrongPassword reason = iota
	noSuchAccount
	barred   // locked out, disabled, expired, not allowed here
	unstated // refused without a reason, or a connection that names no account
)

// failure is one refused attempt.
type failure struct {
	Account string // lower case; "" if the log names none
	Reason  reason
	Kind    activity.AuthenticationKind
	EventID int
	Status  uint32
	// Address and Workstation are set where a log names both: they tell
	// which client stands behind a name.
	Address, Workstation string
}

// pair is an account seen from a source.
type pair struct {
	From    source
	Account string
}

// success is a logon that was let in.
type success struct {
	Kind activity.AuthenticationKind
	Type int
}

type notes struct {
	failures  *sighting.Book[source, failure]
	successes *sighting.Book[pair, success]
}

// hour thins successes: that an account got in, not how often, matters.
const hour = 60 * minute

func newNotes() *notes {
	return &notes{
		failures:  sighting.New[source, failure](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 12}),
		successes: sighting.New[pair, success](sighting.Limits{Total: 1 << 16, PerGroup: 1 << 5, Grain: hour}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.failures, n.successes} }

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	auth := a.Authentication
	if a.Class != activity.Authenticated || principal.Machine(auth.User) {
		return
	}
	from := sourceOf(a.Host, auth)
	name := principal.Account(auth.User)
	if auth.Success {
		if opensDoor(auth) && !principal.Nobody(auth.User) {
			n.successes.Add(pair{from, name}, success{auth.Kind, auth.Type}, a)
		}
		if !bareConnection(a) {
			return
		}
	}
	why, guess := reasonOf(auth)
	if !guess || name == "" && !bareConnection(a) {
		return
	}
	status := cmp.Or(auth.SubStatus, auth.Status)
	n.failures.Add(from, failure{
		Account: name, Reason: why, Kind: auth.Kind, EventID: a.EventID, Status: status,
		Address: auth.Address, Workstation: strings.ToLower(auth.Workstation),
	}, a)
}

func sourceOf(host string, auth *activity.Authentication) source {
	switch {
	case auth.Address != "" && principal.ReachOf(auth.Address) != principal.Self:
		return source{Address: auth.Address}
	case auth.Workstation != "" && principal.Computer(auth.Workstation) != principal.Computer(host):
		return source{Workstation: strings.ToLower(auth.Workstation)}
	}
	return source{Host: host}
}

// opensDoor reports whether a success proves a password: not the renewal or
// use of what was proved before.
func opensDoor(auth *activity.Authentication) bool {
	switch auth.Kind {
	case activity.TicketGranting:
		return auth.PreAuthType != 0 // without pre-authentication nothing is proved
	case activity.NTLMValidation, activity.SSH, activity.Database:
		return true
	case activity.Logon:
		return auth.Type != 5 && auth.Type != 7 && auth.Type != 0
	}
	return false
}

// bareConnection reports whether an event tells of an attempt without saying
// who made it: a connection to the remote desktop service.
func bareConnection(a *activity.Activity) bool {
	return a.Authentication.Kind == activity.RemoteDesktop && (a.EventID == 131 || a.EventID == 140) && a.Authentication.User == ""
}

// reasonOf reads why an attempt failed from its NTSTATUS ([MS-ERREF] 2.3.1) or
// Kerberos error (RFC 4120 7.5.9). guess is false for failures that are none:
// the password was right, or the client only negotiates.
func reasonOf(auth *activity.Authentication) (why reason, guess bool) {
	switch auth.Kind {
	case activity.TicketGranting:
		return kerberosReason(auth.Status)
	case activity.Logon, activity.NTLMValidation:
		return statusReason(cmp.Or(auth.SubStatus, auth.Status))
	case activity.SSH, activity.Database:
		return wrongPassword, true
	case activity.RemoteDesktop:
		return unstated, true
	}
	return unstated, false
}

func kerberosReason(code uint32) (why reason, guess bool) {
	switch code {
	case 0x6:
		return noSuchAccount, true
	case 0x18:
		return wrongPassword, true
	case 0x12:
		return barred, true
	}
	return unstated, false
}

func statusReason(status uint32) (why reason, guess bool) {
	switch status {
	case 0xc0000064:
		return noSuchAccount, true
	case 0xc000006a, 0xc000006d, 0xc0000071, 0xc0000224:
		return wrongPassword, true
	case 0xc0000072, 0xc0000234, 0xc0000193, 0xc000006e, 0xc000015b, 0xc0000070, 0xc000006f:
		return barred, true
	case 0:
		return unstated, true
	}
	return unstated, false
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	attempts := n.bySource()
	var findings []finding.Finding
	for _, from := range sortedSources(attempts) {
		if c := judge(from, attempts[from]); c != nil {
			c.entered = n.entries(c)
			findings = append(findings, c.finding())
		}
	}
	return append(findings, besieged(attempts)...)
}

// bySource returns the failures by source, sorted by time. Domain controllers
// validate NTLM for others and know only the client's name: where other logs
// tell this client's one address, or are this client's own, the attempts are
// put down to it.
func (n *notes) bySource() map[source][]sighting.Sighting[failure] {
	groups := n.failures.Groups()
	addresses := map[string]string{} // of a workstation; "" if it has several
	for _, g := range groups {
		for _, s := range g.Sightings {
			name, address := s.Fact.Workstation, g.Key.Address
			if name == "" || address == "" {
				continue
			}
			if known, ok := addresses[name]; ok && known != address {
				address = ""
			}
			addresses[name] = address
		}
	}
	attempts := map[source][]sighting.Sighting[failure]{}
	hosts := map[string]source{} // sources that are hosts, by short name
	for _, g := range groups {
		attempts[g.Key] = g.Sightings
		if g.Key.Host != "" {
			hosts[principal.Computer(g.Key.Host)] = g.Key
		}
	}
	for _, g := range groups {
		if g.Key.Workstation == "" {
			continue
		}
		from, ok := hosts[principal.Computer(g.Key.Workstation)]
		if address := addresses[g.Key.Workstation]; address != "" {
			from, ok = source{Address: address}, true
		}
		if ok {
			attempts[from] = append(attempts[from], unechoed(g.Sightings, attempts[from])...)
			delete(attempts, g.Key)
		}
	}
	for _, list := range attempts {
		slices.SortStableFunc(list, func(x, y sighting.Sighting[failure]) int {
			return cmp.Or(cmp.Compare(x.Time, y.Time), finding.CompareCitations(x.Citation, y.Citation))
		})
	}
	return attempts
}

func sortedSources(attempts map[source][]sighting.Sighting[failure]) []source {
	list := make([]source, 0, len(attempts))
	for from := range attempts {
		list = append(list, from)
	}
	slices.SortFunc(list, func(x, y source) int {
		return cmp.Or(cmp.Compare(x.Address, y.Address), cmp.Compare(x.Workstation, y.Workstation), cmp.Compare(x.Host, y.Host))
	})
	return list
}

// unechoed returns the validations that no logon event tells of too: a host
// and the domain controller it asks both log one attempt.
func unechoed(validations, logons []sighting.Sighting[failure]) []sighting.Sighting[failure] {
	const apart = minute / 30
	type slot struct {
		account string
		at      int64
	}
	told := map[slot]bool{}
	for i := range logons {
		at := logons[i].Time / apart
		told[slot{logons[i].Fact.Account, at}] = true
		told[slot{logons[i].Fact.Account, at - 1}] = true
		told[slot{logons[i].Fact.Account, at + 1}] = true
	}
	return sighting.Filter(validations, func(s *sighting.Sighting[failure]) bool { return !told[slot{s.Fact.Account, s.Time / apart}] })
}
