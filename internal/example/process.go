package example

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"seawall/internal/evtxwrite"
)

func itoa(n int) string { return strconv.Itoa(n) }

// process is a running program.
type process struct {
	image, command string
	pid            uint32
	guid           evtxwrite.GUID
	user           user
	logon          uint64
}

// running is a program that was started before the week began.
func (w *world) running(h *host, image, command string, u user, logon uint64) process {
	return process{image, command, h.pid(), w.guid(), u, logon}
}

// start writes the start of a program, to the Security log and, where it is
// installed, to Sysmon's. directory is where it starts.
func (w *world) start(h *host, t time.Time, parent process, u user, logon uint64, image, command, directory string) process {
	p := process{image, command, h.pid(), w.guid(), u, logon}
	label, level := evtxwrite.SID("S-1-16-8192"), "Medium"
	if u.sid == w.system.sid || strings.HasPrefix(u.name, "svc_") {
		label, level = "S-1-16-16384", "System"
	}
	w.audit(h, t, 4688, 13312, 2, auditSuccess, append(subject(u, logon),
		field{"NewProcessId", evtxwrite.Size64(p.pid)}, field{"NewProcessName", image}, field{"TokenElevationType", "%%1936"}, field{"ProcessId", evtxwrite.Size64(parent.pid)},
		field{"CommandLine", command}, field{"TargetUserSid", nobody}, field{"TargetUserName", "-"}, field{"TargetDomainName", "-"}, field{"TargetLogonId", evtxwrite.Hex64(0)},
		field{"ParentProcessName", parent.image}, field{"MandatoryLabel", label})...)
	if !h.sysmon {
		return p
	}
	base := image[strings.LastIndexByte(image, '\\')+1:]
	w.sysmon(h, t, 1, 5, field{"RuleName", "-"}, field{"UtcTime", utc(t)}, field{"ProcessGuid", p.guid}, field{"ProcessId", p.pid}, field{"Image", image},
		field{"FileVersion", "10.0.17763.1"}, field{"Description", strings.TrimSuffix(base, ".exe")}, field{"Product", "-"}, field{"Company", "-"}, field{"OriginalFileName", base},
		field{"CommandLine", command}, field{"CurrentDirectory", directory}, field{"User", w.qualified(u)}, field{"LogonGuid", noGUID}, field{"LogonId", evtxwrite.Hex64(logon)},
		field{"TerminalSessionId", uint32(0)}, field{"IntegrityLevel", level}, field{"Hashes", fakeHashes(image)},
		field{"ParentProcessGuid", parent.guid}, field{"ParentProcessId", parent.pid}, field{"ParentImage", parent.image}, field{"ParentCommandLine", parent.command},
		field{"ParentUser", w.qualified(parent.user)})
	return p
}

func (w *world) qualified(u user) string {
	switch {
	case u.sid == w.system.sid:
		return `NT AUTHORITY\SYSTEM`
	case strings.HasPrefix(string(u.sid), "S-1-5-82"):
		return `IIS APPPOOL\` + u.name
	}
	return domain + `\` + u.name
}

// fakeHashes stands for the hashes of a file that does not exist: they follow
// from its name.
func fakeHashes(image string) string {
	var h [4]uint64
	for i := range h {
		h[i] = 0xcbf29ce484222325 + uint64(i)
		for _, c := range []byte(strings.ToLower(image)) {
			h[i] = (h[i] ^ uint64(c)) * 0x100000001b3
		}
	}
	return fmt.Sprintf("MD5=%016X%016X,SHA256=%016X%016X%016X%016X", h[0], h[1], h[0], h[1], h[2], h[3])
}

func utc(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000") }

// sysmon adds an event of Sysmon's log; the task is the event id.
func (w *world) sysmon(h *host, t time.Time, id uint16, version uint8, data ...field) {
	w.add(h, evtxwrite.Event{
		Provider: "Microsoft-Windows-Sysmon", GUID: "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
		EventID: id, Version: version, Level: 4, Task: id, Keywords: 0x8000000000000000, Time: t, Channel: "Microsoft-Windows-Sysmon/Operational",
		UserSID: "S-1-5-18", ProcessID: 2904, ThreadID: 3788, Data: fields(data),
	})
}

func (w *world) fileCreated(h *host, t time.Time, p process, target string) {
	w.sysmon(h, t, 11, 2, field{"RuleName", "-"}, field{"UtcTime", utc(t)}, field{"ProcessGuid", p.guid}, field{"ProcessId", p.pid}, field{"Image", p.image},
		field{"TargetFilename", target}, field{"CreationUtcTime", utc(t)}, field{"User", w.qualified(p.user)})
}

func (w *world) connected(h *host, t time.Time, p process, address, name string, port uint16) {
	w.sysmon(h, t, 3, 5, field{"RuleName", "-"}, field{"UtcTime", utc(t)}, field{"ProcessGuid", p.guid}, field{"ProcessId", p.pid}, field{"Image", p.image},
		field{"User", w.qualified(p.user)}, field{"Protocol", "tcp"}, field{"Initiated", true}, field{"SourceIsIpv6", false}, field{"SourceIp", h.address},
		field{"SourceHostname", h.fqdn()}, field{"SourcePort", uint16(49152 + w.rand.IntN(16000))}, field{"SourcePortName", "-"}, field{"DestinationIsIpv6", false},
		field{"DestinationIp", address}, field{"DestinationHostname", name}, field{"DestinationPort", port}, field{"DestinationPortName", "-"})
}

func (w *world) registrySet(h *host, t time.Time, p process, target, details string) {
	w.sysmon(h, t, 13, 2, field{"RuleName", "-"}, field{"EventType", "SetValue"}, field{"UtcTime", utc(t)}, field{"ProcessGuid", p.guid}, field{"ProcessId", p.pid},
		field{"Image", p.image}, field{"TargetObject", target}, field{"Details", details}, field{"User", w.qualified(p.user)})
}

// opened is a process opening another's memory.
func (w *world) opened(h *host, t time.Time, p process, target process, access evtxwrite.Hex32, trace string) {
	w.sysmon(h, t, 10, 3, field{"RuleName", "-"}, field{"UtcTime", utc(t)}, field{"SourceProcessGUID", p.guid}, field{"SourceProcessId", p.pid},
		field{"SourceThreadId", p.pid + 8}, field{"SourceImage", p.image}, field{"TargetProcessGUID", target.guid}, field{"TargetProcessId", target.pid},
		field{"TargetImage", target.image}, field{"GrantedAccess", access}, field{"CallTrace", trace}, field{"SourceUser", w.qualified(p.user)}, field{"TargetUser", w.qualified(target.user)})
}
