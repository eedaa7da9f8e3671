package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/report/explain"
	"seawall/internal/report/jsonl"
	"seawall/internal/scan"
)

type explainCommand struct {
	ID       string `arg:"" optional:"" help:"A detector, a rule's id or title, a CVE, or a finding's id; without one, the detectors are listed." placeholder:"ID"`
	Findings string `help:"Findings to look the id up in." default:"seawall-report/findings.jsonl" placeholder:"FILE"`
	ruleFlags
}

// Run explains whatever has the id.
func (c explainCommand) Run(s streams) error {
	detectors := scan.Detectors()
	if c.ID == "" {
		return explain.Detectors(s.out, detectors)
	}
	if strings.HasPrefix(c.ID, "sw-") {
		return c.finding(s)
	}
	if i := slices.IndexFunc(detectors, func(d intrusion.Detector) bool { return strings.EqualFold(d.ID, c.ID) }); i >= 0 {
		d := &detectors[i]
		readme := d.Readme
		if packed, ok := intrusion.Readme(d.ID); ok && readme == "" {
			readme = packed
		}
		return explain.Detector(s.out, d, readme)
	}
	if readme := scan.AssessorReadme(strings.ToLower(c.ID)); readme != "" {
		_, err := fmt.Fprint(s.out, readme)
		return err
	}
	if strings.HasPrefix(strings.ToUpper(c.ID), "CVE-") {
		return c.exploit(s)
	}
	rules, err := c.load()
	if err != nil {
		return err
	}
	rule, correlation := explain.FindRule(rules.Collection, c.ID)
	switch {
	case rule != nil:
		return explain.Rule(s.out, rule, rules.Reason(rule))
	case correlation != nil:
		return explain.Correlation(s.out, correlation)
	case c.ID == "sigma":
		_, err := fmt.Fprintln(s.out, "sigma: findings of rules given with --rules; explain the id of the rule to see what it says")
		return err
	}
	return usageError{hinted{fmt.Errorf("nothing is called %q", c.ID), "seawall explain lists detectors, seawall rules list lists rules; ids of findings start with sw-"}}
}

func (c explainCommand) finding(s streams) error {
	findings, err := readFindings(c.Findings)
	if err != nil {
		return err
	}
	var found *finding.Finding
	for i := range findings {
		if strings.HasPrefix(findings[i].ID, c.ID) {
			if found != nil {
				return usageError{fmt.Errorf("several findings start with %s", c.ID)}
			}
			found = &findings[i]
		}
	}
	if found == nil {
		return usageError{fmt.Errorf("no finding %s in %s", c.ID, c.Findings)}
	}
	return explain.Finding(s.out, found, c.Findings)
}

// readFindings reads a findings file; errors are the user's to mend.
func readFindings(path string) ([]finding.Finding, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{hinted{fmt.Errorf("%s does not exist", path), "seawall scan writes it"}}
	}
	if err != nil {
		return nil, usageError{err}
	}
	defer file.Close()
	findings, err := jsonl.Read(file)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", path, err)}
	}
	return findings, nil
}
