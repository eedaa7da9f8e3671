package sighting

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"seawall/internal/activity"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/record"
)

// Notebook is the books a detector keeps, and what it makes of them.
type Notebook interface {
	// Observe notes what matters of a; it must copy what it keeps.
	Observe(a *activity.Activity)
	// Shelves lists the notebook's books, always in the same order.
	Shelves() []Shelf
	// Findings concludes from the books alone. Findings need no
	// normalization.
	Findings() []finding.Finding
}

// Shelf is a [Book] of any kind.
type Shelf interface {
	merge(other Shelf)
	encode(*gob.Encoder) error
	decode(*gob.Decoder) error
}

// Summary makes an [intrusion.Summary] of a notebook: one for the live log,
// and one for recovered records. Recovered records confirm or add findings of
// their own, marked as such; they never mix into live counts.
type Summary[N Notebook] struct {
	live, recovered N
}

// NewSummary returns an empty summary of notebooks that make makes.
func NewSummary[N Notebook](make func() N) *Summary[N] {
	return &Summary[N]{live: make(), recovered: make()}
}

// Observe implements [intrusion.Summary].
func (s *Summary[N]) Observe(a *activity.Activity) {
	if a.Recovered == record.Live {
		s.live.Observe(a)
	} else {
		s.recovered.Observe(a)
	}
}

// Merge implements [intrusion.Summary].
func (s *Summary[N]) Merge(other intrusion.Summary) {
	o, ok := other.(*Summary[N])
	if !ok {
		panic("bug: summaries of different detectors are merged")
	}
	mergeShelves(s.shelves(), o.shelves())
}

func (s *Summary[N]) shelves() []Shelf {
	return append(s.live.Shelves(), s.recovered.Shelves()...)
}

func mergeShelves(mine, theirs []Shelf) {
	for i := range mine {
		mine[i].merge(theirs[i])
	}
}

// Findings implements [intrusion.Summary].
func (s *Summary[N]) Findings() []finding.Finding {
	findings := s.live.Findings()
	known := map[string]bool{}
	for i := range findings {
		known[findings[i].ID] = true
	}
	for _, f := range s.recovered.Findings() {
		if known[f.ID] {
			continue
		}
		f.Recovered = true
		f.Confidence = min(f.Confidence, finding.Likely)
		f.Why += " These events are no longer in the live log: they were recovered from unused space, which by itself is common after an export or a clearing."
		findings = append(findings, f)
	}
	for i := range findings {
		findings[i].Normalize()
	}
	return findings
}

// MarshalBinary implements [intrusion.Summary].
func (s *Summary[N]) MarshalBinary() ([]byte, error) {
	var out bytes.Buffer
	e := gob.NewEncoder(&out)
	for _, shelf := range s.shelves() {
		if err := shelf.encode(e); err != nil {
			return nil, fmt.Errorf("write summary: %w", err)
		}
	}
	return out.Bytes(), nil
}

// UnmarshalBinary implements [intrusion.Summary].
func (s *Summary[N]) UnmarshalBinary(data []byte) error {
	d := gob.NewDecoder(bytes.NewReader(data))
	for _, shelf := range s.shelves() {
		if err := shelf.decode(d); err != nil {
			return fmt.Errorf("read summary: %w", err)
		}
	}
	return nil
}
