package beacon

import (
	"math"
	"slices"
)

// pulse is what the times and sizes of a stream of calls tell of its rhythm.
type pulse struct {
	calls  int     // entries at hand
	bursts int     // after calls close together are taken as one
	gaps   int     // between bursts, those known to be whole
	span   float64 // seconds from the first to the last call at hand

	// z says how far the gaps are more alike than a stream without memory
	// could make them: the signed root of the binomial deviance of the best
	// window of gaps, see [concentration]. Above 7 chance is no explanation.
	z      float64
	period float64 // seconds: the middle of that window
	share  float64 // of the gaps that lie in it
	jitter float64 // of the period, estimated from the spread of gaps around it
	missed float64 // share of gaps that are a multiple of the period: check-ins left out
	tiny   float64 // share of gaps below a fifth of the period
	chance float64 // the share that calls at random would have

	// steady is the variance of the number of calls in equal spans over its
	// mean: near 1 for calls at random around the clock, far above for what
	// people do; 0 unknown.
	steady float64

	size      int64   // sent most often
	sizeShare float64 // of the calls, how many sent just that
	sizes     bool    // sizes are known
	failed    float64 // share of calls that went unanswered
}

const (
	// A burst is calls that follow each other within five seconds: one
	// check-in often opens several connections.
	burstGap = 5_000
	// Where nearly all calls run together that way, they are looked at one
	// by one: an operator at work sets short sleeps.
	fastGap   = 300
	fastLeast = 60
)

// instrument measures pulses. It keeps its room from one to the next.
type instrument struct {
	entries []entry
	gaps    []float64 // seconds between bursts, sorted
	sizes   []int64
}

// measure measures entries, sorted, of which windows of time with a rank at
// or above cut are missing; 0 misses none.
func (i *instrument) measure(entries []entry, cut uint64) pulse {
	p := pulse{calls: len(entries)}
	if len(entries) == 0 {
		return p
	}
	p.span = float64(entries[len(entries)-1].time()-entries[0].time()) / 1e3
	i.measureSizes(&p, entries)
	i.find(&p, entries, cut, burstGap)
	if p.bursts*8 < len(entries) && len(entries) >= fastLeast || p.period > 0 && p.period < cutOff*burstGap/1e3 {
		i.find(&p, entries, cut, fastGap)
		if p.period < cutOff*fastGap/1e3 {
			p.z = 0
		}
	}
	p.gaps = len(i.gaps)
	p.spread(i.gaps)
	return p
}

// Gaps just above what is taken as one burst look alike because the shorter
// ones were cut off: below this multiple of it they tell nothing.
const cutOff = 3

// find seeks a rhythm in the gaps between bursts of calls that lie at most
// together milliseconds apart.
func (i *instrument) find(p *pulse, entries []entry, cut uint64, together int64) {
	i.takeGaps(p, entries, cut, together)
	p.z, p.period, p.share = concentration(i.gaps)
}

func (i *instrument) takeGaps(p *pulse, entries []entry, cut uint64, together int64) {
	i.gaps, p.bursts = i.gaps[:0], 1
	last := entries[0].time()
	for _, n := range entries[1:] {
		now := n.time()
		if now-last > together {
			p.bursts++
			if unbroken(last, now, cut) {
				i.gaps = append(i.gaps, float64(now-last)/1e3)
			}
		}
		last = now
	}
	slices.Sort(i.gaps)
}

// unbroken reports whether nothing between two calls was thinned out.
func unbroken(from, to int64, cut uint64) bool {
	if cut == 0 {
		return true
	}
	if (to-from)>>shortWindow > maxWindows {
		return false
	}
	for w := from >> shortWindow; w <= to>>shortWindow; w++ {
		if !kept(w, cut) {
			return false
		}
	}
	return true
}

// kept reports whether all calls of a short window are at hand.
func kept(window int64, cut uint64) bool {
	return cut == 0 || rank(window<<shortWindow)>>16 < cut>>16
}

func (i *instrument) measureSizes(p *pulse, entries []entry) {
	sizes := i.sizes[:0]
	failed := 0
	for _, n := range entries {
		if size, known := n.size(); known {
			sizes = append(sizes, size)
		}
		if n.unanswered() {
			failed++
		}
	}
	p.failed = float64(failed) / float64(len(entries))
	slices.Sort(sizes)
	i.sizes = sizes
	most := 0
	for start := 0; start < len(sizes); {
		end := start
		for end < len(sizes) && sizes[end] == sizes[start] {
			end++
		}
		if end-start > most {
			most, p.size = end-start, sizes[start]
		}
		start = end
	}
	p.sizes = len(sizes) > 0
	if p.sizes {
		p.sizeShare = float64(most) / float64(len(sizes))
	}
}

