package clock

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/activity"
	"seawall/record"
)

var noon = time.Date(2022, 8, 5, 12, 0, 0, 0, time.UTC)

func request(path, target string, at time.Time, layer activity.Layer) activity.Activity {
	return activity.Activity{Class: activity.Request, Time: at.UnixNano(), Origin: record.Origin{Path: path},
		HTTP: &activity.HTTP{Method: []byte("GET"), Path: []byte(target), Status: 200, Layer: layer}}
}

func logon(path, from string, port int, at time.Time) activity.Activity {
	return activity.Activity{Class: activity.Authenticated, Time: at.UnixNano(), Origin: record.Origin{Path: path},
		Authentication: &activity.Authentication{Kind: activity.SSH, Address: from, Port: port}}
}

func flow(path, from string, port int, at time.Time) activity.Activity {
	return activity.Activity{Class: activity.FlowSeen, Time: at.UnixNano(), Origin: record.Origin{Path: path},
		Flow: &activity.Flow{Source: netip.MustParseAddr(from), SourcePort: uint16(port), DestinationPort: 22}}
}

// spaced is the time of the i-th event: a few each day.
func spaced(i int) time.Time { return noon.Add(time.Duration(i) * 5 * time.Hour) }

// proxied are n requests that a proxy and a server behind it log, the latter
// with a clock that is ahead.
func proxied(n int, ahead time.Duration) (list []activity.Activity) {
	for i := range n {
		target := fmt.Sprint("/case/", i)
		list = append(list,
			request("lb/access.log-20220805.gz", target, spaced(i), activity.LayerLoadBalancer),
			request(fmt.Sprintf("web/access.log.%d", i%3), target, spaced(i).Add(ahead+time.Duration(i%2)*time.Second), activity.LayerOrigin))
	}
	return list
}

func observed(parts ...[]activity.Activity) *Summary {
	s := New()
	for _, p := range parts {
		for i := range p {
			s.Observe(&p[i])
		}
	}
	return s
}

