package vulnerable

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
)

// windowsFix is a cumulative update of one build of Windows: the revision that
// the flaws published on a day were fixed in.
type windowsFix struct {
	day      facts.Day
	revision int
}

// windowsFixes orders the updates of each build by day, from the records that
// name them. Older records say "publication" instead; but updates of Windows 10
// and newer are cumulative, so that a revision that fixes a later flaw has the
// fixes of all earlier ones.
func windowsFixes(set *facts.Set) map[string][]windowsFix {
	fixes := map[string][]windowsFix{}
	for _, use := range set.Of("microsoft/windows") {
		for i := range use.Affected {
			build, revision, ok := windowsRevision(use.Affected[i].To)
			if ok && use.Published != 0 && strings.HasPrefix(build, "10.0.") {
				fixes[build] = append(fixes[build], windowsFix{use.Published, revision})
			}
		}
	}
	for build, list := range fixes {
		slices.SortFunc(list, func(a, b windowsFix) int {
			return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.revision, b.revision))
		})
		fixes[build] = list
	}
	return fixes
}

// windowsRevision takes a version of Windows apart: 10.0.17763 and 3406.
func windowsRevision(v string) (build string, revision int, ok bool) {
	parts := strings.Split(v, ".")
	if len(parts) != 4 {
		return strings.Join(parts[:min(3, len(parts))], "."), 0, false
	}
	revision, err := strconv.Atoi(parts[3])
	return strings.Join(parts[:3], "."), revision, err == nil
}

// judgeWindows decides for flaws whose records name no revision. A revision at
// least as new as one made for a flaw that came out on the same day or later is
// fixed. One older than the update of that very day is open.
func (m *Matcher) judgeWindows(id *Identity, use facts.Use) (judgement, bool) {
	if id.Product != "microsoft/windows" || use.Quality != cve.Unusable || use.Published == 0 || m.windows == nil {
		return judgement{}, false
	}
	build, revision, ok := windowsRevision(id.Version)
	if !ok {
		return judgement{outcome: Possible, rule: func() string { return "the record names no revisions, and the version has none" }, decides: "the full version with its build"}, true
	}
	list := m.windows()[build]
	at, _ := slices.BinarySearchFunc(list, use.Published, func(f windowsFix, day facts.Day) int { return cmp.Compare(f.day, day) })
	if at == len(list) {
		return judgement{}, false
	}
	oldest := list[at]
	for _, f := range list[at:] {
		if f.revision < oldest.revision {
			oldest = f
		}
	}
	switch {
	case revision >= oldest.revision:
		return judgement{outcome: NotAffected, rule: func() string {
			return fmt.Sprintf("revision %d has the cumulative update %d of %s, which came with or after the fix", revision, oldest.revision, oldest.day)
		}}, true
	case list[at].day == use.Published:
		return judgement{
			outcome: Affected, inferred: true, fixed: build + "." + strconv.Itoa(list[at].revision),
			rule: func() string {
				return fmt.Sprintf("revision %d is older than the cumulative update %d of %s, the day the flaw came out", revision, list[at].revision, list[at].day)
			},
		}, true
	}
	return judgement{}, false
}

// installerVersion reports whether a version is that of the installer of .NET
// Framework, as lists of programs have it: 4.8.03761, however many updates
// followed. Files that updates replace count differently: 4.8.4690.0.
func installerVersion(id *Identity) bool {
	parts := strings.Split(id.Version, ".")
	return id.Product == "microsoft/net_framework" && len(parts) == 3 && strings.HasPrefix(parts[2], "0")
}
