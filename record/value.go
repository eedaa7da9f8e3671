package record

import (
	"encoding/binary"
	"math"
	"net/netip"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Kind says how the raw bytes of a [Value] are encoded.
type Kind uint8

// The encodings. Integers and floats are little endian in 1, 2, 4 or 8 bytes;
// the length of Raw tells which.
const (
	Null       Kind = iota // absent, or NULL in the source
	Text                   // UTF-8, possibly invalid
	UTF16                  // UTF-16LE code units
	ANSI                   // single-byte text, read as Windows-1252
	Int                    // two's complement
	Uint                   // unsigned
	Hex                    // unsigned, written 0x… in lower case without padding
	Float                  // IEEE 754, 4 or 8 bytes
	Bool                   // any non-zero byte is true
	Binary                 // bytes, written in upper-case hexadecimal
	GUID                   // 16 bytes, mixed endian, written {XXXXXXXX-…}
	SID                    // security identifier, written S-1-…
	FileTime               // 8 bytes: 100 ns ticks since 1601-01-01 UTC
	SystemTime             // 16 bytes: SYSTEMTIME
	Markup                 // text that is itself XML; Raw is UTF-8
	Network                // unsigned, big endian, in 1 to 8 bytes
	Address                // IPv4 or IPv6 address in 4 or 16 bytes

	// Array marks a list: text kinds are separated by NUL characters, other
	// kinds are packed items of their fixed size. Array|UTF16 is the common one.
	Array Kind = 0x80
)

// Value is one slot of a record: bytes borrowed from the decoder's buffer and
// the way to read them. The zero Value is null.
type Value struct {
	Raw  []byte
	Kind Kind
}

// String returns the canonical text of v, as Windows and rule authors write it.
func (v Value) String() string {
	switch v.Kind {
	case Null:
		return ""
	case Text, Markup:
		return string(v.Raw)
	}
	return string(v.AppendText(nil))
}

// AppendText appends the canonical text of v to dst: the form rules compare
// with. Null appends nothing; the items of an array are joined with newlines.
// Text that is not valid in its encoding appends U+FFFD.
func (v Value) AppendText(dst []byte) []byte {
	if v.Kind&Array != 0 {
		first := true
		v.Items(func(item Value) bool {
			if !first {
				dst = append(dst, '\n')
			}
			first = false
			dst = item.AppendText(dst)
			return true
		})
		return dst
	}
	switch v.Kind {
	case Text, Markup:
		return append(dst, v.Raw...)
	case UTF16:
		return AppendUTF16(dst, v.Raw)
	case ANSI:
		return appendANSI(dst, v.Raw)
	case Int:
		n, _ := v.Int64()
		return strconv.AppendInt(dst, n, 10)
	case Uint:
		return strconv.AppendUint(dst, unsigned(v.Raw), 10)
	case Network:
		return strconv.AppendUint(dst, bigEndian(v.Raw), 10)
	case Address:
		if a, ok := netip.AddrFromSlice(v.Raw); ok {
			return a.AppendTo(dst)
		}
		return appendHex(dst, v.Raw)
	case Hex:
		return strconv.AppendUint(append(dst, '0', 'x'), unsigned(v.Raw), 16)
	case Float:
		return appendFloat(dst, v.Raw)
	case Bool:
		return strconv.AppendBool(dst, unsigned(v.Raw) != 0)
	case Binary:
		return appendHex(dst, v.Raw)
	case GUID:
		return appendGUID(dst, v.Raw)
	case SID:
		return appendSID(dst, v.Raw)
	case FileTime, SystemTime:
		return v.appendTime(dst)
	}
	return dst
}

// Items calls yield for each item of an array, or once for v itself if v is
// not an array and not null, until yield returns false. The terminator of the
// last string of a text array does not make an empty item.
func (v Value) Items(yield func(Value) bool) {
	if v.Kind == Null {
		return
	}
	if v.Kind&Array == 0 {
		yield(v)
		return
	}
	kind := v.Kind &^ Array
	switch kind {
	case Text, ANSI, Markup:
		splitText(v.Raw, 1, kind, yield)
	case UTF16:
		splitText(v.Raw, 2, kind, yield)
	default:
		size := itemSize(kind, len(v.Raw))
		for raw := v.Raw; len(raw) >= size && size > 0; raw = raw[size:] {
			if !yield(Value{Raw: raw[:size:size], Kind: kind}) {
				return
			}
		}
	}
}

func splitText(raw []byte, unit int, kind Kind, yield func(Value) bool) {
	start := 0
	for i := 0; i+unit <= len(raw); i += unit {
		if raw[i] == 0 && (unit == 1 || raw[i+1] == 0) {
			if !yield(Value{Raw: raw[start:i:i], Kind: kind}) {
				return
			}
			start = i + unit
		}
	}
	if start < len(raw) {
		yield(Value{Raw: raw[start:], Kind: kind})
	}
}

// itemSize is the size of one array item whose width the kind fixes; numbers
// of unknown width are taken as one item of the whole length.
func itemSize(kind Kind, total int) int {
	switch kind {
	case GUID, SystemTime:
		return 16
	case FileTime:
		return 8
	case Bool:
		return 4
	}
	return total
}

func appendFloat(dst, raw []byte) []byte {
	switch len(raw) {
	case 4:
		return strconv.AppendFloat(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(raw))), 'g', -1, 32)
	case 8:
		return strconv.AppendFloat(dst, math.Float64frombits(binary.LittleEndian.Uint64(raw)), 'g', -1, 64)
	}
	return appendHex(dst, raw)
}

