package record

import (
	"encoding/binary"
	"math"
)

// Int64 returns v as an integer: numbers as they are, text parsed as decimal
// or 0x hexadecimal. ok is false if v is no integer that fits.
func (v Value) Int64() (n int64, ok bool) {
	switch v.Kind {
	case Int:
		switch len(v.Raw) {
		case 1:
			return int64(int8(v.Raw[0])), true
		case 2:
			return int64(int16(binary.LittleEndian.Uint16(v.Raw))), true
		case 4:
			return int64(int32(binary.LittleEndian.Uint32(v.Raw))), true
		case 8:
			return int64(binary.LittleEndian.Uint64(v.Raw)), true
		}
		return 0, false
	case Uint, Hex, Bool:
		u := unsigned(v.Raw)
		return int64(u), u <= math.MaxInt64
	case Network:
		u := bigEndian(v.Raw)
		return int64(u), u <= math.MaxInt64
	case Text, ANSI:
		return parseInt(v.Raw, 1)
	case UTF16:
		return parseInt(v.Raw, 2)
	}
	return 0, false
}

// parseInt reads decimal or 0x hexadecimal digits of ASCII text whose
// characters are unit bytes wide, with blanks around them.
func parseInt(raw []byte, unit int) (n int64, ok bool) {
	at := func(i int) byte {
		if unit == 2 && raw[i+1] != 0 {
			return 0xff // no digit
		}
		return raw[i]
	}
	i, end := 0, len(raw)/unit*unit
	for i < end && at(i) == ' ' {
		i += unit
	}
	for end > i && at(end-unit) == ' ' {
		end -= unit
	}
	negative := i < end && at(i) == '-'
	if negative || i < end && at(i) == '+' {
		i += unit
	}
	base := uint64(10)
	if i+2*unit < end && at(i) == '0' && at(i+unit)|0x20 == 'x' {
		base = 16
		i += 2 * unit
	}
	var u uint64
	for ; i < end; i += unit {
		d := uint64(digit(at(i)))
		if d >= base || u > (math.MaxInt64-d)/base {
			return 0, false
		}
		u = u*base + d
		ok = true
	}
	if negative {
		return -int64(u), ok
	}
	return int64(u), ok
}

func digit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}

func bigEndian(raw []byte) (u uint64) {
	for _, c := range raw[:min(len(raw), 8)] {
		u = u<<8 | uint64(c)
	}
	return u
}

func unsigned(raw []byte) uint64 {
	switch len(raw) {
	case 8:
		return binary.LittleEndian.Uint64(raw)
	case 4:
		return uint64(binary.LittleEndian.Uint32(raw))
	}
	var u uint64
	for i := min(len(raw), 8) - 1; i >= 0; i-- {
		u = u<<8 | uint64(raw[i])
	}
	return u
}
