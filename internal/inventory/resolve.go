package inventory

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// Resolve joins what different sources say of the same device. It uses the
// model up: what it held moves to the inventory, so that there is never twice
// of it.
func (m *Model) Resolve() *Inventory {
	inv := &Inventory{}
	observations := m.ordered()
	sources := map[*Source]bool{}
	var keyed []*Observation
	for _, o := range observations {
		if o.Source != nil && !sources[o.Source] {
			sources[o.Source] = true
			inv.Sources = append(inv.Sources, o.Source)
		}
		inv.Statements = append(inv.Statements, o.Statements...)
		if len(o.Keys) == 0 {
			inv.Hints = append(inv.Hints, o.Hints...)
			continue
		}
		keyed = append(keyed, o)
	}
	m.observations = nil
	for _, group := range join(keyed) {
		d := newDevice(group)
		m.distribute(d)
		inv.Devices = append(inv.Devices, d)
	}
	distinguish(inv.Devices)
	slices.SortFunc(inv.Devices, func(a, b *Device) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return inv
}

// newDevice puts together what observations of one device say, in their order.
func newDevice(group []*Observation) *Device {
	d := &Device{}
	up, down, installed := false, false, 0
	for _, o := range group {
		installed += len(o.Software)
	}
	d.Software = make([]Software, 0, installed)
	for _, o := range group {
		d.Keys = append(d.Keys, o.Keys...)
		for i := range o.Software {
			d.addSoftware(&o.Software[i])
		}
		o.Software = nil
		d.Claims = append(d.Claims, o.Claims...)
		d.Hints = append(d.Hints, o.Hints...)
		d.Interfaces = append(d.Interfaces, o.Interfaces...)
		if o.Policy != nil {
			d.Policies = append(d.Policies, o.Policy)
		}
		d.Roles = append(d.Roles, o.Roles...)
		d.Owners = append(d.Owners, o.Owners...)
		d.Attributes = append(d.Attributes, o.Attributes...)
		if o.Source != nil && !slices.Contains(d.Sources, o.Source) {
			d.Sources = append(d.Sources, o.Source)
		}
		up, down = up || o.Status != Down, down || o.Status == Down
	}
	d.Down = down && !up
	slices.SortFunc(d.Keys, compareKeys)
	d.Keys = slices.Compact(d.Keys)
	d.name()
	d.addresses(group)
	d.endpoints(group)
	surestFirst(d.System)
	surestFirst(d.Hardware)
	slices.SortStableFunc(d.Software, func(a, b Software) int {
		return cmp.Or(cmp.Compare(a.Component.Name, b.Component.Name), cmp.Compare(a.Component.Version, b.Component.Version), cmp.Compare(a.Path, b.Path))
	})
	d.Disagreements = disagreements(d, group)
	return d
}

// distribute gives the packages of a device the distribution they are of, where
// the list of packages does not say and something else does: the fixes that
// distributions port back are known for each of their releases only.
func (m *Model) distribute(d *Device) {
	distribution := ""
	for i := range d.System {
		if s := &d.System[i]; s.Component.Distribution != "" && s.Confidence >= Configured {
			if distribution != "" && distribution != s.Component.Distribution {
				return // two systems: which one the packages are of is not known
			}
			distribution = s.Component.Distribution
		}
	}
	if distribution == "" {
		return
	}
	whole := func(c *Component) *Component {
		if c == nil || c.Kind != Package || c.Distribution != "" {
			return c
		}
		with := *c
		with.Distribution = distribution
		return m.component(&with)
	}
	for i := range d.Software {
		d.Software[i].Component = whole(d.Software[i].Component)
	}
	for i := range d.Claims {
		d.Claims[i].Component = whole(d.Claims[i].Component)
	}
}

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Value, b.Value))
}

func (d *Device) addSoftware(s *Software) {
	switch s.Component.Kind {
	case System, Firmware:
		d.System = append(d.System, *s)
	case Hardware:
		d.Hardware = append(d.Hardware, *s)
	default:
		d.Software = append(d.Software, *s)
	}
}

func surestFirst(list []Software) {
	slices.SortStableFunc(list, func(a, b Software) int { return cmp.Compare(b.Confidence, a.Confidence) })
}

func (d *Device) addresses(group []*Observation) {
	add := func(a netip.Addr) {
		if a = a.Unmap().WithZone(""); identifies(a) {
			d.Addresses = append(d.Addresses, a)
		}
	}
	for _, k := range d.Keys {
		if k.Kind == Address {
			if a, err := netip.ParseAddr(k.Value); err == nil {
				add(a)
			}
		}
	}
	for _, o := range group {
		for _, i := range o.Interfaces {
			for _, p := range i.Prefixes {
				add(p.Addr())
			}
		}
	}
	slices.SortFunc(d.Addresses, netip.Addr.Compare)
	d.Addresses = slices.Compact(d.Addresses)
}

// endpoints groups the services that sources saw by port.
func (d *Device) endpoints(group []*Observation) {
	var all []Service
	for _, o := range group {
		all = append(all, o.Services...)
	}
	port := func(a, b Service) int {
		return cmp.Or(a.Address.Compare(b.Address), cmp.Compare(a.Port, b.Port), strings.Compare(a.Protocol, b.Protocol))
	}
	slices.SortStableFunc(all, func(a, b Service) int {
		return cmp.Or(port(a, b), cmp.Compare(b.Identity, a.Identity), cmp.Compare(b.Time, a.Time))
	})
	for i := range all {
		s := &all[i]
		if n := len(d.Endpoints); n > 0 {
			if last := &d.Endpoints[n-1]; last.Address == s.Address && last.Port == s.Port && last.Protocol == s.Protocol {
				last.Sightings = append(last.Sightings, *s)
				continue
			}
		}
		d.Endpoints = append(d.Endpoints, Endpoint{s.Address, s.Port, s.Protocol, []Service{*s}})
	}
}
