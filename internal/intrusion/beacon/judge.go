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
	total    int  // calls, also those thinned out, about
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

// judge says what a stream is by itself.
func (s *stream) judge() kind {
	p := s.pairs[0]
	switch {
	case s.continuous():
		return nothing
	case s.z >= clearZ && s.bursts >= 8 && (s.share >= third || s.z >= strongZ):
		return rhythm
	case s.z >= weakZ && len(s.gaps) >= 6 && s.share >= alike && s.period >= slowest:
		return slow
	case s.z >= scantZ && s.share == 1 && s.bursts >= 4 && s.period >= slowest && s.sizes && s.sizeShare >= 0.5 && s.span >= longSpan:
		return scant
	case s.steady > 0 && s.steady < constantLimit && s.calls >= constantCalls && hoursOf(p) >= constantHours && s.sizes && s.sizeShare >= constantShare && s.failed < 0.5:
		return constant
	}
	return nothing
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

// streams measures every pair that was called often enough to have a rhythm.
func (s *Summary) streams() []*stream {
	t := s.pairs
	var list []*stream
	var entries []entry
	t.each(func(p *pair) {
		if p.entries < fewestGaps+1 {
			return
		}
		entries = t.entriesOf(entries[:0], p)
		if len(entries) < fewestGaps+1 {
			return
		}
		if c := s.newStream(p, newPulse(entries, p.cut)); c != nil {
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

func (s *Summary) newStream(p *pair, measured pulse) *stream {
	c := &stream{pulse: measured, pairs: []*pair{p}, total: whole(p, measured.calls), port: p.port, protocol: p.protocol, src: addrOf(p.src), name: string(s.pairs.name(p))}
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
	c.kind = c.judge()
	return c
}

// whole estimates the calls of a pair from those kept.
func whole(p *pair, calls int) int {
	first, last := p.first/1e6>>shortWindow, p.last/1e6>>shortWindow
	if p.cut == 0 || last-first > maxWindows {
		return calls
	}
	return int(int64(calls) * (last - first + 1) / int64(max(1, keptWindows(first, last, p.cut))))
}

func addrOf(a address) netip.Addr { return netip.AddrFrom16(a).Unmap() }

// destination is what several callers may have in common.
type destination struct {
	dst  netip.Addr
	name string
	port uint16
}

func (c *stream) destination() destination {
	if c.name != "" {
		return destination{name: c.name}
	}
	return destination{dst: c.dst, port: c.port}
}

// service is a port that one caller calls, wherever.
type service struct {
	src  netip.Addr
	port uint16
}

// popularity counts who else calls a destination.
type popularity struct{ callers, rhythmic map[netip.Addr]bool }

// compareCallers says of every stream how common it is: a rhythm that many
// hosts keep is that of a program the site uses.
func (s *Summary) compareCallers(streams []*stream) {
	hosts := [2]map[netip.Addr]bool{{}, {}}
	served := map[destination]*popularity{}
	ports := map[service]map[netip.Addr]bool{}
	s.pairs.each(func(p *pair) { s.countCaller(p, &hosts, served) })
	for _, c := range streams {
		if (c.kind == nothing || c.kind == scant) && c.z < weakZ {
			continue
		}
		served[c.destination()].rhythmic[c.src] = true
		k := service{c.src, c.port}
		if ports[k] == nil {
			ports[k] = map[netip.Addr]bool{}
		}
		ports[k][c.dst] = true
	}
	for _, c := range streams {
		d := served[c.destination()]
		c.callers, c.rhythmic, c.hosts = len(d.callers), len(d.rhythmic), len(hosts[c.side()])
		c.fanOut = len(ports[service{c.src, c.port}])
	}
}

// side is that of the caller: 0 inside, 1 outside.
func (c *stream) side() int {
	if c.within {
		return 0
	}
	return 1
}

func (s *Summary) countCaller(p *pair, hosts *[2]map[netip.Addr]bool, served map[destination]*popularity) {
	src := addrOf(p.src)
	side := 0
	if !s.border.Inside(src) {
		side = 1
	}
	hosts[side][src] = true
	d := destination{dst: addrOf(p.dst), port: p.port}
	if p.flags&viaName != 0 {
		d = destination{name: string(s.pairs.name(p))}
	}
	if served[d] == nil {
		served[d] = &popularity{map[netip.Addr]bool{}, map[netip.Addr]bool{}}
	}
	served[d].callers[src] = true
}

// popular reports whether many hosts call the destination, at a rhythm or not:
// then a weak rhythm of one of them is more likely chance.
func (c *stream) popular() bool { return c.callers >= 3 && c.callers*4 >= c.hosts }

// rare reports whether so few hosts call the destination that it is no
// program of the site's.
func (c *stream) rare() bool {
	return c.rhythmic <= 2 || c.rhythmic*10 <= c.hosts
}

// common reports whether so many hosts call the destination at a rhythm that
// it is a program the site uses, or, from outside, scanners and guessers, who
// keep rhythms of their own but seldom around the clock and with answers.
func (c *stream) common() bool {
	if c.direction == inward {
		return c.rhythmic >= crowd && c.rhythmic*20 >= c.callers || c.kind != rhythm || c.failed > 0.2 || hoursOf(c.pairs[0]) < 12 || c.span < 6*3600
	}
	return c.rhythmic >= 3 && c.rhythmic*4 >= c.hosts
}

// crowd is how many outside hosts, and one in twenty of all, call a service at
// a rhythm where guessing programs do.
const crowd = 10
