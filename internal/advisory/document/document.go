// Package document reads advisories into blocks of text, whatever file format
// they come in, each with the place it was read from.
package document

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf16"
)

// Kind is what a block of text is.
type Kind uint8

// The kinds of blocks.
const (
	Paragraph Kind = iota
	Heading
	Item // of a list
	Cell // of a table
	Code // preformatted
	Link // target of a hyperlink: where the text points, not what it says
	Fact // a value of a structured format, such as a STIX pattern
)

// Block is a piece of text that belongs together.
type Block struct {
	Kind  Kind
	Text  string
	Place Place
	Level int // of a heading: 1 is the title
	// Key says what a fact is, as its source names it: "stix ipv4-addr:value".
	Key string
	// Table numbers the table or list that a cell or item is part of, from 1;
	// Row and Column are from 0.
	Table, Row, Column int
}

// Place is where in a document a block stands.
type Place struct {
	Offset  int64  // of its first byte in the file; -1 if the format has no such thing
	Page    int    // from 1; 0 if the format has no pages
	Section string // the headings above, joined by " > "
}

// String writes a place for people.
func (p Place) String() string {
	var parts []string
	if p.Page > 0 {
		parts = append(parts, fmt.Sprintf("page %d", p.Page))
	}
	if p.Section != "" {
		parts = append(parts, "“"+p.Section+"”")
	}
	if p.Offset >= 0 {
		parts = append(parts, fmt.Sprintf("byte %d", p.Offset))
	}
	return strings.Join(parts, ", ")
}

// Document is what was read of a file.
type Document struct {
	Name   string // of the file
	Format string // "HTML", "PDF", …
	Title  string // as the document names itself; "" if it does not
	Date   string // likewise, if its format has a place for it
	Blocks []Block
	// Notes say what could not be read, or only in part.
	Notes []string
}

// ErrNoText says that a document has no text to be read, such as a scan.
var ErrNoText = errors.New("no text layer: the pages are pictures; read them with a text recognition program first")

// MaxBytes bounds the documents read.
const MaxBytes = 256 << 20

// Read reads a file by its content; the name only decides between text formats.
func Read(name string, data []byte) (*Document, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, MaxBytes)
	}
	d := &Document{Name: name}
	if err := d.read(data); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	d.name()
	return d, nil
}

func (d *Document) read(data []byte) error {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return d.docx(data)
	}
	if at := bytes.Index(data[:min(len(data), 1024)], []byte("%PDF-")); at >= 0 {
		return d.pdf(data[at:])
	}
	text, shifted := decode(data)
	start := bytes.TrimLeft(text[:min(len(text), 4096)], " \t\r\n")
	extension := strings.ToLower(path.Ext(d.Name))
	switch {
	case len(start) == 0:
		return errors.New("is empty")
	case bytes.IndexByte(start, 0) >= 0:
		return errors.New("is no document of a known format")
	case isJSON(start):
		if err := d.json(text); err != nil {
			return err
		}
	case start[0] == '<' && isStructuredXML(start):
		d.xml(text)
	case start[0] == '<' && isHTML(start):
		d.html(text)
	case extension == ".csv" || extension == ".tsv" || isTable(text):
		d.csv(text)
	default:
		d.text(text)
	}
	if shifted {
		for i := range d.Blocks {
			d.Blocks[i].Place.Offset = -1
		}
	}
	return nil
}

// decode returns text as UTF-8; shifted says that offsets are not those of the
// file any more.
func decode(data []byte) (text []byte, shifted bool) {
	switch {
	case bytes.HasPrefix(data, []byte{0xef, 0xbb, 0xbf}):
		return append([]byte("   "), data[3:]...), false // blanks keep the offsets
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		big := data[0] == 0xfe
		units := make([]uint16, 0, len(data)/2)
		for i := 2; i+1 < len(data); i += 2 {
			low, high := data[i], data[i+1]
			if big {
				low, high = high, low
			}
			units = append(units, uint16(low)|uint16(high)<<8)
		}
		return []byte(string(utf16.Decode(units))), true
	}
	return data, false
}

// name takes the document's name for itself from its first heading.
func (d *Document) name() {
	for i := range d.Blocks {
		if d.Title != "" {
			return
		}
		if b := &d.Blocks[i]; b.Kind == Heading {
			d.Title = b.Text
		}
	}
}

// add appends a block, unless it is blank.
func (d *Document) add(b Block) {
	if b.Text = strings.TrimSpace(b.Text); b.Text != "" {
		d.Blocks = append(d.Blocks, b)
	}
}

// headings keeps the headings above a block.
type headings []string

// set enters a heading; those of its level and below end.
func (h *headings) set(level int, text string) {
	level = max(level, 1)
	*h = append((*h)[:min(len(*h), level-1)], text)
}

func (h headings) String() string { return strings.Join(h, " > ") }
