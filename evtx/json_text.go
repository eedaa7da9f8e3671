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
	dst = slices.Grow(dst, 3*len(raw)+textBlock)
	n := putUTF16(dst[:cap(dst)], len(dst), raw, 0, len(raw))
	return dst[:n]
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
