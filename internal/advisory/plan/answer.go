package plan

import (
	"fmt"
	"slices"
	"strings"

	"seawall/internal/coverage"
	"seawall/internal/finding"
)

// Evidence is what a scan read and found.
type Evidence struct {
	Coverage *coverage.Summary
	Records  int64 // events read
	Assets   int   // devices that inventories and scans tell of
	Findings []finding.Finding
	// Idle are the rules, by title, that could not match, and what they lacked.
	Idle map[string]string
}

// Answer fills in what a scan says to each line.
func (p *Plan) Answer(e Evidence) {
	for i := range p.Rows {
		p.Rows[i].answer(&e)
	}
}

// maxFindings is how many findings a line names.
const maxFindings = 20

func (r *Row) answer(e *Evidence) {
	r.Findings, r.Present, r.Missing = nil, nil, nil
	for i := range e.Findings {
		f := &e.Findings[i]
		if f.Suppressed == "" && r.meets(f) && len(r.Findings) < maxFindings {
			r.Findings = append(r.Findings, f.ID)
		}
	}
	looked := r.any && e.Records > 0
	for _, n := range r.needs {
		name := needName(n)
		list := &r.Missing
		if e.Coverage != nil && e.Coverage.Has(n) {
			looked = true
			list = &r.Present
		}
		if !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	if r.flaws {
		if e.Assets > 0 {
			looked = true
			r.Present = append(r.Present, inventories)
		} else {
			r.Missing = append(r.Missing, inventories)
		}
	}
	if lack := e.Idle[r.ID]; r.Kind == Rule && lack != "" {
		looked = false
		r.Missing = append(r.Missing, lack)
	}
	if r.unasked != "" {
		looked = false // its values are another line's
		r.Missing = append(r.Missing, "an evaluation of "+r.unasked)
	}
	switch {
	case len(r.Findings) > 0:
		r.State = Found
	case len(r.Means) == 0:
		r.State = Unlooked
	case looked:
		r.State = Looked
	default:
		r.State = Blind
	}
}

// meets reports whether a finding answers a line.
func (r *Row) meets(f *finding.Finding) bool {
	switch r.Kind {
	case Technique:
		return slices.ContainsFunc(f.Techniques, func(id string) bool { return Same(id, r.ID) })
	case Mitigation:
		return slices.Contains(f.Mitigations, r.ID) && f.Question == finding.Exposed
	case Pattern:
		return false
	case Rule:
		return f.Detector == "sigma" && f.Title == r.ID && len(r.Means) > 0
	case Indicators:
		return slices.Contains(r.Means, f.Detector)
	}
	if strings.Contains(f.Title, r.ID) || strings.Contains(f.Why, r.ID) {
		return true
	}
	return slices.ContainsFunc(f.Entities, func(e finding.Entity) bool { return strings.EqualFold(e.Value, r.ID) })
}

// Counts returns how many lines are in each state.
func (p *Plan) Counts() map[State]int {
	counts := map[State]int{}
	for i := range p.Rows {
		counts[p.Rows[i].State]++
	}
	return counts
}

// Summary says in a sentence how the plan was answered.
func (p *Plan) Summary() string {
	counts := p.Counts()
	var parts []string
	for _, s := range [...]State{Found, Looked, Blind, Unlooked} {
		if n := counts[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	return fmt.Sprintf("Of %d lines: %s.", len(p.Rows), strings.Join(parts, ", "))
}
