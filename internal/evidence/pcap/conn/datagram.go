package conn

import "seawall/internal/evidence/pcap/packet"

// datagram takes a packet of a protocol without streams.
func (t *Table) datagram(c *Conn, from Side, p *packet.Packet) {
	e := &c.Ends[from]
	if p.Protocol != packet.UDP {
		e.State = Established
		return
	}
	if e.State == Inactive && c.SynTrip == 0 && from == Responder && c.Ends[Originator].State != Inactive {
		c.SynTrip = p.Time - c.First
	}
	e.State = Established
	c.note(from, seenData, 'D')
	if !c.begun {
		c.begun = true
		c.Follower = t.sink.Begin(c, from, p.Payload, p)
	}
	if c.Follower != nil {
		c.Follower.Data(c, from, p.Payload, p)
	}
}

// icmpPorts gives ICMP messages ports, as Zeek does, so that a request and its
// reply are one connection: the type, and the type that answers it. Of errors
// and notices they are type and code.
func icmpPorts(p *packet.Packet) (source, destination uint16) {
	kind, code := p.SourcePort, p.DestinationPort
	if answer, ok := icmpAnswer(p.Protocol, kind); ok {
		return kind, answer
	}
	return kind, code
}

func icmpAnswer(protocol uint8, kind uint16) (answer uint16, ok bool) {
	pairs := &icmpPairs
	if protocol == packet.ICMPv6 {
		pairs = &icmpv6Pairs
	}
	for _, pair := range pairs {
		switch kind {
		case pair[0]:
			return pair[1], true
		case pair[1]:
			return pair[0], true
		}
	}
	return 0, false
}

// The types of messages that ask, and of those that answer.
var (
	icmpPairs   = [...][2]uint16{{8, 0}, {13, 14}, {15, 16}, {17, 18}, {10, 9}}
	icmpv6Pairs = [...][2]uint16{{128, 129}, {133, 134}, {135, 136}, {139, 140}, {144, 145}}
)
