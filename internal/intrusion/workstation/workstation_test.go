package workstation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

func logon(number int, at time.Duration, user, client, address string, logonType int, success bool) activity.Activity {
	a := summarytest.Security("app01", 4624, number, at)
	a.Class = activity.Authenticated
	a.Authentication = &activity.Authentication{Kind: activity.Logon, Type: logonType, User: user, Workstation: client, Address: address, Success: success}
	if !success {
		a.EventID = 4625
	}
	return a
}

// office is an estate of machines with a naming scheme of their own.
func office(extra ...activity.Activity) []activity.Activity {
	var all []activity.Activity
	for i := range 6 {
		a := logon(900+i, -48*time.Hour, fmt.Sprintf("CORP-PC%02d$", i), "", fmt.Sprintf("10.0.0.%d", 10+i), 3, true)
		all = append(all, a, logon(800+i, -48*time.Hour, fmt.Sprintf("user%d", i), fmt.Sprintf("CORP-PC%02d", i), fmt.Sprintf("10.0.0.%d", 10+i), 3, true))
	}
	return append(all, extra...)
}

func TestStrangers(t *testing.T) {
	const (
		tunnelled = "A foreign machine logs on through one of your computers"
		made      = "A machine with a name made up by Windows Setup "
		attack    = "A machine with an attack tool's name "
	)
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("the organisation's own machines are known", office()),
		summarytest.Case("kali logs on", office(logon(1, 0, "user1", "KALI", "10.0.9.9", 3, true)), summarytest.Want(attack+"logged on", finding.High, "T1078")),
		summarytest.Case("kali tries to, on an estate nobody knows", []activity.Activity{logon(1, 0, "user1", "kali-2", "10.0.9.9", 3, false)}, summarytest.Want(attack+"tried to log on", finding.Medium, "T1078")),
		summarytest.Case("a made-up name is out of scheme", office(logon(1, 0, "user1", "DESKTOP-1A2B3C4", "10.0.9.9", 3, true)), summarytest.Want(made+"logged on", finding.Medium, "T1078")),
		summarytest.Case("its failed attempt ranks low", office(logon(1, 0, "user1", "WIN-77LTAPHIQ1R", "10.0.9.9", 3, false)), summarytest.Want(made+"tried to log on", finding.Low, "T1078")),
		summarytest.Case("a made-up name with an account in the domain is the organisation's", office(
			logon(1, 0, "user1", "DESKTOP-1A2B3C4", "10.0.9.9", 3, true), logon(2, 0, "DESKTOP-1A2B3C4$", "", "10.0.9.9", 3, true),
		)),
		summarytest.Case("a known account on an unknown machine", office(logon(1, 0, "user1", "LAB7", "10.0.9.9", 3, true)), summarytest.Want("An account was used from a machine never seen before", finding.Low, "T1078")),
		summarytest.Case("an account that is new itself says nothing", office(logon(1, 0, "newcomer", "LAB7", "10.0.9.9", 3, true))),
		summarytest.Case(
			"a stranger behind a computer's address came through a tunnel",
			office(logon(1, 0, "user3", "CORP-PC03", "10.0.0.13", 3, true), logon(2, time.Hour, "svc_app", "vm-build", "10.0.0.13", 3, true)),
			summarytest.Want(tunnelled, finding.High, "T1090"),
		),
		summarytest.Case(
			"even if it was refused",
			office(logon(1, 0, "user3", "CORP-PC03", "10.0.0.13", 3, true), logon(2, time.Hour, "svc_app", "vm-build", "10.0.0.13", 3, false)),
			summarytest.Want(tunnelled, finding.Medium, "T1090"),
		),
	)
}

