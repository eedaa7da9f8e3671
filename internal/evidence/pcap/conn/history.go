package conn

import "seawall/internal/evidence/pcap/packet"

// Bits of Endpoint.seen: letters that a history has once for each side.
const (
	seenSYN = 1 << iota
	seenFIN
	seenRST
	seenData
	seenACK
	seenMixed
	seenOdd
)

// note adds a letter once for each side: in upper case for the originator.
func (c *Conn) note(from Side, bit uint8, letter byte) {
	e := &c.Ends[from]
	if e.seen&bit == 0 {
		e.seen |= bit
		c.letter(from, letter)
	}
}

// noteOften adds a letter for the first, tenth, hundredth… time.
func (c *Conn) noteOften(from Side, count *int32, letter byte) {
	*count++
	switch *count {
	case 1, 10, 100, 1000, 10000, 100000, 1000000:
		c.letter(from, letter)
	}
}

func (c *Conn) letter(from Side, letter byte) {
	if c.nHistory == len(c.history) {
		return
	}
	if from == Responder {
		letter |= 0x20
	}
	c.history[c.nHistory] = letter
	c.nHistory++
}

// noteTCP adds what the flags of a packet tell.
func (c *Conn) noteTCP(from Side, p *packet.Packet) {
	const syn, fin, rst = packet.SYN, packet.FIN, packet.RST
	switch p.Flags & (syn | fin | rst) {
	case 0:
		if p.Size > 0 {
			c.note(from, seenData, 'D')
		} else if p.Flags&packet.ACK != 0 {
			c.note(from, seenACK, 'A')
		}
	case syn:
		if p.Flags&packet.ACK != 0 {
			c.note(from, seenSYN, 'H')
		} else {
			c.note(from, seenSYN, 'S')
		}
	case fin:
		if p.Size > 0 {
			c.note(from, seenData, 'D')
		}
		c.note(from, seenFIN, 'F')
	case rst:
		c.note(from, seenRST, 'R')
	case fin | rst:
		c.note(from, seenMixed, 'I')
	default:
		c.note(from, seenOdd, 'Q')
	}
}
