package main

import (
	"context"
	"fmt"
	"runtime"

	"seawall/internal/evidence/assets"
	"seawall/internal/exposure/change"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/inventory"
	"seawall/internal/report/escape"
	"seawall/internal/scan"
)

type diffCommand struct {
	Old string `arg:"" help:"Scans, lists and configurations of before: a folder, file or archive." placeholder:"OLD"`
	New string `arg:"" help:"The same of now." placeholder:"NEW"`

	Jobs int `help:"Goroutines that decode; 0 is one per core." default:"0" placeholder:"N"`
}

// Run compares two sets of evidence: exit 0 if nothing new is open or
// vulnerable, 1 if something is, 3 if some evidence could not be read.
func (c diffCommand) Run(ctx context.Context, s streams) error {
	before, lostBefore, err := c.survey(ctx, c.Old, s)
	if err != nil {
		return err
	}
	after, lostAfter, err := c.survey(ctx, c.New, s)
	if err != nil {
		return err
	}
	matcher, err := vulnerable.New()
	if err != nil {
		return fmt.Errorf("load facts of flaws: %w", err)
	}
	report := change.Compare(change.Survey{Inventory: before, Root: c.Old}, change.Survey{Inventory: after, Root: c.New}, matcher)
	if err := report.WriteText(s.out); err != nil {
		return err
	}
	switch {
	case len(before.Devices) == 0 || len(after.Devices) == 0:
		return hinted{exitCode(exitUnread), "no devices were found on one side: name folders with scans, package lists or configurations"}
	case report.Any():
		return exitCode(exitFindings)
	case lostBefore+lostAfter > 0:
		return exitCode(exitUnread)
	}
	return nil
}

// survey reads one side, and counts what was lost of it.
func (c diffCommand) survey(ctx context.Context, path string, s streams) (*inventory.Inventory, int, error) {
	jobs := c.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	inv, problems, err := scan.Survey(ctx, scan.Options{Paths: []string{path}, Formats: assets.Formats(), Jobs: jobs})
	if err != nil {
		return nil, 0, err
	}
	lost := 0
	for _, p := range problems {
		if p.Lost {
			lost++
			fmt.Fprintf(s.err, "seawall: %s\n", escape.Visible(p.String()))
		}
	}
	return inv, lost, nil
}
