package winevent

import "bytes"

// channelAbbreviations are Hayabusa's, for the channels that detectors and
// rules read most.
var channelAbbreviations = map[string][]byte{
	"Sec":         []byte("Security"),
	"Sys":         []byte("System"),
	"App":         []byte("Application"),
	"Sysmon":      []byte("Microsoft-Windows-Sysmon/Operational"),
	"PwSh":        []byte("Microsoft-Windows-PowerShell/Operational"),
	"PwShClassic": []byte("Windows PowerShell"),
	"PwShCore":    []byte("PowerShellCore/Operational"),
	"TaskSch":     []byte("Microsoft-Windows-TaskScheduler/Operational"),
	"Defender":    []byte("Microsoft-Windows-Windows Defender/Operational"),
	"RDS-RCM":     []byte("Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"),
	"RDS-LSM":     []byte("Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"),
	"RDP-CoreTS":  []byte("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"),
	"RDP-Cli":     []byte("Microsoft-Windows-TerminalServices-RDPClient/Operational"),
	"WinRM":       []byte("Microsoft-Windows-WinRM/Operational"),
	"WMI":         []byte("Microsoft-Windows-WMI-Activity/Operational"),
	"BitsCli":     []byte("Microsoft-Windows-Bits-Client/Operational"),
	"NTLM":        []byte("Microsoft-Windows-NTLM/Operational"),
	"OpenSSH":     []byte("OpenSSH/Operational"),
	"Exchange":    []byte("MSExchange Management"),
	"Firewall":    []byte("Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"),
	"CodeInteg":   []byte("Microsoft-Windows-CodeIntegrity/Operational"),
	"DvrFmwk":     []byte("Microsoft-Windows-DriverFrameworks-UserMode/Operational"),
	"PrintAdm":    []byte("Microsoft-Windows-PrintService/Admin"),
	"PrintOp":     []byte("Microsoft-Windows-PrintService/Operational"),
	"SmbCliSec":   []byte("Microsoft-Windows-SmbClient/Security"),
	"DNS-Svr":     []byte("DNS Server"),
}

// fullChannel returns the name of a channel as Windows has it. Splunk's
// sources have a prefix: "XmlWinEventLog:Security".
func fullChannel(text []byte) []byte {
	if i := bytes.Index(text, []byte("WinEventLog:")); i >= 0 && i <= len("Xml") {
		return text[i+len("WinEventLog:"):]
	}
	if len(text) <= len("PwShClassic") {
		if full, ok := channelAbbreviations[string(text)]; ok {
			return full
		}
	}
	return text
}

// providerChannels are the channels that well-known providers write to, for
// exports that leave the channel out.
var providerChannels = map[string][]byte{
	"Microsoft-Windows-Security-Auditing": []byte("Security"),
	"Security":                            []byte("Security"),
	"Service Control Manager":             []byte("System"),
	"EventLog":                            []byte("System"),
	"Microsoft-Windows-Kernel-General":    []byte("System"),
	"Microsoft-Windows-Kernel-Power":      []byte("System"),
	"PowerShell":                          []byte("Windows PowerShell"),
	"MSSQLSERVER":                         []byte("Application"),
	"MsiInstaller":                        []byte("Application"),
	"ESENT":                               []byte("Application"),
	"OpenSSH":                             []byte("OpenSSH/Operational"),
	"MSExchange CmdletLogs":               []byte("MSExchange Management"),
	"Microsoft-Windows-Bits-Client":       []byte("Microsoft-Windows-Bits-Client/Operational"),
	"Microsoft-Windows-NTLM":              []byte("Microsoft-Windows-NTLM/Operational"),
	"Microsoft-Windows-PowerShell":        []byte("Microsoft-Windows-PowerShell/Operational"),
	"PowerShellCore":                      []byte("PowerShellCore/Operational"),
	"Microsoft-Windows-Sysmon":            []byte("Microsoft-Windows-Sysmon/Operational"),
	"Microsoft-Windows-TaskScheduler":     []byte("Microsoft-Windows-TaskScheduler/Operational"),
	"Microsoft-Windows-WinRM":             []byte("Microsoft-Windows-WinRM/Operational"),
	"Microsoft-Windows-WMI-Activity":      []byte("Microsoft-Windows-WMI-Activity/Operational"),
	"Microsoft-Windows-Windows Defender":  []byte("Microsoft-Windows-Windows Defender/Operational"),
	"Microsoft-Windows-TerminalServices-LocalSessionManager":     []byte("Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"),
	"Microsoft-Windows-TerminalServices-RemoteConnectionManager": []byte("Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"),
	"Microsoft-Windows-RemoteDesktopServices-RdpCoreTS":          []byte("Microsoft-Windows-RemoteDesktopServices-RdpCoreTS/Operational"),
}

// channelOf tells the channel of an event whose export leaves it out, nil if
// that is not known.
func channelOf(provider, id []byte) []byte {
	if string(provider) == "Microsoft-Windows-Eventlog" {
		if string(id) == "104" {
			return []byte("System")
		}
		return []byte("Security") // 1100 to 1108
	}
	return providerChannels[string(provider)]
}
