package simulate

import (
	"fmt"
	"time"
)

// The places of case 1: an application for the public in a flat demilitarised
// zone, July to October 2022.
const (
	webHost    = "portal2-ext"
	webAddress = "10.60.1.12"
	orbA       = "198.51.100.77" // a hijacked router in the street of people who work from home
	orbB       = "203.0.113.141"
	scannerIP  = "10.20.9.9"
	backupIP   = "10.20.0.60"
	kali       = "KALI-7"
	odd        = "DESKTOP-3KQ9V1T"
)

// server is a host of the zone.
type server struct{ name, address string }

var (
	fileServers = []server{{"dmz-fs1", "10.60.1.21"}, {"dmz-app2", "10.60.1.22"}, {"dmz-web3", "10.60.1.23"}}
	controllers = []server{{"dc01", "10.20.0.11"}, {"dc02", "10.20.0.12"}}
	buildings   = server{"bms01", "10.60.1.40"}
)

// plot is when what happened in case 1, in UTC.
type plot struct {
	start, end         time.Time // of the evidence
	visit              time.Time
	enumeration        time.Time
	exploit            time.Time // the first request to the upload endpoint
	shell              time.Time // the first request that a web shell answered
	recon, login       time.Time
	tunnel             time.Time
	account            time.Time // the service account is tried
	roast              time.Time
	failures           time.Time
	directory, shares  time.Time
	blockedInside      time.Time
	sent               []time.Time // days on which data left
	notice, containing time.Time
}

func (w *writer) plot() *plot {
	r := w.random("plot")
	zone := w.site.zone
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2022, month, day+r.IntN(2), hour, minute+r.IntN(20), r.IntN(60), 0, zone).UTC()
	}
	p := &plot{start: time.Date(2022, 7, 4, 0, 0, 0, 0, zone), end: time.Date(2022, 10, 5, 0, 0, 0, 0, zone)}
	p.visit = at(7, 5, 11, 5)
	p.enumeration = at(7, 7, 13, 10)
	p.exploit = at(7, 9, 22, 10)
	p.shell = p.exploit.Add(time.Duration(50+r.IntN(40)) * time.Minute).Truncate(time.Second)
	p.recon = p.shell.Add(time.Duration(25+r.IntN(30)) * time.Minute)
	p.login = p.shell.Add(26 * time.Hour)
	p.account = at(7, 14, 23, 5)
	p.tunnel = p.account.Add(-40 * time.Minute)
	p.roast = at(7, 19, 1, 10)
	p.failures = at(8, 3, 2, 15)
	p.directory = at(8, 11, 1, 20)
	p.shares = p.directory.Add(time.Duration(70+r.IntN(30)) * time.Minute)
	p.blockedInside = p.shares.Add(35 * time.Minute)
	for i := range 3 {
		p.sent = append(p.sent, p.shares.Add(time.Duration(2+24*i)*time.Hour))
	}
	p.notice = at(8, 17, 10, 0)
	p.containing = at(9, 8, 15, 0)
	return p
}

// case1 writes the custom web application: exploited, web shells, a tunnel,
// roasted accounts, shares read and sent.
func (w *writer) case1() error {
	c := &case1{writer: w, plot: w.plot()}
	c.tell()
	return w.parts([]part{
		{0.24, c.accessLog}, {0.10, c.tomcat}, {0.02, c.applicationLog}, {0.03, c.fileListing}, {0.06, c.webHostEvents},
		{0.24, c.firewall}, {0.14, c.sensor},
		{0.07, func(n int64) error { return c.controller(0, n) }}, {0.03, func(n int64) error { return c.controller(1, n) }},
		{0.02, func(n int64) error { return c.fileServer(0, n) }}, {0.02, func(n int64) error { return c.fileServer(1, n) }}, {0.02, func(n int64) error { return c.fileServer(2, n) }},
		{0.01, c.buildingServer}, {0, c.papers},
	})
}

type case1 struct {
	*writer
	*plot
}

