package trail

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/summarytest"
	"seawall/record"
)

const (
	intruder = "192.0.2.77"
	other    = "192.0.2.9"
)

func request(number int, d time.Duration, client string) activity.Activity {
	return activity.Activity{
		Class: activity.Request, Time: summarytest.At(d), Host: "web01", Origin: record.Origin{Path: "access.log", Offset: int64(number) * 200, Length: 150},
		HTTP: &activity.HTTP{Layer: activity.LayerOrigin, Client: []byte(client), Method: []byte("GET"), Target: []byte("/"), Status: 200},
	}
}

func loggingIn(number int, d time.Duration, client, user string, success bool) activity.Activity {
	return activity.Activity{
		Class: activity.Authenticated, Time: summarytest.At(d), Host: "gw01", Origin: record.Origin{Path: "gateway.log", Offset: int64(number) * 200, Length: 150},
		Authentication: &activity.Authentication{Kind: activity.RemoteAccess, User: user, Address: client, Success: success},
	}
}

// attack is what another detector found about an address.
func attack(d time.Duration, severity finding.Severity, confidence finding.Confidence, addresses ...string) finding.Finding {
	f := finding.Finding{ID: "sw-1", Question: finding.In, Title: "Web exploit", Severity: severity, Confidence: confidence, First: summarytest.At(d), Last: summarytest.At(d)}
	for _, a := range addresses {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Address, Value: a})
	}
	return f
}

func followed(activities []activity.Activity, found ...finding.Finding) (titles []string) {
	s := newSummary(nil)
	for i := range activities {
		s.Observe(&activities[i])
	}
	for _, f := range s.Follow(found) {
		titles = append(titles, f.Severity.String()+" "+f.Title)
	}
	return titles
}

func TestAnIntrudersAddressIsFollowed(t *testing.T) {
	const day = 24 * time.Hour
	all := []activity.Activity{
		request(1, 0, intruder), request(2, day, other), loggingIn(3, day, intruder, "nobody", false), loggingIn(4, 5*day, intruder, "alice", true), loggingIn(5, day, other, "bob", true),
	}
	const used, tried, first = "medium Account used from an address that attacked", "low Login tried from an address that attacked", "low First visit of an address that later attacked"
	f := func(name string, activities []activity.Activity, found []finding.Finding, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, followed(activities, found...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	grave := attack(3*day, finding.High, finding.Likely, intruder)
	f("nothing is found about it", all, nil)
	f("one grave thing is", all, []finding.Finding{grave}, used, first, tried)
	medium := attack(3*day, finding.Medium, finding.Unsure, intruder)
	f("one lesser thing is", all, []finding.Finding{medium})
	f("two lesser things are", all, []finding.Finding{medium, medium}, used, first, tried)
	f("a crowd", all, []finding.Finding{attack(3*day, finding.High, finding.Likely, intruder, "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6")})
	f("its first visit is the attack", all[:1], []finding.Finding{attack(10*time.Minute, finding.High, finding.Likely, intruder)})
	var exit []activity.Activity
	for i, user := range []string{"a1", "b2", "c3", "d4", "e5"} {
		exit = append(exit, loggingIn(i, day, intruder, user, true))
	}
	f("many people's exit", exit, []finding.Finding{grave})
	told := attack(5*day, finding.High, finding.Likely, intruder)
	told.Techniques, told.Entities = []string{"T1078"}, append(told.Entities, finding.Entity{Type: finding.Host, Value: "GW01.corp.example"})
	f("what another detector tells of already", all[3:4], []finding.Finding{told})
	f("addresses inside", []activity.Activity{loggingIn(1, day, "10.0.0.7", "alice", true)}, []finding.Finding{attack(3*day, finding.High, finding.Likely, "10.0.0.7")})
}

// followedAlways makes what is found about one address part of every summary's
// findings, so that the promises of summaries can be checked.
type followedAlways struct{ *summary }

func (f followedAlways) Findings() []finding.Finding {
	return f.Follow([]finding.Finding{attack(40*time.Minute, finding.High, finding.Likely, intruder)})
}

func (f followedAlways) Merge(other intrusion.Summary) {
	f.summary.Merge(other.(followedAlways).summary)
}

func TestSummaryKeepsItsPromises(t *testing.T) {
	d := Detector()
	d.New = func(*intrusion.Site) intrusion.Summary { return followedAlways{newSummary(nil)} }
	summarytest.Check(t, d, func(t *rapid.T, number int) activity.Activity {
		at := time.Duration(rapid.IntRange(0, 6000).Draw(t, "minute")) * time.Minute
		client := rapid.SampledFrom([]string{intruder, other}).Draw(t, "client")
		if rapid.Bool().Draw(t, "request") {
			return request(number, at, client)
		}
		return loggingIn(number, at, client, rapid.SampledFrom([]string{"alice", "bob"}).Draw(t, "user"), rapid.Bool().Draw(t, "success"))
	})
}

func BenchmarkObserve(b *testing.B) {
	s := newSummary(nil)
	a := request(1, 0, other)
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(&a)
	}
}
