package simulate

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"seawall/internal/evtxwrite"
)

// event is a Windows event to be.
type event = evtxwrite.Event

// maxLog is the size at which a log is archived and a new file begun, as
// Windows does it.
const maxLog = 48 << 20

// eventLog writes a log of one host and channel.
type eventLog struct {
	w         *writer
	host      string
	name      string // of the file: "Security"
	out       *evtxwrite.Writer
	next      uint64 // record id
	size      int    // of the events since the file was begun, roughly
	archived  int
	truncated bool // the last chunk is cut off
	written   int64
}

// eventBytes is what an event takes in a file, roughly.
const eventBytes = 640

func (w *writer) eventLog(host, name string) *eventLog {
	return &eventLog{w: w, host: host, name: name, next: 184_211}
}

func (l *eventLog) add(e event) error {
	if l.out == nil {
		l.out = evtxwrite.New(evtxwrite.Options{FirstRecord: l.next})
	}
	e.Computer = strings.ToUpper(l.host) + "." + l.w.site.domain
	if err := l.out.Event(e); err != nil {
		return err
	}
	l.next++
	l.size += eventBytes
	if l.size > maxLog {
		l.archived++
		return l.flush(fmt.Sprintf("%s/Archive-%s-%s.evtx", l.host, l.name, e.Time.UTC().Format("2006-01-02-15-04-05-000")))
	}
	return nil
}

func (l *eventLog) close() error {
	if l.out == nil {
		return nil
	}
	return l.flush(l.host + "/" + l.name + ".evtx")
}

func (l *eventLog) flush(name string) error {
	if err := l.w.ctx.Err(); err != nil {
		return err
	}
	path, err := l.w.path(name)
	if err != nil {
		return err
	}
	data := l.out.Bytes()
	if l.truncated && len(data) > 256<<10 {
		data = data[:len(data)-40<<10] // the copy ended early
	}
	l.written += int64(len(data))
	l.out, l.size = nil, 0
	return os.WriteFile(path, data, 0o640)
}

const (
	auditSuccess = 0x8020000000000000
	auditFailure = 0x8010000000000000
)

