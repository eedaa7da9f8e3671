// Package exposure answers "are we exposed?": assessors look at what is there,
// once all evidence is read, and say what an intruder could walk in through.
package exposure

import (
	"fmt"
	"time"

	"seawall/internal/exposure/decision"
	"seawall/internal/finding"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
	"seawall/internal/ipset"
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
	// Openings lists what firewalls let the Internet reach behind them.
	Openings func() []Opening
}

// Reach is whether something can be reached from the Internet, and how that is
// known.
type Reach struct {
	Exposed facts.Answer
	Why     string
	Where   []inventory.Citation // what shows it; none if nothing does
}

// Opening is a way in that a device leaves to the Internet.
type Opening struct {
	Gate     *inventory.Device
	To       ipset.Set
	Protocol string
	Ports    inventory.PortRange
	// Unfiltered says that no rule was asked: the device forwards, and another
	// may filter.
	Unfiltered bool
	Reach
}

// Name names what an opening leads to: "10.0.0.5 tcp/443".
func (o *Opening) Name() string {
	ports := fmt.Sprintf("%s/%d", o.Protocol, o.Ports.First)
	switch {
	case o.Ports.First <= 1 && o.Ports.Last == 65535:
		ports = "all of " + o.Protocol
	case o.Ports.Last > o.Ports.First:
		ports = fmt.Sprintf("%s-%d", ports, o.Ports.Last)
	}
	if len(o.To) > 4 {
		return fmt.Sprintf("%s and %d more ranges %s", o.To[:3], len(o.To)-3, ports)
	}
	return o.To.String() + " " + ports
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
