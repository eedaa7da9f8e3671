package example

import (
	"strings"
	"time"

	"seawall/internal/evtxwrite"
)

// field is an [evtxwrite.Field] of our own, so that the long lists below can
// leave out the names of its parts.
type field evtxwrite.Field

func fields(list []field) []evtxwrite.Field {
	all := make([]evtxwrite.Field, len(list))
	for i, f := range list {
		all[i] = evtxwrite.Field(f)
	}
	return all
}

const (
	auditSuccess = 0x8020000000000000
	auditFailure = 0x8010000000000000
	noGUID       = evtxwrite.GUID("{00000000-0000-0000-0000-000000000000}")
	nobody       = evtxwrite.SID("S-1-0-0")
)

// audit adds an event of the Security log.
func (w *world) audit(h *host, t time.Time, id, task uint16, version uint8, keywords uint64, data ...field) {
	w.add(h, evtxwrite.Event{
		Provider: "Microsoft-Windows-Security-Auditing", GUID: "{54849625-5478-4994-A5BA-3E3B0328C30D}",
		EventID: id, Version: version, Task: task, Keywords: keywords, Time: t, Channel: "Security",
		ProcessID: 712, ThreadID: 740, Data: fields(data),
	})
}

func subject(u user, logon uint64) []field {
	dom := domain
	if u.sid == "S-1-5-18" {
		dom = "NT AUTHORITY"
	}
	return []field{{"SubjectUserSid", u.sid}, {"SubjectUserName", u.name}, {"SubjectDomainName", dom}, {"SubjectLogonId", evtxwrite.Hex64(logon)}}
}

// session is a successful logon: who, how, from where.
type session struct {
	user        user
	kind        uint32 // logon type
	address     string // "-" if local
	workstation string // "-" for Kerberos
	pack        string // authentication package
}

// logonTo writes a 4624 and, for privileged sessions, a 4672; it returns the logon id.
func (w *world) logonTo(h *host, t time.Time, s session, privileged bool) uint64 {
	id := w.logon()
	process := map[string]string{"NTLM": "NtLmSsp ", "Kerberos": "Kerberos", "Negotiate": "User32 "}[s.pack]
	lm, key := "-", uint32(0)
	if s.pack == "NTLM" {
		lm, key = "NTLM V2", 128
	}
	data := subject(user{"-", nobody}, 0)
	data[2].Value = "-"
	data = append(data,
		field{"TargetUserSid", s.user.sid}, field{"TargetUserName", s.user.name}, field{"TargetDomainName", domain}, field{"TargetLogonId", evtxwrite.Hex64(id)},
		field{"LogonType", s.kind}, field{"LogonProcessName", process}, field{"AuthenticationPackageName", s.pack}, field{"WorkstationName", s.workstation},
		field{"LogonGuid", w.guid()}, field{"TransmittedServices", "-"}, field{"LmPackageName", lm}, field{"KeyLength", key},
		field{"ProcessId", evtxwrite.Size64(0)}, field{"ProcessName", "-"}, field{"IpAddress", s.address}, field{"IpPort", w.port(s.address)},
		field{"ImpersonationLevel", "%%1833"}, field{"RestrictedAdminMode", "-"}, field{"TargetOutboundUserName", "-"}, field{"TargetOutboundDomainName", "-"},
		field{"VirtualAccount", "%%1843"}, field{"TargetLinkedLogonId", evtxwrite.Hex64(0)}, field{"ElevatedToken", "%%1842"})
	w.audit(h, t, 4624, 12544, 2, auditSuccess, data...)
	if privileged {
		w.audit(h, t, 4672, 12548, 0, auditSuccess, append(subject(s.user, id),
			field{"PrivilegeList", "SeSecurityPrivilege\r\n\t\t\tSeBackupPrivilege\r\n\t\t\tSeRestorePrivilege\r\n\t\t\tSeDebugPrivilege"})...)
	}
	return id
}

