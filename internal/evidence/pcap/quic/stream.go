package quic

import "bytes"

// maxCrypto bounds how much of the handshake of one side is kept.
const maxCrypto = 16 << 10

// Stream puts together the CRYPTO frames of one side.
type Stream struct {
	data []byte
	have []span
	done int // bytes of messages handed out
}

type span struct{ from, to int }

// Connection opens the Initial packets of a connection.
type Connection struct {
	Version     uint32
	Destination []byte // the id that the client first chose for the server
	Source      []byte // the id that the client chose for itself
	Server      []byte // the id that the server chose for itself
	Retried     bool   // the server asked for a token
	sides       [2]Stream
	keys        [2]*keys
	frames      []byte
	scratch     []byte
}

// Client and Server number the sides.
const (
	Client = iota
	Server
)

// Datagram takes a datagram of one side and hands out the handshake messages
// that became whole. It reports whether the datagram holds an Initial packet
// that could be opened.
func (c *Connection) Datagram(side int, b []byte, message func(kind byte, body []byte)) (opened bool) {
	for len(b) > 0 {
		var h header
		if !h.parse(b) {
			return opened
		}
		switch h.kind {
		case initial:
			if c.initial(side, b, &h) {
				opened = true
				c.collect(side, message)
			}
		case retry: // the client begins again, with an id of the server's choice
			if side == Server && !c.Retried { // a second one is not heeded
				c.Retried, c.keys = true, [2]*keys{}
				c.Destination = bytes.Clone(h.source)
			}
			return opened
		}
		b = b[h.end:]
	}
	return opened
}

// initial decrypts an Initial packet into c.frames.
func (c *Connection) initial(side int, b []byte, h *header) bool {
	if salt(h.version) == nil {
		return false
	}
	if side == Client && (c.keys[Client] == nil || c.Version != h.version) {
		if c.keys[Client] == nil && !c.Retried {
			c.Destination, c.Source = bytes.Clone(h.destination), bytes.Clone(h.source)
		}
		c.Version = h.version
		c.keys[Client], c.keys[Server] = derive(h.version, c.firstID(h))
	}
	if side == Server && h.version != c.Version && c.keys[Server] != nil { // version negotiation in the handshake (RFC 9368)
		c.Version = h.version
		c.keys[Client], c.keys[Server] = derive(h.version, c.Destination)
	}
	if side == Server && len(c.Server) == 0 {
		c.Server = bytes.Clone(h.source)
	}
	var ok bool
	c.frames, c.scratch, ok = c.keys[side].open(c.frames[:0], c.scratch, b, h)
	if !ok && side == Client && !bytes.Equal(h.destination, c.Destination) { // a capture that begins after the first packet
		client, server := derive(h.version, h.destination)
		if c.frames, c.scratch, ok = client.open(c.frames[:0], c.scratch, b, h); ok {
			c.Version, c.Destination = h.version, bytes.Clone(h.destination)
			c.keys[Client], c.keys[Server] = client, server
		}
	}
	return ok
}

func (c *Connection) firstID(h *header) []byte {
	if len(c.Destination) > 0 && !c.Retried {
		return c.Destination
	}
	c.Destination = bytes.Clone(h.destination)
	return c.Destination
}

// collect takes the CRYPTO frames of a packet (RFC 9000 19).
func (c *Connection) collect(side int, message func(kind byte, body []byte)) {
	const padding, ping, ack, ackECN, crypto = 0, 1, 2, 3, 6
	s := &c.sides[side]
	for b := c.frames; len(b) > 0; {
		kind := b[0]
		b = b[1:]
		switch kind {
		case padding, ping:
		case ack, ackECN:
			if b = skipACK(b, kind == ackECN); b == nil {
				return
			}
		case crypto:
			offset, n := varint(b)
			size, m := varint(b[n:])
			if n == 0 || m == 0 || size > uint64(len(b)-n-m) {
				return
			}
			s.add(offset, b[n+m:n+m+int(size)])
			b = b[n+m+int(size):]
		default: // the connection is closed, or what does not belong here
			b = nil
		}
	}
	s.messages(message)
}

// skipACK passes over an ACK frame; nil if it is cut off.
func skipACK(b []byte, counts bool) []byte {
	var ranges uint64
	for i := range 4 { // largest, delay, count of ranges, first range
		v, n := varint(b)
		if n == 0 {
			return nil
		}
		if i == 2 {
			ranges = v
		}
		b = b[n:]
	}
	more := ranges * 2
	if ranges > 1<<16 {
		return nil
	}
	if counts {
		more += 3
	}
	for range more {
		_, n := varint(b)
		if n == 0 {
			return nil
		}
		b = b[n:]
	}
	if b == nil {
		b = []byte{}
	}
	return b
}

// add places a piece of the handshake.
func (s *Stream) add(offset uint64, piece []byte) {
	if offset > maxCrypto || int(offset)+len(piece) > maxCrypto || len(piece) == 0 {
		return
	}
	at, end := int(offset), int(offset)+len(piece)
	if len(s.data) < end {
		s.data = append(s.data, make([]byte, end-len(s.data))...)
	}
	copy(s.data[at:], piece)
	s.have = join(s.have, span{at, end})
}

// join adds a span to sorted ones, of which those that touch become one.
func join(spans []span, s span) []span {
	from := 0
	for from < len(spans) && spans[from].to < s.from {
		from++
	}
	to := from
	for to < len(spans) && spans[to].from <= s.to {
		s = span{min(s.from, spans[to].from), max(s.to, spans[to].to)}
		to++
	}
	rest := spans[to:]
	out := append(make([]span, 0, len(spans)+1), spans[:from]...)
	return append(append(out, s), rest...)
}

// messages hands out what is whole.
func (s *Stream) messages(message func(kind byte, body []byte)) {
	for len(s.have) > 0 && s.have[0].from == 0 {
		b := s.data[s.done:s.have[0].to]
		if len(b) < 4 {
			return
		}
		size := 4 + int(b[1])<<16 + int(b[2])<<8 + int(b[3])
		if len(b) < size {
			return
		}
		s.done += size
		message(b[0], b[4:size])
	}
}
