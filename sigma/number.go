package sigma

import (
	"bytes"
	"math"
	"strconv"

	"seawall/record"
)

// Texts longer than this are not read as numbers.
const maxNumberText = 64

// intOf reads a value as an integer. It is [record.Value.Int64] without the
// error values that text which is no number costs there.
func intOf(v record.Value) (int64, bool) {
	switch v.Kind {
	case record.Text, record.UTF16, record.ANSI:
		var buf [maxNumberText]byte
		b, ok := numberText(buf[:0], v)
		if !ok {
			return 0, false
		}
		return parseInt(b)
	}
	return v.Int64()
}

// floatOf reads a value as a number.
func floatOf(v record.Value) (float64, bool) {
	if n, ok := intOf(v); ok {
		return float64(n), true
	}
	var buf [maxNumberText]byte
	b, ok := numberText(buf[:0], v)
	if !ok {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil && !math.IsNaN(f)
}

// numberText returns the text of v if it may be a number.
func numberText(buf []byte, v record.Value) ([]byte, bool) {
	if len(v.Raw) > maxNumberText {
		return nil, false
	}
	b := bytes.TrimSpace(v.AppendText(buf))
	if len(b) == 0 || len(b) > maxNumberText {
		return nil, false
	}
	c := b[0]
	if c == '+' || c == '-' || c == '.' {
		c = b[min(1, len(b)-1)]
	}
	return b, c >= '0' && c <= '9' || c == '.'
}

// parseInt reads a decimal or 0x hexadecimal integer that fits.
func parseInt(b []byte) (int64, bool) {
	negative := b[0] == '-'
	if negative || b[0] == '+' {
		b = b[1:]
	}
	u, ok := parseHex(b)
	if !ok {
		u, ok = parseDecimal(b)
	}
	if !ok || u > math.MaxInt64 {
		return 0, false
	}
	if negative {
		return -int64(u), true
	}
	return int64(u), true
}

func parseDecimal(b []byte) (u uint64, ok bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		u = u*10 + uint64(c-'0')
	}
	return u, true
}

// parseHex reads 0x and hexadecimal digits of at most 64 bits.
func parseHex(b []byte) (u uint64, ok bool) {
	if len(b) < 3 || b[0] != '0' || b[1] != 'x' && b[1] != 'X' {
		return 0, false
	}
	for _, c := range b[2:] {
		var digit byte
		switch {
		case c >= '0' && c <= '9':
			digit = c - '0'
		case c >= 'a' && c <= 'f':
			digit = c - 'a' + 10
		case c >= 'A' && c <= 'F':
			digit = c - 'A' + 10
		default:
			return 0, false
		}
		if u>>60 != 0 {
			return 0, false
		}
		u = u<<4 | uint64(digit)
	}
	return u, true
}
