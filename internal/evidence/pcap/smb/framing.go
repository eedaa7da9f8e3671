package smb

// framing takes messages out of a stream: each has its length before it
// (RFC 1002 4.3.1). Of long messages only the beginning is kept.
type framing struct {
	header [4]byte
	have   int
	left   int // bytes of the message that are still to come
	buf    []byte
	lost   bool
}

// needed is how much of a message is read.
const needed = 8 << 10

// Looks reports whether a stream begins with an SMB message, or with the
// request for a NetBIOS session.
func Looks(b []byte) bool {
	if len(b) >= 8 && b[0] == 0 && (b[4] == 0xff || b[4] == 0xfe || b[4] == 0xfd) && b[5] == 'S' && b[6] == 'M' && b[7] == 'B' {
		return true
	}
	return len(b) >= 38 && b[0] == 0x81 && b[1] == 0 && b[2] == 0 && b[3] == 68 && b[4] == 32
}

// Feed takes bytes in order of one side: 0 is the client. It reports whether
// they make sense.
func (s *Session) Feed(side int, b []byte, t Taker) bool {
	f := &s.streams[side]
	for len(b) > 0 && !f.lost {
		if f.have < len(f.header) {
			n := copy(f.header[f.have:], b)
			f.have, b = f.have+n, b[n:]
			if f.have < len(f.header) {
				return true
			}
			f.left = int(f.header[1])<<16 | int(f.header[2])<<8 | int(f.header[3])
			f.buf = f.buf[:0]
			if kind := f.header[0]; kind != 0 && (kind < 0x81 || kind > 0x85) {
				f.lost = true
				return false
			}
			continue
		}
		if len(f.buf) == 0 && len(b) >= f.left { // whole, in one piece
			s.frame(f, side, b[:f.left], t)
			b = b[f.left:]
			f.have = 0
			continue
		}
		n := min(f.left, len(b))
		if keep := min(needed-len(f.buf), n); keep > 0 {
			f.buf = append(f.buf, b[:keep]...)
		}
		f.left, b = f.left-n, b[n:]
		if f.left == 0 {
			s.frame(f, side, f.buf, t)
			f.have = 0
		}
	}
	return !f.lost
}

// Gap takes note of n bytes of one side that were not captured.
func (s *Session) Gap(side, n int) {
	f := &s.streams[side]
	if f.have == len(f.header) && n < f.left {
		f.left -= n // what is left of the message is of no use
		f.buf = append(f.buf, make([]byte, min(n, max(needed-len(f.buf), 0)))...)
		return
	}
	f.lost = true
}

// Lost reports whether neither side can be read further.
func (s *Session) Lost() bool { return s.streams[0].lost && s.streams[1].lost }

func (s *Session) frame(f *framing, side int, b []byte, t Taker) {
	if f.header[0] != 0 || len(b) < 4 || b[1] != 'S' || b[2] != 'M' || b[3] != 'B' {
		return
	}
	switch b[0] {
	case 0xfe:
		s.two(side, b, t)
	case 0xff:
		s.one(side, b, t)
	case 0xfd:
		s.Encrypted = true
	}
}
