package webabuse

import (
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

// logins are posts to a login page, so far apart, all answered alike.
func logins(n int, apart time.Duration, status int) (list []activity.Activity) {
	for i := range n {
		list = append(list, request(i+1, time.Duration(i)*apart, "203.0.113.9", "POST", "/account/login", status, 1200))
	}
	return list
}

// asked are n requests of one address a second, all answered alike; change
// alters each.
func asked(n int, method, target string, status int, change func(*activity.HTTP)) (list []activity.Activity) {
	for i := range n {
		a := request(i+1, time.Duration(i)*time.Second, "203.0.113.9", method, target, status, 1200)
		change(a.HTTP)
		list = append(list, a)
	}
	return list
}

func withSession(number int, after time.Duration, client, agent string) activity.Activity {
	a := request(number, after, client, "GET", "/mail", 200, 100)
	a.HTTP.User = []byte("bob")
	a.HTTP.Session, a.HTTP.UserAgent = []byte("d41d8cd98f00b204"), []byte(agent)
	return a
}

func gateway(number int, user string, success bool) activity.Activity {
	return activity.Activity{
		Class: activity.Authenticated, Time: summarytest.At(time.Duration(number) * time.Second), Origin: record.Origin{Path: "vpn.log", Offset: int64(number) * 100, Length: 90, Number: uint64(number)},
		Authentication: &activity.Authentication{Kind: activity.RemoteAccess, Success: success, User: user, Address: "203.0.113.9"},
	}
}

func spray(n int, more ...activity.Activity) (list []activity.Activity) {
	for i := range n {
		list = append(list, gateway(i+1, fmt.Sprintf("user%d", i), false))
	}
	return append(list, more...)
}

func misses(n int) (list []activity.Activity) {
	for i := range n {
		list = append(list, request(i+1, time.Duration(i)*time.Second, "203.0.113.9", "GET", fmt.Sprintf("/old/%d", i), 404, 200))
	}
	return list
}

// downloads are large answers to several clients, and one's many.
func downloads(n int) (list []activity.Activity) {
	for i := range 9 {
		list = append(list, request(1000+i, time.Duration(i)*time.Minute, fmt.Sprintf("198.51.100.%d", i), "GET", "/report", 200, 2*mebibyte))
	}
	for i := range n {
		list = append(list, request(i+1, time.Duration(i)*time.Minute, "203.0.113.9", "GET", "/report", 200, 40*mebibyte))
	}
	return list
}

// workdays are an administrator's, at ten and at three, and one request more.
func workdays(days int, more ...activity.Activity) (list []activity.Activity) {
	for i := range days {
		for j, hour := range []int{1, 6} {
			a := request(10*i+j, time.Duration(24*i+hour)*time.Hour, "192.0.2.1", "GET", "/admin/users", 200, 10)
			a.HTTP.User = []byte("alice")
			list = append(list, a)
		}
	}
	for i := range more {
		more[i].HTTP.User = []byte("alice")
	}
	return append(list, more...)
}

func TestAbuse(t *testing.T) {
	plain := func(*activity.HTTP) {}
	guessed := func(s finding.Severity) summarytest.Expect {
		return summarytest.Want("Passwords guessed at a web login", s, "T1110.001")
	}
	shared := func(s finding.Severity) summarytest.Expect {
		return summarytest.Want("One session used from several networks", s, "T1550.004")
	}
	summarytest.Scenarios(
		t, Detector(),
		summarytest.Case("a few mistakes", logins(5, time.Second, 200)),
		summarytest.Case("a program that logs in now and then", logins(40, time.Hour, 200)),
		summarytest.Case("a guesser", logins(60, time.Second, 200), guessed(finding.Medium)),
		summarytest.Case("a guesser who found one", append(logins(60, time.Second, 200), request(99, 70*time.Second, "203.0.113.9", "POST", "/account/login", 302, 10)), guessed(finding.High)),
		summarytest.Case("a guesser at a page in mixed case", asked(60, "POST", "/Account/Login", 200, plain), guessed(finding.Medium)),
		summarytest.Case("a program whose every request begins with a handshake", asked(60, "GET", "/EWS/Exchange.asmx", 401, plain)),
		summarytest.Case("credentials refused by IIS", asked(60, "GET", "/EWS/Exchange.asmx", 401, func(h *activity.HTTP) { h.LogonFailed = true }), guessed(finding.Medium)),
		summarytest.Case("credentials refused by Apache", asked(60, "GET", "/private/", 401, func(h *activity.HTTP) { h.User = []byte("bob") }), guessed(finding.Medium)),
		summarytest.Case("a telephone that fetches mail", append(asked(60, "POST", "/Microsoft-Server-ActiveSync", 200, plain), request(99, 70*time.Second, "203.0.113.9", "POST", "/Microsoft-Server-ActiveSync", 302, 10))),
		summarytest.Case("tokens refused", asked(60, "POST", "/oauth/token", 401, plain), guessed(finding.Medium)),
		summarytest.Case("many accounts at a gateway", spray(12), summarytest.Want("Logins for many accounts from one address", finding.Medium, "T1110.003")),
		summarytest.Case("many accounts, one opened", spray(12, gateway(50, "user3", true)), summarytest.Want("Logins for many accounts from one address", finding.High, "T1110.003")),
		summarytest.Case("one session, one place", []activity.Activity{withSession(1, 0, "192.0.2.1", "a"), withSession(2, time.Hour, "192.0.2.99", "a")}),
		summarytest.Case("one session that moves", []activity.Activity{withSession(1, 0, "192.0.2.1", "a"), withSession(2, time.Hour, "203.0.113.1", "a")}, shared(finding.Low)),
		summarytest.Case("one session of two people", []activity.Activity{withSession(1, 0, "192.0.2.1", "a"), withSession(2, time.Hour, "203.0.113.1", "b"), withSession(3, 2*time.Hour, "192.0.2.1", "a")}, shared(finding.High)),
		summarytest.Case("some broken links", misses(40)),
		summarytest.Case("a list of names tried", misses(150), summarytest.Want("Addresses of a web site tried out", finding.Low, "T1595.003")),
		summarytest.Case("downloads of all", downloads(1)),
		summarytest.Case("far more than others", downloads(50), summarytest.Want("One client took far more from a web site than others", finding.Low, "T1030")),
		summarytest.Case("a dump fetched", []activity.Activity{request(1, 0, "203.0.113.9", "GET", "/images/a.sql", 200, 90*mebibyte)}, summarytest.Want("An archive or a dump fetched from a web server", finding.Medium, "T1567")),
		summarytest.Case("an administrator's days", workdays(20)),
		summarytest.Case("a night among them", workdays(20, request(999, 18*time.Hour, "203.0.113.9", "GET", "/admin/users", 200, 10)), summarytest.Want("Administration at an hour this account never keeps", finding.Low, "T1078")),
		summarytest.Case("a night of one who is seldom here", workdays(5, request(999, 18*time.Hour, "203.0.113.9", "GET", "/admin/users", 200, 10))),
		summarytest.Case("a release downloaded", []activity.Activity{request(1, 0, "203.0.113.9", "GET", "/downloads/a.zip", 200, 90*mebibyte)}),
	)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	summarytest.Check(t, Detector(), func(t *rapid.T, number int) activity.Activity {
		after := time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second
		client := rapid.SampledFrom([]string{"203.0.113.9", "198.51.100.7", "192.0.2.77"}).Draw(t, "client")
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			return withSession(number, after, client, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "agent"))
		case 1:
			return gateway(number, rapid.StringMatching(`[a-m]`).Draw(t, "user"), rapid.Bool().Draw(t, "success"))
		case 2:
			return request(number, after, client, "POST", "/login", rapid.SampledFrom([]int{200, 200, 200, 302, 401}).Draw(t, "status"), 100)
		}
		return request(number, after, client, "GET", rapid.SampledFrom([]string{"/a", "/b.sql"}).Draw(t, "target"), 200, rapid.Int64Range(1, 900).Draw(t, "mebibytes")*mebibyte)
	})
}

func BenchmarkObserve(b *testing.B) {
	s := Detector().New(&intrusion.Site{})
	a := request(1, 0, "203.0.113.9", "GET", "/images/logo-large.png", 200, 4000)
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(&a)
	}
}
