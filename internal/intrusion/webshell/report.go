package webshell

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// maxCitations of one finding: the file itself and its strongest reasons.
const maxCitations = 8

// report writes the finding about one file.
func report(path string, verdicts []sighting.Sighting[judged], signs []sighting.Sighting[sign]) finding.Finding {
	best := slices.MaxFunc(verdicts, func(x, y sighting.Sighting[judged]) int {
		return cmp.Or(cmp.Compare(x.Fact.Score, y.Fact.Score), cmp.Compare(y.Citation.Offset, x.Citation.Offset))
	})
	slices.SortFunc(signs, func(x, y sighting.Sighting[sign]) int {
		return cmp.Or(cmp.Compare(y.Fact.Weight, x.Fact.Weight), cmp.Compare(x.Fact.Offset, y.Fact.Offset), cmp.Compare(x.Fact.What, y.Fact.What))
	})
	v := best.Fact
	f := finding.Finding{
		ID: finding.StableID(id, path), Detector: id, Question: finding.In,
		Title:    title(path, v),
		Severity: finding.High, Confidence: finding.Likely,
		Techniques: []string{"T1505.003"},
		First:      v.Modified, Last: v.Modified, Count: 1,
		Entities: []finding.Entity{{Type: finding.File, Value: path}},
	}
	if v.Score >= 100 {
		f.Severity, f.Confidence = finding.Critical, finding.Certain
	}
	whole := best.Citation
	whole.Time = v.Modified
	whole.Excerpt = prose.Excerpt("file", path, "size", fmt.Sprint(v.Size), "language", v.Language, "score", fmt.Sprint(v.Score))
	f.Citations = append(f.Citations, whole)
	for _, s := range signs[:min(len(signs), maxCitations)] {
		if hides(s.Fact.What) {
			f.Techniques = append(f.Techniques, "T1027")
		}
		f.Citations = append(f.Citations, finding.Citation{
			Path: path, Offset: s.Fact.Offset, Length: s.Fact.Length, Number: 1, Time: v.Modified, SHA256: s.Fact.SHA256,
			Excerpt: prose.Excerpt("sign", fmt.Sprintf("%s (%d)", s.Fact.What, s.Fact.Weight), "text", s.Fact.Excerpt),
		})
	}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	f.Why = why(path, v, signs)
	return f
}

// hides reports whether a reason is that a page conceals what it does.
func hides(what string) bool {
	for _, w := range [...]string{"hidden", "puts together", "decoder"} {
		if strings.Contains(what, w) {
			return true
		}
	}
	return false
}

// title names the file: a list of findings that are all called the same says
// little.
func title(path string, v judged) string {
	what := "Web shell"
	switch v.Kind {
	case "class", "assembly":
		what = "Compiled web shell"
	case "config":
		what = "Folder configuration that opens a web server to shells"
	case "image":
		what = "Web shell inside an image"
	case "mailbox":
		what = "Web shell inside an exported mailbox"
	}
	return what + ": " + finding.Shorten(baseName(path), maxNameInTitle)
}

// maxNameInTitle bounds a name that the intruder chose.
const maxNameInTitle = 80

// baseName is the last part of a path, through archives or of Windows.
func baseName(path string) string { return path[strings.LastIndexAny(path, `/\\`)+1:] }

// why tells the reasons with their weights, the strongest first.
func why(path string, v judged, signs []sighting.Sighting[sign]) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s scores %d of 100 (a web shell from %d on). It ", finding.Shorten(baseName(path), maxNameInTitle), v.Score, DefaultThreshold)
	const named = 5
	for i, s := range signs[:min(len(signs), named)] {
		switch {
		case i == 0:
		case i == min(len(signs), named)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s (%d)", s.Fact.What, s.Fact.Weight)
	}
	if more := len(signs) - named; more > 0 {
		fmt.Fprintf(&b, "; and %d weaker signs", more)
	}
	b.WriteString(". ")
	if v.Modified != 0 {
		fmt.Fprintf(&b, "Its time of modification, which an intruder can choose, is %s. ", prose.Stamp(v.Modified))
	}
	if v.Incomplete {
		b.WriteString("The analysis reached one of its bounds: there may be more in it. ")
	}
	b.WriteString("Whoever can request this file from the server has what it offers. Keep a copy, then look in the server's logs for the first request to it and the request that wrote it.")
	return b.String()
}
