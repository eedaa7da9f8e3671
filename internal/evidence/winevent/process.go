package winevent

import "seawall/internal/activity"

func readProcessCreation(e *event) bool {
	e.Class = activity.ProcessStart
	e.subject()
	if logon := e.number(fieldTargetLogonID); logon != 0 { // started for somebody else
		e.Actor.Logon = logon
		e.Actor.User, e.Actor.Domain, e.Actor.SID = e.text(fieldTargetUserName), e.text(fieldTargetDomainName), e.text(fieldTargetUserSid)
	}
	e.Actor.Image, e.Actor.ProcessID = e.text(fieldParentProcessName), e.number(fieldProcessID)
	e.process = activity.Process{
		Image:       e.text(fieldNewProcessName),
		CommandLine: e.text(fieldCommandLine),
		ID:          e.number(fieldNewProcessID),
		ParentImage: e.Actor.Image,
		ParentID:    e.Actor.ProcessID,
		Integrity:   integrity(e.raw(fieldMandatoryLabel)),
	}
	e.Process = &e.process
	return true
}

// integrity names an integrity level given as a security identifier
// ([MS-DTYP] 2.4.2.4) or in words.
func integrity(label []byte) string {
	switch string(label) {
	case "S-1-16-4096", "Low":
		return "Low"
	case "S-1-16-8192", "S-1-16-8448", "Medium":
		return "Medium"
	case "S-1-16-12288", "High":
		return "High"
	case "S-1-16-16384", "System":
		return "System"
	}
	return ""
}

func readProcessStart(e *event) bool {
	e.Class = activity.ProcessStart
	e.Actor.User, e.Actor.Domain = e.user(fieldUser)
	e.Actor.Logon = e.number(fieldLogonID)
	e.Actor.Image = e.text(fieldParentImage)
	e.Actor.ProcessID = e.number(fieldParentProcessID)
	e.Actor.ProcessGUID = e.text(fieldParentProcessGUID)
	e.process = activity.Process{
		Image:             e.text(fieldImage),
		CommandLine:       e.text(fieldCommandLine),
		OriginalName:      e.text(fieldOriginalFileName),
		ID:                e.number(fieldProcessID),
		GUID:              e.text(fieldProcessGUID),
		ParentImage:       e.Actor.Image,
		ParentCommandLine: e.text(fieldParentCommandLine),
		ParentID:          e.Actor.ProcessID,
		ParentGUID:        e.Actor.ProcessGUID,
		Directory:         e.text(fieldCurrentDirectory),
		Integrity:         integrity(e.raw(fieldIntegrityLevel)),
		Hashes:            e.text(fieldHashes),
	}
	e.Process = &e.process
	return true
}

// readAccess reads one process opening another (10), starting a thread in it
// (8), or having its image replaced (25).
func readAccess(e *event) bool {
	e.Class = activity.ProcessAccess
	e.access = activity.Access{Target: e.text(fieldTargetImage), Granted: e.mask(fieldGrantedAccess), Trace: e.text(fieldCallTrace)}
	e.Access = &e.access
	if e.EventID == 25 {
		e.sysmonProcess()
		e.access.Target, e.access.Trace = e.Actor.Image, e.text(fieldType)
		return true
	}
	if e.EventID == 8 {
		e.access.Thread = true
		e.access.Trace = e.text(fieldStartModule)
	}
	e.Actor.User, e.Actor.Domain = e.user(fieldSourceUser)
	e.Actor.Image = e.text(fieldSourceImage)
	e.Actor.ProcessID = e.number(fieldSourceProcessID)
	e.Actor.ProcessGUID = e.text(fieldSourceProcessGUID)
	return true
}
