package winevent

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/activity"
	"seawall/record"
)

// makeRecord makes a record of an event. Fields are "name", "value" pairs of
// the body; header fields come before it.
func makeRecord(provider, channel, id string, body ...string) *record.Record {
	var fields []record.Field
	rec := &record.Record{Time: 1}
	add := func(path, name, value string) {
		fields = append(fields, record.Field{Name: name, Path: path + name})
		rec.Values = append(rec.Values, record.Value{Kind: record.Text, Raw: []byte(value)})
	}
	add("Event/System/", "Provider_Name", provider)
	add("Event/System/", "Channel", channel)
	add("Event/System/", "EventID", id)
	add("Event/System/", "Computer", "Host.Example")
	add("Event/System/", "Keywords", "0x8020000000000000")
	for i := 0; i+1 < len(body); i += 2 {
		add("Event/EventData/", body[i], body[i+1])
	}
	rec.Schema = record.NewSchema(record.KindWindows, fields)
	return rec
}

// extract returns a copy of what rec tells of, nil if it tells of nothing.
func extract(x *Extractor, rec *record.Record) (got *activity.Activity) {
	x.Extract(rec, func(a *activity.Activity) {
		copied := *a
		got = &copied
	})
	return got
}

const (
	auditing  = "Microsoft-Windows-Security-Auditing"
	sysmonLog = "Microsoft-Windows-Sysmon/Operational"
	scm       = "Service Control Manager"
)

// subjectFields is the Subject of an audit event, and the Actor made of it.
var (
	subjectFields = []string{"SubjectUserSid", "S-1-5-21-1-500", "SubjectUserName", "root", "SubjectDomainName", "LAB", "SubjectLogonId", "0x3e7"}
	subjectActor  = activity.Actor{User: "root", Domain: "LAB", SID: "S-1-5-21-1-500", Logon: 0x3e7}
)

func withSubject(body ...string) []string {
	return append(append([]string{}, subjectFields...), body...)
}

func TestActivitiesAreReadFromEvents(t *testing.T) {
	x := NewExtractor()
	f := func(provider, channel, id string, body []string, want activity.Activity) {
		t.Helper()
		rec := makeRecord(provider, channel, id, body...)
		got := extract(x, rec)
		if got == nil {
			t.Errorf("%s %s: nothing", channel, id)
			return
		}
		want.Time, want.Host, want.Channel, want.EventID, want.Record = got.Time, "host.example", strings.ToLower(channel), got.EventID, got.Record
		if diff := cmp.Diff(&want, got, cmp.Comparer(func(a, b *record.Record) bool { return a == b })); diff != "" {
			t.Errorf("%s %s: %s", channel, id, diff)
		}
	}
	audit := func(id string, body []string, want activity.Activity) {
		t.Helper()
		f(auditing, "Security", id, body, want)
	}
	authentication(f, audit)
	changes(f, audit)
	endpoints(f, audit)
}

type check func(provider, channel, id string, body []string, want activity.Activity)
type auditCheck func(id string, body []string, want activity.Activity)

