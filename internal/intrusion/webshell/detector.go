package webshell

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/sighting"
)

const id = "webshell"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Web shells on disk",
		Techniques: []string{"T1027", "T1505.003"},
		Needs: []coverage.Need{
			{Channel: "web server file", Enable: "collect the web root, upload folders and the folders of compiled pages, with all files, as an archive"},
		},
		Readme: readme,
		New:    func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
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
	analyzer *Analyzer // made when the first file comes
	files    *sighting.Book[file, judged]
	signs    *sighting.Book[file, sign]
}

func newNotes() *notes {
	return &notes{
		files: sighting.New[file, judged](sighting.Limits{Total: 2 * maxFiles, PerGroup: 2}),
		signs: sighting.New[file, sign](sighting.Limits{Total: maxFiles * maxSigns, PerGroup: 2 * maxSigns}),
	}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.files, n.signs} }

// Observe judges a file and notes it if it is a web shell.
func (n *notes) Observe(a *activity.Activity) {
	if a.Class != activity.FileContent {
		return
	}
	if n.analyzer == nil {
		n.analyzer = NewAnalyzer(Options{})
	}
	c := a.Content
	v := n.analyzer.Analyze(c.Path, c.Data)
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
	return findings
}
