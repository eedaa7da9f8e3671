package sbom

import (
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/markup"
	"seawall/internal/evidence/stream"
)

// spdxPackage is a package as any form of SPDX tells of it.
type spdxPackage struct {
	id, name, version, supplier, purpose, purl, cpe string
	offset                                          int64
	line                                            uint64
}

// refer notes an external reference.
func (p *spdxPackage) refer(kind, locator string) {
	switch {
	case strings.HasPrefix(locator, "pkg:"):
		if p.purl == "" {
			p.purl = locator
		}
	case strings.HasPrefix(locator, "cpe:"), strings.Contains(strings.ToLower(kind), "cpe2"):
		if p.cpe == "" {
			p.cpe = locator
		}
	}
}

// take notes a package.
func (b *bill) take(p *spdxPackage, end int64) {
	if p.name == "" {
		return
	}
	c := component(p.purpose, vendorOf(p.supplier), "", p.name, known(p.version), p.purl, p.cpe)
	if p.id != "" {
		b.byRef[p.id] = c
	}
	b.add(c, "", b.in.Cite(p.offset, int(end-p.offset), p.line, p.name+" "+p.version))
}

// known drops SPDX's words for what is not known.
func known(text string) string {
	if text == "NOASSERTION" || text == "NONE" {
		return ""
	}
	return text
}

// vendorOf reads "Organization: Example Inc. (mail)".
func vendorOf(text string) string {
	text = known(strings.TrimPrefix(strings.TrimPrefix(text, "Organization: "), "Person: "))
	name, _, _ := strings.Cut(text, " (")
	return name
}

func readSPDXJSON(in *stream.Input) {
	b, r := newBill(in), jsonpull.New(in)
	r.Values(func() {
		r.Object(func(key string) {
			switch key {
			case "creationInfo":
				r.Object(func(key string) {
					if key == "created" {
						in.Source.Time = when(r.String())
					}
				})
			case "packages":
				r.Array(func() { b.spdxPackage(r) })
			}
		})
	})
	b.flush()
	in.Ended(r)
}

func (b *bill) spdxPackage(r *jsonpull.Reader) {
	p := spdxPackage{offset: r.Offset(), line: r.Line()}
	r.Object(func(key string) {
		switch key {
		case "SPDXID":
			p.id = r.String()
		case "name":
			p.name = r.String()
		case "versionInfo":
			p.version = r.String()
		case "supplier", "originator":
			if p.supplier == "" {
				p.supplier = r.String()
			}
		case "primaryPackagePurpose":
			p.purpose = r.String()
		case "externalRefs":
			r.Array(func() {
				kind, locator := "", ""
				r.Object(func(key string) {
					switch key {
					case "referenceType":
						kind = r.String()
					case "referenceLocator":
						locator = r.String()
					}
				})
				p.refer(kind, locator)
			})
		}
	})
	b.take(&p, r.Offset())
}

// readSPDX3 reads the graph of objects that version 3 is.
func readSPDX3(in *stream.Input) {
	b, r := newBill(in), jsonpull.New(in)
	r.Values(func() {
		r.Object(func(key string) {
			if key == "@graph" {
				r.Array(func() { b.spdx3Object(r) })
			}
		})
	})
	b.flush()
	in.Ended(r)
}

func (b *bill) spdx3Object(r *jsonpull.Reader) {
	p := spdxPackage{offset: r.Offset(), line: r.Line()}
	kind := ""
	r.Object(func(key string) {
		switch key {
		case "type", "@type":
			kind = r.String()
		case "spdxId", "@id":
			p.id = r.String()
		case "name":
			p.name = r.String()
		case "created":
			b.in.Source.Time = max(b.in.Source.Time, when(r.String()))
		case "software_packageVersion", "packageVersion":
			p.version = r.String()
		case "software_packageUrl", "packageUrl":
			p.purl = r.String()
		case "software_primaryPurpose", "primaryPurpose":
			p.purpose = r.String()
		case "externalIdentifier":
			r.Array(func() {
				kind, id := "", ""
				r.Object(func(key string) {
					switch key {
					case "externalIdentifierType":
						kind = r.String()
					case "identifier":
						id = r.String()
					}
				})
				p.refer(kind, id)
			})
		}
	})
	switch kind {
	case "software_Package", "Package", "ai_AIPackage", "dataset_DatasetPackage":
		b.take(&p, r.Offset())
	}
}

// readSPDXTag reads lines of "Tag: value".
func readSPDXTag(in *stream.Input) {
	b, lines := newBill(in), stream.NewLines(in)
	var p spdxPackage
	inPackage, end := false, int64(0)
	for lines.Next() {
		tag, value, ok := strings.Cut(lines.Text, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(tag) {
		case "PackageName":
			b.take(&p, end)
			p = spdxPackage{name: value, offset: lines.Offset, line: lines.Number}
			inPackage = true
		case "FileName", "SnippetSPDXID": // what follows is not of the package
			b.take(&p, end)
			p, inPackage = spdxPackage{}, false
		case "Created":
			in.Source.Time = when(value)
		case "SPDXID":
			if inPackage {
				p.id = value
			}
		case "PackageVersion":
			p.version = value
		case "PackageSupplier":
			p.supplier = value
		case "PrimaryPackagePurpose":
			p.purpose = value
		case "ExternalRef":
			if f := strings.Fields(value); len(f) >= 3 {
				p.refer(f[1], f[2])
			}
		default:
			continue
		}
		end = lines.Offset + int64(lines.Length)
	}
	b.take(&p, end)
	b.flush()
}

// readSPDXRDF reads the XML form of RDF.
func readSPDXRDF(in *stream.Input) {
	b, s := newBill(in), markup.New(in)
	var element func(name string)
	element = func(name string) {
		switch name {
		case "Package":
			b.rdfPackage(s, element)
		case "created":
			in.Source.Time = when(s.Text())
		default:
			s.Children(element)
		}
	}
	s.Children(element)
	b.flush()
	if open := s.Open(); open != "" || s.Err() != nil {
		in.Lost(s.End, s.Line(), "the document ends inside <"+open+">; what stands before is used")
	}
}

func (b *bill) rdfPackage(s *markup.Scanner, element func(string)) {
	p := spdxPackage{id: s.Attr("about"), offset: s.Start, line: s.StartLine}
	s.Children(func(name string) {
		switch name {
		case "name":
			p.name = s.Text()
		case "versionInfo":
			p.version = s.Text()
		case "supplier":
			p.supplier = s.Text()
		case "externalRef":
			s.Children(func(string) {
				kind, locator := "", ""
				s.Children(func(name string) {
					switch name {
					case "referenceType":
						kind = s.Attr("resource")
					case "referenceLocator":
						locator = s.Text()
					}
				})
				p.refer(kind, locator)
			})
		case "relationship", "hasFile": // other packages may be inside
			s.Children(element)
		}
	})
	b.take(&p, s.End)
}
