package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	feeds "seawall/internal/intel/update"
	"seawall/internal/scan"
	"seawall/sigma"
)

type versionCommand struct{}

// Run prints what was built, from what, and with which built-in content.
func (versionCommand) Run(s streams) error {
	rules, err := scan.LoadRules(scan.RuleOptions{Builtin: true})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "seawall %s (%s, %s/%s)\nbuilt-in: %d rules, %d correlations, %d detectors, %d formats; newest rule of %s\n",
		version(), runtime.Version(), runtime.GOOS, runtime.GOARCH,
		len(rules.Collection.Rules), len(rules.Collection.Correlations), len(scan.Detectors()), len(scan.Formats(time.UTC)), newest(rules.Collection))
	if err != nil {
		return err
	}
	set, err := feeds.Load(feeds.DefaultDir())
	if set == nil {
		return err
	}
	for _, f := range set.Feeds {
		fmt.Fprintf(s.out, "facts: %s of %s, %d entries (%s)\n", f.Name, f.Date, f.Count, f.From)
	}
	return nil
}

// newest is the last date at which a rule was written or changed. Dates are
// written 2026-11-24, or 2026/11/24 in older rules.
func newest(c *sigma.Collection) (date string) {
	for _, r := range c.Rules {
		date = max(date, strings.ReplaceAll(max(r.Date, r.Modified), "/", "-"))
	}
	return date
}

// version names the build: the module version if released, else the revision.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, modified := "", ""
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			revision = setting.Value[:min(12, len(setting.Value))]
		case setting.Key == "vcs.modified" && setting.Value == "true":
			modified = "+changes"
		}
	}
	if revision == "" {
		return "development build"
	}
	return "devel-" + revision + modified
}
