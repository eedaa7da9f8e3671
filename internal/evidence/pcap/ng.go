package pcap

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"seawall/internal/evidence/pcap/packet"
)

// Block types of pcapng (draft-ietf-opsawg-pcapng).
const (
	ngSection   = 0x0a0d0d0a
	ngInterface = 1
	ngObsolete  = 2 // packet block
	ngSimple    = 3
	ngEnhanced  = 6
)

// maxBlock is the longest block that is believed.
const maxBlock = 32 << 20

// maxInterfaces bounds what one section may declare.
const maxInterfaces = 1 << 16

// ng reads pcapng: blocks in sections, each with its own byte order and list
// of interfaces.
type ng struct {
	order      binary.ByteOrder
	interfaces []networkInterface
}

type networkInterface struct {
	link   uint32
	snap   uint32
	ticks  clock
	offset int64 // seconds
	fcs    int
}

// clock says how many units make a second.
type clock struct{ perSecond uint64 }

// nanoseconds converts a time stamp; 0 if it does not fit.
func (k clock) nanoseconds(stamp uint64) int64 {
	seconds, rest := stamp/k.perSecond, stamp%k.perSecond
	const most = math.MaxInt64/1_000_000_000 - 1
	if seconds > most {
		return 0
	}
	high, low := bits.Mul64(rest, 1e9)
	fraction, _ := bits.Div64(high, low, k.perSecond) // rest is less than perSecond
	return int64(seconds)*1e9 + int64(fraction)
}

func ngOrder(magic []byte) (binary.ByteOrder, bool) {
	switch binary.BigEndian.Uint32(magic) {
	case 0x1a2b3c4d:
		return binary.BigEndian, true
	case 0x4d3c2b1a:
		return binary.LittleEndian, true
	}
	return nil, false
}

// read takes whole blocks from the front of b, as [classic.read] does packets.
func (f *ng) read(b []byte, at int64, c *capture) (n int) {
	for {
		rest := b[n:]
		if len(rest) < 12 {
			return n
		}
		kind := binary.BigEndian.Uint32(rest)
		if kind == ngSection {
			order, ok := ngOrder(rest[8:])
			if !ok {
				c.broken(at+int64(n), "a section's byte order is unknown")
				return len(b)
			}
			f.order, f.interfaces = order, f.interfaces[:0]
		}
		if f.order == nil {
			c.broken(at+int64(n), "no section header")
			return len(b)
		}
		kind = f.order.Uint32(rest)
		size := int(f.order.Uint32(rest[4:]))
		if size < 12 || size > maxBlock {
			skipped := f.resync(rest, at+int64(n), c)
			if skipped == 0 {
				return n
			}
			n += skipped
			continue
		}
		padded := (size + 3) &^ 3
		if len(rest) < size {
			return n
		}
		f.block(kind, rest[:size], at+int64(n), c)
		n += min(padded, len(rest))
	}
}

// resync looks for the next section after a block whose length makes no sense.
func (f *ng) resync(b []byte, at int64, c *capture) int {
	if len(b) < resyncWindow && !c.last {
		return 0
	}
	for i := 4; i+12 <= len(b); i += 4 {
		size := int(f.order.Uint32(b[i+4:]))
		if kind := f.order.Uint32(b[i:]); kind != ngEnhanced && kind != ngSection || size < 28 || size > maxFrame || i+size > len(b) || size%4 != 0 {
			continue
		}
		if int(f.order.Uint32(b[i+size-4:])) != size {
			continue
		}
		c.lost(at, fmt.Sprintf("a block's length is wrong; %d bytes passed over", i))
		return i
	}
	c.lost(at, fmt.Sprintf("a block's length is wrong, and no other block is near; %d bytes passed over", len(b)))
	return len(b)
}

