package tls

import (
	"crypto/md5"
	"encoding/hex"
	"strconv"
)

// grease reports whether v is one of the values that clients offer to keep
// servers tolerant (RFC 8701).
func grease(v uint16) bool { return v&0x0f0f == 0x0a0a && v>>8 == v&0xff }

// Fingerprinter makes fingerprints. It keeps buffers between calls; what it
// returns is valid until the next.
type Fingerprinter struct {
	text   []byte
	sum    [16]byte
	out    []byte
	sorted []uint16
}

func appendNumbers(dst []byte, list []uint16) []byte {
	first := true
	for _, v := range list {
		if grease(v) {
			continue
		}
		if !first {
			dst = append(dst, '-')
		}
		first = false
		dst = strconv.AppendUint(dst, uint64(v), 10)
	}
	return dst
}

func (f *Fingerprinter) md5() []byte {
	f.sum = md5.Sum(f.text)
	f.out = hex.AppendEncode(f.out[:0], f.sum[:])
	return f.out
}

// JA3 returns the fingerprint of a client, and JA3Text what it is the MD5 of.
func (f *Fingerprinter) JA3(h *ClientHello) []byte {
	f.text = h.appendJA3(f.text[:0])
	return f.md5()
}

func (h *ClientHello) appendJA3(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(h.Version), 10)
	b = appendNumbers(append(b, ','), h.Ciphers)
	b = appendNumbers(append(b, ','), h.Extensions)
	b = appendNumbers(append(b, ','), h.Groups)
	b = append(b, ',')
	for i, format := range h.PointFormats {
		if i > 0 {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(format), 10)
	}
	return b
}

// JA3S returns the fingerprint of a server's answer.
func (f *Fingerprinter) JA3S(h *ServerHello) []byte {
	f.text = h.appendJA3S(f.text[:0])
	return f.md5()
}

func (h *ServerHello) appendJA3S(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(h.Version), 10)
	b = strconv.AppendUint(append(b, ','), uint64(h.Cipher), 10)
	b = append(b, ',')
	for i, v := range h.Extensions {
		if i > 0 {
			b = append(b, '-')
		}
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	return b
}
