package lateral

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

const (
	host = "srv1.corp.example"
	from = "10.0.0.66"
)

func logon(number int, at time.Duration, on, address, user string, logonType int, id uint64) activity.Activity {
	a := summarytest.Security(on, 4624, number, at)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.Logon, Success: true, Type: logonType, User: user, Address: address, Logon: id}
	return a
}

func share(number int, at time.Duration, on, name, file string, write, refused bool) activity.Activity {
	a := summarytest.Security(on, 5145, number, at)
	a.Class = activity.ShareAccess
	a.Actor = activity.Actor{User: "eve", Logon: 7}
	a.Share = &activity.Share{Name: `\\*\` + name, Path: file, Address: from, Write: write, Refused: refused}
	return a
}

func pipe(number int, at time.Duration, name string) activity.Activity {
	return share(number, at, host, "IPC$", name, true, false)
}

func installed(number int, at time.Duration, eventID int, name, file string) activity.Activity {
	a := summarytest.Security(host, eventID, number, at)
	a.Class = activity.ServiceChange
	if eventID == 4697 {
		a.Actor = activity.Actor{User: "eve", Logon: 7}
	}
	a.Service = &activity.Service{Operation: "install", Name: name, Path: file}
	return a
}

func scheduled(number int, at time.Duration, command string) activity.Activity {
	a := summarytest.Security(host, 4698, number, at)
	a.Class = activity.TaskChange
	a.Actor = activity.Actor{User: "eve", Logon: 7}
	a.Task = &activity.Task{Operation: "create", Name: `\x`, Command: command}
	return a
}

func started(number int, at time.Duration, on, parent, image, line string, id uint64) activity.Activity {
	a := summarytest.Security(on, 4688, number, at)
	a.Class = activity.ProcessStart
	a.Actor = activity.Actor{User: "eve", Logon: id}
	a.Process = &activity.Process{Image: `C:\Windows\System32\` + image, CommandLine: line, ParentImage: `C:\Windows\System32\` + parent}
	return a
}

func all(a ...activity.Activity) []activity.Activity { return a }

func TestMovements(t *testing.T) {
	const (
		byService = "Lateral movement through a remote service"
		wmiShell  = `cmd.exe /Q /c whoami 1> \\127.0.0.1\ADMIN$\__1599999999.1 2>&1`
	)
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("everyday use of shares is no movement", all(
			logon(1, 0, host, from, "eve", 3, 7), share(2, 0, host, "Data", `a.exe`, true, false), pipe(3, 0, "srvsvc"), share(4, 0, host, "ADMIN$", "", false, false),
		)),
		summarytest.Case("a service installed at the host itself is no movement", all(installed(1, 0, 7045, "Updater", `C:\Program Files\Updater\u.exe`))),
		summarytest.Case(
			"a service tied to the session by its logon id", all(logon(1, 0, host, from, "eve", 3, 7), installed(2, 3*time.Minute, 4697, "Updater", `C:\u.exe`)),
			summarytest.Want(byService, finding.Medium, "T1021.002"),
		),
		summarytest.Case(
			"PsExec by its copy, pipe and service", all(
				share(1, 0, host, "ADMIN$", "PSEXESVC.exe", true, false), pipe(2, time.Second, "svcctl"), installed(3, 2*time.Second, 7045, "PSEXESVC", `%SystemRoot%\PSEXESVC.exe`), pipe(4, 3*time.Second, "PSEXESVC-PC-77-stdin"),
			),
			summarytest.Want(byService, finding.High, "T1021.002"),
		),
		summarytest.Case(
			"software distribution, by service and folder", all(
				logon(1, 0, host, from, "deploy", 3, 7), share(2, time.Second, host, "ADMIN$", `AdminArsenal\PDQDeployRunner\service-1\PDQDeployRunner-1.exe`, true, false), pipe(3, 2*time.Second, "svcctl"),
				installed(4, 3*time.Second, 7045, "PDQDeployRunner-1", `%SystemRoot%\AdminArsenal\PDQDeployRunner\service-1\PDQDeployRunner-1.exe`),
			),
			summarytest.Want(byService, finding.Low, "T1021.002"),
		),
		summarytest.Case(
			"its service with a program elsewhere", all(pipe(1, 0, "svcctl"), installed(2, time.Second, 7045, "PDQDeployRunner-1", `C:\Windows\PDQDeployRunner-1.exe`)),
			summarytest.Want(byService, finding.Medium, "T1021.002"),
		),
		summarytest.Case(
			"a shell through its service's session", all(pipe(1, 0, "svcctl"), installed(2, time.Second, 7045, "PDQDeployRunner-1", `%SystemRoot%\AdminArsenal\PDQDeployRunner\x.exe`), pipe(3, 2*time.Second, "PSEXESVC-PC-77-stdin")),
			summarytest.Want(byService, finding.High, "T1021.002"),
		),
		summarytest.Case("PsExec renamed, by its pipes", all(pipe(1, 0, "backup-pc7-4242-stdin")), summarytest.Want(byService, finding.High, "T1021.002")),
		summarytest.Case("PsExec without a trace of where from", all(installed(3, 0, 7045, "PSEXESVC", `%SystemRoot%\PSEXESVC.exe`)), summarytest.Want("Service installed as tools for remote execution do", finding.High, "T1569.002")),
		summarytest.Case("service control alone is worth a look", all(pipe(1, 0, "svcctl")), summarytest.Want("Service or task control opened from another computer", finding.Medium, "T1021.002")),
		summarytest.Case(
			"a task tied to the session", all(logon(1, 0, host, from, "eve", 3, 7), scheduled(2, time.Minute, `cmd.exe /C whoami > %windir%\Temp\abc.tmp`)),
			summarytest.Want("Lateral movement through a scheduled task", finding.High, "T1053.005"),
		),
		summarytest.Case(
			"a shell through WMI", all(logon(1, 0, host, from, "eve", 3, 7), started(2, time.Second, host, "WmiPrvSE.exe", "cmd.exe", wmiShell, 7)),
			summarytest.Want("Lateral movement through WMI", finding.High, "T1047"),
		),
		summarytest.Case("inventory through WMI that nothing ties is left alone", all(started(2, 0, host, "WmiPrvSE.exe", "inventory.exe", "inventory.exe", 99))),
		summarytest.Case(
			"a remote PowerShell session", all(logon(1, 0, host, from, "eve", 3, 7), started(2, time.Hour, host, "wsmprovhost.exe", "whoami.exe", "whoami", 7)),
			summarytest.Want("Lateral movement through Windows Remote Management", finding.Medium, "T1021.006"),
		),
		summarytest.Case("hives fetched", all(pipe(1, 0, "winreg"), share(2, 0, host, "ADMIN$", `SYSTEM32\BTeHLZkJ.tmp`, false, false)), summarytest.Want("Credential stores fetched from a computer over the network", finding.High, "T1003.002")),
		summarytest.Case("a user's keys fetched", all(share(2, 0, host, "C$", `Users\bob\AppData\Roaming\Microsoft\Protect\S-1-5-21-1\x`, false, false)), summarytest.Want("Users' stored credentials read over the network", finding.High, "T1021.002")),
		summarytest.Case("a program dropped", all(share(2, 0, host, "C$", `inetpub\wwwroot\x.aspx`, true, false)), summarytest.Want("Program copied to another computer", finding.Medium, "T1021.002")),
		summarytest.Case(
			"the command at the source makes it sure", all(pipe(1, 0, "svcctl"), started(2, -time.Minute, "pc7", "cmd.exe", "sc.exe", `sc \\srv1 create x binPath= c:\x.exe`, 3)),
			summarytest.Want("Service or task control opened from another computer", finding.High, "T1021.002"),
		),
		summarytest.Case("a command without a trace at its target", all(started(2, 0, "pc7", "cmd.exe", "wmic.exe", `wmic /node:"srv9" process call create x`, 3)), summarytest.Want("Commands sent to other computers", finding.Medium, "T1021")),
		summarytest.Case("commands to oneself are no movement", all(started(2, 0, "pc7", "cmd.exe", "wmic.exe", `wmic /node:localhost os get name`, 3))),
		summarytest.Case("routine ranks lower", all(pipe(1, 0, "svcctl"), pipe(2, 24*time.Hour, "svcctl"), pipe(3, 48*time.Hour, "svcctl")), summarytest.Want("Service or task control opened from another computer", finding.Low, "T1021.002")),
	)
}

func TestManyHosts(t *testing.T) {
	fan := func(n int, make func(i int) activity.Activity) (list []activity.Activity) {
		for i := range n {
			list = append(list, make(i))
		}
		return list
	}
	name := func(i int) string { return fmt.Sprintf("srv%d", i) }
	usual := fan(4, func(i int) activity.Activity {
		return logon(40+i, -48*time.Hour+time.Duration(i)*time.Minute, name(i), "10.0.0.200", "eve", 3, 1)
	})
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case(
			"drives of many hosts", fan(5, func(i int) activity.Activity {
				return share(i, time.Duration(i)*time.Minute, name(i), "C$", "", false, false)
			}),
			summarytest.Want("One source used administrative access on many computers", finding.Medium, "T1021.002"),
		),
		summarytest.Case("drives of a few hosts over the day", fan(5, func(i int) activity.Activity {
			return share(i, time.Duration(i)*time.Hour, name(i), "C$", "", false, false)
		})),
		summarytest.Case(
			"remote desktops of many hosts", fan(5, func(i int) activity.Activity {
				return logon(i, time.Duration(i)*time.Minute, name(i), from, "eve", 10, 1)
			}),
			summarytest.Want("One source used administrative access on many computers", finding.Medium, "T1021.001"),
		),
		summarytest.Case(
			"a survey of many hosts", fan(5, func(i int) activity.Activity {
				return share(i, time.Duration(i)*time.Second, name(i), "IPC$", "srvsvc", false, false)
			}),
			summarytest.Want("One source asked many computers for their users, shares and sessions", finding.Medium, "T1018"),
		),
		summarytest.Case(
			"a survey of one", all(pipe(1, 0, "samr"), pipe(2, 0, "lsarpc"), pipe(3, time.Second, "srvsvc")),
			summarytest.Want("A host was asked for its users, shares and sessions", finding.Medium, "T1087.002"),
		),
		summarytest.Case(
			"logons to many hosts", fan(12, func(i int) activity.Activity {
				return logon(i, time.Duration(i)*time.Minute, name(i), from, "eve", 3, 1)
			}),
			summarytest.Want("One source logged on to many computers", finding.Low, "T1021"),
		),
		summarytest.Case(
			"an account at a new place spreads out", slices.Concat(usual, fan(5, func(i int) activity.Activity {
				return logon(i, time.Duration(i)*time.Minute, name(i), from, "eve", 3, 1)
			})),
			summarytest.Want("An account went from a new place to many computers", finding.Medium, "T1021"),
		),
		summarytest.Case("a computer with a new address goes to the usual hosts", slices.Concat(usual, fan(4, func(i int) activity.Activity {
			return logon(i, time.Duration(i)*time.Minute, name(i), from, "eve", 3, 1)
		}))),
		summarytest.Case("a new account goes where it must", fan(4, func(i int) activity.Activity {
			return logon(i, time.Duration(i)*time.Minute, name(i), from, "eve", 3, 1)
		})),
		summarytest.Case("a usual place may try new hosts", slices.Concat(fan(4, func(i int) activity.Activity {
			return logon(i, time.Duration(i)*time.Minute, name(i), from, "eve", 3, 1)
		}), all(logon(50, -48*time.Hour, "srv0", from, "eve", 3, 1)))),
		summarytest.Case(
			"drives refused", fan(4, func(i int) activity.Activity {
				return share(i, time.Duration(i)*time.Minute, name(i), "C$", "", false, true)
			}),
			summarytest.Want("Access to other computers tried, and blocked", finding.Medium, "T1021"),
		),
		summarytest.Case("the firewall's refusal", all(blocked(1, 445)), summarytest.Want("Access to other computers tried, and blocked", finding.Low, "T1021")),
		summarytest.Case("refused web traffic is none of it", all(blocked(1, 443))),
		summarytest.Case("a session with other credentials", all(borrowed(1)), summarytest.Want("Session with another account's credentials (shape of pass-the-hash)", finding.Medium, "T1550.002")),
	)
}

// session is a remote desktop session taken up (4778) or left (4779).
func session(number int, at time.Duration, eventID int, user, address string) activity.Activity {
	a := logon(number, at, host, address, user, 0, 1)
	a.EventID, a.Authentication.Kind = eventID, activity.RemoteDesktop
	return a
}

func TestSessionsTakenOver(t *testing.T) {
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case(
			"a client whose session changes its user was given another's", all(session(1, 0, 4779, "eve", from), session(2, 0, 4778, "admin", from)),
			summarytest.Want("Remote desktop session of another account taken over", finding.High, "T1563.002"),
		),
		summarytest.Case("a session taken up again is its owner's", all(session(1, 0, 4779, "eve", from), session(2, 0, 4778, "eve", from))),
		summarytest.Case("other clients, other times", all(session(1, 0, 4779, "eve", from), session(2, time.Minute, 4778, "admin", from), session(3, 0, 4778, "bob", "10.0.0.8"))),
	)
}

func blocked(number, port int) activity.Activity {
	a := summarytest.Security(host, 5157, number, 0)
	a.Class = activity.Connection
	a.Network = &activity.Network{Source: from, Destination: "10.0.5.5", DestinationPort: port, Blocked: true}
	return a
}

func borrowed(number int) activity.Activity {
	a := logon(number, 0, host, "::1", "eve", 9, 5)
	a.Authentication.Process = "seclogo"
	return a
}

func TestMarks(t *testing.T) {
	f := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(serviceTool("BTOBTO", `%COMSPEC% /Q /c echo dir ^> \\127.0.0.1\C$\__output`), "a remote shell that keeps its output on the host's own share")
	f(serviceTool("abcd", `%systemroot%\hKmqPzTe.exe`), "a service program with a random name")
	f(serviceTool("spoolfool", "cmd.exe"), "a command shell as a service")
	f(serviceTool("x", `"C:\Windows\System32\cmd.exe" /c x`), "a command shell as a service")
	f(serviceTool("Spooler", `C:\Windows\System32\spoolsv.exe`), "")
	f(consoleTool("svc-pc7-4242-stderr"), "PsExec under another name")
	f(consoleTool("srvsvc"), "")
	for _, file := range []string{`windows\__1599999999.12`, `__output`} {
		if !outputFile(file) {
			t.Error(file)
		}
	}
	if outputFile(`__init__.py`) || hiveFile("admin$", `system32\config.tmp`) || hiveFile("c$", `system32\abcdefgh.tmp`) {
		t.Error("ordinary files are taken for tools'")
	}
}

func TestRemoteCommands(t *testing.T) {
	f := func(image, line, host string) {
		t.Helper()
		if _, got := remoteCommand(image, line); got != host {
			t.Errorf("%s: %q, want %q", line, got, host)
		}
	}
	f("psexec.exe", `psexec \\SRV1 -s cmd`, "SRV1")
	f("wmic.exe", `wmic /node:"srv1" process list`, "srv1")
	f("wmic.exe", `wmic /node:10.0.0.1 process list`, "10.0.0.1")
	f("winrs.exe", `winrs -r:srv1 whoami`, "srv1")
	f("schtasks.exe", `schtasks /create /s srv1 /tn x`, "srv1")
	f("schtasks.exe", `schtasks /create /tn x /sc daily`, "")
	f("net.exe", `net use \\srv1\C$`, "srv1")
	f("net.exe", `net use \\srv1\public`, "")
	f("powershell.exe", `powershell Invoke-Command -ComputerName srv1 { x }`, "srv1")
	f("cmd.exe", `cmd /c dir \\srv1\c$`, "")
}

func TestMovementCitesEachKindOfTrace(t *testing.T) {
	findings := summarytest.Run(Detector(), all(
		logon(1, 0, host, from, "eve", 3, 7), share(2, 0, host, "ADMIN$", "x.exe", true, false), pipe(3, time.Second, "svcctl"), installed(4, 2*time.Second, 4697, "x", `C:\x.exe`),
	))
	if len(findings) != 1 || len(findings[0].Citations) != 4 || findings[0].Confidence != finding.Certain ||
		!slices.Contains(findings[0].Entities, finding.Entity{Type: finding.Logon, Value: host + " 0x7"}) {
		t.Errorf("%+v", findings)
	}
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 400).Draw(t, "seconds")) * time.Second
		on := rapid.SampledFrom([]string{host, "srv2", "srv3", "srv4"}).Draw(t, "host")
		switch rapid.IntRange(0, 7).Draw(t, "what") {
		case 0:
			return logon(number, at, on, from, "eve", rapid.SampledFrom([]int{3, 10}).Draw(t, "type"), 7)
		case 1:
			return installed(number, at, rapid.SampledFrom([]int{7045, 4697}).Draw(t, "event"), "s", rapid.SampledFrom([]string{`C:\s.exe`, `%COMSPEC% /c x`}).Draw(t, "path"))
		case 2:
			return scheduled(number, at, "x")
		case 3:
			return started(number, at, on, "WmiPrvSE.exe", "cmd.exe", "cmd", 7)
		case 4:
			return started(number, at, "pc7", "cmd.exe", "psexec.exe", `psexec \\srv2 cmd`, 3)
		case 5:
			return share(number, at, on, "C$", rapid.SampledFrom([]string{"", "x.exe", "__output"}).Draw(t, "file"), true, rapid.Bool().Draw(t, "refused"))
		case 6:
			return borrowed(number)
		}
		return share(number, at, on, "IPC$", rapid.SampledFrom([]string{"svcctl", "samr", "srvsvc", "lsarpc", "a-b-1-stdin"}).Draw(t, "pipe"), true, false)
	})
}
