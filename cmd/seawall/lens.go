package main

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"seawall/internal/advisory"
	"seawall/internal/advisory/builtin"
	"seawall/internal/advisory/document"
	"seawall/internal/advisory/indicator"
	"seawall/internal/advisory/plan"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/watchlist"
	"seawall/internal/scan"
	"seawall/internal/verdict"
)

// builtinAdvisory is the lens of a scan for which no advisory is named.
const builtinAdvisory = "apt40"

// lens is what a scan looks for because of advisories.
type lens struct {
	plan  *plan.Plan
	watch []byte                // malicious indicators, a list as --indicators takes it
	files []*advisory.Indicator // that are told by their names
	rules []scan.RuleText
}

// lens reads the advisories of a scan: files, or the name of the built-in one.
func (c *scanCommand) lens(s streams) (*lens, error) {
	names := c.Advisory
	if len(names) == 0 {
		names = []string{builtinAdvisory}
	}
	var documents []*document.Document
	for _, name := range names {
		d, err := readAdvisory(name)
		if err != nil {
			return nil, usageError{fmt.Errorf("read the advisory: %w", err)}
		}
		for _, note := range d.Notes {
			fmt.Fprintf(s.err, "seawall: warning: %s: %s\n", name, note)
		}
		documents = append(documents, d)
	}
	a := advisory.Read(documents...)
	l := &lens{plan: plan.Make(a, means()), watch: watched(a), files: a.Files(), rules: sigmaRules(a)}
	l.plan.Asked = len(c.Advisory) > 0
	return l, nil
}

func readAdvisory(name string) (*document.Document, error) {
	data, err := os.ReadFile(name)
	if err == nil {
		return document.Read(filepath.Base(name), data)
	}
	if d, ok := builtin.Document(strings.ToLower(name)); ok {
		return d, nil
	}
	return nil, err
}

// watched writes the malicious indicators of an advisory as a list.
func watched(a *advisory.Advisory) []byte {
	var b bytes.Buffer
	for i := range a.Indicators {
		k := &a.Indicators[i]
		if k.Role != advisory.Malicious || k.InURL {
			continue
		}
		switch k.Type {
		case indicator.IPv4, indicator.IPv6, indicator.CIDR, indicator.Domain, indicator.URL, indicator.MD5, indicator.SHA1, indicator.SHA256, indicator.SHA512:
			note := k.Why
			if len(k.Sources) > 0 {
				note = k.Sources[0].String()
			}
			fmt.Fprintf(&b, "%s\t%s\n", k.Value, strings.Join(strings.Fields(cmp.Or(note, k.Why)), " "))
		}
	}
	return b.Bytes()
}

// sigmaRules returns the Sigma rules of an advisory that are whole.
func sigmaRules(a *advisory.Advisory) (list []scan.RuleText) {
	for i := range a.Rules {
		if r := &a.Rules[i]; r.Language == "Sigma" && r.Problem == "" {
			list = append(list, scan.RuleText{Name: r.Source.Document + ": " + r.Name, Text: r.Text})
		}
	}
	return list
}

// idle are the rules that could not match, and what they lacked.
func idle(rules *verdict.Rules) map[string]string {
	list := map[string]string{}
	for _, u := range rules.Unseen {
		for _, title := range u.Rules {
			list[title] = u.Evidence
		}
	}
	for _, p := range rules.NotEvaluable {
		list[p.Rule] = p.Why
		if _, title, ok := strings.Cut(p.File, ": "); ok { // of an advisory
			list[title] = p.Why
		}
	}
	return list
}

// sweep adds the indicators of the advisories to those the user lists.
func (l *lens) sweep(site *intrusion.Site) error {
	if len(l.watch)+len(l.files) == 0 {
		return nil
	}
	if site.Watch == nil {
		site.Watch = watchlist.New()
	}
	for _, f := range l.files {
		note := f.Why
		if len(f.Sources) > 0 {
			note += ", " + f.Sources[0].String()
		}
		site.Watch.AddFile(f.Value, string(f.Role)+": "+note, l.plan.Title)
	}
	_, err := site.Watch.Read(bytes.NewReader(l.watch), l.plan.Title)
	return err
}

// answer says what a scan has to say to the plan.
func (l *lens) answer(r *verdict.Result) {
	l.plan.Answer(plan.Evidence{Coverage: r.Coverage, Records: r.Read.Records(), Assets: len(r.Assets), Findings: r.Findings, Idle: idle(&r.Rules)})
	r.Plan = l.plan
}

// means lists what the program can answer an advisory with.
func means() []plan.Means {
	var list []plan.Means
	for _, d := range scan.Detectors() {
		list = append(list, plan.Means{ID: d.ID, Techniques: d.Techniques, Needs: d.Needs, Indicators: d.ID == "indicator", Exploits: d.ID == "webexploit"})
	}
	list = append(list, plan.Means{ID: "sigma", Rules: "Sigma"})
	for _, a := range scan.Assessors(&vulnerable.Matcher{}) {
		list = append(list, plan.Means{ID: a.ID, Flaws: true})
	}
	return list
}
