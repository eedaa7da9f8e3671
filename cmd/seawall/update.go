package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"seawall/internal/intel/facts"
	"seawall/internal/intel/kev"
	feeds "seawall/internal/intel/update"
)

type updateCommand struct {
	From   string `help:"Take the feeds from this folder instead of the Internet, under the names that --list shows." type:"existingdir" placeholder:"DIR"`
	Mirror string `help:"Fetch the feeds below this address instead of from their makers." placeholder:"URL"`
	Proxy  string `help:"Proxy to fetch through (default: HTTPS_PROXY and the like)." placeholder:"URL"`
	All    bool   `help:"Fetch also the list of all CVE records (some hundred megabytes)."`
	List   bool   `help:"List the feeds and how old our copies are, and fetch nothing."`
	Facts  string `help:"Folder to keep facts in (default: seawall/facts in the user's data folder)." placeholder:"DIR"`
}

// Run fetches the feeds and tells what is new. A feed that fails does not stop
// the others; the exit code tells of it.
func (c *updateCommand) Run(ctx context.Context, s streams) error {
	if c.From != "" && c.Mirror != "" {
		return usageError{errors.New("--from and --mirror exclude each other")}
	}
	dir := c.Facts
	if dir == "" {
		dir = feeds.DefaultDir()
	}
	if dir == "" {
		return usageError{errors.New("there is no folder to keep facts in: name one with --facts")}
	}
	store, err := feeds.Open(dir)
	if err != nil {
		return err
	}
	if c.List {
		return c.list(store, s)
	}
	outcomes, err := store.Update(ctx, feeds.Options{From: c.From, Mirror: c.Mirror, Proxy: c.Proxy, All: c.All})
	if err != nil {
		return err
	}
	failed := 0
	for i := range outcomes {
		if outcomes[i].Err != nil {
			failed++
		}
		tell(&outcomes[i], s)
	}
	set, err := store.Compile()
	if err != nil {
		return err
	}
	for _, f := range set.Feeds {
		fmt.Fprintf(s.err, "seawall: facts: %s of %s (%s), %d entries\n", f.Name, f.Date, age(f.Date), f.Count)
	}
	if failed > 0 {
		fmt.Fprintf(s.err, "seawall: hint: %d feeds could not be updated; their last good copies stay in use\n", failed)
		return exitCode(exitUnread)
	}
	return nil
}

// tell prints what became of a feed; changes of the catalogue that a defender
// must look at go to standard output.
func tell(o *feeds.Outcome, s streams) {
	switch {
	case o.Err != nil:
		fmt.Fprintf(s.err, "seawall: %s: refused: %v\n", o.Name, o.Err)
	case o.Fresh:
		checked := "no published hash to compare with"
		if o.Entry.Checked {
			checked = "hash checked"
		}
		fmt.Fprintf(s.err, "seawall: %s: %d entries of %s from %s, %s\n", o.Name, o.Entry.Count, o.Entry.Date.Format(time.DateOnly), o.Entry.From, checked)
	}
	edits := 0
	for i := range o.Changes {
		if o.Changes[i].Kind == kev.Edited {
			edits++
			continue
		}
		fmt.Fprintf(s.out, "%s\n", o.Changes[i].String())
	}
	if edits > 0 {
		fmt.Fprintf(s.err, "seawall: %s: %d entries were edited\n", o.Name, edits)
	}
}

func (c *updateCommand) list(store *feeds.Store, s streams) error {
	for _, src := range feeds.Sources() {
		have := "no copy"
		if e, ok := store.Entry(src.Name); ok {
			have = fmt.Sprintf("%d entries of %s, fetched %s", e.Count, e.Date.Format(time.DateOnly), e.Fetched.Format(time.DateOnly))
		}
		fmt.Fprintf(s.out, "%-5s %-38s %s\n      %s\n", src.Name, src.File, have, src.URL)
	}
	return nil
}

func age(d facts.Day) string {
	days := int(facts.DayOf(time.Now()) - d)
	if days == 1 {
		return "1 day old"
	}
	return fmt.Sprintf("%d days old", days)
}
