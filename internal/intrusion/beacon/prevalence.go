package beacon

import (
	"net/netip"

	"github.com/cespare/xxhash/v2"
)

// callers counts who calls each destination, by its hash.
func (s *Summary) callers() map[uint64]uint32 {
	count := make(map[uint64]uint32, s.pairs.count/2)
	s.pairs.each(func(p *pair) { count[destinationHash(s.pairs, p)]++ })
	return count
}

// destinationHash is what pairs that call the same destination share.
func destinationHash(t *table, p *pair) uint64 {
	if p.flags&viaName != 0 {
		return xxhash.Sum64(t.name(p))
	}
	return hashAddresses(&address{}, &p.dst, uint64(p.port)<<8|uint64(p.protocol))
}

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

// compareCallers says of every stream how common it is: a rhythm that many
// hosts keep is that of a program the site uses.
func (s *Summary) compareCallers(streams []*stream) {
	hosts := s.hosts()
	rhythmic := map[destination]map[netip.Addr]bool{}
	ports := map[service]map[netip.Addr]bool{}
	for _, c := range streams {
		if (c.kind == nothing || c.kind == scant) && c.z < weakZ {
			continue
		}
		add(rhythmic, c.destination(), c.src)
		add(ports, service{c.src, c.port}, c.dst)
	}
	for _, c := range streams {
		c.rhythmic, c.hosts = len(rhythmic[c.destination()]), hosts[c.side()]
		c.fanOut = len(ports[service{c.src, c.port}])
	}
}

func add[K comparable](sets map[K]map[netip.Addr]bool, k K, a netip.Addr) {
	if sets[k] == nil {
		sets[k] = map[netip.Addr]bool{}
	}
	sets[k][a] = true
}

// hosts counts the callers, inside and outside.
func (s *Summary) hosts() (count [2]int) {
	seen := map[address]bool{}
	s.pairs.each(func(p *pair) {
		if seen[p.src] {
			return
		}
		seen[p.src] = true
		side := 1
		if s.border.Inside(addrOf(p.src)) {
			side = 0
		}
		count[side]++
	})
	return count
}

// side is that of the caller: 0 inside, 1 outside.
func (c *stream) side() int {
	if c.within {
		return 0
	}
	return 1
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

// shared reports whether several hosts call the destination at a rhythm, so
// that it is told once for all of them.
func (c *stream) shared() bool {
	return c.common() || c.direction != inward && c.rhythmic >= fewSharing
}

// Hosts that call one destination at a rhythm: from three on they are told
// together; eight rather run the same program than the same implant.
const fewSharing, manySharing = 3, 8

// crowd is how many outside hosts, and one in twenty of all, call a service at
// a rhythm where guessing programs do.
const crowd = 10
