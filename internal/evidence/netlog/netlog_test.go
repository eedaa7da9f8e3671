package netlog

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/internal/evidence/evidencetest"
	"seawall/internal/evidence/zeek"
	"seawall/record"
)

// told keeps activities as text.
type told struct {
	evidence.Discard
	x    *Extractor
	list []string
}

func (s *told) Record(rec *record.Record) {
	s.x.Extract(rec, func(a *activity.Activity) { s.list = append(s.list, tell(a)) })
}

// tell writes what matters of an activity.
func tell(a *activity.Activity) string {
	switch a.Class {
	case activity.FlowSeen:
		f := a.Flow
		var b strings.Builder
		milliseconds := f.Duration / 1e6
		if f.Duration < 0 {
			milliseconds = -1
		}
		fmt.Fprintf(&b, "flow %s:%d>%s:%d/%d state=%d dur=%d out=%d/%d in=%d/%d", f.Source, f.SourcePort, f.Destination, f.DestinationPort, f.Protocol, f.State, milliseconds, f.OutBytes, f.OutPackets, f.InBytes, f.InPackets)
		for _, flag := range []struct {
			name string
			set  bool
		}{{"open", f.Open}, {"sliced", f.Sliced}, {"half", f.Half}} {
			if flag.set {
				b.WriteString(" " + flag.name)
			}
		}
		if f.Sampling > 1 {
			fmt.Fprintf(&b, " 1:%d", f.Sampling)
		}
		for _, text := range []struct {
			name string
			text []byte
		}{{"service", f.Service}, {"name", f.Name}, {"uid", f.UID}, {"sensor", f.Sensor}, {"rule", f.Rule}, {"user", f.User}} {
			if len(text.text) > 0 {
				fmt.Fprintf(&b, " %s=%s", text.name, text.text)
			}
		}
		if f.TranslatedSource.IsValid() || f.TranslatedDestination.IsValid() {
			fmt.Fprintf(&b, " nat=%s>%s", f.TranslatedSource, f.TranslatedDestination)
		}
		return b.String()
	case activity.NameLookup:
		d := a.DNS
		return fmt.Sprintf("dns %s>%s %s type=%d code=%d answers=%s", d.Client, d.Server, d.Query, d.Type, d.Code, d.Answers)
	case activity.Handshake:
		h := a.TLS
		return fmt.Sprintf("tls %s:%d>%s:%d %04x %s sni=%s alpn=%s ja3=%s ja4=%s cert=%s client=%s subject=%s established=%v self=%v", h.Source, h.SourcePort, h.Destination, h.DestinationPort, h.Version, h.Cipher, h.ServerName, h.ALPN, h.JA3, h.JA4, h.ServerCertificate, h.ClientCertificate, h.Subject, h.Established, h.SelfSigned)
	case activity.Request:
		h := a.HTTP
		return fmt.Sprintf("http %s>%s:%d %s %s path=%s query=%s host=%s ua=%s status=%d bytes=%d/%d forwarded=%s", h.Client, h.Server, h.ServerPort, h.Method, h.Target, h.Path, h.Query, h.Host, h.UserAgent, h.Status, h.RequestBytes, h.Bytes, h.Forwarded)
	case activity.ProtocolUse:
		p := a.Protocol
		return fmt.Sprintf("use %s>%s:%d %s op=%s object=%s user=%s detail=%s ok=%v", p.Source, p.Destination, p.DestinationPort, p.Kind, p.Operation, p.Object, p.User, p.Detail, p.Success)
	case activity.Authenticated:
		l := a.Authentication
		kind := map[activity.AuthenticationKind]string{activity.SSH: "ssh", activity.RemoteAccess: "vpn", activity.Console: "console", activity.Local: "local"}[l.Kind]
		return fmt.Sprintf("login %s ok=%v user=%s domain=%s from=%s:%d target=%s host=%s", kind, l.Success, l.User, l.Domain, l.Address, l.Port, l.Target, a.Host)
	}
	return fmt.Sprintf("class %d", a.Class)
}

// extracted returns what the rows of one file tell.
func extracted(t testing.TB, formats []evidence.Format, name, content string) []string {
	t.Helper()
	f := evidencetest.Match(formats, name, []byte(content))
	if f == nil {
		t.Fatalf("%s is not recognised", name)
	}
	s := &told{x: NewExtractor()}
	evidencetest.Decode(t, f, name, []byte(content), 1<<20, s)
	return s.list
}

func zeekLog(path, fields string, rows ...string) string {
	return "#separator \\x09\n#path\t" + path + "\n#fields\t" + strings.ReplaceAll(fields, " ", "\t") + "\n" + strings.ReplaceAll(strings.Join(rows, "\n"), " ", "\t") + "\n"
}