func TestSkewsAreMeasuredFromWhatTwoLogsTell(t *testing.T) {
	web := func(ahead time.Duration, events int) []Offset {
		return []Offset{{Series: "web/access.log", Reference: "lb/access.log", Ahead: int64(ahead), Events: events}}
	}
	var logons, sibling, popular, burst, odd []activity.Activity
	for i := range 30 {
		logons = append(logons, flow("zeek/2022-08-05/conn.log.gz", "10.0.0.7", 40000+i, spaced(i)), logon("srv/auth.log.1", "::ffff:10.0.0.7", 40000+i, spaced(i).Add(-time.Hour)))
		sibling = append(sibling, request("a/access.log", fmt.Sprint("/x", i), spaced(i), 0), request("b/access.log", fmt.Sprint("/y", i), spaced(i), 0))
		popular = append(popular, request("lb/access.log", "/", spaced(i), 0), request("web/access.log", "/", spaced(i).Add(time.Hour), 0))
		burst = append(burst, request("a/access.log", fmt.Sprint("/x", i), noon.Add(time.Duration(i)*time.Second), 0), request("b/access.log", fmt.Sprint("/x", i), noon.Add(time.Hour+time.Duration(i)*time.Second), 0))
		odd = append(odd, request("a/access.log", fmt.Sprint("/x", i), spaced(i), 0), request("b/access.log", fmt.Sprint("/x", i), spaced(i).Add(time.Duration(i)*time.Minute), 0))
	}
	sensor := proxied(40, 7*time.Minute)
	for i := range 40 {
		sensor = append(sensor, request("zeek/http.log", fmt.Sprint("/case/", i), spaced(i), activity.LayerSensor))
	}
	for _, c := range []struct {
		name  string
		given []activity.Activity
		want  []Offset
	}{
		{"a server ahead of its load balancer", proxied(40, 7*time.Minute), web(7*time.Minute+time.Second, 40)},
		{"a server behind it", proxied(40, -time.Hour), web(-time.Hour+time.Second, 40)},
		{"clocks that agree to the second", proxied(40, time.Second), nil},
		{"too few events", proxied(minEvents-1, time.Hour), nil},
		{"just enough events", proxied(minEvents, time.Hour), web(time.Hour+time.Second, minEvents)},
		{"of three, the two that agree are right", sensor, web(7*time.Minute+time.Second, 40)},
		{"logons and the flows that carried them", logons, []Offset{{Series: "srv/auth.log", Reference: "zeek/conn.log", Ahead: -int64(time.Hour), Events: 30}}},
		{"servers that share no events", sibling, nil},
		{"a page asked for again and again", popular, nil},
		{"a scan of one server after the other", burst, nil},
		{"differences that agree on nothing", odd, nil},
		{"nothing", nil, nil},
	} {
		if diff := cmp.Diff(c.want, observed(c.given).Offsets()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// A server whose clock is compared with another one's that is off itself.
func TestSkewsAddUpAlongAChain(t *testing.T) {
	var list []activity.Activity
	for i := range 50 {
		outer, inner := fmt.Sprint("/o", i), fmt.Sprint("/i", i)
		list = append(list, request("edge.log", outer, spaced(i), activity.LayerEdge), request("zeek/http.log", outer, spaced(i), activity.LayerSensor),
			request("proxy.log", outer, spaced(i).Add(time.Minute), 0),
			request("proxy.log", inner, spaced(i).Add(time.Minute), 0), request("app.log", inner, spaced(i).Add(-time.Minute), 0))
	}
	want := []Offset{{"app.log", "edge.log", -int64(time.Minute), 50}, {"proxy.log", "edge.log", int64(time.Minute), 50}}
	if diff := cmp.Diff(want, observed(list).Offsets()); diff != "" {
		t.Error(diff)
	}
}

func TestSplittingAndOrderChangeNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	list := append(proxied(200, 7*time.Minute), proxied(2, 0)...)
	for i := range 3 * maxKeys { // more than is kept, and some that are told too often
		n := r.IntN(8 * maxKeys)
		if i%8 == 0 {
			n = r.IntN(400)
		}
		list = append(list, request(fmt.Sprintf("s%d/access.log", i%7), fmt.Sprint("/n", n), noon.Add(time.Duration(r.IntN(1e6))*time.Second), 0))
	}
	want := digest(observed(list))
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	i, j := r.IntN(len(list)/2), len(list)/2+r.IntN(len(list)/2)
	a, b, c := list[:i], list[i:j], list[j:]
	left, right := observed(a), observed(b)
	left.Merge(observed(c))
	left.Merge(right) // (a+c)+b
	right.Merge(observed(c))
	right.Merge(observed(a)) // (b+c)+a
	for _, s := range []*Summary{left, right, observed(list)} {
		if diff := cmp.Diff(want, digest(s)); diff != "" {
			t.Fatal(diff)
		}
	}
}

// digest is all that a summary holds, in order.
func digest(s *Summary) map[uint64]map[string]int64 {
	s.Offsets() // prunes
	all := map[uint64]map[string]int64{}
	for key, e := range s.requests.events {
		sums := map[string]int64{}
		for _, g := range e.sightings {
			for _, at := range g.times[:g.n] {
				sums[g.series] += at % 1e15
			}
		}
		all[key] = sums
	}
	return all
}

func TestMemoryIsBounded(t *testing.T) {
	s := New()
	for i := range 4 * maxKeys {
		a := request("a/access.log", fmt.Sprint("/", i), noon, 0)
		s.Observe(&a)
		b := flow("fw.log", "10.0.0.1", 1+i%65000, noon)
		s.Observe(&b)
	}
	if n := len(s.requests.events); n > 2*maxKeys {
		t.Errorf("%d requests are kept", n)
	}
	if n := len(s.logons.events); n > 2*maxKeys {
		t.Errorf("%d logons are kept", n)
	}
}

func TestSeriesLeaveOutDatesAndRotation(t *testing.T) {
	for path, want := range map[string]string{
		"portal2-ext/tomcat/localhost_access_log.2022-08-05.txt": "portal2-ext/tomcat/localhost_access_log.txt",
		"nginx/access.log-20220805.gz":                           "nginx/access.log",
		"nginx/access.log-20220805.gz!/access.log-20220805":      "nginx/access.log",
		"a.tar.gz!/logs/access.log.1":                            "a.tar.gz!/logs/access.log",
		"nginx/access.log.1":                                     "nginx/access.log",
		"nginx/access.log.12.gz":                                 "nginx/access.log",
		"zeek/2022-08-05/conn.log.gz":                            "zeek/conn.log",
		"zeek/2022-08-05/conn.08:00:00-09:00:00.log.gz":          "zeek/conn.log",
		"fortigate-2022-07.log":                                  "fortigate.log",
		"W3SVC1/u_ex220805.log":                                  "W3SVC1/u_ex.log",
		"dc01/Archive-Security-2022-08-04-02-32-32-000.evtx":     "dc01/Security.evtx",
		"a.zip!/logs/access.log.2022-08-05":                      "a.zip!/logs/access.log",
		`C:\logs\access.log`:                                     "C:/logs/access.log",
		"192.168.10.12/auth.log":                                 "192.168.10.12/auth.log",
		"pc-100234/Security.evtx":                                "pc-100234/Security.evtx",
		"/evidence/host2/secure":                                 "/evidence/host2/secure",
		"":                                                       "",
	} {
		if got := Series(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestOffsetsReadAsSentences(t *testing.T) {
	o := Offset{Series: "/e/portal2/tomcat/access.log", Reference: "/e/portal2/nginx/access.log", Ahead: int64(7*time.Minute + time.Millisecond), Events: 412}
	if got, want := o.String(), "portal2/tomcat/access.log is 7 min ahead of portal2/nginx/access.log (412 events seen by both)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	o.Ahead = -int64(time.Hour + 3*time.Second)
	if got, want := o.String(), "portal2/tomcat/access.log is 1 h 3 s behind portal2/nginx/access.log (412 events seen by both)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestWhatIsNotKeptAllocatesNothing(t *testing.T) {
	s := New()
	for i := range 4 * maxKeys {
		a := request("a/access.log", fmt.Sprint("/", i), noon, 0)
		s.Observe(&a)
	}
	s.requests.limit = 0
	a := request("b/access.log", "/portal/home.jsp", noon, 0)
	if n := testing.AllocsPerRun(100, func() { s.Observe(&a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkObserve(b *testing.B) {
	s := New()
	var list []activity.Activity
	for i := range 8 * maxKeys {
		a := request("a/access.log", fmt.Sprint("/portal/search.jsp?q=", i), noon, 0)
		s.Observe(&a)
		list = append(list, a)
	}
	popular := request("a/access.log", "/portal/home.jsp", noon, 0)
	for name, of := range map[string]func(i int) *activity.Activity{
		"distinct": func(i int) *activity.Activity { return &list[i%4096] },
		"popular":  func(int) *activity.Activity { return &popular },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				s.Observe(of(i))
			}
		})
	}
}
