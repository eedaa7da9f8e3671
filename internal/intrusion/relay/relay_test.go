package relay

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/asn"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

const (
	windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36"
	newer   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/121.0.0.0 Safari/537.36"
	curl    = "curl/8.1"
	phone   = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) Safari/604.1"
	home    = "198.51.100.7"
	mobile  = "203.0.113.80"
	orb     = "192.0.2.99"
	token   = "0123456789abcdef0123"
)

// asked is a request with a session.
func asked(number int, at time.Duration, address, agent, session, user string) activity.Activity {
	return activity.Activity{
		Class: activity.Request, Time: summarytest.At(at), Origin: record.Origin{Path: "access.log", Offset: int64(number) * 300, Length: 290, Number: uint64(number)},
		HTTP: &activity.HTTP{Layer: activity.LayerOrigin, Client: []byte(address), Host: []byte("mail.example.org"), UserAgent: []byte(agent), Session: []byte(session), User: []byte(user), Status: 200},
	}
}

// logged is a remote logon.
func logged(number int, at time.Duration, address, workstation, user string) activity.Activity {
	a := summarytest.Security("gate", 4624, number, at)
	a.Class, a.Authentication = activity.Authenticated, &activity.Authentication{Kind: activity.Logon, Type: 10, Success: true, User: user, Address: address, Workstation: workstation}
	return a
}

// series makes requests of one session, a minute apart.
func series(steps ...[2]string) (list []activity.Activity) {
	for i, s := range steps {
		list = append(list, asked(i+1, time.Duration(i)*6*time.Minute, s[0], s[1], token, "alice"))
	}
	return list
}

func TestSessions(t *testing.T) {
	var visitors []activity.Activity
	for i := range 30 {
		visitors = append(visitors, asked(i+1, time.Duration(i)*6*time.Minute, fmt.Sprintf("198.51.%d.7", i), []string{windows, curl, phone}[i%3], "GA1.2.same-for-everybody", ""))
	}
	behind := series([2]string{"10.0.0.2", windows}, [2]string{"10.0.0.2", curl})
	behind[0].HTTP.Forwarded, behind[1].HTTP.Forwarded = []byte("1.1.1.1, "+home), []byte(orb+", 10.0.0.3")
	stolenCase := summarytest.Want(what[stolen].title, finding.High, "T1539")
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("nothing is found in nothing", nil),
		summarytest.Case("one client in one place", series([2]string{home, windows}, [2]string{home, windows})),
		summarytest.Case("a person on the way keeps the client", series([2]string{home, windows}, [2]string{mobile, windows}, [2]string{orb, windows})),
		summarytest.Case("a privacy relay changes its address all the time", series([2]string{home, phone}, [2]string{mobile, phone}, [2]string{home, phone}, [2]string{orb, phone})),
		summarytest.Case("a browser that is updated on the way", series([2]string{home, windows}, [2]string{mobile, newer})),
		summarytest.Case("two programs of one device", series([2]string{home, windows}, [2]string{home, curl})),
		summarytest.Case("a session that is copied", series([2]string{home, windows}, [2]string{orb, curl}), stolenCase),
		summarytest.Case("a session that goes back and forth", series([2]string{home, windows}, [2]string{orb, curl}, [2]string{home, windows}), stolenCase),
		summarytest.Case("a cookie that everybody has is no session", visitors),
		summarytest.Case("behind a load balancer", behind, stolenCase),
	)
}

