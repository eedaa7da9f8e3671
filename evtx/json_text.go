package evtx

import (
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"

	"seawall/record"
)

// appendJSONValue writes numbers and truth values as such, all else as text.
func appendJSONValue(dst []byte, v record.Value) []byte {
	switch v.Kind {
	case record.Null:
		return append(dst, "null"...)
	case record.UTF16:
		return appendJSONUTF16(dst, v.Raw)
	case record.Int, record.Uint, record.Bool:
		return v.AppendText(dst)
	case record.Float:
		return appendJSONFloat(dst, v)
	case record.Hex, record.Binary, record.GUID, record.SID, record.FileTime, record.SystemTime:
		dst = v.AppendText(append(dst, '"')) // nothing to escape
		return append(dst, '"')
	case record.Text, record.Markup:
		return appendJSONText(dst, v.Raw)
	}
	var buf [128]byte
	return appendJSONText(dst, v.AppendText(buf[:0]))
}

// appendJSONFloat writes what JSON has no number for as null.
func appendJSONFloat(dst []byte, v record.Value) []byte {
	switch len(v.Raw) {
	case 4:
		if f := float64(math.Float32frombits(binary.LittleEndian.Uint32(v.Raw))); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return v.AppendText(dst)
		}
	case 8:
		if f := math.Float64frombits(binary.LittleEndian.Uint64(v.Raw)); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return v.AppendText(dst)
		}
	}
	return append(dst, "null"...)
}

// appendJSONUTF16 writes UTF-16 text as a JSON string.
func appendJSONUTF16(dst, raw []byte) []byte {
	dst = append(dst, '"')
	for len(raw) >= 2 {
		var n int
		if dst, n = appendPlain(dst, raw); n > 0 {
			raw = raw[n:]
			continue
		}
		u := binary.LittleEndian.Uint16(raw)
		if u < utf8.RuneSelf {
			dst = appendJSONByte(dst, byte(u))
			raw = raw[2:]
			continue
		}
		end := 2
		for end+2 <= len(raw) && binary.LittleEndian.Uint16(raw[end:]) >= utf8.RuneSelf {
			end += 2
		}
		dst = record.AppendUTF16(dst, raw[:end])
		raw = raw[end:]
	}
	return append(dst, '"')
}

// appendPlain writes leading ASCII text that needs no escape, four units at a
// time, and returns how many bytes of raw it took.
func appendPlain(dst, raw []byte) ([]byte, int) {
	dst = slices.Grow(dst, len(raw)/2)
	out := dst[len(dst):cap(dst)]
	n := 0
	for n+8 <= len(raw) {
		w := binary.LittleEndian.Uint64(raw[n:])
		if w&0xff80ff80ff80ff80 != 0 || needsEscape(w) {
			break
		}
		w |= w >> 8
		binary.LittleEndian.PutUint32(out[n/2:], uint32(w&0xffff)|uint32(w>>16)&0xffff0000)
		n += 8
	}
	return dst[:len(dst)+n/2], n
}

// needsEscape says whether one of four ASCII units of w is a control
// character, a quote or a backslash.
func needsEscape(w uint64) bool {
	const ones, high = 0x0001000100010001, 0x0080008000800080
	control := w - 0x20*ones
	quote := (w ^ '"'*ones) - ones
	backslash := (w ^ '\\'*ones) - ones
	return (control|quote|backslash)&(high<<8|high) != 0
}

const lowerHex = "0123456789abcdef"

func appendJSONByte(dst []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(dst, '\\', c)
	case c >= 0x20:
		return append(dst, c)
	case c == '\n':
		return append(dst, '\\', 'n')
	case c == '\r':
		return append(dst, '\\', 'r')
	case c == '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
}

// appendJSONText writes UTF-8 text, which may be invalid, as a JSON string.
func appendJSONText(dst, text []byte) []byte {
	dst = append(dst, '"')
	for len(text) > 0 {
		if text[0] < utf8.RuneSelf {
			dst = appendJSONByte(dst, text[0])
			text = text[1:]
			continue
		}
		r, n := utf8.DecodeRune(text)
		dst = utf8.AppendRune(dst, r)
		text = text[n:]
	}
	return append(dst, '"')
}
