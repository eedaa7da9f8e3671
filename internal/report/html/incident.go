package html

import (
	"strings"

	"seawall/internal/finding"
	"seawall/internal/incident"
	"seawall/internal/report/escape"
	"seawall/internal/report/terminal"
	"seawall/internal/verdict"
)

// Limits of what is drawn and told.
const (
	maxIncidents = 10
	maxSteps     = 80
	maxItems     = 8 // of a fact, before the others are folded away
)

// story is an incident as the page shows it.
type story struct {
	Title, ID, When, Confidence, Findings, Entry, Class string
	Zero                                                storyStep
	Steps                                               []storyStep
	MoreSteps                                           int
	Facts                                               []fact
	Tactics                                             []string
	Graph                                               graph
}

type storyStep struct {
	When, Title, Host, Techniques, Class, Finding, Tactic string
	Zero, Blocked                                         bool
}

type fact struct {
	Name        string
	Items, More []string
	Bad         bool // needs somebody to act
}

func (p *page) addIncidents(r *verdict.Result, v *verdict.Verdict) {
	if len(v.Incidents) == 0 {
		return
	}
	byID := make(map[string]*finding.Finding, len(r.Findings))
	for i := range r.Findings {
		byID[r.Findings[i].ID] = &r.Findings[i]
	}
	gaps := r.Coverage.Gaps()
	p.MoreIncidents = max(len(v.Incidents)-maxIncidents, 0)
	for i := range v.Incidents[:len(v.Incidents)-p.MoreIncidents] {
		in := &v.Incidents[i]
		s := newStory(in)
		s.Graph = draw(in, in.Steps[:len(s.Steps)], byID, gaps)
		p.Incidents = append(p.Incidents, s)
	}
}

func newStory(in *incident.Incident) story {
	s := story{
		Title: escape.Visible(in.Title), ID: escape.Visible(in.ID), When: terminal.Span(in.First, in.Last), Confidence: in.Confidence.String(),
		Findings: counted(len(in.Findings), "finding"), Entry: escape.Visible(in.Entry), Class: in.Severity.String(), Zero: newStep(&in.PatientZero, true),
		MoreSteps: max(len(in.Steps)-maxSteps, 0),
	}
	for i := range in.Steps[:len(in.Steps)-s.MoreSteps] {
		step := &in.Steps[i]
		s.Steps = append(s.Steps, newStep(step, step.Finding == in.PatientZero.Finding))
	}
	for _, t := range in.Tactics {
		s.Tactics = append(s.Tactics, tacticName(t))
	}
	for _, f := range []struct {
		name  string
		items []string
		bad   bool
	}{
		{"Reset these accounts, sessions and keys", in.Reset, true}, {"Would let them return", in.Persistence, true}, {"Gathered or sent", in.Taken, true},
		{"Hosts touched", in.Hosts, false}, {"Machines that are not the site's", in.Strangers, false}, {"Addresses outside", in.Addresses, false},
		{"Tried and blocked", in.Blocked, false}, {"Not known", in.Unknown, false},
	} {
		if items := visible(f.items); len(items) > maxItems+1 {
			s.Facts = append(s.Facts, fact{f.name, items[:maxItems], items[maxItems:], f.bad})
		} else if len(items) > 0 {
			s.Facts = append(s.Facts, fact{f.name, items, nil, f.bad})
		}
	}
	return s
}

func newStep(step *incident.Step, zero bool) storyStep {
	return storyStep{
		When: minute(step.Time), Title: escape.Visible(step.Title), Host: escape.Visible(step.Host), Techniques: strings.TrimSpace(several(step.Techniques, 3)),
		Class: step.Severity.String(), Finding: escape.Visible(step.Finding), Tactic: tacticName(step.Tactic), Zero: zero, Blocked: step.Blocked,
	}
}
