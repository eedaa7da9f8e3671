package scan

import (
	"cmp"
	"fmt"
	"slices"

	"seawall/internal/exposure"
	"seawall/internal/inventory"
	"seawall/internal/verdict"
)

// sumUp sums up the devices for the reports.
func sumUp(inv *inventory.Inventory, reach func(*inventory.Device) exposure.Reach) []verdict.Asset {
	list := make([]verdict.Asset, 0, len(inv.Devices))
	for _, d := range inv.Devices {
		a := verdict.Asset{Name: d.Name, Roles: values(d.Roles), Owners: values(d.Owners), Internet: reach(d).Exposed.String(), Software: len(d.Software), Sources: len(d.Sources)}
		for _, address := range d.Addresses {
			a.Addresses = append(a.Addresses, address.String())
		}
		if len(d.System) > 0 {
			a.System = called(d.System[0].Component)
		} else if len(d.Hardware) > 0 {
			a.System = called(d.Hardware[0].Component)
		}
		for i := range d.Endpoints {
			if e := &d.Endpoints[i]; e.Open() {
				a.Open = append(a.Open, answers(e))
			}
		}
		a.Open = slices.Compact(a.Open)
		list = append(list, a)
	}
	slices.SortStableFunc(list, func(a, b verdict.Asset) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

func called(c *inventory.Component) string {
	if c.Version == "" {
		return c.Name
	}
	return c.Name + " " + c.Version
}

// answers names a port and what answers there.
func answers(e *inventory.Endpoint) string {
	text := fmt.Sprintf("%s/%d", e.Protocol, e.Port)
	best := e.Best()
	if what := cmp.Or(best.Product, best.Name); what != "" {
		text += " " + what
	}
	return text
}

func values(facts []inventory.Fact) (list []string) {
	for i := range facts {
		if !slices.Contains(list, facts[i].Value) {
			list = append(list, facts[i].Value)
		}
	}
	return list
}
