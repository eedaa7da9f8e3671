package sigma

import (
	"maps"

	"seawall/record"
)

// Event channels that several log sources share.
const (
	channelSysmon     = "Microsoft-Windows-Sysmon/Operational"
	channelPowerShell = "Microsoft-Windows-PowerShell/Operational"
	channelPwsh       = "PowerShellCore/Operational"
	channelClassicPS  = "Windows PowerShell"
	channelSecurity   = "Security"
	channelWMI        = "Microsoft-Windows-WMI-Activity/Operational"
	channelDefender   = "Microsoft-Windows-Windows Defender/Operational"
)

// sysmonCategories are the categories Sysmon logs, by event id (Sigma taxonomy
// appendix, and the Sysmon manual).
var sysmonCategories = map[string][]int{
	"process_creation":         {1},
	"file_change":              {2},
	"network_connection":       {3},
	"sysmon_status":            {4, 16},
	"process_termination":      {5},
	"driver_load":              {6},
	"image_load":               {7},
	"create_remote_thread":     {8},
	"raw_access_thread":        {9},
	"raw_access_read":          {9},
	"process_access":           {10},
	"file_event":               {11},
	"registry_event":           {12, 13, 14},
	"registry_add":             {12},
	"registry_delete":          {12},
	"registry_set":             {13},
	"registry_rename":          {14},
	"create_stream_hash":       {15},
	"pipe_created":             {17, 18},
	"wmi_event":                {19, 20, 21},
	"dns_query":                {22},
	"file_delete":              {23, 26},
	"clipboard_change":         {24},
	"clipboard_capture":        {24},
	"process_tampering":        {25},
	"file_delete_detected":     {26},
	"file_block":               {27, 28},
	"file_block_executable":    {27},
	"file_block_shredding":     {28},
	"file_executable_detected": {29},
	"sysmon_error":             {255},
}

// sysmonRequire tells apart categories that share an event id.
var sysmonRequire = map[string]FieldEquals{
	"registry_add":    {Field: "EventType", Values: []string{"CreateKey"}},
	"registry_delete": {Field: "EventType", Values: []string{"DeleteKey", "DeleteValue"}},
}

