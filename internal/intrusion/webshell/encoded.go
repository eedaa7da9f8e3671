package webshell

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// The marks around a block of Microsoft's Script Encoder (VBScript.Encode,
// JScript.Encode): the opening mark, the length, the code, the checksum and the
// closing mark. Length and checksum are eight characters of base 64.
const (
	encodedOpen  = "#@~^"
	encodedClose = "^#~@"
	encodedField = 8
)

// encodedPick says which of the three alphabets the next character uses.
const encodedPick = "1201202002021020" + "1020112002102002" + "1102020101120102" + "1020112001120102"

// encodedRows holds, for the tab and the characters from 32 to 127, what stands
// for them in each of the three alphabets.
const encodedRows = `
	643769 507E2C 225A65 4A4572 613A5B 5E7966 5D5975 5B274C 427645 606376 23622A 654D43 5F5133 7E5342
	4F5220 522063 7A264A 21545A 467138 202B79 266632 632A57 2A586C 767F2B 477B46 253052 2C314F 296C3D
	694970 3F3F3F 27787B 3F3F3F 675F51 3F3F3F 62297A 41247E 5A2F3B 663947 323341 736F77 4D2156 43755F
	712826 394278 7C466E 534A64 485C74 314867 72367D 6E4B68 707D35 495D22 3F6A55 4B503A 6A6960 2E236A
	7F0971 28706F 356549 7D745C 242C5D 2D7727 544459 373F25 7B6D7C 3D7C23 6C436D 343828 6D5E31 4E5B39
	2B6E7F 305736 6F4C54 743434 6B7262 4C254E 335630 56735E 3A6873 785509 57474B 773261 3B3524 442E4D
	2F646B 594F44 453B21 5C2D37 684153 366158 587A48 79222E 096050 756B2D 384E29 553D3F 51672F`

// encodedAlphabets maps what is written to what is meant.
var encodedAlphabets = func() (t [3][128]byte) {
	rows, err := hex.DecodeString(strings.Join(strings.Fields(encodedRows), ""))
	if err != nil {
		panic("bug: the rows of the script encoder are no hexadecimal numbers")
	}
	for j := range t {
		for i := range t[j] {
			t[j][i] = byte(i)
		}
		for i := range len(rows) / 3 {
			meant := byte(31 + i)
			if i == 0 {
				meant = '\t'
			}
			t[j][rows[3*i+j]&127] = meant
		}
	}
	return t
}()

// decodeScripts returns a page with the blocks of the Script Encoder decoded.
// Decoded code is shorter: blanks keep every other byte in its place. A page
// without a block comes back as it is.
func decodeScripts(page []byte) []byte {
	at := bytes.Index(page, []byte(encodedOpen))
	if at < 0 {
		return page
	}
	out := bytes.Clone(page)
	for {
		size := bytes.Index(out[at:], []byte(encodedClose))
		if size < 0 {
			return out
		}
		block := out[at : at+size+len(encodedClose)]
		if code, _, ok := decodeScript(block); ok {
			head := len(encodedOpen) + encodedField
			n := copy(block[head:], code)
			clear := block[head+n:]
			for i := range clear {
				clear[i] = ' '
			}
			for i := range block[:head] {
				block[i] = ' '
			}
		}
		at += len(block)
		next := bytes.Index(out[at:], []byte(encodedOpen))
		if next < 0 {
			return out
		}
		at += next
	}
}

// decodeScript decodes one block from mark to mark, and tells whether its
// checksum, the sum of the decoded ASCII characters, is right.
func decodeScript(block []byte) (code []byte, checked, ok bool) {
	from := len(encodedOpen) + encodedField
	to := len(block) - len(encodedClose) - encodedField
	if to < from {
		return nil, false, false
	}
	sum := uint32(0)
	code = make([]byte, 0, to-from)
	for i, k := from, 0; i < to; i++ {
		c := block[i]
		switch {
		case c >= 0x80: // half of a character of two bytes: not encoded, not counted
			code = append(code, c)
			continue
		case c == '@' && i+1 < to:
			i++
			c = escapedChar(block[i])
		default:
			c = encodedAlphabets[encodedPick[k%len(encodedPick)]-'0'][c]
		}
		k++
		sum += uint32(c)
		code = append(code, c)
	}
	want, err := base64.StdEncoding.DecodeString(string(block[to : to+encodedField]))
	return code, err == nil && len(want) == 4 && binary.LittleEndian.Uint32(want) == sum, true
}

// escapedChar returns the character that an at sign and a letter stand for.
func escapedChar(c byte) byte {
	switch c {
	case '#':
		return '\r'
	case '&':
		return '\n'
	case '!':
		return '<'
	case '*':
		return '>'
	case '$':
		return '@'
	}
	return c
}
