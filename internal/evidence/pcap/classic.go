package pcap

import (
	"encoding/binary"
	"fmt"

	"seawall/internal/evidence/pcap/packet"
)

// classic reads the format of libpcap: a header, then packets each with a
// header of its own.
type classic struct {
	opened bool
	order  binary.ByteOrder
	nano   bool
	header int // length of a packet's header
	link   uint32
	fcs    int // length of the checksum at the end of each frame
}

const classicFile = 24

// classicMagic tells byte order, resolution, and the length of packet headers.
func classicMagic(b []byte) (order binary.ByteOrder, nano bool, header int, ok bool) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		switch order.Uint32(b) {
		case 0xa1b2c3d4:
			return order, false, 16, true
		case 0xa1b23c4d:
			return order, true, 16, true
		case 0xa1b2cd34: // Kuznetzov's: interface, protocol and packet type besides
			return order, false, 24, true
		case 0xa1b2cd35: // a later one of his
			return order, false, 28, true
		}
	}
	return nil, false, 0, false
}

// maxFrame is the longest frame that is believed (libpcap's own bound is
// 256 KiB; loopback and USB have been seen with more).
const maxFrame = 4 << 20

// read takes whole packets from the front of b. It returns how many bytes it
// took; the rest is given again with what follows.
func (f *classic) read(b []byte, at int64, c *capture) (n int) {
	if !f.opened {
		if len(b) < classicFile {
			return 0
		}
		var ok bool
		if f.order, f.nano, f.header, ok = classicMagic(b); !ok {
			c.broken(at, "no pcap header")
			return len(b)
		}
		word := f.order.Uint32(b[20:])
		if f.link = word & 0x0fffffff; word&(1<<26) != 0 && f.link>>26 != 0 {
			f.link, f.fcs = word&0x03ffffff, int(word>>28)*2
		}
		f.opened = true
		if !packet.Known(f.link) {
			c.lost(at+20, fmt.Sprintf("link type %d is not read", f.link))
		}
		n = classicFile
	}
	for {
		rest := b[n:]
		if len(rest) < f.header {
			return n
		}
		captured, size := int(f.order.Uint32(rest[8:])), int(f.order.Uint32(rest[12:]))
		if captured > maxFrame || captured < 0 || !f.plausible(rest) {
			skipped := f.resync(rest, at+int64(n), c)
			if skipped == 0 {
				return n
			}
			n += skipped
			continue
		}
		if len(rest) < f.header+captured {
			return n
		}
		whole := rest[:f.header+captured]
		time := int64(f.order.Uint32(rest))*1e9 + int64(f.order.Uint32(rest[4:]))*f.unit()
		frame := whole[f.header:]
		if f.fcs > 0 && captured == size {
			frame = frame[:max(captured-f.fcs, 0)]
			size = len(frame)
		}
		c.frame(f.link, frame, size, time, at+int64(n), whole)
		n += len(whole)
	}
}

func (f *classic) unit() int64 {
	if f.nano {
		return 1
	}
	return 1000
}

// plausible reports whether b begins with the header of a packet, as far as
// one can tell: some writers leave the fraction of a second a little too big.
func (f *classic) plausible(b []byte) bool {
	captured, size := f.order.Uint32(b[8:]), f.order.Uint32(b[12:])
	limit := uint32(2e6)
	if f.nano {
		limit = 2e9
	}
	return f.order.Uint32(b[4:]) < limit && captured <= maxFrame && size <= 16*maxFrame
}

// resyncWindow is how far after a damaged header the next packet is looked for.
const resyncWindow = 256 << 10

// resync finds the next place in b where two headers follow each other. It
// returns how much to pass over, 0 to wait for more.
func (f *classic) resync(b []byte, at int64, c *capture) int {
	if len(b) < resyncWindow && !c.last {
		return 0
	}
	for i := 1; i+f.header <= len(b); i++ {
		if !f.follows(b[i:]) {
			continue
		}
		c.lost(at, fmt.Sprintf("a packet's header is damaged; %d bytes passed over", i))
		return i
	}
	c.lost(at, fmt.Sprintf("a packet's header is damaged, and no other is near; %d bytes passed over", len(b)))
	return len(b)
}

// follows reports whether b begins with a packet that another one follows.
func (f *classic) follows(b []byte) bool {
	if !f.plausible(b) {
		return false
	}
	captured, size, seconds := f.order.Uint32(b[8:]), f.order.Uint32(b[12:]), f.order.Uint32(b)
	next := f.header + int(captured)
	if captured == 0 || captured > size || seconds == 0 || len(b) < next+f.header || !f.plausible(b[next:]) {
		return false
	}
	later := f.order.Uint32(b[next:])
	return later-seconds < 3600 || seconds-later < 60
}
