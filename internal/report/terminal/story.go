package terminal

import (
	"fmt"
	"strings"
	"time"

	"seawall/internal/incident"
	"seawall/internal/verdict"
)

// Incidents told in full, and their steps.
const (
	maxIncidents = 3
	maxSteps     = 14
	maxFacts     = 5 // of each list behind the steps
)

// incidents tells the stories.
func (p *page) incidents(v *verdict.Verdict) {
	for i := range v.Incidents {
		if i == maxIncidents {
			p.line("")
			p.wrap("  ", fmt.Sprintf("and %d more incidents; the report has all.", len(v.Incidents)-maxIncidents))
			return
		}
		p.incident(&v.Incidents[i], i == 0)
	}
}

// clocks says which logs' clocks are off.
func (p *page) clocks(r *verdict.Result) {
	if len(r.Clocks) == 0 {
		return
	}
	p.heading("Clocks")
	for i, o := range r.Clocks {
		if i == shownProblems {
			p.item("  ", fmt.Sprintf("and %d more logs are off; the report has all", len(r.Clocks)-shownProblems))
			break
		}
		p.wrap("  - ", o.String()+"; times in the story are corrected")
	}
}

func (p *page) incident(in *incident.Incident, first bool) {
	if first {
		p.heading("What happened")
	} else {
		p.line("")
	}
	p.hanging("  ", in.Title, bold)
	p.hanging("  ", fmt.Sprintf("%s · %s · %s confidence · %d findings", in.ID, Span(in.First, in.Last), in.Confidence, len(in.Findings)), dim)
	p.hanging("  in:        ", in.Entry, "")
	for i, s := range in.Steps {
		if i == maxSteps {
			p.line(fmt.Sprintf("    … and %d more steps; the report has all", len(in.Steps)-maxSteps))
			break
		}
		p.step(&s, s.Finding == in.PatientZero.Finding)
	}
	p.facts("strangers", in.Strangers)
	p.facts("outside", in.Addresses)
	p.facts("reset", in.Reset)
	p.facts("persists", in.Persistence)
	p.facts("taken", in.Taken)
	p.facts("blocked", in.Blocked)
	p.facts("unknown", in.Unknown)
}

// step tells one; the first that shows the intruder inside is marked.
func (p *page) step(s *incident.Step, zero bool) {
	mark, color := "  ", ""
	switch {
	case s.Blocked:
		mark, color = "✗ ", dim
	case zero:
		mark, color = "▶ ", bold
	}
	text := s.Title
	if s.Host != "" {
		text += " · " + s.Host
	}
	if len(s.Techniques) > 0 {
		text += " · " + s.Techniques[0]
	}
	p.hanging("    "+mark+time.Unix(0, s.Time).UTC().Format("2006-01-02 15:04")+"  ", text, color)
}

func (p *page) facts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	text := strings.Join(list[:min(len(list), maxFacts)], "; ")
	if more := len(list) - maxFacts; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	p.hanging(fmt.Sprintf("  %-11s", name+":"), text, "")
}
