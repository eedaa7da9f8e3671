// Package html writes the report: one self-contained file that needs no
// network and that shows attacker's text without acting on it.
package html

import (
	"bufio"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/report/terminal"
	"seawall/internal/verdict"
)

//go:embed report.css
var css string

//go:embed report.js
var script string

//go:embed body.html
var bodyHTML string

var body = template.Must(template.New("body").Parse(bodyHTML))

// Write writes the report of a result. The first screen is plain HTML; the
// table of all findings is unpacked by the report's own script, which is the
// only one its content security policy lets run.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict) error {
	out := bufio.NewWriterSize(w, 64<<10)
	policy := fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hash(css), hash(script))
	fmt.Fprintf(out, `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="%s">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Seawall report</title>
<style>%s</style>
</head>
<body>
`, policy, css)
	if err := body.Execute(out, newPage(r, v)); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	// Base64 holds no "<": the data cannot end its element.
	io.WriteString(out, `<script type="application/octet-stream" id="data">`)
	if err := writeData(out, r.Findings); err != nil {
		return fmt.Errorf("write the report's findings: %w", err)
	}
	fmt.Fprintf(out, "</script>\n<script>%s</script>\n</body>\n</html>\n", script)
	return out.Flush()
}

// hash is a source expression that allows exactly this text [CSP3 2.3.1].
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// page is what the static part shows; every string in it went through
// escape.Visible, and html/template escapes it for its place.
type page struct {
	Hosts, Records, Period                         string
	Interrupted                                    bool
	Exposed, In                                    reply
	Incidents                                      []story
	MoreIncidents                                  int
	Actions                                        []action
	Counts                                         []severityCount
	Suppressed                                     int
	Formats                                        []format
	Unrecognised, Duplicates, Lost, Recovered      string
	Top                                            []row
	Techniques                                     []technique
	Blind                                          []string
	Coverage                                       []span
	MoreCoverage                                   int
	Lists                                          []list
	CommandLine, Start, Took, Zone, Rules, Version string
}

type reply struct {
	Question, Answer, Class, Summary string
	Reasons, Missing                 []string
	Open                             bool
}

type action struct{ Text, Why, Hosts, Mitigations string }

type severityCount struct {
	N           string
	Name, Class string
}

type format struct{ Title, Files, Bytes, Records string }

type row struct {
	Class, Severity, ID, Title, Host, User, When string
	Recovered                                    bool
}

type technique struct{ ID, Name, State, Label string }

type span struct{ Host, Channel, Events, When string }

type list struct {
	Title string
	N     string
	Items []string
	More  int
}

// Limits of the static part: it is read, not searched.
const (
	maxTop      = 15
	maxCoverage = 500
	maxList     = 200
)

func newPage(r *verdict.Result, v *verdict.Verdict) *page {
	p := &page{
		Hosts: number(len(r.Coverage.Hosts())), Records: terminal.Thousands(r.Read.Records()), Interrupted: r.Run.Interrupted,
		Exposed: newReply("Are we exposed?", &v.Exposed), In: newReply("Are they in?", &v.In),
		Suppressed:   r.Suppressed(),
		Unrecognised: number(len(r.Read.Unrecognised) + r.Read.MoreUnrecognised), Duplicates: number(len(r.Read.Duplicates) + r.Read.MoreDuplicates), Lost: number(r.Read.Lost()), Recovered: terminal.Thousands(r.Read.Recovered),
		CommandLine: escape.Visible(r.Run.CommandLine), Start: r.Run.Start.UTC().Format("2006-01-02 15:04:05 UTC"), Took: r.Run.End.Sub(r.Run.Start).Round(10 * time.Millisecond).String(),
		Zone: escape.Visible(r.Run.Zone), Version: escape.Visible(r.Run.Version),
		Rules: fmt.Sprintf("%d rules and %d correlations loaded; %d had nothing to look at, %d problems", r.Rules.Loaded, r.Rules.Correlations, r.Rules.UnseenRules(), len(r.Rules.NotEvaluable)),
	}
	if first, last := r.Period(); last != 0 {
		p.Period = terminal.Span(first, last)
	}
	for _, a := range v.First {
		p.Actions = append(p.Actions, newAction(&a))
	}
	counts := r.Severities()
	for s := len(counts) - 1; s >= 0; s-- {
		name := finding.Severity(s).String()
		p.Counts = append(p.Counts, severityCount{N: number(counts[s]), Name: name, Class: name})
	}
	for _, f := range r.Read.Formats {
		p.Formats = append(p.Formats, format{escape.Visible(f.Title), number(f.Files), terminal.Bytes(f.Bytes), terminal.Thousands(f.Records)})
	}
	for f := range r.Active {
		if len(p.Top) == maxTop {
			break
		}
		p.Top = append(p.Top, newRow(f))
	}
	p.addIncidents(v)
	p.addTechniques(v)
	p.addCoverage(r)
	p.addLists(r)
	return p
}

func newReply(question string, r *verdict.Reply) reply {
	class, _, _ := strings.Cut(string(r.Answer), " ")
	return reply{
		Question: question, Answer: strings.ToUpper(string(r.Answer)[:1]) + string(r.Answer)[1:], Class: class, Summary: escape.Visible(r.Summary),
		Reasons: visible(r.Reasons), Missing: visible(r.Missing), Open: r.Answer == verdict.CannotTell && len(r.Missing) < 5,
	}
}

