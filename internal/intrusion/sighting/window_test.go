package sighting

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func words(times ...int64) []Sighting[string] {
	var list []Sighting[string]
	for i, t := range times {
		list = append(list, Sighting[string]{Time: t, Fact: string(rune('a' + i))})
	}
	return list
}

func word(s *Sighting[string]) string { return s.Fact }

func TestEpisodesSlide(t *testing.T) {
	f := func(times []int64, width int64, least int, want ...Episode) {
		t.Helper()
		if diff := cmp.Diff(want, Episodes(words(times...), width, least, word)); diff != "" {
			t.Errorf("%v: %s", times, diff)
		}
	}
	f(nil, 10, 1)
	f([]int64{0, 9, 11}, 10, 3)
	f([]int64{1, 9, 11}, 10, 3, Episode{0, 3, 3}) // across any fixed bucket's border
	f([]int64{0, 1, 50, 51, 52}, 10, 2, Episode{0, 2, 2}, Episode{2, 5, 3})
	f([]int64{0, 8, 16, 24}, 10, 2, Episode{0, 4, 2})
}

func TestEpisodesFindWhatTryingEveryWindowFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Sighting[string]
		now := int64(0)
		for range rapid.IntRange(0, 30).Draw(t, "sightings") {
			now += rapid.Int64Range(0, 6).Draw(t, "pause")
			list = append(list, Sighting[string]{Time: now, Fact: rapid.StringMatching(`[a-d]`).Draw(t, "word")})
		}
		width, least := rapid.Int64Range(0, 20).Draw(t, "width"), rapid.IntRange(1, 4).Draw(t, "least")
		peak := 0
		for i := range list {
			seen := map[string]bool{}
			for j := i; j < len(list) && list[j].Time-list[i].Time <= width; j++ {
				seen[list[j].Fact] = true
			}
			if len(seen) >= least {
				peak = max(peak, len(seen))
			}
		}
		got := 0
		for _, e := range Episodes(list, width, least, word) {
			got = max(got, e.Peak)
		}
		if got != peak {
			t.Fatalf("peak %d, want %d", got, peak)
		}
	})
}
