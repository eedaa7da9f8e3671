package netlog

import (
	"slices"
	"testing"

	"seawall/internal/evidence/eve"
)

func TestSuricataEventsTellActivities(t *testing.T) {
	f := func(event string, want ...string) {
		t.Helper()
		row := `{"timestamp":"2024-01-01T12:00:00.123456+0000","flow_id":77,"in_iface":"eth0",` + event + "}\n"
		if got := extracted(t, eve.Formats(), "eve.json", row); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", event, got, want)
		}
	}
	ends := `"src_ip":"10.0.0.1","src_port":50000,"dest_ip":"192.0.2.1","dest_port":443,"proto":"TCP"`
	f(`"event_type":"flow",`+ends+`,"app_proto":"tls","flow":{"pkts_toserver":3,"pkts_toclient":4,"bytes_toserver":200,"bytes_toclient":316,"start":"2024-01-01T11:59:50.000000+0000","end":"2024-01-01T12:00:00.000000+0000","age":10,"state":"closed","reason":"timeout"},"tcp":{"tcp_flags":"1b","tcp_flags_ts":"1b","tcp_flags_tc":"1b","syn":true}`,
		"flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=10000 out=38/3 in=100/4 service=tls uid=77 sensor=eth0")
	f(`"event_type":"flow",`+ends+`,"flow":{"pkts_toserver":1,"pkts_toclient":0,"bytes_toserver":60,"bytes_toclient":0,"start":"2024-01-01T12:00:00.000000+0000","end":"2024-01-01T12:00:00.000000+0000","state":"new"}`,
		"flow 10.0.0.1:50000>192.0.2.1:443/6 state=2 dur=0 out=6/1 in=0/0 uid=77 sensor=eth0")
	f(`"event_type":"netflow",`+ends+`,"netflow":{"pkts":3,"bytes":300,"start":"2024-01-01T11:59:50.000000+0000","end":"2024-01-01T11:59:51.000000+0000"},"tcp":{"tcp_flags":"1b"}`,
		"flow 10.0.0.1:50000>192.0.2.1:443/6 state=1 dur=1000 out=138/3 in=-1/-1 half uid=77 sensor=eth0")
	// The three layouts of DNS events.
	f(`"event_type":"dns",`+ends+`,"dns":{"type":"query","id":1,"rrname":"a.example","rrtype":"TXT"}`, "dns 10.0.0.1>192.0.2.1 a.example type=16 code=-1 answers=[]")
	f(`"event_type":"dns",` + ends + `,"dns":{"type":"answer","id":1,"rcode":"NOERROR","rrname":"cdn.example","rrtype":"A","rdata":"1.2.3.4"}`)
	f(`"event_type":"dns",`+ends+`,"dns":{"type":"answer","id":1,"rcode":"NXDOMAIN","rrname":"a.example"}`, "dns 10.0.0.1>192.0.2.1 a.example type=0 code=3 answers=[]")
	f(`"event_type":"dns",`+ends+`,"dns":{"version":2,"type":"answer","rrname":"a.example","rrtype":"A","rcode":"NXDOMAIN","answers":[{"rrname":"a.example","rrtype":"A","rdata":"1.2.3.4"},{"rdata":"1.2.3.5"}],"grouped":{"A":["1.2.3.4"]}}`, "dns 10.0.0.1>192.0.2.1 a.example type=1 code=3 answers=[1.2.3.4 1.2.3.5]")
	f(`"event_type":"dns",`+ends+`,"dns":{"version":3,"type":"response","rcode":"NOERROR","queries":[{"rrname":"b.example","rrtype":"NULL"}],"answers":[{"rrname":"b.example","rdata":"x"}]}`, "dns 10.0.0.1>192.0.2.1 b.example type=10 code=0 answers=[x]")
	f(`"event_type":"tls",`+ends+`,"tls":{"sni":"a.example","version":"TLS 1.2","subject":"CN=a","issuerdn":"CN=a","fingerprint":"aa:bb","ja3":{"hash":"j3","string":"771"},"ja4":"t13","client":{"fingerprint":"cc"}}`,
		"tls 10.0.0.1:50000>192.0.2.1:443 0303  sni=a.example alpn= ja3=j3 ja4=t13 cert=aa:bb client=cc subject=CN=a established=true self=true")
	f(`"event_type":"http",`+ends+`,"http":{"hostname":"a.example","url":"/x?y","http_user_agent":"UA","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":5}`,
		"http 10.0.0.1>192.0.2.1:443 GET /x?y path=/x query=y host=a.example ua=UA status=200 bytes=-1/5 forwarded=")
	f(`"event_type":"smb",`+ends+`,"smb":{"command":"SMB2_COMMAND_TREE_CONNECT","status":"STATUS_SUCCESS","share":"\\\\10.0.0.2\\ADMIN$","share_type":"FILE"}`, `use 10.0.0.1>192.0.2.1:443 smb-map op=map object=\\10.0.0.2\ADMIN$ user= detail= ok=true`)
	f(`"event_type":"smb",`+ends+`,"smb":{"command":"SMB2_COMMAND_IOCTL","dcerpc":{"request":"REQUEST","opnum":12,"interface":{"uuid":"367abb81-9844-35f1-ad32-98f038001003"}}}`, `use 10.0.0.1>192.0.2.1:443 dce-rpc op=svcctl::CreateServiceW object= user= detail= ok=true`)
	f(`"event_type":"smb",`+ends+`,"smb":{"command":"SMB2_COMMAND_SESSION_SETUP","status":"STATUS_LOGON_FAILURE","ntlmssp":{"domain":"D","user":"u","host":"H"}}`, `use 10.0.0.1>192.0.2.1:443 ntlm op=login object=H user=u detail=D ok=false`)
	f(`"event_type":"krb5",`+ends+`,"krb5":{"msg_type":"KRB_TGS_REP","cname":"u","sname":"MSSQL/x","encryption":"rc4-hmac"}`, `use 10.0.0.1>192.0.2.1:443 kerberos op=TGS object=MSSQL/x user=u detail=rc4-hmac ok=true`)
	f(`"event_type":"ssh",`+ends+`,"ssh":{"client":{"software_version":"OpenSSH_9"}}`, `use 10.0.0.1>192.0.2.1:443 ssh op=connect object= user= detail=OpenSSH_9 ok=false`)
	f(`"event_type":"alert",` + ends + `,"alert":{"signature":"x"}`)
	f(`"event_type":"stats","stats":{"uptime":1}`)
}
