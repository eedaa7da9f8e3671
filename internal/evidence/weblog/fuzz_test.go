package weblog

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/record"
)

// seeds are lines of every format.
var seeds = []string{
	`203.0.113.9 - - [01/May/2024:10:00:00 +0000] "GET /a?b=%41 HTTP/1.1" 200 5 "-" "x \"y\" \x41"`,
	`www.example.com:443 203.0.113.9 - amy [01/May/2024:10:00:00 +0000] "-" 408 - "-" "-" 12 "r@docker" "http://10.0.0.1" 3ms`,
	`203.0.113.9 600x12x1 amy [01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 1234 0.0150 "https://j/" "M (x)" "1abc"`,
	`[01/May/2024:10:00:00 +0000] amy http-nio-8090-exec-5 203.0.113.9 POST /rest/a?b HTTP/1.1 200 34ms 512 http://w/ M (X11) x`,
	"#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status c-ip cs(User-Agent)\r\n2024-05-01 10:00:00 GET /a - 200 203.0.113.9 a+b",
	"#Fields:\tdate\ttime\tcs-method\tcs-uri-stem\r\n2024-05-01\t10:00:00\tGET\t/a",
	"2024-05-01 10:00:01 10.0.0.5 POST /b x=1 443 - fe80::1%5 Mozilla/5.0+(x) - 500 0 0 15",
	`{"level":"info","ts":1714557600.5,"msg":"handled request","request":{"remote_ip":"203.0.113.9","method":"GET","host":"h","uri":"/a?b","headers":{"User-Agent":["x","y"]}},"status":200,"size":5}`,
	`{"log":"203.0.113.9 - - [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n","stream":"stdout"}`,
	`https 2024-05-01T10:00:00.1Z app/w/5 203.0.113.9:1 10.0.0.1:80 0.1 0.0 0.0 200 200 1 2 "GET https://h:443/a HTTP/1.1" "x" - - arn "R" "h" "-" 0 2024-05-01T10:00:00Z "forward" "-" "-" "-" "-" "-" "-"`,
	`May  1 10:00:00 lb haproxy[7]: 203.0.113.9:53 [01/May/2024:10:00:00.143] fe~ be/srv 0/0/7/1457/1487 200 11394 - - ---- 2/1/0/0/0 0/0 {Mozilla/5.0 (x)} {} "GET /a HTTP/1.1"`,
	`[2024-05-01T10:00:00.310Z] "POST /a HTTP/2" 204 - 154 0 226 100 "203.0.113.9" "x" "id" "h" "tcp://10.0.2.1:80"`,
	`[01/May/2024:10:00:00 +0000] - 404 404 - GET http h "/a" [Client 203.0.113.9] [Length 1] [Gzip 3.1] [Sent-to s] "x" "-"`,
	`[pid: 8|app: 0|req: 1/1] 203.0.113.9 () {38 vars in 696 bytes} [Sun Mar 13 22:49:12 2016] POST /a => generated 47 bytes in 129 msecs (HTTP/1.1 200) 9 headers in 378 bytes (1 switches on core 3)`,
	`1700000000.123    345 203.0.113.9 TCP_MISS/200 4512 GET http://a.example/x?y=1 amy HIER_DIRECT/192.0.2.5 text/html`,
	`[Thu Sep 30 13:27:06.009964 2021] [:error] [pid 2:tid 1] [client ::1:37752] [client ::1] ModSecurity: Access denied with code 403 (phase 2). Match. [file "/a"] [id "1"] [tag "x"] [tag "y"] [uri "/a?b"] [unique_id "Y"]`,
	`2024/05/01 10:00:00 [error] 31#31: *46 user "amy": password mismatch, client: 203.0.113.9, server: s, request: "GET / HTTP/1.1", host: "h"`,
	`2022-06-08 22:49:20.774649 [NOTICE] [1226033] [203.0.113.9:45164:HTTP2-41#_AdminVHost] [STDERR] [WebAdmin Console] Failed Login Attempt - username:a ip:127.0.0.1 url:`,
	`logger=context userId=0 t=2023-03-14T06:10:23.3Z level=error msg="Invalid username or password" error="x" remote_addr=203.0.113.9`,
	`2023-04-06T09:05:54,991Z [http-nio-8080-exec-9] WARN  o.a.g.r.auth.AuthenticationService - Authentication attempt from [203.0.113.9, 127.0.0.2] for user "test" failed.`,
	"#Fields: DateTime,UrlStem,UrlQuery,HttpStatus,UserAgent\n2021-03-03T02:11:09.182Z,/a,?b,241,\"x,y\"",
	`2021-03-03T02:11:09.182Z,EX1,'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/;x''';S:EX='`,
	`10/24/2023:02:11:09 GMT adc1 0-PPE-1 : default SSLVPN LOGIN 4823 0 : Context amy@198.51.100.7 - SessionId: 71 - User amy - Client_ip 203.0.113.9 - Browser_type "M - x"`,
	`PulseSecure: - - - 2021-04-20 10:11:12 - gw - [203.0.113.9] Root::amy(Users)[Staff][sid1] - WebRequest completed, GET to https://in/a from x result=200 sent=1 received=2`,
	`date=2024-02-10 time=10:11:12 devid="F" logid="1" type="event" subtype="vpn" action="tunnel-up" remip=203.0.113.9 user="amy"`,
	`1,2024/02/10 10:11:12,0,GLOBALPROTECT,0,1,2024/02/10 10:11:10,v,gateway-auth,login,L,,amy,DE,PC,203.0.113.9,::,::,::,i,s,6,W,10,1,r,,,failure,"Site, one",0`,
	`<131>May  1 10:00:00 waf CEF:0|F5|ASM|15.1|2|SQL \| Injection|5|src=203.0.113.9 request=/a?b\=c d requestMethod=GET act=blocked rt=1714557600000 dhost=h`,
	`2024-05-01T10:00:00+02:00 www.example.com 203.0.113.9 "GET /a HTTP/2.0" 404 162 0.003 "https://x/" "curl/8.0" rt=0.1 k="v"`,
	"\xff\xfe2\x000\x00", "GET /${jndi:ldap://x}", "\x00\x00", "#TYPE x", `"`, `{`, `[`, "<",
}

