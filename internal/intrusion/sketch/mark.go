package sketch

import (
	"seawall/internal/activity"
	"seawall/internal/finding"
)

// Mark is a place in the evidence without its words: a few dozen bytes, for
// tables of very many. What is cited by it is quoted when the scan has ended.
type Mark struct {
	Time, Offset int64
	Number       uint64
	Length       int
	Path         string
}

// MarkOf returns the place of an activity.
func MarkOf(a *activity.Activity) Mark {
	o := &a.Origin
	if a.Record != nil {
		o = &a.Record.Origin
	}
	return Mark{a.Time, o.Offset, o.Number, o.Length, o.Path}
}

// Before orders marks by time, then place.
func (m *Mark) Before(o *Mark) bool {
	switch {
	case m.Time != o.Time:
		return m.Time < o.Time
	case m.Path != o.Path:
		return m.Path < o.Path
	}
	return m.Offset < o.Offset
}

// Citation cites the place.
func (m *Mark) Citation(excerpt string) finding.Citation {
	return finding.Citation{Path: m.Path, Offset: m.Offset, Length: m.Length, Number: m.Number, Time: m.Time, Excerpt: excerpt}
}
