// Package atom reads the small values of log lines (numbers, addresses,
// times) from the bytes they are written in, without allocating. Each function
// says whether all of the text is such a value.
package atom

import (
	"encoding/binary"
	"math"
)

// Uint reads a decimal number.
func Uint(text []byte) (n uint64, ok bool) {
	if len(text) == 0 || len(text) > 20 {
		return 0, false
	}
	for _, c := range text {
		d := uint64(c - '0')
		if d > 9 || n > (math.MaxUint64-d)/10 {
			return 0, false
		}
		n = n*10 + d
	}
	return n, true
}

// Int reads a decimal number with an optional sign.
func Int(text []byte) (n int64, ok bool) {
	negative := len(text) > 1 && text[0] == '-'
	if negative || len(text) > 1 && text[0] == '+' {
		text = text[1:]
	}
	u, ok := Uint(text)
	if !ok || u > math.MaxInt64 {
		return 0, false
	}
	if negative {
		return -int64(u), true
	}
	return int64(u), true
}

// Count reads a number that counts something, which some programs write with a
// fraction; -1 if it is none.
func Count(text []byte) int64 {
	var n int64
	for i, c := range text {
		d := c - '0'
		if d > 9 {
			if f, ok := Float(text); ok && i > 0 && f < math.MaxInt64 {
				return int64(f)
			}
			return -1
		}
		if n > (math.MaxInt64-9)/10 {
			return -1
		}
		n = n*10 + int64(d)
	}
	if len(text) == 0 {
		return -1
	}
	return n
}

// Port reads a port number.
func Port(text []byte) (uint16, bool) {
	n := uint32(0)
	for _, c := range text {
		d := uint32(c - '0')
		if d > 9 {
			return 0, false
		}
		if n = n*10 + d; n > math.MaxUint16 {
			return 0, false
		}
	}
	return uint16(n), len(text) > 0
}

// Hex reads a hexadecimal number, with or without 0x.
func Hex(text []byte) (n uint64, ok bool) {
	if len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x' {
		text = text[2:]
	}
	if len(text) == 0 || len(text) > 16 {
		return 0, false
	}
	for _, c := range text {
		d := hexDigit(c)
		if d > 15 {
			return 0, false
		}
		n = n<<4 | uint64(d)
	}
	return n, true
}

// hexDigit is the value of a hexadecimal digit, 255 for anything else.
func hexDigit(c byte) byte {
	switch {
	case c-'0' < 10:
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// Float reads a decimal number with an optional fraction and exponent. It is
// right to about 15 digits.
func Float(text []byte) (f float64, ok bool) {
	i, negative := 0, false
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		negative = text[i] == '-'
		i++
	}
	exponent, digits, seenPoint := 0, 0, false
	for ; i < len(text); i++ {
		c := text[i]
		if c == '.' && !seenPoint {
			seenPoint = true
			continue
		}
		if c-'0' > 9 {
			break
		}
		digits++
		switch {
		case f >= 1e18: // what follows is below the precision
			if !seenPoint {
				exponent++
			}
			continue
		case seenPoint:
			exponent--
		}
		f = f*10 + float64(c-'0')
	}
	if digits == 0 {
		return 0, false
	}
	if i < len(text) && text[i]|0x20 == 'e' {
		e, ok := Int(text[i+1:])
		if !ok || e > 400 || e < -400 {
			return 0, false
		}
		exponent += int(e)
		i = len(text)
	}
	if exponent != 0 && f != 0 {
		f *= math.Pow10(exponent)
	}
	if negative {
		f = -f
	}
	return f, i == len(text) && !math.IsInf(f, 0)
}

// microseconds reads a time as most sensors write it: ten digits, a point, six
// digits.
func microseconds(text []byte) (us int64, ok bool) {
	high, ok := eightDigits(binary.LittleEndian.Uint64(text))
	low, ok2 := eightDigits(binary.LittleEndian.Uint64(text[9:])>>16<<16 | uint64('0')<<8 | '0')
	d, e := text[8]-'0', text[9]-'0'
	seconds := high*100 + int64(d)*10 + int64(e)
	if !ok || !ok2 || d > 9 || e > 9 || seconds >= math.MaxInt64/1_000_000_000 {
		return 0, false
	}
	return seconds*1e6 + low, true
}

// eightDigits reads eight decimal digits, the first in the lowest byte: it
// joins neighbours to pairs, pairs to fours and fours to the number.
func eightDigits(x uint64) (n int64, ok bool) {
	const zeros, highs = 0x3030303030303030, 0x8080808080808080
	v := x - zeros
	if (v|(x+0x4646464646464646))&highs != 0 { // a byte below '0', or above '9'
		return 0, false
	}
	v = (v*10 + v>>8) & 0x00ff00ff00ff00ff
	v = (v*100 + v>>16) & 0x0000ffff0000ffff
	return int64(v*10000+v>>32) & 0xffffffff, true
}

// Seconds reads a decimal number of seconds, such as "1713488395.433985", as
// nanoseconds. Digits beyond the ninth after the point are dropped.
func Seconds(text []byte) (ns int64, ok bool) {
	if len(text) == 17 && text[10] == '.' {
		if us, ok := microseconds(text); ok {
			return us * 1e3, true
		}
	}
	i, negative := 0, false
	if len(text) > 0 && text[0] == '-' {
		negative, i = true, 1
	}
	start := i
	for ; i < len(text) && text[i]-'0' <= 9; i++ {
		if i-start >= 11 {
			return 0, false // beyond the year 2286
		}
		ns = ns*10 + int64(text[i]-'0')
	}
	if i == start || ns >= math.MaxInt64/1_000_000_000 {
		return 0, false
	}
	ns *= 1e9
	if i < len(text) && text[i] == '.' {
		unit := int64(1e8)
		for i++; i < len(text) && text[i]-'0' <= 9; i++ {
			ns += int64(text[i]-'0') * unit
			unit /= 10
		}
	}
	if i < len(text) { // Zeek writes very short intervals as 2e-06
		f, ok := Float(text)
		return int64(f * 1e9), ok && math.Abs(f) < 9e9
	}
	if negative {
		ns = -ns
	}
	return ns, true
}
