package tls

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
)

// JA4 returns the JA4 fingerprint of a client (FoxIO's specification, BSD
// licence), valid until the next call.
func (f *Fingerprinter) JA4(h *ClientHello) []byte {
	b := f.ja4Head(h)
	f.sorted = withoutGrease(f.sorted[:0], h.Ciphers)
	slices.Sort(f.sorted)
	f.text = appendHexList(f.text[:0], f.sorted)
	b = appendHash(append(b, '_'), f.text)

	f.sorted = withoutGrease(f.sorted[:0], h.Extensions)
	f.sorted = slices.DeleteFunc(f.sorted, func(v uint16) bool { return v == extServerName || v == extALPN })
	slices.Sort(f.sorted)
	f.text = appendHexList(f.text[:0], f.sorted)
	if len(h.Signatures) > 0 {
		f.text = append(f.text, '_')
		f.sorted = withoutGrease(f.sorted[:0], h.Signatures)
		f.text = appendHexList(f.text, f.sorted)
	}
	b = appendHash(append(b, '_'), f.text)
	f.out = b
	return b
}

// ja4Head is the part in clear: transport, version, whether a server is named,
// how many ciphers and extensions, and the protocol.
func (f *Fingerprinter) ja4Head(h *ClientHello) []byte {
	b := f.out[:0]
	switch {
	case h.QUIC:
		b = append(b, 'q')
	case h.Datagram:
		b = append(b, 'd')
	default:
		b = append(b, 't')
	}
	b = append(b, ja4Version(h)...)
	if slices.Contains(h.Extensions, extServerName) {
		b = append(b, 'd')
	} else {
		b = append(b, 'i')
	}
	b = appendCount(b, h.Ciphers)
	b = appendCount(b, h.Extensions)
	return appendProtocol(b, h.ALPN)
}

func ja4Version(h *ClientHello) string {
	version := h.Version
	if slices.Contains(h.Extensions, extSupportedVersions) && len(h.Versions) > 0 {
		version = 0
		for _, v := range h.Versions {
			if !grease(v) && (version == 0 || newer(v, version)) {
				version = v
			}
		}
	}
	switch version {
	case 0x0304:
		return "13"
	case 0x0303:
		return "12"
	case 0x0302:
		return "11"
	case 0x0301:
		return "10"
	case 0x0300:
		return "s3"
	case 0x0002:
		return "s2"
	case 0xfeff:
		return "d1"
	case 0xfefd:
		return "d2"
	case 0xfefc:
		return "d3"
	}
	return "00"
}

// newer compares versions; those of DTLS count downwards.
func newer(a, b uint16) bool {
	if a >= 0xfe00 && b >= 0xfe00 {
		return a < b
	}
	return a > b
}

func appendCount(b []byte, list []uint16) []byte {
	n := 0
	for _, v := range list {
		if !grease(v) {
			n++
		}
	}
	n = min(n, 99)
	return append(b, byte('0'+n/10), byte('0'+n%10))
}

// appendProtocol writes the first and last character of the first protocol, or
// the first and last hexadecimal digit if one of them is no letter or digit.
// Where the first byte is not ASCII, FoxIO's own tool writes 99, against its
// specification; values in circulation come from the tool.
func appendProtocol(b, alpn []byte) []byte {
	if len(alpn) == 0 {
		return append(b, "00"...)
	}
	first, last := alpn[0], alpn[len(alpn)-1]
	if alphanumeric(first) && alphanumeric(last) {
		return append(b, first, last)
	}
	if first > 0x7f {
		return append(b, "99"...)
	}
	const digits = "0123456789abcdef"
	return append(b, digits[first>>4], digits[last&15])
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func withoutGrease(dst, list []uint16) []uint16 {
	for _, v := range list {
		if !grease(v) {
			dst = append(dst, v)
		}
	}
	return dst
}

func appendHexList(dst []byte, list []uint16) []byte {
	const digits = "0123456789abcdef"
	for i, v := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, digits[v>>12], digits[v>>8&15], digits[v>>4&15], digits[v&15])
	}
	return dst
}

// appendHash writes the first 12 digits of the SHA-256 of text; zeros if there
// is nothing in it.
func appendHash(dst, text []byte) []byte {
	if len(text) == 0 {
		return append(dst, "000000000000"...)
	}
	sum := sha256.Sum256(text)
	return hex.AppendEncode(dst, sum[:6])
}
