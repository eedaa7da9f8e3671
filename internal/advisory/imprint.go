package advisory

import (
	"regexp"
	"slices"
	"strings"

	"seawall/internal/advisory/document"
)

// Imprint is what a document says of itself.
type Imprint struct {
	Title, ID, Date, TLP string
	Publishers           []string
	Source               Source
}

var (
	alertID = regexp.MustCompile(`\bAA\d{2}-\d{3}[A-Z]\b|\bMAR-\d+(?:-\d+)*(?:\.v\d)?\b|\bCSA_[A-Z0-9_]+\b|\bAR\d{2}-\d{3}[A-Z]\b`)
	tlp     = regexp.MustCompile(`\bTLP[:\s-]{1,3}(CLEAR|WHITE|GREEN|AMBER(?:\+STRICT)?|RED)\b`)
	date    = regexp.MustCompile(`\b(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{1,2},?)? (?:19|20)\d\d\b|\b20\d\d-[01]\d-[0-3]\d\b`)
	// agencies write joint advisories; the list is in the order of the pattern.
	agency = regexp.MustCompile(`\b(?:ASD(?:'s|’s)? ACSC|ACSC|CISA|NSA|FBI|CNMF|NCSC-(?:UK|NZ|NL|FI|KR)|NCSC|CCCS|BND|BfV|BSI|NIS|NISC|NPA|JPCERT/CC|ANSSI|HHS|DC3|USCYBERCOM|Mandiant|CrowdStrike|Microsoft Threat Intelligence|Unit 42|Cisco Talos|Volexity|ESET|Kaspersky|Proofpoint|Zscaler|Intel 471)\b`)
)

// Imprint reads the beginning of a document.
func imprint(d *document.Document) Imprint {
	p := Imprint{Title: strings.TrimSpace(d.Title), Date: d.Date}
	const beginning, longestText = 24, 4096
	for i := range d.Blocks[:min(len(d.Blocks), beginning)] {
		b := &d.Blocks[i]
		if b.Kind == document.Link {
			continue
		}
		text := b.Text[:min(len(b.Text), longestText)]
		if p.ID == "" {
			p.ID = alertID.FindString(text)
		}
		if m := tlp.FindStringSubmatch(text); m != nil && p.TLP == "" {
			p.TLP = "TLP:" + m[1]
		}
		if at := date.FindStringIndex(text); at != nil && p.Date == "" {
			p.Date = text[at[0]:at[1]]
			x := extraction{document: d}
			p.Source = x.source(at[0], at[1], b)
		}
		names := agency.FindAllString(text, -1)
		if len(names) > len(p.Publishers) && len(names) > 1 {
			p.Publishers = nil
			for _, n := range names {
				if !slices.Contains(p.Publishers, n) {
					p.Publishers = append(p.Publishers, n)
				}
			}
		}
	}
	if p.ID == "" {
		p.ID = alertID.FindString(strings.ToUpper(d.Name))
	}
	return p
}

// what names the documents: title, number, date, protection, publishers.
func (a *Advisory) what(add adder) {
	for _, d := range a.Documents {
		p := imprint(d)
		text := p.Title
		for _, part := range [...]string{p.ID, p.Date, p.TLP} {
			if part != "" && !strings.Contains(text, part) {
				text += ", " + part
			}
		}
		if len(p.Publishers) > 0 {
			text += "; by " + strings.Join(p.Publishers, ", ")
		}
		if p.Source.Document == "" {
			add("What", strings.TrimPrefix(text, ", "))
			continue
		}
		add("What", strings.TrimPrefix(text, ", "), p.Source)
	}
}