func fields(pairs ...any) []evtxwrite.Field {
	list := make([]evtxwrite.Field, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, evtxwrite.Field{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return list
}

func (w *writer) sid(p person) evtxwrite.SID {
	return evtxwrite.SID(sidPrefix + "-" + strconv.Itoa(p.rid))
}

// audit is an event of the Security log.
func audit(at time.Time, id, task uint16, keywords uint64, data []evtxwrite.Field) event {
	version := map[uint16]uint8{4624: 2, 4688: 2, 5145: 0, 5140: 1, 4768: 0}[id]
	return event{
		Provider: "Microsoft-Windows-Security-Auditing", GUID: "{54849625-5478-4994-A5BA-3E3B0328C30D}", EventID: id, Version: version, Task: task, Keywords: keywords,
		Time: at.UTC(), Channel: "Security", ProcessID: 712, ThreadID: 740, Data: data,
	}
}

// session is a network logon.
type session struct {
	who         person
	kind        uint32 // logon type
	address     string // "-" if local
	workstation string // "-" for Kerberos
}

// opened is the event of a session that was opened, and its logon id.
func (w *writer) opened(at time.Time, s session) (event, uint64) {
	w.logon += 0x1f3
	pack, process, lm := "Kerberos", "Kerberos", "-"
	if s.workstation != "-" {
		pack, process, lm = "NTLM", "NtLmSsp ", "NTLM V2"
	}
	return audit(at, 4624, 12544, auditSuccess, fields(
		"SubjectUserSid", evtxwrite.SID("S-1-0-0"), "SubjectUserName", "-", "SubjectDomainName", "-", "SubjectLogonId", evtxwrite.Hex64(0),
		"TargetUserSid", w.sid(s.who), "TargetUserName", s.who.name, "TargetDomainName", w.site.netbios, "TargetLogonId", evtxwrite.Hex64(w.logon),
		"LogonType", s.kind, "LogonProcessName", process, "AuthenticationPackageName", pack, "WorkstationName", s.workstation,
		"LogonGuid", evtxwrite.GUID("{00000000-0000-0000-0000-000000000000}"), "TransmittedServices", "-", "LmPackageName", lm, "KeyLength", uint32(0),
		"ProcessId", evtxwrite.Size64(0), "ProcessName", "-", "IpAddress", s.address, "IpPort", port(w.logon),
		"ImpersonationLevel", "%%1833", "RestrictedAdminMode", "-", "TargetOutboundUserName", "-", "TargetOutboundDomainName", "-",
		"VirtualAccount", "%%1843", "TargetLinkedLogonId", evtxwrite.Hex64(0), "ElevatedToken", "%%1843")), w.logon
}

func port(n uint64) string { return strconv.Itoa(49152 + int(n%16000)) }

// refused is the event of a session that was refused.
func (w *writer) refused(at time.Time, s session, status evtxwrite.Hex32) event {
	return audit(at, 4625, 12544, auditFailure, fields(
		"SubjectUserSid", evtxwrite.SID("S-1-0-0"), "SubjectUserName", "-", "SubjectDomainName", "-", "SubjectLogonId", evtxwrite.Hex64(0),
		"TargetUserSid", evtxwrite.SID("S-1-0-0"), "TargetUserName", s.who.name, "TargetDomainName", w.site.netbios, "Status", evtxwrite.Hex32(0xc000006d), "FailureReason", "%%2313",
		"SubStatus", status, "LogonType", s.kind, "LogonProcessName", "NtLmSsp ", "AuthenticationPackageName", "NTLM", "WorkstationName", s.workstation,
		"TransmittedServices", "-", "LmPackageName", "-", "KeyLength", uint32(0), "ProcessId", evtxwrite.Size64(0), "ProcessName", "-", "IpAddress", s.address, "IpPort", port(w.logon)))
}

// validated is the event of a domain controller that checked NTLM credentials.
func (w *writer) validated(at time.Time, who person, workstation string, status evtxwrite.Hex32) event {
	keywords := uint64(auditSuccess)
	if status != 0 {
		keywords = auditFailure
	}
	return audit(at, 4776, 14336, keywords, fields("PackageName", "MICROSOFT_AUTHENTICATION_PACKAGE_V1_0", "TargetUserName", who.name, "Workstation", workstation, "Status", status))
}

// Ticket encryption types.
const (
	rc4 = evtxwrite.Hex32(0x17)
	aes = evtxwrite.Hex32(0x12)
)

// ticketGranting is the event of an account that logged on to the directory.
func (w *writer) ticketGranting(at time.Time, who person, address string, etype evtxwrite.Hex32) event {
	return audit(at, 4768, 14339, auditSuccess, fields("TargetUserName", who.name, "TargetDomainName", strings.ToUpper(w.site.domain), "TargetSid", w.sid(who), "ServiceName", "krbtgt",
		"ServiceSid", evtxwrite.SID(sidPrefix+"-502"), "TicketOptions", evtxwrite.Hex32(0x40810010), "Status", evtxwrite.Hex32(0), "TicketEncryptionType", etype, "PreAuthType", "2",
		"IpAddress", "::ffff:"+address, "IpPort", port(w.logon), "CertIssuerName", "", "CertSerialNumber", "", "CertThumbprint", ""))
}

// preauthFailed is the event of an account whose password was wrong.
func (w *writer) preauthFailed(at time.Time, who person, address string) event {
	return audit(at, 4771, 14339, auditFailure, fields("TargetUserName", who.name, "TargetSid", w.sid(who), "ServiceName", "krbtgt/"+w.site.netbios, "TicketOptions", evtxwrite.Hex32(0x40810010),
		"Status", evtxwrite.Hex32(0x18), "PreAuthType", "2", "IpAddress", "::ffff:"+address, "IpPort", port(w.logon), "CertIssuerName", "", "CertSerialNumber", "", "CertThumbprint", ""))
}

// serviceTicket is the event of a ticket for a service.
func (w *writer) serviceTicket(at time.Time, who, service person, address string, options, etype evtxwrite.Hex32) event {
	return audit(at, 4769, 14337, auditSuccess, fields("TargetUserName", who.name+"@"+strings.ToUpper(w.site.domain), "TargetDomainName", strings.ToUpper(w.site.domain), "ServiceName", service.name,
		"ServiceSid", w.sid(service), "TicketOptions", options, "TicketEncryptionType", etype, "IpAddress", "::ffff:"+address, "IpPort", port(w.logon), "Status", evtxwrite.Hex32(0),
		"LogonGuid", evtxwrite.GUID("{00000000-0000-0000-0000-000000000000}"), "TransmittedServices", "-"))
}

func (w *writer) subject(who person, logon uint64) []evtxwrite.Field {
	return fields("SubjectUserSid", w.sid(who), "SubjectUserName", who.name, "SubjectDomainName", w.site.netbios, "SubjectLogonId", evtxwrite.Hex64(logon))
}

// share is the event of a share that was opened.
func (w *writer) share(at time.Time, who person, logon uint64, address, name, local string) event {
	return audit(at, 5140, 12808, auditSuccess, append(w.subject(who, logon), fields("ObjectType", "File", "IpAddress", address, "IpPort", port(logon), "ShareName", `\\*\`+name, "ShareLocalPath", local,
		"AccessMask", evtxwrite.Hex32(1), "AccessList", "%%4416\r\n\t\t\t\t")...))
}

// shareFile is the event of a file that was read through a share.
func (w *writer) shareFile(at time.Time, who person, logon uint64, address, name, local, target string) event {
	return audit(at, 5145, 12811, auditSuccess, append(w.subject(who, logon), fields("ObjectType", "File", "IpAddress", address, "IpPort", port(logon), "ShareName", `\\*\`+name, "ShareLocalPath", local,
		"RelativeTargetName", target, "AccessMask", evtxwrite.Hex32(0x120089), "AccessList", "%%1538\r\n\t\t\t\t%%1541\r\n\t\t\t\t%%4416\r\n\t\t\t\t%%4423\r\n\t\t\t\t", "AccessReason", "-")...))
}

// sysmon is an event of Sysmon.
func sysmon(at time.Time, id uint16, version uint8, data []evtxwrite.Field) event {
	return event{
		Provider: "Microsoft-Windows-Sysmon", GUID: "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}", EventID: id, Version: version, Level: 4, Task: id, Keywords: 0x8000000000000000,
		Time: at.UTC(), Channel: "Microsoft-Windows-Sysmon/Operational", UserSID: "S-1-5-18", ProcessID: 2812, ThreadID: 3804,
		Data: append(fields("RuleName", "-", "UtcTime", at.UTC().Format("2006-01-02 15:04:05.000")), data...),
	}
}

// process is a program that runs.
type process struct {
	guid    evtxwrite.GUID
	id      uint32
	image   string
	command string
	user    string
}

// program makes a process, with ids that follow from a number.
func program(n uint64, image, command, user string) process {
	return process{evtxwrite.GUID(fmt.Sprintf("{8C2F1A10-%04X-62C3-%04X-%012X}", n&0xffff, n>>16&0xffff, n)), 1000 + uint32(n%9000)*4, image, command, user}
}

// started is the event of a process that a parent started.
func started(at time.Time, p, parent process, logon uint64, directory string) event {
	return sysmon(at, 1, 5, fields("ProcessGuid", p.guid, "ProcessId", p.id, "Image", p.image, "FileVersion", "-", "Description", "-", "Product", "-", "Company", "-",
		"OriginalFileName", p.image[strings.LastIndexByte(p.image, '\\')+1:], "CommandLine", p.command, "CurrentDirectory", directory, "User", p.user, "LogonGuid", evtxwrite.GUID("{8C2F1A10-0000-62C3-0000-000000000000}"),
		"LogonId", evtxwrite.Hex64(logon), "TerminalSessionId", uint32(0), "IntegrityLevel", "High", "Hashes", "MD5="+fakeMD5(p.image), "ParentProcessGuid", parent.guid, "ParentProcessId", parent.id,
		"ParentImage", parent.image, "ParentCommandLine", parent.command, "ParentUser", parent.user))
}

// connected is the event of a connection that a process opened.
func connected(at time.Time, p process, source, destination string, port uint16) event {
	return sysmon(at, 3, 5, fields("ProcessGuid", p.guid, "ProcessId", p.id, "Image", p.image, "User", p.user, "Protocol", "tcp", "Initiated", true, "SourceIsIpv6", false, "SourceIp", source,
		"SourceHostname", "-", "SourcePort", uint16(49152+p.id%12000), "SourcePortName", "-", "DestinationIsIpv6", false, "DestinationIp", destination, "DestinationHostname", "-", "DestinationPort", port, "DestinationPortName", "-"))
}

// created is the event of a file that a process made.
func created(at time.Time, p process, target string) event {
	return sysmon(at, 11, 2, fields("ProcessGuid", p.guid, "ProcessId", p.id, "Image", p.image, "TargetFilename", target, "CreationUtcTime", at.UTC().Format("2006-01-02 15:04:05.000"), "User", p.user))
}