func TestPlaces(t *testing.T) {
	public := func(number int, address string) activity.Activity {
		return logon(number, 0, "alice", "", address, 10, true)
	}
	all := func(a ...activity.Activity) []activity.Activity { return a }
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("remote desktop from the host itself is a tunnel", all(logon(1, 0, "alice", "APP01", "127.0.0.1", 10, true)), summarytest.Want("Remote desktop through a tunnel", finding.High, "T1021.001")),
		summarytest.Case("link-local ranks low", all(logon(1, 0, "alice", "APP01", "fe80::1%4", 10, true)), summarytest.Want("Remote desktop from a link-local address", finding.Low, "T1021.001")),
		summarytest.Case("local logons that are no remote desktop are left alone", all(logon(1, 0, "alice", "APP01", "127.0.0.1", 2, true), logon(2, 0, "alice", "APP01", "127.0.0.1", 3, true))),
		summarytest.Case("a logon from the internet", all(public(1, "198.51.100.7"), public(2, "203.0.113.9")), summarytest.Want("Logon from the internet to a Windows host", finding.High, "T1078")),
		summarytest.Case("anonymous sessions from the internet are not logons", all(logon(1, 0, "ANONYMOUS LOGON", "X", "198.51.100.7", 3, true))),
		summarytest.Case(
			"an organisation with public addresses of its own", all(public(1, "141.7.0.1"), public(2, "141.7.0.2"), public(3, "141.7.3.1"), public(4, "141.7.4.1"), public(5, "141.7.5.1")),
			summarytest.Want("Logon from the internet to a Windows host", finding.Low, "T1078"),
		),
	)
}

func TestRelays(t *testing.T) {
	const title = "Logon passed on by somebody in between (relay)"
	ntlm := func(user, client, address string) []activity.Activity {
		a := logon(1, 0, user, client, address, 3, true)
		a.Authentication.Package = "NTLM"
		return []activity.Activity{a}
	}
	ticket := func(sid string) []activity.Activity {
		a := logon(1, 0, "Administrator", "", "127.0.0.1", 3, true)
		a.Authentication.Package, a.Authentication.SID, a.Authentication.Port = "Kerberos", sid, 50001
		return []activity.Activity{a}
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("a computer's account from another computer", ntlm("DC01$", "PC7", "10.0.0.9"), summarytest.Want(title, finding.High, "T1557.001")),
		summarytest.Case("a computer's account from itself", ntlm("DC01$", "DC01", "10.0.0.9")),
		summarytest.Case("a long name that NTLM cuts", ntlm("A-VERY-LONG-SERVER-NAME$", "A-VERY-LONG-SER", "10.0.0.9")),
		summarytest.Case("the host's own account from elsewhere", ntlm("APP01$", "", "10.0.0.9"), summarytest.Want(title, finding.High, "T1557.001")),
		summarytest.Case("the administrator's ticket against the host itself", ticket("S-1-5-21-1-2-3-500"), summarytest.Want(title, finding.High, "T1557.001")),
		summarytest.Case("another's ticket", ticket("S-1-5-21-1-2-3-1104")),
	)
}

func TestTheWhyNamesBothMachines(t *testing.T) {
	findings := summarytest.Run(Detector(), office(logon(1, 0, "user3", "CORP-PC03", "10.0.0.13", 3, true), logon(2, time.Hour, "svc_app", "VM-BUILD", "10.0.0.13", 3, true)))
	if len(findings) != 1 || !strings.Contains(findings[0].Why, "corp-pc03") || !strings.Contains(findings[0].Why, "vm-build") {
		t.Errorf("%+v", findings)
	}
}

func TestNames(t *testing.T) {
	f := func(is func(string) bool, name string, want bool) {
		t.Helper()
		if is(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	f(attackName, "KALI", true)
	f(attackName, "kali-purple", true)
	f(attackName, "PENTEST01", true)
	f(attackName, "kalina", false)
	f(attackName, "WEB01", false)
	f(madeUp, "DESKTOP-1A2B3C4", true)
	f(madeUp, "WIN-77LTAPHIQ1R", true)
	f(madeUp, "WIN-FILES", false)
	f(madeUp, "desktop", false)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * time.Hour
		if rapid.IntRange(0, 9).Draw(t, "what") == 0 {
			return ran(number, at, rapid.SampledFrom([]string{"w3wp.exe", "cmd.exe"}).Draw(t, "parent"), rapid.SampledFrom([]string{"", "netsh interface portproxy add v4tov4 3389"}).Draw(t, "line"))
		}
		user := rapid.SampledFrom([]string{"alice", "bob", "PC1$", "PC2$", "PC3$", "WEB01$"}).Draw(t, "user")
		name := rapid.SampledFrom([]string{"", "PC1", "PC2", "KALI", "DESKTOP-1A2B3C4", "ODD"}).Draw(t, "client")
		address := rapid.SampledFrom([]string{"10.0.0.1", "10.0.0.2", "127.0.0.1", "198.51.100.7", "fe80::1"}).Draw(t, "address")
		return logon(number, at, user, name, address, rapid.SampledFrom([]int{3, 10}).Draw(t, "type"), rapid.Bool().Draw(t, "success"))
	})
}

