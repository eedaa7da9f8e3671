// Package ntlm reads NTLM messages ([MS-NLMP]) wherever a protocol carries
// them.
package ntlm

import "encoding/binary"

// Message types.
const (
	Negotiate    = 1
	Challenge    = 2
	Authenticate = 3
)

// Message is what is read of a message. Slices are borrowed; texts are UTF-16LE
// if Unicode is set, else bytes of the code page in use.
type Message struct {
	Type                      uint32
	Unicode                   bool
	User, Domain, Workstation []byte // of Authenticate
	// Of Challenge, always UTF-16LE:
	NetBIOSComputer, NetBIOSDomain []byte
	DNSComputer, DNSDomain         []byte
	DNSTree                        []byte
}

const signature = "NTLMSSP\x00"

// Find returns the NTLM message in b, which may stand inside SPNEGO; nil if
// there is none.
func Find(b []byte) []byte {
	for i := 0; i+12 <= len(b); i++ {
		if b[i] == 'N' && string(b[i:i+8]) == signature {
			return b[i:]
		}
	}
	return nil
}

const unicodeFlag = 1

// Parse reads the message at the front of b.
func (m *Message) Parse(b []byte) bool {
	*m = Message{}
	if len(b) < 12 || string(b[:8]) != signature {
		return false
	}
	m.Type = binary.LittleEndian.Uint32(b[8:])
	switch m.Type {
	case Negotiate:
		return true
	case Challenge:
		if len(b) < 48 {
			return len(b) >= 32
		}
		m.Unicode = binary.LittleEndian.Uint32(b[20:])&unicodeFlag != 0
		m.target(field(b, 40))
		return true
	case Authenticate:
		if len(b) < 64 {
			return false
		}
		m.Unicode = binary.LittleEndian.Uint32(b[60:])&unicodeFlag != 0
		m.Domain, m.User, m.Workstation = field(b, 28), field(b, 36), field(b, 44)
		return true
	}
	return false
}

// field returns what the length and offset at a place of b point to.
func field(b []byte, at int) []byte {
	size, offset := int(binary.LittleEndian.Uint16(b[at:])), int64(binary.LittleEndian.Uint32(b[at+4:]))
	if offset+int64(size) > int64(len(b)) {
		return nil
	}
	return b[offset : offset+int64(size)]
}

// target reads the AV_PAIRs of a challenge ([MS-NLMP] 2.2.2.1).
func (m *Message) target(b []byte) {
	for len(b) >= 4 {
		kind, size := binary.LittleEndian.Uint16(b), int(binary.LittleEndian.Uint16(b[2:]))
		if kind == 0 || size > len(b)-4 {
			return
		}
		value := b[4 : 4+size]
		switch kind {
		case 1:
			m.NetBIOSComputer = value
		case 2:
			m.NetBIOSDomain = value
		case 3:
			m.DNSComputer = value
		case 4:
			m.DNSDomain = value
		case 5:
			m.DNSTree = value
		}
		b = b[4+size:]
	}
}
