package syslog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/evidence/evidencetest"
)

func formats() []evidence.Format {
	return Formats(time.UTC, func() time.Time { return noon })
}

func TestHeadersAreRead(t *testing.T) {
	f := func(line string, priority int, at, host, program, pid, msgid, message string) {
		t.Helper()
		var m frame
		m.parse([]byte(line))
		c := calendar{zone: time.UTC, reference: noon.UnixNano()}
		ns, _, _ := c.at(&m.stamp)
		when := ""
		if ns != 0 {
			when = time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000")
		}
		got := []string{fmt.Sprint(m.priority), when, string(m.host), string(m.program), string(m.pid), string(m.msgid), string(m.message)}
		want := []string{fmt.Sprint(priority), at, host, program, pid, msgid, message}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", line, got, want)
		}
	}
	f("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", 34, "2026-10-11T22:14:15.000", "mymachine", "su", "", "", "'su root' failed")
	f("<34>Dec 31 23:59:59 h p[12]: m", 34, "2025-12-31T23:59:59.000", "h", "p", "12", "", "m") // of last year: it would be in the future
	f("<34>Nov 26 11:00:00 h p: m", 34, "2026-11-26T11:00:00.000", "h", "p", "", "", "m")       // clocks may be ahead, by less than a day
	f("<34>Feb 29 11:00:00 h p: m", 34, "2024-02-29T11:00:00.000", "h", "p", "", "", "m")       // of the last leap year
	f("Oct  1 02:03:04 h p: m", -1, "2026-10-01T02:03:04.000", "h", "p", "", "", "m")
	f("<165>1 2026-10-11T22:14:15.003Z host app 123 ID47 [a@1 b=\"x]\\\"y\"][c@2 d=\"e\"] msg", 165, "2026-10-11T22:14:15.003", "host", "app", "123", "ID47", "msg")
	f("<165>1 2026-10-11T22:14:15.003+02:00 host app - - - msg", 165, "2026-10-11T20:14:15.003", "host", "app", "", "", "msg")
	f("<165>1 - - - - - -", 165, "", "-", "", "", "", "")
	f("<13>Oct 11 22:14:15 relay Oct 11 22:14:10 inner app: m", 13, "2026-10-11T22:14:10.000", "inner", "app", "", "", "m")
	f("<13>Oct 11 22:14:15 relay <14>1 2026-10-11T22:14:10Z inner app - - - m", 14, "2026-10-11T22:14:10.000", "inner", "app", "", "", "m")
	f("<189>45: rtr: 000123: *Oct 11 22:14:15.123 UTC: %SYS-5-CONFIG_I: text", 189, "2026-10-11T22:14:15.123", "rtr", "", "", "", "%SYS-5-CONFIG_I: text")
	f("<189>Oct 11 2020 22:14:15: %ASA-6-302013: text", 189, "2020-10-11T22:14:15.000", "", "", "", "", "%ASA-6-302013: text")
	f("<189>: 2020 Oct 11 22:14:15 CEST: %ETH-5-X: text", 189, "2020-10-11T22:14:15.000", "", "", "", "", "%ETH-5-X: text")
	f("<134>1 1602454455.5 MX flows src=1", 134, "2020-10-11T22:14:15.500", "MX", "", "", "", "flows src=1")
	f("2026-10-11T22:14:15.5+00:00 h systemd[1]: m", -1, "2026-10-11T22:14:15.500", "h", "systemd", "1", "", "m")
	f("<134> 2026-10-11T22:14:15+00:00Z h app - ID [a b=\"c\"] m", 134, "2026-10-11T22:14:15.000", "h", "app", "", "ID", "m")
	f("<999>x", -1, "", "", "", "", "", "<999>x")
	f("", -1, "", "", "", "", "", "")
}

func TestMessagesMayBeCounted(t *testing.T) {
	one, two := "<34>Oct 11 22:14:15 h p: first\nline", "<34>Oct 11 22:14:16 h p: second"
	content := fmt.Sprintf("%d %s%d %s\n<34>Oct 11 22:14:17 h p: third\n", len(one), one, len(two), two)
	for _, size := range []int{1 << 20, 4} {
		rows := evidencetest.Read(t, formats(), "x", []byte(content), size)
		text := strings.Join(rows.Sorted(), "\n")
		if size > 4 && (len(rows.Lines) != 3 || !strings.Contains(text, "message=first\nline") || !strings.Contains(text, "message=second") || !strings.Contains(text, "message=third")) {
			t.Errorf("blocks of %d: %q", size, rows.All())
		}
	}
}

func TestMessagesInJSONAreUnwrapped(t *testing.T) {
	content := `{"@timestamp":"2026-10-11T22:14:15Z","message":"<34>Oct 11 22:14:15 h sshd[1]: Accepted password for \"al\\ice\" from 192.0.2.9 port 1 ssh2"}` + "\n"
	rows := evidencetest.Read(t, formats(), "x.json", []byte(content), 1<<20)
	if got := strings.Join(rows.All(), "\n"); !strings.HasPrefix(got, "openbsd openssh@1:") || !strings.Contains(got, `account="al\ice"`) {
		t.Errorf("%s", got)
	}
}

