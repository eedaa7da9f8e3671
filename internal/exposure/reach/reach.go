// Package reach answers "does the Internet reach this?" from what the evidence
// shows, strongest first: seen from outside, a rule of a firewall, a load
// balancer, a public address, a DNS record, connections that came in. What no
// evidence shows stays unknown: a private address proves nothing, for a
// firewall may forward to it.
package reach

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// strength orders kinds of evidence, strongest first.
type strength uint8

const (
	seenOutside strength = iota
	forwarded
	balanced
	publicAddress
	namedPublicly
	visited
)

// proof is one piece of evidence that the Internet reaches a device, or one of
// its ports.
type proof struct {
	strength   strength
	protocol   string              // "" any
	ports      inventory.PortRange // zero: the device as a whole
	restricted bool                // only for some peers
	why        string
	where      []inventory.Citation
}

// Model knows the rules and records that lead to devices.
type Model struct {
	rules   []rule
	names   map[string][]*inventory.Hint // DNS records, by name
	inbound map[netip.Addr][]proof       // connections that came in, by address
	gates   []*gate
	known   map[*inventory.Device]*knowledge
}

// knowledge is what shows whether the Internet reaches a device.
type knowledge struct {
	proofs []proof // strongest first
	// closed are ranges of ports that gates keep the Internet from. They count if
	// the device is shut: gates stand before all its addresses, and their
	// configurations tell all ways in.
	closed []passage
	shut   bool
}

// rule is a hint and the device that has it.
type rule struct {
	*inventory.Hint
	device *inventory.Device
}

// New gathers what an inventory says of ways in; inbound may be nil.
func New(inv *inventory.Inventory, inbound *Inbound) *Model {
	m := &Model{names: map[string][]*inventory.Hint{}, inbound: inbound.proofs(), known: map[*inventory.Device]*knowledge{}, gates: gatesOf(inv)}
	for i := range inv.Hints {
		h := &inv.Hints[i]
		if h.Kind == inventory.DNSRecord && h.Outside.IsValid() {
			m.names[h.Name] = append(m.names[h.Name], h)
		}
	}
	for _, d := range inv.Devices {
		for i := range d.Hints {
			if h := &d.Hints[i]; !h.Disabled {
				m.rules = append(m.rules, rule{h, d})
			}
		}
	}
	return m
}

// Of says whether the Internet reaches a device at all.
func (m *Model) Of(d *inventory.Device) exposure.Reach {
	k := m.of(d)
	if k.shut && !slices.ContainsFunc(k.proofs, stands) {
		return k.shutOut(nil)
	}
	return conclude(k.proofs, k.shut)
}

// Endpoint says whether the Internet reaches one port of a device.
func (m *Model) Endpoint(d *inventory.Device, e *inventory.Endpoint) exposure.Reach {
	k := m.of(d)
	proofs := slices.DeleteFunc(slices.Clone(k.proofs), func(p proof) bool {
		return p.ports == inventory.PortRange{} && p.strength >= publicAddress || p.protocol != "" && p.protocol != e.Protocol || !p.ports.Holds(e.Port)
	})
	if k.shut && !slices.ContainsFunc(proofs, stands) {
		return k.shutOut(e)
	}
	return conclude(proofs, k.shut)
}

// stands reports whether a proof holds though gates are known to stand before
// the device: that an address is public says nothing then.
func stands(p proof) bool { return p.strength != publicAddress }

// shutOut says why the Internet does not reach a device, or one of its ports.
func (k *knowledge) shutOut(e *inventory.Endpoint) exposure.Reach {
	for _, c := range k.closed {
		if e == nil || (c.protocol == "" || c.protocol == e.Protocol) && c.ports.Holds(e.Port) {
			return exposure.Reach{Exposed: facts.No, Why: c.why, Where: c.where}
		}
	}
	return exposure.Reach{Exposed: facts.No, Why: "the devices before it, whose configurations were read, lead nobody there"}
}

// conclude takes the strongest proof. A way that only some peers may take is
// no proof, nor is a public address if a gate stands before it.
func conclude(proofs []proof, shut bool) exposure.Reach {
	for _, p := range proofs {
		if !p.restricted && (!shut || stands(p)) {
			return exposure.Reach{Exposed: facts.Yes, Why: p.why, Where: p.where}
		}
	}
	for _, p := range proofs {
		return exposure.Reach{Exposed: facts.Unknown, Why: p.why, Where: p.where}
	}
	return exposure.Reach{Exposed: facts.Unknown, Why: "no evidence tells whether the Internet reaches it"}
}

