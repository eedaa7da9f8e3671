package jsonscan

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendString appends the text of a string, given without its quotes. The
// result is never longer than raw. Escapes that are none stay as they are;
// bytes that are not UTF-8 too.
func AppendString(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '\\')
		if i < 0 || i+1 >= len(raw) {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i]...)
		c := raw[i+1]
		if c != 'u' {
			if plain := escapes[c]; plain != 0 {
				dst = append(dst, plain)
			} else {
				dst = append(dst, '\\', c)
			}
			raw = raw[i+2:]
			continue
		}
		raw = raw[i:]
		r, ok := codeUnit(raw)
		if !ok {
			dst = append(dst, '\\', 'u')
			raw = raw[2:]
			continue
		}
		raw = raw[6:]
		if utf16.IsSurrogate(r) {
			low, ok := codeUnit(raw)
			pair := rune(utf8.RuneError)
			if ok {
				pair = utf16.DecodeRune(r, low)
			}
			if pair != utf8.RuneError {
				raw = raw[6:]
			}
			r = pair
		}
		dst = utf8.AppendRune(dst, r)
	}
}

// escapes are the characters that two-character escapes stand for.
var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// codeUnit reads \uXXXX.
func codeUnit(raw []byte) (rune, bool) {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range raw[2:6] {
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
