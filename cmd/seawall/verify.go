package main

import (
	"context"
	"fmt"
	"time"

	"seawall/internal/report/escape"
	"seawall/internal/scan"
)

type verifyCommand struct {
	Findings string `arg:"" optional:"" help:"Findings that scan wrote." default:"seawall-report/findings.jsonl" placeholder:"FINDINGS"`
	ruleFlags
	siteFlags
	engineFlags
	Quiet bool `short:"q" help:"Print only findings that are not confirmed."`
}

// Run verifies findings: exit 0 if all are confirmed or at least unchanged, 1
// if one changed, 3 if cited evidence is missing.
func (c verifyCommand) Run(ctx context.Context, s streams) error {
	findings, err := readFindings(c.Findings)
	if err != nil {
		return err
	}
	rules, err := c.load()
	if err != nil {
		return err
	}
	site, err := c.site()
	if err != nil {
		return usageError{err}
	}
	if site.Exploits, err = c.exploits(); err != nil {
		return err
	}
	list, err := scan.Verify(ctx, findings, scan.Options{
		Rules: rules, Site: site, Detectors: scan.Detectors(), Zone: c.Timezone.Location, LogFormats: c.logFormats(), Jobs: c.Jobs, Memory: int64(c.Memory), Now: time.Now,
	})
	if err != nil {
		return err
	}
	counts := map[scan.Status]int{}
	for _, v := range list {
		counts[v.Status]++
		if c.Quiet && v.Status == scan.Confirmed {
			continue
		}
		fmt.Fprintf(s.out, "%-9s  %s  %s\n", v.Status, v.Finding.ID, escape.Visible(v.Finding.Title))
		for _, reason := range v.Reasons {
			if v.Status != scan.Confirmed {
				fmt.Fprintf(s.out, "           %s\n", escape.Visible(reason))
			}
		}
	}
	fmt.Fprintf(s.err, "seawall: %d findings: %d confirmed, %d unproven, %d changed, %d missing\n", len(list),
		counts[scan.Confirmed], counts[scan.Unproven], counts[scan.Changed], counts[scan.Missing])
	switch {
	case counts[scan.Changed] > 0:
		return exitCode(exitFindings)
	case counts[scan.Missing] > 0:
		return hinted{exitCode(exitUnread), "run verify where the scan ran: citations are relative to that folder"}
	}
	return nil
}
