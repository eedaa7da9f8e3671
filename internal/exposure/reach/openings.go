package reach

import (
	"cmp"
	"net/netip"
	"slices"

	"seawall/internal/exposure"
	"seawall/internal/intel/facts"
	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// Openings lists what devices let the Internet reach behind them, whether or not
// the evidence tells what answers there: by device, in the order of addresses
// and ports.
func (m *Model) Openings() (list []exposure.Opening) {
	for _, g := range m.gates {
		list = append(list, m.translatedOpenings(g)...)
		list = append(list, g.directOpenings()...)
	}
	return list
}

func (m *Model) translatedOpenings(g *gate) (list []exposure.Opening) {
	for _, r := range m.rules {
		if r.device != g.device || r.Kind != inventory.Forward && r.Kind != inventory.Balance || !r.Inside.IsValid() {
			continue
		}
		to := r.Inside.Masked().Addr()
		for _, w := range m.translated(r, to) {
			if w.gate == g {
				list = w.open(list, ipset.OfPrefixes(r.Inside))
			}
		}
	}
	return list
}

// open adds what a way leads to, for addresses that the gate treats alike.
func (w *way) open(list []exposure.Opening, to ipset.Set) []exposure.Opening {
	for _, p := range w.passages() {
		if p.answer != facts.Yes {
			continue
		}
		o := exposure.Opening{Gate: w.device, To: to, Protocol: p.protocol, Ports: p.ports, Unfiltered: p.open, Reach: exposure.Reach{Exposed: p.answer, Why: p.why, Where: p.where}}
		same := slices.IndexFunc(list, func(k exposure.Opening) bool {
			return k.Protocol == o.Protocol && k.Ports == o.Ports && k.Why == o.Why && slices.Equal(k.Where, o.Where)
		})
		if same >= 0 {
			list[same].To = list[same].To.Union(to)
			continue
		}
		list = append(list, o)
	}
	return list
}

// maxParts bounds into how many ranges the addresses behind a gate are parted.
const maxParts = 4096

// directOpenings are those to public addresses that need no translation. The
// addresses are parted where a rule parts them; one of each part is asked about.
func (g *gate) directOpenings() (list []exposure.Opening) {
	parts := 0
	for _, network := range g.publicNetworks() {
		out, ok := g.behind(network.Addr())
		if !ok {
			continue
		}
		for _, part := range g.parts(network) {
			if parts++; parts > maxParts {
				return list
			}
			w := &way{gate: g, to: part.First, out: out, inputs: g.inputs}
			list = w.open(list, ipset.Set{part})
		}
	}
	return list
}

// publicNetworks are those of interfaces and routes that lead away from the
// Internet, of the size of a site.
func (g *gate) publicNetworks() (list []netip.Prefix) {
	add := func(p netip.Prefix) {
		if p = p.Masked(); exposure.Public(p.Addr()) && p.Bits() >= 8 {
			list = append(list, p)
		}
	}
	for i := range g.device.Interfaces {
		f := &g.device.Interfaces[i]
		for _, p := range f.Prefixes {
			if !f.Down && !slices.Contains(g.inputs, f) {
				add(p)
			}
		}
	}
	for _, r := range g.policy.Routes {
		if f := g.leaves(r); f != nil && !slices.Contains(g.inputs, f) {
			add(r.Network)
		}
	}
	slices.SortFunc(list, func(a, b netip.Prefix) int { return cmp.Or(a.Addr().Compare(b.Addr()), b.Bits()-a.Bits()) })
	return slices.Compact(list)
}

// parts are the ranges of a network that all rules treat alike.
func (g *gate) parts(network netip.Prefix) (list []ipset.Range) {
	whole := ipset.OfPrefixes(network)[0]
	starts := []netip.Addr{whole.First}
	var gather func([]inventory.Rule)
	gather = func(rules []inventory.Rule) {
		for i := range rules {
			for _, r := range rules[i].Destination {
				for _, a := range []netip.Addr{r.First, r.Last.Next()} {
					if network.Contains(a) {
						starts = append(starts, a)
					}
				}
			}
			gather(rules[i].Chain)
		}
	}
	for i := range g.policy.Filters {
		gather(g.policy.Filters[i].Rules)
	}
	slices.SortFunc(starts, netip.Addr.Compare)
	starts = slices.Compact(starts)
	for i, a := range starts {
		last := whole.Last
		if i+1 < len(starts) {
			last = starts[i+1].Prev()
		}
		list = append(list, ipset.Range{First: a, Last: last})
	}
	return list
}
