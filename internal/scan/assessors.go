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
	"seawall/internal/inventory"
)

// Assessors is the table of everything that judges the inventory, in the order
// of reports.
func Assessors() ([]exposure.Assessor, error) {
	matcher, err := vulnerable.New()
	if err != nil {
		return nil, fmt.Errorf("load facts of flaws: %w", err)
	}
	return []exposure.Assessor{
		vulnerable.Assessor(matcher),
		endoflife.Assessor(matcher),
		surface.Assessor(),
	}, nil
}

// soon is how far ahead ends of support are told: half a year, so that a
// replacement can be bought.
const soon = 180 * 24 * time.Hour

// assess judges what is there once all evidence is read.
func (o *Options) assess(inv *inventory.Inventory, inbound *reach.Inbound) ([]finding.Finding, error) {
	if len(inv.Devices) == 0 {
		return nil, nil
	}
	assessors, err := Assessors()
	if err != nil {
		return nil, err
	}
	ways := reach.New(inv, inbound)
	ctx := &exposure.Context{Inventory: inv, Now: o.Now(), Soon: soon, Reach: ways.Of, ReachPort: ways.Endpoint}
	var findings []finding.Finding
	for _, a := range assessors {
		findings = append(findings, a.Assess(ctx)...)
	}
	return findings, nil
}
