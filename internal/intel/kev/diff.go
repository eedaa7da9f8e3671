package kev

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"seawall/internal/intel/cve"
)

// Kind says what changed.
type Kind uint8

// The kinds of changes, most urgent first.
const (
	Added Kind = iota
	Ransomware
	Earlier // the due date was brought forward
	Removed
	Edited
)

// String names a kind.
func (k Kind) String() string {
	return [...]string{"added", "used by ransomware", "due earlier", "removed", "edited"}[min(k, Edited)]
}

// Change is one difference between two states of the catalogue.
type Change struct {
	Kind   Kind
	Entry  Entry // as it is now; as it was if it was removed
	Fields []string
	Was    []string // the old values of Fields
}

// Alert reports whether a defender must look at the change.
func (c *Change) Alert() bool { return c.Kind <= Earlier }

// String writes the change on one line.
func (c *Change) String() string {
	s := fmt.Sprintf("%s %s: %s %s", c.Entry.ID, c.Kind, c.Entry.Vendor, c.Entry.Product)
	if c.Kind == Added || c.Kind == Earlier {
		s += ", due " + c.Entry.Due
	}
	if c.Kind == Edited {
		s += " (" + strings.Join(c.Fields, ", ") + ")"
	}
	return s
}

// Diff returns the changes from old to new, most urgent first. An entry listed
// twice counts once. old may be nil: then all is added.
func Diff(old, now *Catalogue) []Change {
	before := index(old)
	after := index(now)
	var changes []Change
	for id, e := range after {
		was, ok := before[id]
		if !ok {
			changes = append(changes, Change{Kind: Added, Entry: *e})
			continue
		}
		if c, changed := compareEntries(was, e); changed {
			changes = append(changes, c)
		}
	}
	for id, e := range before {
		if after[id] == nil {
			changes = append(changes, Change{Kind: Removed, Entry: *e})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Entry.ID, b.Entry.ID))
	})
	return changes
}

func index(c *Catalogue) map[cve.ID]*Entry {
	m := map[cve.ID]*Entry{}
	if c != nil {
		for i := range c.Entries {
			m[c.Entries[i].ID] = &c.Entries[i]
		}
	}
	return m
}

func compareEntries(was, now *Entry) (Change, bool) {
	c := Change{Kind: Edited, Entry: *now}
	field := func(name, a, b string) {
		if a != b {
			c.Fields, c.Was = append(c.Fields, name), append(c.Was, a)
		}
	}
	field("vendor", was.Vendor, now.Vendor)
	field("product", was.Product, now.Product)
	field("name", was.Name, now.Name)
	field("date added", was.Added, now.Added)
	field("due date", was.Due, now.Due)
	field("required action", was.RequiredAction, now.RequiredAction)
	field("description", was.Description, now.Description)
	field("ransomware", was.Ransomware, now.Ransomware)
	field("notes", was.Notes, now.Notes)
	field("weaknesses", strings.Join(was.Weaknesses, " "), strings.Join(now.Weaknesses, " "))
	switch {
	case was.Ransomware != "Known" && now.Ransomware == "Known":
		c.Kind = Ransomware
	case now.Due < was.Due && now.Due != "":
		c.Kind = Earlier
	}
	return c, len(c.Fields) > 0
}