func authentication(f check, audit auditCheck) {
	auth := func(actor activity.Actor, a activity.Authentication) activity.Activity {
		return activity.Activity{Class: activity.Authenticated, Actor: actor, Authentication: &a}
	}
	process := subjectActor
	process.Image, process.ProcessID = `C:\a.exe`, 0x10
	audit("4624", withSubject("TargetUserSid", "S-1-1", "TargetUserName", "bob", "TargetDomainName", "LAB", "TargetLogonId", "0xabc", "LogonType", "3", "LogonProcessName", "NtLmSsp ",
		"AuthenticationPackageName", "NTLM", "WorkstationName", "KALI", "ProcessId", "0x10", "ProcessName", `C:\a.exe`, "IpAddress", "::ffff:192.0.2.7", "IpPort", "50000", "ElevatedToken", "%%1842"),
		auth(process, activity.Authentication{Success: true, Type: 3, User: "bob", Domain: "LAB", SID: "S-1-1", Logon: 0xabc, Address: "192.0.2.7", Port: 50000,
			Workstation: "KALI", Package: "NTLM", Process: "NtLmSsp", Elevated: true, PreAuthType: -1}))
	audit("4625", []string{"SubjectUserName", "-", "TargetUserName", "bob", "Status", "0xc000006d", "SubStatus", "-1073741718", "IpAddress", "-", "LogonType", "10"},
		auth(activity.Actor{}, activity.Authentication{Type: 10, User: "bob", Status: 0xc000006d, SubStatus: 0xc000006a, PreAuthType: -1}))
	audit("4648", withSubject("TargetUserName", "adm", "TargetDomainName", "LAB", "TargetServerName", "FS01", "ProcessId", "16", "ProcessName", `C:\a.exe`),
		auth(process, activity.Authentication{Kind: activity.ExplicitCredentials, Success: true, User: "adm", Domain: "LAB", Target: "FS01", PreAuthType: -1}))
	audit("4672", withSubject(), auth(subjectActor, activity.Authentication{Kind: activity.Privileged, Success: true, User: "root", Domain: "LAB", SID: "S-1-5-21-1-500", Logon: 0x3e7, Elevated: true, PreAuthType: -1}))
	audit("4634", []string{"TargetUserName", "bob", "TargetLogonId", "0xabc", "LogonType", "3"},
		auth(activity.Actor{}, activity.Authentication{Kind: activity.Logoff, Success: true, User: "bob", Logon: 0xabc, Type: 3, PreAuthType: -1}))
	audit("4768", []string{"TargetUserName", "bob", "TargetDomainName", "LAB", "TargetSid", "S-1-1", "ServiceName", "krbtgt", "TicketOptions", "0x40800010", "Status", "0x0", "TicketEncryptionType", "0x17", "PreAuthType", "0", "IpAddress", "::1"},
		auth(activity.Actor{}, activity.Authentication{Kind: activity.TicketGranting, Success: true, User: "bob", Domain: "LAB", SID: "S-1-1", Service: "krbtgt", Options: 0x40800010, Encryption: 0x17, Address: "::1"}))
	audit("4771", []string{"TargetUserName", "bob", "ServiceName", "krbtgt/LAB.EXAMPLE", "Status", "0x18", "PreAuthType", "2", "IpAddress", "::ffff:10.0.0.1"},
		auth(activity.Actor{}, activity.Authentication{Kind: activity.TicketGranting, User: "bob", Domain: "LAB.EXAMPLE", Status: 0x18, Service: "krbtgt/LAB.EXAMPLE", PreAuthType: 2, Address: "10.0.0.1"}))
	audit("4769", []string{"TargetUserName", "bob@LAB.EXAMPLE", "TargetDomainName", "LAB.EXAMPLE", "ServiceName", "svc_sql", "ServiceSid", "S-1-2", "TicketEncryptionType", "0x17", "Status", "0x0"},
		auth(activity.Actor{}, activity.Authentication{Kind: activity.ServiceTicket, Success: true, User: "bob", Domain: "LAB.EXAMPLE", Service: "svc_sql", ServiceSID: "S-1-2", Encryption: 0x17, PreAuthType: -1}))
	audit("4776", []string{"PackageName", "P", "TargetUserName", "bob", "Workstation", `\\KALI`, "Status", "0xc0000064"},
		auth(activity.Actor{}, activity.Authentication{Kind: activity.NTLMValidation, User: "bob", Status: 0xc0000064, Workstation: "KALI", Package: "P", PreAuthType: -1}))
	audit("4778", []string{"AccountName", "bob", "AccountDomain", "LAB", "LogonID", "0x99", "ClientName", "PC", "ClientAddress", "192.0.2.1"},
		auth(activity.Actor{}, activity.Authentication{Kind: activity.RemoteDesktop, Success: true, User: "bob", Domain: "LAB", Logon: 0x99, Workstation: "PC", Address: "192.0.2.1", PreAuthType: -1}))
	remote := func(a activity.Authentication) activity.Activity {
		a.PreAuthType = -1
		return auth(activity.Actor{}, a)
	}
	f("", "Microsoft-Windows-NTLM/Operational", "8004", []string{"SChannelName", "FS01", "UserName", "bob", "DomainName", "LAB", "WorkstationName", "KALI"},
		remote(activity.Authentication{Kind: activity.NTLMValidation, Success: true, User: "bob", Domain: "LAB", Workstation: "KALI", Package: "NTLM"}))
	f("", "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", "21", []string{"User", `LAB\bob`, "SessionID", "3", "Address", "LOCAL"},
		remote(activity.Authentication{Kind: activity.RemoteDesktop, Success: true, User: "bob", Domain: "LAB"}))
	f("", "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational", "1149", []string{"Param1", "bob", "Param2", "LAB", "Param3", "192.0.2.1"},
		remote(activity.Authentication{Kind: activity.RemoteDesktop, Success: true, User: "bob", Domain: "LAB", Address: "192.0.2.1"}))
	f("", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational", "131", []string{"ConnType", "TCP", "ClientIP", "[2001:db8::1]:3389"},
		remote(activity.Authentication{Kind: activity.RemoteDesktop, Success: true, Address: "2001:db8::1", Port: 3389}))
	f("", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational", "140", []string{"IPString", "192.0.2.1"},
		remote(activity.Authentication{Kind: activity.RemoteDesktop, Address: "192.0.2.1"}))
	f("", "Microsoft-Windows-TerminalServices-RDPClient/Operational", "1024", []string{"Name", "Server Name", "Value", "fs01"},
		remote(activity.Authentication{Kind: activity.RemoteDesktop, Success: true, Target: "fs01"}))
	f("", "Microsoft-Windows-WinRM/Operational", "6", []string{"connection", "http://fs01:5985/wsman?PSVersion=5.1"},
		remote(activity.Authentication{Kind: activity.RemoteShell, Success: true, Target: "fs01"}))
	f("OpenSSH", "OpenSSH/Operational", "4", []string{"process", "sshd", "payload", `Failed password for invalid user a from b from 192.0.2.9 port 4711 ssh2`},
		remote(activity.Authentication{Kind: activity.SSH, User: "a from b", Package: "password", Address: "192.0.2.9", Port: 4711}))
	f("MSSQL$LAB", "Application", "18456", []string{"Data", "sa", "Data", "Reason: no", "Data", " [CLIENT: 192.0.2.3]"},
		remote(activity.Authentication{Kind: activity.Database, User: "sa", Address: "192.0.2.3"}))
}

