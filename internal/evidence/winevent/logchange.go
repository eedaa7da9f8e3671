package winevent

import (
	"bytes"

	"seawall/internal/activity"
)

func (e *event) changeLog(operation, name string) *activity.Log {
	e.Class = activity.LogChange
	e.log = activity.Log{Operation: operation, Name: name}
	e.Log = &e.log
	return e.Log
}

// readAuditLog reads what happened to the Security log and to auditing.
func readAuditLog(e *event) bool {
	e.subject()
	switch e.EventID {
	case 1100:
		e.changeLog("stop", "Security")
	case 1101, 1108:
		e.changeLog("dropped", "Security")
	case 1102:
		e.changeLog("clear", "Security")
	case 1104:
		e.changeLog("full", "Security")
	case 4616:
		l := e.changeLog("clock", "Security")
		l.Detail = e.text(fieldPreviousTime) + " → " + e.text(fieldNewTime)
		e.Actor.Image, e.Actor.ProcessID = e.text(fieldProcessName), e.number(fieldProcessID)
	case 4719:
		l := e.changeLog("audit-change", "Security")
		changes := e.raw(fieldAuditPolicyChanges)
		if bytes.Contains(changes, []byte("%%8448")) || bytes.Contains(changes, []byte("%%8450")) {
			l.Operation = "audit-off" // success or failure auditing removed
		}
		l.Detail = e.text(fieldAuditPolicyChanges)
	case 4906:
		e.changeLog("audit-change", "Security").Detail = "CrashOnAuditFail"
	}
	return true
}

// readSystemLog reads that a log other than Security was cleared (104) or that
// the event log service stopped (6006). Other providers use these ids for
// other things.
func readSystemLog(e *event) bool {
	provider := e.raw(fieldProvider)
	if e.EventID == 6006 {
		if !bytes.EqualFold(provider, []byte("EventLog")) {
			return false
		}
		e.changeLog("stop", "System")
		return true
	}
	if !bytes.EqualFold(provider, []byte("Microsoft-Windows-Eventlog")) {
		return false
	}
	e.subject()
	e.changeLog("clear", e.text(fieldClearedChannel))
	return true
}

// readSysmonState reads that Sysmon stopped or started (4), was given another
// configuration (16), or failed (255).
func readSysmonState(e *event) bool {
	const name = "Microsoft-Windows-Sysmon/Operational"
	switch e.EventID {
	case 4:
		if string(e.raw(fieldState)) != "Stopped" {
			return false
		}
		e.changeLog("stop", name)
	case 16:
		e.changeLog("audit-change", name)
	case 255:
		e.changeLog("dropped", name)
	}
	return true
}
