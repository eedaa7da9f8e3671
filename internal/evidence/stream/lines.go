package stream

import (
	"bytes"
	"io"
	"unicode/utf8"

	"seawall/record"
)

// MaxLine is the longest line that is read whole; the rest of a longer one is
// passed over and reported.
const MaxLine = 4 << 20

// Lines reads the lines of a text file in any of the encodings that tools
// write: UTF-8, UTF-16 of either order, Windows-1252.
type Lines struct {
	Text   string // of the line, in UTF-8, without its end
	Offset int64  // of its first byte in the file
	Length int    // in bytes of the file, without its end
	Number uint64 // from 1
	Cut    bool   // the file ends without a line end: the line may go on

	in    *Input
	buf   []byte // read and not yet handed out
	start int
	at    int64 // of buf[start] in the file
	end   error
	wide  byte // 0: bytes; 'l', 'b': UTF-16 of that order
	begun bool
	again bool // the line was put back
}

// NewLines reads the lines of a file.
func NewLines(in *Input) *Lines { return &Lines{in: in} }

// Next moves to the next line; false at the end.
func (l *Lines) Next() bool {
	if l.again {
		l.again = false
		return true
	}
	if !l.begun {
		l.begin()
	}
	l.Number++
	for from := 0; ; {
		rest := l.buf[l.start:]
		if n := l.newline(rest, from); n >= 0 {
			l.take(rest[:n], n+l.unit())
			return true
		}
		from = max(len(rest)-1, 0)
		if l.end != nil {
			if len(rest) == 0 {
				return false
			}
			l.take(rest, len(rest))
			l.Cut = true
			return true
		}
		if len(rest) > MaxLine {
			l.overlong(rest)
			return true
		}
		l.fill()
	}
}

// Back has the next call of Next give the same line again.
func (l *Lines) Back() { l.again = true }

func (l *Lines) unit() int {
	if l.wide != 0 {
		return 2
	}
	return 1
}

// newline returns the index of the first line end in b, -1 if there is none.
func (l *Lines) newline(b []byte, from int) int {
	switch l.wide {
	case 0:
		if n := bytes.IndexByte(b[from:], '\n'); n >= 0 {
			return from + n
		}
		return -1
	}
	for i := from &^ 1; i+1 < len(b); i += 2 {
		if low, high := l.order(b[i], b[i+1]); low == '\n' && high == 0 {
			return i
		}
	}
	return -1
}

func (l *Lines) order(a, b byte) (low, high byte) {
	if l.wide == 'l' {
		return a, b
	}
	return b, a
}

// take hands out a line and moves behind it.
func (l *Lines) take(raw []byte, used int) {
	l.Offset, l.Length = l.at, len(raw)
	l.start += used
	l.at += int64(used)
	l.Text = l.decode(raw)
}

func (l *Lines) overlong(raw []byte) {
	l.take(raw[:MaxLine&^1], len(raw)&^1)
	l.in.Lost(l.Offset, l.Number, "line is longer than 4 MiB; the rest of it is passed over")
	for l.end == nil {
		l.fill()
		rest := l.buf[l.start:]
		if n := l.newline(rest, 0); n >= 0 {
			l.start += n + l.unit()
			l.at += int64(n + l.unit())
			return
		}
		l.at += int64(len(rest))
		l.start = len(l.buf)
	}
}

func (l *Lines) fill() {
	if l.start > 0 {
		l.buf = l.buf[:copy(l.buf, l.buf[l.start:])]
		l.start = 0
	}
	if cap(l.buf)-len(l.buf) < 32<<10 {
		l.buf = append(make([]byte, 0, max(64<<10, 2*cap(l.buf))), l.buf...)
	}
	n, err := l.in.Read(l.buf[len(l.buf):cap(l.buf)])
	l.buf = l.buf[:len(l.buf)+n]
	l.end = err
}

// begin looks for a byte order mark, or for UTF-16 without one.
func (l *Lines) begin() {
	l.begun = true
	for len(l.buf) < 64 && l.end == nil {
		l.fill()
	}
	mark := 0
	switch b := l.buf; {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		mark = 3
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		mark, l.wide = 2, 'l'
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		mark, l.wide = 2, 'b'
	case len(b) >= 4 && b[1] == 0 && b[3] == 0 && b[0] != 0:
		l.wide = 'l'
	case len(b) >= 4 && b[0] == 0 && b[2] == 0 && b[1] != 0:
		l.wide = 'b'
	}
	l.start, l.at = mark, int64(mark)
}

// decode returns a line as UTF-8, without the carriage returns at its end.
func (l *Lines) decode(raw []byte) string {
	switch l.wide {
	case 'l':
		raw = record.AppendUTF16(nil, raw)
	case 'b':
		swapped := make([]byte, len(raw)&^1)
		for i := 0; i+1 < len(raw); i += 2 {
			swapped[i], swapped[i+1] = raw[i+1], raw[i]
		}
		raw = record.AppendUTF16(nil, swapped)
	}
	raw = bytes.TrimRight(raw, "\r")
	return Text(raw)
}

// Text returns bytes as UTF-8: as they are if they are, else read as
// Windows-1252.
func Text(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	return record.Value{Raw: raw, Kind: record.ANSI}.String()
}

// HeadText returns the start of a file as text for recognition, whatever its
// encoding, at most n bytes of it.
func HeadText(head []byte, n int) []byte {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		head = head[3:]
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return record.AppendUTF16(nil, head[2:min(len(head), 2*n+2)&^1])
	case len(head) >= 4 && head[1] == 0 && head[3] == 0 && head[0] != 0:
		return record.AppendUTF16(nil, head[:min(len(head), 2*n)&^1])
	}
	return head[:min(len(head), n)]
}

var _ io.Reader = (*Input)(nil)
