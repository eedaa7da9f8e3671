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

func TestHasTellsWhatCouldHaveBeenSeen(t *testing.T) {
	o := NewObserver()
	o.Observe(row("DC01", "Security", "4769", 5))
	o.Observe(row("DC01", "security", "4769", 3))
	recovered := row("DC01", "System", "104", 3)
	recovered.Recovered = record.Slack
	o.Observe(recovered)
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
			whole.Observe(rec)
			parts[rapid.IntRange(0, 2).Draw(t, "part")].Observe(rec)
		}
		merged := New()
		for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
			merged.Merge(parts[i].Summary)
		}
		if diff := cmp.Diff(whole.Summary.streams, merged.streams); diff != "" {
			t.Fatal(diff)
		}
	})
}

func BenchmarkObserve(b *testing.B) {
	o := NewObserver()
	rec := row("DC01", "Security", "4769", 5)
	b.ReportAllocs()
	for b.Loop() {
		o.Observe(rec)
	}
}