func (w *world) logoff(h *host, t time.Time, u user, logon uint64, kind uint32) {
	w.audit(h, t, 4634, 12545, 0, auditSuccess, field{"TargetUserSid", u.sid}, field{"TargetUserName", u.name}, field{"TargetDomainName", domain},
		field{"TargetLogonId", evtxwrite.Hex64(logon)}, field{"LogonType", kind})
}

// refused is a 4625 for a wrong password.
func (w *world) refused(h *host, t time.Time, u user, kind uint32, address, workstation string) {
	data := subject(user{"-", nobody}, 0)
	data[2].Value = "-"
	w.audit(h, t, 4625, 12544, 0, auditFailure, append(data,
		field{"TargetUserSid", nobody}, field{"TargetUserName", u.name}, field{"TargetDomainName", domain}, field{"Status", evtxwrite.Hex32(0xc000006d)},
		field{"FailureReason", "%%2313"}, field{"SubStatus", evtxwrite.Hex32(0xc000006a)}, field{"LogonType", kind}, field{"LogonProcessName", "NtLmSsp "},
		field{"AuthenticationPackageName", "NTLM"}, field{"WorkstationName", workstation}, field{"TransmittedServices", "-"}, field{"LmPackageName", "-"},
		field{"KeyLength", uint32(0)}, field{"ProcessId", evtxwrite.Size64(0)}, field{"ProcessName", "-"}, field{"IpAddress", address}, field{"IpPort", w.port(address)})...)
}

// Encryption types and usual options of Kerberos tickets.
const (
	usualOptions = evtxwrite.Hex32(0x40810000)
	etypeAES256  = evtxwrite.Hex32(0x12)
	etypeRC4     = evtxwrite.Hex32(0x17)
	etypeNone    = evtxwrite.Hex32(0xffffffff)
)

// ticketGranting is a 4768; preauth is "0" for accounts that need none.
func (w *world) ticketGranting(t time.Time, u user, address string, etype evtxwrite.Hex32, preauth string) {
	w.audit(w.dc, t, 4768, 14339, 0, auditSuccess, field{"TargetUserName", u.name}, field{"TargetDomainName", realm}, field{"TargetSid", u.sid},
		field{"ServiceName", "krbtgt"}, field{"ServiceSid", sid(502)}, field{"TicketOptions", evtxwrite.Hex32(0x40810010)}, field{"Status", evtxwrite.Hex32(0)},
		field{"TicketEncryptionType", etype}, field{"PreAuthType", preauth}, field{"IpAddress", "::ffff:" + address}, field{"IpPort", w.port(address)},
		field{"CertIssuerName", ""}, field{"CertSerialNumber", ""}, field{"CertThumbprint", ""})
}

// preauthFailed is a 4771 for a wrong password.
func (w *world) preauthFailed(t time.Time, u user, address string) {
	w.audit(w.dc, t, 4771, 14339, 0, auditFailure, field{"TargetUserName", u.name}, field{"TargetSid", u.sid}, field{"ServiceName", "krbtgt/" + realm},
		field{"TicketOptions", evtxwrite.Hex32(0x40810010)}, field{"Status", evtxwrite.Hex32(0x18)}, field{"PreAuthType", "2"},
		field{"IpAddress", "::ffff:" + address}, field{"IpPort", w.port(address)}, field{"CertIssuerName", ""}, field{"CertSerialNumber", ""}, field{"CertThumbprint", ""})
}

// serviceTicket is a 4769.
func (w *world) serviceTicket(t time.Time, u, service user, address string, options, etype evtxwrite.Hex32) {
	w.audit(w.dc, t, 4769, 14337, 0, auditSuccess, field{"TargetUserName", u.name + "@" + realm}, field{"TargetDomainName", realm},
		field{"ServiceName", service.name}, field{"ServiceSid", service.sid}, field{"TicketOptions", options}, field{"TicketEncryptionType", etype},
		field{"IpAddress", "::ffff:" + address}, field{"IpPort", w.port(address)}, field{"Status", evtxwrite.Hex32(0)}, field{"LogonGuid", w.guid()}, field{"TransmittedServices", "-"})
}

