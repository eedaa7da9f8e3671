// Package table reads tables as tools and people export them: separated by
// commas, semicolons, tabs or bars, in any encoding, with cells over several
// lines, titles before the header and lines that say nothing.
package table

import (
	"slices"
	"strings"

	"seawall/internal/evidence/stream"
)

// Reader reads the rows of a table.
type Reader struct {
	Header []string // normalised: see [Normal]
	Cells  []string // of the row
	Offset int64    // of the row in the file
	Length int
	Number uint64 // of its first line
	Raw    string // the row as written, in UTF-8

	in        *stream.Input
	lines     *stream.Lines
	separator byte
	unclosed  bool // the row ends inside quotes
}

// New returns a reader that looks for the header among the first lines: the
// first row for which isHeader is true. It returns nil if there is none.
func New(in *stream.Input, isHeader func(cells []string) bool) *Reader {
	const searched = 64 // lines before the header: titles, filters, hosts scanned
	r := &Reader{in: in, lines: stream.NewLines(in)}
	for range searched {
		if !r.lines.Next() {
			break
		}
		r.separator = Separator(r.lines.Text)
		r.lines.Back()
		if !r.row() {
			break
		}
		header := make([]string, len(r.Cells))
		for i, c := range r.Cells {
			header[i] = Normal(c)
		}
		if isHeader(header) {
			r.Header = header
			return r
		}
	}
	return nil
}

// Separator guesses what separates the cells of a line.
func Separator(line string) byte {
	best, most := byte(','), 0
	for _, c := range []byte{',', ';', '\t', '|'} {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// Normal is a column's name in lower case, with single blanks for all that
// stands between words.
func Normal(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool {
		return c == ' ' || c == '_' || c == '-' || c == '\u00a0' || c == '\ufeff' || c == '\t' || c == '\n' || c == '.' || c == '"'
	})
	return strings.Join(words, " ")
}

// Column returns the index of the first column with one of the names, -1 if
// there is none. Earlier names are preferred.
func (r *Reader) Column(names ...string) int {
	for _, name := range names {
		if i := slices.Index(r.Header, name); i >= 0 {
			return i
		}
	}
	return -1
}

// Cell returns a cell without the blanks around it, "" if the row has no such
// column.
func (r *Reader) Cell(column int) string {
	if column < 0 || column >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(r.Cells[column])
}

// Next moves to the next row that is not blank; false at the end. A row that
// the file is cut off in is reported, and not used.
func (r *Reader) Next() bool {
	for r.row() {
		if r.unclosed || r.lines.Cut && len(r.Cells) < len(r.Header) {
			r.in.Lost(r.Offset, r.Number, "the table ends inside a row, which is not used")
			return false
		}
		if slices.ContainsFunc(r.Cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			return true
		}
	}
	return false
}

// maxRow bounds a row whose quote is never closed.
const maxRow = 1 << 20

// row reads one row, over several lines if a quoted cell goes on.
func (r *Reader) row() bool {
	if !r.lines.Next() {
		return false
	}
	l := r.lines
	r.Offset, r.Length, r.Number, r.Raw = l.Offset, l.Length, l.Number, l.Text
	first := l.Text
	cells, open := r.split(r.Cells[:0], first)
	r.unclosed = false
	if !open {
		r.Cells = cells
		return true
	}
	var text strings.Builder
	text.WriteString(first)
	for open && text.Len() < maxRow && l.Next() {
		text.WriteByte('\n')
		text.WriteString(l.Text)
		// Quotes inside a cell are doubled: an odd number ends it.
		open = strings.Count(l.Text, `"`)%2 == 0
	}
	r.Raw = text.String()
	r.Length = int(l.Offset-r.Offset) + l.Length
	r.Cells, r.unclosed = r.split(cells[:0], r.Raw)
	return true
}

// split appends the cells of a row; open says that it ends inside quotes.
func (r *Reader) split(cells []string, row string) (_ []string, open bool) {
	for {
		trimmed := strings.TrimLeft(row, " ")
		if !strings.HasPrefix(trimmed, `"`) {
			cell, rest, more := strings.Cut(row, string(r.separator))
			cells = append(cells, cell)
			if !more {
				return cells, false
			}
			row = rest
			continue
		}
		cell, rest, closed := quoted(trimmed[1:])
		if !closed {
			return append(cells, cell), true
		}
		tail, rest, more := strings.Cut(rest, string(r.separator))
		cells = append(cells, cell+strings.TrimSpace(tail))
		if !more {
			return cells, false
		}
		row = rest
	}
}

// quoted reads a quoted cell whose first quote is taken.
func quoted(s string) (cell, rest string, closed bool) {
	end := strings.IndexByte(s, '"')
	if end >= 0 && !strings.HasPrefix(s[end:], `""`) {
		return s[:end], s[end+1:], true
	}
	var b strings.Builder
	for {
		end := strings.IndexByte(s, '"')
		if end < 0 {
			b.WriteString(s)
			return b.String(), "", false
		}
		b.WriteString(s[:end])
		s = s[end+1:]
		if !strings.HasPrefix(s, `"`) {
			return b.String(), s, true
		}
		b.WriteByte('"')
		s = s[1:]
	}
}

// Sniff reports whether one of the first lines of a file is a header; it looks
// at whole lines only.
func Sniff(head []byte, isHeader func(cells []string) bool) bool {
	const searched = 24
	text := string(head)
	r := &Reader{}
	for range searched {
		line, rest, more := strings.Cut(text, "\n")
		if !more && len(head) >= 4096 { // cut off
			return false
		}
		line = strings.TrimRight(line, "\r")
		r.separator = Separator(line)
		cells, _ := r.split(nil, line)
		for i, c := range cells {
			cells[i] = Normal(c)
		}
		if isHeader(cells) {
			return true
		}
		if !more {
			return false
		}
		text = rest
	}
	return false
}

// Has reports whether a header has a column of one of the names.
func Has(header []string, names ...string) bool {
	return slices.ContainsFunc(header, func(h string) bool { return slices.Contains(names, h) })
}
