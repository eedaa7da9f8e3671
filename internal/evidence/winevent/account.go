package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

// accountOperations are what the audit events of account management mean.
var accountOperations = map[int]string{
	4720: "create", 4722: "enable", 4723: "password-change", 4724: "password-reset", 4725: "disable", 4726: "delete", 4738: "change",
	4740: "lockout", 4741: "create", 4742: "change", 4743: "delete", 4767: "unlock", 4781: "rename",
	4727: "group-create", 4731: "group-create", 4754: "group-create",
	4728: "group-add", 4732: "group-add", 4756: "group-add",
	4729: "group-remove", 4733: "group-remove", 4757: "group-remove",
	4730: "group-delete", 4734: "group-delete", 4758: "group-delete",
	4735: "group-change", 4737: "group-change", 4755: "group-change",
}

// changeAccount begins an activity of the class AccountChange.
func (e *event) changeAccount(operation string) *activity.Account {
	e.Class = activity.AccountChange
	e.account = activity.Account{Operation: operation, Changes: e.account.Changes[:0]}
	e.Account = &e.account
	return e.Account
}

func readAccountChange(e *event) bool {
	a := e.changeAccount(accountOperations[e.EventID])
	e.subject()
	a.Name, a.Domain, a.SID = e.text(fieldTargetUserName), e.text(fieldTargetDomainName), e.text(fieldTargetSid)
	a.Computer = e.EventID >= 4741 && e.EventID <= 4743
	switch a.Operation {
	case "rename":
		a.Name, a.Member = e.text(fieldOldTargetUserName), e.text(fieldNewTargetUserName)
	case "lockout": // the domain field names the computer the attempts came from
		a.Member, a.Domain = a.Domain, e.Actor.Domain
	case "group-add", "group-remove":
		if a.Member = e.text(fieldMemberName); a.Member == "" {
			a.Member = e.text(fieldMemberSid)
		}
	case "create", "change":
		a.OldUAC, a.NewUAC = e.mask(fieldOldUACValue), e.mask(fieldNewUACValue)
		a.SPNs = e.trimmed(fieldServicePrincipalNames)
		for text := e.raw(fieldUserAccountControl); ; {
			change, rest := nextWord(text)
			if len(change) == 0 {
				break
			}
			if change[0] == '%' {
				a.Changes = append(a.Changes, e.keep(change))
			}
			text = rest
		}
	}
	return true
}

func nextWord(text []byte) (word, rest []byte) {
	text = bytes.TrimLeft(text, " \t\r\n")
	if i := bytes.IndexAny(text, " \t\r\n"); i >= 0 {
		return text[:i], text[i:]
	}
	return text, nil
}

// readEnumeration reads who asked for the members of a group (4799), the
// groups of a user (4798), or an object of the account database (4661).
func readEnumeration(e *event) bool {
	a := e.changeAccount("enumerate")
	e.subject()
	if e.EventID == 4661 {
		e.Actor.Image, e.Actor.ProcessID = e.text(fieldProcessName), e.number(fieldProcessID)
		a.Name = e.text(fieldObjectName)
		return true
	}
	e.Actor.Image, e.Actor.ProcessID = e.text(fieldCallerProcessName), e.number(fieldCallerProcessID)
	a.Name, a.Domain, a.SID = e.text(fieldTargetUserName), e.text(fieldTargetDomainName), e.text(fieldTargetSid)
	return true
}

// readSubject reads events of which only the actor matters in general.
func readSubject(e *event) bool {
	e.Class = activity.Other
	e.subject()
	e.Actor.ProcessID = e.number(fieldClientProcessID)
	if e.Actor.User == "" {
		e.Actor.User, e.Actor.Domain = e.user(fieldRequester)
	}
	return true
}
