// Package conn follows connections through packets: who talked to whom, how
// much, how it ended, and the bytes of streams in order.
package conn

import (
	"encoding/binary"
	"net/netip"

	"github.com/cespare/xxhash/v2"

	"seawall/internal/evidence/pcap/packet"
)

// Side is one end of a connection.
type Side uint8

// The sides.
const (
	Originator Side = 0
	Responder  Side = 1
)

// Other is the opposite side.
func (s Side) Other() Side { return 1 - s }

// Follower reads what a connection carries.
type Follower interface {
	// Data takes bytes of a stream in order, or one datagram. p is the packet
	// that completed them. Nothing may be kept.
	Data(c *Conn, from Side, data []byte, p *packet.Packet)
	// Gap tells that n bytes of a stream were not captured.
	Gap(c *Conn, from Side, n int)
	// End tells that nothing more comes.
	End(c *Conn)
}

// Sink takes connections.
type Sink interface {
	// Begin chooses who reads a connection, given the first payload; nil for
	// nobody.
	Begin(c *Conn, from Side, data []byte, p *packet.Packet) Follower
	// Tunnel takes a packet that was found in a tunnel, and returns an id for the
	// tunnel, for want of a connection that stands for it.
	Tunnel(p *packet.Packet) uint64
	// Closed takes a connection that is over, or given up. It must not keep c.
	Closed(c *Conn)
}

// Endpoint is one side of a connection.
type Endpoint struct {
	Address netip.Addr
	Port    uint16
	State   State
	Packets int64 // as captured
	IPBytes int64
	Bytes   int64 // of payload; of TCP see [Conn.Size]
	Missed  int64 // bytes of the stream not captured
	SYN     Stack // of TCP, if its SYN or SYN-ACK was seen

	seen     uint8 // bits of what the history has
	repeats  int32 // retransmissions
	zeroes   int32 // zero windows
	gaps     int32
	finished bool // a FIN was sent
	stream   stream
}

// Stack is what a SYN tells of the sender's TCP.
type Stack struct {
	TTL       uint8
	Scale     uint8
	Scaled    bool
	Timestamp bool
	SACK      bool
	Window    uint16
	MSS       uint16
}

// Conn is one connection, or the datagrams between two endpoints.
type Conn struct {
	Protocol    uint8
	VLAN        uint16
	Flipped     bool // the first packet seen came from the responder
	Open        bool // not over when the capture ended
	First, Last int64
	Place       packet.Place // of the first packet, as far as Quote holds it
	Quote       []byte       // how the first packet begins; empty if its bytes were not at hand
	Tunnel      string       // what it was found in
	Carries     string       // the tunnel that it is the outside of
	Parent      uint64       // id of the connection around it; 0 none
	Service     string       // application protocol as recognised
	Ends        [2]Endpoint
	// SynTrip is how long the responder took to answer the first packet, AckTrip
	// how long the originator of TCP took to confirm the SYN-ACK, in
	// nanoseconds; 0 unknown. SynAck is the time of the SYN-ACK.
	SynAck, SynTrip, AckTrip int64

	Follower Follower

	key      key
	id       uint64
	begun    bool // Sink.Begin was asked
	history  [28]byte
	nHistory int
}

// key identifies a connection whichever side a packet comes from.
type key struct {
	low, high         [16]byte
	lowPort, highPort uint16
	protocol          uint8
}

// keyOf returns the key of a packet, and whether its source is the low side.
func keyOf(p *packet.Packet, sourcePort, destinationPort uint16) (k key, low bool) {
	a, b := p.Source.As16(), p.Destination.As16()
	k.protocol = p.Protocol
	if less(&a, &b, sourcePort, destinationPort) {
		k.low, k.high, k.lowPort, k.highPort = a, b, sourcePort, destinationPort
		return k, true
	}
	k.low, k.high, k.lowPort, k.highPort = b, a, destinationPort, sourcePort
	return k, false
}

func less(a, b *[16]byte, aPort, bPort uint16) bool {
	a0, b0 := binary.BigEndian.Uint64(a[:8]), binary.BigEndian.Uint64(b[:8])
	if a0 != b0 {
		return a0 < b0
	}
	a1, b1 := binary.BigEndian.Uint64(a[8:]), binary.BigEndian.Uint64(b[8:])
	if a1 != b1 {
		return a1 < b1
	}
	return aPort <= bPort
}

// ID is the same for the same connection in every capture of it that begins
// with the same packet.
func (c *Conn) ID() uint64 {
	if c.id == 0 {
		var b [49]byte
		copy(b[:], c.key.low[:])
		copy(b[16:], c.key.high[:])
		binary.BigEndian.PutUint16(b[32:], c.key.lowPort)
		binary.BigEndian.PutUint16(b[34:], c.key.highPort)
		b[36] = c.Protocol
		binary.BigEndian.PutUint64(b[37:], uint64(c.First))
		c.id = max(xxhash.Sum64(b[:]), 1)
	}
	return c.id
}

// AppendUID writes the connection's id as sensors do: C and letters.
func AppendUID(dst []byte, id uint64) []byte {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	dst = append(dst, 'C')
	for range 11 {
		dst = append(dst, digits[id%62])
		id /= 62
	}
	return dst
}

// Size is how many bytes of payload a side sent, as the sequence numbers of
// TCP tell even if packets were lost.
func (c *Conn) Size(s Side) int64 {
	e := &c.Ends[s]
	if c.Protocol != packet.TCP {
		return e.Bytes
	}
	return e.stream.size(e.finished)
}

// Duration is the time between first and last packet.
func (c *Conn) Duration() int64 { return c.Last - c.First }

// History is what happened in order, a letter for each kind of event in each
// direction, as Zeek writes it.
func (c *Conn) History() []byte { return c.history[:c.nHistory] }
