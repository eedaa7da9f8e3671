// Package terminal tells a person at a terminal, or a pipe, how a scan goes
// and what came of it.
package terminal

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// Options says how to write.
type Options struct {
	Width   int  // columns; 0 is 100
	Color   bool // see [UseColor]
	Reports []string
	// Findings shown in full; 0 is 10.
	Findings int
}

// UseColor decides on colour from the environment, as no-color.org and
// bixense.com/clicolors ask: NO_COLOR forbids, CLICOLOR_FORCE demands, else
// only a terminal that can.
func UseColor(isTerminal bool, getenv func(string) string) bool {
	if getenv("NO_COLOR") != "" {
		return false
	}
	if force := getenv("CLICOLOR_FORCE"); force != "" && force != "0" {
		return true
	}
	return isTerminal && getenv("TERM") != "dumb" && getenv("CLICOLOR") != "0"
}

const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// page writes lines no wider than the terminal. All text goes through its
// methods, which escape it.
type page struct {
	out   *bufio.Writer
	width int
	color bool
}

// Write writes the summary of a result.
func Write(w io.Writer, r *verdict.Result, v *verdict.Verdict, o Options) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	if o.Findings <= 0 {
		o.Findings = 10
	}
	p := &page{out: bufio.NewWriter(w), width: max(o.Width, 20), color: o.Color}
	p.answers(v)
	p.incidents(v)
	p.clocks(r)
	p.plan(r)
	if r.Read.Records() > 0 || len(r.Findings) > 0 {
		p.findings(r, o.Findings)
		p.entities(r)
	}
	p.read(r)
	p.problems(r)
	if r.Read.Records() > 0 { // of nothing, nothing can be evaluated
		p.unevaluated(r, v)
	}
	if len(o.Reports) > 0 {
		p.heading("Reports")
		for _, path := range o.Reports {
			p.line("  " + escape.Visible(path)) // never cut: it is copied
		}
	}
	return p.out.Flush()
}

func (p *page) answers(v *verdict.Verdict) {
	p.reply("Are we exposed?", &v.Exposed)
	p.reply("Are they in?", &v.In)
	p.styled(bold, "What first?")
	p.line("")
	if len(v.First) == 0 {
		p.wrap("   ", "Nothing needs doing because of this evidence.")
	}
	for i, a := range v.First {
		p.hanging(fmt.Sprintf("  %2d. ", i+1), a.Text+".", "")
		p.hanging("      ", a.Why, dim)
	}
}

var answerColors = map[verdict.Answer]string{verdict.Yes: red, verdict.No: green, verdict.CannotTell: yellow}

func (p *page) reply(question string, r *verdict.Reply) {
	p.styled(bold, fmt.Sprintf("%-16s ", question))
	p.styled(answerColors[r.Answer]+";"+bold, strings.ToUpper(string(r.Answer)))
	p.line("")
	p.wrap("   ", r.Summary)
	const shown = 4
	for i, reason := range r.Reasons {
		if i == shown {
			p.wrap("   - ", fmt.Sprintf("and %d more; the report has all.", len(r.Reasons)-shown))
			break
		}
		p.wrap("   - ", reason)
	}
	if r.Answer == verdict.CannotTell {
		for _, missing := range r.Missing[:min(len(r.Missing), shown)] {
			p.wrap("   ? ", missing)
		}
	}
	p.line("")
}

var severityColors = [...]string{dim, cyan, yellow, red, red + ";" + bold}

func (p *page) findings(r *verdict.Result, n int) {
	counts := r.Severities()
	p.heading("Findings")
	p.text("  ")
	for s := len(counts) - 1; s >= 0; s-- {
		text := fmt.Sprintf("%d %s", counts[s], finding.Severity(s))
		if counts[s] > 0 {
			p.styled(severityColors[s], text)
		} else {
			p.text(text)
		}
		if s > 0 {
			p.text(p.separator())
		}
	}
	p.line("")
	if hidden := r.Suppressed(); hidden > 0 {
		p.item("  ", fmt.Sprintf("%d suppressed by the allow-list, with reasons; the reports have them.", hidden))
	}
	if r.Below > 0 {
		p.item("  ", fmt.Sprintf("%s below the severity asked for; the reports leave them out.", plural(int64(r.Below), "finding")))
	}
	shown := 0
	for f := range r.Active {
		if shown == n || f.Severity == finding.Informational {
			break
		}
		shown++
		p.finding(f)
	}
}

// separator between counts: on narrow terminals each has its own line.
func (p *page) separator() string {
	if p.width < 70 {
		return "\n  "
	}
	return " · "
}

func (p *page) finding(f *finding.Finding) {
	p.line("")
	level := fmt.Sprintf("  %-9s", strings.ToUpper(f.Severity.String()))
	p.styled(severityColors[min(int(f.Severity), len(severityColors)-1)], level)
	p.line(" " + escape.Fit(escape.Visible(f.Title), p.width-12))
	var about []string
	for _, kind := range []string{finding.Host, finding.User, finding.Address} {
		if values := valuesOf(f, kind); len(values) > 0 {
			about = append(about, kind+" "+strings.Join(values, ", "))
		}
	}
	if len(about) > 0 {
		p.item("            ", strings.Join(about, " · "))
	}
	facts := []string{f.ID}
	if exposed := f.Question == finding.Exposed; !exposed || f.First != 0 { // inventories know no time
		facts = append(facts, Span(f.First, f.Last))
		if f.Count > 1 && !exposed {
			facts = append(facts, Thousands(int64(f.Count))+" events")
		}
	}
	if f.Recovered {
		facts = append(facts, "from recovered records")
	}
	p.item("            ", strings.Join(append(facts, f.Confidence.String()+" confidence"), " · "))
}

// valuesOf returns the first few entities of a type, and how many more.
func valuesOf(f *finding.Finding, kind string) (values []string) {
	const shown = 3
	more := 0
	for _, e := range f.Entities {
		switch {
		case e.Type != kind:
		case len(values) == shown:
			more++
		default:
			values = append(values, e.Value)
		}
	}
	if more > 0 {
		values = append(values, fmt.Sprintf("%d more", more))
	}
	return values
}

func (p *page) entities(r *verdict.Result) {
	var lines []string
	for _, kind := range []string{finding.Host, finding.User, finding.Address} {
		var names []string
		for _, e := range r.TopEntities(kind, 5) {
			names = append(names, fmt.Sprintf("%s (%d)", e.Value, e.Findings))
		}
		if len(names) > 0 {
			lines = append(lines, fmt.Sprintf("  %-9s %s", kind, strings.Join(names, ", ")))
		}
	}
	if len(lines) == 0 {
		return
	}
	p.heading("Named in the worst findings, and in how many")
	for _, line := range lines {
		p.item("", line)
	}
}

// Span writes a stretch of time in UTC; the end leaves out what it shares.
func Span(first, last int64) string {
	const layout = "2006-01-02 15:04:05"
	if first == 0 && last == 0 {
		return "at an unknown time"
	}
	if first == 0 {
		first = last
	}
	a, b := time.Unix(0, first).UTC().Format(layout), time.Unix(0, last).UTC().Format(layout)
	switch {
	case a == b || last == 0:
		return a + " UTC"
	case a[:10] == b[:10]:
		return a + "–" + b[11:] + " UTC"
	}
	return a + " – " + b + " UTC"
}
