package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

// authenticate begins an activity of the class Authenticated.
func (e *event) authenticate(kind activity.AuthenticationKind, success bool) *activity.Authentication {
	e.Class = activity.Authenticated
	e.authentication = activity.Authentication{Kind: kind, Success: success, PreAuthType: -1}
	e.Authentication = &e.authentication
	return e.Authentication
}

// targetUser notes the account that a logon is for.
func (e *event) targetUser(a *activity.Authentication) {
	a.User, a.Domain, a.SID = e.text(fieldTargetUserName), e.text(fieldTargetDomainName), e.text(fieldTargetUserSid)
	a.Logon = e.number(fieldTargetLogonID)
}

func (e *event) peer(a *activity.Authentication) {
	a.Address, a.Port = e.address(fieldIPAddress), int(e.mask(fieldIPPort))
}

func readLogon(e *event) bool {
	a := e.authenticate(activity.Logon, e.EventID == 4624)
	e.subjectProcess()
	e.targetUser(a)
	e.peer(a)
	a.Type = int(e.mask(fieldLogonType))
	a.Workstation = e.address(fieldWorkstationName)
	a.Package = e.text(fieldAuthenticationPackage)
	a.Process = e.trimmed(fieldLogonProcessName)
	if a.Success {
		token := string(e.raw(fieldElevatedToken))
		a.Elevated = token == "%%1842" || token == "Yes" // the same in the log and in a message
	} else {
		a.Status, a.SubStatus = e.mask(fieldStatus), e.mask(fieldSubStatus)
	}
	return true
}

func readLogoff(e *event) bool {
	a := e.authenticate(activity.Logoff, true)
	e.targetUser(a)
	a.Type = int(e.mask(fieldLogonType))
	return true
}

func readExplicitCredentials(e *event) bool {
	a := e.authenticate(activity.ExplicitCredentials, true)
	e.subjectProcess()
	a.User, a.Domain = e.text(fieldTargetUserName), e.text(fieldTargetDomainName)
	a.Target = e.text(fieldTargetServerName)
	e.peer(a)
	return true
}

func readPrivileged(e *event) bool {
	a := e.authenticate(activity.Privileged, true)
	e.subject()
	a.User, a.Domain, a.SID, a.Logon = e.Actor.User, e.Actor.Domain, e.Actor.SID, e.Actor.Logon
	a.Elevated = true
	return true
}

// ticket notes what requests for Kerberos tickets have in common. A refused
// or unknown encryption type is logged as 0xffffffff.
func (e *event) ticket(a *activity.Authentication) {
	a.Status = e.mask(fieldStatus)
	a.Service, a.ServiceSID = e.text(fieldServiceName), e.text(fieldServiceSid)
	a.Options, a.Encryption = e.mask(fieldTicketOptions), e.mask(fieldTicketEncryptionType)
	e.peer(a)
}

func readTicketGranting(e *event) bool {
	a := e.authenticate(activity.TicketGranting, e.EventID == 4768)
	e.ticket(a)
	a.Success = a.Success && a.Status == 0
	a.User, a.Domain, a.SID = e.text(fieldTargetUserName), e.text(fieldTargetDomainName), e.text(fieldTargetSid)
	if a.Domain == "" { // 4771 names it in the service only: krbtgt/REALM
		if _, realm, ok := bytes.Cut(e.raw(fieldServiceName), []byte("/")); ok {
			a.Domain = e.keep(realm)
		}
	}
	if n, ok := parseNumber(e.raw(fieldPreAuthType)); ok {
		a.PreAuthType = int(n)
	}
	return true
}

func readServiceTicket(e *event) bool {
	a := e.authenticate(activity.ServiceTicket, e.EventID != 4773)
	if e.EventID == 4770 {
		a.Kind = activity.TicketRenewal
	}
	e.ticket(a)
	a.Success = a.Success && a.Status == 0
	name, realm, _ := bytes.Cut(e.raw(fieldTargetUserName), []byte("@"))
	a.User, a.Domain = e.keep(name), e.keep(realm)
	if domain := e.text(fieldTargetDomainName); domain != "" {
		a.Domain = domain
	}
	return true
}

func readNTLMValidation(e *event) bool {
	a := e.authenticate(activity.NTLMValidation, e.EventID == 4776)
	a.Status = e.mask(fieldStatus)
	a.Success = a.Success && a.Status == 0
	a.User = e.text(fieldTargetUserName)
	a.Workstation = e.address(fieldWorkstation)
	a.Package = e.text(fieldPackageName)
	return true
}

// readNTLMUse reads the auditing of NTLM itself: outgoing (8001), incoming
// (8002, 8003), and passing through a domain controller (8004).
func readNTLMUse(e *event) bool {
	a := e.authenticate(activity.NTLMValidation, true)
	a.Package = "NTLM"
	a.User, a.Domain = e.text(fieldUserName), e.text(fieldDomainName)
	if a.User == "" {
		a.User, a.Domain = e.text(fieldClientUserName), e.text(fieldClientDomainName)
	}
	a.Workstation = e.address(fieldWorkstation)
	if a.Workstation == "" {
		a.Workstation = e.address(fieldWorkstationName)
	}
	a.Target = e.text(fieldTargetName)
	e.Actor.Image = e.text(fieldProcessName)
	return true
}