// rendering writes down everything that records say.
type rendering struct {
	evidence.Discard
	lines   []string
	extract *Extractor
	check   func(*record.Record)
}

func (w *rendering) Record(rec *record.Record) {
	if w.check != nil {
		w.check(rec)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d+%d %s @%d", rec.Origin.Number, rec.Origin.Offset, rec.Origin.Length, rec.Schema.Source, rec.Time)
	for i, f := range rec.Schema.Fields {
		if v := rec.Values[i]; v.Kind != record.Null {
			fmt.Fprintf(&b, " %s=%q", f.Name, v.String())
		}
	}
	w.extract.Extract(rec, func(a *activity.Activity) {
		fmt.Fprintf(&b, " class %d", a.Class)
		if h := a.HTTP; h != nil {
			fmt.Fprintf(&b, " %q %q %q %q %d %q", h.Client, h.Method, h.Target, h.UserAgent, h.Status, h.Headers)
		}
		if l := a.Authentication; l != nil {
			fmt.Fprintf(&b, " %v", *l)
		}
	})
	w.lines = append(w.lines, b.String())
}

func (w *rendering) Problem(p evidence.Problem) { w.lines = append(w.lines, p.String()) }

// render reads data in a format, in blocks of about the given size.
func render(t testing.TB, format *evidence.Format, data []byte, block int, check func(*record.Record)) []string {
	w := &rendering{extract: NewExtractor(), check: check}
	decodeAs(t, format, data, block, w)
	return w.lines
}

// TestBlocksMayBeginAnywhere reads files that mix all formats, cut in many
// ways.
func TestBlocksMayBeginAnywhere(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	formats := Formats(nil)
	for range 60 {
		var b bytes.Buffer
		for range 1 + rng.IntN(40) {
			b.WriteString(seeds[rng.IntN(len(seeds))])
			b.WriteString([]string{"\n", "\r\n", "\n\n"}[rng.IntN(3)])
		}
		data := b.Bytes()
		format := &formats[1+rng.IntN(len(formats)-1)]
		want := render(t, format, data, 1<<20, nil)
		for _, block := range []int{1, 50, 500, 1 + rng.IntN(2000)} {
			if got := render(t, format, data, block, nil); !slices.Equal(got, want) {
				for i := range got {
					if i >= len(want) || got[i] != want[i] {
						t.Fatalf("blocks of %d: record %d is\n%s\nwant\n%s", block, i, got[i], slices.Concat(want, []string{"", ""})[min(i, len(want))])
					}
				}
				t.Fatalf("blocks of %d: %d records, want %d", block, len(got), len(want))
			}
		}
	}
}

// FuzzDecode reads whatever it is given in every format: no line is lost, and
// what is cited is where it is said to be.
func FuzzDecode(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s + "\n"))
		f.Add([]byte(s + "\r\n" + seeds[0] + "\r\n"))
	}
	f.Add([]byte(`{"records": [ {"ClientIP":"203.0.113.9","ClientRequestMethod":"GET","ClientRequestURI":"/a","EdgeResponseStatus":1} , {} ] }`))
	f.Add([]byte("--a1b2-A--\n[01/May/2024:10:00:00 +0000] Z 203.0.113.9 5 192.0.2.1 80\n--a1b2-B--\nGET / HTTP/1.1\nHost: h\n--a1b2-Z--\n"))
	formats := Formats(nil)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		for i := range formats {
			formats[i].Match(data, "access.log")
		}
		array := slices.IndexFunc(formats, func(f evidence.Format) bool { return f.ID == "web-json-array" })
		for _, i := range []int{0, 1, array} { // transactions, lines, objects: all others read lines, too
			check := func(rec *record.Record) {
				if len(rec.Values) != len(rec.Schema.Fields) {
					t.Fatalf("%d values of %d fields of %s", len(rec.Values), len(rec.Schema.Fields), rec.Schema.Source)
				}
				if end := rec.Origin.Offset + int64(rec.Origin.Length); rec.Origin.Offset < 0 || end > int64(len(data)) {
					t.Fatalf("a record at %d+%d of %d bytes", rec.Origin.Offset, rec.Origin.Length, len(data))
				} else if width(data) == 0 && string(data[rec.Origin.Offset:end]) != string(rec.Raw) {
					t.Fatalf("%q is cited for %q", data[rec.Origin.Offset:end], rec.Raw)
				}
			}
			whole := render(t, &formats[i], data, 1<<20, check)
			if i == 1 && newSplitter(data).end == '\n' {
				if parts := render(t, &formats[i], data, 7, check); !slices.Equal(whole, parts) {
					t.Fatalf("in small blocks:\n%s\nwhole:\n%s", strings.Join(parts, "\n"), strings.Join(whole, "\n"))
				}
			}
		}
	})
}

