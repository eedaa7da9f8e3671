package winevent

import (
	"bytes"
	"unicode/utf8"

	"seawall/internal/evidence"
	"seawall/record"
)

// text is a block of a text file as UTF-8, and the way back to the bytes of
// the file.
type text struct {
	data  []byte
	block *evidence.Block
	width int // bytes of a code unit in the file: 1, or 2 for UTF-16

	// How far places have been computed: data[:at] is block.Data[:origin].
	at, origin int
	lineAt     int
	lines      uint64
	buffer     []byte
}

// encoding is the character encoding of a text file.
type encoding uint8

const (
	utf8Text encoding = iota
	utf16LE
	utf16BE
)

// guessEncoding tells the encoding by the byte order mark or, where a block
// begins in the middle of a file, by its first character: it is ASCII in all
// formats here.
func guessEncoding(data []byte) encoding {
	if len(data) < 2 {
		return utf8Text
	}
	switch {
	case data[0] == 0xff && data[1] == 0xfe, data[0] != 0 && data[1] == 0:
		return utf16LE
	case data[0] == 0xfe && data[1] == 0xff, data[0] == 0 && data[1] != 0:
		return utf16BE
	}
	return utf8Text
}

// reset makes t the text of a block.
func (t *text) reset(b *evidence.Block) {
	*t = text{data: b.Data, block: b, width: 1, buffer: t.buffer, lines: b.Line}
	if e := guessEncoding(b.Data); e != utf8Text {
		t.buffer = decodeUTF16(t.buffer[:0], b.Data, e)
		t.data, t.width = t.buffer, 2
	}
	if b.Offset == 0 && bytes.HasPrefix(t.data, byteOrderMark) {
		t.data = t.data[len(byteOrderMark):]
		if t.origin = len(byteOrderMark); t.width == 2 {
			t.origin = 2
		}
	}
}

var byteOrderMark = []byte("\ufeff")

// decodeUTF16 appends UTF-16 text to dst as UTF-8.
func decodeUTF16(dst, data []byte, e encoding) []byte {
	if e == utf16LE {
		return record.AppendUTF16(dst, data)
	}
	var swapped [1024]byte
	for len(data) >= 2 {
		n := min(len(data), len(swapped)) &^ 1
		// A surrogate pair must not be cut in two.
		if n < len(data)-1 && n > 2 && data[n-2]&0xfc == 0xd8 {
			n -= 2
		}
		for i := 0; i < n; i += 2 {
			swapped[i], swapped[i+1] = data[i+1], data[i]
		}
		dst = record.AppendUTF16(dst, swapped[:n])
		data = data[n:]
	}
	return dst
}

// place says where data[at:at+length] is in the file. Places must be asked for
// in ascending order.
func (t *text) place(at, length int) (offset int64, size int, line uint64, raw []byte) {
	line = t.line(at)
	start := t.toOrigin(at)
	end := start + length
	if t.width == 2 {
		end = start + 2*codeUnits(t.data[at:at+length])
	}
	end = min(end, len(t.block.Data))
	return t.block.Offset + int64(start), end - start, line, t.block.Data[start:end]
}

func (t *text) toOrigin(at int) int {
	if at < t.at {
		return t.origin
	}
	n := at - t.at
	if t.width == 2 {
		n = 2 * codeUnits(t.data[t.at:at])
	}
	t.at, t.origin = at, min(t.origin+n, len(t.block.Data))
	return t.origin
}

// codeUnits counts the UTF-16 code units of text.
func codeUnits(text []byte) (n int) {
	for _, c := range text {
		if c < utf8.RuneSelf || c >= 0xc0 {
			n++
			if c >= 0xf0 {
				n++
			}
		}
	}
	return n
}

// line returns the number of the line that data[at] is in.
func (t *text) line(at int) uint64 {
	if at > t.lineAt {
		t.lines += uint64(bytes.Count(t.data[t.lineAt:at], []byte{'\n'}))
		t.lineAt = at
	}
	return t.lines
}

// widen writes ASCII text in an encoding.
func widen(ascii string, e encoding) []byte {
	if e == utf8Text {
		return []byte(ascii)
	}
	wide := make([]byte, 0, 2*len(ascii))
	for i := range len(ascii) {
		if e == utf16LE {
			wide = append(wide, ascii[i], 0)
		} else {
			wide = append(wide, 0, ascii[i])
		}
	}
	return wide
}

// lastIndex returns the index of the last instance of ASCII text in data, -1
// if there is none.
func lastIndex(data []byte, ascii string, e encoding) int {
	pattern := widen(ascii, e)
	for end := len(data); ; {
		i := bytes.LastIndex(data[:end], pattern)
		if i < 0 || e == utf8Text || i%2 == 0 {
			return i
		}
		end = i + len(pattern) - 1
	}
}