const upperHex = "0123456789ABCDEF"

func appendHex(dst, raw []byte) []byte {
	for _, b := range raw {
		dst = append(dst, upperHex[b>>4], upperHex[b&15])
	}
	return dst
}

func appendGUID(dst, raw []byte) []byte {
	if len(raw) != 16 {
		return appendHex(dst, raw)
	}
	order := [16]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}
	dst = append(dst, '{')
	for i, j := range order {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, upperHex[raw[j]>>4], upperHex[raw[j]&15])
	}
	return append(dst, '}')
}

// appendSID writes S-revision-authority-subauthorities ([MS-DTYP] 2.4.2.1). A
// truncated SID shows the sub-authorities that are there.
func appendSID(dst, raw []byte) []byte {
	if len(raw) < 8 {
		return appendHex(dst, raw)
	}
	var authority uint64
	for _, b := range raw[2:8] {
		authority = authority<<8 | uint64(b)
	}
	dst = strconv.AppendUint(append(dst, "S-"...), uint64(raw[0]), 10)
	dst = strconv.AppendUint(append(dst, '-'), authority, 10)
	sub := raw[8:]
	for i := 0; i < int(raw[1]) && len(sub) >= 4; i++ {
		dst = strconv.AppendUint(append(dst, '-'), uint64(binary.LittleEndian.Uint32(sub)), 10)
		sub = sub[4:]
	}
	return dst
}

// AppendUTF16 appends UTF-16LE text to dst as UTF-8. Lone surrogates become
// U+FFFD; an odd last byte is dropped.
func AppendUTF16(dst, raw []byte) []byte {
	for len(raw) >= 2 {
		// ASCII runs, four code units at a time.
		for len(raw) >= 8 {
			w := binary.LittleEndian.Uint64(raw)
			if w&0xff80ff80ff80ff80 != 0 {
				break
			}
			dst = append(dst, byte(w), byte(w>>16), byte(w>>32), byte(w>>48))
			raw = raw[8:]
		}
		if len(raw) < 2 {
			break
		}
		u := rune(binary.LittleEndian.Uint16(raw))
		raw = raw[2:]
		if u < utf8.RuneSelf {
			dst = append(dst, byte(u))
			continue
		}
		if utf16.IsSurrogate(u) {
			pair := rune(utf8.RuneError)
			if len(raw) >= 2 {
				pair = utf16.DecodeRune(u, rune(binary.LittleEndian.Uint16(raw)))
			}
			if pair != utf8.RuneError {
				raw = raw[2:]
			}
			u = pair
		}
		dst = utf8.AppendRune(dst, u)
	}
	return dst
}

// windows1252 maps 0x80–0x9f; the rest of the code page equals Latin-1.
var windows1252 = [32]rune{
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
}

func appendANSI(dst, raw []byte) []byte {
	for _, b := range raw {
		switch {
		case b < 0x80:
			dst = append(dst, b)
		case b < 0xa0:
			dst = utf8.AppendRune(dst, windows1252[b-0x80])
		default:
			dst = utf8.AppendRune(dst, rune(b))
		}
	}
	return dst
}