// onHost is an activity on another host.
func onHost(host string, a activity.Activity) activity.Activity {
	a.Host = host
	a.Origin.Path = host + ".evtx"
	return a
}

func ran(number int, at time.Duration, parent, line string) activity.Activity {
	a := onHost("web01", summarytest.Security("web01", 4688, number, at))
	a.Class = activity.ProcessStart
	a.Process = &activity.Process{Image: `C:\Windows\System32\cmd.exe`, CommandLine: line, ParentImage: `C:\Windows\System32\` + parent}
	return a
}

func TestDesktopsFromServers(t *testing.T) {
	const proxied, server = "Remote desktop through a port proxy", "Remote desktop from a server"
	all := func(a ...activity.Activity) []activity.Activity { return a }
	web := logon(1, -time.Hour, "WEB01$", "", "10.0.1.15", 3, true)
	serves := ran(2, -time.Hour, "w3wp.exe", "cmd /c dir")
	desktop := logon(3, 0, "admin", "", "10.0.1.15", 10, true)
	proxy := func(line string) activity.Activity { return ran(4, -time.Minute, "cmd.exe", line) }
	key := ran(5, -time.Minute, "", "")
	key.Class, key.Process = activity.RegistryChange, nil
	key.Registry = &activity.Registry{Operation: "set", Key: `HKLM\System\CurrentControlSet\Services\PortProxy\v4tov4\tcp\0.0.0.0/8443`, Data: "10.0.8.1/3389"}
	connected := ran(10, -time.Minute, "", "")
	connected.Class, connected.Process, connected.EventID = activity.Connection, nil, 3
	connected.Network = &activity.Network{Outbound: true, Source: "10.0.1.15", Destination: "10.0.0.1"}
	later := func(number, days int) activity.Activity {
		a := desktop
		a.Time += int64(days) * day
		a.Origin.Offset += int64(number) * 1000
		return a
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("a workstation's desktop session is ordinary", all(web, desktop)),
		summarytest.Case("from an address nobody is known by", all(serves, desktop)),
		summarytest.Case("from an address that changes hands", all(web, serves, desktop, logon(9, 0, "PC7$", "", "10.0.1.15", 3, true))),
		summarytest.Case("to the server itself", all(web, serves, onHost("web01", desktop))),
		summarytest.Case("from a web server", all(web, serves, desktop), summarytest.Want(server, finding.Medium, "T1021.001")),
		summarytest.Case("from a web server that names its own address", all(connected, serves, desktop), summarytest.Want(server, finding.Medium, "T1021.001")),
		summarytest.Case("from a web server, day by day", all(web, serves, desktop, later(7, 1), later(8, 2)), summarytest.Want(server, finding.Low, "T1021.001")),
		summarytest.Case("through a port proxy", all(web, desktop, proxy("netsh interface portproxy add v4tov4 listenport=80 connectport=81")), summarytest.Want(proxied, finding.Medium, "T1021.001")),
		summarytest.Case("through a port proxy for it", all(web, desktop, key), summarytest.Want(proxied, finding.High, "T1021.001")),
		summarytest.Case("before the port proxy", all(web, desktop, later(6, -1), func() activity.Activity { a := key; a.Time += hour; return a }())),
		summarytest.Case("port proxies that are shown", all(web, desktop, proxy("netsh interface portproxy show all"))),
	)
}
