package html

import (
	"fmt"
	"time"

	"seawall/internal/incident"
	"seawall/internal/report/escape"
	"seawall/internal/report/terminal"
	"seawall/internal/verdict"
)

// Limits of what is drawn and told.
const (
	maxIncidents = 10
	maxSteps     = 60
	maxLanes     = 14
)

// story is an incident as the page shows it.
type story struct {
	Title, ID, When, Confidence, Findings, Entry, Class string
	Steps                                               []storyStep
	MoreSteps                                           int
	Facts                                               []fact
	Graph                                               graph
}

type storyStep struct {
	When, Title, Host, Techniques, Class, Finding, Tactic string
	Zero, Blocked                                         bool
}

type fact struct {
	Name  string
	Items []string
}

// graph is the incident drawn: a lane for each host, a dot for each step, from
// left to right in the order of the story.
type graph struct {
	Width, Height int
	Lanes         []lane
	Days          []mark
	Dots          []dot
	Line          string // the path from step to step
}

type lane struct {
	Y    int
	Name string
}

type mark struct {
	X    int
	Text string
}

type dot struct {
	X, Y, R     int
	Class, Text string
}

func (p *page) addIncidents(v *verdict.Verdict) {
	for i := range v.Incidents {
		if i == maxIncidents {
			p.MoreIncidents = len(v.Incidents) - maxIncidents
			return
		}
		p.Incidents = append(p.Incidents, newStory(&v.Incidents[i]))
	}
}

func newStory(in *incident.Incident) story {
	s := story{
		Title: escape.Visible(in.Title), ID: escape.Visible(in.ID), When: terminal.Span(in.First, in.Last), Confidence: in.Confidence.String(),
		Findings: number(len(in.Findings)), Entry: escape.Visible(in.Entry), Class: in.Severity.String(),
	}
	steps := in.Steps
	if len(steps) > maxSteps {
		s.MoreSteps = len(steps) - maxSteps
		steps = steps[:maxSteps]
	}
	for _, step := range steps {
		s.Steps = append(s.Steps, newStep(&step, step.Finding == in.PatientZero.Finding))
	}
	s.Graph = newGraph(steps)
	for _, f := range []fact{
		{"Hosts touched", in.Hosts}, {"Machines that are not the site's", in.Strangers}, {"Addresses outside", in.Addresses}, {"Reset these accounts, sessions and keys", in.Reset},
		{"Would let them return", in.Persistence}, {"Gathered or sent", in.Taken}, {"Tried and blocked", in.Blocked}, {"Not known", in.Unknown},
	} {
		if len(f.Items) > 0 {
			s.Facts = append(s.Facts, fact{f.Name, visible(f.Items)})
		}
	}
	return s
}

func newStep(step *incident.Step, zero bool) storyStep {
	techniques := ""
	for i, id := range step.Techniques {
		if i == 3 {
			techniques += " …"
			break
		}
		if i > 0 {
			techniques += ", "
		}
		techniques += escape.Visible(id)
	}
	return storyStep{
		When: minute(step.Time), Title: escape.Visible(step.Title), Host: escape.Visible(step.Host), Techniques: techniques,
		Class: step.Severity.String(), Finding: escape.Visible(step.Finding), Tactic: step.Tactic, Zero: zero, Blocked: step.Blocked,
	}
}

func minute(t int64) string { return time.Unix(0, t).UTC().Format("2006-01-02 15:04") }

// newGraph lays the steps out. Time is not to scale: an intruder rests for
// weeks, and works for minutes.
func newGraph(steps []incident.Step) graph {
	const left, top, laneHeight, stepWidth, dayWidth = 150, 34, 30, 26, 22
	g := graph{}
	rows := map[string]int{}
	x, day := left, ""
	for _, s := range steps {
		row, ok := rows[s.Host]
		if !ok {
			if len(rows) == maxLanes {
				continue
			}
			row = len(rows)
			rows[s.Host] = row
			name := s.Host
			if name == "" {
				name = "(no host named)"
			}
			g.Lanes = append(g.Lanes, lane{Y: top + row*laneHeight, Name: escape.Fit(escape.Visible(name), 18)})
		}
		if d := time.Unix(0, s.Time).UTC().Format("2 Jan"); d != day {
			day = d
			x += dayWidth
			g.Days = append(g.Days, mark{X: x, Text: d})
		}
		y := top + row*laneHeight
		class := s.Severity.String()
		if s.Blocked {
			class = "blocked"
		}
		g.Dots = append(g.Dots, dot{X: x, Y: y, R: 4 + int(s.Severity), Class: class, Text: escape.Visible(fmt.Sprintf("%s  %s", minute(s.Time), s.Title))})
		command := "L"
		if g.Line == "" {
			command = "M"
		}
		g.Line += fmt.Sprintf("%s%d %d ", command, x, y)
		x += stepWidth
	}
	g.Width, g.Height = x+20, top+len(g.Lanes)*laneHeight
	return g
}
