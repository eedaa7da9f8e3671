package sighting

import (
	"strconv"
	"testing"

	"seawall/internal/activity"
)

func BenchmarkAdd(b *testing.B) {
	names := make([]string, 1<<17)
	for i := range names {
		names[i] = "name" + strconv.Itoa(i)
	}
	run := func(name string, distinct int) {
		b.Run(name, func(b *testing.B) {
			book := New[key, fact](Limits{Total: 1 << 15, PerGroup: 1 << 8})
			a := &activity.Activity{Host: "host"}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				a.Time = int64(i % distinct)
				book.Add(key{names[i%distinct%len(names)]}, fact{Word: "f"}, a)
			}
		})
	}
	run("seen", 1000)    // nearly all input: what is known already
	run("flood", 1<<30)  // every event new, far beyond the limits
	run("spread", 1<<17) // more groups than are kept, again and again
}
