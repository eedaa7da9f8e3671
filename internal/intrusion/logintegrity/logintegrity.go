// Package logintegrity answers: was an event log file edited, or cut short, by
// somebody other than Windows?
package logintegrity

import (
	"slices"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/intrusion/sighting"
)

const id = "logintegrity"

// Detector describes the detector.
func Detector() intrusion.Detector {
	readme, _ := intrusion.Readme(id)
	return intrusion.Detector{
		ID: id, Title: "Event log files edited or cut short",
		Techniques: []string{"T1070", "T1070.001"},
		Readme:     readme,
		Classes:    activity.ClassesOf(activity.LogChange),
		New:        func(*intrusion.Site) intrusion.Summary { return sighting.NewSummary(newNotes) },
	}
}

// log is one log of one host, and one way in which it is irregular.
type log struct {
	Host, Channel, Operation string
}

// sign is what one file shows.
type sign struct {
	Path      string
	Detail    string
	Explained string
	Count     int64
}

type notes struct {
	signs *sighting.Book[log, sign]
}

func newNotes() *notes {
	return &notes{signs: sighting.New[log, sign](sighting.Limits{Total: 1 << 14, PerGroup: 1 << 6})}
}

// Shelves implements [sighting.Notebook].
func (n *notes) Shelves() []sighting.Shelf { return []sighting.Shelf{n.signs} }

// Observe implements [sighting.Notebook].
func (n *notes) Observe(a *activity.Activity) {
	if a.Class != activity.LogChange || !slices.Contains(operations, a.Log.Operation) {
		return
	}
	n.signs.Add(log{a.Host, a.Channel, a.Log.Operation},
		sign{Path: a.Origin.Path, Detail: a.Log.Detail, Explained: a.Log.Explained, Count: a.Log.Count}, a)
}

// Findings implements [sighting.Notebook].
func (n *notes) Findings() []finding.Finding {
	var findings []finding.Finding
	for _, g := range n.signs.Groups() {
		findings = append(findings, report(g.Key, g.Sightings))
	}
	return findings
}
