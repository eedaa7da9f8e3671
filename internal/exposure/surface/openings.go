package surface

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/finding"
	"seawall/internal/inventory"
)

// wide is how many ports an opening has that lets about everything in: more
// than the ranges that single services need.
const wide = 1024

// openings tells what the rules of firewalls let the Internet reach, of which
// no scan has told yet: one finding for each kind of service that need not be
// open, one for everything, and one that lists the rest.
func (a *assessment) openings() {
	if a.Openings == nil {
		return
	}
	byGate := map[*inventory.Device][]exposure.Opening{}
	var gates []*inventory.Device
	for _, o := range a.Openings() {
		if a.seenOpen(&o) {
			continue
		}
		if byGate[o.Gate] == nil {
			gates = append(gates, o.Gate)
		}
		byGate[o.Gate] = append(byGate[o.Gate], o)
	}
	for _, g := range gates {
		a.openingsOf(g, byGate[g])
	}
}

// seenOpen reports whether an observer saw what an opening of one port leads to:
// it is told of by what it is then.
func (a *assessment) seenOpen(o *exposure.Opening) bool {
	return slices.ContainsFunc(a.Inventory.Devices, func(d *inventory.Device) bool {
		return slices.ContainsFunc(d.Endpoints, func(e inventory.Endpoint) bool {
			return e.Open() && e.Protocol == o.Protocol && o.Ports == inventory.PortRange{First: e.Port, Last: e.Port} && len(o.To) == 1 && o.To[0].First == e.Address && o.To[0].Last == e.Address
		})
	})
}

func (a *assessment) openingsOf(gate *inventory.Device, all []exposure.Opening) {
	byClass := map[*class][]exposure.Opening{}
	var order []*class
	var everything, others []exposure.Opening
	for _, o := range all {
		c := classOf(&o)
		switch {
		case int(o.Ports.Last)-int(o.Ports.First) >= wide:
			everything = append(everything, o)
		case c == nil:
			others = append(others, o)
		default:
			if byClass[c] == nil {
				order = append(order, c)
			}
			byClass[c] = append(byClass[c], o)
		}
	}
	if len(everything) > 0 {
		f := opened(gate, everything, "everything")
		f.Severity, f.Action = finding.High, "Let the Internet reach only the services that are meant for it"
		if !slices.ContainsFunc(everything, func(o exposure.Opening) bool { return !o.Unfiltered }) {
			f.Severity = finding.Medium // a router, behind or before what filters
		}
		f.Title = fmt.Sprintf("%s lets the Internet reach far more ports than services need: %s", gate.Name, places(everything))
		a.add(f)
	}
	for _, c := range order {
		f := opened(gate, byClass[c], c.id)
		f.Severity, f.Action = min(c.severity, finding.High), c.action()
		f.Title = fmt.Sprintf("%s lets the Internet reach %s at %s", gate.Name, c.title, places(byClass[c]))
		f.Why += " " + c.why + " That it is this service is known from the port number only: look at what answers there."
		a.add(f)
	}
	if len(others) > 0 {
		f := opened(gate, others, "others")
		f.Severity, f.Action = finding.Informational, "Compare what firewalls let in with what is meant to be public"
		f.Title = fmt.Sprintf("%s lets the Internet reach %s", gate.Name, places(others))
		a.add(f)
	}
}

// narrow is how many ports an opening has at most that is made for one service:
// what a longer range is for, a port within it does not tell.
const narrow = 4

// classOf is the class of services that the ports of an opening are of.
func classOf(o *exposure.Opening) *class {
	if int(o.Ports.Last)-int(o.Ports.First) >= narrow {
		return nil
	}
	for i := range classes {
		if slices.ContainsFunc(classes[i].ports, func(p uint16) bool { return o.Ports.Holds(p) }) && o.Protocol == protocolOf(&classes[i]) {
			return &classes[i]
		}
	}
	return nil
}

// protocolOf is the protocol that services of a class listen on.
func protocolOf(c *class) string {
	if c.id == "snmp" || c.id == "tftp" {
		return "udp"
	}
	return "tcp"
}

// opened tells of openings of one kind: what they lead to, and the lines that
// let it in.
func opened(gate *inventory.Device, all []exposure.Opening, kind string) finding.Finding {
	f := finding.Finding{
		Confidence: finding.Likely, Techniques: []string{"T1133"}, Entities: exposure.Entities(gate), Count: len(all),
		ID: finding.StableID(ID, "opening", kind, gate.ID),
	}
	var told []string
	for _, o := range all[:min(len(all), maxListed)] {
		f.Entities = append(f.Entities, finding.Entity{Type: finding.Service, Value: o.Name()})
		if len(told) < 5 {
			told = append(told, fmt.Sprintf("%s: %s", o.Name(), o.Why))
		}
		for _, c := range o.Where {
			f.Citations = append(f.Citations, exposure.Cite(c, o.Why))
		}
	}
	f.Citations = slices.CompactFunc(f.Citations, func(x, y finding.Citation) bool { return x.Path == y.Path && x.Offset == y.Offset })
	f.Why = fmt.Sprintf("By the configuration of %s, strangers on the Internet reach %s.", gate.Name, strings.Join(told, "; "))
	if len(all) > len(told) {
		f.Why += fmt.Sprintf(" So it is for %d more.", len(all)-len(told))
	}
	return f
}

// places names what openings lead to, shortly.
func places(all []exposure.Opening) string {
	var names []string
	for _, o := range all {
		names = append(names, o.Name())
	}
	slices.SortFunc(names, compareNames)
	names = slices.Compact(names)
	if len(names) > 3 {
		return fmt.Sprintf("%s, %s and %d more", names[0], names[1], len(names)-2)
	}
	return list(names)
}

// compareNames orders addresses by value, not by letters.
func compareNames(a, b string) int {
	x, _, _ := strings.Cut(a, " ")
	y, _, _ := strings.Cut(b, " ")
	first, _ := netip.ParseAddr(x)
	second, _ := netip.ParseAddr(y)
	return cmp.Or(first.Compare(second), cmp.Compare(a, b))
}
