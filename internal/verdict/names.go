package verdict

import "strings"

// techniqueNames are ATT&CK's names of techniques met in Windows evidence and
// in the advisory.
var techniqueNames = map[string]string{
	"T1003": "OS Credential Dumping", "T1003.001": "LSASS Memory", "T1003.002": "Security Account Manager", "T1003.003": "NTDS", "T1003.004": "LSA Secrets",
	"T1003.005": "Cached Domain Credentials", "T1003.006": "DCSync", "T1012": "Query Registry", "T1016": "System Network Configuration Discovery",
	"T1018": "Remote System Discovery", "T1021": "Remote Services", "T1021.001": "Remote Desktop Protocol", "T1021.002": "SMB/Windows Admin Shares",
	"T1021.003": "Distributed Component Object Model", "T1021.004": "SSH", "T1021.006": "Windows Remote Management", "T1027": "Obfuscated Files or Information",
	"T1033": "System Owner/User Discovery", "T1036": "Masquerading", "T1036.005": "Match Legitimate Resource Name or Location", "T1040": "Network Sniffing",
	"T1041": "Exfiltration Over C2 Channel", "T1046": "Network Service Discovery", "T1047": "Windows Management Instrumentation",
	"T1048": "Exfiltration Over Alternative Protocol", "T1049": "System Network Connections Discovery", "T1053": "Scheduled Task/Job", "T1053.005": "Scheduled Task",
	"T1055": "Process Injection", "T1056": "Input Capture", "T1057": "Process Discovery", "T1059": "Command and Scripting Interpreter", "T1059.001": "PowerShell",
	"T1059.003": "Windows Command Shell", "T1059.005": "Visual Basic", "T1059.007": "JavaScript", "T1068": "Exploitation for Privilege Escalation",
	"T1069": "Permission Groups Discovery", "T1069.002": "Domain Groups", "T1070": "Indicator Removal", "T1070.001": "Clear Windows Event Logs",
	"T1070.004": "File Deletion", "T1070.006": "Timestomp", "T1071": "Application Layer Protocol", "T1071.001": "Web Protocols", "T1071.004": "DNS",
	"T1074": "Data Staged", "T1078": "Valid Accounts", "T1078.002": "Domain Accounts", "T1082": "System Information Discovery", "T1083": "File and Directory Discovery",
	"T1087": "Account Discovery", "T1087.002": "Domain Account", "T1090": "Proxy", "T1098": "Account Manipulation", "T1105": "Ingress Tool Transfer",
	"T1110": "Brute Force", "T1110.003": "Password Spraying", "T1112": "Modify Registry", "T1114": "Email Collection", "T1133": "External Remote Services",
	"T1134": "Access Token Manipulation", "T1135": "Network Share Discovery", "T1136": "Create Account", "T1136.001": "Local Account", "T1136.002": "Domain Account",
	"T1140": "Deobfuscate/Decode Files or Information", "T1187": "Forced Authentication", "T1189": "Drive-by Compromise", "T1190": "Exploit Public-Facing Application",
	"T1197": "BITS Jobs", "T1201": "Password Policy Discovery", "T1203": "Exploitation for Client Execution", "T1204": "User Execution", "T1204.002": "Malicious File",
	"T1207": "Rogue Domain Controller", "T1210": "Exploitation of Remote Services", "T1212": "Exploitation for Credential Access", "T1218": "System Binary Proxy Execution",
	"T1218.005": "Mshta", "T1218.010": "Regsvr32", "T1218.011": "Rundll32", "T1219": "Remote Access Tools", "T1222": "File and Directory Permissions Modification",
	"T1482": "Domain Trust Discovery", "T1484": "Domain or Tenant Policy Modification", "T1484.001": "Group Policy Modification", "T1486": "Data Encrypted for Impact",
	"T1489": "Service Stop", "T1490": "Inhibit System Recovery", "T1505": "Server Software Component", "T1505.003": "Web Shell", "T1505.004": "IIS Components",
	"T1518": "Software Discovery", "T1539": "Steal Web Session Cookie", "T1543": "Create or Modify System Process", "T1543.003": "Windows Service",
	"T1546": "Event Triggered Execution", "T1546.003": "WMI Event Subscription", "T1547": "Boot or Logon Autostart Execution", "T1547.001": "Registry Run Keys / Startup Folder",
	"T1548": "Abuse Elevation Control Mechanism", "T1548.002": "Bypass User Account Control", "T1550": "Use Alternate Authentication Material", "T1550.002": "Pass the Hash",
	"T1550.003": "Pass the Ticket", "T1552": "Unsecured Credentials", "T1552.001": "Credentials In Files", "T1552.006": "Group Policy Preferences", "T1555": "Credentials from Password Stores",
	"T1556": "Modify Authentication Process", "T1557": "Adversary-in-the-Middle", "T1557.001": "LLMNR/NBT-NS Poisoning and SMB Relay", "T1558": "Steal or Forge Kerberos Tickets",
	"T1558.001": "Golden Ticket", "T1558.002": "Silver Ticket", "T1558.003": "Kerberoasting", "T1558.004": "AS-REP Roasting", "T1560": "Archive Collected Data",
	"T1560.001": "Archive via Utility", "T1562": "Impair Defenses", "T1562.001": "Disable or Modify Tools", "T1562.002": "Disable Windows Event Logging",
	"T1562.004": "Disable or Modify System Firewall", "T1564": "Hide Artifacts", "T1566": "Phishing", "T1566.001": "Spearphishing Attachment", "T1567": "Exfiltration Over Web Service",
	"T1569": "System Services", "T1569.002": "Service Execution", "T1570": "Lateral Tool Transfer", "T1571": "Non-Standard Port", "T1572": "Protocol Tunneling",
	"T1573": "Encrypted Channel", "T1574": "Hijack Execution Flow", "T1574.001": "DLL", "T1583": "Acquire Infrastructure", "T1584": "Compromise Infrastructure",
	"T1589": "Gather Victim Identity Information", "T1595": "Active Scanning", "T1615": "Group Policy Discovery", "T1649": "Steal or Forge Authentication Certificates",
}

// TechniqueName returns ATT&CK's name of a technique, that of its parent if
// only that is known, "" if neither is.
func TechniqueName(id string) string {
	if name, ok := techniqueNames[id]; ok {
		return name
	}
	parent, _, _ := strings.Cut(id, ".")
	return techniqueNames[parent]
}