func TestTheDebugLogOfMicrosoftsServerTellsLookups(t *testing.T) {
	content := "DNS Server log file creation at 11/23/2026 2:00:00 PM\nMessage logging key (for packets - other items use a subset of these fields):\n\tField #  Information         Values\n\n" +
		"11/23/2026 2:05:06 PM 0E8C PACKET  000001F1D2C3B4A0 UDP Rcv 10.1.1.7        0002   Q [0001   D   NOERROR] TXT    (1)a(7)example(0)\n" +
		"23.11.2026 14:05:07 0E8C PACKET  000001F1D2C3B4A0 UDP Snd 10.1.1.7        0002 R Q [8385 A DR NXDOMAIN] A      (1)b(7)example(0)\n" +
		"23.11.2026 14:05:08 0E8C PACKET  000001F1D2C3B4A0 UDP Snd 192.0.2.53      0003   Q [0001   D   NOERROR] A      (1)b(7)example(0)\n"
	rows := evidencetest.Read(t, formats(), "dns.log", []byte(content), 1<<20)
	got := rows.Sorted()
	if len(got) < 3 {
		t.Fatalf("%q", rows.All())
	}
	got = got[len(got)-3:]
	for i, want := range []string{"src_ip=10.1.1.7 protocol=UDP query=a.example record_type=TXT", "src_ip=10.1.1.7 protocol=UDP query=b.example record_type=A rcode=NXDOMAIN"} {
		if !strings.HasPrefix(got[i], "microsoft dns@") || !strings.Contains(got[i], "seen_event=dns") || !strings.Contains(got[i], want) {
			t.Errorf("%s, want %s", got[i], want)
		}
	}
	if strings.Contains(got[2], "seen_event") {
		t.Errorf("what the server asks others is told: %s", got[2])
	}
	for _, problem := range rows.Problems {
		if strings.Contains(problem, "no messages") {
			t.Error(problem)
		}
	}
}

