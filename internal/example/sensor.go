package example

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// flow is a connection that the sensor at the border saw, over TLS.
type flow struct {
	at                  time.Time
	source, destination string
	lasted              time.Duration
	sent, received      int64
	name                string // the server's, "" where the client gave none
	certificates        bool   // both ends showed certificates nobody vouches for
}

// borderWeek is what the staff's computers ask of the Internet.
func (w *world) borderWeek() {
	r := rand.New(rand.NewPCG(24, 443))
	names := []string{"www.harbour-news.example", "mail.provider.example", "updates.vendor.example", "weather.example", "maps.example"}
	for day := range 7 {
		for range 60 {
			i := r.IntN(len(names))
			w.flows = append(w.flows, flow{
				at: at(day, 7, 0, 0).Add(time.Duration(r.IntN(10*3600)) * time.Second), source: w.address(r.IntN(len(w.staff))), destination: fmt.Sprintf("198.51.100.%d", 10+i),
				lasted: time.Duration(200+r.IntN(40000)) * time.Millisecond, sent: int64(900 + r.IntN(20000)), received: int64(3000 + r.IntN(400000)), name: names[i],
			})
		}
	}
}

// funnelled is the tunnel on the wire; the packed files leave through its last
// session.
func (w *world) funnelled(t time.Time) {
	w.flows = append(w.flows, flow{at: t.Add(-2 * time.Minute), source: w.web.address, destination: toolStore, lasted: 2 * time.Second, sent: 1100, received: 1 << 20})
	for _, s := range tunnelSessions {
		w.flows = append(w.flows, flow{t.Add(s.after), w.web.address, controller, s.lasted, s.sent, s.received, "", true})
	}
}

// tunnelSessions are the connections of the tunnel, from its start on.
var tunnelSessions = []struct {
	after, lasted  time.Duration
	sent, received int64
}{
	{0, 40 * time.Minute, 3 << 20, 1 << 20}, {41 * time.Minute, 22 * time.Hour, 14 << 20, 5 << 20}, {22*time.Hour + 50*time.Minute, time.Hour, 9 << 20, 4 << 20},
	{24 * time.Hour, 22 * time.Hour, 640 << 20, 7 << 20}, {46*time.Hour + 33*time.Minute, 2 * time.Hour, 90 << 20, 3 << 20}, {49 * time.Hour, 90 * time.Minute, 2 << 20, 1 << 20},
}

const zeekHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t"

// sensorLogs are conn.log and ssl.log of Zeek.
func (w *world) sensorLogs() (conn, ssl []byte) {
	slices.SortStableFunc(w.flows, func(a, b flow) int { return a.at.Compare(b.at) })
	var c, s bytes.Buffer
	c.WriteString(zeekHeader + "conn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n" +
		"#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n")
	s.WriteString(zeekHeader + "ssl\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tcipher\tcurve\tserver_name\tresumed\testablished\tcert_chain_fuids\tclient_cert_chain_fuids\tsubject\tissuer\tclient_subject\tclient_issuer\tvalidation_status\n" +
		"#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tbool\tbool\tvector[string]\tvector[string]\tstring\tstring\tstring\tstring\tstring\n")
	for i, f := range w.flows {
		id := fmt.Sprintf("%d.%06d\tC%08x%04x\t%s\t%d\t%s\t443", f.at.Unix(), i*7919%1000000, uint32(i+1)*2654435761, i, f.source, 49152+i*37%16000, f.destination)
		fmt.Fprintf(&c, "%s\ttcp\tssl\t%.6f\t%d\t%d\tSF\tT\tF\t0\tShADadFf\t%d\t%d\t%d\t%d\t-\n", id, f.lasted.Seconds(), f.sent, f.received, 3+f.sent/1200, f.sent+f.sent/30, 3+f.received/1400, f.received+f.received/35)
		if f.certificates {
			const funnel, relay = "CN=client,O=Internet Widgits Pty Ltd,ST=Some-State,C=AU", "CN=relay,O=Internet Widgits Pty Ltd,ST=Some-State,C=AU"
			fmt.Fprintf(&s, "%s\tTLSv12\tTLS_DHE_RSA_WITH_AES_256_GCM_SHA384\t-\t-\tF\tT\tFrElAy%d\tFfUnNeL%d\t%s\t%s\t%s\t%s\tself signed certificate in certificate chain\n", id, i, i, relay, relay, funnel, relay)
			continue
		}
		name, subject := f.name, "CN="+f.name
		if name == "" {
			name, subject = "-", "CN=files.example"
		}
		fmt.Fprintf(&s, "%s\tTLSv12\tTLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\tx25519\t%s\tF\tT\tFcErT%d\t(empty)\t%s\tCN=Public CA,O=Example Trust\t-\t-\tok\n", id, name, i, subject)
	}
	return c.Bytes(), s.Bytes()
}
