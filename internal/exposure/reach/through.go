package reach

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/exposure/policy"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
)

// maxChain bounds how many translations stand behind one another.
const maxChain = 4

// through gathers the ways to an address through other devices: those that are
// open, those that are closed, and whether all ways are known: gates stand
// before the address, and their configurations tell all that leads there.
func (m *Model) through(d *inventory.Device, a netip.Addr, depth int) (open []proof, closed []passage, shut bool) {
	passed := func(list []passage) {
		for _, p := range list {
			if proof, ok := p.proof(); ok {
				open = append(open, proof)
			} else {
				closed = append(closed, p)
			}
		}
	}
	known := true
	var otherwise []passage // what is said where no rule says more
	for _, g := range m.gates {
		out, ok := g.behind(a)
		if !ok || g.device == d {
			continue
		}
		shut, known = true, known && g.policy.Unread == ""
		if g.policy.Unread != "" {
			open = append(open, proof{strength: forwarded, restricted: true, why: fmt.Sprintf("%s, which stands before it, has %s, which is not understood", g.device.Name, g.policy.Unread)})
		}
		if exposure.Public(a) {
			passed((&way{gate: g, to: a, out: out, inputs: g.inputs}).passages())
		} else {
			otherwise = append(otherwise, passage{why: fmt.Sprintf("%s, which stands before it, leads nobody from the Internet to %s", g.device.Name, a), where: []inventory.Citation{out.Where}})
		}
	}
	for _, r := range m.rules {
		if r.device == d || r.Kind == inventory.Management || r.Kind == inventory.DNSRecord || !r.Inside.IsValid() || !r.Inside.Contains(a) {
			continue
		}
		switch ways := m.translated(r, a); {
		case len(ways) > 0:
			for _, w := range ways {
				passed(w.passages())
			}
		case r.fromInternet():
			open = append(open, r.plain())
		case r.Outside.IsValid() && depth < maxChain && !r.Outside.Contains(a):
			upstream, _, _ := m.through(r.device, r.Outside.Addr(), depth+1)
			open = append(open, r.behind(upstream)...)
		}
	}
	return open, append(closed, otherwise...), shut && known
}

// translated are the ways by a translation through the gates that have it.
func (m *Model) translated(r rule, a netip.Addr) (ways []*way) {
	if !r.fromInternet() && !m.outerAddress(r) {
		return nil
	}
	for _, g := range m.gates {
		if g.device != r.device {
			continue
		}
		var inputs []*inventory.Interface
		for _, f := range g.inputs {
			if r.isOf(f) {
				inputs = append(inputs, f)
			}
		}
		if len(inputs) > 0 {
			out, _ := g.behind(a)
			ways = append(ways, &way{gate: g, to: a, out: out, hint: r.Hint, inputs: inputs})
		}
	}
	return ways
}

// outerAddress reports whether a rule's outer address lies in a network that
// faces the Internet, though it is private: the provider translates once more.
func (m *Model) outerAddress(r rule) bool {
	return slices.ContainsFunc(m.gates, func(g *gate) bool {
		return g.device == r.device && slices.ContainsFunc(g.inputs, func(f *inventory.Interface) bool {
			return slices.ContainsFunc(f.Prefixes, func(p netip.Prefix) bool { return r.Outside.IsValid() && p.Masked().Contains(r.Outside.Addr()) })
		})
	})
}

// plain is the proof that a rule is, where no policy tells who may use it.
func (r *rule) plain() proof {
	p := proof{strength: forwarded, protocol: r.Protocol, ports: r.Inner, where: []inventory.Citation{r.Where}}
	if p.ports == (inventory.PortRange{}) {
		p.ports = r.Outer
	}
	if r.Kind == inventory.Balance {
		p.strength = balanced
	}
	p.why = fmt.Sprintf("a %s of %s leads there from %s", r.Kind, r.device.Name, place(r.Hint))
	p.restrict(r.Peers)
	return p
}

// restrict notes that only some peers may take a way.
func (p *proof) restrict(peers []string) {
	if !Anybody(peers) {
		p.restricted = true
		p.why += ", for " + strings.Join(peers, ", ") + " only"
	}
}

// behind are the proofs that reach a rule's outer address, led on by it.
func (r *rule) behind(upstream []proof) (list []proof) {
	for _, u := range upstream {
		if r.Protocol != "" && u.protocol != "" && u.protocol != r.Protocol || r.Outer.First != 0 && !u.ports.Holds(r.Outer.First) {
			continue
		}
		p := r.plain()
		if p.ports == (inventory.PortRange{}) {
			p.ports = u.ports
		}
		p.restricted = p.restricted || u.restricted
		p.why += "; " + u.why
		p.where = append(p.where, u.where...)
		list = append(list, p)
	}
	return list
}