// services are the channels of each service of product windows. Several have
// been known under two names; records carry one or the other.
var services = map[string][]string{
	"application":            {"Application"},
	"application-experience": {"Microsoft-Windows-Application-Experience/Program-Telemetry", "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant"},
	"applocker":              {"Microsoft-Windows-AppLocker/MSI and Script", "Microsoft-Windows-AppLocker/EXE and DLL", "Microsoft-Windows-AppLocker/Packaged app-Deployment", "Microsoft-Windows-AppLocker/Packaged app-Execution"},
	"appmodel-runtime":       {"Microsoft-Windows-AppModel-Runtime/Admin"},
	"appxdeployment-server":  {"Microsoft-Windows-AppXDeploymentServer/Operational"},
	"appxpackaging-om":       {"Microsoft-Windows-AppxPackaging/Operational"},
	"bitlocker":              {"Microsoft-Windows-BitLocker/BitLocker Management"},
	"bits-client":            {"Microsoft-Windows-Bits-Client/Operational"},
	"capi2":                  {"Microsoft-Windows-CAPI2/Operational"},
	"certificateservicesclient-lifecycle-system": {"Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"},
	"codeintegrity-operational":                  {"Microsoft-Windows-CodeIntegrity/Operational"},
	"dhcp":                                       {"Microsoft-Windows-DHCP-Server/Operational", "Microsoft-Windows-Dhcp-Server/Operational"},
	"diagnosis-scripted":                         {"Microsoft-Windows-Diagnosis-Scripted/Operational"},
	"dns-client":                                 {"Microsoft-Windows-DNS-Client/Operational", "Microsoft-Windows-DNS Client Events/Operational"},
	"dns-server":                                 {"DNS Server"},
	"dns-server-analytic":                        {"Microsoft-Windows-DNSServer/Analytical", "Microsoft-Windows-DNS-Server/Analytical"},
	"dns-server-audit":                           {"Microsoft-Windows-DNSServer/Audit", "Microsoft-Windows-DNS-Server/Audit"},
	"driver-framework":                           {"Microsoft-Windows-DriverFrameworks-UserMode/Operational"},
	"firewall-as":                                {"Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"},
	"hyper-v-worker":                             {"Microsoft-Windows-Hyper-V-Worker", "Microsoft-Windows-Hyper-V-Worker-Admin", "Microsoft-Windows-Hyper-V-Worker-Operational"},
	"iis-configuration":                          {"Microsoft-IIS-Configuration/Operational"},
	"kernel-event-tracing":                       {"Microsoft-Windows-Kernel-EventTracing", "Microsoft-Windows-Kernel-EventTracing/Admin", "Microsoft-Windows-Kernel-EventTracing/Analytic"},
	"kernel-shimengine":                          {"Microsoft-Windows-Kernel-ShimEngine/Operational", "Microsoft-Windows-Kernel-ShimEngine/Diagnostic"},
	"ldap":                                       {"Microsoft-Windows-LDAP-Client/Debug"},
	"lsa-server":                                 {"Microsoft-Windows-LSA/Operational"},
	"microsoft-servicebus-client":                {"Microsoft-ServiceBus-Client", "Microsoft-ServiceBus-Client/Admin", "Microsoft-ServiceBus-Client/Operational"},
	"msexchange-management":                      {"MSExchange Management"},
	"ntfs":                                       {"Microsoft-Windows-Ntfs/Operational"},
	"ntlm":                                       {"Microsoft-Windows-NTLM/Operational"},
	"openssh":                                    {"OpenSSH/Operational"},
	"powershell":                                 {channelPowerShell, channelPwsh},
	"powershell-classic":                         {channelClassicPS},
	"printservice-admin":                         {"Microsoft-Windows-PrintService/Admin"},
	"printservice-operational":                   {"Microsoft-Windows-PrintService/Operational"},
	"remotedesktopservices-rdpcorets":            {"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"},
	"security":                                   {channelSecurity},
	"security-mitigations":                       {"Microsoft-Windows-Security-Mitigations/KernelMode", "Microsoft-Windows-Security-Mitigations/UserMode", "Microsoft-Windows-Security-Mitigations/Kernel Mode", "Microsoft-Windows-Security-Mitigations/User Mode"},
	"sense":                                      {"Microsoft-Windows-SENSE/Operational"},
	"servicebus-client":                          {"Microsoft-ServiceBus-Client", "Microsoft-ServiceBus-Client/Admin", "Microsoft-ServiceBus-Client/Operational"},
	"shell-core":                                 {"Microsoft-Windows-Shell-Core/Operational"},
	"smbclient-connectivity":                     {"Microsoft-Windows-SmbClient/Connectivity"},
	"smbclient-security":                         {"Microsoft-Windows-SmbClient/Security"},
	"smbserver-audit":                            {"Microsoft-Windows-SMBServer/Audit"},
	"smbserver-connectivity":                     {"Microsoft-Windows-SMBServer/Connectivity"},
	"smbserver-operational":                      {"Microsoft-Windows-SMBServer/Operational"},
	"smbserver-security":                         {"Microsoft-Windows-SMBServer/Security"},
	"sysmon":                                     {channelSysmon},
	"system":                                     {"System"},
	"taskscheduler":                              {"Microsoft-Windows-TaskScheduler/Operational"},
	"terminalservices-gateway":                   {"Microsoft-Windows-TerminalServices-Gateway/Operational"},
	"terminalservices-localsessionmanager":       {"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
	"terminalservices-rdpclient":                 {"Microsoft-Windows-TerminalServices-RDPClient/Operational"},
	"terminalservices-remoteconnectionmanager": {"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"},
	"vhdmp":     {"Microsoft-Windows-VHDMP/Operational", "Microsoft-Windows-VHDMP-Operational"},
	"windefend": {channelDefender},
	"winrm":     {"Microsoft-Windows-WinRM/Operational"},
	"wmi":       {channelWMI},
}

// elsewhere names what Windows event logs cannot answer.
var elsewhere = map[string]string{
	"file_access": "file access is logged by the Microsoft-Windows-Kernel-File trace provider only, which writes no event log",
	"file_rename": "file renames are logged by the Microsoft-Windows-Kernel-File trace provider only, which writes no event log",
	"firewall":    "read from firewall logs, not event logs",
	"dns":         "read from DNS logs, not event logs",
	"database":    "read from database logs, not event logs",
	"netflow":     "read from flow records, not event logs",
	"zeek":        "read from Zeek logs, not event logs",
	"linux":       "read from Linux logs, not Windows event logs",
	"macos":       "read from macOS logs, not Windows event logs",
}

// DefaultMapping returns the mapping for Windows event logs. The caller owns
// it and may add to it.
func DefaultMapping() *Mapping {
	m := &Mapping{
		Categories: map[string][]Target{},
		Services:   maps.Clone(services),
		Elsewhere:  maps.Clone(elsewhere),
	}
	for category, ids := range sysmonCategories {
		t := windowsTarget("Sysmon", "install Sysmon with a configuration that logs "+category, []string{channelSysmon}, ids...)
		if require, ok := sysmonRequire[category]; ok {
			t.Require = []FieldEquals{require}
		}
		m.Categories[category] = append(m.Categories[category], t)
	}
	addPowerShell(m.Categories)
	m.Categories["antivirus"] = []Target{defenderTarget()}
	for category, t := range auditTargets() {
		m.Categories[category] = append(m.Categories[category], t)
	}
	maps.Copy(m.Categories, webTargets())
	return m
}

func windowsTarget(name, enable string, channels []string, ids ...int) Target {
	return Target{Name: name, Kind: record.KindWindows, Channels: channels, EventIDs: ids, Enable: enable}
}

func addPowerShell(categories map[string][]Target) {
	both := []string{channelPowerShell, channelPwsh}
	classic := []string{channelClassicPS}
	add := func(category, enable string, channels []string, id int) {
		categories[category] = []Target{windowsTarget("PowerShell", enable, channels, id)}
	}
	add("ps_module", "enable PowerShell module logging", both, 4103)
	add("ps_script", "enable PowerShell script block logging", both, 4104)
	add("ps_classic_start", "collect the channel Windows PowerShell", classic, 400)
	add("ps_classic_provider_start", "collect the channel Windows PowerShell", classic, 600)
	add("ps_classic_script", "enable PowerShell module logging", classic, 800)
}

// defenderTarget reads generic antivirus rules on Microsoft Defender's events
// that carry a threat name or a path.
func defenderTarget() Target {
	t := windowsTarget("Microsoft Defender", "collect the channel "+channelDefender, []string{channelDefender},
		1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116, 1117, 1118, 1119)
	t.Rename = map[string]string{"Signature": "ThreatName"}
	t.Derive = map[string]Derivation{"Filename": {From: []string{"Path"}, Append: appendDefenderPaths}}
	return t
}

// auditTargets are the second sources: Windows' own auditing where Sysmon is
// not installed.
func auditTargets() map[string]Target {
	security := []string{channelSecurity}
	process := windowsTarget("Security 4688", "enable auditing of process creation, with command lines", security, 4688)
	process.Rename = map[string]string{"Image": "NewProcessName", "ParentImage": "ParentProcessName"}
	process.Derive = processDerivations

	connection := windowsTarget("Security 5156", "enable auditing of filtering platform connections", security, 5156)
	connection.Rename = map[string]string{
		"DestinationIp": "DestAddress", "DestinationPort": "DestPort",
		"SourceIp": "SourceAddress", "ProcessId": "ProcessID",
	}
	connection.Derive = connectionDerivations

	binding := windowsTarget("WMI-Activity 5861", "collect the channel "+channelWMI, []string{channelWMI}, 5861)
	binding.Rename = map[string]string{"EventNamespace": "Namespace", "Consumer": "CONSUMER", "Filter": "ESS"}
	binding.Derive = wmiDerivations

	targets := map[string]Target{"process_creation": process, "network_connection": connection, "wmi_event": binding}
	for category, operations := range registryOperations {
		value := windowsTarget("Security 4657", "enable auditing of the registry, with access control entries on the keys", security, 4657)
		value.Rename = map[string]string{"Image": "ProcessName"}
		value.Derive = registryDerivations
		value.Require = []FieldEquals{{Field: "OperationType", Values: operations}}
		targets[category] = value
	}
	for category, t := range targets {
		t.Degraded = true
		targets[category] = t
	}
	return targets
}

// registryOperations are the operations of event 4657 per category. It logs
// values only: %%1904 a new value, %%1905 a changed one, %%1906 a deleted one.
// Sysmon calls the first two "set". A new value is also the nearest that 4657
// has to a new key.
var registryOperations = map[string][]string{
	"registry_event":  {"%%1904", "%%1905", "%%1906"},
	"registry_add":    {"%%1904"},
	"registry_set":    {"%%1904", "%%1905"},
	"registry_delete": {"%%1906"},
}
