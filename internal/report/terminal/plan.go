package terminal

import (
	"fmt"
	"strings"

	"seawall/internal/advisory/plan"
	"seawall/internal/verdict"
)

// plan says what the advisories asked for and what came of it, if the user
// named one.
func (p *page) plan(r *verdict.Result) {
	if r.Plan == nil || !r.Plan.Asked {
		return
	}
	p.heading("What the advisory asks")
	p.wrap("  ", r.Plan.Title)
	p.wrap("  ", r.Plan.Summary())
	const shown = 15
	for _, s := range [...]struct {
		state plan.State
		style string
	}{{plan.Found, red}, {plan.Blind, yellow}, {plan.Looked, green}} {
		n := 0
		for i := range r.Plan.Rows {
			row := &r.Plan.Rows[i]
			if row.State != s.state {
				continue
			}
			if n++; n > shown {
				continue
			}
			p.hanging(fmt.Sprintf("  %-24s ", s.state), planLine(row), s.style)
		}
		if n > shown {
			p.wrap("  ", fmt.Sprintf("and %d more; the report has all.", n-shown))
		}
	}
}

// planLine is a line of a plan, with what is missing where nobody could look.
func planLine(row *plan.Row) string {
	text := row.ID
	if row.Name != "" && row.Name != row.ID {
		text += " " + row.Name
	}
	switch row.State {
	case plan.Found:
		text += fmt.Sprintf(": %d findings", len(row.Findings))
	case plan.Blind:
		if len(row.Missing) > 0 {
			text += ": no " + strings.Join(row.Missing[:min(len(row.Missing), 3)], ", no ")
		}
		if len(row.Collect) > 0 {
			text += ". To see it: " + row.Collect[0]
		}
	}
	return text
}
