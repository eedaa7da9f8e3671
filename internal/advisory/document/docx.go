package document

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxPart bounds a part of a document package, decompressed.
const maxPart = 64 << 20

// docx reads an Office Open XML text (ECMA-376 part 1, 17).
func (d *Document) docx(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("is a damaged zip file: %w", err)
	}
	d.Format = "DOCX"
	found := false
	for _, name := range [...]string{"word/document.xml", "word/footnotes.xml", "word/endnotes.xml"} {
		part, err := readPart(z, name)
		if errors.Is(err, errNoPart) {
			continue
		}
		if err != nil {
			d.Notes = append(d.Notes, name+": "+err.Error())
			continue
		}
		found = true
		if err := d.word(part); err != nil {
			d.Notes = append(d.Notes, name+": cannot be read further: "+err.Error())
		}
	}
	if !found {
		return errors.New("is an archive without the text of a document (word/document.xml)")
	}
	return d.docxLinks(z)
}

var errNoPart = errors.New("no such part")

func readPart(z *zip.Reader, name string) ([]byte, error) {
	for _, f := range z.File {
		if f.Name != name {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		data, err := io.ReadAll(io.LimitReader(r, maxPart))
		if len(data) == maxPart {
			return data, fmt.Errorf("larger than %d bytes", maxPart)
		}
		return data, err
	}
	return nil, errNoPart
}

// docxLinks reads the targets of hyperlinks.
func (d *Document) docxLinks(z *zip.Reader) error {
	part, err := readPart(z, "word/_rels/document.xml.rels")
	if err != nil {
		return nil // no links is no error
	}
	var rels struct {
		Relationship []struct {
			Target     string `xml:",attr"`
			TargetMode string `xml:",attr"`
		}
	}
	if err := xml.Unmarshal(part, &rels); err != nil {
		d.Notes = append(d.Notes, "the hyperlinks cannot be read: "+err.Error())
		return nil
	}
	for _, r := range rels.Relationship {
		if r.TargetMode == "External" {
			d.add(Block{Kind: Link, Text: r.Target, Place: Place{Offset: -1}})
		}
	}
	return nil
}

// word reads paragraphs and tables.
func (d *Document) word(part []byte) error {
	r := wordReader{d: d, x: xml.NewDecoder(bytes.NewReader(part)), row: -1}
	r.x.Strict = false
	for depth := 0; ; {
		token, err := r.x.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return errors.New("elements nested too deep")
			}
			r.begin(t)
		case xml.EndElement:
			depth--
			r.end(t.Name.Local)
		case xml.CharData:
			if r.inText {
				r.text.Write(t)
			}
		}
	}
}

type wordReader struct {
	d      *Document
	x      *xml.Decoder
	text   strings.Builder
	inText bool
	style  string
	list   bool
	above  headings
	cells  int // tables around

	table, row, column int
}

func (r *wordReader) begin(e xml.StartElement) {
	switch e.Name.Local {
	case "p":
		r.style, r.list = "", false
	case "pStyle":
		for _, a := range e.Attr {
			if a.Name.Local == "val" {
				r.style = a.Value
			}
		}
	case "numPr":
		r.list = true
	case "t", "delText":
		r.inText = e.Name.Local == "t"
	case "br", "cr":
		r.text.WriteByte('\n')
	case "tab":
		r.text.WriteByte('\t')
	case "noBreakHyphen":
		r.text.WriteByte('-')
	case "tbl":
		r.cells++
		r.table++
		r.row = -1
	case "tr":
		r.row++
		r.column = -1
	case "tc":
		r.column++
	}
}

func (r *wordReader) end(name string) {
	switch name {
	case "t":
		r.inText = false
	case "tbl":
		r.cells--
	case "p":
		r.paragraph()
	}
}

func (r *wordReader) paragraph() {
	text := strings.TrimSpace(r.text.String())
	r.text.Reset()
	b := Block{Text: text, Place: Place{Offset: -1, Section: r.above.String()}}
	level := 0
	if rest, ok := strings.CutPrefix(strings.ToLower(r.style), "heading"); ok && len(rest) == 1 && rest[0] >= '1' && rest[0] <= '9' {
		level = int(rest[0] - '0')
	}
	switch {
	case strings.EqualFold(r.style, "Title"):
		b.Kind, b.Level = Heading, 1
	case level > 0 && text != "":
		b.Kind, b.Level = Heading, level
		r.above.set(level, text)
	case r.cells > 0:
		b.Kind, b.Table, b.Row, b.Column = Cell, r.table, max(r.row, 0), max(r.column, 0)
	case r.list:
		b.Kind = Item
	}
	r.d.add(b)
}
