package sigma

import (
	"encoding/binary"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// foldTable holds the folded form of the runes up to U+05FF, which is all
// that Latin, Greek, Cyrillic and Hebrew text needs.
var foldTable = func() (table [0x600]uint16) {
	for r := range table {
		table[r] = uint16(foldOrbit(rune(r)))
	}
	return table
}()

// foldRune maps all runes that differ in case only to one of them, which for
// ASCII is the lower-case letter (Unicode simple case folding).
func foldRune(r rune) rune {
	if uint32(r) < uint32(len(foldTable)) {
		return rune(foldTable[r])
	}
	return foldOrbit(r)
}

func foldOrbit(r rune) rune {
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if least >= 'A' && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

// appendFold appends UTF-8 text without case. Bytes that are not UTF-8 become
// U+FFFD each.
func appendFold(dst, src []byte) []byte {
	for i := 0; i < len(src); {
		for len(src)-i >= 8 {
			w := binary.LittleEndian.Uint64(src[i:])
			if w&notASCII != 0 {
				break
			}
			dst = binary.LittleEndian.AppendUint64(dst, lowerBytes(w))
			i += 8
		}
		if i == len(src) {
			break
		}
		c := src[i]
		if c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		dst = utf8.AppendRune(dst, foldRune(r))
		i += size
	}
	return dst
}

// fold returns text without case.
func fold(s string) string { return string(appendFold(nil, []byte(s))) }

// Masks over four UTF-16 code units in a word.
const (
	unitNotASCII = 0xff80ff80ff80ff80
	unitOnes     = 0x0001000100010001
)

// lowerUnits lowers the ASCII letters among four ASCII code units.
func lowerUnits(w uint64) uint64 {
	aboveZ := w + (0x7f-'Z')*unitOnes
	fromA := w + (0x80-'A')*unitOnes
	return w | (fromA^aboveZ)&(0x80*unitOnes)>>2
}

// lowerBytes lowers the letters among eight ASCII characters.
func lowerBytes(w uint64) uint64 {
	const ones = 0x0101010101010101
	aboveZ := w + (0x7f-'Z')*ones
	fromA := w + (0x80-'A')*ones
	return w | (fromA^aboveZ)&notASCII>>2
}

// appendFoldUTF16 appends UTF-16LE text as UTF-8 without case: the same as
// appendFold of [record.AppendUTF16], in one pass.
func appendFoldUTF16(dst, raw []byte) []byte {
	for len(raw) >= 2 {
		for len(raw) >= 8 {
			w := binary.LittleEndian.Uint64(raw)
			if w&unitNotASCII != 0 {
				break
			}
			w = lowerUnits(w)
			w |= w >> 8
			dst = binary.LittleEndian.AppendUint32(dst, uint32(w&0xffff|w>>16&0xffff0000))
			raw = raw[8:]
		}
		if len(raw) < 2 {
			break
		}
		u := rune(binary.LittleEndian.Uint16(raw))
		raw = raw[2:]
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
		dst = utf8.AppendRune(dst, foldRune(u))
	}
	return dst
}
