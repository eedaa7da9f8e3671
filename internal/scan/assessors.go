package scan

import (
	"fmt"
	"time"

	"seawall/internal/exposure"
	"seawall/internal/exposure/disagreement"
	"seawall/internal/exposure/endoflife"
	"seawall/internal/exposure/reach"
	"seawall/internal/exposure/surface"
	"seawall/internal/exposure/vulnerable"
	"seawall/internal/finding"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/update"
	"seawall/internal/inventory"
	"seawall/internal/verdict"
)

// Assessors is the table of everything that judges the inventory, in the order
// of reports.
func Assessors(m *vulnerable.Matcher) []exposure.Assessor {
	return []exposure.Assessor{
		vulnerable.Assessor(m),
		endoflife.Assessor(m),
		surface.Assessor(),
		disagreement.Assessor(),
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

// assessment is what the assessors have to say, and what they judged by.
type assessment struct {
	findings []finding.Finding
	assets   []verdict.Asset
	facts    []verdict.Feed
	warnings []string
}

// assess judges what is there once all evidence is read, and warns of facts
// that are old or damaged.
func (o *Options) assess(inv *inventory.Inventory, inbound *reach.Inbound) (a assessment) {
	if len(inv.Devices) == 0 {
		return a
	}
	ways := reach.New(inv, inbound)
	a.assets = sumUp(inv, ways.Of)
	set, err := update.Load(o.Facts)
	if set == nil {
		a.warnings = []string{fmt.Sprintf("The inventory could not be assessed: %v.", err)}
		return a
	}
	if err != nil {
		a.warnings = append(a.warnings, fmt.Sprintf("The newer facts could not be read, so those in the program were used: %v. Run seawall update.", err))
	}
	matcher, err := vulnerable.NewMatcher(set)
	if err != nil {
		a.warnings = append(a.warnings, fmt.Sprintf("The inventory could not be assessed: %v.", err))
		return a
	}
	if ends, err := update.LoadEndOfLife(o.Facts); err == nil {
		matcher.Ends = ends
	}
	a.facts = ages(set, o.Now())
	ctx := &exposure.Context{Inventory: inv, Now: o.Now(), Policy: o.Policy, Soon: soon, Reach: ways.Of, ReachPort: ways.Endpoint, ReachManagement: ways.Management, Openings: ways.Openings}
	for _, assessor := range Assessors(matcher) {
		a.findings = append(a.findings, assessor.Assess(ctx)...)
	}
	return a
}

// ages says of when the facts are that a scan rests on.
func ages(set *facts.Set, now time.Time) (feeds []verdict.Feed) {
	for _, f := range set.Feeds {
		days := int(facts.DayOf(now) - f.Date)
		feeds = append(feeds, verdict.Feed{Name: f.Name, Date: f.Date.String(), Age: days, Stale: days > stale, Count: f.Count, From: f.From})
	}
	return feeds
}
