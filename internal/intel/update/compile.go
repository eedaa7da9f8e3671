package update

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"

	"seawall/internal/intel/cve"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/feed"
	"seawall/internal/intel/kev"
)

// builder puts newer feeds over the facts in the program.
type builder struct {
	list      []facts.Vulnerability
	feeds     []facts.Feed
	dir       string
	catalogue *kev.Catalogue
}

func (b *builder) path(name string) string {
	for _, s := range Sources() {
		if s.Name == name {
			return filepath.Join(b.dir, s.File)
		}
	}
	return ""
}

func (b *builder) setFeed(f facts.Feed) {
	b.feeds = slices.DeleteFunc(b.feeds, func(o facts.Feed) bool { return o.Name == f.Name })
	b.feeds = append(b.feeds, f)
}

// kev replaces what the catalogue says of every flaw. What it no longer lists
// is known to have been listed, and is not exploited as far as CISA says.
func (b *builder) kev() error {
	data, err := os.ReadFile(b.path("kev"))
	if err != nil {
		return err
	}
	c, err := kev.Parse(data)
	if err != nil {
		return err
	}
	b.catalogue = c
	b.list = Overlay(b.list, c)
	b.setFeed(facts.Feed{Name: "KEV", Date: facts.DayOf(c.Released), Count: len(c.Entries), From: "CISA KEV catalogue " + c.Version})
	return nil
}

// Overlay puts a state of the catalogue over facts.
func Overlay(list []facts.Vulnerability, c *kev.Catalogue) []facts.Vulnerability {
	known := facts.KnownOf(c)
	for i := range list {
		v := &list[i]
		now := known[v.ID]
		if now == nil && v.KEV != nil {
			gone := *v.KEV
			gone.Removed = true
			now = &gone
		}
		v.KEV = now
		if now != nil && len(v.Affects) == 0 {
			v.Affects = facts.Compile(&cve.Record{ID: v.ID.String()}, now).Affects
		}
	}
	return feed.Merge(list, known)
}

// cve compiles the whole list of records anew.
func (b *builder) cve() error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(compileMemory))
	list, _, err := feed.Vulnerabilities(b.path("cve"), b.catalogue)
	if err != nil {
		return err
	}
	curated, err := facts.Curated()
	if err != nil {
		return err
	}
	newest := facts.Day(0)
	for i := range list {
		list[i].Estimate()
		newest = max(newest, list[i].Published)
	}
	// What only the facts in the program have stays.
	b.list = facts.Curate(join(list, b.list), curated)
	b.setFeed(facts.Feed{Name: "CVE", Date: newest, Count: len(list), From: "CVE records of the CVE programme, with CISA's judgement"})
	return nil
}

// compileMemory is what compiling all records stays below: garbage is taken
// away more often near it.
const compileMemory = 220 << 20

// join adds the flaws of older that newer lacks. Both are by id.
func join(newer, older []facts.Vulnerability) []facts.Vulnerability {
	all := slices.Concat(newer, older)
	slices.SortStableFunc(all, func(a, b facts.Vulnerability) int {
		switch {
		case a.ID < b.ID:
			return -1
		case a.ID > b.ID:
			return 1
		}
		return 0
	})
	return slices.CompactFunc(all, func(a, b facts.Vulnerability) bool { return a.ID == b.ID })
}

func (b *builder) epss() error {
	r, err := readGzip(b.path("epss"))
	if err != nil {
		return err
	}
	defer r.Close()
	scores, err := feed.EPSS(r)
	if err != nil {
		return err
	}
	for i := range b.list {
		b.list[i].EPSS = scores.Scores[b.list[i].ID]
	}
	b.setFeed(facts.Feed{Name: "EPSS", Date: facts.DayOf(scores.Date), Count: len(scores.Scores), From: "EPSS " + scores.Model})
	return nil
}
