package rdp

import (
	"encoding/binary"
	"testing"
)

func tpkt(body []byte) []byte {
	b := []byte{3, 0, 0, 0}
	binary.BigEndian.PutUint16(b[2:], uint16(4+len(body)))
	return append(b, body...)
}

func request() []byte {
	rest := append([]byte("Cookie: mstshash=alice\r\n"), 1, 0, 8, 0, 3, 0, 0, 0)
	return tpkt(append([]byte{byte(6 + len(rest)), 0xe0, 0, 0, 0, 0, 0}, rest...))
}

func initial() []byte {
	core := make([]byte, 216)
	binary.LittleEndian.PutUint16(core, 0xc001)
	binary.LittleEndian.PutUint16(core[2:], 216)
	binary.LittleEndian.PutUint16(core[8:], 1920)
	binary.LittleEndian.PutUint16(core[10:], 1080)
	binary.LittleEndian.PutUint32(core[16:], 0x407)
	binary.LittleEndian.PutUint32(core[20:], 2600)
	copy(core[24:], "P\x00C\x001\x00")
	return tpkt(append([]byte("\x02\xf0\x80 mcs Duca\x81\x00"), core...))
}

func TestConnectionsAreRead(t *testing.T) {
	if b := request(); !Looks(b) {
		t.Fatal("not recognised")
	}
	var s Session
	for _, c := range append(request(), initial()...) {
		s.Feed(0, []byte{c})
	}
	s.Feed(1, tpkt([]byte{14, 0xd0, 0, 0, 0, 0, 0, 2, 0, 8, 0, 1, 0, 0, 0}))
	if s.Broken || s.Cookie != "alice" || s.Requested != 3 || s.Selected != 1 || !s.Core || s.Width != 1920 || s.Height != 1080 || s.Keyboard != 0x407 || s.Build != 2600 || string(s.Name) != "P\x00C\x001\x00" {
		t.Errorf("%+v", s)
	}
}

func FuzzSession(f *testing.F) {
	f.Add(request(), initial())
	f.Fuzz(func(_ *testing.T, client, server []byte) {
		var s Session
		s.Feed(0, client)
		s.Feed(1, server)
	})
}
