package main

import (
	"context"
	"fmt"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/report/escape"
	"seawall/internal/scan"
)

type showCommand struct {
	Citation string `arg:"" help:"A citation as findings give it: PATH@OFFSET+LENGTH, the path through archives." placeholder:"CITATION"`
}

// Run prints exactly the cited bytes, nothing else, so that they can be piped
// into another tool. They are the attacker's: a terminal should see them
// through a pager or a hex dump.
func (c showCommand) Run(ctx context.Context, s streams) error {
	place, err := evidence.ParseCitation(c.Citation)
	if err != nil {
		return usageError{err}
	}
	data, err := evidence.ReadCitation(ctx, place, evidence.Options{})
	switch {
	case err != nil && ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		fmt.Fprintf(s.err, "seawall: error: %s\n", escape.Visible(err.Error()))
		return hinted{exitCode(exitUnread), "run show where the scan ran: citations are relative to that folder"}
	case isTerminal(s.out):
		return hexDump(s.out, data, place.Offset)
	}
	_, err = s.out.Write(data)
	return err
}

type formatsCommand struct{}

// Run lists every recognised format.
func (formatsCommand) Run(s streams) error {
	for _, f := range scan.Formats(time.UTC) {
		fmt.Fprintf(s.out, "%-18s %s\n%-18s %s\n", f.ID, f.Title, "", f.Notes)
	}
	fmt.Fprintf(s.out, "%-18s %s\n", "archives", "zip, tar, gzip, zstd, bzip2 and xz, nested in each other")
	return nil
}
