package main

import (
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"seawall/sigma"
)

type rulesCommand struct {
	List  rulesListCommand  `cmd:"" help:"List the rules: level, id, title, file."`
	Check rulesCheckCommand `cmd:"" help:"Check a folder of rules: what is broken, doubtful or cannot be evaluated."`
}

type rulesListCommand struct {
	ruleFlags
}

// Run lists rules, sorted by level, then title.
func (c rulesListCommand) Run(s streams) error {
	set, err := c.load()
	if err != nil {
		return err
	}
	rules := slices.Clone(set.Collection.Rules)
	slices.SortStableFunc(rules, func(a, b *sigma.Rule) int {
		return strings.Compare(string(a.Level)+a.Title+a.Key(), string(b.Level)+b.Title+b.Key())
	})
	for _, r := range rules {
		fmt.Fprintf(s.out, "%-13s %-36s  %s  (%s)\n", r.Level, r.Key(), r.Title, r.File)
	}
	for _, c := range set.Collection.Correlations {
		fmt.Fprintf(s.out, "%-13s %-36s  %s  (%s, correlation)\n", c.Level, c.Key(), c.Title, c.File)
	}
	fmt.Fprintf(s.err, "seawall: %d rules, %d correlations, %d filters\n", len(rules), len(set.Collection.Correlations), len(set.Collection.Filters))
	return nil
}

type rulesCheckCommand struct {
	Dir string `arg:"" type:"existingdir" help:"Folder of Sigma rules and of facts about web exploits (*.facts)."`
}

// Run reports everything doubtful in a folder of rules; exit 1 if a rule is
// broken.
func (c rulesCheckCommand) Run(s streams) error {
	loaded, broken := sigma.Load(os.DirFS(c.Dir))
	doubts := sigma.Check(loaded) // before filters are joined to the rules
	set := sigma.Compile(loaded, sigma.Options{})
	for _, p := range broken {
		fmt.Fprintf(s.out, "error: %v\n", p)
	}
	for _, p := range set.Disabled() {
		fmt.Fprintf(s.out, "not evaluated: %v\n", p)
	}
	for _, p := range doubts {
		fmt.Fprintf(s.out, "check: %v\n", p)
	}
	fmt.Fprintf(s.err, "seawall: %d rules, %d correlations and %d filters loaded; %d broken\n", len(loaded.Rules), len(loaded.Correlations), len(loaded.Filters), len(broken))
	if wrong := checkExploits(os.DirFS(c.Dir), s); len(broken)+wrong > 0 {
		return exitCode(exitFindings)
	}
	return nil
}

func dirs(paths []string) []fs.FS {
	all := make([]fs.FS, len(paths))
	for i, p := range paths {
		all[i] = os.DirFS(p)
	}
	return all
}
