package intrusion

import "seawall/internal/coverage"

const (
	channelSecurity = "Security"
	channelSysmon   = "Microsoft-Windows-Sysmon/Operational"
)

// audited is the need of events that an audit subcategory writes.
func audited(subcategory string, ids ...int) coverage.Need {
	return coverage.Need{Channel: channelSecurity, EventIDs: ids, Enable: "Audit " + subcategory + " (success)"}
}

// auditedObject is the need of events that are written only for objects with
// an audit entry (SACL).
func auditedObject(subcategory string, ids ...int) coverage.Need {
	need := audited(subcategory, ids...)
	need.Enable += " and an audit entry (SACL) on what matters"
	return need
}

// processCreation is the need of program starts with their command lines.
func processCreation() coverage.Need {
	need := audited("Process Creation", 4688)
	need.Enable += ` and the policy "Include command line in process creation events"`
	return need
}

// sysmon is the need of events that Sysmon writes.
func sysmon(ids ...int) coverage.Need {
	return coverage.Need{Channel: channelSysmon, EventIDs: ids, Enable: "install Sysmon with these events on"}
}
