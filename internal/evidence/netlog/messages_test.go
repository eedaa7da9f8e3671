package netlog

import (
	"slices"
	"testing"
	"time"

	"seawall/internal/activity"
	"seawall/internal/evidence/evidencetest"
	"seawall/internal/evidence/syslog"
	"seawall/internal/evidence/zeek"
	"seawall/record"
)

func TestSyslogTellsActivities(t *testing.T) {
	formats := syslog.Formats(time.UTC, func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) })
	f := func(message string, want ...string) {
		t.Helper()
		if got := extracted(t, formats, "x.log", message+"\n"); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", message, got, want)
		}
	}
	const asa = "<166>Nov 23 2026 14:05:06 fw1 : "
	f(asa + "%ASA-6-302013: Built outbound TCP connection 17 for outside:192.0.2.9/443 (192.0.2.9/443) to inside:10.1.1.7/50123 (198.51.100.2/50123)") // its end will be told
	f(asa+"%ASA-6-302014: Teardown TCP connection 17 for outside:192.0.2.9/443 to inside:10.1.1.7/50123 duration 0:01:05 bytes 5930 TCP FINs", "flow 10.1.1.7:50123>192.0.2.9:443/6 state=1 dur=65000 out=5930/-1 in=-1/-1 uid=17 sensor=fw1")
	f(asa+`%ASA-4-106023: Deny udp src outside:192.0.2.9/40001 dst inside:10.1.1.7/161 by access-group "outside_in" [0x0, 0x0]`, "flow 192.0.2.9:40001>10.1.1.7:161/17 state=4 dur=-1 out=-1/-1 in=-1/-1 sensor=fw1 rule=outside_in")
	f("<189>date=2026-11-23 time=14:05:06 devname=\"FG1\" devid=\"FG1\" logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" vd=\"root\" srcip=10.1.1.7 srcport=50123 dstip=192.0.2.9 dstport=443 proto=6 action=\"close\" policyid=7 service=\"HTTPS\" duration=65 sentbyte=100 rcvdbyte=200 sentpkt=3 rcvdpkt=4",
		"flow 10.1.1.7:50123>192.0.2.9:443/6 state=1 dur=65000 out=100/3 in=200/4 service=HTTPS rule=7")
	f("<30>Nov 23 14:05:06 ns1 named[1]: client 10.1.1.7#50123 (a.example): query: a.example IN TXT +E(0)K (10.1.1.5)", "dns 10.1.1.7>10.1.1.5 a.example type=16 code=-1 answers=[]")
	f("<38>Nov 23 14:05:06 WEB1 sshd[123]: Failed password for root from 192.0.2.9 port 50123 ssh2", "login ssh ok=false user=root domain= from=192.0.2.9:50123 target= host=web1")
	f(asa+"%ASA-6-113039: Group <VPN> User <alice> IP <192.0.2.9> AnyConnect parent session started.", "login vpn ok=true user=alice domain= from=192.0.2.9:0 target= host=fw1")
	f("<86>Nov 23 14:05:06 web1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/cat /etc/shadow", "class 3")
	f("<86>Nov 23 14:05:06 web1 systemd[1]: Started x.")
}

func TestConnectionsBeginBeforeTheirMessages(t *testing.T) {
	formats := syslog.Formats(time.UTC, time.Now)
	message := "<166>Nov 23 2026 14:05:06 fw1 : %ASA-6-302014: Teardown TCP connection 17 for outside:192.0.2.9/443 to inside:10.1.1.7/50123 duration 0:01:05 bytes 5930 TCP FINs\n"
	x, got := NewExtractor(), int64(0)
	sink := recordSink{take: func(rec *record.Record) { x.Extract(rec, func(a *activity.Activity) { got = a.Time }) }}
	evidencetest.Decode(t, evidencetest.Match(formats, "x", []byte(message)), "x", []byte(message), 1<<20, sink)
	if want := time.Date(2026, 11, 23, 14, 4, 1, 0, time.UTC).UnixNano(); got != want {
		t.Errorf("begins %s", time.Unix(0, got).UTC())
	}
}

func TestDurationsAreReadInEveryForm(t *testing.T) {
	for text, seconds := range map[string]int64{"65": 65, "0:01:05": 65, "1h:02m:03s": 3723, "1d2h3m4s": 93784, "2:03": 123, "0": 0, "": -1, "soon": -1, "1.5": 1} {
		want := seconds * 1e9
		switch {
		case seconds < 0:
			want = -1
		case text == "1.5":
			want = 15e8
		}
		if got := elapsed([]byte(text)); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// An extractor reuses its activity: what a message says of its host and user
// must not stay on what the next record tells of.
func TestWhatAMessageSaysEndsWithIt(t *testing.T) {
	x := NewExtractor()
	message := []byte("<86>Nov 23 14:05:06 web1 sudo:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls\n")
	sink := recordSink{take: func(rec *record.Record) { x.Extract(rec, func(*activity.Activity) {}) }}
	evidencetest.Decode(t, evidencetest.Match(syslog.Formats(time.UTC, time.Now), "x", message), "x", message, 1<<20, sink)
	row := []byte("#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\n1.5\tC1\t10.1.1.1\t1\t10.1.1.2\t2\ttcp\n")
	seen := 0
	sink.take = func(rec *record.Record) {
		x.Extract(rec, func(a *activity.Activity) {
			if seen++; a.Host != "" || a.Actor != (activity.Actor{}) {
				t.Errorf("host %q, actor %v", a.Host, a.Actor)
			}
		})
	}
	evidencetest.Decode(t, evidencetest.Match(zeek.Formats(), "conn.log", row), "conn.log", row, 1<<20, sink)
	if seen != 1 {
		t.Errorf("%d activities", seen)
	}
}
