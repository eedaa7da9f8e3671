// Package pcaptest makes captures for tests, packet by packet.
package pcaptest

import (
	"encoding/binary"
	"net/netip"
)

// Start is the time of the first packet, nanoseconds since 1970 UTC.
const Start = int64(1_790_000_000e9)

// Packet is one packet of a capture.
type Packet struct {
	Time int64 // nanoseconds since Start
	Data []byte
	Size int // on the wire; 0 all of Data
}

// Classic makes a file of libpcap's format with microseconds.
func Classic(order binary.AppendByteOrder, magic, link uint32, packets ...Packet) []byte {
	b := order.AppendUint32(nil, magic)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 4)
	b = order.AppendUint32(b, 0)
	b = order.AppendUint32(b, 0)
	b = order.AppendUint32(b, 262144)
	b = order.AppendUint32(b, link)
	for _, p := range packets {
		at := Start + p.Time
		fraction := at % 1e9
		if magic != 0xa1b23c4d {
			fraction /= 1000
		}
		b = order.AppendUint32(b, uint32(at/1e9))
		b = order.AppendUint32(b, uint32(fraction))
		b = order.AppendUint32(b, uint32(len(p.Data)))
		b = order.AppendUint32(b, uint32(max(p.Size, len(p.Data))))
		if magic == 0xa1b2cd34 {
			b = append(b, make([]byte, 8)...)
		}
		b = append(b, p.Data...)
	}
	return b
}

// Capture makes an ordinary capture of Ethernet frames.
func Capture(packets ...Packet) []byte {
	return Classic(binary.LittleEndian, 0xa1b2c3d4, 1, packets...)
}

// Block makes a block of pcapng.
func Block(order binary.AppendByteOrder, kind uint32, body []byte) []byte {
	size := uint32(12 + (len(body)+3)&^3)
	b := order.AppendUint32(nil, kind)
	b = order.AppendUint32(b, size)
	b = append(b, body...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return order.AppendUint32(b, size)
}

// Section makes the header of a section of pcapng.
func Section(order binary.AppendByteOrder) []byte {
	body := order.AppendUint32(nil, 0x1a2b3c4d)
	body = order.AppendUint16(body, 1)
	body = order.AppendUint16(body, 0)
	body = append(body, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	return Block(order, 0x0a0d0d0a, body)
}

// Interface makes an interface description with options.
func Interface(order binary.AppendByteOrder, link uint16, options []byte) []byte {
	body := order.AppendUint16(nil, link)
	body = order.AppendUint16(body, 0)
	body = order.AppendUint32(body, 262144)
	return Block(order, 1, append(body, options...))
}

// Option makes an option of a block.
func Option(order binary.AppendByteOrder, code uint16, value ...byte) []byte {
	b := order.AppendUint16(nil, code)
	b = order.AppendUint16(b, uint16(len(value)))
	b = append(b, value...)
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

// Enhanced makes an enhanced packet block.
func Enhanced(order binary.AppendByteOrder, number uint32, stamp uint64, data []byte) []byte {
	body := order.AppendUint32(nil, number)
	body = order.AppendUint32(body, uint32(stamp>>32))
	body = order.AppendUint32(body, uint32(stamp))
	body = order.AppendUint32(body, uint32(len(data)))
	body = order.AppendUint32(body, uint32(len(data)))
	return Block(order, 6, append(body, data...))
}

// Ethernet puts a frame around a packet.
func Ethernet(kind uint16, payload []byte) []byte {
	b := []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1}
	return append(binary.BigEndian.AppendUint16(b, kind), payload...)
}

// IP puts an IPv4 or IPv6 header before a payload, after the family of source.
func IP(source, destination string, protocol byte, payload []byte) []byte {
	s, d := netip.MustParseAddr(source), netip.MustParseAddr(destination)
	if s.Is6() {
		b := []byte{0x60, 0, 0, 0}
		b = binary.BigEndian.AppendUint16(b, uint16(len(payload)))
		b = append(b, protocol, 64)
		return append(append(append(b, s.AsSlice()...), d.AsSlice()...), payload...)
	}
	b := []byte{0x45, 0}
	b = binary.BigEndian.AppendUint16(b, uint16(20+len(payload)))
	b = append(b, 0, 1, 0, 0, 64, protocol, 0, 0)
	return append(append(append(b, s.AsSlice()...), d.AsSlice()...), payload...)
}

// UDP puts a UDP header before a payload.
func UDP(source, destination uint16, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, source)
	b = binary.BigEndian.AppendUint16(b, destination)
	b = binary.BigEndian.AppendUint16(b, uint16(8+len(payload)))
	return append(append(b, 0, 0), payload...)
}

// TCP puts a TCP header before a payload.
func TCP(source, destination uint16, seq, ack uint32, flags byte, payload []byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, source)
	b = binary.BigEndian.AppendUint16(b, destination)
	b = binary.BigEndian.AppendUint32(b, seq)
	b = binary.BigEndian.AppendUint32(b, ack)
	return append(append(b, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0), payload...)
}

// Datagram makes a frame that holds a UDP datagram over IPv4.
func Datagram(source, destination string, sourcePort, destinationPort uint16, payload []byte) []byte {
	return Ethernet(0x0800, IP(source, destination, 17, UDP(sourcePort, destinationPort, payload)))
}

// The addresses of a [Talk].
const (
	Client     = "10.1.2.3"
	Server     = "198.51.100.7"
	ClientPort = 50123
)

// Talk is a TCP connection between Client and Server.
type Talk struct {
	Port    uint16 // of the server
	Packets []Packet
	seq     [2]uint32
	now     int64
}

// NewTalk begins a connection with its handshake.
func NewTalk(port uint16) *Talk {
	t := &Talk{Port: port, seq: [2]uint32{1000, 9000}}
	t.send(0, 0x02, nil)
	t.seq[0]++
	t.send(1, 0x12, nil)
	t.seq[1]++
	t.send(0, 0x10, nil)
	return t
}

func (t *Talk) send(side int, flags byte, payload []byte) {
	addresses, ports := [2]string{Client, Server}, [2]uint16{ClientPort, t.Port}
	segment := TCP(ports[side], ports[1-side], t.seq[side], t.seq[1-side], flags, payload)
	t.Packets = append(t.Packets, Packet{Time: t.now, Data: Ethernet(0x0800, IP(addresses[side], addresses[1-side], 6, segment))})
	t.now += 1e6
	t.seq[side] += uint32(len(payload))
}

// Say sends bytes from a side, 0 the client, in segments of at most size.
func (t *Talk) Say(side int, data []byte, size int) {
	for len(data) > 0 {
		n := min(size, len(data))
		t.send(side, 0x18, data[:n])
		data = data[n:]
	}
}

// Wait lets time pass, in nanoseconds.
func (t *Talk) Wait(d int64) { t.now += d }

// Bye ends the connection from both sides.
func (t *Talk) Bye() {
	for side := range 2 {
		t.send(side, 0x11, nil)
		t.seq[side]++
	}
	t.send(0, 0x10, nil)
}
