package terminal

import (
	"fmt"
	"strings"
	"time"

	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// read says what was read: without it, no answer means anything.
func (p *page) read(r *verdict.Result) {
	p.heading("What was read")
	for _, f := range r.Read.Formats {
		p.item("  ", fmt.Sprintf("%s: %s, %s, %s", f.Title, plural(int64(f.Files), "file"), Bytes(f.Bytes), plural(f.Records, "record")))
	}
	if len(r.Read.Formats) == 0 {
		p.item("  ", "Nothing: no file of a known format was found.")
	}
	hosts := r.Coverage.Hosts()
	if len(hosts) > 0 {
		const shown = 5
		text := strings.Join(hosts[:min(len(hosts), shown)], ", ")
		if len(hosts) > shown {
			text += fmt.Sprintf(" and %d more", len(hosts)-shown)
		}
		p.item("  ", fmt.Sprintf("%s: %s", plural(int64(len(hosts)), "host"), text))
	}
	if first, last := r.Period(); last != 0 {
		p.item("  ", "Events from "+Span(first, last))
	}
	for _, extra := range []struct {
		n    int64
		what string
	}{
		{r.Read.Recovered, "recovered from deleted or orphaned data, counted apart"},
		{r.Read.Outside, "outside --since and --until, not looked at"},
	} {
		if extra.n > 0 {
			p.item("  ", plural(extra.n, "record")+" "+extra.what)
		}
	}
	if n := len(r.Read.Duplicates) + r.Read.MoreDuplicates; n > 0 {
		p.item("  ", plural(int64(n), "duplicate file")+" read once only")
	}
	took := r.Run.End.Sub(r.Run.Start).Round(10 * time.Millisecond)
	if took > 0 {
		p.item("  ", fmt.Sprintf("in %s (%s/s)", took, Bytes(int64(float64(r.Read.Bytes())/took.Seconds()))))
	}
}

// shownProblems is how many of a kind are listed; the reports have all.
const shownProblems = 5

func (p *page) problems(r *verdict.Result) {
	read := &r.Read
	if len(read.Problems) == 0 && len(read.Unrecognised) == 0 && len(r.Warnings) == 0 && !r.Run.Interrupted {
		return
	}
	p.heading("What was not understood")
	if r.Run.Interrupted {
		p.item("  ", "The scan was interrupted: this is a part of the evidence only.")
	}
	for _, warning := range r.Warnings {
		p.wrap("  ", warning)
	}
	if n := len(read.Unrecognised) + read.MoreUnrecognised; n > 0 {
		p.item("  ", plural(int64(n), "file")+" of no known format:")
		p.some(read.Unrecognised, read.MoreUnrecognised)
	}
	var lost, odd []string
	for _, problem := range read.Problems {
		if problem.Lost {
			lost = append(lost, problem.String())
		} else {
			odd = append(odd, problem.String())
		}
	}
	if len(lost) > 0 {
		p.item("  ", fmt.Sprintf("Evidence lost in %s:", plural(int64(read.Lost()), "place")))
		p.some(lost, read.MoreLost)
	}
	if len(odd) > 0 {
		more := read.MoreProblems - read.MoreLost
		p.item("  ", fmt.Sprintf("%s that lost nothing:", plural(int64(len(odd)+more), "oddity")))
		p.some(odd, more)
	}
}

// some lists the first of a list; more are not even in it. What is too long
// loses its middle: paths stand at the beginning, reasons at the end.
func (p *page) some(list []string, more int) {
	shown := list[:min(len(list), shownProblems)]
	for _, s := range shown {
		p.line("    " + escape.FitMiddle(escape.Visible(s), p.width-4))
	}
	if more += len(list) - len(shown); more > 0 {
		p.item("    ", fmt.Sprintf("and %s more", Thousands(int64(more))))
	}
}

// unevaluated says what could not be evaluated, and why.
func (p *page) unevaluated(r *verdict.Result, v *verdict.Verdict) {
	p.heading("What could not be evaluated")
	if len(v.Blind) == 0 && len(r.Rules.NotEvaluable) == 0 && len(r.Rules.Unseen) == 0 {
		p.item("  ", "Nothing: every check and rule had the evidence it needs.")
		return
	}
	for i, b := range v.Blind {
		if i == shownProblems {
			p.item("  ", fmt.Sprintf("and %d more checks lacked evidence; the report lists them", len(v.Blind)-shownProblems))
			break
		}
		p.wrap("  - ", b.String())
	}
	p.rules(&r.Rules)
}

// rules says which rules could not answer, by what they lacked.
func (p *page) rules(r *verdict.Rules) {
	all := plural(int64(r.Loaded+r.Correlations), "rule")
	if n := r.UnseenRules(); n > 0 {
		p.item("  ", fmt.Sprintf("%s of %s had nothing to look at, as no host logged", Thousands(int64(n)), all))
		lines := make([]string, len(r.Unseen))
		for i, u := range r.Unseen {
			lines[i] = fmt.Sprintf("%s (%s)", u.Evidence, plural(int64(len(u.Rules)), "rule"))
		}
		p.some(lines, 0)
	}
	if n := len(r.NotEvaluable); n > 0 {
		p.item("  ", fmt.Sprintf("%s with %s:", plural(int64(n), "problem"), all))
		var lines []string
		for _, reason := range r.Reasons() {
			line := reason.Problems[0].String()
			if n := len(reason.Problems); n > 1 {
				line = fmt.Sprintf("%s (%s)", reason.Why, plural(int64(n), "rule"))
			}
			lines = append(lines, line)
		}
		p.some(lines, 0)
	}
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return Thousands(n) + " " + stem + "ies"
	}
	if strings.HasSuffix(noun, "ch") {
		noun += "e"
	}
	return Thousands(n) + " " + noun + "s"
}
