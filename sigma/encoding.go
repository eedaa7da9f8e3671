package sigma

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// encodings returns the values that an encoding modifier makes of a value
// (modifiers appendix 2.1, encoding): alternatives, for base64offset.
func encodings(modifier, s string) []string {
	switch modifier {
	case "base64":
		return []string{base64.StdEncoding.EncodeToString([]byte(s))}
	case "base64offset":
		return base64Offsets(s)
	case "utf16be":
		return []string{encodeUTF16(nil, binary.BigEndian, s)}
	case "utf16":
		return []string{encodeUTF16([]byte{0xff, 0xfe}, binary.LittleEndian, s)}
	}
	return []string{encodeUTF16(nil, binary.LittleEndian, s)} // utf16le, wide
}

// base64Offsets returns what of s's encoding does not depend on the bytes
// around it, for each of its three positions among them.
func base64Offsets(s string) []string {
	first := [3]int{0, 2, 3} // characters that the bytes before s have a part in
	last := [3]int{0, 3, 2}  // characters that the bytes behind s have a part in
	var out []string
	for i := range 3 {
		enc := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", i) + s))
		end := len(enc) - last[(len(s)+i)%3]
		if first[i] < end {
			out = append(out, enc[first[i]:end])
		}
	}
	return out
}

func encodeUTF16(b []byte, order binary.AppendByteOrder, s string) string {
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}
