package ntlm

import (
	"encoding/binary"
	"testing"
)

func message(kind uint32, fixed int, fields map[int]string, flags uint32, flagsAt int) []byte {
	b := make([]byte, fixed)
	copy(b, signature)
	binary.LittleEndian.PutUint32(b[8:], kind)
	binary.LittleEndian.PutUint32(b[flagsAt:], flags)
	for at := 0; at < fixed; at++ {
		if text, ok := fields[at]; ok {
			binary.LittleEndian.PutUint16(b[at:], uint16(len(text)))
			binary.LittleEndian.PutUint32(b[at+4:], uint32(len(b)))
			b = append(b, text...)
		}
	}
	return b
}

func authenticate() []byte {
	return message(Authenticate, 64, map[int]string{28: "CORP", 36: "alice", 44: "PC1"}, 0, 60)
}

func TestMessagesAreReadWhereverTheyStand(t *testing.T) {
	var m Message
	if b := Find(append([]byte("\x60\x80spnego"), authenticate()...)); b == nil || !m.Parse(b) || string(m.User) != "alice" || string(m.Domain) != "CORP" || string(m.Workstation) != "PC1" {
		t.Errorf("%+v", m)
	}
	target := "\x02\x00\x02\x00D\x00\x01\x00\x04\x00S\x001\x00\x03\x00\x02\x00s\x00\x00\x00\x00\x00"
	if b := message(Challenge, 48, map[int]string{40: target}, unicodeFlag, 20); !m.Parse(b) || string(m.NetBIOSComputer) != "S\x001\x00" || string(m.NetBIOSDomain) != "D\x00" || string(m.DNSComputer) != "s\x00" {
		t.Errorf("%+v", m)
	}
	if Find([]byte("nothing of the kind")) != nil {
		t.Error("found")
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(authenticate())
	f.Fuzz(func(_ *testing.T, b []byte) {
		var m Message
		m.Parse(b)
		m.Parse(Find(b))
	})
}
