package webshell

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"seawall/internal/finding"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// Pages are latecomers if they came lateGap after nearly all others, and are
// few: an update brings many at once.
const (
	minPages   = 40
	lateGap    = int64(7 * 24 * time.Hour)
	lateShare  = 50 // at most one page in so many
	maxLate    = 20
	maxSamples = 10
)

// latecomers reports the few pages that came to a disk long after the rest.
func (n *notes) latecomers() (findings []finding.Finding) {
	for _, g := range n.arrivals.Groups() {
		if g.Partial || len(g.Sightings) < minPages {
			continue
		}
		pages := slices.Clone(g.Sightings)
		slices.SortFunc(pages, func(x, y sighting.Sighting[arrival]) int {
			return cmp.Or(cmp.Compare(x.Fact.Time, y.Fact.Time), cmp.Compare(x.Fact.Path, y.Fact.Path))
		})
		allowed := min(maxLate, max(1, len(pages)/lateShare))
		first := len(pages) - allowed
		// The widest gap among the last ones parts them from the rest.
		at := 0
		for i := first; i < len(pages); i++ {
			if pages[i].Fact.Time-pages[i-1].Fact.Time > lateGap {
				at = i
				break
			}
		}
		if at == 0 {
			continue
		}
		findings = append(findings, lateFinding(g.Key.File, pages[at:], len(pages)))
	}
	return findings
}

func lateFinding(in string, late []sighting.Sighting[arrival], all int) finding.Finding {
	f := newFinding(in, "late")
	f.Title = "Pages that are newer than all others of their site"
	f.Severity, f.Confidence, f.Count = finding.Medium, finding.Unsure, len(late)
	f.First, f.Last = late[0].Fact.Time, late[len(late)-1].Fact.Time
	var names []string
	for _, s := range late {
		names = append(names, baseName(s.Fact.Path))
		f.Entities = append(f.Entities, finding.Entity{Type: finding.File, Value: s.Fact.Path})
		if len(f.Citations) < maxSamples {
			f.Citations = append(f.Citations, excerpted(s.Citation, s.Fact.Time, "path", s.Fact.Path, "came", prose.Stamp(s.Fact.Time)))
		}
	}
	f.Why = fmt.Sprintf("Of %s that %s lists, %s came more than a week after all others, %s: %s. That is how a page comes that nobody deployed. Innocent would be a page that its owner added by hand.",
		prose.Count(all, "page"), finding.Shorten(in, 160), prose.Count(len(late), "page"), prose.Span(f.First, f.Last), prose.List(names))
	return f
}

// difference tells files that a clean copy has otherwise from those that it
// does not have, and below which folder of the evidence.
type difference struct {
	Extra, Sure bool
	Root        string
}

// root is a folder of the evidence in which a file of the clean copy was found
// with its content.
type root struct{ Path string }

// differing collects what is not as the clean copy has it.
func (n *notes) differing(extra bool) (files []sighting.Sighting[arrival]) {
	for _, g := range n.different.Groups() {
		if g.Key.Extra == extra && (g.Key.Sure || len(n.roots.Under(root{g.Key.Root})) > 0) {
			files = append(files, g.Sightings...)
		}
	}
	return files
}

// differFindings reports what is not as the clean copy has it, the newest
// first.
func (n *notes) differFindings() (findings []finding.Finding) {
	for _, extra := range [...]bool{false, true} {
		files := n.differing(extra)
		if len(files) == 0 {
			continue
		}
		slices.SortFunc(files, func(x, y sighting.Sighting[arrival]) int {
			return cmp.Or(cmp.Compare(y.Fact.Time, x.Fact.Time), cmp.Compare(x.Fact.Path, y.Fact.Path))
		})
		kind := "changed"
		title, why := "Files that differ from the clean copy", "have another content than the files of the same path in the clean copy"
		if extra {
			kind = "extra"
			title, why = "Files that the clean copy does not have", "lie in folders of the clean copy, which does not have them"
		}
		f := newFinding(kind, "known-good")
		f.Entities = nil
		f.Title, f.Severity, f.Confidence, f.Count = title, finding.Medium, finding.Likely, len(files)
		var names []string
		for i, s := range files {
			if s.Fact.Time != 0 && (f.First == 0 || s.Fact.Time < f.First) {
				f.First = s.Fact.Time
			}
			f.Last = max(f.Last, s.Fact.Time)
			names = append(names, baseName(s.Fact.Path))
			if i < maxSamples {
				f.Entities = append(f.Entities, finding.Entity{Type: finding.File, Value: s.Fact.Path})
				f.Citations = append(f.Citations, excerpted(s.Citation, s.Fact.Time, "path", s.Fact.Path, "changed", prose.Stamp(s.Fact.Time)))
			}
		}
		f.Why = fmt.Sprintf("%s %s, the newest first: %s. Each is the work of somebody: an administrator, an update that the clean copy does not have, or an intruder.", prose.Count(len(files), "file"), why, prose.List(names))
		findings = append(findings, f)
	}
	return findings
}
