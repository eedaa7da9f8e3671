package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"seawall/internal/report/escape"
	"seawall/internal/scan"
	"seawall/internal/simulate"
	"seawall/internal/verdict"
)

type scoreCommand struct {
	Dir string `arg:"" type:"existingdir" help:"Folder that simulate wrote." placeholder:"DIR"`
	ruleFlags
	engineFlags
}

// Run scans the evidence and compares the result with the truth.
func (c *scoreCommand) Run(ctx context.Context, s streams) error {
	truth, err := simulate.LoadTruth(filepath.Join(c.Dir, simulate.TruthFile))
	if err != nil {
		return usageError{fmt.Errorf("read what is true: %w", err)}
	}
	one := scanCommand{Paths: []string{filepath.Join(c.Dir, "evidence")}, ruleFlags: c.ruleFlags, engineFlags: c.engineFlags}
	options, err := one.options()
	if err != nil {
		return err
	}
	options.Progress = &scan.Progress{}
	result, err := scan.Run(ctx, options)
	if err != nil {
		return usageError{err}
	}
	v := verdict.Of(result)
	cannot := append([]string(nil), v.In.Missing...)
	for _, in := range v.Incidents {
		cannot = append(cannot, in.Unknown...)
	}
	score := simulate.Rate(truth, v.Incidents, cannot)
	fmt.Fprintf(s.out, "steps           F1 %.2f (precision %.2f, recall %.2f of %d)\n", score.F1, score.Precision, score.Recall, len(truth.Steps))
	fmt.Fprintf(s.out, "order           %.2f\n", score.Order)
	if truth.PatientZero != nil {
		minutes := "no incident"
		if !math.IsNaN(score.PatientZeroMinutes) {
			minutes = fmt.Sprintf("%+.0f minutes", score.PatientZeroMinutes)
		}
		fmt.Fprintf(s.out, "patient zero    host %v, %s\n", map[bool]string{true: "right", false: "wrong"}[score.PatientZeroHost], minutes)
	}
	fmt.Fprintf(s.out, "incidents       %d, of them spurious at high confidence %d\n", score.Incidents, score.Spurious)
	for _, list := range []struct {
		name  string
		items []string
	}{{"missed", score.Missed}, {"foreign", score.Foreign}, {"unsaid", score.Unsaid}} {
		for _, item := range list.items {
			fmt.Fprintf(s.out, "%-15s %s\n", list.name, escape.Visible(item))
		}
	}
	return nil
}
