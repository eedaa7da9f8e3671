package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// flow is a connection that the firewall and the sensor saw.
type flow struct {
	source, destination         string
	sourcePort, destinationPort int
	action                      string // "accept" or "deny"
	service                     string
	duration                    time.Duration
	sent, received              int64
	certificate                 bool // a self-signed one, without a server name
	name                        string
	datagrams                   bool // UDP
}

func (c *case1) flowNoise(r *rand.Rand) flow {
	p := pick(r, c.site.people)
	f := flow{source: p.desk, sourcePort: 49152 + r.IntN(16000), destination: pick(r, c.site.clients[:460]), destinationPort: 443, action: "accept", service: "ssl", duration: time.Duration(r.IntN(90000)) * time.Millisecond,
		sent: int64(800 + r.IntN(30000)), received: int64(2000 + r.IntN(900000)), name: pick(r, siteNames)}
	switch n := r.IntN(100); {
	case n < 45:
		f.source, f.destination, f.name = pick(r, c.site.clients[:460]), webAddress, "www."+c.site.domain
		f.sent, f.received = int64(600+r.IntN(4000)), int64(2000+r.IntN(200000))
	case n < 60:
		f.datagrams = true
		f.destination, f.destinationPort, f.service, f.name = "10.20.0.53", 53, "dns", ""
		f.sent, f.received, f.duration = int64(60+r.IntN(40)), int64(90+r.IntN(300)), time.Duration(r.IntN(60))*time.Millisecond
	case n < 66:
		f.source, f.destination, f.destinationPort, f.service, f.name = webAddress, "10.20.0.31", 1521, "", ""
	case n < 70:
		f.source, f.destination, f.destinationPort, f.action, f.service, f.name = pick(r, c.site.clients[:460]), "192.0.2.1", pick(r, []int{22, 23, 445, 3389, 8080, 5900}), "deny", "", ""
		f.sent, f.received, f.duration = 40, 0, 0
	}
	return f
}

var siteNames = []string{"www.news.example", "mail.provider.example", "cdn.office.example", "updates.vendor.example", "maps.example", "search.example", "video.example", "api.weather.example"}

// tunnels that are none of the intruder's: a link to another site, meetings.
func (c *case1) longFlows() (list []timed[flow]) {
	r := c.random("long flows")
	for day := c.start; day.Before(c.end); day = day.AddDate(0, 0, 1) {
		list = append(list, timed[flow]{day.Add(time.Minute), flow{source: "10.20.0.2", sourcePort: 4500, destination: "192.0.2.200", destinationPort: 4500, action: "accept", duration: 23*time.Hour + 50*time.Minute, sent: 900 << 20, received: 880 << 20, datagrams: true}})
		p := pick(r, c.site.people)
		list = append(list, timed[flow]{day.Add(10 * time.Hour), flow{source: p.desk, sourcePort: 50123, destination: "192.0.2.77", destinationPort: 443, action: "accept", service: "ssl", name: "meet.video.example", duration: time.Duration(40+r.IntN(80)) * time.Minute, sent: 220 << 20, received: 260 << 20}})
	}
	return list
}

