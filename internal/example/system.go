package example

import (
	"slices"
	"time"

	"seawall/internal/evtxwrite"
)

const serviceControlManager = "Service Control Manager"

// serviceEvent adds an event of the Service Control Manager.
func (w *world) serviceEvent(h *host, t time.Time, id uint16, data ...field) {
	w.add(h, evtxwrite.Event{
		Provider: serviceControlManager, GUID: "{555908D1-A6D7-4695-8E1E-26931D2012F4}", Source: serviceControlManager,
		EventID: id, Qualifiers: 16384, Level: 4, Keywords: 0x8080000000000000, Time: t, Channel: "System", ProcessID: 696, ThreadID: 4180, Data: fields(data),
	})
}

func (w *world) serviceState(h *host, t time.Time, display, state, short string) {
	raw := []byte(short + "/4\x00")
	wide := make([]byte, 0, 2*len(raw))
	for _, b := range raw {
		wide = append(wide, b, 0)
	}
	w.serviceEvent(h, t, 7036, field{"param1", display}, field{"param2", state}, field{"Binary", wide})
}

// serviceInstalled writes a 7045 and the 4697 that goes with it.
func (w *world) serviceInstalled(h *host, t time.Time, u user, logon uint64, name, path string) {
	w.serviceEvent(h, t, 7045, field{"ServiceName", name}, field{"ImagePath", path}, field{"ServiceType", "user mode service"},
		field{"StartType", "demand start"}, field{"AccountName", "LocalSystem"})
	w.audit(h, t, 4697, 12289, 0, auditSuccess, append(subject(u, logon), field{"ServiceName", name}, field{"ServiceFileName", path},
		field{"ServiceType", evtxwrite.Hex32(0x10)}, field{"ServiceStartType", uint32(3)}, field{"ServiceAccount", "LocalSystem"})...)
}

// updateInstalled is what Windows Update logs when it is done.
func (w *world) updateInstalled(h *host, t time.Time, title string) {
	w.add(h, evtxwrite.Event{
		Provider: "Microsoft-Windows-WindowsUpdateClient", GUID: "{945A8954-C147-4ACD-923F-40C45405A658}", EventID: 19, Version: 1, Level: 4, Task: 1, Opcode: 13,
		Keywords: 0x8000000000000018, Time: t, Channel: "System", UserSID: "S-1-5-18", ProcessID: 5120, ThreadID: 5388,
		Data: fields([]field{{"updateTitle", title}, {"updateGuid", w.guid()}, {"updateRevisionNumber", uint32(200)}, {"serviceGuid", w.guid()}}),
	})
}

const eventlogNamespace = "http://manifests.microsoft.com/win/2004/08/windows/eventlog"

// cleared removes what a channel of a host holds by then, as clearing does, and
// writes what Windows leaves behind: a 1102 in the Security log, a 104 in the
// System log for the others.
func (w *world) cleared(h *host, t time.Time, u user, logon uint64, channel string) {
	key := log{h, channel}
	before := len(w.events[key])
	w.events[key] = slices.DeleteFunc(w.events[key], func(e evtxwrite.Event) bool { return e.Time.Before(t) })
	w.lost[key] = before - len(w.events[key])
	e := evtxwrite.Event{
		Provider: "Microsoft-Windows-Eventlog", GUID: "{FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148}", EventID: 104, Level: 4, Task: 104,
		Keywords: 0x8000000000000000, Time: t, Channel: "System", ProcessID: 1180, ThreadID: 5340,
	}
	who := subject(u, logon)
	details := []field{who[1], who[2], {"Channel", channel}, {"BackupPath", ""}}
	if channel == "Security" {
		e.EventID, e.Channel, e.Keywords = 1102, "Security", 0x4020000000000000
		details = who
	}
	e.UserData = &evtxwrite.UserData{Root: "LogFileCleared", Namespace: eventlogNamespace, Fields: fields(details)}
	w.add(h, e)
}

// taskEvent adds an event of the task scheduler's own log.
func (w *world) taskEvent(h *host, t time.Time, id uint16, data ...field) {
	w.add(h, evtxwrite.Event{
		Provider: "Microsoft-Windows-TaskScheduler", GUID: "{DE7B24EA-73C8-4A09-985D-5BDADCFA9017}", EventID: id, Level: 4, Task: id,
		Keywords: 0x8000000000000000, Time: t, Channel: "Microsoft-Windows-TaskScheduler/Operational", UserSID: "S-1-5-18", ProcessID: 1388, ThreadID: 2212, Data: fields(data),
	})
}

// taskRan is a scheduled task starting its action.
func (w *world) taskRan(h *host, t time.Time, task, action string) {
	w.taskEvent(h, t, 200, field{"TaskName", task}, field{"ActionName", action}, field{"TaskInstanceId", w.guid()}, field{"EnginePID", uint32(4412)})
}

// remoteDesktop writes the connection and the session of a remote desktop
// logon into the two logs that keep them.
func (w *world) remoteDesktop(h *host, t time.Time, u user, address string) {
	w.add(h, evtxwrite.Event{
		Provider: "Microsoft-Windows-TerminalServices-RemoteConnectionManager", GUID: "{C76BAA63-AE81-421C-B425-340B4B24157F}", EventID: 1149, Level: 4,
		Keywords: 0x1000000000000000, Time: t, Channel: "Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational", UserSID: "S-1-5-20", ProcessID: 1084, ThreadID: 2908,
		UserData: &evtxwrite.UserData{Root: "EventXML", Namespace: "Event_NS", Fields: fields([]field{{"Param1", u.name}, {"Param2", domain}, {"Param3", address}})},
	})
	w.add(h, evtxwrite.Event{
		Provider: "Microsoft-Windows-TerminalServices-LocalSessionManager", GUID: "{5D896912-022D-40AA-A3A8-4FA5515C76D7}", EventID: 21, Level: 4,
		Keywords: 0x1000000000000000, Time: t.Add(1300 * time.Millisecond), Channel: "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", UserSID: "S-1-5-18", ProcessID: 872, ThreadID: 3044,
		UserData: &evtxwrite.UserData{Root: "EventXML", Namespace: "Event_NS", Fields: fields([]field{{"User", domain + `\` + u.name}, {"SessionID", uint32(3)}, {"Address", address}})},
	})
}

// exchange is a management command run on the mail server; Exchange logs its
// parts as unnamed data.
func (w *world) exchange(t time.Time, command, parameters, caller string) {
	w.add(w.mail, evtxwrite.Event{
		Provider: "MSExchange CmdletLogs", EventID: 1, Qualifiers: 16384, Level: 4, Task: 1, Keywords: 0x80000000000000, Time: t, Channel: "MSExchange Management",
		Data: fields([]field{
			{"", command}, {"", parameters}, {"", caller}, {"", domainSID + "-500"}, {"", domainSID + "-500"}, {"", "Remote-ManagementShell-Unknown"},
			{"", "7716 w3wp#MSExchangePowerShellAppPool"}, {"", ""}, {"", "31"}, {"", "00:00:00.8281362"}, {"", "View Entire Forest: 'True'"}, {"", "en-US"},
		}),
	})
}
