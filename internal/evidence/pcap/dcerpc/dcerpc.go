// Package dcerpc reads the connection-oriented PDUs of DCE/RPC ([C706],
// [MS-RPCE]) as far as they say which operations are called.
package dcerpc

import "encoding/binary"

// PDU types.
const (
	Request      = 0
	Response     = 2
	Fault        = 3
	Bind         = 11
	BindAck      = 12
	AlterContext = 14
	AlterAck     = 15
	Auth3        = 16
)

const headerSize = 16

// header is the common header of a PDU.
type header struct {
	kind, flags byte
	little      bool
	size        int // of the fragment
	auth        int
	call        uint32
}

// Looks reports whether b begins with a PDU.
func Looks(b []byte) bool {
	return len(b) >= headerSize && b[0] == 5 && b[1] <= 1 && b[2] <= 19 && b[4]&0x0f == 0 && b[5] <= 3 && b[6] == 0 && b[7] == 0
}

func (h *header) parse(b []byte) bool {
	if !Looks(b) {
		return false
	}
	h.kind, h.flags, h.little = b[2], b[3], b[4]>>4 == 1
	o := h.order()
	h.size, h.auth, h.call = int(o.Uint16(b[8:])), int(o.Uint16(b[10:])), o.Uint32(b[12:])
	return h.size >= headerSize
}

func (h *header) order() binary.ByteOrder {
	if h.little {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

// Taker takes what the PDUs say.
type Taker interface {
	// Call takes a call: the interface and the number of the operation.
	Call(id uint32, i *Interface, operation uint16)
	// Return tells that a call came back; fault that it failed.
	Return(id uint32, fault bool)
	// Auth takes the token of an authentication, from either side.
	Auth(token []byte)
}

const maxContexts = 64

// Session is what is agreed on a connection or pipe: which interface each
// context means.
type Session struct {
	Address  string // that the server gave when it was bound to: a port, \\PIPE\\lsass
	contexts [maxContexts]context
	n        int
	partial  [2][]byte // by side: a PDU that is not whole
	skip     [2]int    // bytes of a long one that nobody needs
}

type context struct {
	id   uint16
	what *Interface
}

// needed is how much of a PDU is read: a bind with many contexts is longest.
const needed = 4096

// Feed takes bytes in order of one side. It reports whether they make sense.
func (s *Session) Feed(side int, b []byte, t Taker) bool {
	p := &s.partial[side]
	if len(*p) > 0 {
		*p = append(*p, b...)
		b = *p
	}
	for len(b) > 0 {
		if n := min(s.skip[side], len(b)); n > 0 {
			s.skip[side], b = s.skip[side]-n, b[n:]
			continue
		}
		var h header
		if len(b) >= headerSize && !h.parse(b) {
			*p = nil
			return false
		}
		if len(b) < headerSize || len(b) < min(h.size, needed) {
			break
		}
		n := min(h.size, len(b))
		s.pdu(&h, b[:n], t)
		s.skip[side], b = h.size-n, b[n:]
	}
	*p = append((*p)[:0], b...) // may overlap: append moves as copy does
	return true
}

// PDU takes one whole PDU, or as much of it as there is.
func (s *Session) PDU(b []byte, t Taker) bool {
	var h header
	if !h.parse(b) {
		return false
	}
	s.pdu(&h, b[:min(h.size, len(b))], t)
	return true
}

func (s *Session) pdu(h *header, b []byte, t Taker) {
	o := h.order()
	if h.auth > 0 && len(b) == h.size && h.size-h.auth >= headerSize {
		t.Auth(b[h.size-h.auth:])
	}
	const first = 1
	switch h.kind {
	case Bind, AlterContext:
		s.bind(b, o)
	case BindAck, AlterAck:
		s.address(b, o)
	case Request:
		if len(b) < 24 || h.flags&first == 0 {
			return
		}
		t.Call(h.call, s.meaning(o.Uint16(b[20:])), o.Uint16(b[22:]))
	case Response:
		if h.flags&first != 0 {
			t.Return(h.call, false)
		}
	case Fault:
		t.Return(h.call, true)
	}
}

// address reads where the server says that it listens.
func (s *Session) address(b []byte, o binary.ByteOrder) {
	if len(b) < 26 {
		return
	}
	size := int(o.Uint16(b[24:]))
	if size < 2 || size > 256 || len(b) < 26+size {
		return
	}
	s.Address = string(b[26 : 26+size-1]) // it ends with NUL
}

// bind reads the contexts that a client proposes.
func (s *Session) bind(b []byte, o binary.ByteOrder) {
	if len(b) < 28 {
		return
	}
	count := int(b[24])
	b = b[28:]
	for range count {
		if len(b) < 24 {
			return
		}
		id, syntaxes := o.Uint16(b), int(b[2])
		s.set(id, interfaceOf(b[4:20], o))
		size := 24 + 20*syntaxes
		if len(b) < size {
			return
		}
		b = b[size:]
	}
}

func (s *Session) set(id uint16, i *Interface) {
	for j := range s.n {
		if s.contexts[j].id == id {
			s.contexts[j].what = i
			return
		}
	}
	if s.n < maxContexts {
		s.contexts[s.n] = context{id, i}
		s.n++
	}
}

func (s *Session) meaning(id uint16) *Interface {
	for j := range s.n {
		if s.contexts[j].id == id {
			return s.contexts[j].what
		}
	}
	return nil
}