// tunnelFlows are those of the intruder.
func (c *case1) tunnelFlows() (list []timed[flow]) {
	if c.o.NoiseOnly {
		return nil
	}
	r := c.random("tunnel flows")
	add := func(at time.Time, f flow) { list = append(list, timed[flow]{at, f}) }
	tunnel := func(at time.Time, length time.Duration, sent, received int64, action string) {
		add(at, flow{source: webAddress, sourcePort: 49152 + r.IntN(16000), destination: orbA, destinationPort: 443, action: action, service: "ssl", duration: length, sent: sent, received: received, certificate: true})
	}
	for at := c.tunnel.Add(2 * time.Second); at.Before(c.containing); at = at.Add(31*time.Hour + 17*time.Minute) {
		tunnel(at, 31*time.Hour+16*time.Minute, int64(6<<20+r.IntN(3<<20)), int64(5<<20+r.IntN(3<<20)), "accept")
	}
	for at := c.containing.Add(time.Minute); at.Before(c.containing.AddDate(0, 0, 14)); at = at.Add(31*time.Hour + 17*time.Minute) {
		tunnel(at, 0, 60, 0, "deny")
	}
	for _, day := range c.sent {
		bytes := int64(6+r.IntN(8)) << 30
		c.truth.SentBytes += bytes
		tunnel(day, 5*time.Hour+time.Duration(r.IntN(3000))*time.Second, bytes, 40<<20, "accept")
	}
	for i := range 400 {
		at := c.blockedInside.Add(time.Duration(i) * 7 * time.Second)
		add(at, flow{source: webAddress, sourcePort: 50000 + i, destination: fmt.Sprintf("10.20.%d.%d", 1+i%8, 10+i%200), destinationPort: []int{445, 3389, 88, 135}[i%4], action: "deny"})
	}
	for i, s := range append(append([]server{}, fileServers...), buildings) {
		add(c.shares.Add(time.Duration(i)*22*time.Minute), flow{source: webAddress, sourcePort: 51000 + i, destination: s.address, destinationPort: 445, action: "accept", service: "smb", duration: 20 * time.Minute, sent: 6 << 20, received: 3 << 30})
	}
	for i := range 30 {
		add(c.directory.Add(time.Duration(i)*time.Minute), flow{source: webAddress, sourcePort: 52000 + i, destination: controllers[0].address, destinationPort: 389, action: "accept", service: "ldap", duration: 20 * time.Second, sent: 90_000, received: 8 << 20})
	}
	return list
}

func (c *case1) flowSpecials() []timed[flow] { return append(c.tunnelFlows(), c.longFlows()...) }

// firewall is the perimeter's syslog in key=value form, a file each week, and
// for three days twice, as two collectors took it.
func (c *case1) firewall(budget int64) error {
	out := c.lines("firewall/fortigate-*.log.gz", "2006-01", time.UTC, "")
	twice := c.lines("firewall/collector2/fortigate-*.log.gz", "2006-01", time.UTC, "")
	r := c.random("firewall")
	n := 0
	closed := c.flowSpecials() // a firewall logs a session when it ends
	for i := range closed {
		closed[i].at = closed[i].at.Add(closed[i].what.duration)
	}
	err := interleave(c.start, c.end, budget/420, r, func(time.Time) flow { return c.flowNoise(r) }, closed, func(f timed[flow]) error {
		n++
		text := fortigate(f.at, &f.what, n)
		if d := f.at.Sub(c.roast); d > 0 && d < 72*time.Hour {
			if err := twice.line(f.at, text); err != nil {
				return err
			}
		}
		return out.line(f.at, text)
	})
	for _, l := range []*lines{out, twice} {
		if e := l.close(); err == nil {
			err = e
		}
	}
	return err
}

// protocol is the name of the protocol below IP, number its number.
func (f *flow) protocol() string {
	if f.datagrams {
		return "udp"
	}
	return "tcp"
}

func (f *flow) number() int {
	if f.datagrams {
		return 17
	}
	return 6
}

func fortigate(at time.Time, f *flow, n int) string {
	outside, inside := "wan1", "dmz"
	if f.source[0] != '1' || f.source[1] != '0' {
		outside, inside = inside, outside
	}
	u := at.UTC()
	return fmt.Sprintf(`<189>%s fw-edge date=%s time=%s devname="fw-edge" devid="FGT60E0000000000" eventtime=%d tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=%s srcport=%d srcintf="%s" dstip=%s dstport=%d dstintf="%s" sessionid=%d proto=%d action="%s" policyid=%d service="%s/%d" duration=%d sentbyte=%d rcvdbyte=%d`,
		u.Format("Jan _2 15:04:05"), u.Format("2006-01-02"), u.Format("15:04:05"), u.UnixNano(), f.source, f.sourcePort, inside, f.destination, f.destinationPort, outside, 100000+n, f.number(), f.action, map[string]int{"accept": 12, "deny": 0}[f.action],
		f.protocol(), f.destinationPort, int(f.duration.Seconds()), f.sent, f.received)
}

