package simulate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// timed is something that happened.
type timed[T any] struct {
	at   time.Time
	what T
}

// sortTimed puts what happened in order.
func sortTimed[T any](list []timed[T]) {
	slices.SortStableFunc(list, func(a, b timed[T]) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
}

// interleave calls emit for n ordinary things spread over the days from start
// to end like people's work, and for the special ones in between, all in order
// of time.
func interleave[T any](start, end time.Time, n int64, r *rand.Rand, ordinary func(at time.Time) T, special []timed[T], emit func(timed[T]) error) error {
	sortTimed(special)
	next := 0
	days := max(int(end.Sub(start).Hours()/24), 1)
	for day := range days {
		midnight := start.AddDate(0, 0, day)
		count := n*int64(day+1)/int64(days) - n*int64(day)/int64(days)
		for i := range count {
			at := midnight.Add(workHours((float64(i) + r.Float64()) / float64(count))).UTC()
			for next < len(special) && !special[next].at.After(at) {
				if err := emit(special[next]); err != nil {
					return err
				}
				next++
			}
			if err := emit(timed[T]{at, ordinary(at)}); err != nil {
				return err
			}
		}
	}
	for ; next < len(special); next++ {
		if err := emit(special[next]); err != nil {
			return err
		}
	}
	return nil
}

// workHours maps a share of a day's work to the time of day: most of it falls
// between eight and six, some of it at night. It is increasing.
func workHours(share float64) time.Duration {
	// The inverse of a mixture: a tenth evenly over the day, the rest a smooth
	// hump around 13:00.
	low, high := 0.0, 24.0
	for range 24 {
		mid := (low + high) / 2
		hump := 1 / (1 + math.Exp(-(mid-13)*0.9))
		if 0.1*mid/24+0.9*hump < share {
			low = mid
		} else {
			high = mid
		}
	}
	return time.Duration(low * float64(time.Hour))
}
