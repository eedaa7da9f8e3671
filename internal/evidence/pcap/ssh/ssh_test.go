package ssh

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

func hello(banner string, lists ...string) []byte {
	payload := append([]byte{20}, make([]byte, 16)...)
	for i := range 10 {
		text := ""
		if i < len(lists) {
			text = lists[i]
		}
		payload = append(binary.BigEndian.AppendUint32(payload, uint32(len(text))), text...)
	}
	payload = append(payload, 0, 0, 0, 0, 0)
	padding := 6
	b := binary.BigEndian.AppendUint32([]byte(banner), uint32(1+len(payload)+padding))
	return append(append(append(b, byte(padding)), payload...), make([]byte, padding)...)
}

func TestBannersAndKeyExchangesAreRead(t *testing.T) {
	stream := hello("a line before\r\nSSH-2.0-test_1\r\n", "kex1,kex2", "rsa", "out1,out2", "in1", "mac1", "mac2", "none", "zlib")
	for size := 1; size < len(stream)+1; size += 5 {
		var s Side
		for at := 0; at < len(stream); at += size {
			s.Feed(stream[at:min(at+size, len(stream))], false)
		}
		want := fmt.Sprintf("%x", md5.Sum([]byte("kex1,kex2;out1,out2;mac1;none")))
		if string(s.Banner) != "SSH-2.0-test_1" || !s.Init || string(s.HASSH) != want || !s.Done {
			t.Fatalf("pieces of %d: %q %v %s", size, s.Banner, s.Init, s.HASSH)
		}
	}
	var server Side
	server.Feed(stream, true)
	if want := fmt.Sprintf("%x", md5.Sum([]byte("kex1,kex2;in1;mac2;zlib"))); string(server.HASSH) != want {
		t.Errorf("%s", server.HASSH)
	}
	if got := Agreed([]byte("b,a"), []byte("a,c,b")); string(got) != "b" {
		t.Errorf("%s", got)
	}
}

func TestBannersWithoutEndAreGivenUp(t *testing.T) {
	var s Side
	for range 100 {
		s.Feed([]byte("SSH-2.0-"+strings.Repeat("x", 1000)), false)
	}
	if !s.Done || s.buf != nil {
		t.Errorf("%d bytes kept", len(s.buf))
	}
}

func FuzzSide(f *testing.F) {
	f.Add(hello("SSH-2.0-x\r\n", "a", "b", "c"), 10)
	f.Fuzz(func(_ *testing.T, b []byte, size int) {
		var s Side
		for at, step := 0, max(size&0xff, 1); at < len(b); at += step {
			s.Feed(b[at:min(at+step, len(b))], true)
		}
	})
}
