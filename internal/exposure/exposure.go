// Package exposure answers "are we exposed?": assessors look at what is there,
// once all evidence is read, and say what an intruder could walk in through.
package exposure

import (
	"time"

	"seawall/internal/exposure/decision"
	"seawall/internal/finding"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// Assessor judges an inventory.
type Assessor struct {
	ID    string // of its findings' Detector, and what `seawall explain` takes
	Title string // what it looks for
	// Readme is the assessor's README.md; "" if it has none.
	Readme string
	// Assess returns findings in a fixed order, whatever the order of the
	// evidence. It must not change the inventory.
	Assess func(*Context) []finding.Finding
}

// Context is what assessors judge.
type Context struct {
	Inventory *inventory.Inventory
	Now       time.Time
	// Policy is the table that deadlines are taken from.
	Policy decision.Policy
	// Soon is how far ahead ends of support are told.
	Soon time.Duration
	// Reach says whether a device can be reached from the Internet.
	Reach func(*inventory.Device) Reach
	// ReachPort says the same of one of its ports.
	ReachPort func(*inventory.Device, *inventory.Endpoint) Reach
	// ReachManagement says the same of a management service of a device.
	ReachManagement func(*inventory.Device, *inventory.Hint) Reach
}

// Reach is whether something can be reached from the Internet, and how that is
// known.
type Reach struct {
	Exposed facts.Answer
	Why     string
	Where   []inventory.Citation // what shows it; none if nothing does
}

// Cite turns a place of the inventory into a citation of a finding.
func Cite(c inventory.Citation, what string) finding.Citation {
	excerpt := c.Excerpt
	if excerpt == "" {
		excerpt = what
	}
	return finding.Citation{Path: c.Path, Offset: c.Offset, Length: c.Length, Number: c.Number, Excerpt: excerpt}
}

// Entities names a device: by its name and its addresses.
func Entities(d *inventory.Device) []finding.Entity {
	list := []finding.Entity{{Type: finding.Host, Value: d.Name}}
	for _, a := range d.Addresses {
		if a.String() != d.Name {
			list = append(list, finding.Entity{Type: finding.Address, Value: a.String()})
		}
	}
	return list
}
