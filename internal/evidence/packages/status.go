package packages

import (
	"strings"

	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// paragraph is one package in a dpkg database while it is read.
type paragraph struct {
	name, status, version, source, arch string
	installedTime                       bool // opkg writes one
	offset                              int64
	end                                 int64
	line                                uint64
	any                                 bool
}

// readStatus reads a database of dpkg or opkg: paragraphs of fields.
func readStatus(in *stream.Input) {
	b := newBatch(in)
	lines := stream.NewLines(in)
	opkg := strings.Contains(in.File.Path, "opkg")
	var p paragraph
	for lines.Next() {
		text := lines.Text
		if text == "" {
			opkg = opkg || p.installedTime
			b.paragraph(&p, opkg)
			p = paragraph{}
			continue
		}
		if !p.any {
			p.any, p.offset, p.line = true, lines.Offset, lines.Number
		}
		p.end = lines.Offset + int64(lines.Length)
		if text[0] == ' ' || text[0] == '\t' { // more of the field before
			continue
		}
		field, value, ok := strings.Cut(text, ":")
		if !ok {
			in.Lost(lines.Offset, lines.Number, "line is no field of a package")
			continue
		}
		if lines.Cut && (field == "Package" || field == "Version" || field == "Source") {
			in.Lost(lines.Offset, lines.Number, "the database ends inside a field; its package is not used")
			p = paragraph{}
			break
		}
		p.set(field, strings.TrimSpace(value))
	}
	b.paragraph(&p, opkg || p.installedTime)
	b.flush()
}

func (p *paragraph) set(field, value string) {
	switch field {
	case "Package":
		p.name = value
	case "Status":
		p.status = value
	case "Version":
		p.version = value
	case "Source":
		p.source = value
	case "Architecture":
		p.arch = value
	case "Installed-Time":
		p.installedTime = true
	}
}

// installed reports whether a package's files are there: dpkg's third word
// says so. Packages without a status are those of images without dpkg.
func (p *paragraph) installed() bool {
	words := strings.Fields(p.status)
	if len(words) == 0 {
		return true
	}
	switch words[len(words)-1] {
	case "installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending":
		return true
	}
	return false
}

func (b *batch) paragraph(p *paragraph, opkg bool) {
	if !p.any {
		return
	}
	if p.name == "" || p.version == "" {
		if p.installed() {
			b.in.Lost(p.offset, p.line, "package without a name or version")
		}
		return
	}
	if !p.installed() {
		return
	}
	c := &inventory.Component{Kind: inventory.Package, Ecosystem: "deb", Name: p.name, Version: p.version, Arch: p.arch}
	if opkg {
		c.Ecosystem = "opkg"
	}
	c.SourceName, c.SourceVersion = sourceOf(p.source)
	if c.SourceName == c.Name {
		c.SourceName = ""
	}
	if c.SourceVersion == c.Version {
		c.SourceVersion = ""
	}
	b.add(c, b.in.Cite(p.offset, int(p.end-p.offset), p.line, p.name+" "+p.version))
}

// sourceOf reads "name (version)".
func sourceOf(text string) (name, version string) {
	name, rest, ok := strings.Cut(text, " (")
	if ok {
		version = strings.TrimSuffix(rest, ")")
	}
	return strings.TrimSpace(name), version
}
