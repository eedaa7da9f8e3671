package html

import (
	"fmt"
	"strings"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/report/terminal"
	"seawall/internal/verdict"
)

// page is what the static part shows; every string in it went through
// escape.Visible, and html/template escapes it for its place.
type page struct {
	Hosts, Records, Period string
	Interrupted            bool
	Exposed, In            reply
	Actions                []action
	Incidents              []story
	MoreIncidents          int
	Exposure               exposed
	Matrix                 matrix
	Counts                 []severityCount
	Suppressed, Below      int
	Top                    []row
	Blind                  []string
	Coverage               coverageView
	Provenance             provenance
	Lists                  []list
	Plan                   *planView // what an advisory asks; nil if the user named none
}

type reply struct {
	Question, Answer, Class, Summary string
	Reasons, MoreReasons             []link // those that are findings have an id
	Missing                          []string
	Open                             bool
}

type action struct {
	Text, Why, Hosts, Mitigations, Class string
	Worst                                link // of the findings it closes
}

type severityCount struct {
	N           string
	Name, Class string
}

// row is a finding of the static list of the worst.
type row struct {
	Class, Severity, ID, Title, Host, User, When, Why string
	Recovered                                         bool
	Cites                                             []cite
	More                                              int
}

type cite struct{ Place, Excerpt string }

// Limits of the static part: it is read, not searched.
const (
	maxTop     = 15
	maxReasons = 6
	topCites   = 3
)

func newPage(r *verdict.Result, v *verdict.Verdict) *page {
	titles := make(map[string]string, len(r.Findings))
	for i := range r.Findings {
		titles[r.Findings[i].ID] = r.Findings[i].Title
	}
	p := &page{
		Hosts: number(len(r.Coverage.Hosts())), Records: terminal.Thousands(r.Read.Records()), Interrupted: r.Run.Interrupted,
		Exposed: newReply("Are we exposed?", &v.Exposed, titles), In: newReply("Are they in?", &v.In, titles),
		Suppressed: r.Suppressed(), Below: r.Below,
		Exposure: newExposed(r), Matrix: newMatrix(r, v), Coverage: newCoverage(r), Provenance: newProvenance(r), Lists: newLists(r), Plan: newPlan(r, titles),
	}
	if first, last := r.Period(); last != 0 {
		p.Period = terminal.Span(first, last)
	}
	for _, a := range v.First {
		p.Actions = append(p.Actions, newAction(&a, titles))
	}
	counts := r.Severities()
	for s := len(counts) - 1; s >= 0; s-- {
		name := finding.Severity(s).String()
		p.Counts = append(p.Counts, severityCount{N: number(counts[s]), Name: name, Class: name})
	}
	for f := range r.Active {
		if len(p.Top) == maxTop {
			break
		}
		p.Top = append(p.Top, newRow(f))
	}
	for _, b := range v.Blind {
		p.Blind = append(p.Blind, escape.Visible(b.String()))
	}
	p.addIncidents(r, v)
	return p
}

func newReply(question string, r *verdict.Reply, titles map[string]string) reply {
	class, _, _ := strings.Cut(string(r.Answer), " ")
	reasons := make([]link, len(r.Reasons))
	for i, text := range r.Reasons {
		reasons[i].Title = escape.Visible(text)
		for _, id := range r.Findings {
			if title := titles[id]; title != "" && strings.HasPrefix(text, title+" (") {
				reasons[i].ID = escape.Visible(id)
				break
			}
		}
	}
	shown := len(reasons)
	if shown > maxReasons+1 {
		shown = maxReasons
	}
	return reply{
		Question: question, Answer: strings.ToUpper(string(r.Answer)[:1]) + string(r.Answer)[1:], Class: class, Summary: escape.Visible(r.Summary),
		Reasons: reasons[:shown], MoreReasons: reasons[shown:], Missing: visible(r.Missing), Open: r.Answer == verdict.CannotTell && len(r.Missing) < 5,
	}
}

func newAction(a *verdict.Action, titles map[string]string) action {
	names := make([]string, len(a.Mitigations))
	for i, key := range a.Mitigations {
		names[i] = escape.Visible(finding.MitigationName(key))
	}
	hosts := ""
	if len(a.Hosts) > verdict.NamedHosts { // fewer are named by Why
		hosts = several(a.Hosts, 12)
	}
	shown := action{Text: escape.Visible(strings.TrimRight(a.Text, ".: ")), Why: escape.Visible(a.Why), Hosts: hosts, Mitigations: strings.Join(names, ", "), Class: a.Severity.String()}
	if len(a.Closes) > 0 && titles[a.Closes[0]] != "" {
		shown.Worst = link{escape.Visible(a.Closes[0]), escape.Visible(titles[a.Closes[0]])}
	}
	return shown
}

func newRow(f *finding.Finding) row {
	name := f.Severity.String()
	r := row{
		Class: name, Severity: name, ID: escape.Visible(f.ID), Title: escape.Visible(f.Title), Host: named(f, finding.Host), User: named(f, finding.User),
		When: terminal.Span(f.First, f.Last), Why: escape.Visible(f.Why), Recovered: f.Recovered, More: max(len(f.Citations)-topCites, 0),
	}
	for _, c := range f.Citations[:min(len(f.Citations), topCites)] {
		r.Cites = append(r.Cites, cite{escape.Visible(fmt.Sprintf("%s@%d+%d", c.Path, c.Offset, c.Length)), escape.Visible(c.Excerpt)})
	}
	return r
}

// named lists the first entities of a type.
func named(f *finding.Finding, kind string) string {
	var values []string
	for _, e := range f.Entities {
		if e.Type == kind {
			values = append(values, e.Value)
		}
	}
	return several(values, 3)
}

// several lists the first n texts, and counts the others.
func several(texts []string, n int) string {
	text := strings.Join(visible(texts[:min(len(texts), n)]), ", ")
	if more := len(texts) - n; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func visible(texts []string) []string {
	shown := make([]string, len(texts))
	for i, s := range texts {
		shown[i] = escape.Visible(s)
	}
	return shown
}

func number(n int) string { return terminal.Thousands(int64(n)) }

// counted says how many there are of something.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(n) + " " + what + "s"
}
