// Package rdp reads how a remote desktop connection begins ([MS-RDPBCGR]):
// the cookie, the security that was agreed on, and what the client says of
// itself.
package rdp

import "encoding/binary"

// Looks reports whether a stream begins with a connection request of X.224.
func Looks(b []byte) bool {
	return len(b) >= 11 && b[0] == 3 && b[1] == 0 && int(b[2])<<8|int(b[3]) >= 11 && b[5]&0xf0 == 0xe0 && int(b[4]) >= 6 && int(b[4])+5 == int(b[2])<<8|int(b[3])
}

// Session is what is read of a connection.
type Session struct {
	Cookie       string
	Routing      bool
	Requested    uint32 // security protocols asked for
	HasRequest   bool
	Selected     uint32
	HasSelected  bool
	Failed       bool
	Failure      uint32
	Build        uint32 // of the client
	Name         []byte // of the client, UTF-16LE
	Product      []byte // digital product id, UTF-16LE
	Keyboard     uint32
	Width        uint16
	Height       uint16
	Core         bool // the client's core data was read
	Channels     []string
	partial      [2][]byte
	Done, Broken bool
}

const maxPacket = 16 << 10

// Feed takes bytes of one side; 0 is the client. It returns what follows the
// connection confirm if TLS begins there.
func (s *Session) Feed(side int, b []byte) {
	s.partial[side] = append(s.partial[side], b...)
	p := s.partial[side]
	for len(p) >= 4 && !s.Broken {
		size := int(p[2])<<8 | int(p[3])
		if p[0] != 3 || size < 7 || size > maxPacket {
			s.Broken = true
			break
		}
		if len(p) < size {
			break
		}
		s.packet(side, p[:size])
		p = p[size:]
	}
	s.partial[side] = append(s.partial[side][:0], p...)
	if len(p) > maxPacket {
		s.Broken = true
	}
}

func (s *Session) packet(side int, b []byte) {
	switch b[5] & 0xf0 {
	case 0xe0:
		if side == 0 && len(b) > 11 {
			s.request(b[11:])
		}
	case 0xd0:
		if side == 1 && len(b) >= 11 {
			s.confirm(b[11:])
		}
	case 0xf0:
		if side == 0 {
			s.initial(b)
		}
	}
}

// request reads the cookie and the protocols that the client can do.
func (s *Session) request(b []byte) {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != '\r' || b[i+1] != '\n' {
			continue
		}
		line := string(b[:i])
		const cookie, token = "Cookie: mstshash=", "Cookie: msts="
		switch {
		case len(line) > len(cookie) && line[:len(cookie)] == cookie:
			s.Cookie = line[len(cookie):]
		case len(line) > len(token) && line[:len(token)] == token:
			s.Routing = true
		}
		b = b[i+2:]
		break
	}
	if len(b) >= 8 && b[0] == 1 {
		s.Requested, s.HasRequest = binary.LittleEndian.Uint32(b[4:]), true
	}
}

func (s *Session) confirm(b []byte) {
	if len(b) < 8 {
		s.HasSelected = true // a server that knows only its own security
		return
	}
	switch b[0] {
	case 2:
		s.Selected, s.HasSelected = binary.LittleEndian.Uint32(b[4:]), true
	case 3:
		s.Failure, s.Failed = binary.LittleEndian.Uint32(b[4:]), true
	}
	s.Done = s.Selected != 0 // the rest is inside TLS
}

// initial finds the client's data blocks in an MCS Connect Initial: they
// follow the key "Duca".
func (s *Session) initial(b []byte) {
	for i := 0; i+8 < len(b); i++ {
		if string(b[i:i+4]) != "Duca" {
			continue
		}
		i += 5
		if b[i-1]&0x80 != 0 {
			i++
		}
		s.blocks(b[min(i, len(b)):])
		return
	}
}

func (s *Session) blocks(b []byte) {
	const core, network = 0xc001, 0xc003
	for len(b) >= 4 {
		kind, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if size < 4 || size > len(b) {
			return
		}
		body := b[4:size]
		switch {
		case kind == core && len(body) >= 56:
			s.Core = true
			s.Width, s.Height = binary.LittleEndian.Uint16(body[4:]), binary.LittleEndian.Uint16(body[6:])
			s.Keyboard, s.Build = binary.LittleEndian.Uint32(body[12:]), binary.LittleEndian.Uint32(body[16:])
			s.Name = upTo(body[20:52])
			if len(body) >= 206 {
				s.Product = upTo(body[142:206])
			}
		case kind == network && len(body) >= 4:
			s.channels(body)
		}
		b = b[size:]
	}
	s.Done = true
}

func (s *Session) channels(body []byte) {
	const most = 31
	n := min(int(binary.LittleEndian.Uint32(body)&0xff), most)
	for body = body[4:]; n > 0 && len(body) >= 12; n-- {
		end := 0
		for end < 8 && body[end] != 0 {
			end++
		}
		s.Channels = append(s.Channels, string(body[:end]))
		body = body[12:]
	}
}

// upTo returns UTF-16LE text up to its end, copied.
func upTo(b []byte) []byte {
	n := 0
	for n+1 < len(b) && (b[n] != 0 || b[n+1] != 0) {
		n += 2
	}
	return append([]byte(nil), b[:n]...)
}
