package coverage

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
)

// Log is one log of one host.
type Log struct {
	Host, Channel string // lower case
}

// hours is a set of hours since 1970, as bits in pages of 64.
type hours struct {
	pages map[int64]uint64
	last  int64 // the hour added last: logs are mostly in order
}

const nanosecondsPerHour = 3600 * 1e9

// add notes the hour of a time; 0 is no time.
func (h *hours) add(t int64) {
	if hour := t / nanosecondsPerHour; t > 0 && hour != h.last {
		h.last = hour
		h.page(hour/64, 1<<(hour%64))
	}
}

func (h *hours) page(page int64, mask uint64) {
	if h.pages == nil {
		h.pages = map[int64]uint64{}
	}
	h.pages[page] |= mask
}

func (h *hours) merge(o *hours) {
	for page, mask := range o.pages {
		h.page(page, mask)
	}
}

// all calls yield for every hour of the set, in order.
func (h *hours) all(yield func(hour int64) bool) {
	for _, page := range slices.Sorted(maps.Keys(h.pages)) {
		for mask := h.pages[page]; mask != 0; mask &= mask - 1 {
			if !yield(page*64 + int64(bits.TrailingZeros64(mask))) {
				return
			}
		}
	}
}

// Gap is a time in which a log that is written regularly otherwise has nothing.
type Gap struct {
	Log
	From, To int64 // nanoseconds since 1970 UTC: the last hour before, the first after
}

// A gap is worth telling if it is this long, this many times longer than most,
// and not one of several like it, as weekends are.
const (
	leastGap   = 24 // hours
	leastSeen  = 48 // hours in which the log has something: else it is not written regularly
	unlikeMost = 4
	recurring  = 3
)

// Gaps returns the gaps of all logs, sorted by host, log and time.
func (s *Summary) Gaps() (gaps []Gap) {
	for log, h := range s.hours {
		gaps = append(gaps, h.gaps(log)...)
	}
	slices.SortFunc(gaps, func(a, b Gap) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.From, b.From))
	})
	return gaps
}

func (h *hours) gaps(log Log) (gaps []Gap) {
	type silence struct{ from, length int64 }
	var all []silence
	last, seen := int64(-1), 0
	for hour := range h.all {
		seen++
		if last >= 0 && hour-last > 1 {
			all = append(all, silence{last, hour - last})
		}
		last = hour
	}
	if len(all) == 0 || seen < leastSeen {
		return nil
	}
	lengths := make([]int64, len(all))
	for i, g := range all {
		lengths[i] = g.length
	}
	slices.Sort(lengths)
	usual := int64(1)
	if len(lengths) >= 5 {
		usual = lengths[len(lengths)*8/10]
	}
	for _, g := range all {
		alike := len(lengths) - slices.IndexFunc(lengths, func(n int64) bool { return n >= g.length*3/4 })
		if g.length >= leastGap && g.length >= unlikeMost*usual && alike < recurring {
			gaps = append(gaps, Gap{log, g.from * nanosecondsPerHour, (g.from + g.length) * nanosecondsPerHour})
		}
	}
	return gaps
}
