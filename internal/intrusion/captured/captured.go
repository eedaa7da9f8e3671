// Package captured answers: did somebody collect passwords or session tokens
// in files, mostly named like a log?
package captured

import (
	"bytes"
	"fmt"

	"seawall/internal/activity"
	"seawall/internal/coverage"
	"seawall/internal/evidence/captured"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/prose"
	"seawall/internal/intrusion/sighting"
)

const id = "captured"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Passwords and tokens collected in files", Techniques: []string{"T1074.001", "T1111", "T1528", "T1552.001"},
		Needs:   []coverage.Need{{Channel: captured.Source, Enable: "collect the log and temporary folders of login servers and gateways as files"}},
		Readme:  readme,
		Classes: activity.ClassesOf(activity.FileContent),
		New:     func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// collection is what a file holds.
type collection struct {
	Passwords, Tokens, OneTime int
	Last                       int64 // time of the last line that has one
}

type notes struct {
	files *sighting.Book[string, collection] // by path
}

func newNotes() *notes {
	return &notes{files: sighting.New[string, collection](sighting.Limits{Total: 1 << 14, PerGroup: 1})}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.files} }

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	if a.Class != activity.FileContent || a.Content.Kind != "credentials" {
		return
	}
	var c collection
	seen := map[string]bool{}
	for line := range bytes.Lines(a.Content.Data) {
		secret := captured.Of(line)
		if secret == captured.None {
			continue
		}
		c.Last = max(c.Last, captured.Time(line))
		if len(seen) < maxDistinct {
			key := string(secretPart(line))
			if seen[key] {
				continue
			}
			seen[key] = true
		}
		switch secret {
		case captured.Password:
			c.Passwords++
		case captured.Token:
			c.Tokens++
		case captured.OneTime:
			c.OneTime++
		}
	}
	n.files.Add(a.Content.Path, c, a)
}

// maxDistinct bounds the lines told apart in one file.
const maxDistinct = 100_000

// secretPart leaves the time at the beginning of a line out, so that a line
// that is logged over and over counts once.
func secretPart(line []byte) []byte {
	if captured.Time(line) != 0 && len(line) > 19 {
		return bytes.TrimSpace(line[19:])
	}
	return bytes.TrimSpace(line)
}

// enough secrets of different people make a collection; fewer are a mistake in
// a log.
const enough = 20

// Findings implements [sighting.Notebook].
func (n *notes) Findings() (findings []finding.Finding) {
	for _, g := range n.files.Groups() {
		for _, s := range g.Sightings {
			if f, ok := judge(g.Key, &s); ok {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

func judge(path string, s *sighting.Sighting[collection]) (f finding.Finding, ok bool) {
	c := s.Fact
	all := c.Passwords + c.Tokens + c.OneTime
	if all < 5 {
		return f, false
	}
	f = finding.Finding{
		ID: finding.StableID(id, path), Detector: id, Question: finding.In, Title: "Passwords and tokens collected in a file",
		Severity: finding.High, Confidence: finding.Likely, Techniques: []string{"T1074.001", "T1552.001"},
		Entities: []finding.Entity{{Type: finding.File, Value: path}}, First: s.Time, Last: max(s.Time, c.Last), Count: all,
		Citations: []finding.Citation{s.Citation},
	}
	if s.Host != "" {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Host, Value: s.Host})
	}
	if c.Tokens > 0 {
		f.Techniques = append(f.Techniques, "T1528")
	}
	if c.OneTime > 0 {
		f.Techniques = append(f.Techniques, "T1111")
	}
	f.Why = fmt.Sprintf("The file holds %s, %s and %s of different people, line by line. Programs do not log passwords; an intruder on a login server or gateway keeps what it captures in a file that looks like a log. Innocent would be a debug log of a test system.",
		prose.Count(c.Passwords, "password"), prose.Count(c.Tokens, "session token"), prose.Count(c.OneTime, "second factor"))
	if c.Passwords+c.OneTime == 0 || all < enough {
		f.Severity, f.Confidence = finding.Medium, finding.Unsure // tokens alone are in debug logs
	}
	f.Mitigations = finding.MitigationsFor(f.Techniques)
	f.Normalize()
	return f, true
}
