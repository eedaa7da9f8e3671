package quic

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"testing"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("bug: test data: " + err.Error())
	}
	return b
}

// The values are those of RFC 9001 appendix A.1 and RFC 9369 appendix A.1.
func TestKeysAreThoseOfTheSpecifications(t *testing.T) {
	id := unhex("8394c8f03e515708")
	f := func(version uint32, side int, iv string) {
		t.Helper()
		client, server := derive(version, id)
		k := []*keys{client, server}[side]
		if got := hex.EncodeToString(k.iv[:]); got != iv {
			t.Errorf("version %x, side %d: iv %s, want %s", version, side, got, iv)
		}
	}
	f(Version1, Client, "fa044b2f42a3fd3b46fb255c")
	f(Version1, Server, "0ac1493ca1905853b0bba03e")
	f(Version2, Client, "91f73e2351d8fa91660e909f")
	// The mask of RFC 9001 appendix A.2 holds the key for header protection too.
	client, _ := derive(Version1, id)
	var mask [16]byte
	client.mask.Encrypt(mask[:], unhex("d1b1c98dd7689fb8ec11d242b123dc9b"))
	if got := hex.EncodeToString(mask[:5]); got != "437b9aec36" {
		t.Errorf("mask %s", got)
	}
}

// seal makes an Initial packet of frames.
func seal(version uint32, side int, id, destination []byte, number byte, frames []byte) []byte {
	client, server := derive(version, id)
	k := []*keys{client, server}[side]
	first := byte(0xc0)
	if version == Version2 {
		first = 0xd0
	}
	b := []byte{first, byte(version >> 24), byte(version >> 16), byte(version >> 8), byte(version), byte(len(destination))}
	b = append(append(b, destination...), 0, 0) // no source id, no token
	for len(frames) < 4 {
		frames = append(frames, 0)
	}
	size := 1 + len(frames) + 16
	b = append(b, 0x40|byte(size>>8), byte(size))
	at := len(b)
	b = append(b, number)
	nonce := k.iv
	nonce[11] ^= number
	b = k.packet.Seal(b, nonce[:], frames, b)
	var mask [16]byte
	k.mask.Encrypt(mask[:], b[at+4:at+20])
	b[0] ^= mask[0] & 0x0f
	b[at] ^= mask[1]
	return b
}

func crypto(offset int, data []byte) []byte {
	b := []byte{6, 0x40 | byte(offset>>8), byte(offset), 0x40 | byte(len(data)>>8), byte(len(data))}
	return append(b, data...)
}

func TestHandshakesAreOpenedInWhateverPiecesTheyCome(t *testing.T) {
	body := bytes.Repeat([]byte("client hello "), 100)
	message := append([]byte{1, 0, byte(len(body) >> 8), byte(len(body))}, body...)
	for _, version := range []uint32{Version1, Version2, 0xff00001d} {
		id := []byte("8 bytes.")
		ack := []byte{2, 5, 0, 1, 0, 0, 0}
		packets := [][]byte{
			seal(version, Client, id, id, 1, append([]byte{1, 0, 0}, crypto(900, message[900:])...)),
			seal(version, Client, id, id, 0, append(crypto(400, message[400:900]), crypto(0, message[:300])...)),
			seal(version, Client, id, id, 2, append(ack, crypto(250, message[250:450])...)),
		}
		var c Connection
		var got []string
		take := func(kind byte, body []byte) { got = append(got, fmt.Sprintf("%d %x", kind, body)) }
		for _, p := range packets {
			if !Looks(p) || !c.Datagram(Client, p, take) {
				t.Fatalf("version %x: not opened", version)
			}
		}
		if want := fmt.Sprintf("[1 %x]", body); fmt.Sprint(got) != want {
			t.Errorf("version %x: %s", version, got)
		}
		got = nil
		reply := []byte{2, 0, 0, 2, 3, 3}
		if !c.Datagram(Server, append(seal(version, Server, id, nil, 0, crypto(0, reply)), 0x40, 1, 2, 3), take) || fmt.Sprint(got) != "[2 0303]" {
			t.Errorf("version %x: the server's answer is %s", version, got)
		}
	}
}

func TestDatagramsThatAreNoQUICAreNotTakenForIt(t *testing.T) {
	for _, b := range [][]byte{nil, bytes.Repeat([]byte{0xff}, 40), []byte("\xc0\x00\x00\x00\x01\xff-------------------------"), []byte("HTTP/1.1 200 OK, and so on")} {
		if Looks(b) {
			t.Errorf("%q", b)
		}
	}
}

func FuzzDatagram(f *testing.F) {
	id := []byte("8 bytes.")
	f.Add(seal(Version1, Client, id, id, 0, crypto(0, []byte{1, 0, 0, 1, 9})))
	f.Add(seal(Version2, Client, id, id, 0, crypto(0, []byte{1, 0, 0, 1, 9})))
	f.Fuzz(func(_ *testing.T, b []byte) {
		var c Connection
		c.Datagram(Client, b, func(byte, []byte) {})
		c.Datagram(Server, b, func(byte, []byte) {})
		c.frames = append(c.frames[:0], b...) // as if it had been encrypted
		c.collect(Client, func(byte, []byte) {})
	})
}
