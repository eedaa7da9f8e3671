package document

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func isHTML(start []byte) bool {
	lower := bytes.ToLower(start)
	for _, tag := range [...]string{"<!doctype html", "<html", "<head", "<body", "<div", "<article", "<p>", "<p ", "<h1", "<table", "<section", "<main", "<!--"} {
		if bytes.HasPrefix(lower, []byte(tag)) {
			return true
		}
	}
	return bytes.Contains(lower, []byte("<html"))
}

// skipped elements hold no text of the document.
var skipped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Nav: true, atom.Footer: true, atom.Aside: true, atom.Template: true,
	atom.Svg: true, atom.Iframe: true, atom.Form: true, atom.Button: true, atom.Select: true, atom.Object: true,
}

// blocks are elements that begin a block of their own.
var blocks = map[atom.Atom]Kind{
	atom.P: Paragraph, atom.Div: Paragraph, atom.Section: Paragraph, atom.Article: Paragraph, atom.Main: Paragraph, atom.Blockquote: Paragraph, atom.Header: Paragraph,
	atom.Li: Item, atom.Dt: Item, atom.Dd: Item, atom.Td: Cell, atom.Th: Cell, atom.Pre: Code, atom.Tr: Paragraph, atom.Table: Paragraph, atom.Ul: Paragraph, atom.Ol: Paragraph,
	atom.H1: Heading, atom.H2: Heading, atom.H3: Heading, atom.H4: Heading, atom.H5: Heading, atom.H6: Heading, atom.Title: Heading, atom.Body: Paragraph, atom.Summary: Item,
	atom.Details: Paragraph, atom.Figure: Paragraph, atom.Figcaption: Paragraph, atom.Caption: Paragraph,
}

// maxDepth bounds how deep elements may lie in each other.
const maxDepth = 512

// html reads a page token by token: a parser that repairs documents would lose
// the offsets.
func (d *Document) html(data []byte) {
	d.Format = "HTML"
	r := &htmlReader{d: d, z: html.NewTokenizer(bytes.NewReader(data))}
	r.z.SetMaxBuf(64 << 20)
	for {
		token := r.z.Next()
		at := r.at
		r.at += int64(len(r.z.Raw()))
		if token == html.ErrorToken {
			break
		}
		r.token(token, at)
	}
	r.flush()
	for _, link := range r.links {
		d.add(link)
	}
}

type htmlReader struct {
	d     *Document
	z     *html.Tokenizer
	at    int64
	open  []atom.Atom // block elements around
	skip  int         // skipped elements around
	depth int

	text  strings.Builder
	kind  Kind
	level int
	start int64
	above headings

	table, row, column int
	links              []Block
}

func (r *htmlReader) token(t html.TokenType, at int64) {
	switch t {
	case html.TextToken:
		if r.skip == 0 {
			r.write(string(r.z.Text()), at)
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, attributes := r.z.TagName()
		r.begin(atom.Lookup(name), attributes, t == html.SelfClosingTagToken, at)
	case html.EndTagToken:
		name, _ := r.z.TagName()
		r.end(atom.Lookup(name))
	}
}

func (r *htmlReader) begin(tag atom.Atom, attributes, empty bool, at int64) {
	if skipped[tag] {
		if !empty {
			r.skip++
		}
		return
	}
	if r.skip > 0 {
		return
	}
	switch tag {
	case atom.Br:
		r.text.WriteByte('\n')
		return
	case atom.A:
		r.link(attributes, at)
		return
	case atom.Table:
		r.table++
		r.row = -1
	case atom.Tr:
		r.row++
		r.column = -1
	case atom.Td, atom.Th:
		r.column++
	}
	kind, isBlock := blocks[tag]
	if !isBlock || r.depth >= maxDepth {
		return
	}
	r.flush()
	r.kind, r.start, r.level = kind, at, 0
	if kind == Heading && tag != atom.Title {
		r.level = int(tag.String()[1] - '0')
	}
	if !empty {
		r.open = append(r.open, tag)
		r.depth++
	}
}

func (r *htmlReader) end(tag atom.Atom) {
	if skipped[tag] {
		r.skip = max(r.skip-1, 0)
		return
	}
	if _, isBlock := blocks[tag]; !isBlock || r.skip > 0 {
		return
	}
	r.flush()
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i] == tag {
			r.depth -= len(r.open) - i
			r.open = r.open[:i]
			break
		}
	}
	r.kind = Paragraph
	if n := len(r.open); n > 0 {
		r.kind = blocks[r.open[n-1]]
	}
	r.start = r.at
}

// link notes where a hyperlink points to.
func (r *htmlReader) link(attributes bool, at int64) {
	for attributes {
		var key, value []byte
		key, value, attributes = r.z.TagAttr()
		if target := string(value); string(key) == "href" && strings.Contains(target, "://") {
			r.links = append(r.links, Block{Kind: Link, Text: target, Place: Place{Offset: at, Section: r.above.String()}})
		}
	}
}

func (r *htmlReader) write(text string, at int64) {
	if r.kind != Code && !r.inside(atom.Pre) {
		text = collapse(text)
	}
	if r.text.Len() == 0 {
		r.start = at
	}
	r.text.WriteString(text)
}

func (r *htmlReader) inside(tag atom.Atom) bool {
	for _, open := range r.open {
		if open == tag {
			return true
		}
	}
	return false
}

// collapse makes one blank of every run of white space.
func collapse(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range s {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u00a0' {
			blank = true
			continue
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	if blank {
		b.WriteByte(' ')
	}
	return b.String()
}

func (r *htmlReader) flush() {
	text := strings.TrimSpace(r.text.String())
	r.text.Reset()
	if text == "" {
		return
	}
	b := Block{Kind: r.kind, Text: text, Level: r.level, Place: Place{Offset: r.start, Section: r.above.String()}}
	switch {
	case r.kind == Heading && r.level == 0: // <title>
		r.d.Title = text
		return
	case r.kind == Heading:
		r.above.set(r.level, collapse(text))
	case r.inside(atom.Td) || r.inside(atom.Th):
		b.Kind, b.Table, b.Row, b.Column = Cell, r.table, r.row, r.column
	}
	r.d.add(b)
}
