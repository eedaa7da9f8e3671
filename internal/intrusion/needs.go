package intrusion

import "seawall/internal/coverage"

// RuleDetectors lists the detectors made of built-in rules only.
func RuleDetectors() []Detector {
	return []Detector{
		{
			ID: "credentials", Title: "Credential stores copied",
			Techniques: []string{"T1003.001", "T1003.002"},
			Needs: []coverage.Need{
				{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
				{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1}, Enable: `install Sysmon with process creation on`},
			},
		},
		{
			ID: "directory", Title: "Changes to directory objects that give lasting control",
			Techniques: []string{"T1098", "T1134.005", "T1222.001", "T1556", "T1558.003", "T1562.002"},
			Needs: []coverage.Need{
				{Channel: "Security", EventIDs: []int{4719, 4765, 4766, 4794, 5136}, Enable: `Audit Directory Service Changes, User Account Management and Audit Policy Change (success) on domain controllers, and an audit entry (SACL) for writes on the domain`},
			},
		},
		{
			ID: "execution", Title: "Code run through shells, documents and system tools",
			Techniques: []string{"T1047", "T1059.001", "T1059.005", "T1218", "T1548.002", "T1566.001"},
			Needs: []coverage.Need{
				{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
				{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1}, Enable: `install Sysmon with process creation on`},
			},
		},
		{
			ID: "exfiltration", Title: "Files copied to cloud storage",
			Techniques: []string{"T1567.002"},
			Needs: []coverage.Need{
				{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
				{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1}, Enable: `install Sysmon with process creation on`},
			},
		},
		{
			ID: "persistence", Title: "Code that starts again by itself",
			Techniques: []string{"T1546.003", "T1546.008"},
			Needs: []coverage.Need{
				{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{20}, Enable: `Sysmon with WmiEvent on`},
				{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
				{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1}, Enable: `install Sysmon with process creation on`},
			},
		},
		{
			ID: "ransomware", Title: "Recovery copies removed before encryption",
			Techniques: []string{"T1490"},
			Needs: []coverage.Need{
				{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
				{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1}, Enable: `install Sysmon with process creation on`},
			},
		},
		{
			ID: "services", Title: "Services that run commands",
			Techniques: []string{"T1505.001", "T1543.003"},
			Needs: []coverage.Need{
				{Channel: "System", EventIDs: []int{7045}, Enable: `always logged`},
				{Channel: "Application", EventIDs: []int{15457}, Enable: `logged by SQL Server`},
			},
		},
		{
			ID: "tampering", Title: "Logs and protection switched off",
			Techniques: []string{"T1070.001", "T1204", "T1562.001", "T1562.004"},
			Needs: []coverage.Need{
				{Channel: "Security", EventIDs: []int{1102}, Enable: `always logged`},
				{Channel: "System", EventIDs: []int{104}, Enable: `always logged`},
				{Channel: "Microsoft-Windows-Windows Defender/Operational", EventIDs: []int{1006, 1015, 1116, 5001, 5010, 5012}, Enable: `logged wherever Microsoft Defender runs; collect the channel`},
				{Channel: "Security", EventIDs: []int{4688}, Enable: `Audit Process Creation (success) and the policy "Include command line in process creation events"`},
				{Channel: "Microsoft-Windows-Sysmon/Operational", EventIDs: []int{1}, Enable: `install Sysmon with process creation on`},
			},
		},
		{
			ID: "zerologon", Title: "Unprotected Netlogon connections",
			Techniques: []string{"T1210"},
			Needs: []coverage.Need{
				{Channel: "System", EventIDs: []int{5827, 5828, 5829}, Enable: `logged by domain controllers with the update of August 2020 or later`},
			},
		},
	}
}
