package webshelluse

import (
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

func request(number int, after time.Duration, client, method, target string, status int, bytes int64) activity.Activity {
	return activity.Activity{
		Class: activity.Request, Time: summarytest.At(after), Origin: record.Origin{Path: "access.log", Offset: int64(number) * 200, Length: 180, Number: uint64(number)},
		HTTP: &activity.HTTP{Client: []byte(client), Method: []byte(method), Target: []byte(target), UserAgent: []byte("Mozilla/5.0"), Status: status, Bytes: bytes, RequestBytes: -1, Duration: -1},
	}
}

// site is the traffic of a site: many visitors of one page.
func site() (list []activity.Activity) {
	for i := range 60 {
		a := request(1000+i, time.Duration(i)*time.Minute, fmt.Sprintf("198.51.100.%d", i), "GET", "/index.php", 200, 4000)
		a.HTTP.Referer = []byte("https://www.example.org/")
		list = append(list, a)
	}
	return list
}

// uses is one client's requests of a page, a minute apart.
func uses(n int, method, target string) (list []activity.Activity) {
	for i := range n {
		list = append(list, request(i+1, time.Duration(i)*time.Minute, "203.0.113.9", method, target, 200, int64(100+37*i)))
	}
	return list
}

func tunnel(target string) (list []activity.Activity) {
	for i := range 400 {
		list = append(list, request(i+1, time.Duration(i)*200*time.Millisecond, "203.0.113.9", "POST", target, 200, int64(i%7)))
	}
	return list
}

func TestWebShellsInUse(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte(`["mysql","-u","wordpress","-e","select 1"]`))
	commands := summarytest.Want("Commands sent to a page of the web server", finding.High, "T1059")
	rare := func(s finding.Severity) summarytest.Expect {
		return summarytest.Want("A script that one client alone posts to", s, "T1505.003")
	}
	carried := summarytest.Want("A page of the web server carries a tunnel", finding.High, "T1090")
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("a site", site()),
		summarytest.Case("a plain command", uses(1, "GET", "/a/b.php?c=cat+/etc/passwd"), commands),
		summarytest.Case("an encoded argument list", uses(1, "GET", "/a/b.php?wp_meta="+encoded), commands),
		summarytest.Case("a command in a folder of uploads", uses(1, "GET", "/uploads/b.php?c=whoami"), summarytest.Want("Commands sent to a page of the web server", finding.Critical, "T1059")),
		summarytest.Case("words that are no commands", uses(3, "GET", "/search.php?q=cat+pictures")),
		summarytest.Case("an encoded text that is no command", uses(1, "GET", "/a.php?q="+base64.StdEncoding.EncodeToString([]byte("the quick brown fox jumps")))),
		summarytest.Case("a client that posts to its own script", append(site(), uses(5, "POST", "/a/b.php")...), rare(finding.Medium)),
		summarytest.Case("the same below uploads", append(site(), uses(5, "POST", "/uploads/b.php")...), rare(finding.High)),
		summarytest.Case("a payment notice", append(site(), uses(5, "POST", "/webhook/pay.php")...)),
		summarytest.Case("a site of one user", uses(5, "POST", "/a/b.php")),
		summarytest.Case("a tunnel by its parameters", uses(4, "POST", "/a.aspx?cmd=connect&target=10.0.0.5&port=3389"), carried),
		summarytest.Case("a tunnel by its rhythm", tunnel("/a.aspx"), carried),
	)
}

func TestCommandsAreToldFromText(t *testing.T) {
	f := func(query string, want bool) {
		t.Helper()
		if got := commandIn([]byte(query)); (got != "") != want {
			t.Errorf("%s: %q", query, got)
		}
	}
	f("x=whoami", true)
	f("x=net+user+/domain", true)
	f("x=cat%20/etc/passwd", true)
	f("x=6e6574207573657220746573742f", true)
	f("id=12&page=3", false)
	f("q=net+income", false)
	f("q=find+a+doctor", false)
	f("token=eyJhbGciOiJIUzI1NiJ9", false)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		return request(number, time.Duration(rapid.IntRange(0, 900).Draw(t, "seconds"))*time.Second,
			rapid.SampledFrom([]string{"203.0.113.9", "198.51.100.7"}).Draw(t, "client"), rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method"),
			rapid.SampledFrom([]string{"/a.php", "/uploads/b.php?c=whoami", "/uploads/b.php?c=id+-a", "/t.aspx?proxy", "/x.html"}).Draw(t, "target"), 200, int64(rapid.IntRange(0, 5).Draw(t, "bytes")))
	})
}

func BenchmarkObserve(b *testing.B) {
	for name, target := range map[string]string{"script": "/forum/viewtopic.php?t=123", "static": "/images/logo-large.png"} {
		b.Run(name, func(b *testing.B) {
			s := Detector().New(&intrusion.Site{})
			a := request(1, 0, "203.0.113.9", "GET", target, 200, 4000)
			b.ReportAllocs()
			for b.Loop() {
				a.Time++
				s.Observe(&a)
			}
		})
	}
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"c=whoami", "m=WyJscyIsICItYSJd", "cmd=connect&target=h&port=1", "x=6c73202d61", "proxy&port=1&ip=h", "%=&="} {
		f.Add([]byte("/a.php/x"), []byte(seed))
	}
	f.Fuzz(func(t *testing.T, path, query []byte) {
		if end, ok := scriptEnd(path); ok && (end <= 0 || end > len(path)) {
			t.Fatalf("the script of %q ends at %d", path, end)
		}
		if command := commandIn(query); len(command) > maxCommand {
			t.Fatalf("%q: a command of %d bytes", query, len(command))
		}
		tunnelWords(query)
	})
}
