package rita

import "testing"

// The wanted scores are worked out by hand from the formulas.
func TestScoresAreThoseOfTheFormulas(t *testing.T) {
	f := func(name string, times, sizes []int64, want Scores) {
		t.Helper()
		got, ok := Score(times, sizes, 0, Day)
		if !ok || got != want {
			t.Errorf("%s: %+v %v, want %+v", name, got, ok, want)
		}
	}
	every := func(step, n int64) (times []int64) {
		for i := range n {
			times = append(times, i*step)
		}
		return times
	}
	same := func(n int, size int64) (sizes []int64) {
		for range n {
			sizes = append(sizes, size)
		}
		return sizes
	}
	// Every minute of the day, always the same size: all is perfect.
	f("perfect", every(60, 1440), same(1440, 100), Scores{1, 1, 1, 1, 1})
	// Gaps 10, 20, 60, 100, 110: quartiles 15, 60, 105, so no skew; deviations
	// 0, 40, 40, 50, 50, so (60-40)/60 = .333; timing (1+.333)/2 = .667.
	// Sizes 1, 2, 30, 40, 50, 60: quartiles 2, 35, 50; skew (2+50-70)/48 =
	// -.375; deviations 5, 5, 15, 25, 33, 34, median 20: 15/35 = .429; size
	// (.625+.429)/2 = .527. All calls in the first hour: one bar of six,
	// variation sqrt(23) > 1.
	f("one hour", []int64{0, 10, 30, 90, 190, 300}, []int64{60, 50, 40, 30, 2, 1}, Scores{Timing: 0.667, Size: 0.527, Total: 0.299})
	// Six calls an hour apart from the start: six bars of one; coverage
	// 18000/86400 = .2084 rounded up, run 6/12 = .5; the histogram varies by
	// sqrt(18/6) = 1.7.
	f("six hours", every(3600, 6), same(6, 0), Scores{Timing: 1, Size: 0.5, Duration: 0.5, Total: 0.5})
	// Twelve hours of one call, twelve of three: levels explain 24 of 24 bars,
	// one more than needed.
	var two []int64
	for h := range int64(24) {
		two = append(two, h*3600)
		if h >= 12 {
			two = append(two, h*3600+1200, h*3600+2400)
		}
	}
	// 12 gaps of 3600 and 35 of 1200: quartiles
	// 1200, 1200, 3600: the median is a quartile, so no skew; the median deviation is 0.
	f("two levels", two, same(48, 7), Scores{Timing: 1, Size: 1, Histogram: 1, Duration: 1, Total: 1})
}

func TestTooFewCallsHaveNoScore(t *testing.T) {
	f := func(times ...int64) {
		t.Helper()
		if s, ok := Score(times, []int64{1, 1, 1, 1, 1}, 0, Day); ok {
			t.Errorf("%v: %+v", times, s)
		}
	}
	f()
	f(1, 2, 3)
	f(1, 1, 1, 1, 2)
	if _, ok := Score([]int64{1, 2, 3, 4}, []int64{1, 1, 1, 1}, 5, 5); ok {
		t.Error("a window of no time has a score")
	}
}
