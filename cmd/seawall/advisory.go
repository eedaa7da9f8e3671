package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"seawall/internal/advisory"
	"seawall/internal/advisory/document"
	"seawall/internal/advisory/export"
	"seawall/internal/advisory/plan"
	"seawall/internal/report/escape"
)

type advisoryCommand struct {
	Files  []string `arg:"" help:"Advisories: PDF, DOCX, HTML, Markdown, text, CSV, STIX 2 or 1, MISP, OpenIOC; or apt40 for the built-in one." placeholder:"FILE"`
	Format string   `help:"What to print: takeaways (a page to read), indicators (one per line), plan (what to look for, and what answers it), json (everything, with the places), stix (a bundle), or navigator (an ATT&CK layer)." enum:"takeaways,indicators,plan,json,stix,navigator" default:"takeaways" placeholder:"FORMAT"`
}

// Run reads advisories and prints what they say.
func (c *advisoryCommand) Run(s streams) error {
	var documents []*document.Document
	failed := 0
	for _, path := range c.Files {
		d, err := readAdvisory(path)
		if err == nil {
			documents = append(documents, d)
			for _, note := range d.Notes {
				fmt.Fprintf(s.err, "seawall: %s: %s\n", escape.Visible(path), escape.Visible(note))
			}
			continue
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
	case "stix":
		return export.STIX(s.out, a)
	case "navigator":
		return export.Navigator(s.out, a)
	case "plan":
		printPlan(s.out, plan.Make(a, means()))
		return nil
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

// printPlan writes what to look for, a line each, and under it why and how.
func printPlan(w io.Writer, p *plan.Plan) {
	for i := range p.Rows {
		r := &p.Rows[i]
		fmt.Fprintf(w, "%-10s %s %s\n", r.Kind, escape.Visible(r.ID), escape.Visible(r.Name))
		line := func(name, text string) {
			if text != "" {
				fmt.Fprintf(w, "           %-13s %s\n", name, escape.Visible(text))
			}
		}
		line("why", strings.TrimSpace(r.Why+"  ["+r.Place+"]"))
		line("answered by", cmp.Or(strings.Join(r.Means, ", "), string(plan.Unlooked)))
		line("needs any of", strings.Join(r.Needs, "; "))
		line("to collect", strings.Join(r.Collect[:min(len(r.Collect), 3)], "; "))
	}
}
