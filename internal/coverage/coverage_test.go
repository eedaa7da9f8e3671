package coverage

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seawall/record"
)

var schema = record.NewSchema(record.KindWindows, []record.Field{{Name: "Computer"}, {Name: "Channel"}, {Name: "EventID"}})

func row(host, channel, id string, t int64) *record.Record {
	text := func(s string) record.Value { return record.Value{Raw: []byte(s), Kind: record.Text} }
	return &record.Record{Schema: schema, Values: []record.Value{text(host), text(channel), text(id)}, Time: t}
}

func TestLogsOfOneKindMeetTheSameNeed(t *testing.T) {
	o := NewObserver()
	for source, group := range map[string]string{"cisco asa": "firewall", "netflow": "netflow", "zeek conn": ""} {
		s := record.NewSource(record.KindNetwork, source, nil)
		s.Group = group
		o.Observe(&record.Record{Schema: s, Time: 5}, "")
	}
	for channel, want := range map[string]bool{"firewall": true, "Cisco ASA": true, "netflow": true, "zeek conn": true, "zeek dns": false} {
		if got := o.Summary.HasChannel(channel); got != want {
			t.Errorf("%s: %v", channel, got)
		}
	}
	for stream, span := range o.Summary.All {
		if span.Count != 1 {
			t.Errorf("%v counted %d times", stream, span.Count)
		}
	}
}

func TestHasTellsWhatCouldHaveBeenSeen(t *testing.T) {
	o := NewObserver()
	o.Observe(row("DC01", "Security", "4769", 5), "")
	o.Observe(row("DC01", "security", "4769", 3), "")
	recovered := row("DC01", "System", "104", 3)
	recovered.Recovered = record.Slack
	o.Observe(recovered, "")
	f := func(want bool, channel string, ids ...int) {
		t.Helper()
		if got := o.Summary.Has(Need{Channel: channel, EventIDs: ids}); got != want {
			t.Errorf("%s %v: %v", channel, ids, got)
		}
	}
	f(true, "Security", 4768, 4769)
	f(true, "SECURITY")
	f(false, "Security", 4768)
	f(false, "System")
	if hosts := o.Summary.Hosts(); !slices.Equal(hosts, []string{"dc01"}) {
		t.Errorf("hosts %v", hosts)
	}
	for stream, span := range o.Summary.All {
		if stream != (Stream{"dc01", "security", 4769}) || span != (Span{2, 3, 5}) {
			t.Errorf("%v %v", stream, span)
		}
	}
}

func TestSplittingTheInputChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole, parts := NewObserver(), []*Observer{NewObserver(), NewObserver(), NewObserver()}
		n := rapid.IntRange(0, 60).Draw(t, "records")
		for range n {
			rec := row(rapid.SampledFrom([]string{"A", "b", ""}).Draw(t, "host"), rapid.SampledFrom([]string{"x", "Y"}).Draw(t, "channel"),
				rapid.SampledFrom([]string{"1", "2", "z"}).Draw(t, "id"), rapid.Int64Range(0, 9).Draw(t, "time"))
			whole.Observe(rec, "")
			parts[rapid.IntRange(0, 2).Draw(t, "part")].Observe(rec, "")
		}
		merged := New()
		for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
			merged.Merge(parts[i].Summary)
		}
		if diff := cmp.Diff(whole.Summary.streams, merged.streams); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(whole.Summary.Gaps(), merged.Gaps()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkObserve(b *testing.B) {
	o := NewObserver()
	rec := row("DC01", "Security", "4769", 5)
	b.ReportAllocs()
	for b.Loop() {
		o.Observe(rec, "")
	}
}

func TestASilenceUnlikeAllOthersIsAGap(t *testing.T) {
	const hour = int64(nanosecondsPerHour)
	start := int64(460_000) * hour
	logged := func(name string, when func(h int64) bool) int {
		s := New()
		for h := range int64(60 * 24) {
			if when(h) {
				s.Observe(Stream{Host: "h", Channel: name}, start+h*hour+5)
			}
		}
		gaps := s.Gaps()
		for _, g := range gaps {
			if g.Host != "h" || g.Channel != name || g.To-g.From < leastGap*hour {
				t.Errorf("%s: %+v", name, g)
			}
		}
		return len(gaps)
	}
	office := func(h int64) bool { return h%24 >= 8 && h%24 < 18 && h/24%7 < 5 }
	for _, c := range []struct {
		name string
		want int
		when func(h int64) bool
	}{
		{"always", 0, func(int64) bool { return true }},
		{"office hours", 0, office},
		{"a day off", 1, func(h int64) bool { return h < 500 || h > 540 }},
		{"two weeks off", 1, func(h int64) bool { return office(h) && (h/24 < 20 || h/24 > 34) }},
		{"every second night", 0, func(h int64) bool { return h%48 < 20 }},
		{"once", 0, func(h int64) bool { return h == 7 }},
	} {
		if got := logged(c.name, c.when); got != c.want {
			t.Errorf("%s: %d gaps, want %d", c.name, got, c.want)
		}
	}
}