func changes(f check, audit auditCheck) {
	account := func(a activity.Account) activity.Activity {
		return activity.Activity{Class: activity.AccountChange, Actor: subjectActor, Account: &a}
	}
	audit("4738", withSubject("TargetUserName", "bob", "TargetDomainName", "LAB", "TargetSid", "S-1-1", "OldUacValue", "0x210", "NewUacValue", "0x10210", "UserAccountControl", "\r\n\t\t%%2089\r\n\t\t%%2096", "ServicePrincipalNames", "-"),
		account(activity.Account{Operation: "change", Name: "bob", Domain: "LAB", SID: "S-1-1", OldUAC: 0x210, NewUAC: 0x10210, Changes: []string{"%%2089", "%%2096"}}))
	audit("4728", withSubject("MemberName", "-", "MemberSid", "S-1-1", "TargetUserName", "Domain Admins"), account(activity.Account{Operation: "group-add", Name: "Domain Admins", Member: "S-1-1", Changes: []string{}}))
	audit("4781", withSubject("OldTargetUserName", "WS$", "NewTargetUserName", "DC01"), account(activity.Account{Operation: "rename", Name: "WS$", Member: "DC01", Changes: []string{}}))
	audit("4741", withSubject("TargetUserName", "EVIL$", "OldUacValue", "0x0", "NewUacValue", "0x80"), account(activity.Account{Operation: "create", Name: "EVIL$", NewUAC: 0x80, Computer: true, Changes: []string{}}))
	audit("4740", withSubject("TargetUserName", "bob", "TargetDomainName", "KALI"), account(activity.Account{Operation: "lockout", Name: "bob", Domain: "LAB", Member: "KALI", Changes: []string{}}))
	enumeration := account(activity.Account{Operation: "enumerate", Name: "Administrators", Changes: []string{}})
	enumeration.Actor.Image, enumeration.Actor.ProcessID = `C:\b.exe`, 0x20
	audit("4799", withSubject("TargetUserName", "Administrators", "CallerProcessId", "0x20", "CallerProcessName", `C:\b.exe`), enumeration)

	directory := func(d activity.Directory) activity.Activity {
		return activity.Activity{Class: activity.DirectoryUse, Actor: subjectActor, Directory: &d}
	}
	audit("4662", withSubject("ObjectType", "%{19195a5b-6da0-11d0-afd3-00c04fd930c9}", "ObjectName", "%{5f0c1a77-6b0e-4f0b-9a55-2d1f6f8f5d10}", "AccessMask", "0x100",
		"Properties", "%%7688\r\n\t\t{1131F6AD-9C07-11D1-F79F-00C04FC2DCD2}\r\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}"),
		directory(activity.Directory{Operation: "access", Object: "5f0c1a77-6b0e-4f0b-9a55-2d1f6f8f5d10", ObjectType: "19195a5b-6da0-11d0-afd3-00c04fd930c9", Mask: 0x100,
			Properties: []string{"1131f6ad-9c07-11d1-f79f-00c04fc2dcd2", "19195a5b-6da0-11d0-afd3-00c04fd930c9"}}))
	audit("5136", withSubject("ObjectDN", "CN=x", "ObjectClass", "user", "AttributeLDAPDisplayName", "servicePrincipalName", "AttributeValue", "http/x", "OperationType", "%%14674"),
		directory(activity.Directory{Operation: "change", Object: "CN=x", ObjectType: "user", Attribute: "servicePrincipalName", Value: "http/x", Added: true, Properties: []string{}}))

	service := func(actor activity.Actor, s activity.Service) activity.Activity {
		return activity.Activity{Class: activity.ServiceChange, Actor: actor, Service: &s}
	}
	audit("4697", withSubject("ServiceName", "s", "ServiceFileName", `C:\s.exe`, "ServiceType", "0x10", "ServiceStartType", "3", "ServiceAccount", "LocalSystem"),
		service(subjectActor, activity.Service{Operation: "install", Name: "s", Path: `C:\s.exe`, Type: "0x10", StartType: "3", Account: "LocalSystem"}))
	f(scm, "System", "7045", []string{"ServiceName", "s", "ImagePath", `C:\s.exe`, "ServiceType", "user mode service", "StartType", "demand start", "AccountName", "LocalSystem"},
		service(activity.Actor{}, activity.Service{Operation: "install", Name: "s", Path: `C:\s.exe`, Type: "user mode service", StartType: "demand start", Account: "LocalSystem"}))
	f(scm, "System", "7036", []string{"param1", "Print Spooler", "param2", "stopped"}, service(activity.Actor{}, activity.Service{Operation: "stop", Name: "Print Spooler"}))
	f(scm, "System", "7040", []string{"param1", "Print Spooler", "param2", "auto start", "param3", "disabled", "param4", "Spooler"}, service(activity.Actor{}, activity.Service{Operation: "change", Name: "Spooler", StartType: "disabled"}))

	content := `<Task><Principals><Principal id="A"><UserId>S-1-5-18</UserId></Principal></Principals><Settings><Hidden>true</Hidden></Settings>` +
		`<Actions><Exec><Command>cmd.exe</Command><Arguments>/c "a &amp; b"</Arguments></Exec></Actions></Task>`
	audit("4698", withSubject("TaskName", `\x`, "TaskContent", content), activity.Activity{Class: activity.TaskChange, Actor: subjectActor,
		Task: &activity.Task{Operation: "create", Name: `\x`, Command: `cmd.exe /c "a & b"`, Principal: "S-1-5-18", Hidden: true, Content: content}})
	f("", "Microsoft-Windows-TaskScheduler/Operational", "106", []string{"TaskName", `\x`, "UserContext", `LAB\bob`},
		activity.Activity{Class: activity.TaskChange, Actor: activity.Actor{User: "bob", Domain: "LAB"}, Task: &activity.Task{Operation: "create", Name: `\x`}})

	log := func(actor activity.Actor, l activity.Log) activity.Activity {
		return activity.Activity{Class: activity.LogChange, Actor: actor, Log: &l}
	}
	f("Microsoft-Windows-Eventlog", "Security", "1102", subjectFields, log(subjectActor, activity.Log{Operation: "clear", Name: "Security"}))
	f("Microsoft-Windows-Eventlog", "System", "104", []string{"SubjectUserName", "root", "SubjectDomainName", "LAB", "Channel", "Application", "BackupPath", ""},
		log(activity.Actor{User: "root", Domain: "LAB"}, activity.Log{Operation: "clear", Name: "Application"}))
	audit("4719", withSubject("AuditPolicyChanges", "%%8448, %%8450"), log(subjectActor, activity.Log{Operation: "audit-off", Name: "Security", Detail: "%%8448, %%8450"}))
	audit("4719", withSubject("AuditPolicyChanges", "%%8449"), log(subjectActor, activity.Log{Operation: "audit-change", Name: "Security", Detail: "%%8449"}))
	f("EventLog", "System", "6006", nil, log(activity.Actor{}, activity.Log{Operation: "stop", Name: "System"}))
	f("MSExchange CmdletLogs", "MSExchange Management", "6", []string{"Data", "New-MailboxExportRequest", "Data", "-Mailbox x", "Data", "lab/Users/bob"},
		activity.Activity{Class: activity.Cmdlet, Actor: activity.Actor{User: "bob"}, Command: &activity.Command{Name: "New-MailboxExportRequest", Parameters: "-Mailbox x", Caller: "lab/Users/bob", Failed: true}})
}

