package evtx

import (
	"encoding/binary"
	"math/bits"

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

// putUTF16 writes UTF-16 text as a JSON string: at most three bytes for each
// of raw.
func putUTF16(buf []byte, n int, raw []byte) int {
	buf[n] = '"'
	n++
	for {
		for len(raw) >= 16 {
			a, b := le.Uint64(raw), le.Uint64(raw[8:])
			if (a|b)&0xff80ff80ff80ff80 != 0 {
				break
			}
			x := pack(a) | pack(b)<<32
			if escaped(x) {
				break
			}
			le.PutUint64(buf[n:], x)
			n += 8
			raw = raw[16:]
		}
		if len(raw) < 2 {
			break
		}
		n, raw = putUnits(buf, n, raw)
	}
	buf[n] = '"'
	return n + 1
}

// pack puts the low bytes of four units together.
func pack(w uint64) uint64 {
	w |= w >> 8
	return w&0xffff | w>>16&0xffff0000
}

// escaped says whether one of eight ASCII characters is a control character,
// a quote or a backslash.
func escaped(x uint64) bool {
	const ones = 0x0101010101010101
	control, quote, backslash := x-0x20*ones, (x^'"'*ones)-ones, (x^'\\'*ones)-ones
	return (control|quote|backslash)&(0x80*ones) != 0
}

// plainASCII tells the characters that need no escape.
var plainASCII = newPlainASCII()

func newPlainASCII() (table [0x80]bool) {
	for c := 0x20; c < len(table); c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}

// appendUnits writes UTF-16 text that is not ASCII.
func appendUnits(dst, raw []byte) []byte { return record.AppendUTF16(dst, raw) }

// putUnits writes up to eight ASCII units, or else all leading others.
func putUnits(buf []byte, n int, raw []byte) (int, []byte) {
	for i := 0; i < 8 && len(raw) >= 2; i++ {
		u := le.Uint16(raw)
		if u >= 0x80 {
			if i > 0 {
				return n, raw
			}
			end := 2
			for end+2 <= len(raw) && le.Uint16(raw[end:]) >= 0x80 {
				end += 2
			}
			return len(appendUnits(buf[:n], raw[:end])), raw[end:]
		}
		if plainASCII[u] {
			buf[n] = byte(u)
			n++
		} else {
			n = len(appendJSONByte(buf[:n], byte(u)))
		}
		raw = raw[2:]
	}
	return n, raw
}
