package webshell

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/knowngood"
	"seawall/internal/intrusion/sighting"
)

const id = "webshell"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Web shells on disk",
		Techniques: []string{"T1027", "T1070.006", "T1505.003"},
		Needs: []coverage.Need{
			{Channel: "web server file", Enable: "collect the web root, upload folders and the folders of compiled pages, with all files, as an archive"},
			{Channel: "file listing", Enable: "make a body file, or export the NTFS file table, of the servers' disks"},
		},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.FileContent, activity.FileListed),
		New: func(site *intrusion.Site) intrusion.Summary {
			return sighting.NewSummary(func() *notes { return newNotes(site.KnownGood) })
		},
	}
}

// file is what the books are kept by.
type file struct{ Path string }

// judged is the verdict about one file, or about one end of a long one.
type judged struct {
	Score      int
	Language   string
	Kind       string // of [activity.Content]
	Size       int64
	Modified   int64 // nanoseconds since 1970 UTC; 0 unknown
	Incomplete bool
}

// sign is one reason for it and the bytes that show it.
type sign struct {
	What    string
	Weight  int
	Offset  int64 // in the file
	Length  int
	SHA256  string // of these bytes
	Excerpt string
}

// The books keep this many files, and this many reasons for each.
const (
	maxFiles = 1 << 16
	maxSigns = 12
)

type notes struct {
	analyzer  *Analyzer // made when the first file comes
	known     hashes
	good      *knowngood.Set // nil if there is none
	files     *sighting.Book[file, judged]
	signs     *sighting.Book[file, sign]
	different *sighting.Book[difference, arrival] // from the clean copy
	roots     *sighting.Book[root, arrival]
	marks     *sighting.Book[file, mark] // this and what follows: of listings
	forms     *sighting.Book[pageName, pageForm]
	arrivals  *sighting.Book[listing, arrival]
}

func newNotes(good *knowngood.Set) *notes {
	return &notes{
		known: newHashes(), good: good,
		files:     sighting.New[file, judged](sighting.Limits{Total: 2 * maxFiles, PerGroup: 2}),
		signs:     sighting.New[file, sign](sighting.Limits{Total: maxFiles * maxSigns, PerGroup: 2 * maxSigns}),
		different: sighting.New[difference, arrival](sighting.Limits{Total: 2 * maxListed, PerGroup: maxListed}),
		roots:     sighting.New[root, arrival](sighting.Limits{Total: maxListed, PerGroup: 1}),
		marks:     sighting.New[file, mark](sighting.Limits{Total: maxMarks, PerGroup: 1}),
		forms:     sighting.New[pageName, pageForm](sighting.Limits{Total: maxForms, PerGroup: 8}),
		arrivals:  sighting.New[listing, arrival](sighting.Limits{Total: 2 * maxArrivals, PerGroup: maxArrivals}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf {
	return []sighting.Shelf{n.files, n.signs, n.different, n.roots, n.marks, n.forms, n.arrivals}
}

// Observe judges a file and notes it if it is a web shell.
func (n *notes) Observe(a *activity.Activity) {
	switch a.Class {
	case activity.FileContent:
		n.observeContent(a)
	case activity.FileListed:
		n.observeListed(a)
	}
}

// observeContent judges a file and notes it if it is a web shell, or differs
// from the clean copy.
func (n *notes) observeContent(a *activity.Activity) {
	if n.analyzer == nil {
		n.analyzer = NewAnalyzer(Options{})
	}
	c := a.Content
	if key, isCompiled, ok := pageKey(c.Path); ok {
		n.forms.Add(pageName{"", key}, pageForm{c.Path, isCompiled}, a)
	}
	var known knowngood.Result
	if n.good != nil && c.Whole() {
		known = n.good.Check(c.Path, c.Data)
		if n.differs(known, c.Path, c.Modified, a); known.Answer == knowngood.Good {
			return
		}
	}
	v := n.analyzer.Analyze(c.Path, c.Data)
	n.analyzer.place(&v, c.Path, known)
	if !v.Shell {
		return
	}
	key := file{c.Path}
	n.files.Add(key, judged{v.Score, v.Language, c.Kind, c.Size, c.Modified, v.Incomplete}, a)
	for _, p := range v.Parts[:min(len(v.Parts), maxSigns)] {
		p.Offset = min(p.Offset, len(c.Data))
		p.Length = min(p.Length, len(c.Data)-p.Offset)
		sum := sha256.Sum256(c.Data[p.Offset : p.Offset+p.Length])
		at := activity.Activity{Class: a.Class, Origin: a.Origin}
		at.Origin.Offset += int64(p.Offset)
		at.Origin.Length = p.Length
		n.signs.Add(key, sign{
			What: p.What, Weight: p.Weight, Offset: at.Origin.Offset, Length: p.Length,
			SHA256: hex.EncodeToString(sum[:]), Excerpt: strings.ToValidUTF8(p.Excerpt, "\ufffd"),
		}, &at)
	}
}

// Findings reports the web shells.
func (n *notes) Findings() []finding.Finding {
	groups := n.files.Groups()
	findings := make([]finding.Finding, 0, len(groups))
	for _, g := range groups {
		findings = append(findings, report(g.Key.Path, g.Sightings, n.signs.Under(g.Key)))
	}
	findings = append(findings, n.differFindings()...)
	return append(findings, n.listedFindings()...)
}

// What the surroundings of a file add to a verdict that rests on its content.
const (
	strayWeight     = 10
	differentWeight = 15
)

// place adds what speaks for a web shell beside its content: where it lies,
// and that the clean copy does not have it. Neither makes a verdict by itself.
func (a *Analyzer) place(v *Verdict, name string, known knowngood.Result) {
	if len(v.Parts) == 0 || v.Score == 0 {
		return
	}
	add := func(weight int, what string) {
		v.Parts = append(v.Parts, Part{What: what, Weight: weight, Excerpt: finding.Shorten(name, maxExcerpt)})
		v.Score = min(100, v.Score+weight)
	}
	if why := strayPlace(name); why != "" {
		add(strayWeight, why)
	}
	switch {
	case !known.Sure:
	case known.Answer == knowngood.Changed:
		add(differentWeight, "differs from the clean copy")
	case known.Answer == knowngood.Extra:
		add(differentWeight, "is not in the clean copy")
	}
	v.Shell = v.Score >= a.options.Threshold
}
