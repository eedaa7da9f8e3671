// Package suppress answers "was this finding accepted before?": a reasoned
// allow-list whose entries may expire and whose effect is always counted.
package suppress

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"seawall/internal/finding"
)

// Entry accepts the findings that match every field it gives.
type Entry struct {
	ID       string `yaml:"id"`       // a finding's id
	Detector string `yaml:"detector"` // a detector's id
	Rule     string `yaml:"rule"`     // a rule's id or title; matches only if every rule of the finding is it
	Host     string `yaml:"host"`     // glob, case does not matter
	User     string `yaml:"user"`     // glob, case does not matter
	Address  string `yaml:"address"`  // an address or CIDR range
	Path     string `yaml:"path"`     // glob over the paths of the cited evidence

	Reason  string `yaml:"reason"`  // required
	Owner   string `yaml:"owner"`   // who accepted it
	Expires string `yaml:"expires"` // YYYY-MM-DD, the last day it holds (UTC)

	line    int
	expires time.Time
	prefix  netip.Prefix
	used    int
}

// List is an allow-list.
type List struct {
	File    string
	Entries []Entry
}

// Parse reads an allow-list: a YAML sequence of entries, or a mapping with the
// sequence under "suppress". file names it in errors.
func Parse(data []byte, file string) (*List, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	list := &List{File: file}
	if len(doc.Content) == 0 {
		return list, nil
	}
	root := doc.Content[0]
	if root.Kind == yaml.MappingNode && len(root.Content) == 2 && root.Content[0].Value == "suppress" {
		root = root.Content[1]
	}
	if root.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("%s:%d: expected a list of suppressions, each starting with '- '", file, root.Line)
	}
	var problems []error
	for _, node := range root.Content {
		entry, err := parseEntry(node)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", file, node.Line, err))
			continue
		}
		list.Entries = append(list.Entries, entry)
	}
	return list, errors.Join(problems...)
}

func parseEntry(node *yaml.Node) (Entry, error) {
	// Marshal and decode again to reject unknown keys: a misspelt key would
	// silently widen what the entry hides.
	text, err := yaml.Marshal(node)
	if err != nil {
		return Entry{}, err
	}
	entry := Entry{line: node.Line}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&entry); err != nil {
		return Entry{}, fmt.Errorf("unknown or malformed field (known: id, detector, rule, host, user, address, path, reason, owner, expires): %w", err)
	}
	return entry, entry.validate()
}

func (e *Entry) validate() error {
	if strings.TrimSpace(e.Reason) == "" {
		return errors.New("a suppression needs a reason")
	}
	if e.ID == "" && e.Detector == "" && e.Rule == "" && e.Host == "" && e.User == "" && e.Address == "" && e.Path == "" {
		return errors.New("a suppression must name what it accepts: id, detector, rule, host, user, address or path")
	}
	for _, glob := range []string{e.Host, e.User, e.Path} {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("bad pattern %q: %w", glob, err)
		}
	}
	if e.Address != "" {
		prefix, err := parsePrefix(e.Address)
		if err != nil {
			return fmt.Errorf("address %q is neither an address nor a CIDR range", e.Address)
		}
		e.prefix = prefix
	}
	if e.Expires != "" {
		day, err := time.Parse(time.DateOnly, e.Expires)
		if err != nil {
			return fmt.Errorf("expires %q is not a date like 2027-01-31", e.Expires)
		}
		e.expires = day.AddDate(0, 0, 1)
	}
	return nil
}

func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// Apply marks the findings that an unexpired entry accepts by setting their
// Suppressed reason. It returns warnings about entries that have expired
// although they would have matched, or matched nothing.
func (l *List) Apply(findings []finding.Finding, now time.Time) (warnings []string) {
	for i := range l.Entries {
		e := &l.Entries[i]
		expired := !e.expires.IsZero() && !now.Before(e.expires)
		for j := range findings {
			f := &findings[j]
			if !e.matches(f) {
				continue
			}
			e.used++
			if !expired && f.Suppressed == "" {
				f.Suppressed = e.Reason
			}
		}
		switch {
		case expired && e.used > 0:
			warnings = append(warnings, fmt.Sprintf("%s:%d: suppression expired on %s; the %d findings it hid are shown again (%s)", l.File, e.line, e.Expires, e.used, e.Reason))
		case e.used == 0:
			warnings = append(warnings, fmt.Sprintf("%s:%d: suppression matched nothing (%s)", l.File, e.line, e.Reason))
		}
	}
	return warnings
}

func (e *Entry) matches(f *finding.Finding) bool {
	if e.ID != "" && e.ID != f.ID || e.Detector != "" && !strings.EqualFold(e.Detector, f.Detector) {
		return false
	}
	if e.Rule != "" {
		other := func(r finding.Rule) bool { return r.ID != e.Rule && !strings.EqualFold(r.Title, e.Rule) }
		if len(f.Rules) == 0 || slices.ContainsFunc(f.Rules, other) {
			return false
		}
	}
	if e.Path != "" && !slices.ContainsFunc(f.Citations, func(c finding.Citation) bool { return glob(e.Path, c.Path) }) {
		return false
	}
	return (e.Host == "" || hasEntity(f, finding.Host, func(v string) bool { return glob(e.Host, v) })) &&
		(e.User == "" || hasEntity(f, finding.User, func(v string) bool { return glob(e.User, v) })) &&
		(e.Address == "" || hasEntity(f, finding.Address, e.contains))
}

func (e *Entry) contains(address string) bool {
	addr, err := netip.ParseAddr(address)
	return err == nil && e.prefix.Contains(addr.Unmap())
}

func hasEntity(f *finding.Finding, kind string, match func(string) bool) bool {
	return slices.ContainsFunc(f.Entities, func(e finding.Entity) bool { return e.Type == kind && match(e.Value) })
}

// glob matches without case; backslashes, common in user names, are literal.
func glob(pattern, value string) bool {
	pattern = strings.ReplaceAll(pattern, `\`, "/")
	value = strings.ReplaceAll(value, `\`, "/")
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(value))
	if ok || err != nil {
		return ok
	}
	// "*" stands for any text here, separators included.
	if prefix, found := strings.CutSuffix(pattern, "*"); found && !strings.ContainsAny(prefix, "*?[") {
		return len(value) >= len(prefix) && strings.EqualFold(value[:len(prefix)], prefix)
	}
	return false
}
