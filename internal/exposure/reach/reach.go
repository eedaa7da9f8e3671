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
	where      inventory.Citation
}

// Model knows the rules and records that lead to devices.
type Model struct {
	rules   []rule
	names   map[string][]*inventory.Hint // DNS records, by name
	inbound map[netip.Addr][]proof       // connections that came in, by address
	known   map[*inventory.Device][]proof
}

// rule is a hint and the device that has it.
type rule struct {
	*inventory.Hint
	device *inventory.Device
}

// New gathers what an inventory says of ways in; inbound may be nil.
func New(inv *inventory.Inventory, inbound *Inbound) *Model {
	m := &Model{names: map[string][]*inventory.Hint{}, inbound: inbound.proofs(), known: map[*inventory.Device][]proof{}}
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
	return conclude(m.proofs(d))
}

// Endpoint says whether the Internet reaches one port of a device.
func (m *Model) Endpoint(d *inventory.Device, e *inventory.Endpoint) exposure.Reach {
	return conclude(slices.DeleteFunc(slices.Clone(m.proofs(d)), func(p proof) bool {
		return p.ports == inventory.PortRange{} && p.strength >= publicAddress || p.protocol != "" && p.protocol != e.Protocol || !p.ports.Holds(e.Port)
	}))
}

// conclude takes the strongest proof. A way that only some peers may take is
// no proof.
func conclude(proofs []proof) exposure.Reach {
	for _, p := range proofs {
		if !p.restricted {
			return exposure.Reach{Exposed: facts.Yes, Why: p.why, Where: p.where}
		}
	}
	for _, p := range proofs {
		return exposure.Reach{Exposed: facts.Unknown, Why: p.why, Where: p.where}
	}
	return exposure.Reach{Exposed: facts.Unknown, Why: "no evidence tells whether the Internet reaches it"}
}

// proofs lists what shows that the Internet reaches a device, strongest first.
func (m *Model) proofs(d *inventory.Device) []proof {
	if list, ok := m.known[d]; ok {
		return list
	}
	list := sightings(d)
	for _, r := range m.rules {
		if p, ok := r.proof(d); ok {
			list = append(list, p)
		}
	}
	list = append(list, m.addresses(d)...)
	list = append(list, m.named(d)...)
	for _, a := range d.Addresses {
		list = append(list, m.inbound[a]...)
	}
	slices.SortStableFunc(list, func(a, b proof) int { return cmp.Compare(a.strength, b.strength) })
	m.known[d] = list
	return list
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
			p := proof{protocol: s.Protocol, ports: inventory.PortRange{First: s.Port, Last: s.Port}, where: s.Where}
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

// proof says whether a rule leads the Internet to a device.
func (r *rule) proof(d *inventory.Device) (p proof, ok bool) {
	switch r.Kind {
	case inventory.Forward, inventory.Permit, inventory.Balance:
		if !leadsTo(r.Inside, d) && !(r.Kind == inventory.Balance && r.device == d) {
			return p, false
		}
		if !r.fromInternet() {
			return p, false
		}
		p = proof{strength: forwarded, protocol: r.Protocol, ports: r.Inner, where: r.Where}
		if p.ports == (inventory.PortRange{}) {
			p.ports = r.Outer
		}
		if r.Kind == inventory.Balance {
			p.strength = balanced
		}
		p.why = fmt.Sprintf("a %s of %s leads there from %s", r.Kind, r.device.Name, r.outside())
	case inventory.Management:
		if r.device != d || !r.onInternetSide() {
			return p, false
		}
		p = proof{strength: forwarded, protocol: r.Protocol, ports: r.Outer, where: r.Where, why: fmt.Sprintf("its configuration lets %s in on the Internet side", r.Service)}
	default:
		return p, false
	}
	if peers := r.Peers; len(peers) > 0 && !Anybody(peers) {
		p.restricted = true
		p.why += ", for " + strings.Join(peers, ", ") + " only"
	}
	return p, true
}

// Anybody reports whether a list of peers leaves nobody out.
func Anybody(peers []string) bool {
	return len(peers) == 0 || slices.ContainsFunc(peers, func(p string) bool {
		p = strings.ToLower(p)
		return p == "any" || p == "all" || p == "0.0.0.0/0" || p == "::/0" || p == "any4"
	})
}

func leadsTo(inside netip.Prefix, d *inventory.Device) bool {
	return inside.IsValid() && slices.ContainsFunc(d.Addresses, inside.Contains)
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

func (r *rule) outside() string {
	place := "the Internet side"
	if r.Outside.IsValid() && !r.Outside.Addr().IsUnspecified() {
		place = r.Outside.Addr().String()
	}
	if r.Outer.First != 0 {
		place += fmt.Sprintf(" port %d", r.Outer.First)
	}
	return place
}

// onInternetSide reports whether a rule is of an interface that faces the
// Internet; one of no interface is of all.
func (r *rule) onInternetSide() bool {
	for i := range r.device.Interfaces {
		f := &r.device.Interfaces[i]
		if f.Down || r.Interface != "" && f.Name != r.Interface && f.Label != r.Interface {
			continue
		}
		if f.Side == inventory.InternetSide || f.Side == inventory.UnknownSide && slices.ContainsFunc(f.Prefixes, func(p netip.Prefix) bool { return exposure.Public(p.Addr()) }) {
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
				list = append(list, proof{strength: publicAddress, why: fmt.Sprintf("its interface %s has the public address %s", f.Name, p.Addr()), where: f.Where})
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
				list = append(list, proof{strength: namedPublicly, why: fmt.Sprintf("the DNS gives %s the public address %s", h.Name, a), where: h.Where})
			}
		}
	}
	return list
}
