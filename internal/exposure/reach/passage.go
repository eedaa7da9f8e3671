package reach

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/exposure"
	"seawall/internal/exposure/policy"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// gate is a device with a policy that stands between the Internet and others.
type gate struct {
	device *inventory.Device
	policy *inventory.Policy
	inputs []*inventory.Interface // that face the Internet
}

// gatesOf lists the gates of an inventory.
func gatesOf(inv *inventory.Inventory) (gates []*gate) {
	for _, d := range inv.Devices {
		inputs := inputsOf(d)
		if len(inputs) == 0 {
			continue
		}
		for _, p := range d.Policies {
			gates = append(gates, &gate{d, p, inputs})
		}
	}
	return gates
}

// inputsOf are the interfaces of a device that face the Internet: those that
// its configuration tells by name, role or default route, or else those with a
// public address.
func inputsOf(d *inventory.Device) (list []*inventory.Interface) {
	told := slices.ContainsFunc(d.Interfaces, func(f inventory.Interface) bool { return f.Side == inventory.InternetSide && !f.Down })
	for i := range d.Interfaces {
		if f := &d.Interfaces[i]; facesInternet(f) && (!told || f.Side == inventory.InternetSide) {
			list = append(list, f)
		}
	}
	return list
}

func facesInternet(f *inventory.Interface) bool {
	public := slices.ContainsFunc(f.Prefixes, func(p netip.Prefix) bool { return exposure.Public(p.Addr()) })
	return !f.Down && (f.Side == inventory.InternetSide || f.Side == inventory.UnknownSide && public)
}

// behind returns the interface by which a gate reaches an address; ok if that
// is one away from the Internet.
func (g *gate) behind(a netip.Addr) (out *inventory.Interface, ok bool) {
	longest := -1
	see := func(network netip.Prefix, f *inventory.Interface) {
		if f != nil && network.Contains(a) && network.Bits() > longest {
			out, longest = f, network.Bits()
		}
	}
	for i := range g.device.Interfaces {
		f := &g.device.Interfaces[i]
		for _, p := range f.Prefixes {
			if !f.Down {
				see(p.Masked(), f)
			}
		}
	}
	for _, r := range g.policy.Routes {
		see(r.Network, g.leaves(r))
	}
	if out == nil || slices.Contains(g.inputs, out) || slices.ContainsFunc(out.Prefixes, func(p netip.Prefix) bool { return p.Addr() == a }) {
		return nil, false
	}
	return out, true
}

// leaves returns the interface that a route leads out by.
func (g *gate) leaves(r inventory.Route) *inventory.Interface {
	for i := range g.device.Interfaces {
		f := &g.device.Interfaces[i]
		if r.Interface != "" && (f.Name == r.Interface || f.Label == r.Interface) {
			return f
		}
		for _, p := range f.Prefixes {
			if r.Interface == "" && r.Next.IsValid() && p.Masked().Contains(r.Next) {
				return f
			}
		}
	}
	return nil
}

// passage is what the policy of a gate says of a way to a range of ports.
type passage struct {
	protocol string
	ports    inventory.PortRange
	answer   facts.Answer
	peers    string // who may pass, if not anybody may
	why      string
	where    []inventory.Citation
	open     bool // no filter judged it
}

// way is a way through a gate to an address behind it.
type way struct {
	*gate
	to     netip.Addr
	out    *inventory.Interface // nil: not known
	hint   *inventory.Hint      // the translation that leads there; nil: none
	inputs []*inventory.Interface
}

// passages asks the gate about every port that its rules tell apart.
func (w *way) passages() (list []passage) {
	protocols := []string{"tcp", "udp"}
	within := inventory.PortRange{}
	if w.hint != nil {
		within = cmp.Or(w.hint.Inner, w.hint.Outer)
		if w.hint.Protocol == "tcp" || w.hint.Protocol == "udp" {
			protocols = []string{w.hint.Protocol}
		} else if w.hint.Protocol != "" {
			return nil
		}
	}
	for _, protocol := range protocols {
		for _, ports := range w.cells(protocol, within) {
			p := w.ask(protocol, ports.First)
			p.protocol, p.ports = protocol, ports
			if n := len(list); n > 0 && list[n-1].continues(&p) {
				list[n-1].ports.Last = ports.Last
				continue
			}
			list = append(list, p)
		}
	}
	return list
}