// ratios are the widths of windows that gaps are sought in, as the ratio of
// their ends: from nearly no jitter to more than half of the period.
var ratios = [...]float64{1.1, 1.25, 1.6, 2.5}

// fewest gaps that a rhythm can be told from.
const fewestGaps = 3

// concentration finds the window of gaps that holds more of them than a
// memoryless stream of any rate can put there, by the largest signed root of
// its binomial deviance. For windows from g to r·g a memoryless stream reaches
// at most e^-m − e^-mr, where m = ln r/(r−1).
func concentration(gaps []float64) (z, period, share float64) {
	n := len(gaps)
	if n < fewestGaps {
		return 0, 0, 0
	}
	for _, r := range ratios {
		m := math.Log(r) / (r - 1)
		most, at := densest(gaps, r)
		if d := deviance(most, n, math.Exp(-m)-math.Exp(-m*r)); d > z {
			z, period, share = d, gaps[at+most/2], float64(most)/float64(n)
		}
	}
	return z, period, share
}

// densest returns how many gaps fit a window whose ends have the ratio r, and
// where it starts.
func densest(gaps []float64, r float64) (most, at int) {
	start := 0
	for end := range gaps {
		for gaps[start]*r < gaps[end] {
			start++
		}
		if end-start+1 > most {
			most, at = end-start+1, start
		}
	}
	return most, at
}

// deviance is the signed root of the binomial deviance of k among n where a
// share of at most p is expected; 0 if there are no more than that.
func deviance(k, n int, p float64) float64 {
	q := float64(k) / float64(n)
	if q <= p {
		return 0
	}
	d := q * math.Log(q/p)
	if q < 1 {
		d += (1 - q) * math.Log((1-q)/(1-p))
	}
	return math.Sqrt(2 * float64(n) * d)
}

// spread measures how the gaps lie around the period.
func (p *pulse) spread(gaps []float64) {
	if p.period == 0 {
		return
	}
	var near []float64
	var multiples, tiny int
	sum := 0.0
	for _, g := range gaps {
		sum += g
		k := math.Round(g / p.period)
		switch {
		case g < p.period/5:
			tiny++
		case k == 1 || g < p.period:
			near = append(near, g)
		case k <= 6 && math.Abs(g/p.period-k) < 0.15:
			multiples++
		}
	}
	n := float64(len(gaps))
	p.missed, p.tiny = float64(multiples)/n, float64(tiny)/n
	p.chance = 1 - math.Exp(-p.period/5/(sum/n))
	if len(near) > 0 {
		low, high := near[len(near)/20], near[len(near)-1-len(near)/20]
		p.jitter = 1 - low/high
	}
}

// Calls per span that steadiness is measured with.
const callsPerSpan = 6

// dispersion is the variance over the mean of the number of calls in equal
// spans of time; spans that were thinned out do not count.
func dispersion(entries []entry, cut uint64) float64 {
	if len(entries) < 8*callsPerSpan {
		return 0
	}
	first, last := entries[0].time()>>shortWindow, entries[len(entries)-1].time()>>shortWindow
	if last-first > maxWindows {
		return 0
	}
	windows := max(1, callsPerSpan*keptWindows(first, last, cut)/len(entries))
	var sum, squares, spans float64
	count, held, next := 0, 0, 0
	for w := first; w <= last; w++ {
		start := next
		for next < len(entries) && entries[next].time()>>shortWindow <= w {
			next++
		}
		if !kept(w, cut) {
			continue
		}
		count += next - start
		if held++; held == windows {
			sum, squares, spans = sum+float64(count), squares+float64(count*count), spans+1
			count, held = 0, 0
		}
	}
	if spans < 6 || sum == 0 {
		return 0
	}
	mean := sum / spans
	return (squares/spans - mean*mean) * spans / (spans - 1) / mean
}

// maxWindows bounds the work of one measurement: five months of windows.
const maxWindows = 50_000

func keptWindows(first, last int64, cut uint64) (n int) {
	if cut == 0 {
		return int(last - first + 1)
	}
	for w := first; w <= last; w++ {
		if kept(w, cut) {
			n++
		}
	}
	return n
}
