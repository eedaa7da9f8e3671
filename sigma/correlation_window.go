package sigma

import "slices"

// event is one event of a group, as its correlation sees it.
type event struct {
	time   int64
	log    uint32
	number uint64
	// derived is 0 for a record; the hits of a correlated correlation are
	// numbered from 1, because several may come from one record.
	derived uint32
	rules   uint64   // bit i: Correlation.Rules[i] matches
	row     []uint32 // interned values of the node's columns
	ref     ref      // what it stands for
}

// precedes reports whether a may come before b. Different records of one
// instant may have happened in either order unless one log numbers them.
func (a *event) precedes(b *event) bool {
	if a.time != b.time {
		return a.time < b.time
	}
	return a.log != b.log || a.number < b.number
}

// window is a run of events of a group, lo to hi inclusive, that meets the
// condition; hi is the event that completed it.
type window struct {
	lo, hi  int
	measure float64
}

// slide returns the windows that meet a condition. events are in order of
// time; span is the length of a window.
//
// The windows looked at are those that end with an event and reach back one
// span, and of these, unless rising, only the maximal ones: those that cannot
// be moved to hold one more event without losing another. If more events can
// never break the condition (rising), both amount to the same stretches of
// time, but the first event that meets the condition is then known. If they
// can ("fewer than 5 in an hour"), a part of a longer burst is no answer.
func slide(events []event, span int64, rising bool, m measure, cond *CorrelationCondition) []window {
	var found []window
	lo := 0
	for hi := 0; hi < len(events); hi++ {
		m.push(hi)
		last := hi+1 == len(events)
		if !last && events[hi+1].time == events[hi].time {
			continue
		}
		for apart(events, lo, hi) > uint64(span) {
			m.pop(lo)
			lo++
		}
		maximal := last || apart(events, lo, hi+1) > uint64(span)
		if !rising && !maximal {
			continue
		}
		if value, ok := m.meets(cond); ok {
			found = append(found, window{lo, hi, value})
		}
	}
	return found
}

// apart is the time between two events, the first not later, in nanoseconds.
func apart(events []event, lo, hi int) uint64 {
	return uint64(events[hi].time) - uint64(events[lo].time)
}

// maxTies is up to how many events of one instant are tried in every order.
const maxTies = 64

// ordered finds the events that complete a chain: need events of different
// rules, in the order of rules, each preceding the next, within span. For each
// it returns the window from the latest possible start.
func ordered(events []event, span int64, rules []int, need int) []window {
	if need < 1 || need > len(rules) {
		return nil
	}
	// latest[m][r] is the start of the latest chain of m+1 events that ends
	// with rules[r], -1 if there is none.
	o := orderer{events: events, rules: rules, latest: make([][]int, need)}
	for m := range o.latest {
		o.latest[m] = slices.Repeat([]int{-1}, len(rules))
	}
	var found []window
	for lo := 0; lo < len(events); {
		hi := lo + 1
		for hi < len(events) && events[hi].time == events[lo].time && hi-lo < maxTies {
			hi++
		}
		for _, link := range o.tie(lo, hi) {
			if apart(events, link.start, link.event) <= uint64(span) {
				found = append(found, instants(events, window{link.start, link.event, float64(need)}))
			}
		}
		lo = hi
	}
	return found
}

// instants widens a window to all events of its first and last instant: links
// of a chain within one instant may be in any order.
func instants(events []event, w window) window {
	first, last := events[w.lo].time, events[w.hi].time
	w.lo, w.hi = min(w.lo, w.hi), max(w.lo, w.hi)
	for range maxTies {
		if w.lo > 0 && events[w.lo-1].time == first {
			w.lo--
		}
		if w.hi+1 < len(events) && events[w.hi+1].time == last {
			w.hi++
		}
	}
	return w
}

type orderer struct {
	events []event
	rules  []int
	latest [][]int
}

// link is the end of a chain: an event that matches rules[rule], and the
// latest start of a chain that ends with it.
type link struct{ event, rule, start int }

// tie extends the chains with the events lo to hi, which are of one instant,
// and returns the complete chains, at most one per event.
func (o *orderer) tie(lo, hi int) []link {
	var before []link // chains that are one shorter and end in this instant
	for m := range o.latest {
		var now []link
		for e := lo; e < hi; e++ {
			for r, rule := range o.rules {
				if o.events[e].rules&(1<<rule) == 0 {
					continue
				}
				start := e
				if m > 0 {
					start = o.start(m, e, r, before)
				}
				if start >= 0 {
					now = append(now, link{e, r, start})
				}
			}
		}
		// Chains of this instant must not be found in latest before the next
		// length is done, so they are entered one length late.
		o.enter(m-1, before)
		before = now
	}
	o.enter(len(o.latest)-1, before)
	return latestPerEvent(before)
}

// start returns the latest start of a chain of m events that ends before event
// e with a rule before r.
func (o *orderer) start(m, e, r int, before []link) int {
	start := -1
	for _, s := range o.latest[m-1][:r] {
		start = max(start, s)
	}
	for _, l := range before {
		if l.rule < r && l.start > start && o.events[l.event].precedes(&o.events[e]) {
			start = l.start
		}
	}
	return start
}

func (o *orderer) enter(m int, links []link) {
	for _, l := range links {
		o.latest[m][l.rule] = max(o.latest[m][l.rule], l.start)
	}
}

func latestPerEvent(links []link) []link {
	var out []link
	for _, l := range links {
		if n := len(out); n > 0 && out[n-1].event == l.event {
			out[n-1].start = max(out[n-1].start, l.start)
			continue
		}
		out = append(out, l)
	}
	return out
}

// join merges windows that share events into stretches, in order.
func join(windows []window, better func(a, b float64) bool) []window {
	slices.SortFunc(windows, func(a, b window) int {
		if a.lo != b.lo {
			return a.lo - b.lo
		}
		return a.hi - b.hi
	})
	var out []window
	for _, w := range windows {
		n := len(out)
		if n == 0 || w.lo > out[n-1].hi {
			out = append(out, w)
			continue
		}
		out[n-1].hi = max(out[n-1].hi, w.hi)
		if better(w.measure, out[n-1].measure) {
			out[n-1].measure = w.measure
		}
	}
	return out
}
