package main

import (
	"context"
	"fmt"
	"path/filepath"

	"seawall/internal/report/escape"
	"seawall/internal/simulate"
)

type simulateCommand struct {
	Case      string   `arg:"" enum:"case1,case2" help:"Which of the advisory's case studies: case1 (a web application, July to September 2022) or case2 (a remote access portal, April and May 2022)."`
	Dir       string   `arg:"" help:"Folder to write to; it must be empty or not there." placeholder:"DIR"`
	Size      byteSize `help:"Size of the evidence before compression, roughly (default: ${default})." default:"100MB" placeholder:"SIZE"`
	Seed      uint64   `help:"Equal seeds and sizes make equal evidence." default:"1" placeholder:"N"`
	NoiseOnly bool     `help:"Leave the intrusion out: ordinary traffic and what looks like an intruder but is none."`
}

// Run writes the evidence.
func (c *simulateCommand) Run(ctx context.Context, s streams) error {
	truth, err := simulate.Write(ctx, simulate.Options{Case: c.Case, Dir: c.Dir, Size: int64(c.Size), Seed: c.Seed, NoiseOnly: c.NoiseOnly})
	if err != nil {
		return usageError{err}
	}
	fmt.Fprintf(s.err, "seawall: %d steps of an intrusion are hidden in %s; what is true stands in %s\n",
		len(truth.Steps), escape.Visible(filepath.Join(c.Dir, "evidence")), escape.Visible(filepath.Join(c.Dir, simulate.TruthFile)))
	return nil
}
