package webshell

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion/knowngood"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

// mark is what a listing shows of a file that speaks for a web shell.
type mark struct {
	What      string
	Certain   bool // a hash says so
	Backdated bool // its times were set back
	Modified  int64
}

// pageForm is a form in which a page exists: its source, or what was compiled
// from it.
type pageForm struct {
	Path     string
	Compiled bool
}

// listing is what a listing is known by.
type listing struct{ File string }

// pageName is what [pageKey] calls a page, in one listing; File is empty for
// pages that are in the evidence themselves.
type pageName struct{ File, Page string }

// arrival is when a page came to a disk.
type arrival struct {
	Path string
	Time int64
}

// Bounds of what is kept of listings.
const (
	maxMarks    = 1 << 13
	maxForms    = 1 << 16
	maxArrivals = 1 << 15
	maxListed   = 1 << 11
)

// backdated is by how much the time of a file must lie before that of its name
// for it to have been set: tools that unpack archives set times, too, but then
// to those of whole folders, and NTFS keeps the rest of a second.
const backdated = int64(24 * time.Hour)

// observeListed notes what a listing says of a file.
func (n *notes) observeListed(a *activity.Activity) {
	l := a.Listed
	name := string(l.Path)
	low := strings.ToLower(strings.ReplaceAll(name, `\`, "/"))
	page := isPageName(path.Base(low))
	in := a.Origin.Path
	if key, isCompiled, ok := pageKey(name); ok && !l.Deleted {
		n.forms.Add(pageName{in, key}, pageForm{name, isCompiled}, a)
	}
	if m := n.listedSign(l, low); m.What != "" {
		m.Modified = max(l.Modified, l.Born) // whoever sets times back seldom reaches both
		n.marks.Add(file{name}, m, a)
	}
	if !page {
		return
	}
	if n.good != nil {
		n.differs(n.good.CheckHash(name, string(l.Hash)), name, max(l.Born, l.Modified), a)
	}
	if came := max(l.Born, l.Changed); came != 0 && !l.Deleted {
		n.arrivals.Add(listing{in}, arrival{name, came}, a)
	}
}

// listedSign says what speaks for a web shell about a file of which only name,
// hash and times are known.
func (n *notes) listedSign(l *activity.Listed, low string) mark {
	if len(l.Hash) == 2*md5.Size {
		var sum [md5.Size]byte
		if _, err := hex.Decode(sum[:], l.Hash); err == nil {
			if known, ok := n.known[sum]; ok {
				return mark{What: "has the MD5 of a file of a known web shell (" + known + ")", Certain: true}
			}
		}
	}
	base := path.Base(low)
	if strings.HasSuffix(base, ".class") {
		for _, class := range memoryShells {
			if strings.Contains(base, strings.ToLower(class)) {
				return mark{What: "is named like a class that places a shell in the server's memory"}
			}
		}
		if strings.Contains(base, "_jsp$proxyendpoint") {
			return mark{What: "is named like a compiled page that relays connections (WebSocket endpoint)"}
		}
	}
	if l.NameBorn != 0 && l.Born != 0 && l.NameBorn-l.Born > backdated && isPageName(base) && l.Born%int64(time.Second) == 0 {
		return mark{What: "claims to be older than its own name", Backdated: true}
	}
	return mark{What: strayPlace(low)}
}

// differs notes that a file is as the clean copy has it, or is not.
func (n *notes) differs(r knowngood.Result, name string, modified int64, a *activity.Activity) {
	switch r.Answer {
	case knowngood.Good:
		if r.Root != "" {
			n.roots.Add(root{r.Root}, arrival{}, a)
		}
	case knowngood.Changed, knowngood.Extra:
		n.different.Add(difference{r.Answer == knowngood.Extra, r.Sure, r.Root}, arrival{name, modified}, a)
	}
}

// listedFindings reports what listings show.
func (n *notes) listedFindings() (findings []finding.Finding) {
	for _, g := range n.marks.Groups() {
		s := g.Sightings[0]
		f := newFinding(g.Key.Path, "listed")
		f.Title = "Page where none belongs: " + finding.Shorten(baseName(g.Key.Path), maxNameInTitle)
		f.Severity, f.Confidence = finding.Medium, finding.Unsure
		if s.Fact.Backdated {
			f.Title = "Page whose times were set back: " + finding.Shorten(baseName(g.Key.Path), maxNameInTitle)
			f.Techniques = append(f.Techniques, "T1070.006")
		}
		if s.Fact.Certain {
			f.Title = "File of a known web shell: " + finding.Shorten(baseName(g.Key.Path), maxNameInTitle)
			f.Severity, f.Confidence = finding.Critical, finding.Certain
		}
		f.First, f.Last = s.Fact.Modified, s.Fact.Modified
		f.Why = fmt.Sprintf("A listing of the disk names %s, which %s. The file itself is not in the evidence: collect it, and look in the server's logs for requests to it.", finding.Shorten(g.Key.Path, 160), s.Fact.What)
		f.Citations = []finding.Citation{excerpted(s.Citation, s.Fact.Modified, "path", g.Key.Path, "sign", s.Fact.What)}
		findings = append(findings, f)
	}
	findings = append(findings, n.orphans()...)
	return append(findings, n.latecomers()...)
}

// newFinding starts a finding about a file or folder.
func newFinding(path, kind string) finding.Finding {
	return finding.Finding{
		ID: finding.StableID(id, kind, path), Detector: id, Question: finding.In, Count: 1,
		Techniques: []string{"T1505.003"}, Mitigations: finding.MitigationsFor([]string{"T1505.003"}),
		Entities: []finding.Entity{{Type: finding.File, Value: path}},
	}
}

func excerpted(c finding.Citation, t int64, pairs ...string) finding.Citation {
	c.Time, c.Excerpt = t, prose.Excerpt(pairs...)
	return c
}

// orphans reports compiled pages whose source is gone, where the sources of
// others are there.
func (n *notes) orphans() (findings []finding.Finding) {
	type count struct {
		paired bool
		alone  []sighting.Sighting[pageForm]
	}
	counts := map[string]*count{}
	var order []string
	for _, g := range n.forms.Groups() {
		c := counts[g.Key.File]
		if c == nil {
			c = &count{}
			counts[g.Key.File] = c
			order = append(order, g.Key.File)
		}
		isSource := func(s sighting.Sighting[pageForm]) bool { return !s.Fact.Compiled }
		isCompiled := func(s sighting.Sighting[pageForm]) bool { return s.Fact.Compiled }
		switch source := slices.ContainsFunc(g.Sightings, isSource); {
		case source && slices.ContainsFunc(g.Sightings, isCompiled):
			c.paired = true
		case !source:
			c.alone = append(c.alone, g.Sightings[0])
		}
	}
	for _, in := range order {
		c := counts[in]
		if !c.paired || len(c.alone) == 0 {
			continue
		}
		f := newFinding(in, "orphans")
		f.Title = "Compiled pages whose source is gone"
		f.Severity, f.Confidence, f.Count = finding.Medium, finding.Likely, len(c.alone)
		var names []string
		for _, s := range c.alone {
			names = append(names, baseName(s.Fact.Path))
			f.Entities = append(f.Entities, finding.Entity{Type: finding.File, Value: s.Fact.Path})
			if len(f.Citations) < maxCitations {
				f.Citations = append(f.Citations, excerpted(s.Citation, 0, "path", s.Fact.Path))
			}
		}
		where := finding.Shorten(in, 160) + " lists"
		if in == "" {
			where = "The evidence holds"
			f.Entities = f.Entities[1:] // the folder is not named
		}
		f.Why = fmt.Sprintf("%s %s of which no source is left: %s. A server compiles a page when it is first asked for, so these pages were there and ran; whoever removed them left what was made of them. Innocent would be an application that was updated without clearing its work folder.",
			where, prose.Count(len(c.alone), "compiled page"), prose.List(names))
		findings = append(findings, f)
	}
	return findings
}
