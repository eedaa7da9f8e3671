package sighting

import "slices"

// Episode is a run of sightings in which some window was dense enough.
type Episode struct {
	Start, End int // the half-open range of indexes
	Peak       int // most distinct keys in any one window
}

// Episodes finds where sightings, sorted by time, show at least least distinct
// keys within width nanoseconds, in true sliding windows: no burst is missed
// because a fixed bucket cuts it. Windows that overlap are one episode.
func Episodes[F comparable](list []Sighting[F], width int64, least int, key func(*Sighting[F]) string) []Episode {
	var episodes []Episode
	counts := map[string]int{}
	start := 0
	for end := range list {
		counts[key(&list[end])]++
		for list[end].Time-list[start].Time > width {
			k := key(&list[start])
			if counts[k]--; counts[k] == 0 {
				delete(counts, k)
			}
			start++
		}
		if len(counts) < least {
			continue
		}
		if n := len(episodes); n > 0 && start < episodes[n-1].End {
			episodes[n-1].End = end + 1
			episodes[n-1].Peak = max(episodes[n-1].Peak, len(counts))
			continue
		}
		episodes = append(episodes, Episode{Start: start, End: end + 1, Peak: len(counts)})
	}
	return episodes
}

// Runs finds where at least least sightings lie within width nanoseconds.
func Runs[F comparable](list []Sighting[F], width int64, least int) []Episode {
	var episodes []Episode
	start := 0
	for end := range list {
		for list[end].Time-list[start].Time > width {
			start++
		}
		held := end + 1 - start
		if held < least {
			continue
		}
		if n := len(episodes); n > 0 && start < episodes[n-1].End {
			episodes[n-1].End = end + 1
			episodes[n-1].Peak = max(episodes[n-1].Peak, held)
			continue
		}
		episodes = append(episodes, Episode{Start: start, End: end + 1, Peak: held})
	}
	return episodes
}

// Distinct returns the distinct keys of sightings, sorted.
func Distinct[F comparable](list []Sighting[F], key func(*Sighting[F]) string) []string {
	var keys []string
	for i := range list {
		keys = append(keys, key(&list[i]))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Periods counts the distinct spans of width nanoseconds, such as hours or
// days, that sightings fall into: what happens in many is a habit.
func Periods[F comparable](list []Sighting[F], width int64) int {
	seen := map[int64]bool{}
	for i := range list {
		seen[list[i].Time/width] = true
	}
	return len(seen)
}

// Filter returns the sightings that keep accepts.
func Filter[F comparable](list []Sighting[F], keep func(*Sighting[F]) bool) []Sighting[F] {
	var kept []Sighting[F]
	for i := range list {
		if keep(&list[i]) {
			kept = append(kept, list[i])
		}
	}
	return kept
}
