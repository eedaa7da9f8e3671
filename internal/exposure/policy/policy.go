// Package policy answers "who gets through?" from the rules of a firewall or
// router: for one packet, which senders its filters let pass, exactly, and
// which rule decides. What a configuration leaves open stays open: such senders
// are neither let in nor kept out.
package policy

import (
	"net/netip"
	"slices"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// Packet is the first of a new connection, from senders yet to be told.
type Packet struct {
	In, Out *inventory.Interface // Out nil: not known, or the packet is for the device
	Local   bool                 // it is for the device itself
	// Protocol is "tcp", "udp", …
	Protocol string
	// SourcePort is what the sender sends from; 0: whatever serves it best.
	SourcePort uint16
	// Sent is where the sender sends it, Arrives where the device delivers it:
	// they differ if a translation, Forward, stands between.
	Sent, Arrives Target
	Forward       string
	Translated    bool
}

// Target is an address and a port.
type Target struct {
	Addr netip.Addr
	Port uint16
}

// Outcome says which senders get through.
type Outcome struct {
	Allowed ipset.Set
	// Unclear are those of whom the configuration does not tell.
	Unclear ipset.Set
	// Why is what is unclear.
	Why string
	// Allowing and Denying are the decisions for the most senders, in each
	// filter that was passed, or in the one that let nobody through.
	Deciding []Decision
}

// Decision is a rule that decided, or the end of a filter's list.
type Decision struct {
	Filter *inventory.Filter
	Rule   *inventory.Rule // nil: the list ended
	Action inventory.Action
	of     ipset.Set
}

// Where is the line that decides.
func (d Decision) Where() inventory.Citation {
	if d.Rule != nil {
		return d.Rule.Where
	}
	return d.Filter.Where
}

// Ask says which of the senders a policy lets through.
func Ask(p *inventory.Policy, packet *Packet, senders ipset.Set) Outcome {
	out := Outcome{Allowed: senders}
	for i := range p.Filters {
		f := &p.Filters[i]
		judges, sure := concerns(f, packet)
		if !judges {
			continue
		}
		w := walk{packet: packet, filter: f, rest: out.Allowed.Union(out.Unclear)}
		w.run(sure)
		if !w.touched && f.Default == inventory.Allow && sure {
			continue // it has nothing to say of this packet
		}
		out.Deciding = append(out.Deciding, w.deciding(f)...)
		out.Unclear = out.Unclear.Minus(w.denied).Union(w.unclear)
		out.Allowed = out.Allowed.Intersect(w.allowed)
		if out.Why == "" {
			out.Why = w.why
		}
		if len(out.Allowed) == 0 && len(out.Unclear) == 0 {
			out.Deciding = w.deciding(f)
			break
		}
	}
	return out
}

// concerns reports whether a filter judges a packet, and whether that is sure.
func concerns(f *inventory.Filter, p *Packet) (judges, sure bool) {
	if p.Local && f.Scope == inventory.Through || !p.Local && f.Scope == inventory.ToDevice {
		return false, true
	}
	if !by(f.In, p.In) {
		return false, true
	}
	if len(f.Out) == 0 || p.Local {
		return len(f.Out) == 0, true
	}
	if p.Out == nil {
		return true, false
	}
	return by(f.Out, p.Out), true
}

// by reports whether an interface is one of those named; none named are all.
func by(names []string, i *inventory.Interface) bool {
	return len(names) == 0 || i != nil && slices.ContainsFunc(names, func(n string) bool { return n != "" && (n == i.Name || n == i.Label) })
}

// walk goes through the rules of one filter. Senders leave rest as soon as a
// rule that matches for certain decides on them; what rules that may match
// would do is remembered until then.
type walk struct {
	packet  *Packet
	filter  *inventory.Filter
	rest    ipset.Set
	may     [2]ipset.Set // by action: senders that an unclear rule may have decided on
	allowed ipset.Set
	denied  ipset.Set
	unclear ipset.Set
	why     string
	whose   ipset.Set // senders that why is about
	touched bool      // a rule matched
	best    [2]Decision
}

// run asks all rules. If the filter itself may not concern the packet, what it
// denies is unclear.
func (w *walk) run(sure bool) {
	if !sure {
		w.maybe(inventory.Allow, w.rest, "which interface it leaves by")
	}
	w.rules(w.filter.Rules, w.rest, "")
	w.decide(w.filter.Default, w.rest, nil)
}

// rules asks the rules of a chain for the senders within. If it is not certain
// that the chain is asked at all, unclear says why.
func (w *walk) rules(list []inventory.Rule, within ipset.Set, unclear string) {
	for i := range list {
		r := &list[i]
		if len(w.rest) == 0 {
			return
		}
		matches, sure := w.matches(r)
		if !matches {
			continue
		}
		senders := w.rest.Intersect(within).Intersect(r.Source)
		if len(senders) == 0 {
			continue
		}
		w.touched = true
		doubt := unclear
		if doubt == "" && r.Unclear != "" {
			doubt = r.Unclear
		}
		if doubt == "" && !sure {
			doubt = "which interface it leaves by"
		}
		switch r.Action {
		case inventory.Call:
			w.rules(r.Chain, senders, doubt)
		case inventory.Return:
			if doubt != "" { // whether the rest of the chain is asked is not known either
				unclear = doubt
				continue
			}
			within = within.Minus(senders)
		default:
			if doubt != "" {
				w.maybe(r.Action, senders, doubt)
				continue
			}
			w.decide(r.Action, senders, r)
		}
	}
}

// maybe notes what a rule does to senders if it matches.
func (w *walk) maybe(a inventory.Action, senders ipset.Set, why string) {
	w.may[a] = w.may[a].Union(senders)
	if w.why == "" || larger(senders, w.whose) {
		w.why, w.whose = why, senders
	}
}

// decide settles senders. Those of whom an unclear rule before may have said
// the opposite stay unclear.
func (w *walk) decide(a inventory.Action, senders ipset.Set, r *inventory.Rule) {
	w.rest = w.rest.Minus(senders)
	certain := senders.Minus(w.may[1-a])
	w.unclear = w.unclear.Union(senders.Minus(certain))
	if a == inventory.Allow {
		w.allowed = w.allowed.Union(certain)
	} else {
		w.denied = w.denied.Union(certain)
	}
	if best := &w.best[a]; larger(certain, best.of) {
		*best = Decision{w.filter, r, a, certain}
	}
}

// larger compares sets by how much of the Internet they are.
func larger(a, b ipset.Set) bool {
	if a4, b4 := a.Size4(), b.Size4(); a4 != b4 {
		return a4 > b4
	}
	return a.Size6() > b.Size6()
}

// deciding is what decided for most: the rule that let in, or, if none did, the
// one that kept out.
func (w *walk) deciding(f *inventory.Filter) []Decision {
	for _, a := range []inventory.Action{inventory.Allow, inventory.Deny} {
		if d := w.best[a]; d.Filter != nil {
			return []Decision{d}
		}
	}
	return nil
}

// matches reports whether a rule may match a packet, whoever sends it, and
// whether all of the packet that is known says so.
func (w *walk) matches(r *inventory.Rule) (matches, sure bool) {
	p := w.packet
	target := p.Arrives
	if w.filter.Original {
		target = p.Sent
	}
	named := p.Translated && slices.Contains(r.Forwards, p.Forward)
	if !named && (p.Translated && r.Untranslated || !r.Destination.Contains(target.Addr)) {
		return false, true
	}
	if r.Translated && !p.Translated || !by(r.In, p.In) || len(r.NotIn) > 0 && by(r.NotIn, p.In) || !w.carries(r, target.Port) {
		return false, true
	}
	if len(r.Out)+len(r.NotOut) == 0 {
		return true, true
	}
	if p.Out == nil && !p.Local {
		return true, false
	}
	return by(r.Out, p.Out) && (len(r.NotOut) == 0 || !by(r.NotOut, p.Out)), true
}

// carries reports whether a rule is for the packet's protocol and ports. A
// sender that may choose its port chooses the one that gets it in.
func (w *walk) carries(r *inventory.Rule, port uint16) bool {
	p := w.packet
	if len(r.Services) == 0 {
		return true
	}
	return slices.ContainsFunc(r.Services, func(t inventory.Traffic) bool {
		if t.Protocol != "" && t.Protocol != p.Protocol || !t.Ports.Holds(port) {
			return false
		}
		if p.SourcePort != 0 {
			return t.SourcePorts.Holds(p.SourcePort)
		}
		return t.SourcePorts == inventory.PortRange{} || r.Action != inventory.Deny
	})
}
