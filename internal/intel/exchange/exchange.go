// Package exchange answers "which flaws is this build of Exchange Server open
// to?". Exchange is patched by cumulative updates (CU), which replace the
// program, and by security updates (SU), which exist for some CUs only: build
// numbers alone do not order that.
package exchange

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/version"
)

// The builds of Exchange Server and the updates that fix each flaw, from
// Microsoft's CSS-Exchange scripts (MIT licence, see NOTICE).
var (
	//go:embed builds.csv
	buildsCSV string
	//go:embed fixes.csv
	fixesCSV string
)

// Build is one build of Exchange Server.
type Build struct {
	Product string // "2013", "2016", "2019", "SE"
	CU      string // "CU23", "RTM"
	SU      string // "Nov22SU"; "" is the CU itself
	Number  string // "15.1.2507.16"
}

// Fix is the update that fixes a flaw.
type Fix struct {
	SU       string
	Products []string
}

// Table knows all builds and fixes.
type Table struct {
	builds []Build // by product, then number
	fixes  map[cve.ID]Fix
}

// Load reads the table that is part of the program.
func Load() (*Table, error) {
	t := &Table{fixes: map[cve.ID]Fix{}}
	for line := range strings.Lines(buildsCSV) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if len(f) != 4 {
			return nil, fmt.Errorf("builds of Exchange: bad line %q", line)
		}
		t.builds = append(t.builds, Build{f[0], f[1], f[2], f[3]})
	}
	for line := range strings.Lines(fixesCSV) {
		f := strings.Split(strings.TrimSpace(line), ",")
		id, ok := cve.ParseID(f[1])
		if len(f) != 3 || !ok {
			return nil, fmt.Errorf("fixes of Exchange: bad line %q", line)
		}
		t.fixes[id] = Fix{f[0], strings.Split(f[2], "|")}
	}
	slices.SortStableFunc(t.builds, func(a, b Build) int { return version.Dotted.Compare(a.Number, b.Number) })
	return t, nil
}

// Fix returns the update that fixes a flaw.
func (t *Table) Fix(id cve.ID) (Fix, bool) {
	f, ok := t.fixes[id]
	return f, ok
}

// State is what a build is to a flaw.
type State uint8

// The states.
const (
	Unknown State = iota // the table does not decide
	Open
	Fixed
	Foreign // the flaw is not in this release of Exchange
)

// Judge says what a build is to a flaw, and why. A version with three numbers
// only, as directory attributes and paths have it, names a CU whatever its
// SU: then the answer is Unknown unless all builds of the CU agree.
func (t *Table) Judge(id cve.ID, number string) (State, string) {
	fix, ok := t.fixes[id]
	if !ok {
		return Unknown, "no fix of this flaw is in the table of builds"
	}
	product := productOf(number)
	if product == "" {
		return Unknown, fmt.Sprintf("%s is no build of Exchange Server 2013 or newer", number)
	}
	if !slices.Contains(fix.Products, product) {
		if product == "SE" || product > slices.Max(fix.Products) {
			return Fixed, fmt.Sprintf("Exchange Server %s came out with the fix of %s", product, fix.SU)
		}
		return Foreign, fmt.Sprintf("the flaw is not in Exchange Server %s", product)
	}
	if strings.Count(number, ".") == 2 {
		return t.judgeCU(product, number, fix)
	}
	return t.judgeBuild(product, number, fix)
}

func (t *Table) judgeBuild(product, number string, fix Fix) (State, string) {
	cu := t.cu(product, number)
	if cu == nil {
		return Open, fmt.Sprintf("build %s is older than every cumulative update", number)
	}
	for i := range t.builds {
		b := &t.builds[i]
		if b.Product != product || b.CU != cu.CU || b.SU != fix.SU {
			continue
		}
		if version.Dotted.Compare(number, b.Number) >= 0 {
			return Fixed, fmt.Sprintf("build %s has %s (%s or newer of %s)", number, fix.SU, b.Number, cu.CU)
		}
		return Open, fmt.Sprintf("build %s of %s lacks %s (build %s)", number, cu.CU, fix.SU, b.Number)
	}
	newest := t.newestWith(product, fix.SU)
	if newest == nil {
		return Unknown, fmt.Sprintf("no build of Exchange Server %s with %s is known", product, fix.SU)
	}
	if version.Dotted.Compare(cu.Number, newest.Number) > 0 {
		return Fixed, fmt.Sprintf("%s is newer than every cumulative update that %s was made for", cu.CU, fix.SU)
	}
	return Open, fmt.Sprintf("%s was never made for %s", fix.SU, cu.CU)
}

func (t *Table) judgeCU(product, number string, fix Fix) (State, string) {
	open, fixed := false, false
	for i := range t.builds {
		b := &t.builds[i]
		if b.Product != product || !strings.HasPrefix(b.Number, trimmed(number)+".") {
			continue
		}
		switch s, _ := t.judgeBuild(product, b.Number, fix); s {
		case Open:
			open = true
		case Fixed:
			fixed = true
		}
	}
	switch {
	case open && fixed:
		return Unknown, fmt.Sprintf("%s names a cumulative update but not its security update: the file version of ExSetup.exe decides", number)
	case open:
		return Open, fmt.Sprintf("no build of %s has %s", number, fix.SU)
	case fixed:
		return Fixed, fmt.Sprintf("every build of %s has the fix of %s", number, fix.SU)
	}
	if t.cu(product, number) == nil {
		return Open, fmt.Sprintf("build %s is older than every cumulative update", number)
	}
	return Unknown, fmt.Sprintf("build %s is not in the table", number)
}

// cu returns the cumulative update that a build belongs to: the newest of the
// product that is not newer, with the same third number if there is one.
func (t *Table) cu(product, number string) (found *Build) {
	for i := range t.builds {
		b := &t.builds[i]
		if b.Product == product && b.SU == "" && version.Dotted.Compare(third(b.Number), third(number)) <= 0 {
			found = b
		}
	}
	return found
}

func (t *Table) newestWith(product, su string) (found *Build) {
	for i := range t.builds {
		if b := &t.builds[i]; b.Product == product && b.SU == su {
			found = b
		}
	}
	return found
}

// Named returns the build number of a release as people name it: "2016", "CU10",
// "Mar21SU".
func (t *Table) Named(product, cu, su string) (string, bool) {
	for i := range t.builds {
		if b := &t.builds[i]; b.Product == product && strings.EqualFold(b.CU, cu) && strings.EqualFold(b.SU, su) {
			return b.Number, true
		}
	}
	return "", false
}

// productOf names the release of Exchange that a build number belongs to.
func productOf(number string) string {
	parts := strings.Split(number, ".")
	if len(parts) < 3 || len(parts) > 4 {
		return ""
	}
	var n [3]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(parts[i]); err != nil {
			return ""
		}
	}
	switch {
	case n[0] != 15:
		return ""
	case n[1] == 0:
		return "2013"
	case n[1] == 1:
		return "2016"
	case n[1] == 2 && n[2] >= 2562:
		return "SE"
	case n[1] == 2:
		return "2019"
	}
	return ""
}

// third cuts a build number off behind its third number.
func third(number string) string {
	parts := strings.SplitN(number, ".", 4)
	return strings.Join(parts[:min(3, len(parts))], ".")
}

// trimmed writes a build number without zeros in front of its numbers.
func trimmed(number string) string {
	parts := strings.Split(number, ".")
	for i, p := range parts {
		if p = strings.TrimLeft(p, "0"); p == "" {
			p = "0"
		}
		parts[i] = p
	}
	return strings.Join(parts, ".")
}
