package hits

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"seawall/internal/finding"
	"seawall/record"
)

type hit struct {
	rule    int
	time    int64
	offset  int64
	context Context
}

func fold(all []hit) ([]Activity, int) {
	store := NewStore()
	for _, h := range all {
		rec := &record.Record{Time: h.time, Origin: record.Origin{Path: "a.evtx", Offset: h.offset, Length: 10}}
		store.Add(h.rule, rec, &h.context, func() finding.Citation { return finding.Cite(rec, fmt.Sprint(h.rule, h.offset)) })
	}
	return store.Activities()
}

const second = int64(1e9)

func TestHitsOfOneLogonAreOneActivityUntilItFallsSilent(t *testing.T) {
	f := func(want int, all ...hit) {
		t.Helper()
		activities, left := fold(all)
		if len(activities) != want || left != 0 {
			t.Errorf("got %d activities and %d left out, want %d: %+v", len(activities), left, want, activities)
		}
	}
	at := func(seconds int64, c Context) hit {
		c.Event = uint64(seconds)
		return hit{rule: int(seconds % 3), time: seconds * second, offset: seconds, context: c}
	}
	a := Context{Host: "a", Logon: 1}
	f(1, at(1000, a), at(1010, a), at(1290, a))
	f(2, at(1000, a), at(9000, a))
	f(2, at(1000, a), at(1001, Context{Host: "b", Logon: 1}))
	f(2, at(1000, a), at(1001, Context{Host: "a", Logon: 2}))
	f(1, at(1000, a), at(1001, Context{Host: "a"}))                                             // no logon: joins the only one around
	f(3, at(1000, a), at(1001, Context{Host: "a", Logon: 2}), at(1002, Context{Host: "a"}))     // but not one of two
	f(1, at(1000, Context{Host: "a", Process: "p"}), at(1010, Context{Host: "a", Parent: "p"})) // a process and its child
	f(1, at(1000, a), at(1010, Context{Host: "a", Logon: 2, Process: "q"}), at(1020, Context{Host: "a", Logon: 1, Process: "q"}))
}

func TestCopiesOfOneEventCountOnce(t *testing.T) {
	h := hit{rule: 1, time: second, offset: 5, context: Context{Host: "a", Event: 7}}
	copied := h
	copied.offset = 99
	activities, _ := fold([]hit{h, copied, h})
	if got := activities[0].Rules[0].Count; got != 1 {
		t.Errorf("counted %d, want 1", got)
	}
	if cited := activities[0].Rules[0].Citations; len(cited) != 1 || cited[0].Offset != 5 {
		t.Errorf("cited %+v, want the first copy alone", cited)
	}
}

func TestActivitiesDoNotDependOnTheOrderOfHits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Enough keys in one shard to make it widen.
		n := rapid.IntRange(1, 4000).Draw(t, "hits")
		spread := rapid.Int64Range(1, 1e6).Draw(t, "seconds")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		all := make([]hit, n)
		for i := range all {
			all[i] = hit{
				rule: rng.IntN(2), time: rng.Int64N(spread) * second, offset: int64(rng.IntN(500)),
				context: Context{Host: "h", Logon: uint64(rng.IntN(3)), User: fmt.Sprint(rng.IntN(20)), Event: rng.Uint64N(400), Process: fmt.Sprint(rng.IntN(900))},
			}
		}
		want, wantLeft := fold(all)
		rng.Shuffle(n, func(i, j int) { all[i], all[j] = all[j], all[i] })
		got, left := fold(all)
		if diff := cmp.Diff(want, got); diff != "" || left != wantLeft {
			t.Fatalf("another order gives other activities: %s", diff)
		}
	})
}

func TestManyForgedHostsAreBounded(t *testing.T) {
	store := NewStore()
	for i := range 200000 {
		rec := &record.Record{Time: int64(i) * second}
		store.Add(i%50, rec, &Context{Host: fmt.Sprint("h", i), Event: uint64(i)}, func() finding.Citation { return finding.Citation{} })
	}
	total := 0
	for i := range store.shards {
		total += len(store.shards[i].groups)
	}
	if total > shards*8*maxGroups {
		t.Errorf("%d groups kept", total)
	}
}

func BenchmarkAdd(b *testing.B) {
	store := NewStore()
	rec := &record.Record{}
	c := Context{Host: "host", User: "user", Process: "{guid}"}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		rec.Time = int64(i) * second / 100
		c.Event = uint64(i)
		store.Add(i%7, rec, &c, func() finding.Citation { return finding.Cite(rec, "") })
	}
}
