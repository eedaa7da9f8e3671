package beacon

import (
	"cmp"
	"net/netip"
	"slices"
)

// stream is the calls of one caller to one destination, or to a set of
// destinations that take turns.
type stream struct {
	pulse
	kind      kind
	direction direction
	src, dst  netip.Addr // dst is invalid if only a name is known
	name      string
	port      uint16
	protocol  uint8
	pairs     []*pair // one, or the members of a set

	within   bool // the caller is inside
	callers  int  // hosts of the same side that call the destination
	rhythmic int  // of them, those that do so at a rhythm
	hosts    int  // hosts of that side, in all
	fanOut   int  // destinations on this port that the caller calls at a rhythm
}

// kind is what makes a stream a beacon.
type kind uint8

const (
	nothing  kind = iota
	rhythm        // gaps are alike
	slow          // few long gaps, all alike
	scant         // so few that they are odd only as nobody else calls there
	rotating      // gaps are alike over a set of destinations
	constant      // no rhythm, but the same call around the clock
)

// direction is which way calls cross the site's border.
type direction uint8

const (
	outward direction = iota
	inward
	lateral
)

const (
	strongZ  = 12.0      // a z that no background reached but by design
	clearZ   = 7.0       // a z that chance does not reach
	scantZ   = 3.2       // a z that four calls can reach
	weakZ    = 4.8       // a z that few long, equal gaps can reach
	third    = 0.35      // share of gaps that a rhythm that is not strong must hold
	alike    = 0.85      // share of gaps that must be equal where there are few
	longSpan = 12 * 3600 // seconds
	slowest  = 1800      // seconds: gaps from here on are long

	// A stream without rhythm is a beacon if it never rests and always sends
	// the same: exponential sleeps.
	constantCalls = 100
	constantHours = 20
	constantShare = 0.6
	constantLimit = 2.0 // of the dispersion
)

// judge says what a stream of calls is by itself.
func (s *stream) judge(entries []entry) kind {
	p := s.pairs[0]
	switch {
	case s.continuous():
		return nothing
	case s.z >= clearZ && s.bursts >= 8 && (s.share >= third || s.z >= strongZ):
		return rhythm
	case s.z >= weakZ && s.gaps >= 6 && s.share >= alike && s.period >= slowest:
		return slow
	case s.z >= scantZ && s.share == 1 && s.bursts >= 4 && s.period >= slowest && s.sizes && s.sizeShare >= 0.5 && s.span >= longSpan:
		return scant
	case s.mayBeConstant():
		if s.steady = dispersion(entries, p.cut); s.steady > 0 && s.steady < constantLimit {
			return constant
		}
	}
	return nothing
}

// mayBeConstant reports whether only the evenness of the calls is left to be
// measured, which takes long.
func (s *stream) mayBeConstant() bool {
	return s.calls >= constantCalls && hoursOf(s.pairs[0]) >= constantHours && s.sizes && s.sizeShare >= constantShare && s.failed < 0.5
}

// continuous reports whether the calls are pieces of one long connection that
// an exporter or firewall cut, or its keep-alives: always the same port of the
// caller, or each lasting until the next begins.
func (s *stream) continuous() bool {
	p := s.pairs[0]
	if p.flags&viaName != 0 || p.callerMax == 0 {
		return false
	}
	if p.callerMin == p.callerMax && s.protocol == 6 {
		return true
	}
	return p.shortest != ^uint32(0) && s.period > 0 && float64(p.shortest)/1e3 > 0.8*s.period
}

func hoursOf(p *pair) (n int) {
	for h := range 24 {
		n += int(p.hours >> h & 1)
	}
	return n
}

// streams measures every pair that was called often enough to have a rhythm,
// and returns those that may be, or take part in, a beacon.
func (s *Summary) streams() []*stream {
	t, i := s.pairs, &instrument{}
	callers := s.callers()
	var list []*stream
	t.each(func(p *pair) {
		if p.entries < fewestGaps+1 {
			return
		}
		i.entries = t.entriesOf(i.entries[:0], p)
		if len(i.entries) < fewestGaps+1 {
			return
		}
		c := s.newStream(p, i)
		if c == nil {
			return
		}
		c.callers = int(callers[destinationHash(t, p)])
		if c.kind != nothing || c.z >= weakZ || c.mayTurn() {
			list = append(list, c)
		}
	})
	slices.SortFunc(list, func(x, y *stream) int { return cmp.Compare(x.pairs[0].hash, y.pairs[0].hash) })
	return list
}

// entriesOf appends what is kept of a pair, sorted.
func (t *table) entriesOf(list []entry, p *pair) []entry {
	start := len(list)
	list = t.chunks.sorted(list, p)
	if p.cut == 0 {
		return list
	}
	own := slices.DeleteFunc(list[start:], func(n entry) bool { return rank(n.time()) >= p.cut })
	return list[:start+len(own)]
}

func (s *Summary) newStream(p *pair, i *instrument) *stream {
	c := &stream{pulse: i.measure(i.entries, p.cut), pairs: []*pair{p}, port: p.port, protocol: p.protocol, src: addrOf(p.src), name: string(s.pairs.name(p))}
	behind := s.pairs.proxies[proxied{p.src, p.dst}]
	if behind && p.flags&viaName == 0 {
		return nil // what lies behind the proxy is judged by its name
	}
	if p.dst != (address{}) && !behind {
		c.dst = addrOf(p.dst)
	}
	target := c.dst.IsValid() && s.border.Inside(c.dst)
	c.within = s.border.Inside(c.src)
	switch {
	case c.within && target:
		c.direction = lateral
	case target:
		c.direction = inward
		if p.flags&answeredCall == 0 {
			return nil // scanners
		}
	}
	c.kind = c.judge(i.entries)
	return c
}

// total estimates the calls of a stream, also those that were thinned out, from
// those kept.
func (s *Summary) total(c *stream) (n int) {
	for _, p := range c.pairs {
		calls := len(s.pairs.entriesOf(nil, p))
		first, last := p.first/1e6>>shortWindow, p.last/1e6>>shortWindow
		if p.cut != 0 && last-first <= maxWindows {
			calls = int(int64(calls) * (last - first + 1) / int64(max(1, keptWindows(first, last, p.cut))))
		}
		n += calls
	}
	return n
}

func addrOf(a address) netip.Addr { return netip.AddrFrom16(a).Unmap() }
