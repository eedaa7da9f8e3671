package inventorytest

import (
	"fmt"
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/inventory"
)

// Lines writes out what was read, a line for each fact, without places.
func Lines(r *Result) (lines []string) {
	add := func(words ...any) { lines = append(lines, strings.Join(strings.Fields(fmt.Sprintln(words...)), " ")) }
	for _, o := range r.Observations {
		for _, k := range o.Keys {
			if k.Kind != inventory.Place {
				add("key", k.Kind, k.Value)
			}
		}
		if o.Status == inventory.Down {
			add("down")
		}
		for _, s := range o.Software {
			c := s.Component
			source := c.SourceName
			if c.SourceVersion != "" {
				source += "=" + c.SourceVersion
			}
			epoch := ""
			if c.EpochUnknown {
				epoch = "epoch?"
			}
			add(c.Kind, c.Vendor, c.Namespace, c.Name, c.Version, c.Edition, c.Ecosystem, c.Distribution, source, c.Arch, epoch, s.Confidence)
		}
		for _, s := range o.Services {
			add("service", s.Address, fmt.Sprintf("%d/%s", s.Port, s.Protocol), s.State, s.Name, s.Product, s.Version, s.Identity)
			for _, b := range s.Banners {
				add(" banner", b.Kind, b.Text)
			}
		}
		for _, c := range o.Claims {
			component := ""
			if c.Component != nil {
				component = c.Component.Name + "@" + c.Component.Version
			}
			add("claim", c.Check, c.CVEs, c.Severity, c.Score, c.Verdict, component, c.Fixed, fmt.Sprintf("%d/%s", c.Port, c.Protocol))
		}
		for _, s := range o.Statements {
			add("statement", s.Vulnerability, s.Status, s.Justification, s.Products)
		}
		for _, i := range o.Interfaces {
			add("interface", i.Name, i.Label, i.Prefixes, i.Side, i.Down)
		}
		for _, h := range o.Hints {
			disabled := ""
			if h.Disabled {
				disabled = "disabled"
			}
			if h.Guard != "" {
				disabled = strings.TrimSpace("guarded by " + h.Guard + " " + disabled)
			}
			add("hint", h.Kind, h.Name, h.Service, h.Protocol, h.Outside, h.Outer.First, h.Inside, h.Inner.First, h.Interface, h.Peers, disabled)
		}
		for _, f := range o.Roles {
			add("role", f.Value)
		}
		for _, f := range o.Owners {
			add("owner", f.Value)
		}
		for _, a := range o.Attributes {
			add("attribute", a.Name, a.Value)
		}
	}
	for _, p := range r.Problems {
		kind := "note"
		if p.Lost {
			kind = "lost"
		}
		add(kind, fmt.Sprintf("%d:", p.Line), p.What)
	}
	return lines
}

// Check reads one file and compares what was read with want, a line for each
// fact. A want line that ends in "…" stands for all lines that begin so.
func Check(t *testing.T, formats []evidence.Format, name, content, want string) *Result {
	t.Helper()
	r := Read(t, formats, name, []byte(content))
	got := Lines(r)
	var wanted []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			wanted = append(wanted, line)
		}
	}
	same := len(got) == len(wanted)
	for i := range min(len(got), len(wanted)) {
		prefix, cut := strings.CutSuffix(wanted[i], "…")
		same = same && (got[i] == wanted[i] || cut && strings.HasPrefix(got[i], prefix))
	}
	if !same {
		t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(wanted, "\n"))
	}
	return r
}

// Format finds a format by its id.
func Format(t testing.TB, formats []evidence.Format, id string) evidence.Format {
	t.Helper()
	for _, f := range formats {
		if f.ID == id {
			return f
		}
	}
	t.Fatalf("there is no format %q", id)
	return evidence.Format{}
}
