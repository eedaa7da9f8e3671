// Package quic opens the Initial packets of QUIC, whose keys anybody can make
// from the packet, and puts the CRYPTO frames in them together to the TLS
// handshake messages they carry (RFC 9000, 9001, 9369).
package quic

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
)

// Versions that are opened.
const (
	Version1 = 0x00000001
	Version2 = 0x6b3343cf
)

// header is that of a long packet, as far as it is in clear.
type header struct {
	version     uint32
	kind        byte // of the four types, as version 1 numbers them
	destination []byte
	source      []byte
	token       []byte
	number      int // where the packet number stands
	end         int // of the packet in the datagram
}

// The types of long packets.
const (
	initial = iota
	zeroRTT
	handshake
	retry
)

// Looks reports whether a datagram begins with a long packet of a version of
// QUIC that exists: 1, 2, drafts, Google's, or one that asks for negotiation.
func Looks(b []byte) bool {
	if len(b) < 20 || b[0]&0xc0 != 0xc0 {
		return false
	}
	version := binary.BigEndian.Uint32(b[1:])
	if salt(version) == nil && version>>8 != 0x513035 && version>>8 != 0x543035 && version&0x0f0f0f0f != 0x0a0a0a0a {
		return false
	}
	destination := int(b[5])
	return destination <= 20 && len(b) > 6+destination && b[6+destination] <= 20
}

// Version is the version of a long packet.
func Version(b []byte) uint32 {
	if len(b) < 5 || b[0]&0x80 == 0 {
		return 0
	}
	return binary.BigEndian.Uint32(b[1:])
}

// salt is what the keys of Initial packets are derived with; nil if the
// version is not known.
func salt(version uint32) []byte {
	switch {
	case version == Version1 || version >= 0xff000021 && version <= 0xff000022: // as drafts 33 and 34
		return []byte("\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a")
	case version == Version2:
		return []byte("\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9")
	case version >= 0xff00001d && version <= 0xff000020: // drafts 29 to 32
		return []byte("\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99")
	case version >= 0xff000017 && version <= 0xff00001c: // drafts 23 to 28
		return []byte("\xc3\xee\xf7\x12\xc7\x2e\xbb\x5a\x11\xa7\xd2\x43\x2b\xb4\x63\x65\xbe\xf9\xf5\x02")
	case version == 0xfaceb001 || version == 0xfaceb002: // Facebook's mvfst
		if version == 0xfaceb001 {
			return []byte("\xc3\xee\xf7\x12\xc7\x2e\xbb\x5a\x11\xa7\xd2\x43\x2b\xb4\x63\x65\xbe\xf9\xf5\x02")
		}
		return []byte("\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99")
	}
	return nil
}

// varint reads a number of variable length; n is 0 if it is cut off.
func varint(b []byte) (v uint64, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	n = 1 << (b[0] >> 6)
	if len(b) < n {
		return 0, 0
	}
	v = uint64(b[0] & 0x3f)
	for _, c := range b[1:n] {
		v = v<<8 | uint64(c)
	}
	return v, n
}

// parse reads the header of a long packet at the front of b.
func (h *header) parse(b []byte) bool {
	if len(b) < 7 || b[0]&0x80 == 0 {
		return false
	}
	h.version = binary.BigEndian.Uint32(b[1:])
	h.kind = b[0] >> 4 & 3
	if h.version == Version2 { // counts from one further
		h.kind = (h.kind + 3) & 3
	}
	at := 6 + int(b[5])
	if b[5] > 20 || len(b) <= at {
		return false
	}
	h.destination = b[6:at]
	end := at + 1 + int(b[at])
	if b[at] > 20 || len(b) < end {
		return false
	}
	h.source = b[at+1 : end]
	at, h.token = end, nil
	if h.kind == initial {
		size, n := varint(b[at:])
		if n == 0 || size > uint64(len(b)-at-n) {
			return false
		}
		h.token = b[at+n : at+n+int(size)]
		at += n + int(size)
	}
	if h.kind == retry {
		h.number, h.end = len(b), len(b)
		return true
	}
	size, n := varint(b[at:])
	if n == 0 || size > uint64(len(b)-at-n) {
		return false
	}
	h.number, h.end = at+n, at+n+int(size)
	return true
}

// keys opens the Initial packets of one side.
type keys struct {
	packet cipher.AEAD
	iv     [12]byte
	mask   cipher.Block
}

// expand derives a key as TLS 1.3 does (HKDF-Expand-Label of RFC 8446 7.1).
func expand(secret []byte, label string, size int) []byte {
	info := append([]byte{byte(size >> 8), byte(size), byte(6 + len(label))}, "tls13 "...)
	info = append(append(info, label...), 0)
	out, err := hkdf.Expand(sha256.New, secret, string(info), size)
	if err != nil { // only for sizes that are never asked for
		return make([]byte, size)
	}
	return out
}

// derive makes the keys of both sides from the id that the client first chose
// for the server.
func derive(version uint32, id []byte) (client, server *keys) {
	seed, err := hkdf.Extract(sha256.New, id, salt(version))
	if err != nil {
		return nil, nil
	}
	key, iv, hp := "quic key", "quic iv", "quic hp"
	if version == Version2 {
		key, iv, hp = "quicv2 key", "quicv2 iv", "quicv2 hp"
	}
	side := func(label string) *keys {
		secret := expand(seed, label, sha256.Size)
		k := &keys{}
		block, err := aes.NewCipher(expand(secret, key, 16))
		if err != nil {
			return nil
		}
		if k.packet, err = cipher.NewGCM(block); err != nil {
			return nil
		}
		copy(k.iv[:], expand(secret, iv, 12))
		if k.mask, err = aes.NewCipher(expand(secret, hp, 16)); err != nil {
			return nil
		}
		return k
	}
	return side("client in"), side("server in")
}

// open decrypts the packet at the front of b whose header is h. scratch is
// where the header is unprotected; the frames are appended to dst.
func (k *keys) open(dst, scratch, b []byte, h *header) (frames, kept []byte, ok bool) {
	if k == nil || h.number+4+16 > h.end {
		return dst, scratch, false
	}
	var mask [16]byte
	k.mask.Encrypt(mask[:], b[h.number+4:h.number+20])
	scratch = append(scratch[:0], b[:h.number+4]...)
	scratch[0] ^= mask[0] & 0x0f
	size := int(scratch[0]&3) + 1
	nonce := k.iv
	for i := range size {
		scratch[h.number+i] ^= mask[1+i]
		nonce[12-size+i] ^= scratch[h.number+i]
	}
	frames, err := k.packet.Open(dst, nonce[:], b[h.number+size:h.end], scratch[:h.number+size])
	return frames, scratch, err == nil
}
