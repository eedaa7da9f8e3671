package scan

import (
	"fmt"
	"time"

	"seawall/internal/exposure"
	"seawall/internal/exposure/endoflife"
	"seawall/internal/exposure/reach"
	"seawall/internal/exposure/surface"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/finding"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/update"
	"seawall/internal/inventory"
)

// Assessors is the table of everything that judges the inventory, in the order
// of reports.
func Assessors(m *vulnerable.Matcher) []exposure.Assessor {
	return []exposure.Assessor{
		vulnerable.Assessor(m),
		endoflife.Assessor(m),
		surface.Assessor(),
	}
}

// AssessorReadme returns the README of an assessor, "" if there is none.
func AssessorReadme(id string) string {
	for _, a := range Assessors(&vulnerable.Matcher{}) {
		if a.ID == id {
			return a.Readme
		}
	}
	return ""
}

// soon is how far ahead ends of support are told: half a year, so that a
// replacement can be bought.
const soon = 180 * 24 * time.Hour

// stale is when facts are so old that a scan says so.
const stale = 14

// assess judges what is there once all evidence is read, and warns of facts
// that are old or damaged.
func (o *Options) assess(inv *inventory.Inventory, inbound *reach.Inbound) (findings []finding.Finding, warnings []string) {
	if len(inv.Devices) == 0 {
		return nil, nil
	}
	set, err := update.Load(o.Facts)
	if set == nil {
		return nil, []string{fmt.Sprintf("The inventory could not be assessed: %v.", err)}
	}
	if err != nil {
		warnings = append(warnings, fmt.Sprintf("The newer facts could not be read, so those in the program were used: %v. Run seawall update.", err))
	}
	matcher, err := vulnerable.NewMatcher(set)
	if err != nil {
		return nil, append(warnings, fmt.Sprintf("The inventory could not be assessed: %v.", err))
	}
	if ends, err := update.LoadEndOfLife(o.Facts); err == nil {
		matcher.Ends = ends
	}
	warnings = append(warnings, staleness(set, o.Now())...)
	ways := reach.New(inv, inbound)
	ctx := &exposure.Context{Inventory: inv, Now: o.Now(), Soon: soon, Reach: ways.Of, ReachPort: ways.Endpoint}
	for _, a := range Assessors(matcher) {
		findings = append(findings, a.Assess(ctx)...)
	}
	return findings, warnings
}

// staleness says how old the facts are that a scan rests on, if they are old.
func staleness(set *facts.Set, now time.Time) (warnings []string) {
	for _, f := range set.Feeds {
		if days := int(facts.DayOf(now) - f.Date); days > stale {
			warnings = append(warnings, fmt.Sprintf("Facts are old: %s is of %s, %d days ago. What came out since is not known. Run seawall update.", f.Name, f.Date, days))
		}
	}
	return warnings
}
