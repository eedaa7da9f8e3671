package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"seawall/internal/advisory"
	"seawall/internal/advisory/document"
	"seawall/internal/report/escape"
)

type advisoryCommand struct {
	Files  []string `arg:"" help:"Advisories: PDF, DOCX, HTML, Markdown, text, CSV, STIX 2 or 1, MISP, OpenIOC." type:"existingfile" placeholder:"FILE"`
	Format string   `help:"What to print: takeaways (a page to read), indicators (one per line), or json (everything, with the places)." enum:"takeaways,indicators,json" default:"takeaways" placeholder:"FORMAT"`
}

// Run reads advisories and prints what they say.
func (c *advisoryCommand) Run(s streams) error {
	var documents []*document.Document
	failed := 0
	for _, path := range c.Files {
		data, err := os.ReadFile(path)
		if err == nil {
			var d *document.Document
			if d, err = document.Read(filepath.Base(path), data); err == nil {
				documents = append(documents, d)
				for _, note := range d.Notes {
					fmt.Fprintf(s.err, "seawall: %s: %s\n", escape.Visible(path), escape.Visible(note))
				}
				continue
			}
		}
		failed++
		fmt.Fprintf(s.err, "seawall: %s\n", escape.Visible(err.Error()))
	}
	if len(documents) == 0 {
		return exitCode(exitUnread)
	}
	a := advisory.Read(documents...)
	if err := c.print(a, s); err != nil {
		return err
	}
	if failed > 0 {
		return exitCode(exitUnread)
	}
	return nil
}

func (c *advisoryCommand) print(a *advisory.Advisory, s streams) error {
	switch c.Format {
	case "json":
		encoder := json.NewEncoder(s.out)
		encoder.SetIndent("", " ")
		return encoder.Encode(a)
	case "indicators":
		for _, i := range a.Indicators {
			fmt.Fprintf(s.out, "%s\t%s\t%s\t%s\n", i.Type, escape.Visible(i.Value), i.Role, escape.Visible(i.Why))
		}
		return nil
	}
	for _, t := range a.Takeaways() {
		place := ""
		if len(t.Sources) > 0 {
			if p := t.Sources[0].String(); p != "" {
				place = "  [" + p + "]"
			}
		}
		fmt.Fprintf(s.out, "%-22s %s%s\n", t.Name, escape.Visible(strings.TrimSpace(t.Text)), escape.Visible(place))
	}
	return nil
}
