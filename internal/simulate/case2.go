package simulate

import (
	"fmt"
	"time"
)

// The places of case 2: a portal for remote access on three appliances behind a
// load balancer, a gateway, virtual desktops; April and May 2022.
var (
	portals = []server{{"host1", "10.70.1.11"}, {"host2", "10.70.1.12"}, {"host3", "10.70.1.13"}}
	gateway = server{"host7", "10.70.1.17"}
	balance = server{"lb1", "10.70.1.5"}
	desktop = server{"vdi-042", "10.70.20.42"}
	sqlHost = server{"sql01", "10.20.0.51"}
)

// The intruder's addresses.
const (
	ioc1 = "203.0.113.201"
	ioc2 = "192.0.2.212"
	ioc3 = "203.0.113.33"
)

// breach is when what happened in case 2, in UTC.
type breach struct {
	start, end                                             time.Time
	gateway, exploit, shell, store, passwords              time.Time
	down2, brute, down3, tokens, more, login, desk, scrape time.Time
	logs, firewall                                         time.Time
}

func (w *writer) breach() *breach {
	r := w.random("breach")
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2022, month, day, hour, minute+r.IntN(25), r.IntN(60), 0, time.UTC)
	}
	// Appliances log in UTC, people keep the hours of their zone.
	b := &breach{start: time.Date(2022, 4, 4, 0, 0, 0, 0, w.site.zone), end: time.Date(2022, 5, 20, 0, 0, 0, 0, w.site.zone)}
	b.gateway = at(4, 8, 2, 10)
	b.exploit = at(4, 9, 3, 5)
	b.shell = b.exploit.Add(time.Duration(6+r.IntN(10)) * time.Minute).Truncate(time.Second)
	b.store = at(4, 12, 4, 10)
	b.passwords = at(4, 14, 5, 20)
	b.down2 = at(4, 16, 18, 5)
	b.brute = at(4, 19, 2, 30)
	b.down3 = at(4, 20, 17, 40)
	b.tokens = at(4, 25, 3, 15)
	b.more = at(4, 28, 2, 20)
	b.login = at(5, 3, 16, 50)
	b.desk = b.login.Add(20 * time.Minute)
	b.scrape = at(5, 5, 3, 5)
	b.logs = at(5, 9, 4, 0)
	b.firewall = at(5, 12, 3, 30)
	return b
}

// case2 writes the portal: template injection on three hosts, web shells,
// stolen passwords and tokens, a desktop of somebody else's.
func (w *writer) case2() error {
	c := &case2{writer: w, breach: w.breach()}
	c.tell()
	list := []part{{0.20, c.balancer}, {0.25, c.gatewayLog}, {0.06, c.desktops}, {0, c.gatewayHost}, {0, c.database}, {0, c.papers}}
	for i := range portals {
		list = append(list, part{0.12, func(n int64) error { return c.portalAccess(i, n) }}, part{0.01, func(n int64) error { return c.portalLogins(i, n) }},
			part{0.01, func(n int64) error { return c.portalFiles(i, n) }}, part{0.01, func(n int64) error { return c.portalSecure(i, n) }}, part{0, func(int64) error { return c.portalAudit(i) }})
	}
	return w.parts(list)
}

type case2 struct {
	*writer
	*breach
}

// victim is whose token and desktop were used.
func (c *case2) victim() person { return c.site.people[11] }

