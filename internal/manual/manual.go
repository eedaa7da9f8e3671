// Package manual answers "what can the program read, and what does it look
// for?" with the pages of docs/ that are made from the program's own tables.
package manual

import (
	"fmt"
	"strings"

	"seawall/internal/coverage"
	"seawall/internal/intrusion"
	"seawall/internal/scan"
	"seawall/internal/verdict"
)

//go:generate go run seawall/internal/manual/generate ../../docs

// Page is one page of docs/.
type Page struct {
	Name string // "formats.md"
	Text string
}

// Pages makes the pages, the same on every run.
func Pages() []Page {
	return []Page{{"formats.md", formats()}, {"detectors.md", detectors()}}
}

const madeBy = "<!-- Made by `go generate ./internal/manual` from the program's tables; do not edit. -->\n\n"

func formats() string {
	var b strings.Builder
	b.WriteString("# What Seawall reads\n\n" + madeBy)
	b.WriteString("Files are recognised by content, not by name; `seawall formats` prints this list. Archives (zip, tar, gzip, zstd, bzip2 and xz, nested in each other) are read through.\n\n")
	b.WriteString("| format | what it is | what is read |\n|---|---|---|\n")
	for _, f := range scan.Formats(nil) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f.ID, cell(f.Title), cell(f.Notes))
	}
	b.WriteString("\nThe table in the code is `Formats` in [internal/scan/formats.go](../internal/scan/formats.go).\n")
	return b.String()
}

func detectors() string {
	var b strings.Builder
	b.WriteString("# What Seawall looks for\n\n" + madeBy)
	b.WriteString("`seawall explain ID` prints a detector's page: what it looks for, what it does not see, and its known false positives. A detector can tell only if at least one of its sources was collected; if none was, the report says \"cannot tell\" and names them.\n\n")
	b.WriteString("| detector | what it finds | techniques | sources |\n|---|---|---|---|\n")
	for _, d := range scan.Detectors() {
		fmt.Fprintf(&b, "| [`%s`](../internal/intrusion/%s/README.md) | %s | %s | %s |\n", d.ID, d.ID, cell(d.Title), techniques(d), cell(sources(d.Needs)))
	}
	b.WriteString("\nThe table in the code is `Detectors` in [internal/scan/detectors.go](../internal/scan/detectors.go).\n")
	return b.String()
}

func techniques(d intrusion.Detector) string {
	links := make([]string, len(d.Techniques))
	for i, id := range d.Techniques {
		links[i] = fmt.Sprintf("[%s](https://attack.mitre.org/techniques/%s/)", id, strings.ReplaceAll(id, ".", "/"))
	}
	return strings.Join(links, ", ")
}

func sources(needs []coverage.Need) string {
	texts := make([]string, len(needs))
	for i, n := range needs {
		texts[i] = verdict.NeedName(n)
	}
	return strings.Join(texts, "; ")
}

// cell makes text safe inside a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ").Replace(text)
}
