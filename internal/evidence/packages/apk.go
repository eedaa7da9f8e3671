package packages

import (
	"strings"

	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// readAPK reads the database of apk: paragraphs of one-letter fields.
func readAPK(in *stream.Input) {
	b := newBatch(in)
	lines := stream.NewLines(in)
	var p paragraph
	flush := func() {
		switch {
		case p.name != "" && p.version != "":
			c := &inventory.Component{Kind: inventory.Package, Ecosystem: "apk", Name: p.name, Version: p.version, Arch: p.arch}
			if p.source != p.name {
				c.SourceName = p.source
			}
			b.add(c, in.Cite(p.offset, int(p.end-p.offset), p.line, p.name+" "+p.version))
		case p.any:
			in.Lost(p.offset, p.line, "package without a name or version")
		}
		p = paragraph{}
	}
	for lines.Next() {
		text := lines.Text
		if text == "" {
			flush()
			continue
		}
		if !p.any {
			p.any, p.offset, p.line = true, lines.Offset, lines.Number
		}
		if len(text) < 2 || text[1] != ':' {
			in.Lost(lines.Offset, lines.Number, "line is no field of a package")
			continue
		}
		value := text[2:]
		if lines.Cut && strings.IndexByte("PVo", text[0]) >= 0 {
			in.Lost(lines.Offset, lines.Number, "the database ends inside a field; its package is not used")
			p = paragraph{}
			break
		}
		switch text[0] {
		case 'P':
			p.name = value
		case 'V':
			p.version = value
		case 'A':
			p.arch = value
		case 'o':
			p.source = value
		default:
			continue
		}
		p.end = lines.Offset + int64(lines.Length)
	}
	flush()
	b.flush()
}