// FuzzUnescape checks that undoing escapes never lengthens a text and that
// texts without a backslash stay.
func FuzzUnescape(f *testing.F) {
	f.Add([]byte(`a\x41\"\\\n\u0041\q\x4`))
	f.Fuzz(func(t *testing.T, data []byte) {
		plain := appendUnescaped(nil, data)
		if len(plain) > len(data) {
			t.Fatalf("%q is longer than %q", plain, data)
		}
		if !bytes.Contains(data, []byte{'\\'}) && !bytes.Equal(plain, data) {
			t.Fatalf("%q became %q", data, plain)
		}
	})
}

func TestDecodingAllocatesNothingPerLine(t *testing.T) {
	for _, name := range []string{"combined", "w3c", "caddy", "alb", "free"} {
		data := ordinary(name, 256<<10)
		format := formatOf(data, "x.log")
		d, err := format.Open(&evidence.File{Path: "x.log"}, data[:evidence.HeadSize])
		if err != nil {
			t.Fatal(err)
		}
		b := &evidence.Block{Data: data[:format.Cut(data, false)], Line: 1}
		sink := &extracting{extract: NewExtractor(), observe: func(*activity.Activity) {}}
		d.Decode(b, sink)
		lines := bytes.Count(b.Data, []byte{'\n'})
		if n := testing.AllocsPerRun(5, func() { d.Decode(b, sink) }); n > float64(lines)/20 { // the race detector empties pools at random
			t.Errorf("%s: %v allocations for %d lines", name, n, lines)
		}
	}
}
