package lateral

import (
	"strings"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/principal"
)

// commandOf reads a command that acts on another host; Name is that host's
// short name.
func commandOf(a *activity.Activity) (s step, ok bool) {
	line := a.Process.CommandLine
	if line == "" {
		return s, false
	}
	tool, host := remoteCommand(base(a.Process.Image), line)
	if tool == "" || host == "" || principal.Computer(host) == principal.Computer(a.Host) {
		return s, false
	}
	switch strings.ToLower(host) {
	case "localhost", "127.0.0.1", "::1", ".":
		return s, false
	}
	return step{
		Kind: command, Account: principal.Account(a.Actor.User), Logon: a.Actor.Logon, EventID: a.EventID,
		Name: principal.Computer(host), Detail: finding.Shorten(line, maxDetail), Tool: tool,
	}, true
}

// remoteCommand tells which program acts on which other host.
func remoteCommand(image, line string) (tool, host string) {
	lower := strings.ToLower(line)
	switch image {
	case "psexec.exe", "psexec64.exe", "paexec.exe":
		return "PsExec", unc(line)
	case "wmic.exe":
		return "WMI", after(line, lower, "/node:")
	case "winrs.exe":
		return "Windows Remote Shell", firstOf(after(line, lower, "-r:"), after(line, lower, "/r:"), after(line, lower, "-remote:"))
	case "schtasks.exe":
		if strings.Contains(lower, "/create") || strings.Contains(lower, "/run") || strings.Contains(lower, "/change") {
			return "scheduled tasks", after(line, lower, "/s ")
		}
	case "sc.exe":
		if strings.Contains(lower, " create ") || strings.Contains(lower, " start ") || strings.Contains(lower, " config ") {
			return "service control", unc(line)
		}
	case "at.exe":
		return "scheduled tasks", unc(line)
	case "net.exe", "net1.exe":
		if strings.Contains(lower, `\c$`) || strings.Contains(lower, `\admin$`) || strings.Contains(lower, `\ipc$`) {
			return "a mapped administrative share", unc(line)
		}
	case "powershell.exe", "pwsh.exe":
		if strings.Contains(lower, "invoke-command") || strings.Contains(lower, "enter-pssession") || strings.Contains(lower, "new-pssession") || strings.Contains(lower, "invoke-wmimethod") || strings.Contains(lower, "invoke-cimmethod") {
			return "PowerShell remoting", firstOf(after(line, lower, "-computername "), after(line, lower, "-cn "))
		}
	}
	return "", ""
}

func firstOf(hosts ...string) string {
	for _, host := range hosts {
		if host != "" {
			return host
		}
	}
	return ""
}

// unc returns the host of the first \\host in a command line.
func unc(line string) string {
	_, rest, ok := strings.Cut(line, `\\`)
	if !ok {
		return ""
	}
	return word(rest)
}

// after returns the word that follows a switch, in its own case.
func after(line, lower, flag string) string {
	i := strings.Index(lower, flag)
	if i < 0 || len(line) != len(lower) {
		return ""
	}
	return word(strings.TrimLeft(line[i+len(flag):], ` "'\@`))
}

func word(text string) string {
	if i := strings.IndexAny(text, " \\\"',;|\t"); i >= 0 {
		text = text[:i]
	}
	return text
}
