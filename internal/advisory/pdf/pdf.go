// Package pdf reads the text of PDF files (ISO 32000) with its layout: lines,
// columns, and the cells of tables, in which broken hashes and names are put
// together again. It is bounded against hostile files in time and memory.
package pdf

import (
	"errors"
	"fmt"
)

// ErrNoText says that pages are pictures.
var ErrNoText = errors.New("no text layer")

// Document is the text of a file.
type Document struct {
	Title  string
	Blocks []Block
	Links  []Link
	Pages  int
	// Notes say what could not be read.
	Notes []string
}

// Block is a paragraph or a cell of a table.
type Block struct {
	Page  int // from 1
	Text  string
	Size  float64 // of the letters, in points
	Mono  bool    // lines are kept as they stand, such as those of a program
	Cell  bool
	Table int // of a cell, from 1
	Row   int // likewise, from 0
	// Column is the number of the cell in its row, from 0.
	Column int
}

// Link is the target of a hyperlink.
type Link struct {
	Page   int
	Target string
}

// maxPages bounds the pages read.
const maxPages = 5000

// Read reads a file. It returns ErrPassword or ErrNoText (wrapped) if there is
// nothing to be read.
func Read(data []byte) (d *Document, err error) {
	f, err := openFile(data)
	if err != nil {
		return nil, err
	}
	d = &Document{}
	info := f.dict(f.trailer["Info"])
	if title, ok := f.resolve(info["Title"]).(text); ok {
		d.Title = textString(title)
	}
	pages := f.pages()
	if len(pages) == 0 {
		return nil, errors.New("is a damaged PDF: it has no pages")
	}
	d.Pages = len(pages)
	l := layout{document: d}
	images, letters := 0, 0
	for i, p := range pages {
		if f.late() {
			d.Notes = append(d.Notes, fmt.Sprintf("reading took longer than %v: the pages from %d on are left out", maxTime, i+1))
			break
		}
		c := canvas{f: f, fonts: map[object]*font{}}
		if err := f.drawPage(&c, p); err != nil {
			d.Notes = append(d.Notes, fmt.Sprintf("page %d: %v", i+1, err))
		}
		images += c.images
		if letters += len(c.glyphs); letters > maxLetters {
			d.Notes = append(d.Notes, fmt.Sprintf("more than %d letters: the pages from %d on are left out", maxLetters, i+1))
			break
		}
		l.pages = append(l.pages, sheet{number: i + 1, glyphs: c.glyphs, rules: c.rules, box: p.box})
		d.Links = append(d.Links, f.links(p.dict, i+1)...)
		if errors.Is(err, errLimit) {
			break
		}
	}
	if f.rebuilt {
		d.Notes = append(d.Notes, "the file is damaged: its cross-references were rebuilt")
	}
	l.run()
	if len(d.Blocks) == 0 {
		return d, fmt.Errorf("%w: %d pages with %d pictures", ErrNoText, d.Pages, images)
	}
	return d, nil
}

// textString reads a string for people (7.9.2.2).
func textString(s text) string {
	if len(s) >= 2 && s[0] == 0xfe && s[1] == 0xff {
		return string(runesOf(s[2:]))
	}
	if len(s) >= 3 && s[:3] == "\xef\xbb\xbf" {
		return string(s[3:])
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// page is a page with what it inherits.
type page struct {
	dict      dict
	resources dict
	box       [4]float64
	rotate    int
}

// pages returns the pages in order (7.7.3).
func (f *file) pages() []page {
	var list []page
	seen := map[ref]bool{}
	var walk func(o object, above page, depth int)
	walk = func(o object, above page, depth int) {
		if r, ok := o.(ref); ok {
			if seen[r] {
				return
			}
			seen[r] = true
		}
		d := f.dict(o)
		if d == nil || depth > maxNesting || len(list) >= maxPages {
			return
		}
		if r := f.dict(d["Resources"]); r != nil {
			above.resources = r
		}
		if b := f.array(d["MediaBox"]); len(b) == 4 {
			for i := range above.box {
				above.box[i] = f.number(b[i], 0)
			}
		}
		above.rotate = int(f.number(d["Rotate"], float64(above.rotate)))
		if kids := f.array(d["Kids"]); kids != nil {
			for _, k := range kids {
				walk(k, above, depth+1)
			}
			return
		}
		above.dict = d
		list = append(list, above)
	}
	walk(f.dict(f.trailer["Root"])["Pages"], page{box: [4]float64{0, 0, 612, 792}}, 0)
	return list
}

// drawPage runs the content of a page.
func (f *file) drawPage(c *canvas, p page) error {
	var content []byte
	for _, part := range f.list(p.dict["Contents"]) {
		s, ok := f.resolve(part).(*stream)
		if !ok {
			continue
		}
		data, err := f.decode(s)
		content = append(append(content, data...), '\n')
		if err != nil && len(data) == 0 {
			return err
		}
	}
	c.state = state{ctm: upright(p), text: textState{scale: 1}}
	return c.draw(content, p.resources, 0)
}

// upright turns a page as its readers see it.
func upright(p page) matrix {
	switch ((p.rotate % 360) + 360) % 360 {
	case 90:
		return matrix{0, -1, 1, 0, 0, p.box[2]}
	case 180:
		return matrix{-1, 0, 0, -1, p.box[2], p.box[3]}
	case 270:
		return matrix{0, 1, -1, 0, p.box[3], 0}
	}
	return unit
}

// links returns the targets of a page's hyperlinks (12.6.4.7).
func (f *file) links(d dict, number int) (list []Link) {
	for _, o := range f.array(d["Annots"]) {
		action := f.dict(f.dict(o)["A"])
		if target, ok := f.resolve(action["URI"]).(text); ok && len(list) < 10_000 {
			list = append(list, Link{number, textString(target)})
		}
	}
	return list
}
