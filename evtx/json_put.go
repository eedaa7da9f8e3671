package evtx

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"seawall/record"
)

var le = binary.LittleEndian

// The functions of this file write at buf[n:] and return where they end. The
// caller has made room, for a copy of textBlock bytes beyond the end too.

// digitPairs is "00", "01", … "99".
const digitPairs = "00010203040506070809" +
	"10111213141516171819" +
	"20212223242526272829" +
	"30313233343536373839" +
	"40414243444546474849" +
	"50515253545556575859" +
	"60616263646566676869" +
	"70717273747576777879" +
	"80818283848586878889" +
	"90919293949596979899"

// put2 writes a number below 100 in two digits.
func put2(b []byte, n uint32) {
	_, _ = b[1], digitPairs[2*n+1]
	b[0], b[1] = digitPairs[2*n], digitPairs[2*n+1]
}

func putInt(buf []byte, n int, i int64) int {
	if i < 0 {
		buf[n] = '-'
		return putUint(buf, n+1, -uint64(i))
	}
	return putUint(buf, n, uint64(i))
}

func putUint(buf []byte, n int, u uint64) int {
	switch {
	case u < 10:
		buf[n] = byte('0' + u)
		return n + 1
	case u < 100:
		put2(buf[n:n+2], uint32(u))
		return n + 2
	}
	end := n + decimals(u)
	at := end
	for u >= 100 {
		q := u / 100
		at -= 2
		put2(buf[at:at+2], uint32(u-100*q))
		u = q
	}
	if u >= 10 {
		put2(buf[n:n+2], uint32(u))
	} else {
		buf[n] = byte('0' + u)
	}
	return end
}

// decimals returns how many decimal digits u has.
func decimals(u uint64) int {
	n := bits.Len64(u) * 1233 >> 12 // times log10 of 2: the number of digits, or one less
	if u >= powersOf10[n] {
		n++
	}
	return max(n, 1)
}

var powersOf10 = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// hex8 spreads the digits of a number over eight bytes, the first digit in the
// highest, each less than 16.
func hex8(u uint32) uint64 {
	x := uint64(u)
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	return (x | x<<4) & 0x0f0f0f0f0f0f0f0f
}

// hexText makes characters of spread digits; letters are gap behind '9'.
func hexText(digits, gap uint64) uint64 {
	const ones = 0x0101010101010101
	letters := (digits + 6*ones) >> 4 & ones
	return digits + '0'*ones + letters*gap
}

const (
	lowerGap = 'a' - '9' - 1
	upperGap = 'A' - '9' - 1
)

// putHex writes "0x…" in quotes.
func putHex(buf []byte, n int, u uint64) int {
	digits := max((bits.Len64(u)+3)/4, 1)
	u <<= 64 - 4*uint(digits)
	b := (*[20]byte)(buf[n:])
	b[0], b[1], b[2] = '"', '0', 'x'
	binary.BigEndian.PutUint64(b[3:], hexText(hex8(uint32(u>>32)), lowerGap))
	if digits > 8 {
		binary.BigEndian.PutUint64(b[11:], hexText(hex8(uint32(u)), lowerGap))
	}
	b[3+digits] = '"'
	return n + 3 + digits + 1
}

// putGUID writes "{…}" in quotes.
func putGUID(buf []byte, n int, raw []byte) int {
	b, r := (*[40]byte)(buf[n:]), (*[16]byte)(raw)
	be := binary.BigEndian
	b[0], b[1] = '"', '{'
	be.PutUint64(b[2:], hexText(hex8(le.Uint32(r[0:])), upperGap))
	b[10] = '-'
	middle := hexText(hex8(bits.RotateLeft32(le.Uint32(r[4:]), 16)), upperGap)
	be.PutUint32(b[11:], uint32(middle>>32))
	b[15] = '-'
	be.PutUint32(b[16:], uint32(middle))
	b[20] = '-'
	high := hexText(hex8(be.Uint32(r[8:])), upperGap)
	be.PutUint32(b[21:], uint32(high>>32))
	b[25] = '-'
	be.PutUint32(b[26:], uint32(high))
	be.PutUint64(b[30:], hexText(hex8(be.Uint32(r[12:])), upperGap))
	b[38], b[39] = '}', '"'
	return n + 40
}

// putUTF16 writes the UTF-16 text data[pos:end] as a JSON string: at most three
// bytes for each of the text. It reads eight units at a time, beyond the end of
// the text where data goes on.
func putUTF16(buf []byte, n int, data []byte, pos, end int) int {
	buf[n] = '"'
	n++
	end -= (end - pos) & 1
	for pos < end {
		var a, b uint64
		if pos+16 <= len(data) {
			a, b = le.Uint64(data[pos:]), le.Uint64(data[pos+8:])
		} else {
			var last [16]byte
			copy(last[:], data[pos:])
			a, b = le.Uint64(last[:]), le.Uint64(last[8:])
		}
		if rest := uint(end-pos) / 2; rest < 8 {
			m := &firstUnits[rest]
			a, b = a&m[0], b&m[1]
		}
		if (a|b)&0xff80ff80ff80ff80 != 0 {
			n, pos = putUnits(buf, n, data[:end], pos)
			continue
		}
		text := pack(a) | pack(b)<<32
		le.PutUint64(buf[n:], text)
		marks := escapes(text)
		if marks == 0 {
			n, pos = n+8, pos+16
			continue
		}
		plain := bits.TrailingZeros64(marks) / 8
		n, pos = n+plain, pos+2*plain
		if pos < end { // or else it is the zeros behind the text
			n = len(appendJSONByte(buf[:n], byte(text>>(8*plain))))
			pos += 2
		}
	}
	buf[n] = '"'
	return n + 1
}

// firstUnits masks all but the first of eight units.
var firstUnits = [8][2]uint64{
	{0, 0}, {1<<16 - 1, 0}, {1<<32 - 1, 0}, {1<<48 - 1, 0},
	{1<<64 - 1, 0}, {1<<64 - 1, 1<<16 - 1}, {1<<64 - 1, 1<<32 - 1}, {1<<64 - 1, 1<<48 - 1},
}

// pack puts the low bytes of four units together.
func pack(w uint64) uint64 {
	w |= w >> 8
	return w&0xffff | w>>16&0xffff0000
}

// escapes marks the first of eight ASCII characters that is a control
// character, a quote or a backslash, and maybe others behind it.
func escapes(x uint64) uint64 {
	const ones = 0x0101010101010101
	control, quote, backslash := x-0x20*ones, (x^'"'*ones)-ones, (x^'\\'*ones)-ones
	return (control | quote | backslash) & (0x80 * ones)
}

// putUnits writes the ASCII units that data[pos:] begins with and all others
// that follow, and returns where both end.
func putUnits(buf []byte, n int, data []byte, pos int) (int, int) {
	at := func(pos int) uint16 { return le.Uint16(data[pos:]) }
	for ; pos+2 <= len(data) && at(pos) < utf8.RuneSelf; pos += 2 {
		n = len(appendJSONByte(buf[:n], byte(at(pos))))
	}
	start := pos
	for pos+2 <= len(data) && at(pos) >= utf8.RuneSelf {
		pos += 2
	}
	return len(record.AppendUTF16(buf[:n], data[start:pos])), pos
}
