package conn

import (
	"net/netip"

	"seawall/internal/evidence/pcap/packet"
)

// Time without packets after which a connection is over, in nanoseconds.
const (
	second = int64(1e9)

	datagramIdle    = 60 * second
	attemptIdle     = 60 * second   // longer than the pauses between the SYNs of one attempt
	closedIdle      = 5 * second    // for stragglers
	establishedIdle = 7200 * second // hosts probe idle connections after two hours
)

// maxConns is how many connections are followed at once.
const maxConns = 1 << 16

// maxQuote is how much of a connection's first packet is kept for citing: the
// headers, and what a short message says.
const maxQuote = 160

// sweepsPerPacket is how many connections each packet has checked for being
// over: enough to go round the table while it fills.
const sweepsPerPacket = 2

// Table holds the connections that are under way.
type Table struct {
	sink  Sink
	conns map[key]*Conn
	ring  []*Conn // all of them, in no order
	hand  int     // where the sweep has come
	spare []*Conn
	pool  pool
	held  int // bytes behind gaps, of all connections
	now   int64
	limit int
	// Evicted counts connections given up for lack of room.
	Evicted int64

	last   packet.Packet // stands in for one when a connection is closed
	parent uint64        // id of the connection around the next packet
	depth  int
}

// NewTable returns a table that hands connections to sink.
func NewTable(sink Sink) *Table {
	return &Table{sink: sink, conns: map[key]*Conn{}, limit: maxConns}
}

// Packet takes a packet: the outside of a tunnel before what it carries.
func (t *Table) Packet(p *packet.Packet) {
	t.now = p.Time // not the latest: clocks jump
	sourcePort, destinationPort := p.SourcePort, p.DestinationPort
	if p.Protocol == packet.ICMP || p.Protocol == packet.ICMPv6 {
		sourcePort, destinationPort = icmpPorts(p)
	}
	around := t.around(p)
	k, _ := keyOf(p, sourcePort, destinationPort)
	c := t.conns[k]
	if c != nil && t.renewed(c, p) {
		t.close(c)
		c = nil
	}
	if c == nil {
		c = t.open(k, p, sourcePort, destinationPort)
		c.Parent = around
	}
	from := Originator
	if p.Source != c.Ends[Originator].Address || sourcePort != c.Ends[Originator].Port {
		from = Responder
	}
	if !c.lastWord(p) {
		c.Last = max(c.Last, p.Time)
	}
	e := &c.Ends[from]
	e.Packets++
	e.IPBytes += int64(p.Length)
	e.Bytes += int64(p.Size)
	if p.Carries != "" {
		c.Carries = p.Carries
	}
	t.parent, t.depth = c.ID(), p.Depth+1
	if p.Protocol == packet.TCP {
		t.tcp(c, from, p)
	} else {
		t.datagram(c, from, p)
	}
	t.sweep(sweepsPerPacket)
}

// around returns the id of the connection, or else of the tunnel, that p was
// found in; 0 if in none.
func (t *Table) around(p *packet.Packet) uint64 {
	if p.Depth == 0 {
		return 0
	}
	id := t.sink.Tunnel(p)
	if t.depth == p.Depth {
		return t.parent
	}
	return id
}

// renewed reports whether p belongs to another connection than c, between the
// same ports.
func (t *Table) renewed(c *Conn, p *packet.Packet) bool {
	idle := p.Time - c.Last
	if p.Protocol != packet.TCP {
		return idle > datagramIdle
	}
	if idle > c.idle() {
		return true
	}
	return p.Flags&(packet.SYN|packet.ACK|packet.RST) == packet.SYN && c.over()
}

// idle is how long c may be silent.
func (c *Conn) idle() int64 {
	switch {
	case c.Protocol != packet.TCP:
		return datagramIdle
	case c.over():
		return closedIdle
	case c.Ends[Originator].State == SynSent && c.Ends[Responder].State == Inactive:
		return attemptIdle
	}
	return establishedIdle
}

// open starts a connection. Whoever is seen first opened it, unless the packet
// itself says otherwise.
func (t *Table) open(k key, p *packet.Packet, sourcePort, destinationPort uint16) *Conn {
	if len(t.conns) >= t.limit {
		t.evict()
	}
	c := t.blank()
	c.key, c.Protocol, c.VLAN, c.First, c.Last, c.Place = k, p.Protocol, p.VLAN, p.Time, p.Time, p.Place
	c.Quote = append(c.Quote[:0], p.Record[:min(len(p.Record), maxQuote)]...)
	if len(c.Quote) > 0 {
		c.Place.Length = len(c.Quote)
	}
	c.Tunnel, c.Carries = p.Tunnel, p.Carries
	c.Ends[Originator].Address, c.Ends[Originator].Port = p.Source, sourcePort
	c.Ends[Responder].Address, c.Ends[Responder].Port = p.Destination, destinationPort
	if answers(p) {
		c.flip()
	}
	t.conns[k] = c
	t.ring = append(t.ring, c)
	return c
}