func endpoints(f check, audit auditCheck) {
	parent := subjectActor
	parent.Image, parent.ProcessID = `C:\p.exe`, 0x100
	audit("4688", withSubject("NewProcessId", "0x200", "NewProcessName", `C:\c.exe`, "ProcessId", "0x100", "CommandLine", "c -x", "TargetUserName", "-", "TargetLogonId", "0x0", "ParentProcessName", `C:\p.exe`, "MandatoryLabel", "S-1-16-12288"),
		activity.Activity{Class: activity.ProcessStart, Actor: parent, Process: &activity.Process{Image: `C:\c.exe`, CommandLine: "c -x", ID: 0x200, ParentImage: `C:\p.exe`, ParentID: 0x100, Integrity: "High"}})
	f("", sysmonLog, "1", []string{"ProcessGuid", "{1}", "ProcessId", "512", "Image", `C:\c.exe`, "CommandLine", "c -x", "CurrentDirectory", `C:\`, "User", `LAB\bob`, "LogonId", "0xabc",
		"IntegrityLevel", "Medium", "Hashes", "MD5=0", "ParentProcessGuid", "{0}", "ParentProcessId", "256", "ParentImage", `C:\p.exe`, "ParentCommandLine", "p", "OriginalFileName", "C.EXE"},
		activity.Activity{Class: activity.ProcessStart, Actor: activity.Actor{User: "bob", Domain: "LAB", Logon: 0xabc, Image: `C:\p.exe`, ProcessID: 256, ProcessGUID: "{0}"},
			Process: &activity.Process{Image: `C:\c.exe`, CommandLine: "c -x", OriginalName: "C.EXE", ID: 512, GUID: "{1}", ParentImage: `C:\p.exe`, ParentCommandLine: "p", ParentID: 256, ParentGUID: "{0}",
				Directory: `C:\`, Integrity: "Medium", Hashes: "MD5=0"}})
	acting := activity.Actor{User: "bob", Domain: "LAB", Image: `C:\c.exe`, ProcessID: 512, ProcessGUID: "{1}"}
	process := []string{"ProcessGuid", "{1}", "ProcessId", "512", "Image", `C:\c.exe`, "User", `LAB\bob`}
	by := func(body ...string) []string { return append(append([]string{}, process...), body...) }
	f("", sysmonLog, "3", by("Protocol", "tcp", "Initiated", "true", "SourceIp", "10.0.0.1", "SourcePort", "50000", "DestinationIp", "192.0.2.1", "DestinationPort", "443", "DestinationHostname", "-"),
		activity.Activity{Class: activity.Connection, Actor: acting, Network: &activity.Network{Outbound: true, Protocol: "tcp", Source: "10.0.0.1", SourcePort: 50000, Destination: "192.0.2.1", DestinationPort: 443}})
	f("", sysmonLog, "22", by("QueryName", "x.example"), activity.Activity{Class: activity.Connection, Actor: acting, Network: &activity.Network{Outbound: true, Query: "x.example"}})
	f("", sysmonLog, "11", by("TargetFilename", `C:\x.aspx`), activity.Activity{Class: activity.FileChange, Actor: acting, File: &activity.File{Operation: "create", Path: `C:\x.aspx`}})
	f("", sysmonLog, "18", by("PipeName", `\svcctl`), activity.Activity{Class: activity.FileChange, Actor: acting, File: &activity.File{Operation: "pipe-connect", Path: `\svcctl`}})
	f("", sysmonLog, "12", by("EventType", "DeleteValue", "TargetObject", `HKLM\x`), activity.Activity{Class: activity.RegistryChange, Actor: acting, Registry: &activity.Registry{Operation: "delete", Key: `HKLM\x`}})
	f("", sysmonLog, "10", []string{"SourceProcessGUID", "{1}", "SourceProcessId", "512", "SourceImage", `C:\c.exe`, "TargetImage", `C:\Windows\System32\lsass.exe`, "GrantedAccess", "0x1410", "CallTrace", "UNKNOWN(0)", "SourceUser", `LAB\bob`},
		activity.Activity{Class: activity.ProcessAccess, Actor: acting, Access: &activity.Access{Target: `C:\Windows\System32\lsass.exe`, Granted: 0x1410, Trace: "UNKNOWN(0)"}})
	object := subjectActor
	object.Image, object.ProcessID = `C:\a.exe`, 0x10
	audit("4656", withSubject("ObjectType", "Process", "ObjectName", `\Device\HarddiskVolume1\Windows\System32\lsass.exe`, "AccessMask", "0x10", "ProcessId", "0x10", "ProcessName", `C:\a.exe`),
		activity.Activity{Class: activity.ProcessAccess, Actor: object, Access: &activity.Access{Target: `\Device\HarddiskVolume1\Windows\System32\lsass.exe`, Granted: 0x10}})
	audit("4657", withSubject("ObjectName", `\REGISTRY\MACHINE\SOFTWARE\Run`, "ObjectValueName", "x", "OperationType", "%%1904", "NewValue", "y", "ProcessId", "0x10", "ProcessName", `C:\a.exe`),
		activity.Activity{Class: activity.RegistryChange, Actor: object, Registry: &activity.Registry{Operation: "create", Key: `HKLM\SOFTWARE\Run\x`, Data: "y"}})
	audit("5145", withSubject("IpAddress", "192.0.2.1", "ShareName", `\\*\ADMIN$`, "RelativeTargetName", "x.exe", "AccessMask", "0x12019f"),
		activity.Activity{Class: activity.ShareAccess, Actor: subjectActor, Share: &activity.Share{Name: `\\*\ADMIN$`, Path: "x.exe", Address: "192.0.2.1", Mask: 0x12019f, Write: true}})
	audit("5156", []string{"ProcessID", "812", "Application", `\device\harddiskvolume1\x.exe`, "Direction", "%%14593", "SourceAddress", "10.0.0.1", "SourcePort", "546", "DestAddress", "10.0.0.2", "DestPort", "445", "Protocol", "6"},
		activity.Activity{Class: activity.Connection, Actor: activity.Actor{Image: `\device\harddiskvolume1\x.exe`, ProcessID: 812},
			Network: &activity.Network{Outbound: true, Protocol: "tcp", Source: "10.0.0.1", SourcePort: 546, Destination: "10.0.0.2", DestinationPort: 445}})
	f("", "PowerShellCore/Operational", "4104", []string{"ScriptBlockText", "whoami", "ScriptBlockId", "1", "Path", ""}, activity.Activity{Class: activity.ScriptRun, Script: &activity.Script{Text: "whoami", ID: "1"}})
	f("", "Microsoft-Windows-PowerShell/Operational", "4103", []string{"ContextInfo", "  Script Name = C:\\a.ps1\r\n  User = LAB\\bob\r\n", "Payload", "CommandInvocation(x)"},
		activity.Activity{Class: activity.ScriptRun, Actor: activity.Actor{User: "bob", Domain: "LAB"}, Script: &activity.Script{Text: "CommandInvocation(x)", Path: `C:\a.ps1`}})
	f("PowerShell", "Windows PowerShell", "800", []string{"Data", "iex x", "Data", "UserId=LAB\\bob\r\nScriptName=\r\n", "Data", "CommandInvocation(iex)"},
		activity.Activity{Class: activity.ScriptRun, Actor: activity.Actor{User: "bob", Domain: "LAB"}, Script: &activity.Script{Text: "iex x\nCommandInvocation(iex)"}})
	f("", "Microsoft-Windows-Bits-Client/Operational", "59", []string{"url", "https://x.example:8443/a?b"}, activity.Activity{Class: activity.Connection, Network: &activity.Network{Outbound: true, DestinationName: "x.example", DestinationPort: 8443}})
	f("", "Microsoft-Windows-Windows Defender/Operational", "1116", []string{"ThreatName", "Backdoor", "Path", `file:_C:\x.aspx`, "DetectionUser", `LAB\bob`, "ProcessName", "Unknown"},
		activity.Activity{Class: activity.FileChange, Actor: activity.Actor{User: "bob", Domain: "LAB", Image: "Unknown"}, File: &activity.File{Operation: "malware", Path: `C:\x.aspx`, Threat: "Backdoor"}})
}

func TestEventsOfNoInterestTellNothing(t *testing.T) {
	x := NewExtractor()
	f := func(rec *record.Record) {
		t.Helper()
		if got := extract(x, rec); got != nil {
			t.Errorf("%s %s: %+v", rec.Text("Channel"), rec.Text("EventID"), got)
		}
	}
	f(makeRecord("Microsoft-Windows-Security-Auditing", "Security", "5058"))
	f(makeRecord("Another", "System", "104"))
	f(makeRecord("Another", "Application", "18456", "Data", "x"))
	f(makeRecord("OpenSSH", "OpenSSH/Operational", "4", "payload", "Server listening on 0.0.0.0 port 22."))
	f(makeRecord("", "", ""))
	f(&record.Record{Schema: record.NewSchema(record.KindWindows, nil)})
	f(&record.Record{Schema: record.NewSchema("web", []record.Field{{Name: "Channel"}, {Name: "EventID"}}), Values: makeRecord("", "Security", "4624").Values[1:3]})
}

func TestRecoveredHeadersAloneTellOnlyOfLogs(t *testing.T) {
	x := NewExtractor()
	for id, want := range map[string]bool{"4769": false, "1102": true} {
		rec := makeRecord(auditing, "Security", id)
		rec.Recovered = record.Orphan
		if got := extract(x, rec); (got != nil) != want {
			t.Errorf("%s: %v", id, got)
		}
	}
}

func TestOneSchemaServesManyEvents(t *testing.T) {
	x := NewExtractor()
	schema := makeRecord("", "Security", "1102").Schema
	for range 3 {
		for _, id := range []string{"1100", "1", "1101", "2", "1102", "3", "1104", "4", "4616", "5", "4719", "6", "4906"} {
			rec := makeRecord("", "Security", id)
			rec.Schema = schema
			if got := extract(x, rec); (got != nil) != (len(id) == 4) {
				t.Errorf("%s: %v", id, got)
			}
		}
	}
}

func TestExtractingAllocatesNothing(t *testing.T) {
	x := NewExtractor()
	observe := func(*activity.Activity) {}
	for _, rec := range []*record.Record{
		makeRecord(auditing, "Security", "5058"),
		makeRecord(auditing, "Security", "4624", withSubject("TargetUserName", "bob", "IpAddress", "::ffff:192.0.2.1")...),
		makeRecord(auditing, "Security", "4662", withSubject("Properties", "{1131F6AD-9C07-11D1-F79F-00C04FC2DCD2}")...),
		makeRecord(auditing, "Security", "4738", withSubject("UserAccountControl", "%%2096")...),
		makeRecord(auditing, "Security", "4657", withSubject("ObjectName", `\REGISTRY\MACHINE\x`)...),
		makeRecord("", sysmonLog, "1", "Image", `C:\x.exe`, "CommandLine", "x"),
		makeRecord("MSSQLSERVER", "Application", "18456", "Data", "sa", "Data", "[CLIENT: 192.0.2.1]"),
	} {
		x.Extract(rec, observe)
		if n := testing.AllocsPerRun(100, func() { x.Extract(rec, observe) }); n != 0 {
			t.Errorf("%s: %v allocations", rec.Text("EventID"), n)
		}
	}
}

func BenchmarkExtract(b *testing.B) {
	observe := func(*activity.Activity) {}
	for name, rec := range map[string]*record.Record{
		"nothing": makeRecord(auditing, "Security", "5058"),
		"logon":   makeRecord(auditing, "Security", "4624", withSubject("TargetUserName", "bob", "TargetDomainName", "LAB", "TargetLogonId", "0xabc", "LogonType", "3", "IpAddress", "192.0.2.1")...),
		"process": makeRecord("", sysmonLog, "1", "Image", `C:\x.exe`, "CommandLine", "x", "ParentImage", `C:\Windows\System32\cmd.exe`, "User", `LAB\bob`),
	} {
		b.Run(name, func(b *testing.B) {
			x := NewExtractor()
			b.ReportAllocs()
			for b.Loop() {
				x.Extract(rec, observe)
			}
		})
	}
}
