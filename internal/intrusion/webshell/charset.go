package webshell

import (
	"bytes"
	"encoding/base64"

	"golang.org/x/text/encoding/charmap"
)

// charset is how the bytes of a page became those that are analysed: one
// analysed byte stands for unit bytes of the file, the first one at start.
type charset struct{ start, unit int }

// place returns where in the file an analysed place is.
func (c charset) place(at int) int { return c.start + c.unit*at }

// readable returns a page as single bytes in which ASCII stands for itself, so
// that every place keeps its place. Servers read pages in UTF-16, in EBCDIC
// and, where a directive says so, in UTF-7; scanners seldom do.
func readable(page []byte) ([]byte, charset) {
	switch {
	case bytes.HasPrefix(page, []byte{0xff, 0xfe}):
		return narrow(page[2:], 0), charset{2, 2}
	case bytes.HasPrefix(page, []byte{0xfe, 0xff}):
		return narrow(page[2:], 1), charset{2, 2}
	case len(page) > 8 && page[0] == '<' && page[1] == 0 && page[3] == 0:
		return narrow(page, 0), charset{0, 2}
	case len(page) > 8 && page[0] == 0 && page[1] == '<' && page[2] == 0:
		return narrow(page, 1), charset{0, 2}
	case bytes.HasPrefix(page, []byte("\x4c\x6c")), bytes.HasPrefix(page, []byte("\x4c\x6f\xa7\x94\x93")): // <% and <?xml in EBCDIC
		return latin(page), charset{0, 1}
	}
	if head := page[:min(len(page), 256)]; bytes.Contains(head, []byte("65000")) || bytes.Contains(bytes.ToLower(head), []byte("utf-7")) {
		return decodeUTF7(page), charset{0, 1}
	}
	return page, charset{0, 1}
}

// narrow keeps the low byte of each UTF-16 unit; of characters beyond ASCII
// only that they are some is kept. ascii is the place of the low byte.
func narrow(page []byte, ascii int) []byte {
	out := make([]byte, len(page)/2)
	for i := range out {
		out[i] = page[2*i+ascii]
		if page[2*i+1-ascii] != 0 {
			out[i] |= 0x80
		}
	}
	return out
}

// latin translates IBM's code page 37.
func latin(page []byte) []byte {
	out := make([]byte, len(page))
	for i, c := range page {
		r := charmap.CodePage037.DecodeByte(c)
		if r == '\u0085' { // EBCDIC's end of a line
			r = '\n'
		}
		out[i] = byte(min(r, 0xff))
	}
	return out
}

// decodeUTF7 decodes the shifted runs of a page, RFC 2152, and blanks what
// their encoding took beyond the text.
func decodeUTF7(page []byte) []byte {
	out := bytes.Clone(page)
	for i := 0; i < len(page); i++ {
		if page[i] != '+' {
			continue
		}
		end := i + 1
		for end < len(page) && base64Char(page[end]) {
			end++
		}
		units := make([]byte, base64.RawStdEncoding.DecodedLen(end-i-1))
		n, _ := base64.RawStdEncoding.Decode(units, page[i+1:end])
		text := narrow(units[:n], 1)
		if end < len(page) && page[end] == '-' {
			end++
		}
		for j := range out[i:end] {
			out[i+j] = ' '
		}
		copy(out[i:end], text)
		i = max(i, end-1)
	}
	return out
}

func base64Char(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}