// wrongPassword is STATUS_WRONG_PASSWORD.
const wrongPassword = evtxwrite.Hex32(0xc000006a)

// validated is a 4776: the domain controller checked an NTLM password.
func (w *world) validated(t time.Time, u user, workstation string, status evtxwrite.Hex32) {
	keywords := uint64(auditSuccess)
	if status != 0 {
		keywords = auditFailure
	}
	w.audit(w.dc, t, 4776, 14336, 0, keywords, field{"PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0"},
		field{"TargetUserName", u.name}, field{"Workstation", workstation}, field{"Status", status})
}

// share is a 5140: a share was opened.
func (w *world) share(h *host, t time.Time, u user, logon uint64, address, name, local string) {
	w.audit(h, t, 5140, 12808, 1, auditSuccess, append(subject(u, logon), field{"ObjectType", "File"}, field{"IpAddress", address}, field{"IpPort", w.port(address)},
		field{"ShareName", `\\*\` + name}, field{"ShareLocalPath", local}, field{"AccessMask", evtxwrite.Hex32(1)}, field{"AccessList", "%%4416\r\n\t\t\t\t"})...)
}

// shareFile is a 5145: a file or pipe in a share was checked for access.
func (w *world) shareFile(h *host, t time.Time, u user, logon uint64, address, share, local, target string, mask evtxwrite.Hex32) {
	w.audit(h, t, 5145, 12811, 0, auditSuccess, append(subject(u, logon), field{"ObjectType", "File"}, field{"IpAddress", address}, field{"IpPort", w.port(address)},
		field{"ShareName", `\\*\` + share}, field{"ShareLocalPath", local}, field{"RelativeTargetName", target}, field{"AccessMask", mask},
		field{"AccessList", "%%1538\r\n\t\t\t\t%%1541\r\n\t\t\t\t%%4416\r\n\t\t\t\t%%4417\r\n\t\t\t\t"}, field{"AccessReason", "-"})...)
}

// replicate is a 4662 on the domain object with the right to replicate secrets.
func (w *world) replicate(t time.Time, u user, logon uint64, right string) {
	w.audit(w.dc, t, 4662, 14080, 0, auditSuccess, append(subject(u, logon), field{"ObjectServer", "DS"},
		field{"ObjectType", "%{19195a5b-6da0-11d0-afd3-00c04fd930c9}"}, field{"ObjectName", "%{5f0c1a77-6b0e-4f0b-9a55-2d1f6f8f5d10}"},
		field{"OperationType", "Object Access"}, field{"HandleId", evtxwrite.Size64(0)}, field{"AccessList", "%%7688\r\n\t\t\t\t"}, field{"AccessMask", evtxwrite.Hex32(0x100)},
		field{"Properties", "%%7688\r\n\t\t" + right + "\r\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}\r\n"}, field{"AdditionalInfo", "-"}, field{"AdditionalInfo2", ""})...)
}

// taskCreated is a 4698.
func (w *world) taskCreated(h *host, t time.Time, u user, logon uint64, name, command, arguments string) {
	content := strings.Join([]string{
		`<?xml version="1.0" encoding="UTF-16"?>`,
		`<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">`,
		`  <Triggers><TimeTrigger><Repetition><Interval>PT45M</Interval></Repetition><StartBoundary>2026-02-26T02:00:00</StartBoundary><Enabled>true</Enabled></TimeTrigger></Triggers>`,
		`  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>`,
		`  <Settings><Hidden>true</Hidden><Enabled>true</Enabled></Settings>`,
		`  <Actions Context="Author"><Exec><Command>` + command + `</Command><Arguments>` + arguments + `</Arguments></Exec></Actions>`,
		`</Task>`,
	}, "\r\n")
	w.audit(h, t, 4698, 12804, 1, auditSuccess, append(subject(u, logon), field{"TaskName", name}, field{"TaskContent", content})...)
}

func (w *world) port(address string) string {
	if address == "-" {
		return "-"
	}
	return itoa(49152 + w.rand.IntN(16000))
}