func (c *Conn) flip() {
	c.Flipped = true
	c.Ends[0], c.Ends[1] = c.Ends[1], c.Ends[0]
	c.letter(Originator, '^')
}

func (t *Table) blank() *Conn {
	if n := len(t.spare); n > 0 {
		c := t.spare[n-1]
		t.spare = t.spare[:n-1]
		return c
	}
	return &Conn{}
}

// answers reports whether the first packet seen of a connection comes from
// the side that did not open it.
func answers(p *packet.Packet) bool {
	switch p.Protocol {
	case packet.TCP:
		if p.Flags&packet.SYN != 0 {
			return p.Flags&packet.ACK != 0
		}
		return serves(p.SourcePort) && !serves(p.DestinationPort)
	case packet.UDP:
		return serves(p.SourcePort) && !serves(p.DestinationPort) && !p.Destination.IsMulticast() && p.Destination != broadcast
	}
	return false
}

// lastWord reports whether p only confirms that both sides have ended the
// connection. It does not count for how long that lasted.
func (c *Conn) lastWord(p *packet.Packet) bool {
	return p.Protocol == packet.TCP && p.Size == 0 && p.Flags&(packet.SYN|packet.FIN|packet.RST) == 0 &&
		c.Ends[Originator].State == Closed && c.Ends[Responder].State == Closed
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// serves reports whether a port is one that servers are known to wait on.
func serves(port uint16) bool {
	switch port {
	case 20, 21, 22, 23, 25, 53, 67, 80, 88, 110, 111, 123, 135, 137, 139, 143, 161, 179, 389, 443, 445, 465, 502, 514, 515, 587, 636,
		989, 990, 993, 995, 1433, 1521, 2049, 3128, 3268, 3306, 3389, 4789, 5060, 5222, 5353, 5355, 5432, 5900, 5985, 5986, 6379, 8080, 8443, 20000:
		return true
	}
	return false
}

// close hands c out and forgets it.
func (t *Table) close(c *Conn) {
	if c.Protocol == packet.TCP {
		t.drain(c, Originator)
		t.drain(c, Responder)
	}
	if c.Follower != nil {
		c.Follower.End(c)
		c.Follower = nil
	}
	t.sink.Closed(c)
	delete(t.conns, c.key)
	originator, responder := c.Ends[Originator].stream.held, c.Ends[Responder].stream.held // both drained
	*c = Conn{First: -1, Quote: c.Quote[:0]}
	c.Ends[Originator].stream.held, c.Ends[Responder].stream.held = originator[:0], responder[:0]
}

// sweep looks at some connections whether they are over by now.
func (t *Table) sweep(n int) {
	for ; n > 0 && len(t.ring) > 0; n-- {
		if t.hand >= len(t.ring) {
			t.hand = 0
		}
		c := t.ring[t.hand]
		if c.First >= 0 && t.now-c.Last > c.idle() {
			t.close(c)
		}
		if c.First < 0 { // closed: out of the ring, free for use
			last := len(t.ring) - 1
			t.ring[t.hand], t.ring[last] = t.ring[last], nil
			t.ring = t.ring[:last]
			t.spare = append(t.spare, c)
			continue
		}
		t.hand++
	}
}

// evicted is how many connections eviction chooses the oldest from.
const evicted = 64

// evict gives up the connection that was silent longest, of some.
func (t *Table) evict() {
	var oldest *Conn
	for i := range min(evicted, len(t.ring)) {
		c := t.ring[(t.hand+i)%len(t.ring)]
		if c.First >= 0 && (oldest == nil || c.Last < oldest.Last) {
			oldest = c
		}
	}
	if oldest == nil {
		t.sweep(len(t.ring))
		return
	}
	t.Evicted++
	t.close(oldest)
}

// Close hands out what is left when the capture ends.
func (t *Table) Close() {
	for _, c := range t.ring {
		if c.First >= 0 {
			c.Open = t.running(c)
			t.close(c)
		}
	}
	t.ring, t.hand = nil, 0
}

// running reports whether c was under way when the capture ended.
func (t *Table) running(c *Conn) bool {
	if t.now-c.Last > c.idle() {
		return false
	}
	o, r := &c.Ends[Originator], &c.Ends[Responder]
	if c.Protocol != packet.TCP {
		return c.Protocol == packet.UDP && o.Packets >= 5 && r.Packets >= 5
	}
	return !c.over() && (o.State >= Partial || r.State >= Partial)
}