// continues reports whether a passage goes on in the next.
func (p *passage) continues(next *passage) bool {
	return p.protocol == next.protocol && p.ports.Last+1 == next.ports.First && p.answer == next.answer && p.peers == next.peers && p.why == next.why
}

// cells parts ports into ranges that all rules treat alike.
func (w *way) cells(protocol string, within inventory.PortRange) (cells []inventory.PortRange) {
	if within == (inventory.PortRange{}) {
		within = inventory.PortRange{First: 1, Last: 65535}
	}
	starts := []int{int(within.First)}
	shift := 0
	if w.hint != nil && w.hint.Inner.First != 0 && w.hint.Outer.First != 0 {
		shift = int(w.hint.Inner.First) - int(w.hint.Outer.First)
	}
	var gather func(rules []inventory.Rule, by int)
	gather = func(rules []inventory.Rule, by int) {
		for i := range rules {
			for _, t := range rules[i].Services {
				if t.Protocol == "" || t.Protocol == protocol {
					starts = append(starts, int(t.Ports.First)+by, int(max(t.Ports.First, t.Ports.Last))+1+by)
				}
			}
			gather(rules[i].Chain, by)
		}
	}
	for i := range w.policy.Filters {
		f := &w.policy.Filters[i]
		if f.Original {
			gather(f.Rules, shift)
		} else {
			gather(f.Rules, 0)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	last := int(max(within.First, within.Last))
	for i, start := range starts {
		if start < int(within.First) || start > last {
			continue
		}
		end := last
		if i+1 < len(starts) {
			end = min(starts[i+1]-1, last)
		}
		cells = append(cells, inventory.PortRange{First: uint16(start), Last: uint16(end)})
	}
	return cells
}

// ask asks the gate about one port.
func (w *way) ask(protocol string, port uint16) passage {
	best := passage{}
	for _, in := range w.inputs {
		sent, known := w.sent(in, port)
		packet := &policy.Packet{
			In: in, Out: w.out, Protocol: protocol, Arrives: policy.Target{Addr: w.to, Port: port}, Sent: sent, Translated: w.hint != nil,
		}
		if w.hint != nil {
			packet.Forward = w.hint.Name
		}
		senders := policy.Internet(w.to)
		if w.hint != nil {
			senders = senders.Intersect(peersOf(w.hint.Peers))
		}
		p := w.judge(policy.Ask(w.policy, packet, senders), in)
		if !known && p.answer != facts.No {
			p.answer, p.why = facts.Unknown, "the address that "+w.device.Name+" translates is not known"
		}
		if best.why == "" || rank(p) > rank(best) {
			best = p
		}
	}
	return best
}

// rank orders answers by how far they open.
func rank(p passage) int {
	switch {
	case p.answer == facts.Yes:
		return 3
	case p.answer == facts.Unknown:
		return 2
	case p.peers != "":
		return 1
	}
	return 0
}

// sent is where the sender sends what arrives at a port; not known if the
// address is one that the configuration does not tell.
func (w *way) sent(in *inventory.Interface, port uint16) (t policy.Target, known bool) {
	if w.hint == nil {
		return policy.Target{Addr: w.to, Port: port}, true
	}
	t.Port = port
	if w.hint.Outer.First != 0 {
		t.Port = w.hint.Outer.First
		if w.hint.Inner.First != 0 && port >= w.hint.Inner.First {
			t.Port += port - w.hint.Inner.First
		}
	}
	switch {
	case w.hint.Outside.IsValid() && !w.hint.Outside.Addr().IsUnspecified():
		t.Addr = w.hint.Outside.Addr()
		if w.hint.Inside.Bits() == w.hint.Outside.Bits() {
			t.Addr = moved(w.to, w.hint.Inside, w.hint.Outside)
		}
		return t, true
	case len(in.Prefixes) > 0:
		t.Addr = in.Prefixes[0].Addr()
		return t, true
	}
	t.Addr = netip.IPv4Unspecified()
	original := slices.ContainsFunc(w.policy.Filters, func(f inventory.Filter) bool { return f.Original && len(f.Rules) > 0 })
	return t, !original
}

// moved gives the address at the same place of another network of the same
// size.
func moved(a netip.Addr, from, to netip.Prefix) netip.Addr {
	if a.Is4() != to.Addr().Is4() || from.Bits() != to.Bits() {
		return to.Addr()
	}
	host, network := a.AsSlice(), to.Masked().Addr().AsSlice()
	for bit := to.Bits(); bit < len(host)*8; bit++ {
		mask := byte(0x80) >> (bit % 8)
		network[bit/8] = network[bit/8]&^mask | host[bit/8]&mask
	}
	moved, _ := netip.AddrFromSlice(network)
	return moved
}

// peersOf is the set of peers that a rule names; groups are nobody known.
func peersOf(peers []string) ipset.Set {
	if Anybody(peers) {
		return ipset.All()
	}
	var list []netip.Prefix
	for _, peer := range peers {
		if p, err := netip.ParsePrefix(peer); err == nil {
			list = append(list, p)
		} else if a, err := netip.ParseAddr(peer); err == nil {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return ipset.OfPrefixes(list...)
}

// judge words what a gate says.
func (w *way) judge(o policy.Outcome, in *inventory.Interface) passage {
	p := passage{answer: o.Anybody()}
	if p.answer == facts.No && len(o.Allowed) > 0 {
		p.peers = shorten(o.Allowed.String())
	}
	for _, d := range o.Deciding {
		if c := d.Where(); c.Path != "" {
			p.where = append(p.where, c)
		}
	}
	if w.hint != nil {
		p.where = append(p.where, w.hint.Where)
	}
	name := deciding(o)
	switch {
	case p.answer == facts.Yes && w.hint != nil:
		p.why = fmt.Sprintf("%s leads there from %s", w.the(), place(w.hint))
		if name != "" {
			p.why += ", and " + name + " lets anybody in"
		}
	case p.answer == facts.Yes && len(o.Deciding) == 0:
		p.open = true
		p.why = fmt.Sprintf("%s, which stands before it, has no filter there", w.device.Name)
		p.where = append(p.where, in.Where)
	case p.answer == facts.Yes:
		p.why = fmt.Sprintf("%s, which stands before it, lets anybody in", w.device.Name)
		if name != "" {
			p.why += " by " + name
		}
	case p.answer == facts.Unknown:
		p.why = fmt.Sprintf("%s, which stands before it, cannot be judged from its configuration: it turns on %s", w.device.Name, o.Why)
	case p.peers != "":
		p.why = fmt.Sprintf("%s, which stands before it, lets %s in only", w.device.Name, p.peers)
	default:
		p.why = fmt.Sprintf("%s, which stands before it, keeps the Internet out", w.device.Name)
		if name != "" {
			p.why += " by " + name
		}
	}
	return p
}

// the names the translation of a way.
func (w *way) the() string {
	return fmt.Sprintf("a %s of %s", w.hint.Kind, w.device.Name)
}

// deciding names the rules that decided.
func deciding(o policy.Outcome) string {
	var names []string
	for _, d := range o.Deciding {
		name := "the end of " + d.Filter.Name
		if d.Rule != nil {
			name = fmt.Sprintf("%q", cmp.Or(d.Rule.Name, d.Rule.Where.Excerpt))
		}
		names = append(names, name)
	}
	return strings.Join(names, " and ")
}

// shorten keeps what people read of a long list.
func shorten(text string) string {
	if list := strings.Split(text, ", "); len(list) > 4 {
		return fmt.Sprintf("%s and %d more networks", strings.Join(list[:3], ", "), len(list)-3)
	}
	return text
}
