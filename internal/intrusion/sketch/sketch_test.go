package sketch

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestATableIsTheSameWhateverTheOrder(t *testing.T) {
	const limit = 8
	join := func(mine, theirs *Distinct) { mine.Merge(theirs, 3) }
	rapid.Check(t, func(t *rapid.T) {
		var whole Table[Distinct]
		parts := make([]Table[Distinct], 3)
		for range rapid.IntRange(0, 200).Draw(t, "events") {
			key := Hash([]byte{byte(rapid.IntRange(0, 40).Draw(t, "key"))})
			value := Join(1, uint64(rapid.IntRange(0, 9).Draw(t, "value")))
			for _, table := range []*Table[Distinct]{&whole, &parts[rapid.IntRange(0, 2).Draw(t, "part")]} {
				if e := table.Get(key, limit); e != nil {
					e.Add(value, 3)
				}
			}
		}
		var merged Table[Distinct]
		for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
			merged.Merge(&parts[i], limit, join)
		}
		whole.Settle(limit)
		merged.Settle(limit)
		if len(whole.Entries) == 0 {
			return
		}
		if diff := cmp.Diff(whole.Entries, merged.Entries); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestDistinctCountsNearly(t *testing.T) {
	const limit = 256
	for _, want := range []int{0, 1, 200, 1000, 100000} {
		var d Distinct
		for range 2 {
			for i := range want {
				d.Add(Hash(fmt.Append(nil, "thing ", i)), limit)
			}
		}
		if got := d.Count(limit); got < want*8/10 || got > want*12/10 {
			t.Errorf("%d things are counted as %d", want, got)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	text := []byte("/presentations/logstash-monitorama-2013/images/kibana-search.png")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Hash(text)
	}
}