// of gathers what shows whether the Internet reaches a device.
func (m *Model) of(d *inventory.Device) *knowledge {
	if k, ok := m.known[d]; ok {
		return k
	}
	k := &knowledge{proofs: sightings(d)}
	k.shut = len(d.Addresses) > 0
	for _, a := range d.Addresses {
		through, closed, shut := m.through(d, a, 0)
		k.proofs = append(k.proofs, through...)
		k.closed = append(k.closed, closed...)
		k.shut = k.shut && (shut || a.IsLoopback() || a.IsLinkLocalUnicast())
	}
	for _, r := range m.rules {
		if r.device == d && (r.Kind == inventory.Management || r.Kind == inventory.Balance && r.fromInternet()) {
			if p, ok := m.own(r); ok {
				k.proofs = append(k.proofs, p)
			}
		}
	}
	k.proofs = append(k.proofs, m.addresses(d)...)
	k.proofs = append(k.proofs, m.named(d)...)
	for _, a := range d.Addresses {
		k.proofs = append(k.proofs, m.inbound[a]...)
	}
	slices.SortStableFunc(k.proofs, func(a, b proof) int { return cmp.Compare(a.strength, b.strength) })
	m.known[d] = k
	return k
}

// sightings are ports that observers outside found open, or that answered at
// the device's public address.
func sightings(d *inventory.Device) (list []proof) {
	for i := range d.Endpoints {
		e := &d.Endpoints[i]
		for j := range e.Sightings {
			s := &e.Sightings[j]
			if s.State != "open" || s.Source == nil {
				continue
			}
			p := proof{protocol: s.Protocol, ports: inventory.PortRange{First: s.Port, Last: s.Port}, where: []inventory.Citation{s.Where}}
			switch {
			case s.Source.Vantage == inventory.Outside:
				p.strength, p.why = seenOutside, fmt.Sprintf("%s/%d was seen open from outside (%s)", s.Protocol, s.Port, cmp.Or(s.Source.Tool, s.Source.Format))
			case s.Source.Vantage != inventory.OnHost && exposure.Public(s.Address):
				p.strength, p.why = publicAddress, fmt.Sprintf("%s/%d answered at the public address %s (%s)", s.Protocol, s.Port, s.Address, cmp.Or(s.Source.Tool, s.Source.Format))
			default:
				continue
			}
			list = append(list, p)
		}
	}
	return list
}

// Anybody reports whether a list of peers leaves nobody out.
func Anybody(peers []string) bool {
	return len(peers) == 0 || slices.ContainsFunc(peers, func(p string) bool {
		p = strings.ToLower(p)
		return p == "any" || p == "all" || p == "0.0.0.0/0" || p == "::/0" || p == "any4"
	})
}

// fromInternet reports whether a rule takes what comes from the Internet: its
// outer address is public, or that of an interface on the Internet's side.
func (r *rule) fromInternet() bool {
	if r.Outside.IsValid() && !r.Outside.Addr().IsUnspecified() {
		return exposure.Public(r.Outside.Addr())
	}
	if r.Interface != "" {
		return r.onInternetSide()
	}
	return true // a forward without an outer address takes that of the way out
}

// place is where a rule is reached from outside.
func place(h *inventory.Hint) string {
	place := "the Internet side"
	if h.Outside.IsValid() && !h.Outside.Addr().IsUnspecified() {
		place = h.Outside.Addr().String()
	}
	if h.Outer.First != 0 {
		place += fmt.Sprintf(" port %d", h.Outer.First)
	}
	return place
}

// isOf reports whether a rule is of an interface; one that names none is of all.
func (r *rule) isOf(f *inventory.Interface) bool {
	return r.Interface == "" || f.Name == r.Interface || f.Label == r.Interface
}

// onInternetSide reports whether a rule is of an interface that faces the
// Internet; one of no interface is of all.
func (r *rule) onInternetSide() bool {
	for i := range r.device.Interfaces {
		f := &r.device.Interfaces[i]
		if r.isOf(f) && facesInternet(f) {
			return true
		}
	}
	return false
}

// addresses are the device's own that are public.
func (m *Model) addresses(d *inventory.Device) (list []proof) {
	for i := range d.Interfaces {
		f := &d.Interfaces[i]
		for _, p := range f.Prefixes {
			if !f.Down && exposure.Public(p.Addr()) {
				list = append(list, proof{strength: publicAddress, why: fmt.Sprintf("its interface %s has the public address %s", f.Name, p.Addr()), where: []inventory.Citation{f.Where}})
			}
		}
	}
	for _, a := range d.Addresses {
		if exposure.Public(a) {
			list = append(list, proof{strength: publicAddress, why: fmt.Sprintf("it has the public address %s", a)})
		}
	}
	return list
}

// named are DNS records of the device's name that lead to a public address.
func (m *Model) named(d *inventory.Device) (list []proof) {
	for _, k := range d.Keys {
		if k.Kind != inventory.FQDN && k.Kind != inventory.Alias {
			continue
		}
		for _, h := range m.names[k.Value] {
			if a := h.Outside.Addr(); exposure.Public(a) {
				list = append(list, proof{strength: namedPublicly, why: fmt.Sprintf("the DNS gives %s the public address %s", h.Name, a), where: []inventory.Citation{h.Where}})
			}
		}
	}
	return list
}