func TestAccounts(t *testing.T) {
	var usual []activity.Activity
	for d := range 6 {
		for h := range 4 {
			usual = append(usual, logged(d*10+h+1, time.Duration(d)*24*time.Hour+time.Duration(h)*time.Hour, home, "PC-ALICE", "alice"))
		}
	}
	with := func(more ...activity.Activity) []activity.Activity {
		return append(append([]activity.Activity(nil), usual...), more...)
	}
	walkers := []activity.Activity{
		asked(1, 0, "192.0.2.1", "odd client", "", "alice"), asked(2, 24*time.Hour, "198.51.100.1", "odd client", "", "bob"),
		asked(3, 48*time.Hour, "203.0.113.1", "odd client", "", "alice"), asked(4, 50*time.Hour, "203.0.113.1", "odd client", "", "bob"),
	}
	var colleagues []activity.Activity
	for i := range 12 {
		colleagues = append(colleagues, asked(i+1, time.Duration(i)*time.Hour, fmt.Sprintf("198.51.%d.9", i), windows, "", fmt.Sprint("user", i)), asked(i+100, time.Duration(i)*time.Hour+30*time.Minute, "203.0.113.9", windows, "", fmt.Sprint("user", i)))
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("the usual place", usual),
		summarytest.Case("a new place in the evening", with(logged(900, 5*24*time.Hour+12*time.Hour, orb, "KALI", "alice"))),
		summarytest.Case("in two places at once", with(logged(900, 5*24*time.Hour+90*time.Minute, orb, "KALI", "alice")), summarytest.Want(what[double].title, finding.High, "T1078")),
		summarytest.Case("the same device at once is a second line", with(logged(900, 5*24*time.Hour+90*time.Minute, orb, "PC-ALICE", "alice"))),
		summarytest.Case("a client that walks", walkers, summarytest.Want(what[walk].title, finding.Medium, "T1078")),
		summarytest.Case("colleagues at home and at the office", colleagues),
	)
}

func TestOpeningsOfConnectionsBackUpWhatClientsSay(t *testing.T) {
	f := func(opening string, want bool) {
		t.Helper()
		opened := summarytest.Flow(900, 0, orb, "10.0.0.2", 443)
		opened.Flow.Stack = []byte(opening)
		list := append(series([2]string{home, curl}, [2]string{orb, windows}), opened)
		findings := summarytest.Run(Detector(), list)
		if len(findings) != 1 || strings.Contains(findings[0].Why, "something stands in between") != want {
			t.Errorf("%q: %+v", opening, findings)
		}
	}
	f("52:64240:1460:7:mss,sack,ts", true)
	f("117:64240:1460:8:mss,sack", false)
	f("", false)
	f("x:y", false)
	alone := summarytest.Flow(900, 0, orb, "10.0.0.2", 443)
	alone.Flow.Stack = []byte("52:64240:1460:7:ts")
	if findings := summarytest.Run(Detector(), append(series([2]string{orb, windows}), alone)); len(findings) != 0 {
		t.Errorf("a privacy relay is taken for an intruder: %+v", findings)
	}
}

func TestCountriesAreComparedWhereTheyAreKnown(t *testing.T) {
	var table asn.Table
	if err := table.Read(strings.NewReader("198.51.100.0/24,64500,Cable,DE\n192.0.2.0/24,64501,Hosting,VN\n")); err != nil {
		t.Fatal(err)
	}
	d := Detector()
	inner := d.New
	d.New = func(*intrusion.Site) intrusion.Summary { return inner(&intrusion.Site{Networks: &table}) }
	apart := func(pause time.Duration, agent string) []activity.Activity {
		return []activity.Activity{asked(1, 0, home, windows, "", "alice"), asked(2, pause, orb, agent, "", "alice")}
	}
	want := summarytest.Want(what[far].title, finding.Medium, "T1078")
	summarytest.Scenarios(
		t, d,
		summarytest.Case("within an hour by another client", apart(time.Hour, curl), want),
		summarytest.Case("within an hour by the same client", apart(time.Hour, windows)),
		summarytest.Case("a day later", apart(24*time.Hour, curl)),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 90).Draw(t, "minute")) * 4 * time.Minute
		address := rapid.SampledFrom([]string{home, mobile, orb, "10.0.0.4"}).Draw(t, "address")
		user := rapid.SampledFrom([]string{"alice", "bob"}).Draw(t, "user")
		if rapid.Bool().Draw(t, "logon") {
			return logged(number, at, address, rapid.SampledFrom([]string{"A", "B"}).Draw(t, "workstation"), user)
		}
		return asked(number, at, address, rapid.SampledFrom([]string{windows, curl}).Draw(t, "agent"), rapid.SampledFrom([]string{token, "short", token + "x"}).Draw(t, "session"), user)
	})
}

func BenchmarkObserve(b *testing.B) {
	s := Detector().New(&intrusion.Site{})
	a := asked(1, 0, home, windows, "", "")
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(&a)
	}
}
