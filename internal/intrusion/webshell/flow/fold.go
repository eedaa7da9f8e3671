package flow

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
)

// maxOutput bounds what one decoder may return.
const maxOutput = 2 << 20

// decoder returns the decoded text of a pure decoding function.
func decoder(name string) func(string) (string, bool) {
	switch name {
	case "base64_decode", "frombase64string", "decodebuffer", "decodebase64", "b64decode", "decode_base64", "parsebase64binary":
		return decodeBase64
	case "gzinflate":
		return inflate(func(r io.Reader) (io.Reader, error) { return flate.NewReader(r), nil })
	case "gzuncompress", "zlib_decode":
		return inflate(func(r io.Reader) (io.Reader, error) { return zlib.NewReader(r) })
	case "gzdecode":
		return inflate(func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) })
	case "str_rot13":
		return func(s string) (string, bool) { return rot13(s), true }
	case "strrev", "strreverse":
		return func(s string) (string, bool) { return reverse(s), true }
	case "hex2bin", "unhexlify":
		return func(s string) (string, bool) { b, err := hex.DecodeString(s); return string(b), err == nil }
	case "urldecode", "rawurldecode", "unescape", "urldecode2":
		return func(s string) (string, bool) { return percent(s), true }
	case "convert_uudecode":
		return uudecode
	}
	return nil
}

func decodeBase64(s string) (string, bool) {
	clean := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '-':
			clean = append(clean, '+')
		case c == '_':
			clean = append(clean, '/')
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '+', c == '/':
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	return string(out[:n]), err == nil || n > 0
}

// inflate returns a decoder that gives what can be read of damaged data.
func inflate(open func(io.Reader) (io.Reader, error)) func(string) (string, bool) {
	return func(s string) (string, bool) {
		r, err := open(strings.NewReader(s))
		if err != nil {
			return "", false
		}
		var out bytes.Buffer
		_, _ = io.Copy(&out, io.LimitReader(r, maxOutput))
		return out.String(), out.Len() > 0
	}
}

func rot13(s string) string {
	out := []byte(s)
	for i, c := range out {
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'm':
			out[i] = c + 13
		case 'n' <= c|0x20 && c|0x20 <= 'z':
			out[i] = c - 13
		}
	}
	return string(out)
}

func reverse(s string) string {
	out := make([]byte, len(s))
	for i := range len(s) {
		out[len(s)-1-i] = s[i]
	}
	return string(out)
}

func percent(s string) string {
	if u, err := url.PathUnescape(s); err == nil {
		return u
	}
	return s
}

// uudecode decodes lines of a length character and groups of four.
func uudecode(s string) (string, bool) {
	var out []byte
	for line := range strings.SplitSeq(s, "\n") {
		if line == "" || line[0] == '`' {
			continue
		}
		n := int(line[0]-' ') & 63
		start := len(out)
		for i := 1; i+3 < len(line); i += 4 {
			a, b, c, d := (line[i]-' ')&63, (line[i+1]-' ')&63, (line[i+2]-' ')&63, (line[i+3]-' ')&63
			out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
		}
		out = out[:min(len(out), start+n)]
	}
	return string(out), len(out) > 0
}

// bitwise applies an operator of strings byte by byte.
func bitwise(op byte, a, b string) string {
	n := min(len(a), len(b))
	out := make([]byte, n, max(len(a), len(b)))
	for i := range n {
		switch op {
		case '^':
			out[i] = a[i] ^ b[i]
		case '|':
			out[i] = a[i] | b[i]
		default:
			out[i] = a[i] & b[i]
		}
	}
	if op == '|' {
		out = append(append(out, a[n:]...), b[n:]...)
	}
	return string(out)
}