// proof turns what a gate says into one; not ok if the gate keeps everybody
// out.
func (p *passage) proof() (proof, bool) {
	return proof{strength: forwarded, protocol: p.protocol, ports: p.ports, restricted: p.answer != facts.Yes, why: p.why, where: p.where}, p.answer != facts.No || p.peers != ""
}

// own is the proof that a device's own service or virtual server is.
func (m *Model) own(r rule) (p proof, ok bool) {
	if r.Kind == inventory.Balance {
		p = r.plain()
		p.ports = r.Outer
		return p, true
	}
	reached := m.Management(r.device, r.Hint)
	p = proof{strength: forwarded, protocol: r.Protocol, ports: r.Outer, restricted: reached.Exposed != facts.Yes, why: reached.Why, where: reached.Where}
	return p, reached.Exposed != facts.No
}

// Management says whether the Internet reaches a management service of a
// device: whether it answers on an interface that faces the Internet, and what
// the filters before it and its own list let in.
func (m *Model) Management(d *inventory.Device, h *inventory.Hint) exposure.Reach {
	r := rule{h, d}
	if h.Disabled || !r.onInternetSide() && !r.fromPublicAddress() {
		return exposure.Reach{Exposed: facts.No, Why: fmt.Sprintf("%s does not answer on the Internet side", h.Service), Where: []inventory.Citation{h.Where}}
	}
	p := proof{why: fmt.Sprintf("its configuration lets %s in on the Internet side", h.Service), where: []inventory.Citation{h.Where}}
	p.restrict(h.Peers)
	answer := facts.Yes
	if p.restricted {
		answer = facts.Unknown
	}
	judged := passage{}
	for _, g := range m.gates {
		if g.device == d {
			judged = g.local(&r)
		}
	}
	if judged.why == "" || judged.answer == facts.Yes {
		return exposure.Reach{Exposed: answer, Why: p.why, Where: append(p.where, judged.where...)}
	}
	if judged.peers != "" {
		judged.answer = facts.Unknown // not anybody, but not nobody
	}
	return exposure.Reach{Exposed: judged.answer, Why: judged.why, Where: append(p.where, judged.where...)}
}

// fromPublicAddress reports whether a service has a public address of its own.
func (r *rule) fromPublicAddress() bool {
	return r.Outside.IsValid() && exposure.Public(r.Outside.Addr())
}

// local asks a gate about a service of its own, on the interface where most may
// come in.
func (g *gate) local(r *rule) (best passage) {
	p := *g.policy
	if i := slices.IndexFunc(p.Guards, func(f inventory.Filter) bool { return f.Name == r.Guard }); i >= 0 && r.Guard != "" {
		guard := p.Guards[i]
		guard.Scope = inventory.ToDevice
		p.Filters = append(slices.Clone(p.Filters), guard)
	}
	for _, in := range g.inputs {
		if !r.isOf(in) {
			continue
		}
		to := policy.Target{Addr: netip.IPv4Unspecified(), Port: r.Outer.First} // of an interface that is given its address
		if r.Outside.IsValid() {
			to.Addr = r.Outside.Addr()
		} else if len(in.Prefixes) > 0 {
			to.Addr = in.Prefixes[0].Addr()
		}
		packet := &policy.Packet{In: in, Out: in, Local: true, Protocol: r.Protocol, Sent: to, Arrives: to}
		o := policy.Ask(&p, packet, policy.Internet(to.Addr))
		v := passage{answer: o.Anybody()}
		for _, d := range o.Deciding {
			if c := d.Where(); c.Path != "" {
				v.where = append(v.where, c)
			}
		}
		switch {
		case v.answer == facts.Unknown:
			v.why = fmt.Sprintf("whether its filters let %s in turns on %s", r.Service, o.Why)
		case v.answer == facts.No && len(o.Allowed) > 0:
			v.peers = shorten(o.Allowed.String())
			v.why = fmt.Sprintf("its filters let %s in for %s only", r.Service, v.peers)
		case v.answer == facts.No:
			v.why = fmt.Sprintf("its filters keep %s from the Internet by %s", r.Service, deciding(o))
		default:
			v.why = "its filters let it in"
		}
		if best.why == "" || rank(v) > rank(best) {
			best = v
		}
	}
	return best
}
