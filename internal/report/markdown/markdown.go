// Package markdown writes a summary to paste into a ticket.
package markdown

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/incident"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// Limits of what a ticket needs.
const (
	maxSteps    = 40
	maxFindings = 25
)

// Write writes the verdict, the actions, the incidents and the worst findings.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict) error {
	p := page{bufio.NewWriter(w)}
	p.line("# Seawall")
	p.line("")
	p.line("| question | answer | why |")
	p.line("|---|---|---|")
	p.line("| Are we exposed? | **%s** | %s |", v.Exposed.Answer, cell(v.Exposed.Summary))
	p.line("| Are they in? | **%s** | %s |", v.In.Answer, cell(v.In.Summary))
	p.actions(v)
	for i := range v.Incidents {
		p.incident(&v.Incidents[i])
	}
	p.findings(r)
	p.blind(v)
	return p.Flush()
}

type page struct{ *bufio.Writer }

func (p page) line(format string, arguments ...any) {
	fmt.Fprintf(p, format+"\n", arguments...)
}

func (p page) actions(v *verdict.Verdict) {
	if len(v.First) == 0 {
		return
	}
	p.line("\n## What first\n")
	for i, a := range v.First {
		p.line("%d. %s. %s", i+1, text(a.Text), text(a.Why))
	}
}

func (p page) incident(in *incident.Incident) {
	p.line("\n## %s\n", text(in.Title))
	p.line("%s, %s to %s UTC, %s confidence. They came in %s.\n", text(in.ID), minute(in.First), minute(in.Last), in.Confidence, text(in.Entry))
	p.line("| time (UTC) | what | host | technique |")
	p.line("|---|---|---|---|")
	for i, s := range in.Steps {
		if i == maxSteps {
			p.line("| | and %d more | | |", len(in.Steps)-maxSteps)
			break
		}
		title := cell(s.Title)
		if s.Finding == in.PatientZero.Finding {
			title = "**" + title + "** (first sign inside)"
		}
		if s.Blocked {
			title += " (blocked)"
		}
		p.line("| %s | %s | %s | %s |", minute(s.Time), title, cell(s.Host), cell(strings.Join(s.Techniques[:min(3, len(s.Techniques))], ", ")))
	}
	p.line("")
	for _, f := range []struct {
		name  string
		items []string
	}{{"Hosts", in.Hosts}, {"Foreign machines", in.Strangers}, {"Addresses outside", in.Addresses}, {"Reset", in.Reset}, {"Would let them return", in.Persistence}, {"Gathered or sent", in.Taken}, {"Blocked", in.Blocked}, {"Not known", in.Unknown}} {
		if len(f.items) > 0 {
			p.line("* %s: %s", f.name, text(strings.Join(f.items, "; ")))
		}
	}
}

func (p page) findings(r *verdict.Result) {
	p.line("\n## Findings\n")
	p.line("| severity | finding | id | first (UTC) |")
	p.line("|---|---|---|---|")
	n := 0
	for f := range r.Active {
		if n++; n > maxFindings || f.Severity < finding.Medium {
			p.line("\nAll findings are in findings.jsonl and report.html.")
			break
		}
		p.line("| %s | %s | %s | %s |", f.Severity, cell(f.Title), cell(f.ID), minute(f.First))
	}
}

func (p page) blind(v *verdict.Verdict) {
	if len(v.Blind) == 0 {
		return
	}
	p.line("\n## Could not be seen\n")
	for _, b := range v.Blind {
		p.line("* %s", text(b.String()))
	}
}

func minute(t int64) string {
	if t == 0 {
		return ""
	}
	return time.Unix(0, t).UTC().Format("2006-01-02 15:04")
}

// text makes attacker's text harmless in Markdown: nothing in it is markup.
func text(s string) string {
	var b strings.Builder
	for _, r := range escape.Visible(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#|!~", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

func cell(s string) string { return text(s) }
