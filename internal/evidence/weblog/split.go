package weblog

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/record"
)

// splitter knows how a file is divided into lines.
type splitter struct {
	end  byte // line feed, or carriage return in files without line feeds
	wide byte // 0: bytes; 1: UTF-16LE; 2: UTF-16BE
}

// newSplitter looks at the head of a file.
func newSplitter(head []byte) splitter {
	s := splitter{end: '\n', wide: width(head)}
	if s.wide == 0 && onlyReturns(head) {
		s.end = '\r'
	}
	return s
}

// widthSample is how many bytes tell the encoding.
const widthSample = 64

// width tells whether text is UTF-16: 1 little endian, 2 big endian. Blocks
// begin in the middle of files, so it goes by the zeros between ASCII
// characters, which all logs here mostly consist of.
func width(b []byte) byte {
	if len(b) >= 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		b = b[2:]
	}
	b = b[:min(len(b), widthSample)&^1]
	if len(b) < 4 {
		return 0
	}
	var zeros [2]int
	for i, c := range b {
		if c == 0 {
			zeros[i&1]++
		}
	}
	most := len(b) / 2 * 3 / 4
	switch {
	case zeros[1] >= most && zeros[0] <= zeros[1]/4:
		return 1
	case zeros[0] >= most && zeros[1] <= zeros[0]/4:
		return 2
	}
	return 0
}

// onlyReturns reports whether lines end with carriage returns alone.
func onlyReturns(b []byte) bool {
	b = b[:min(len(b), evidence.HeadSize)]
	return bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') >= 0
}

// maxPiece is the length up to which lines are read whole. No server writes
// such lines; what does comes in pieces, so that it costs little memory.
const maxPiece = 4 << 20

// cut returns the length of the whole lines that data begins with.
func cut(data []byte, last bool) int {
	if last {
		return len(data)
	}
	if len(data) >= maxPiece && wholeLines(data[:maxPiece]) == 0 {
		return maxPiece
	}
	return wholeLines(data)
}

func wholeLines(data []byte) int {
	if len(data) < widthSample+2 && bytes.IndexByte(data, 0) >= 0 {
		return 0 // too little to tell the encoding
	}
	switch width(data) {
	case 1:
		return lastWide(data, 0) + 2
	case 2:
		return lastWide(data, 1) + 1
	}
	if n := bytes.LastIndexByte(data, '\n'); n >= 0 || len(data) < evidence.HeadSize {
		return n + 1
	}
	// So long without a line feed: lines end with carriage returns, unless it is
	// one long line with some of them in it.
	if bytes.Count(data[:evidence.HeadSize], []byte{'\r'}) < manyReturns {
		return 0
	}
	return bytes.LastIndexByte(data, '\r') + 1
}

// manyReturns is how many carriage returns are line ends.
const manyReturns = 16

// lastWide returns the index of the byte of the last UTF-16 line feed, which
// is at an index with the given parity; -2 or -1 if there is none.
func lastWide(data []byte, parity int) int {
	for end := len(data); ; {
		i := bytes.LastIndexByte(data[:end], '\n')
		if i < 0 {
			return parity - 2
		}
		if i%2 == parity && (parity == 0 && i+1 < len(data) && data[i+1] == 0 || parity == 1 && data[i-1] == 0) {
			return i
		}
		end = i
	}
}

// widen writes ASCII text as the file does.
func (s *splitter) widen(ascii string) []byte {
	if s.wide == 0 {
		return []byte(ascii)
	}
	var wide []byte
	for i := range len(ascii) {
		if s.wide == 1 {
			wide = append(wide, ascii[i], 0)
		} else {
			wide = append(wide, 0, ascii[i])
		}
	}
	return wide
}

// ends reports whether data ends with a line end.
func (s *splitter) ends(data []byte) bool {
	i := len(data) - 1
	if s.wide == 1 {
		i--
	}
	return i >= 0 && (data[i] == s.end || data[i] == '\r')
}

// first returns the first line of data as UTF-8.
func (s *splitter) first(data []byte) []byte {
	l := s.lines(&evidence.Block{Data: data, Offset: 1})
	l.next()
	return bytes.TrimRight(l.text, "\r")
}

// firstContent returns the first line of a file that is not about the file.
func (s *splitter) firstContent(data []byte) []byte {
	l := s.lines(&evidence.Block{Data: data})
	for l.next() {
		if line := bytes.TrimRight(l.text, "\r"); len(line) > 0 && line[0] != '#' {
			return line
		}
	}
	return nil
}

// lines returns a scanner of the lines of a block.
func (s *splitter) lines(b *evidence.Block) lineScanner {
	l := lineScanner{splitter: *s, data: b.Data, base: b.Offset, number: b.Line}
	if b.Offset == 0 {
		if s.wide != 0 && len(b.Data) >= 2 && b.Data[0]|b.Data[1] == 0xff {
			l.at = 2
		} else if bytes.HasPrefix(b.Data, byteOrderMark) {
			l.at = 3
		}
	}
	return l
}

// lineScanner goes through the lines of a block.
type lineScanner struct {
	splitter
	data   []byte
	base   int64
	at     int
	begun  bool
	buffer []byte

	text   []byte // of the line, as UTF-8
	offset int64  // in the file
	length int    // in the file
	number uint64
}

// next goes to the next line; it reports whether there is one.
func (l *lineScanner) next() bool {
	if l.at >= len(l.data) {
		return false
	}
	if l.begun {
		l.number++
	}
	l.begun = true
	rest := l.data[l.at:]
	n, size := l.lineLength(rest)
	l.offset, l.length = l.base+int64(l.at), n
	l.at += size
	if l.wide == 0 {
		l.text = rest[:n]
		return true
	}
	l.buffer = appendWide(l.buffer[:0], rest[:n], l.wide)
	l.text = l.buffer
	return true
}

// lineLength returns the length of the line that b begins with, and with its end.
func (l *lineScanner) lineLength(b []byte) (n, size int) {
	if l.wide == 0 {
		if n = bytes.IndexByte(b, l.end); n < 0 {
			return len(b), len(b)
		}
		return n, n + 1
	}
	for i := 0; ; {
		j := bytes.IndexByte(b[i:], '\n')
		if j < 0 {
			return len(b), len(b)
		}
		i += j
		if l.wide == 1 && i%2 == 0 && i+1 < len(b) && b[i+1] == 0 {
			return i, i + 2
		}
		if l.wide == 2 && i%2 == 1 && b[i-1] == 0 {
			return i - 1, i + 1
		}
		i++
	}
}

// appendWide appends UTF-16 text as UTF-8.
func appendWide(dst, data []byte, wide byte) []byte {
	if wide == 1 {
		return record.AppendUTF16(dst, data)
	}
	swapped := make([]byte, len(data)&^1)
	for i := 0; i+1 < len(data); i += 2 {
		swapped[i], swapped[i+1] = data[i+1], data[i]
	}
	return record.AppendUTF16(dst, swapped)
}

var byteOrderMark = []byte("\ufeff")
