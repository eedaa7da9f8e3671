package nettunnel

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/summarytest"
)

const (
	inside  = "10.0.0.7"
	outside = "203.0.113.9"
)

// shaken is a handshake changed.
func shaken(change func(*activity.TLS)) []activity.Activity {
	a := summarytest.Handshake(1, 0, inside, outside, 9443, "")
	change(a.TLS)
	return []activity.Activity{a}
}

func TestTunnels(t *testing.T) {
	mutual := func(t *activity.TLS) {
		t.Cipher = []byte("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")
		t.ServerCertificate, t.ClientCertificate, t.Subject = []byte("aa"), []byte("bb"), []byte("CN=box")
	}
	inner := []int32{148, -28, 118, -4120, -587, 1048, 3038, -75, 57, -54}
	pinged := func(out, in int64) []activity.Activity {
		a := summarytest.Flow(1, 0, inside, outside, 0)
		a.Flow.Protocol, a.Flow.SourcePort, a.Flow.OutPackets, a.Flow.InPackets, a.Flow.OutBytes, a.Flow.InBytes = 1, 8, 100, 100, out, in
		return []activity.Activity{a}
	}
	used := func(kind, version string, port uint16) []activity.Activity {
		a := summarytest.Use(1, 0, inside, outside, kind, "login", "")
		a.Protocol.Detail, a.Protocol.DestinationPort = []byte(version), port
		return []activity.Activity{a}
	}
	asked := func(path, query string) []activity.Activity {
		a := summarytest.Seen(1, 0, outside, inside, "www.example.com", path+"?"+query)
		a.HTTP.Path, a.HTTP.Query = []byte(path), []byte(query)
		return []activity.Activity{a}
	}
	hops := func(number int, at time.Duration, src, dst string, port uint16, out int64) activity.Activity {
		a := summarytest.Flow(number, at, src, dst, port)
		a.Flow.Duration, a.Flow.OutBytes, a.Flow.InBytes = int64(time.Minute), out, 50_000
		return a
	}
	want := func(k tunnel) summarytest.Expect {
		return summarytest.Want(what[k].title, what[k].severity, map[tunnel]string{chisel: "T1071.001", ssh: "T1571", httpt: "T1071.001", regeorg: "T1090.001", service: "T1102", socks: "T1090.001", icmp: "T1095", pivot: "T1090.001", sshOdd: "T1571", vpn: "T1572"}[k])
	}
	both := func(s finding.Severity) summarytest.Expect { return summarytest.Want(what[ssf].title, s, "T1572") }
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("an ordinary handshake", []activity.Activity{summarytest.Handshake(1, 0, inside, outside, 443, "www.example.com")}),
		summarytest.Case("certificates on both sides with another suite", shaken(func(t *activity.TLS) { mutual(t); t.Cipher = []byte("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256") })),
		summarytest.Case("SSF with certificates of its own, from a log", shaken(mutual), summarytest.Want("Certificates on both sides and one old cipher suite, as tunnels have", finding.Medium, "T1572")),
		summarytest.Case("SSF with certificates that the log tells by subject only", shaken(func(t *activity.TLS) {
			mutual(t)
			t.ServerCertificate, t.ClientCertificate, t.Subject, t.ClientSubject = nil, nil, []byte("CN=a"), []byte("CN=b")
		}), summarytest.Want("Certificates on both sides and one old cipher suite, as tunnels have", finding.Medium, "T1572")),
		summarytest.Case("one side's certificate", shaken(func(t *activity.TLS) { mutual(t); t.ClientCertificate, t.ClientSubject = nil, nil })),
		summarytest.Case("SSF with certificates of its own and JA4", shaken(func(t *activity.TLS) { mutual(t); t.JA4 = []byte("t12i020200_5bb0eb0ba27c_5c28f5cac5c2") }), both(finding.High)),
		summarytest.Case("SSF in packets", shaken(func(t *activity.TLS) { mutual(t); t.OfferedCiphers, t.Records = 2, inner }), both(finding.Critical)),
		summarytest.Case("SSF with the published certificate", shaken(func(t *activity.TLS) { t.ServerCertificate = []byte(published[0]) }), both(finding.Critical)),
		summarytest.Case("the default port alone is nothing", []activity.Activity{summarytest.Flow(1, 0, inside, outside, 8011)}),
		summarytest.Case("SSH on its own port", used("ssh", "SSH-2.0-OpenSSH_9.2", 22)),
		summarytest.Case("SSH on the port of TLS", used("ssh", "SSH-2.0-OpenSSH_9.2", 443), want(ssh)),
		summarytest.Case("SSH on a port of its own", used("ssh", "SSH-2.0-OpenSSH_9.2", 4444), want(sshOdd)),
		summarytest.Case("a virtual private network", func() []activity.Activity {
			a := summarytest.Flow(1, 0, inside, outside, 51820)
			a.Flow.Protocol, a.Flow.Duration, a.Flow.OutBytes = 17, int64(time.Hour), 1_000_000
			return []activity.Activity{a}
		}(), want(vpn)),
		summarytest.Case("chisel", used("ssh", "SSH-chisel-v3-client", 8080), want(chisel)),
		summarytest.Case("SOCKS", used("socks", "", 1080), want(socks)),
		summarytest.Case("httptunnel", asked("/index.html", "crap=1795471330"), want(httpt)),
		summarytest.Case("a query of that name but another kind", asked("/index.html", "crap=of-all-kinds")),
		summarytest.Case("reGeorg", asked("/t.aspx", "cmd=connect&target=10.0.0.9&port=3389"), want(regeorg)),
		summarytest.Case("ngrok by its lookup", []activity.Activity{summarytest.Lookup(1, 0, inside, "connect.NGROK-agent.com", 1)}, want(service)),
		summarytest.Case("a name that only ends alike", []activity.Activity{summarytest.Lookup(1, 0, inside, "notngrok.com", 1)}),
		summarytest.Case("large pings", pinged(100_000, 100_000)),
		summarytest.Case("pings that carry data", pinged(100_000, 60_000), want(icmp)),
		summarytest.Case("small pings", pinged(5600, 6400)),
		summarytest.Case("a connection that goes on", []activity.Activity{hops(1, 0, outside, inside, 443, 9000), hops(2, time.Second, inside, "10.0.0.9", 3389, 9001)}, want(pivot)),
		summarytest.Case("a load balancer", []activity.Activity{hops(1, 0, outside, inside, 443, 9000), hops(2, time.Second, inside, "10.0.0.9", 8080, 9001)}),
		summarytest.Case("two connections that differ", []activity.Activity{hops(1, 0, outside, inside, 443, 9000), hops(2, time.Second, inside, "10.0.0.9", 3389, 20_000)}),
	)
}

