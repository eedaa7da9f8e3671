package html

import (
	"cmp"

	"seawall/internal/advisory/plan"
	"seawall/internal/report/escape"
	"seawall/internal/verdict"
)

// planView is what an advisory asks to look for, and the answers.
type planView struct {
	Title, Summary string
	Rows           []planRow
	More           int
}

type planRow struct {
	State, Class, ID, Name, Why, Place, Means, Collect string
	Findings                                           []link
	More                                               int
}

// Limits of what the section lists.
const (
	maxPlan = 300
	planned = 3 // findings of a row
)

var planClasses = map[plan.State]string{plan.Found: "critical", plan.Blind: "medium"}

// newPlan shows the plan; titles are those of findings by their ids.
func newPlan(r *verdict.Result, titles map[string]string) *planView {
	if r.Plan == nil || !r.Plan.Asked {
		return nil
	}
	view := &planView{Title: escape.Visible(r.Plan.Title), Summary: r.Plan.Summary(), More: max(len(r.Plan.Rows)-maxPlan, 0)}
	for _, state := range [...]plan.State{plan.Found, plan.Blind, plan.Looked, plan.Unlooked} {
		for i := range r.Plan.Rows {
			row := &r.Plan.Rows[i]
			if row.State != state || len(view.Rows) == maxPlan {
				continue
			}
			line := planRow{
				State: string(state), Class: planClasses[state], ID: escape.Visible(row.ID), Name: escape.Visible(row.Name), Why: escape.Visible(row.Why), Place: escape.Visible(row.Place),
				Means: several(row.Means, len(row.Means)), More: max(len(row.Findings)-planned, 0),
			}
			for _, id := range row.Findings[:len(row.Findings)-line.More] {
				line.Findings = append(line.Findings, link{escape.Visible(id), escape.Visible(cmp.Or(titles[id], id))})
			}
			if state == plan.Blind && len(row.Collect) > 0 {
				line.Collect = escape.Visible(row.Collect[0])
			}
			view.Rows = append(view.Rows, line)
		}
	}
	return view
}
