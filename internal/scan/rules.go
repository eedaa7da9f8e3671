package scan

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/sigma"
)

// Ruleset is the rules of a scan, compiled, and what findings say of them.
type Ruleset struct {
	Collection   *sigma.Collection
	Set          *sigma.Set
	Correlations *sigma.Correlations
	// Problems are the rules, or parts of them, that are of no use whatever
	// the evidence.
	Problems []sigma.Problem

	infos  []ruleInfo
	index  map[*sigma.Rule]int      // into infos
	byMeta map[*sigma.Meta]ruleInfo // rules and correlations
}

// ruleInfo is what a finding says of a rule.
type ruleInfo struct {
	id, title, description string
	level                  finding.Severity
	techniques             []string
	detector               string // folder of a built-in rule, "sigma" for the user's own
}

// RuleOptions says which rules to load.
type RuleOptions struct {
	Builtin      bool               // the built-in ones
	Folders      []fs.FS            // the user's
	Texts        []RuleText         // of advisories
	Placeholders sigma.Placeholders // values of placeholders in rules
}

// RuleText is a text that holds rules, and what problems call it.
type RuleText struct {
	Name string
	Text string
}

// LoadRules compiles rules.
func LoadRules(o RuleOptions) (*Ruleset, error) {
	r := &Ruleset{Collection: &sigma.Collection{}, index: map[*sigma.Rule]int{}, byMeta: map[*sigma.Meta]ruleInfo{}}
	if o.Builtin {
		fsys, err := intrusion.Builtin()
		if err != nil {
			return nil, fmt.Errorf("built-in rules: %w", err)
		}
		r.add(fsys, folder)
	}
	for _, fsys := range o.Folders {
		r.add(fsys, func(string) string { return "sigma" })
	}
	for _, t := range o.Texts {
		loaded, problems := sigma.Parse([]byte(t.Text), t.Name)
		r.take(&loaded, problems, func(string) string { return "sigma" })
	}
	r.Set = sigma.Compile(r.Collection, sigma.Options{Placeholders: o.Placeholders})
	var problems []sigma.Problem
	r.Correlations, problems = sigma.NewCorrelations(r.Collection)
	r.Problems = append(append(r.Problems, r.Set.Disabled()...), problems...)
	return r, nil
}

// folder names the detector a built-in rule belongs to.
func folder(file string) string {
	first, _, _ := strings.Cut(path.Clean(file), "/")
	return first
}

// add loads the rules of one source; detector names the detector of a file.
func (r *Ruleset) add(fsys fs.FS, detector func(file string) string) {
	loaded, problems := sigma.Load(fsys)
	r.take(loaded, problems, detector)
}

func (r *Ruleset) take(loaded *sigma.Collection, problems []sigma.Problem, detector func(file string) string) {
	r.Problems = append(r.Problems, problems...)
	for _, rule := range loaded.Rules {
		info := newRuleInfo(&rule.Meta, detector(rule.File))
		r.index[rule] = len(r.infos)
		r.infos = append(r.infos, info)
		r.byMeta[&rule.Meta] = info
	}
	for _, c := range loaded.Correlations {
		r.byMeta[&c.Meta] = newRuleInfo(&c.Meta, detector(c.File))
	}
	r.Collection.Add(loaded)
}

func newRuleInfo(m *sigma.Meta, detector string) ruleInfo {
	level, _ := finding.ParseSeverity(string(m.Level))
	info := ruleInfo{id: m.Key(), title: m.Title, description: m.Description, level: level, detector: detector}
	for _, tag := range m.Tags {
		if technique, ok := technique(tag); ok {
			info.techniques = append(info.techniques, technique)
		}
	}
	return info
}

// technique reads an ATT&CK technique from a Sigma tag such as
// "attack.t1059.001".
func technique(tag string) (id string, ok bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(tag), "attack.t")
	if !ok || len(rest) < 4 || strings.Trim(rest, "0123456789.") != "" {
		return "", false
	}
	return "T" + rest, true
}

// Reason says why a rule is not used, whatever the evidence; "" if it is.
func (r *Ruleset) Reason(rule *sigma.Rule) string {
	for _, p := range r.Problems {
		if p.File == rule.File && p.Rule == rule.Key() {
			return p.What
		}
	}
	return ""
}