func TestHandshakesInsideAreToldFromRequests(t *testing.T) {
	f := func(want bool, records ...int32) {
		t.Helper()
		if got := innerHandshake(records); got != want {
			t.Errorf("%v: %v", records, got)
		}
	}
	f(false)
	f(true, 148, -28, 118, -4120, -587, 1048, 3038, -75)
	f(false, 118, -4120, -587, 1048, 3038, -4000)         // goes on as downloads do
	f(false, 300, -1400, -1400, -1400, -900, 350, -1400)  // pages
	f(false, 118, -4120, -587, 200, -75)                  // no proof of the client's
	f(false, 118, -500, 1048, 3038, -75)                  // no certificate of the server's
	f(false, 16000, 16000, 16000, -60, 16000, 16000, -60) // an upload
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 5).Draw(t, "second")) * time.Second
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			a := summarytest.Handshake(number, at, inside, outside, 443, "")
			a.TLS.JA4 = []byte("t12i020200_5bb0eb0ba27c_5c28f5cac5c2")
			return a
		case 1:
			return summarytest.Lookup(number, at, inside, rapid.SampledFrom([]string{"x.ngrok.io", "a.example"}).Draw(t, "name"), 1)
		case 2:
			return summarytest.Use(number, at, inside, outside, "socks", "connect", "")
		}
		a := summarytest.Flow(number, at, rapid.SampledFrom([]string{inside, outside}).Draw(t, "source"), rapid.SampledFrom([]string{inside, "10.0.0.9"}).Draw(t, "destination"), rapid.SampledFrom([]uint16{443, 3389}).Draw(t, "port"))
		a.Flow.Duration, a.Flow.OutBytes, a.Flow.InBytes = int64(time.Minute), 9000, 9000
		return a
	})
}
