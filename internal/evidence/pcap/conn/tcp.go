package conn

import (
	"encoding/binary"

	"seawall/internal/evidence/pcap/packet"
)

// tcp takes a segment.
func (t *Table) tcp(c *Conn, from Side, p *packet.Packet) {
	e, peer := &c.Ends[from], &c.Ends[from.Other()]
	c.noteTCP(from, p)
	c.advance(from, p)
	c.timing(from, p)
	switch {
	case p.Flags&packet.RST != 0: // its number may be anything
	case p.Flags&packet.SYN != 0:
		e.stream.restart(p.Seq + 1)
		e.SYN = stackOf(p)
	default:
		e.stream.begin(p.Seq) // the middle of a connection begins here
	}
	if p.Window == 0 && p.Flags&(packet.RST|packet.SYN) == 0 {
		c.noteOften(from, &e.zeroes, 'W')
	}
	if p.Flags&packet.FIN != 0 {
		e.finished = true
	}
	if p.Size > 0 && p.Flags&packet.RST == 0 {
		t.segment(c, from, p)
	}
	if p.Flags&packet.ACK != 0 && p.Flags&packet.RST == 0 {
		peer.stream.acknowledge(p.Ack)
		if s := &peer.stream; s.known && s.next < min(s.acked, s.top) && len(s.held) > 0 || s.acked > s.top {
			t.confirmed(c, from.Other(), p)
		}
	}
}

// timing notes how long the sides took to answer during the handshake.
func (c *Conn) timing(from Side, p *packet.Packet) {
	const flags = packet.SYN | packet.ACK
	switch {
	case p.Flags&flags == flags && from == Responder && c.SynAck == 0:
		c.SynAck = p.Time
		if !c.Flipped {
			c.SynTrip = p.Time - c.First
		}
	case p.Flags&flags == packet.ACK && from == Originator && c.SynAck != 0 && c.AckTrip == 0:
		c.AckTrip = max(p.Time-c.SynAck, 1)
	}
}

// segment places payload in its stream and hands out what is in order.
func (t *Table) segment(c *Conn, from Side, p *packet.Packet) {
	e := &c.Ends[from]
	s := &e.stream
	seq := p.Seq
	if p.Flags&packet.SYN != 0 {
		seq++
	}
	at := s.offset(seq)
	end := at + int64(p.Size)
	if end <= s.top { // sent again, or overtaken on its way
		c.noteOften(from, &e.repeats, 'T')
	}
	s.top = max(s.top, end)
	data := p.Payload
	if at < s.next {
		skip := s.next - at
		if skip >= int64(p.Size) {
			return
		}
		data, at = data[min(skip, int64(len(data))):], s.next
	}
	if at == s.next {
		t.deliver(c, from, held{at, end, data}, p)
		t.advance(c, from, p)
		return
	}
	if !c.follows() {
		data = nil
	}
	for !s.insert(held{at, end, data}, t) { // no room: give up waiting for what is missing
		t.skip(c, from)
		t.advance(c, from, p)
		if at <= s.next {
			t.segment(c, from, p)
			return
		}
	}
}

func (c *Conn) follows() bool { return c.Follower != nil || !c.begun }

// deliver hands out the next segment. What was not captured of it is a gap.
func (t *Table) deliver(c *Conn, from Side, h held, p *packet.Packet) {
	s := &c.Ends[from].stream
	s.next = h.to
	if len(h.data) > 0 && !c.begun {
		c.begun = true
		c.Follower = t.sink.Begin(c, from, h.data, p)
	}
	if c.Follower == nil {
		return
	}
	if len(h.data) > 0 {
		c.Follower.Data(c, from, h.data, p)
	}
	if lost := h.to - h.from - int64(len(h.data)); lost > 0 && c.Follower != nil {
		c.Follower.Gap(c, from, int(lost))
	}
}

// advance hands out held segments that are in order now.
func (t *Table) advance(c *Conn, from Side, p *packet.Packet) {
	s := &c.Ends[from].stream
	for len(s.held) > 0 && s.held[0].from <= s.next {
		h := s.shift(t)
		if h.to > s.next {
			data := h.data[min(s.next-h.from, int64(len(h.data))):]
			t.deliver(c, from, held{s.next, h.to, data}, p)
		}
		t.pool.put(h.data)
	}
}

// skip gives up what is missing before the first held segment.
func (t *Table) skip(c *Conn, from Side) {
	e := &c.Ends[from]
	if len(e.stream.held) > 0 {
		t.gap(c, from, e.stream.held[0].from)
	}
}

// gap gives up what is missing before an offset.
func (t *Table) gap(c *Conn, from Side, to int64) {
	e := &c.Ends[from]
	lost := to - e.stream.next
	if lost <= 0 {
		return
	}
	e.stream.next = to
	if lost > maxAhead { // no connection loses so much: a number was wild
		return
	}
	e.Missed += lost
	c.noteOften(from, &e.gaps, 'G')
	if c.Follower != nil {
		c.Follower.Gap(c, from, int(lost))
	}
}

// confirmed gives up waiting for what the peer says it has received: it was
// not captured.
func (t *Table) confirmed(c *Conn, from Side, p *packet.Packet) {
	e := &c.Ends[from]
	s := &e.stream
	for s.next < s.acked {
		to := s.acked
		if e.finished || s.acked == s.top+1 {
			to = min(to, s.top) // the number of the FIN, or of a keep-alive
		}
		if len(s.held) > 0 {
			to = min(to, s.held[0].from)
		}
		if to <= s.next {
			return
		}
		t.gap(c, from, to)
		s.top = max(s.top, s.next)
		t.advance(c, from, p)
	}
}

// drain hands out what waits when nothing more will come.
func (t *Table) drain(c *Conn, from Side) {
	s := &c.Ends[from].stream
	if len(s.held) == 0 {
		return
	}
	t.last = packet.Packet{Time: c.Last, Place: c.Place}
	for len(s.held) > 0 {
		t.skip(c, from)
		t.advance(c, from, &t.last)
	}
}

// stackOf reads the header of a SYN.
func stackOf(p *packet.Packet) Stack {
	s := Stack{TTL: p.TTL, Window: p.Window}
	for o := p.Options; len(o) > 0 && o[0] != 0; {
		if o[0] == 1 {
			o = o[1:]
			continue
		}
		if len(o) < 2 || o[1] < 2 || int(o[1]) > len(o) {
			break
		}
		switch value := o[2:o[1]]; {
		case o[0] == 2 && len(value) == 2:
			s.MSS = binary.BigEndian.Uint16(value)
		case o[0] == 3 && len(value) == 1:
			s.Scale, s.Scaled = value[0], true
		case o[0] == 4:
			s.SACK = true
		case o[0] == 8:
			s.Timestamp = true
		}
		o = o[o[1]:]
	}
	return s
}
