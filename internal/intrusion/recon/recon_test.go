package recon

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
)

const system = `C:\Windows\System32\`

// started is a process of a session that its parent, by name and number,
// started.
func started(number int, at time.Duration, logon uint64, line, parent string, parentID uint64) activity.Activity {
	a := summarytest.Security("web01", 4688, number, at)
	a.Class = activity.ProcessStart
	a.Actor = activity.Actor{User: "Jdoe", Domain: "CORP", Logon: logon}
	name := line
	for i, r := range line {
		if r == ' ' {
			name = line[:i]
			break
		}
	}
	a.Process = &activity.Process{Image: system + name, CommandLine: line, ID: uint64(1000 + number), ParentImage: system + parent, ParentID: parentID}
	return a
}

// typed are commands one after the other in one session.
func typed(logon uint64, pause time.Duration, parent string, lines ...string) (list []activity.Activity) {
	for i, line := range lines {
		list = append(list, started(i+1, time.Duration(i)*pause, logon, line, parent, 77))
	}
	return list
}

func TestBursts(t *testing.T) {
	const (
		plainBurst  = "Burst of commands that look around"
		remoteBurst = "Burst of commands that look around, given from another computer"
		webBurst    = "A server program looked around on its host, as through a web shell"
	)
	look := []string{"whoami.exe /all", "ipconfig.exe /all", `net.exe group "Domain Admins" /domain`, "nltest.exe /dclist:"}
	through := func(parent string) []activity.Activity {
		shell := started(50, -time.Second, 0x3e7, "cmd.exe", parent, 9)
		list := typed(0x3e7, time.Second, "cmd.exe", look...)
		for i := range list {
			list[i].Process.ParentID = shell.Process.ID
		}
		return append(list, shell)
	}
	routine := func() (list []activity.Activity) {
		for day := range 3 {
			for _, a := range typed(0x99, time.Second, "explorer.exe", look...) {
				a.Time += int64(day) * 24 * int64(time.Hour)
				a.Origin.Offset += int64(day) * 100_000
				list = append(list, a)
			}
		}
		return list
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("three commands are no burst", typed(0x99, time.Second, "cmd.exe", look[:3]...)),
		summarytest.Case("commands far apart are no burst", typed(0x99, 3*time.Minute, "cmd.exe", look...)),
		summarytest.Case("one command again and again is no burst", typed(0x99, time.Second, "cmd.exe", "whoami.exe", "whoami.exe /all", "whoami.exe /groups", "whoami.exe /priv")),
		summarytest.Case("net and the net1 it starts are one command", typed(0x99, time.Second, "cmd.exe", "whoami.exe", "net.exe user", "net1.exe user", "ipconfig.exe")),
		summarytest.Case("commands that change things do not look around", typed(0x99, time.Second, "cmd.exe", "net.exe user eve x /add", "net.exe localgroup administrators eve /add", "route.exe add 10.0.0.0", "arp.exe -d 10.0.0.1", "reg.exe add HKLM")),
		summarytest.Case("a burst", typed(0x99, time.Second, "explorer.exe", look...), summarytest.Want(plainBurst, finding.Medium, "T1016")),
		summarytest.Case("a fault of the network is looked for", typed(0x99, time.Second, "explorer.exe", "ipconfig.exe", "netstat.exe -ano", "nslookup.exe x", "hostname.exe"), summarytest.Want(plainBurst, finding.Low, "T1016")),
		summarytest.Case("a routine ranks lower", routine(), summarytest.Want(plainBurst, finding.Low, "T1016")),
		summarytest.Case("a web shell", typed(0x99, time.Second, "w3wp.exe", `cmd.exe /c "cd /d C:\inetpub&whoami&echo [S]"`, `cmd.exe /c ipconfig /all`, `cmd.exe /c net user & net localgroup administrators`), summarytest.Want(webBurst, finding.High, "T1016")),
		summarytest.Case("a web shell as SYSTEM, through a shell", through("w3wp.exe"), summarytest.Want(webBurst, finding.High, "T1016")),
		summarytest.Case("WMI from another host", through("WmiPrvSE.exe"), summarytest.Want(remoteBurst, finding.High, "T1016")),
		summarytest.Case("a service", through("services.exe"), summarytest.Want("A service looked around on its host", finding.High, "T1016")),
		summarytest.Case("an agent's inventory", through("CcmExec.exe")),
		summarytest.Case("a logon script", typed(0x99, time.Second, "userinit.exe", look...)),
		summarytest.Case("services do not add up", slices.Concat(typed(0x3e7, time.Second, "a.exe", look[:2]...), func() []activity.Activity {
			list := typed(0x3e7, time.Second, "b.exe", look[2:]...)
			for i := range list {
				list[i].Process.ParentID = 78
				list[i].Origin.Offset += 50_000
			}
			return list
		}())),
	)
}

func TestAccountsAreNamedWithTheirDomain(t *testing.T) {
	findings := summarytest.Run(Detector(), typed(0x99, time.Second, "explorer.exe", "whoami.exe", "ipconfig.exe", "quser.exe", "klist.exe"))
	if len(findings) != 1 || !slices.Contains(findings[0].Entities, finding.Entity{Type: finding.User, Value: `CORP\Jdoe`}) {
		t.Errorf("want the entity CORP\\Jdoe: %+v", findings)
	}
}

func TestShellsLinesAreRead(t *testing.T) {
	f := func(line string, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, slices.Collect(given(line))); diff != "" {
			t.Errorf("%s: %s", line, diff)
		}
	}
	f("")
	f("cmd.exe")
	f("cmd.exe /c")
	f("cmd.exe /Q /c whoami 1> \\\\127.0.0.1\\ADMIN$\\__1 2>&1", "whoami")
	f(`cmd /c "whoami & ipconfig /all&&net1  users | findstr x"`, "whoami", "ipconfig", "net user")
	f(`powershell.exe -NoP -C "nltest /dclist:; C:\Windows\system32\reg.exe query HKLM"`, "nltest", "reg query")
	f("cmd /c echo whoami")
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	parents := []string{"cmd.exe", "w3wp.exe", "CcmExec.exe", "explorer.exe"}
	lines := []string{"whoami.exe", "ipconfig.exe", "net.exe user", "net1.exe group", "quser.exe", "cmd.exe /c hostname", "cmd.exe", "notepad.exe"}
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 900).Draw(t, "seconds")) * time.Second
		logon := rapid.SampledFrom([]uint64{0x3e7, 0x99}).Draw(t, "logon")
		a := started(number, at, logon, rapid.SampledFrom(lines).Draw(t, "line"), rapid.SampledFrom(parents).Draw(t, "parent"), rapid.Uint64Range(1, 3).Draw(t, "parent number"))
		a.Process.ID = rapid.Uint64Range(1, 3).Draw(t, "number")
		return a
	})
}

func BenchmarkObserveOtherProcesses(b *testing.B) {
	s := Detector().New(&intrusion.Site{})
	a := started(1, 0, 0x99, "svchost.exe -k netsvcs", "services.exe", 4)
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(&a)
	}
	if n := len(s.Findings()); n != 0 {
		b.Fatal(fmt.Sprint(n, " findings"))
	}
}
