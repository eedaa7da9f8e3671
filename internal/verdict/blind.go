package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/coverage"
	"seawall/internal/intrusion"
)

// BlindSpot is a check that could not be made for want of evidence.
type BlindSpot struct {
	Detector   string
	Title      string
	Techniques []string
	Missing    []string // evidence, any one of which would do: "Security 4769"
	Enable     []string // how to collect it; unique, in the order of the needs
}

// String says what cannot be ruled out and why, in one sentence or two.
func (b BlindSpot) String() string {
	text := fmt.Sprintf("%s cannot be ruled out: no %s.", b.Title, strings.Join(b.Missing, ", no "))
	if len(b.Enable) > 0 {
		text += " To see it: " + strings.TrimSuffix(b.Enable[0], ".") + "."
	}
	return text
}

// CouldLook reports whether the evidence a detector needs was there. A detector
// that names no needs looks at whatever there is.
func (r *Result) CouldLook(d *intrusion.Detector) bool {
	return len(d.Needs) == 0 && r.Read.Records() > 0 || slices.ContainsFunc(d.Needs, r.Coverage.Has)
}

// blindSpots lists the checks that could not be made, in the detectors' order.
func blindSpots(r *Result) []BlindSpot {
	var blind []BlindSpot
	for i := range r.Detectors {
		d := &r.Detectors[i]
		if r.CouldLook(d) {
			continue
		}
		b := BlindSpot{Detector: d.ID, Title: d.Title, Techniques: d.Techniques}
		for _, need := range d.Needs {
			b.Missing = append(b.Missing, NeedName(need))
			if need.Enable != "" && !slices.Contains(b.Enable, need.Enable) {
				b.Enable = append(b.Enable, need.Enable)
			}
		}
		if len(b.Missing) == 0 {
			b.Missing = []string{"events of any kind"}
		}
		blind = append(blind, b)
	}
	return blind
}

// NeedName names the evidence of a need for people: "Security 4768/4769".
func NeedName(n coverage.Need) string {
	if len(n.EventIDs) == 0 {
		return n.Channel + " events"
	}
	ids := make([]string, len(n.EventIDs))
	for i, id := range n.EventIDs {
		ids[i] = strconv.Itoa(id)
	}
	return n.Channel + " " + strings.Join(ids, "/")
}

// State is what is known about a technique.
type State string

// The states of a technique.
const (
	Found  State = "found"
	Looked State = "looked" // and not found
	Blind  State = "blind"  // the evidence to look was not there
)

// Technique is an ATT&CK technique and what is known about it.
type Technique struct {
	ID, Name  string
	State     State
	Findings  int
	Detectors []string // that look for it, sorted
}

// techniques lists every technique that was found or that a detector knows,
// sorted by id.
func techniques(r *Result) []Technique {
	byID := map[string]*Technique{}
	get := func(id string) *Technique {
		t := byID[id]
		if t == nil {
			t = &Technique{ID: id, Name: TechniqueName(id), State: Blind}
			byID[id] = t
		}
		return t
	}
	for i := range r.Detectors {
		d := &r.Detectors[i]
		could := r.CouldLook(d)
		for _, id := range d.Techniques {
			t := get(id)
			t.Detectors = append(t.Detectors, d.ID)
			if could {
				t.State = Looked
			}
		}
	}
	for f := range r.Active {
		for _, id := range f.Techniques {
			t := get(id)
			t.State = Found
			t.Findings++
		}
	}
	list := make([]Technique, 0, len(byID))
	for _, t := range byID {
		slices.Sort(t.Detectors)
		t.Detectors = slices.Compact(t.Detectors)
		list = append(list, *t)
	}
	slices.SortFunc(list, func(a, b Technique) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
