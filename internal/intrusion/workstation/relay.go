package workstation

import (
	"fmt"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// relayed reports whether a logon bears the marks of one that somebody
// between client and server passed on: a computer's account that comes from
// another computer, or from the very host it logs on to, or the built-in
// administrator's ticket used by the host against itself.
func relayed(host string, auth *activity.Authentication) bool {
	if auth.Kind != activity.Logon || auth.Type != 3 || !auth.Success {
		return false
	}
	reach := principal.ReachOf(auth.Address)
	ntlm := len(auth.Package) >= len("NTLM") && strings.EqualFold(auth.Package[:len("NTLM")], "NTLM")
	switch {
	case ntlm && principal.Machine(auth.User):
		account := principal.Computer(principal.Account(auth.User))
		if account == principal.Computer(host) {
			return reach > principal.Self
		}
		return auth.Workstation != "" && !sameComputer(auth.Workstation, account)
	case strings.EqualFold(auth.Package, "Kerberos"):
		return reach == principal.Self && auth.Port != 0 && strings.HasPrefix(auth.SID, "S-1-5-21-") && strings.HasSuffix(auth.SID, "-500")
	}
	return false
}

// netBIOSName is how many characters a machine says of its name in NTLM.
const netBIOSName = 15

func sameComputer(workstation, account string) bool {
	name := principal.Computer(workstation)
	return name[:min(len(name), netBIOSName)] == account[:min(len(account), netBIOSName)]
}

func relayFinding(host string, visits []sighting.Sighting[visit]) finding.Finding {
	f := finding.Finding{
		ID: finding.StableID(id, "relay", host), Detector: id, Question: finding.In,
		Title:    "Logon passed on by somebody in between (relay)",
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1557.001"}, Mitigations: finding.MitigationsFor([]string{"T1557"}),
		First: visits[0].Time, Last: visits[len(visits)-1].Time, Count: len(visits),
		Entities: append(entities(visits), finding.Entity{Type: finding.Host, Value: prose.Host(host)}), Citations: cite(visits),
	}
	ways := sighting.Distinct(visits, func(s *sighting.Sighting[visit]) string {
		way := s.Fact.Account + " from " + prose.Address(s.Fact.Address)
		if s.Fact.Client != "" {
			way += " by a client calling itself " + s.Fact.Client
		}
		return way
	})
	f.Why = fmt.Sprintf("On %s %s logged on over the network, %s. A computer's account comes from that computer and no other, and a host has no need to log on to itself over the network: somebody made it prove its identity and passed the proof on. "+
		"Require signing for SMB and LDAP and channel binding for web enrolment, and see what the session did. Innocent would be a cluster name or an alias of the host.",
		prose.Host(host), prose.List(ways), prose.Span(f.First, f.Last))
	return f
}