func TestTheYearIsThatOfTheFile(t *testing.T) {
	f := formats()[1]
	file := &evidence.File{Path: "x", Modified: time.Date(2021, 1, 5, 0, 0, 0, 0, time.UTC).UnixNano()}
	d, err := f.Open(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := &evidencetest.Rows{}
	d.Decode(&evidence.Block{Data: []byte("Dec 31 23:59:59 h p: m\nJan  1 00:00:01 h p: m\n"), Line: 1, Last: true}, rows)
	d.Close(rows)
	if a, b := rows.Times[0], rows.Times[23]; time.Unix(0, a).UTC().Year() != 2020 || b-a != 2e9 {
		t.Errorf("%v", rows.Times)
	}
	if len(rows.Problems) != 1 || !strings.Contains(rows.Problems[0], "in the year up to 2021-01-05") {
		t.Errorf("%q", rows.Problems)
	}
}

func TestOtherTextIsNoSyslog(t *testing.T) {
	for _, text := range []string{
		"Lorem ipsum dolor sit amet\nconsectetur\n", "a,b,c\n1,2,3\n", "{\"a\":1}\n", "", "\x00\x01\x02",
		"192.0.2.9 - - [11/Oct/2026:22:14:15 +0000] \"GET / HTTP/1.1\" 200 5\n",
		"<html>\n<body>\n", "<?xml version=\"1.0\"?>\n<a/>\n", "package main\n\nfunc main() {}\n", "#!/bin/sh\necho x\n",
		"2026-10-11 22:14:15 INFO com.example.Main: started\n2026-10-11 22:14:16 ERROR com.example.Main: stopped\n",
	} {
		if f := evidencetest.Match(formats(), "x", []byte(text)); f != nil {
			t.Errorf("%q is taken for %s", text, f.ID)
		}
	}
}

// seeds are messages of every grammar.
var seeds = []string{
	"<166>Nov 23 2026 14:05:06 fw1 : %ASA-6-302013: Built outbound TCP connection 17 for outside:192.0.2.9/443 (192.0.2.9/443) to inside:10.1.1.7/50123 (198.51.100.2/50123)",
	"<166>Nov 23 2026 14:05:06 fw1 : %FTD-6-430003: SrcIP: 1.2.3.4, DstIP: 1.2.3.5, Rule: a, b: c",
	"<189>date=2026-11-23 time=14:05:06 devname=\"FG1\" devid=\"FG1\" logid=\"0000000013\" type=\"traffic\" srcip=10.1.1.7 dstip=192.0.2.9 action=\"close\"",
	"<14>Nov 23 14:05:06 pa1 1,2026/11/23 14:05:06,1,TRAFFIC,drop,2305,2026/11/23 14:05:06,192.0.2.9,10.1.1.7,0.0.0.0,0.0.0.0,\"deny, \"\"all\"\"\",,,",
	"<85>1 2026-11-23T14:05:06Z cp1 CheckPoint 1234 - [action:\"Drop\"; loguid:\"{0x1}\"; origin:\"198.51.100.1\"; src:\"192.0.2.9\"]",
	"time=1795442706|hostname=fw|product=Firewall|action=Drop|src=1.2.3.4|dst=1.2.3.5",
	"<14>Nov 23 14:05:06 srx1 RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 10.1.1.7/50123->192.0.2.9/443 junos-https 198.51.100.2/50123->192.0.2.9/443 None None 6 out trust untrust 200 12(1234) 10(5678) 20",
	"<134>Nov 23 14:05:06 pf1 filterlog[123]: 5,,,1000000103,igb0,match,block,in,4,0x0,,239,54321,0,none,6,tcp,44,192.0.2.9,198.51.100.3,40000,23,0,S,123456,,1024,,mss",
	"<4>Nov 23 14:05:06 web1 kernel: [12345.678] [UFW BLOCK] IN=eth0 OUT= SRC=192.0.2.9 DST=10.1.1.7 PROTO=TCP SPT=40000 DPT=22",
	"<134>id=firewall sn=0000 time=\"2026-11-23 14:05:06 UTC\" fw=198.51.100.1 pri=5 c=64 m=36 msg=\"TCP packet dropped\" src=192.0.2.9:40000:X1 dst=198.51.100.1:23:X1 proto=tcp/telnet",
	"<134>1 1795442706.123456789 MX84 flows src=10.1.1.7 dst=192.0.2.9 protocol=tcp sport=50123 dport=25 pattern: deny all",
	"<140>Nov 23 14:05:06 wg1 firewall: msg_id=\"3000-0148\" Deny 0-External Firebox 52 tcp 20 113 192.0.2.9 198.51.100.3 40000 23 offset 8 S",
	"<134>Nov 23 14:05:06 fw1 CEF:0|a\\|b|c|1|2|n|3|act=Allow src=1.2.3.4 msg=a = b c=d rt=Nov 23 2026 14:05:06",
	"<134>Nov 23 14:05:06 fw1 LEEF:2.0|Vendor|FW|1|deny|x5e|src=192.0.2.9^dst=10.1.1.7",
	"<30>Nov 23 14:05:06 ns1 named[1]: client @0x7f0c 10.1.1.7#50123 (a.example): query: a.example IN TXT +E(0)K (10.1.1.5)",
	"<38>Nov 23 14:05:06 web1 sshd[123]: Failed password for invalid user from from 192.0.2.9 port 50123 ssh2",
	"type=EXECVE msg=audit(1795442706.123:45): argc=3 a0=\"cat\" a1=\"-n\" a2=\"/etc/shadow\"",
	"12 <34>Oct 11 2:14",
	`<134>Nov 23 14:05:06 gw1 accessd[7]: action="tunnel-up" user="alice" remip=192.0.2.9`,
	"2026-11-23 14:05:06.20 Logon       Login succeeded for user 'CORP\\app'. [CLIENT: 192.0.2.9]",
}

// What is read must not depend on where blocks end, and values must stand in
// the message or be made of it.
func FuzzMessages(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s+"\n"), uint8(40))
	}
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		all := formats()
		whole := &evidencetest.Rows{Content: content}
		evidencetest.Decode(t, &all[1], "x", content, 1<<20, whole)
		if octets(content) {
			return // counted messages may hold line ends: they are cut by lines
		}
		parts := &evidencetest.Rows{Content: content}
		evidencetest.Decode(t, &all[1], "x", content, int(size)+1, parts)
		if len(whole.Lines) != len(parts.Lines) || !slices.Equal(whole.Problems, parts.Problems) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole.All(), int(size)+1, parts.All())
		}
		for i := range all[2:] {
			all[2+i].Match(content, "x")
			evidencetest.Decode(t, &all[2+i], "x", content, 1<<20, &evidencetest.Rows{})
		}
	})
}

// octets reports whether a line begins with an octet count.
func octets(content []byte) bool {
	for line := range strings.Lines(string(content)) {
		if i := strings.IndexByte(line, '<'); i > 1 && line[i-1] == ' ' && digits([]byte(line[:i-1])) {
			return true
		}
	}
	return false
}

func BenchmarkMessages(b *testing.B) {
	for name, message := range map[string]string{"asa": seeds[0], "fortigate": seeds[2] + ` policyid=7 service="HTTPS" duration=65 sentbyte=100 rcvdbyte=200 sentpkt=3 rcvdpkt=4 srcport=50123 dstport=443 proto=6`, "sshd": seeds[15], "netfilter": seeds[8], "named": seeds[14]} {
		b.Run(name, func(b *testing.B) {
			content := []byte(strings.Repeat(message+"\n", 1000))
			all := formats()
			d, err := all[1].Open(&evidence.File{Path: "x"}, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				d.Decode(&evidence.Block{Data: content, Line: 1, Last: true}, evidence.Discard{})
			}
		})
	}
}
