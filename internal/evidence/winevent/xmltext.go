package winevent

import (
	"bytes"
	"unicode/utf8"
)

// appendUnescaped appends XML text to dst with its references resolved.
// Unknown or malformed references stay as they are.
func appendUnescaped(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		text = text[i:]
		const longest = len("&#x10ffff;")
		end := bytes.IndexByte(text[:min(len(text), longest)], ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = reference(text[1:end])
		}
		if !ok {
			dst = append(dst, '&')
			text = text[1:]
			continue
		}
		dst = utf8.AppendRune(dst, r)
		text = text[end+1:]
	}
}

func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	base, digits := uint64(10), name[1:]
	if digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	n := uint64(0)
	for _, c := range digits {
		d := digit(c)
		if d >= base {
			return 0, false
		}
		n = n*base + d
	}
	return rune(n), len(digits) > 0 && n <= utf8.MaxRune
}
