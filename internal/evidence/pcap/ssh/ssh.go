// Package ssh reads what SSH says in clear: the banners, and the key exchange
// that fingerprints the software (RFC 4253), as HASSH does.
package ssh

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/hex"
)

// Side reads one direction.
type Side struct {
	Banner []byte // without the line end
	Init   bool   // KEXINIT was read
	HASSH  []byte
	Lists  [10][]byte // the name lists of KEXINIT, in its order
	Done   bool       // no more can be read

	buf []byte
}

// The name lists of KEXINIT.
const (
	KexAlgorithms = iota
	HostKeys
	CipherOut // client to server
	CipherIn
	MACOut
	MACIn
	CompressionOut
	CompressionIn
)

const (
	maxBanner = 8 << 10 // servers may say more before the banner
	maxPacket = 40 << 10
)

// Looks reports whether a stream begins with a banner.
func Looks(b []byte) bool { return len(b) >= 4 && string(b[:4]) == "SSH-" }

// Feed takes bytes in order.
func (s *Side) Feed(data []byte, server bool) {
	if s.Done {
		return
	}
	s.buf = append(s.buf, data...)
	if s.Banner == nil && !s.banner() {
		return
	}
	if len(s.buf) < 6 {
		return
	}
	size := int(binary.BigEndian.Uint32(s.buf))
	if size < 2 || size > maxPacket {
		s.end()
		return
	}
	if len(s.buf) < 4+size {
		return
	}
	const kexInit = 20
	padding := int(s.buf[4])
	if payload := s.buf[5 : 4+size]; len(payload) > padding && payload[0] == kexInit {
		s.exchange(payload[1:len(payload)-padding], server)
	}
	s.end()
}

func (s *Side) end() { s.Done, s.buf = true, nil }

// Buffered is how many bytes are kept.
func (s *Side) Buffered() int { return cap(s.buf) }

// Gap ends the reading.
func (s *Side) Gap() { s.end() }

// banner takes the banner off; lines before it are passed over.
func (s *Side) banner() bool {
	for {
		i := bytes.IndexByte(s.buf, '\n')
		if i < 0 {
			if len(s.buf) > maxBanner {
				s.end()
			}
			return false
		}
		line := bytes.TrimRight(s.buf[:i], "\r")
		rest := s.buf[i+1:]
		if Looks(line) {
			s.Banner = bytes.Clone(line[:min(len(line), 255)])
			s.buf = append(s.buf[:0], rest...)
			return true
		}
		s.buf = append(s.buf[:0], rest...)
	}
}

// exchange reads KEXINIT (RFC 4253 7.1).
func (s *Side) exchange(b []byte, server bool) {
	if len(b) < 16 {
		return
	}
	b = b[16:] // cookie
	for i := range s.Lists {
		if len(b) < 4 {
			return
		}
		size := binary.BigEndian.Uint32(b)
		if uint64(size) > uint64(len(b)-4) {
			return
		}
		s.Lists[i] = bytes.Clone(b[4 : 4+size])
		b = b[4+size:]
	}
	s.Init = true
	s.HASSH = fingerprint(s.Lists, server)
}

// fingerprint is HASSH, of servers hasshServer: the MD5 of the lists for key
// exchange and for what the side sends.
func fingerprint(lists [10][]byte, server bool) []byte {
	cipher, mac, compression := CipherOut, MACOut, CompressionOut
	if server {
		cipher, mac, compression = CipherIn, MACIn, CompressionIn
	}
	text := bytes.Join([][]byte{lists[KexAlgorithms], lists[cipher], lists[mac], lists[compression]}, []byte{';'})
	sum := md5.Sum(text)
	return hex.AppendEncode(nil, sum[:])
}

// Agreed returns the first name of the client's list that the server has too.
func Agreed(client, server []byte) []byte {
	for name := range bytes.SplitSeq(client, []byte{','}) {
		for other := range bytes.SplitSeq(server, []byte{','}) {
			if bytes.Equal(name, other) {
				return name
			}
		}
	}
	return nil
}