func TestZeekRowsTellActivities(t *testing.T) {
	f := func(path, fields, row, want string) {
		t.Helper()
		if got := extracted(t, zeek.Formats(), path+".log", zeekLog(path, fields, row)); !slices.Equal(got, []string{want}) {
			t.Errorf("%s %s:\n got %q\nwant %q", path, row, got, want)
		}
	}
	conn := "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes"
	f("conn", conn, "1.5 C1 10.0.0.1 1024 192.0.2.1 443 tcp ssl 3.000158 10 20 SF ShADadFf 3 130 4 180", "flow 10.0.0.1:1024>192.0.2.1:443/6 state=1 dur=3000 out=10/3 in=20/4 service=ssl uid=C1")
	f("conn", conn, "1.5 C1 10.0.0.1 1024 192.0.2.1 443 tcp - - - - S0 S 1 60 0 0", "flow 10.0.0.1:1024>192.0.2.1:443/6 state=2 dur=-1 out=20/1 in=0/0 uid=C1")
	f("conn", conn, "1.5 C1 10.0.0.1 1024 192.0.2.1 443 tcp - 5.0 4294967295 0 RSTO ShR 3 130 2 80", "flow 10.0.0.1:1024>192.0.2.1:443/6 state=1 dur=5000 out=10/3 in=0/2 uid=C1")
	f("conn", conn, "1.5 C1 192.0.2.1 443 10.0.0.1 51024 tcp - 5.0 70 9 OTH DadA 3 190 2 89", "flow 10.0.0.1:51024>192.0.2.1:443/6 state=5 dur=5000 out=9/2 in=70/3 uid=C1")
	f("conn", conn, "1.5 C1 fe80::1 135 fe80::2 136 icmp - 5.0 70 9 OTH - 3 190 2 89", "flow fe80::1:135>fe80::2:136/58 state=1 dur=5000 out=70/3 in=9/2 uid=C1")
	f("open_conn", conn, "1.5 C1 10.0.0.1 1024 192.0.2.1 22 tcp ssh 18001.112388 27219 57370 S1 ShADad 576 50271 454 75542", "flow 10.0.0.1:1024>192.0.2.1:22/6 state=1 dur=18001112 out=27219/576 in=57370/454 open service=ssh uid=C1")
	f("dns", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p query qtype qtype_name rcode answers", "1.5 C1 10.0.0.1 1024 192.0.2.1 53 a.example. 16 TXT 3 x,y", "dns 10.0.0.1>192.0.2.1 a.example type=16 code=3 answers=[x y]")
	f("dns", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p query qtype_name rcode_name", "1.5 C1 10.0.0.1 1024 192.0.2.1 53 a.example NULL -", "dns 10.0.0.1>192.0.2.1 a.example type=10 code=-1 answers=[]")
	f("ssl", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p version cipher server_name next_protocol established ja3 cert_chain_fps client_cert_chain_fps subject issuer", "1.5 C1 10.0.0.1 1024 192.0.2.1 443 TLSv12 TLS_X a.example h2 T aa c1,c2 d1 CN=a CN=a",
		"tls 10.0.0.1:1024>192.0.2.1:443 0303 TLS_X sni=a.example alpn=h2 ja3=aa ja4= cert=c1 client=d1 subject=CN=a established=true self=true")
	f("http", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p method host uri user_agent status_code request_body_len response_body_len", "1.5 C1 10.0.0.1 1024 192.0.2.1 80 GET a.example /x?y=1 UA 200 0 5", "http 10.0.0.1>192.0.2.1:80 GET /x?y=1 path=/x query=y=1 host=a.example ua=UA status=200 bytes=0/5 forwarded=")
	f("ssh", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p auth_success auth_attempts client", "1.5 C1 10.0.0.1 1024 192.0.2.1 22 T 2 SSH-2.0-x", "use 10.0.0.1>192.0.2.1:22 ssh op=login object= user= detail=SSH-2.0-x ok=true")
	f("ssh", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p auth_success client", "1.5 C1 10.0.0.1 1024 192.0.2.1 22 - SSH-2.0-x", "use 10.0.0.1>192.0.2.1:22 ssh op=connect object= user= detail=SSH-2.0-x ok=false")
	f("smb_mapping", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p path share_type", `1.5 C1 10.0.0.1 1024 10.0.0.2 445 \\\\10.0.0.2\\ADMIN$ DISK`, `use 10.0.0.1>10.0.0.2:445 smb-map op=map object=\\10.0.0.2\ADMIN$ user= detail=DISK ok=true`)
	f("smb_files", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p action path name", `1.5 C1 10.0.0.1 1024 10.0.0.2 445 SMB::FILE_OPEN x a.exe`, `use 10.0.0.1>10.0.0.2:445 smb-file op=open object=a.exe user= detail=x ok=true`)
	f("dce_rpc", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p named_pipe endpoint operation", `1.5 C1 10.0.0.1 1024 10.0.0.2 445 \\pipe\\svcctl svcctl CreateServiceW`, `use 10.0.0.1>10.0.0.2:445 dce-rpc op=svcctl::CreateServiceW object=\pipe\svcctl user= detail= ok=true`)
	f("kerberos", "ts uid id.orig_h id.orig_p id.resp_h id.resp_p request_type client service success cipher", `1.5 C1 10.0.0.1 1024 10.0.0.2 88 TGS a/X MSSQL/x T rc4-hmac`, `use 10.0.0.1>10.0.0.2:88 kerberos op=TGS object=MSSQL/x user=a/X detail=rc4-hmac ok=true`)
}

// flowRow is a record of an exporter in text, as collectors write them.
func flowRow(fields string, values ...string) *record.Record {
	rec := &record.Record{}
	var columns []record.Field
	for name := range strings.FieldsSeq(fields) {
		columns = append(columns, record.Field{Name: name})
	}
	for _, v := range values {
		value := record.Value{Raw: []byte(v), Kind: record.Text}
		if a, err := netip.ParseAddr(v); err == nil {
			value = record.Value{Raw: a.AsSlice(), Kind: record.Address}
		}
		rec.Values = append(rec.Values, value)
	}
	rec.Schema = record.NewSource(record.KindNetwork, "netflow", columns)
	return rec
}

func TestExportedFlowsTellConnections(t *testing.T) {
	const key = "sourceIPv4Address destinationIPv4Address protocolIdentifier sourceTransportPort destinationTransportPort octetDeltaCount packetDeltaCount "
	f := func(fields, values, want string) {
		t.Helper()
		s := &told{x: NewExtractor()}
		s.Record(flowRow(fields, strings.Fields(values)...))
		if want == "" && len(s.list) == 0 {
			return
		}
		if !slices.Equal(s.list, []string{want}) {
			t.Errorf("%s:\n got %q\nwant %q", values, s.list, want)
		}
	}
	f(key+"tcpControlBits flowDurationMilliseconds", "10.0.0.1 192.0.2.1 6 50000 443 100 2 27 500", "flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=500 out=100/2 in=-1/-1 half")
	f(key+"tcpControlBits flowDurationMilliseconds", "192.0.2.1 10.0.0.1 6 443 50000 100 2 27 500", "flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=500 out=-1/-1 in=100/2 half")
	f(key+"tcpControlBits flowDurationMilliseconds", "10.0.0.1 192.0.2.1 6 50000 443 100 2 2 500", "flow 10.0.0.1:50000>192.0.2.1:443/6 state=2 dur=500 out=100/2 in=-1/-1 half")
	f(key+"tcpControlBits flowDurationMilliseconds", "10.0.0.1 192.0.2.1 6 50000 443 100 2 24 60000", "flow 10.0.0.1:50000>192.0.2.1:443/6 state=5 dur=60000 out=100/2 in=-1/-1 sliced half")
	f(key+"flowEndReason samplingInterval", "10.0.0.1 192.0.2.1 17 50000 53 100 2 2 100", "flow 10.0.0.1:50000>192.0.2.1:53/17 state=0 dur=-1 out=10000/200 in=-1/-1 sliced half 1:100")
	f(key, "10.0.0.1 192.0.2.1 1 0 2048 100 2", "flow 10.0.0.1:8>192.0.2.1:0/1 state=0 dur=-1 out=100/2 in=-1/-1 half")
	nsel := "sourceIPv4Address destinationIPv4Address protocolIdentifier sourceTransportPort destinationTransportPort firewallEvent initiatorOctets responderOctets postNATSourceIPv4Address userName"
	f(nsel, "10.0.0.1 192.0.2.1 6 50000 443 2 10 20 198.51.100.1 alice", "flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=-1 out=10/-1 in=20/-1 user=alice nat=198.51.100.1>invalid IP")
	f(nsel, "10.0.0.1 192.0.2.1 6 50000 443 3 0 0 198.51.100.1 alice", "flow 10.0.0.1:50000>192.0.2.1:443/6 state=4 dur=-1 out=0/-1 in=0/-1 user=alice nat=198.51.100.1>invalid IP")
	f(nsel, "10.0.0.1 192.0.2.1 6 50000 443 1 0 0 198.51.100.1 alice", "")
	f("ingressInterface", "4", "")
}

func TestExtractionAllocatesNothing(t *testing.T) {
	x := NewExtractor()
	observe := func(*activity.Activity) {}
	rec := flowRow("sourceIPv4Address destinationIPv4Address protocolIdentifier octetDeltaCount exporterAddress", "10.0.0.1", "192.0.2.1", "6", "100", "192.0.2.9")
	x.Extract(rec, observe)
	if n := testing.AllocsPerRun(100, func() { x.Extract(rec, observe) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// recordSink is a sink that takes records only.
type recordSink struct {
	evidence.Discard
	take func(*record.Record)
}

// Record hands the record on.
func (s recordSink) Record(rec *record.Record) { s.take(rec) }
