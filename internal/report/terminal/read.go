package terminal

import (
	"fmt"
	"strings"
	"time"

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
	if n := len(r.Read.Duplicates); n > 0 {
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
	if n := len(read.Unrecognised); n > 0 {
		p.item("  ", plural(int64(n), "file")+" of no known format:")
		p.some(read.Unrecognised)
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
		p.item("  ", fmt.Sprintf("Evidence lost in %s:", plural(int64(len(lost)), "place")))
		p.some(lost)
	}
	if len(odd) > 0 {
		p.item("  ", fmt.Sprintf("%s that lost nothing:", plural(int64(len(odd)), "oddity")))
		p.some(odd)
	}
	if read.MoreProblems > 0 {
		p.item("  ", fmt.Sprintf("and %s more problems that were only counted", Thousands(int64(read.MoreProblems))))
	}
}

func (p *page) some(list []string) {
	for i, s := range list {
		if i == shownProblems {
			p.item("    ", fmt.Sprintf("and %s more", Thousands(int64(len(list)-shownProblems))))
			return
		}
		p.item("    ", s)
	}
}

// unevaluated says what could not be evaluated, and why.
func (p *page) unevaluated(r *verdict.Result, v *verdict.Verdict) {
	p.heading("What could not be evaluated")
	if len(v.Blind) == 0 && len(r.Rules.NotEvaluable) == 0 {
		p.item("  ", "Nothing: every check had the evidence it needs.")
		return
	}
	for i, b := range v.Blind {
		if i == shownProblems {
			p.item("  ", fmt.Sprintf("and %d more checks lacked evidence; the report lists them", len(v.Blind)-shownProblems))
			break
		}
		p.wrap("  - ", b.String())
	}
	if n := len(r.Rules.NotEvaluable); n > 0 {
		p.item("  ", fmt.Sprintf("%s of %s, for example:", plural(int64(n), "problem"), plural(int64(r.Rules.Loaded+r.Rules.Correlations), "rule")))
		lines := make([]string, n)
		for i, problem := range r.Rules.NotEvaluable {
			lines[i] = problem.String()
		}
		p.some(lines)
	}
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if stem, ok := strings.CutSuffix(noun, "y"); ok {
		return Thousands(n) + " " + stem + "ies"
	}
	return Thousands(n) + " " + noun + "s"
}
