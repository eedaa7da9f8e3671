package document

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"seawall/internal/advisory/pdf"
)

// pdf reads the text of a PDF: what is set larger than the text is a heading.
func (d *Document) pdf(data []byte) (err error) {
	defer func() {
		// The reader is bounded and fuzzed; a fault in it must still not end
		// the reading of other documents.
		if fault := recover(); fault != nil {
			err = fmt.Errorf("is a PDF that cannot be read: %v", fault)
		}
	}()
	d.Format = "PDF"
	read, err := pdf.Read(data)
	if errors.Is(err, pdf.ErrNoText) {
		return fmt.Errorf("%w (%v)", ErrNoText, err)
	}
	if err != nil {
		return err
	}
	d.Title = norm.NFC.String(strings.TrimSpace(read.Title))
	d.Notes = append(d.Notes, read.Notes...)
	levels := headingSizes(read.Blocks)
	var above headings
	for i := range read.Blocks {
		b := &read.Blocks[i]
		text := norm.NFC.String(b.Text)
		level := slices.Index(levels, b.Size) + 1
		item, isItem := cutBullet(text)
		place := Place{Offset: -1, Page: b.Page, Section: above.String()}
		switch {
		case b.Cell:
			d.add(Block{Kind: Cell, Text: text, Place: place, Table: b.Table, Row: b.Row, Column: b.Column})
		case level > 0 && !isItem && len(text) < 240:
			d.add(Block{Kind: Heading, Text: text, Level: level, Place: place})
			above.set(level, text)
		case b.Mono && strings.Contains(text, "\n"):
			d.add(Block{Kind: Code, Text: text, Place: place})
		default:
			kind := Paragraph
			if isItem {
				kind, text = Item, item
			}
			d.add(Block{Kind: kind, Text: text, Place: place})
		}
	}
	for _, l := range read.Links {
		if strings.Contains(l.Target, "://") {
			d.add(Block{Kind: Link, Text: l.Target, Place: Place{Offset: -1, Page: l.Page}})
		}
	}
	return nil
}

// headingSizes returns the sizes of letters clearly larger than those of most
// of the text, the largest first.
func headingSizes(blocks []pdf.Block) []float64 {
	letters := map[float64]int{}
	for i := range blocks {
		if !blocks[i].Cell { // tables are often set smaller
			letters[blocks[i].Size] += len(blocks[i].Text)
		}
	}
	body, most := 0.0, 0
	for size, n := range letters {
		if n > most || n == most && size < body {
			body, most = size, n
		}
	}
	var sizes []float64
	for size := range letters {
		if size > 1.12*body {
			sizes = append(sizes, size)
		}
	}
	slices.Sort(sizes)
	slices.Reverse(sizes)
	return sizes[:min(len(sizes), 9)]
}

// cutBullet takes the sign in front of an item of a list.
func cutBullet(text string) (string, bool) {
	for _, bullet := range [...]string{"• ", "◦ ", "▪ ", "■ ", "● ", "○ ", "– ", "\uf0b7 ", "\uf0a7 ", "o ", "· ", "➢ ", "‣ ", "- "} {
		if rest, ok := strings.CutPrefix(text, bullet); ok {
			return rest, true
		}
	}
	return text, false
}
