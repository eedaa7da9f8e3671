package weblog

import (
	"bytes"
	"unicode/utf8"
)

// appendUnescaped appends raw without the escapes that web servers add when
// they log what a client sent: \xHH, \" and \\, the letters of C for control
// characters, and Tomcat's \uHHHH. A backslash before anything else stays.
func appendUnescaped(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 >= len(raw) {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		raw = raw[i:]
		switch c := raw[1]; c {
		case 'x':
			if b, ok := hexByte(raw[2:]); ok {
				dst, raw = append(dst, b), raw[4:]
				continue
			}
		case 'u':
			if hi, ok := hexByte(raw[2:]); ok {
				if lo, ok := hexByte(raw[4:]); ok {
					dst, raw = utf8.AppendRune(dst, rune(hi)<<8|rune(lo)), raw[6:]
					continue
				}
			}
		default:
			if plain := escapes[c]; plain != 0 {
				dst, raw = append(dst, plain), raw[2:]
				continue
			}
		}
		dst, raw = append(dst, '\\'), raw[1:]
	}
}

// escapes are the characters that two-character escapes stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', 'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'v': '\v', 'f': '\f'}

// hexByte reads two hexadecimal digits.
func hexByte(b []byte) (byte, bool) {
	if len(b) < 2 {
		return 0, false
	}
	hi, lo := hexDigit[b[0]], hexDigit[b[1]]
	return (hi-1)<<4 | (lo - 1), hi != 0 && lo != 0
}

// hexDigit is one more than the value of a hexadecimal digit, else 0.
var hexDigit = [256]byte{
	'0': 1, '1': 2, '2': 3, '3': 4, '4': 5, '5': 6, '6': 7, '7': 8, '8': 9, '9': 10,
	'a': 11, 'b': 12, 'c': 13, 'd': 14, 'e': 15, 'f': 16, 'A': 11, 'B': 12, 'C': 13, 'D': 14, 'E': 15, 'F': 16,
}

// closingQuote returns the index of the quote that ends the text before it, -1
// if there is none. A quote behind an odd number of backslashes is part of the
// text, and so is one that no delimiter follows: some servers do not escape.
func closingQuote(b []byte, start int) int {
	for i := start; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slash := i
		for slash > start && b[slash-1] == '\\' {
			slash--
		}
		if (i-slash)%2 == 0 && (i+1 == len(b) || b[i+1] == ' ' || b[i+1] == ',' || b[i+1] == '\t') {
			return i
		}
	}
}