// tell enters what is true.
func (c *case2) tell() {
	t := c.truth
	minutes := func(at time.Time, n int) time.Time { return at.Add(time.Duration(n) * time.Minute) }
	t.PatientZero = &PatientZero{portals[0].name, c.shell}
	t.step(gateway.name, c.gateway, minutes(c.gateway, 60), "addresses of the intruder at the gateway", "T1133", "T1078", "T1190", "T1595")
	t.step(portals[0].name, c.exploit, minutes(c.shell, 60), "template injection on the portal hosts, then web shells on all three", "T1190", "T1505.003", "T1059", "T1068")
	t.step(portals[1].name, c.store, minutes(c.store, 60), "passwords collected in a file named like a log", "T1074", "T1074.001", "T1552.001", "T1056", "T1555")
	t.step(portals[0].name, c.passwords, minutes(c.passwords, 60), "the password file and the password of a local account changed", "T1098", "T1003.008", "T1531", "T1078.003", "T1136")
	t.step(portals[2].name, c.brute, minutes(c.brute, 60), "passwords of another portal host guessed over SSH", "T1110", "T1110.001", "T1021.004")
	t.step(portals[0].name, c.tokens, minutes(c.tokens, 60), "session tokens and second factors captured to files", "T1528", "T1111", "T1074.001", "T1539", "T1552.001")
	t.step(portals[0].name, c.more, minutes(c.more, 60), "more web shells", "T1505.003", "T1190")
	t.step(portals[0].name, c.login, minutes(c.login, 120), "a user's session used from the intruder's address", "T1078", "T1528", "T1563", "T1563.002", "T1550", "T1550.004", "T1539", "T1133")
	t.step(desktop.name, c.desk, minutes(c.desk, 120), "a virtual desktop of that user opened at night", "T1021.001", "T1563.002", "T1078", "T1021")
	t.step(sqlHost.name, c.scrape, minutes(c.scrape, 60), "a script of the portal reads a whole database", "T1213", "T1213.006", "T1005", "T1078")
	t.step(portals[0].name, c.logs, minutes(c.logs, 60), "passwords and tokens collected again", "T1074.001", "T1528", "T1552.001", "T1111", "T1539")
	t.step(gateway.name, c.firewall, minutes(c.firewall, 60), "the gateway's firewall opened for ports 9998 and 9999", "T1562.004", "T1686", "T1571", "T1562")
	t.Hosts = []string{"host1", "host2", "host3", gateway.name, desktop.name, sqlHost.name}
	t.Addresses = []string{ioc1, ioc2, ioc3}
	t.Accounts = []string{c.victim().name, "sshuser"}
	t.CannotTell = []string{"host2", "host3"}
}

func (c *case2) papers(int64) error {
	scrape := "--- a/opt/portal/scripts/nightly-report.sh\n+++ b/opt/portal/scripts/nightly-report.sh\n@@ -4,2 +4,3 @@\n sqlcmd -S sql01 -Q \"EXEC dbo.NightlyReport\"\n+sqlcmd -S sql01 -Q \"SELECT * FROM dbo.Accounts\" -o /opt/portal/logs/catalina-2022-05-05.log\n"
	notice := "TLP:AMBER\nNotification, May 2022\n\nAddresses 203[.]0[.]113[.]201, 192[.]0[.]2[.]212 and 203[.]0[.]113[.]33, used by a state actor, were seen at your remote access service in April and May.\n"
	assets := "Hostname,IP Address,OS,Owner,Role\n"
	for _, s := range append(append([]server{}, portals...), gateway, balance, desktop, sqlHost) {
		assets += s.name + "," + s.address + ",,IT,remote access\n"
	}
	for _, f := range [][2]string{{"notices/notice-2022-05.txt", notice}, {"inventory/assets.csv", assets}} {
		if err := c.file(f[0], f[1]); err != nil {
			return err
		}
	}
	if c.o.NoiseOnly {
		return nil
	}
	if err := c.file("host1/nightly-report.diff", scrape); err != nil {
		return err
	}
	return c.stores()
}

// stores are the files in which the intruder kept what was captured, with
// made-up passwords and tokens.
func (c *case2) stores() error {
	r := c.random("stores")
	for _, s := range []struct {
		name   string
		at     time.Time
		tokens bool
	}{{"host2/opt/portal/logs/catalina-2022-04-12.log", c.store, false}, {"host1/opt/portal/logs/catalina-2022-04-25.log", c.tokens, true}, {"host1/opt/portal/logs/catalina-2022-05-09.log", c.logs, true}} {
		text := ""
		for i, p := range c.site.people[:40] {
			at := s.at.Add(time.Duration(i) * time.Minute).Format("2006-01-02 15:04:05")
			if s.tokens && i%2 == 0 {
				text += fmt.Sprintf("%s eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiI%08xIiwic3ViIjoi%x.%x\n", at, r.Uint32(), p.name, r.Uint64())
			} else {
				text += fmt.Sprintf("%s user=%s&password=Not-Real-%04d%s\n", at, p.name, r.IntN(10000), map[bool]string{true: fmt.Sprintf("&otp=%06d", r.IntN(1000000))}[s.tokens])
			}
		}
		if err := c.file(s.name, text); err != nil {
			return err
		}
	}
	return nil
}