const (
	connHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n" +
		"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n"
	sslHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tssl\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tcipher\tcurve\tserver_name\tresumed\tlast_alert\tnext_protocol\testablished\tcert_chain_fuids\tclient_cert_chain_fuids\tsubject\tissuer\tclient_subject\tclient_issuer\tvalidation_status\n" +
		"#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tbool\tstring\tstring\tbool\tvector[string]\tvector[string]\tstring\tstring\tstring\tstring\tstring\n"
)

// sensor is Zeek's at the border: connections, and handshakes.
func (c *case1) sensor(budget int64) error {
	conn := c.lines("zeek/*/conn.log.gz", "2006-01-02", time.UTC, connHeader)
	ssl := c.lines("zeek/*/ssl.log.gz", "2006-01-02", time.UTC, sslHeader)
	r := c.random("sensor")
	n := 0
	err := interleave(c.start, c.end, budget/230, r, func(time.Time) flow { return c.flowNoise(r) }, c.flowSpecials(), func(f timed[flow]) error {
		n++
		uid := fmt.Sprintf("C%06x%08x", n, r.Uint32())
		if f.what.service == "ssl" && f.what.action == "accept" {
			if err := ssl.line(f.at, sslRow(f.at, uid, &f.what)); err != nil {
				return err
			}
		}
		return conn.line(f.at, connRow(f.at, uid, &f.what))
	})
	for _, l := range []*lines{conn, ssl} {
		if e := l.close(); err == nil {
			err = e
		}
	}
	return err
}

func epoch(at time.Time) string {
	return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)
}

func connRow(at time.Time, uid string, f *flow) string {
	state, history, duration := "SF", "ShADadFf", fmt.Sprintf("%.6f", f.duration.Seconds())
	sent, received := fmt.Sprint(f.sent), fmt.Sprint(f.received)
	if f.action == "deny" {
		state, history, duration, sent, received = "S0", "S", "-", "-", "-"
	}
	if f.datagrams {
		history = "Dd"
	}
	service := f.service
	if service == "" || f.action == "deny" {
		service = "-"
	}
	local := map[bool]string{true: "T", false: "F"}
	return fmt.Sprintf("%s\t%s\t%s\t%d\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t0\t%s\t%d\t%d\t%d\t%d\t-", epoch(at), uid, f.source, f.sourcePort, f.destination, f.destinationPort, f.protocol(), service, duration, sent, received, state,
		local[f.source[:3] == "10."], local[f.destination[:3] == "10."], history, 2+f.sent/1200, f.sent+80, 2+f.received/1400, f.received+80)
}

func sslRow(at time.Time, uid string, f *flow) string {
	name, subject, issuer, client, status := f.name, "CN="+f.name, "CN=Public CA,O=Example Trust", "-", "ok"
	version, cipher, curve := "TLSv12", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "x25519"
	if f.certificate {
		name, subject, issuer, client, status = "-", "CN=relay,O=Internet Widgits Pty Ltd,ST=Some-State,C=AU", "CN=relay-ca,O=Internet Widgits Pty Ltd,ST=Some-State,C=AU", "CN=client,O=Internet Widgits Pty Ltd,ST=Some-State,C=AU", "self signed certificate in certificate chain"
		cipher, curve = "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "-"
	}
	return fmt.Sprintf("%s\t%s\t%s\t%d\t%s\t%d\t%s\t%s\t%s\t%s\tF\t-\t-\tT\t-\t%s\t%s\t%s\t%s\t%s\t%s", epoch(at), uid, f.source, f.sourcePort, f.destination, f.destinationPort, version, cipher, curve, name,
		map[bool]string{true: "FcLiEnT1", false: "(empty)"}[f.certificate], subject, issuer, client, client, status)
}
