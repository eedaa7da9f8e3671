// Package rita computes the beacon scores that the program RITA, version 5,
// gives a pair of hosts, to three decimals, so that the two can be compared.
//
// Its formulas, with its default settings: timing and size are each the mean
// of a skewness and a deviation score; the histogram of the last day's hours
// is scored for flatness or two levels; the duration for coverage of the day.
// All four weigh the same.
package rita

import (
	"math"
	"slices"
)

// Scores are RITA's sub-scores and their mean, each from 0 to 1.
type Scores struct {
	Timing, Size, Histogram, Duration, Total float64
}

const (
	bins        = 24   // of the histogram
	sensitivity = 0.05 // bars that differ by less than this share of the highest are one level
	outliers    = 1    // bars that two levels need not explain
	levelHours  = 11   // bars that levels are sought in, at least
	leastHours  = 6    // bars that a duration is told from, at least
	idealHours  = 12   // a run of hours that scores fully
	leastGaps   = 3    // between calls, not counting those within a second
)

// Day is the time that RITA looks at, in seconds: the last of the evidence.
const Day = 24 * 60 * 60

// Score scores calls at times, seconds since 1970, sorted, with sizes in any
// order, against the window from first to last. ok is false where there are
// too few calls.
func Score(times, sizes []int64, first, last int64) (s Scores, ok bool) {
	gaps := gapsOf(times)
	if len(gaps) < leastGaps || len(sizes) < leastGaps || last <= first {
		return Scores{}, false
	}
	sorted := make([]float64, len(sizes))
	for i, size := range sizes {
		sorted[i] = float64(size)
	}
	slices.Sort(sorted)
	s.Timing, s.Size = regularity(gaps, 1), regularity(sorted, 0)
	heights := histogram(times, first, last)
	bars, run := shape(heights)
	s.Histogram = max(flatness(heights), levels(heights, bars))
	if bars >= leastHours {
		coverage := float64(times[len(times)-1]-times[0]) / float64(last-first)
		s.Duration = min(1, max(ceil(coverage), ceil(float64(run)/idealHours)))
	}
	s.Total = round(0.25*s.Timing + 0.25*s.Size + 0.25*s.Duration + 0.25*s.Histogram)
	return s, true
}

func round(x float64) float64 { return math.Round(x*1000) / 1000 }
func ceil(x float64) float64  { return math.Ceil(x*1000) / 1000 }

// gapsOf returns the gaps between calls, sorted, without those of none.
func gapsOf(times []int64) []float64 {
	var gaps []float64
	for i := 1; i < len(times); i++ {
		if gap := times[i] - times[i-1]; gap > 0 {
			gaps = append(gaps, float64(gap))
		}
	}
	slices.Sort(gaps)
	return gaps
}

// regularity is the mean of one less Bowley's skewness and of one less the
// median absolute deviation over the median; where the median is below one,
// the latter is untold.
func regularity(sorted []float64, untold float64) float64 {
	half := len(sorted) / 2
	q1, q2, q3 := median(sorted[:half]), median(sorted), median(sorted[len(sorted)-half:])
	skew := 0.0
	if q3-q1 >= 10 && q2 != q1 && q2 != q3 {
		skew = (q1 + q3 - 2*q2) / (q3 - q1)
	}
	deviations := make([]float64, len(sorted))
	for i, x := range sorted {
		deviations[i] = math.Abs(x - q2)
	}
	slices.Sort(deviations)
	deviation := untold
	if q2 >= 1 {
		deviation = max(0, (q2-median(deviations))/q2)
	}
	return round((1 - math.Abs(skew) + deviation) / 2)
}

func median(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// histogram counts calls in equal parts of the window; what lies outside
// counts in the nearest.
func histogram(times []int64, first, last int64) (heights [bins]int) {
	step := float64(last-first) / bins
	for _, t := range times {
		bin := 0
		for bin < bins-1 && float64(t) >= float64(first)+float64(bin+1)*step {
			bin++
		}
		heights[bin]++
	}
	return heights
}

// shape returns how many bars a histogram has, and the longest run of them;
// a run goes on from the end to the start.
func shape(heights [bins]int) (bars, longest int) {
	run := 0
	for i := range 2 * bins {
		if heights[i%bins] == 0 {
			run = 0
			continue
		}
		if i < bins {
			bars++
		}
		run++
		longest = max(longest, run)
	}
	return bars, min(longest, bins)
}

// flatness is one less the bars' coefficient of variation.
func flatness(heights [bins]int) float64 {
	sum, squares := 0.0, 0.0
	for _, h := range heights {
		sum += float64(h)
	}
	mean := sum / bins
	for _, h := range heights {
		squares += (float64(h) - mean) * (float64(h) - mean)
	}
	variation := math.Sqrt(squares/bins) / mean
	if variation > 1 {
		return 0
	}
	return round(1 - variation)
}

// levels is the share of bars that the two most frequent heights explain.
func levels(heights [bins]int, bars int) float64 {
	if bars < levelHours {
		return 0
	}
	width := math.Ceil(float64(slices.Max(heights[:])) * sensitivity)
	count := map[int]int{}
	for _, h := range heights {
		if h > 0 {
			count[int(math.Floor(float64(h)/width)*width)]++
		}
	}
	most, second := 0, 0
	for _, n := range count {
		if n > most {
			most, second = n, most
		} else if n > second {
			second = n
		}
	}
	return min(1, round(float64(most+second)/max(1, float64(bars-outliers))))
}