// tell enters what is true.
func (c *case1) tell() {
	t := c.truth
	t.PatientZero = &PatientZero{webHost, c.shell}
	minutes := func(at time.Time, n int) time.Time { return at.Add(time.Duration(n) * time.Minute) }
	t.step(webHost, c.visit, c.visit, "first visit to the front page", "T1594", "T1595", "T1190")
	t.step(webHost, c.enumeration, minutes(c.enumeration, 50), "enumerates the application", "T1594", "T1595", "T1595.002", "T1595.003", "T1083")
	t.step(webHost, c.exploit, c.shell, "concentrates on the upload endpoint until it makes files", "T1190", "T1505.003", "T1105")
	t.step(webHost, c.shell, minutes(c.shell, 60), "web shells answer, from two addresses", "T1505.003", "T1059", "T1100")
	t.step(webHost, c.recon, minutes(c.recon, 60), "looks around on the host and tries to raise privileges", "T1059", "T1059.003", "T1033", "T1082", "T1016", "T1018", "T1087", "T1087.002", "T1069.002", "T1482", "T1057", "T1505.003", "T1068")
	t.step(webHost, c.login, minutes(c.login, 60), "logs in to the application as a member of staff", "T1078", "T1078.002", "T1539", "T1550", "T1550.004", "T1563", "T1133")
	t.step("dc01", c.account, minutes(c.account, 60), "tries the service account from machines behind a tunnel", "T1078", "T1078.002", "T1110", "T1110.001", "T1552", "T1552.001")
	t.step(webHost, c.tunnel, minutes(c.tunnel, 60), "starts Secure Socket Funnelling to the router", "T1572", "T1090", "T1072", "T1071", "T1036", "T1036.005", "T1204", "T1059", "T1571", "T1573")
	t.step("dc01", c.roast, minutes(c.roast, 10), "Kerberoasting", "T1558.003", "T1558")
	t.step("dc01", c.directory, minutes(c.directory, 60), "enumerates the directory", "T1018", "T1482", "T1615", "T1087", "T1087.002", "T1069", "T1069.002", "T1046")
	t.step("dmz-fs1", c.shares, minutes(c.shares, 240), "mounts shares of Windows hosts and reads files", "T1021.002", "T1021", "T1135", "T1039", "T1078", "T1078.002")
	t.step(webHost, c.sent[0], c.sent[len(c.sent)-1].Add(6*time.Hour), "data leaves through the tunnel", "T1041", "T1048", "T1030", "T1572", "T1567")
	t.step(webHost, c.blockedInside, minutes(c.blockedInside, 60), "the same against the internal network, blocked by the firewall", "T1021.002", "T1021", "T1046", "T1018", "T1570")
	t.Steps[len(t.Steps)-1].Blocked = true
	t.Hosts = []string{webHost, "dc01", "dmz-fs1", "dmz-app2", "dmz-web3", buildings.name}
	t.Addresses = []string{orbA, orbB}
	t.Accounts = []string{c.victim().name, "svc_app", c.mounted().name}
	t.Strangers = []string{kali, odd}
	t.CannotTell = []string{"not provable without the bodies of the requests"}
}

// victim is whose password the intruder used in the application, mounted whose
// on the shares.
func (c *case1) victim() person  { return c.site.people[7] }
func (c *case1) mounted() person { return c.site.people[23] }

// papers writes what is on paper: the notice, the inventory, the scope.
func (c *case1) papers(int64) error {
	list := [][2]string{
		{"notices/notice-2022-08.txt", c.notification()}, {"inventory/assets.csv", c.assets()}, {"scope.yaml", "authorised:\n  - subnet: 10.20.9.0/24\n    reason: penetration testers, contract 2022-17\n"},
		{"changes/firewall-changes.log", c.changes()}, {"config/configuration-findings.txt", "\\\\dmz-app2\\tools\\LegacyClient.exe: password of svc_app in clear text\n\\\\dmz-app2\\tools\\web.config: connectionString of svc_app with password\n"},
		{"config/edge-router.cfg", edgeConfig},
	}
	for _, f := range list {
		if err := c.file(f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}

func (c *case1) notification() string {
	return fmt.Sprintf("TLP:AMBER\nNotification of %s\n\nWe have seen a device that a state actor uses as a relay, 198[.]51[.]100[.]77, talk to your network between July and August 2022.\nThe device probably belongs to a small business or a home user; its owner is no suspect. Please look for it in your logs.\n", c.notice.Format("2 January 2006"))
}

func (c *case1) assets() string {
	text := "Hostname,IP Address,OS,Owner,Role\n" + webHost + "," + webAddress + ",Windows Server 2016,Digital Services,public application\n"
	for _, s := range append(append([]server{buildings}, fileServers...), controllers...) {
		text += s.name + "," + s.address + ",Windows Server 2016,IT,server\n"
	}
	for i, p := range c.site.people {
		text += fmt.Sprintf("ws%03d,%s,Windows 10,%s,workstation\n", i+1, p.desk, p.name)
	}
	return text
}

func (c *case1) changes() string {
	return fmt.Sprintf("%s admin=nadia.ito action=add rule=4711 src=any dst=%s/32 service=any verdict=deny comment=\"notice 2022-08\"\n", c.containing.Format(time.RFC3339), orbA)
}

// edgeConfig is the router in front, old and open.
const edgeConfig = `version 12.4
hostname edge-rtr1
interface FastEthernet0/0
 ip address 192.0.2.1 255.255.255.0
interface FastEthernet0/1
 ip address 10.60.1.1 255.255.255.0
ip http server
line vty 0 4
 transport input telnet ssh
access-list 101 permit tcp any host 10.60.1.12 eq 443
access-list 102 permit ip 10.60.1.0 0.0.0.255 10.60.1.0 0.0.0.255
access-list 102 permit tcp 10.60.1.0 0.0.0.255 host 10.20.0.11 eq 88
access-list 102 deny ip 10.60.1.0 0.0.0.255 10.20.0.0 0.0.255.255 log
`
