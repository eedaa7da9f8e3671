package document

import (
	"bytes"
	"encoding/csv"
	"io"
	"strings"
)

// text reads plain text and Markdown: paragraphs are lines up to a blank one.
func (d *Document) text(data []byte) {
	d.Format = "text"
	r := textReader{d: d}
	at := 0
	for at < len(data) {
		line := data[at:]
		end := bytes.IndexByte(line, '\n')
		if end < 0 {
			end = len(line)
		}
		r.line(string(bytes.TrimRight(line[:end], "\r")), int64(at))
		at += end + 1
	}
	r.flush()
}

type textReader struct {
	d     *Document
	above headings
	lines []string
	start int64
	fence bool // within a fenced code block
	table int
	row   int
}

func (r *textReader) line(line string, at int64) {
	trimmed := strings.TrimSpace(line)
	switch {
	case strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~"):
		r.flush()
		r.fence = !r.fence
		if r.fence {
			r.d.Format = "Markdown"
		}
		return
	case r.fence:
		r.keep(line, at)
		return
	case trimmed == "":
		r.flush()
		r.row = 0
		return
	}
	if title, ok := frontTitle(trimmed); ok && len(r.d.Blocks) == 0 && len(r.lines) == 0 {
		r.d.add(Block{Kind: Heading, Text: title, Level: 1, Place: Place{Offset: at}})
		return
	}
	if level := len(trimmed) - len(strings.TrimLeft(trimmed, "#")); level > 0 && level <= 6 && strings.HasPrefix(trimmed[level:], " ") {
		r.flush()
		r.d.Format = "Markdown"
		title := strings.TrimSpace(strings.Trim(trimmed, "#"))
		r.d.add(Block{Kind: Heading, Text: title, Level: level, Place: Place{Offset: at, Section: r.above.String()}})
		r.above.set(level, title)
		return
	}
	if strings.HasPrefix(trimmed, "|") && strings.Count(trimmed, "|") >= 2 {
		r.flush()
		r.cells(trimmed, at)
		return
	}
	for _, bullet := range [...]string{"- ", "* ", "+ ", "• ", "– "} {
		if rest, ok := strings.CutPrefix(trimmed, bullet); ok {
			r.flush()
			r.d.add(Block{Kind: Item, Text: rest, Place: r.place(at)})
			return
		}
	}
	r.keep(line, at)
}

// frontTitle takes the title that stands in front of a text: "title: …".
func frontTitle(line string) (string, bool) {
	const key = "title:"
	if len(line) <= len(key) || !strings.EqualFold(line[:len(key)], key) {
		return "", false
	}
	return strings.Trim(line[len(key):], " \t\"'"), true
}

// cells reads a row of a Markdown table.
func (r *textReader) cells(line string, at int64) {
	if strings.Trim(line, "|-: \t") == "" {
		return
	}
	if r.row == 0 {
		r.table++
	}
	for i, cell := range strings.Split(strings.Trim(line, "|"), "|") {
		r.d.add(Block{Kind: Cell, Text: cell, Place: r.place(at), Table: r.table, Row: r.row, Column: i})
	}
	r.row++
}

func (r *textReader) place(at int64) Place { return Place{Offset: at, Section: r.above.String()} }

func (r *textReader) keep(line string, at int64) {
	if len(r.lines) == 0 {
		r.start = at
	}
	r.lines = append(r.lines, line)
}

func (r *textReader) flush() {
	if len(r.lines) == 0 {
		return
	}
	kind := Paragraph
	if r.fence {
		kind = Code
	}
	r.d.add(Block{Kind: kind, Text: strings.Join(r.lines, "\n"), Place: r.place(r.start)})
	r.lines = r.lines[:0]
}

// isTable reports whether text looks like comma-separated values: the first
// lines have the same number of fields.
func isTable(data []byte) bool {
	r := csv.NewReader(bytes.NewReader(data[:min(len(data), 8192)]))
	first, err := r.Read()
	if err != nil || len(first) < 2 {
		return false
	}
	for range 2 {
		row, err := r.Read()
		if err != nil || len(row) != len(first) {
			return false
		}
	}
	return !strings.Contains(strings.Join(first, ""), ". ")
}

// csv reads a table of values.
func (d *Document) csv(data []byte) {
	d.Format = "CSV"
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if line, _, _ := bytes.Cut(data, []byte{'\n'}); bytes.Count(line, []byte{'\t'}) > bytes.Count(line, []byte{','}) {
		r.Comma = '\t'
	} else if bytes.Count(line, []byte{';'}) > bytes.Count(line, []byte{','}) {
		r.Comma = ';'
	}
	for row := 0; ; row++ {
		at := r.InputOffset()
		fields, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			d.Notes = append(d.Notes, "the table cannot be read further: "+err.Error())
			return
		}
		for column, cell := range fields {
			d.add(Block{Kind: Cell, Text: cell, Place: Place{Offset: at}, Table: 1, Row: row, Column: column})
		}
	}
}