func (f *ng) block(kind uint32, b []byte, at int64, c *capture) {
	body := b[8 : len(b)-4]
	switch kind {
	case ngInterface:
		f.declare(body, at, c)
	case ngEnhanced:
		if len(body) < 20 {
			c.lost(at, "a packet block is too short")
			return
		}
		stamp := uint64(f.order.Uint32(body[4:]))<<32 | uint64(f.order.Uint32(body[8:]))
		f.packet(f.order.Uint32(body), stamp, body[12:], b, at, c)
	case ngObsolete:
		if len(body) < 20 {
			c.lost(at, "a packet block is too short")
			return
		}
		stamp := uint64(f.order.Uint32(body[4:]))<<32 | uint64(f.order.Uint32(body[8:]))
		f.packet(uint32(f.order.Uint16(body)), stamp, body[12:], b, at, c)
	case ngSimple:
		f.simple(body, b, at, c)
	}
}

// declare takes an interface description block.
func (f *ng) declare(body []byte, at int64, c *capture) {
	if len(body) < 8 || len(f.interfaces) >= maxInterfaces {
		c.lost(at, "an interface block is too short, or there are too many")
		return
	}
	i := networkInterface{link: uint32(f.order.Uint16(body)), snap: f.order.Uint32(body[4:]), ticks: clock{1e6}}
	for o := body[8:]; len(o) >= 4; {
		code, size := f.order.Uint16(o), int(f.order.Uint16(o[2:]))
		if code == 0 || size > len(o)-4 {
			break
		}
		f.option(&i, code, o[4:4+size])
		o = o[min(4+(size+3)&^3, len(o)):]
	}
	if !packet.Known(i.link) {
		c.lost(at, fmt.Sprintf("interface %d: link type %d is not read", len(f.interfaces), i.link))
	}
	f.interfaces = append(f.interfaces, i)
}

// option reads what matters of an interface's options.
func (f *ng) option(i *networkInterface, code uint16, value []byte) {
	switch {
	case code == 9 && len(value) >= 1: // if_tsresol: a power of ten, or of two
		exponent := value[0] & 0x7f
		switch {
		case value[0]&0x80 != 0 && exponent < 64:
			i.ticks.perSecond = 1 << exponent
		case value[0]&0x80 == 0 && exponent < 20:
			i.ticks.perSecond = 1
			for range exponent {
				i.ticks.perSecond *= 10
			}
		}
	case code == 13 && len(value) >= 1: // if_fcslen, in bits
		i.fcs = int(value[0]) / 8
	case code == 14 && len(value) >= 8: // if_tsoffset
		i.offset = int64(f.order.Uint64(value))
	}
}

// packet takes a packet whose two lengths and data are in body.
func (f *ng) packet(number uint32, stamp uint64, body, whole []byte, at int64, c *capture) {
	if int64(number) >= int64(len(f.interfaces)) {
		c.lost(at, fmt.Sprintf("a packet of interface %d, which nothing describes", number))
		return
	}
	i := &f.interfaces[number]
	captured, size := f.order.Uint32(body), f.order.Uint32(body[4:])
	if int64(captured) > int64(len(body)-8) {
		c.lost(at, "a packet is longer than its block")
		captured = uint32(len(body) - 8)
	}
	time := i.ticks.nanoseconds(stamp)
	if i.offset > -(1<<33) && i.offset < 1<<33 {
		time += i.offset * 1e9
	}
	frame := body[8 : 8+captured]
	if i.fcs > 0 && captured == size {
		frame = frame[:max(len(frame)-i.fcs, 0)]
		size = uint32(len(frame))
	}
	c.frame(i.link, frame, int(size), time, at, whole)
}

// simple takes a packet without a time, of the first interface.
func (f *ng) simple(body, whole []byte, at int64, c *capture) {
	if len(body) < 4 || len(f.interfaces) == 0 {
		c.lost(at, "a packet of an interface that nothing describes")
		return
	}
	size := f.order.Uint32(body)
	captured := min(int64(size), int64(len(body)-4))
	if snap := int64(f.interfaces[0].snap); snap > 0 {
		captured = min(captured, snap)
	}
	c.frame(f.interfaces[0].link, body[4:4+captured], int(size), c.time, at, whole)
}