func newAction(a *verdict.Action) action {
	names := make([]string, len(a.Mitigations))
	for i, key := range a.Mitigations {
		names[i] = escape.Visible(finding.MitigationName(key))
	}
	const shown = 12
	hosts := ""
	if len(a.Hosts) > verdict.NamedHosts { // fewer are named by Why
		hosts = strings.Join(visible(a.Hosts[:min(len(a.Hosts), shown)]), ", ")
		if more := len(a.Hosts) - shown; more > 0 {
			hosts += fmt.Sprintf(" and %d more", more)
		}
	}
	return action{Text: escape.Visible(a.Text), Why: escape.Visible(a.Why), Hosts: hosts, Mitigations: strings.Join(names, ", ")}
}

func newRow(f *finding.Finding) row {
	name := f.Severity.String()
	return row{
		Class: name, Severity: name, ID: escape.Visible(f.ID), Title: escape.Visible(f.Title), Host: named(f, finding.Host), User: named(f, finding.User),
		When: strings.ReplaceAll(terminal.Span(f.First, f.Last), " UTC", ""), Recovered: f.Recovered,
	}
}

// named lists the first entities of a type.
func named(f *finding.Finding, kind string) string {
	const shown = 3
	var values []string
	more := 0
	for _, e := range f.Entities {
		switch {
		case e.Type != kind:
		case len(values) == shown:
			more++
		default:
			values = append(values, escape.Visible(e.Value))
		}
	}
	text := strings.Join(values, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

var stateLabels = map[verdict.State]string{verdict.Found: "found", verdict.Looked: "looked for, not found", verdict.Blind: "blind: could not be seen"}

func (p *page) addTechniques(v *verdict.Verdict) {
	for _, t := range v.Techniques {
		label := stateLabels[t.State]
		if t.Findings > 0 {
			label += ": " + number(t.Findings)
		}
		p.Techniques = append(p.Techniques, technique{escape.Visible(t.ID), escape.Visible(t.Name), string(t.State), label})
	}
	for _, b := range v.Blind {
		p.Blind = append(p.Blind, escape.Visible(b.String()))
	}
}

func (p *page) addCoverage(r *verdict.Result) {
	spans := r.Hosts()
	p.MoreCoverage = max(len(spans)-maxCoverage, 0)
	for _, s := range spans[:len(spans)-p.MoreCoverage] {
		p.Coverage = append(p.Coverage, span{escape.Visible(s.Host), escape.Visible(s.Channel), terminal.Thousands(s.Count), strings.TrimSuffix(terminal.Span(s.First, s.Last), " UTC")})
	}
}

func (p *page) addLists(r *verdict.Result) {
	var lost, odd, rules, unseen []string
	for _, problem := range r.Read.Problems {
		if problem.Lost {
			lost = append(lost, problem.String())
		} else {
			odd = append(odd, problem.String())
		}
	}
	for _, reason := range r.Rules.Reasons() {
		rules = append(rules, reasonLine(&reason))
	}
	for _, u := range r.Rules.Unseen {
		unseen = append(unseen, unseenLine(&u))
	}
	for _, l := range []struct {
		title string
		items []string
		more  int // counted only
	}{
		{"Warnings", r.Warnings, 0},
		{"Evidence lost", lost, r.Read.MoreLost},
		{"Oddities that lost nothing", odd, r.Read.MoreProblems - r.Read.MoreLost},
		{"Files of no known format", r.Read.Unrecognised, r.Read.MoreUnrecognised},
		{"Duplicate files, read once", r.Read.Duplicates, r.Read.MoreDuplicates},
		{"Evidence that rules found missing", unseen, 0},
		{"Rules not evaluated, or in part", rules, 0},
	} {
		n := len(l.items) + l.more
		if n == 0 {
			continue
		}
		shown := l.items[:min(len(l.items), maxList)]
		p.Lists = append(p.Lists, list{Title: l.title, N: number(n), Items: visible(shown), More: n - len(shown)})
	}
}

func reasonLine(reason *verdict.Reason) string {
	if len(reason.Problems) == 1 {
		return reason.Problems[0].String()
	}
	var rules []string
	for i, p := range reason.Problems {
		if i == maxUnseen {
			rules = append(rules, fmt.Sprintf("and %d more rules", len(reason.Problems)-maxUnseen))
			break
		}
		rules = append(rules, p.File)
	}
	return reason.Why + ": " + strings.Join(rules, "; ")
}

// maxUnseen is how many rules are named that lacked one kind of evidence.
const maxUnseen = 100

func unseenLine(u *verdict.Unseen) string {
	line := fmt.Sprintf("no %s: %s", u.Evidence, strings.Join(u.Rules[:min(len(u.Rules), maxUnseen)], "; "))
	if more := len(u.Rules) - maxUnseen; more > 0 {
		line += fmt.Sprintf("; and %d more rules", more)
	}
	if u.Enable != "" {
		line += ". To see it: " + u.Enable
	}
	return line
}

func visible(texts []string) []string {
	shown := make([]string, len(texts))
	for i, s := range texts {
		shown[i] = escape.Visible(s)
	}
	return shown
}

func number(n int) string { return terminal.Thousands(int64(n)) }
