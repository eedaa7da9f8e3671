package netconfig

import (
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// junosFilters are the filters of packets, and what interfaces ask them.
type junosFilters struct {
	filters map[string]*junosFilter // by family and name
	bound   []binding
	lists   map[string][]netip.Prefix
	unknown map[string]bool // lists that are made of other parts of the configuration
}

type junosFilter struct {
	terms []*junosTerm
}

// junosTerm is a term with its conditions as written.
type junosTerm struct {
	name  string
	from  map[string][]string
	then  []string
	where inventory.Citation
}

func newJunosFilters() junosFilters {
	return junosFilters{filters: map[string]*junosFilter{}, lists: map[string][]netip.Prefix{}, unknown: map[string]bool{}}
}

func filterKey(name string, ipv6 bool) string {
	if ipv6 {
		return "inet6 " + name
	}
	return "inet " + name
}

// bind notes that an interface asks a filter: "input", "output", and lists of
// them.
func (f *junosFilters) bind(iface, direction, name string, ipv6 bool) {
	f.bound = append(f.bound, binding{iface, name, direction, ipv6})
}

// command reads "family inet filter F term T from protocol tcp".
func (f *junosFilters) command(w []string, where inventory.Citation) {
	ipv6 := false
	if len(w) > 2 && w[0] == "family" {
		if w[1] != "inet" && w[1] != "inet6" {
			return
		}
		ipv6, w = w[1] == "inet6", w[2:]
	}
	if len(w) < 5 || w[0] != "filter" || w[2] != "term" {
		return
	}
	key := filterKey(w[1], ipv6)
	if f.filters[key] == nil {
		f.filters[key] = &junosFilter{}
	}
	t := f.filters[key].term(w[3], where)
	switch rest := w[5:]; {
	case w[4] == "then":
		t.then = append(t.then, strings.Join(rest, " "))
		t.where = where
	case w[4] == "from" && len(rest) > 0:
		t.from[rest[0]] = append(t.from[rest[0]], strings.Join(rest[1:], " "))
	default:
		t.from[w[4]] = append(t.from[w[4]], strings.Join(rest, " "))
	}
}

func (f *junosFilter) term(name string, where inventory.Citation) *junosTerm {
	for _, t := range f.terms {
		if t.name == name {
			return t
		}
	}
	t := &junosTerm{name: name, from: map[string][]string{}, where: where}
	f.terms = append(f.terms, t)
	return t
}

// prefixes reads "prefix-list L 192.0.2.0/24".
func (f *junosFilters) prefixes(w []string) {
	if len(w) < 3 || w[0] != "prefix-list" {
		return
	}
	if p := single(w[2]); p.IsValid() {
		f.lists[w[1]] = append(f.lists[w[1]], p)
	} else {
		f.unknown[w[1]] = true // "apply-path"
	}
}

// understood turns the bound filters into rules.
func (f *junosFilters) understood(b binding) (filter inventory.Filter, ok bool) {
	known := f.filters[filterKey(b.list, b.ipv6)]
	if known == nil {
		return filter, false
	}
	all := ipset.All4()
	if b.ipv6 {
		all = ipset.All6()
	}
	filter = inventory.Filter{Name: b.list, Default: inventory.Allow}
	for _, t := range known.terms {
		filter.Rules = append(filter.Rules, f.rules(t, all)...)
		filter.Where = t.where
	}
	filter.Rules = append(filter.Rules, inventory.Rule{Name: "end of the filter", Action: inventory.Deny, Source: all, Destination: all, Where: filter.Where})
	return filter, true
}

// bindings are the filters that interfaces ask. One that is bound and not
// defined cannot be committed.
func (f *junosFilters) bindings() (list []inventory.Filter) {
	for _, b := range f.bound {
		filter, ok := f.understood(b)
		if !ok {
			continue
		}
		switch {
		case strings.HasPrefix(b.iface, "lo0") && strings.HasPrefix(b.direction, "input"):
			filter.Scope = inventory.ToDevice
		case strings.HasPrefix(b.direction, "input"):
			filter.Scope, filter.In, filter.Original = inventory.Every, []string{b.iface}, true
		default:
			filter.Out = []string{b.iface}
		}
		list = append(list, filter)
	}
	return list
}

// rules are those of a term: one, or one for each way that a condition on
// either end can be met.
func (f *junosFilters) rules(t *junosTerm, all ipset.Set) []inventory.Rule {
	r := inventory.Rule{Name: "term " + t.name, Action: inventory.Allow, Source: all, Destination: all, Where: t.where}
	for _, action := range t.then {
		switch word, _, _ := strings.Cut(action, " "); word {
		case "discard", "reject":
			r.Action = inventory.Deny
		case "next":
			return nil
		}
	}
	c := junosConditions{junosFilters: f, rule: r, all: all}
	for _, name := range sortedSet(conditionNames(t.from)) {
		c.condition(name, t.from[name])
	}
	if c.never || c.chosen && r.Action == inventory.Deny {
		return nil
	}
	c.traffic(t)
	if c.either == nil {
		return []inventory.Rule{c.rule}
	}
	source, destination := c.rule, c.rule
	source.Source = source.Source.Intersect(c.either)
	destination.Destination = destination.Destination.Intersect(c.either)
	return []inventory.Rule{source, destination}
}

func conditionNames(m map[string][]string) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	return names
}

// junosConditions reads the conditions of a term.
type junosConditions struct {
	*junosFilters
	rule   inventory.Rule
	all    ipset.Set
	either ipset.Set // either end is one of these
	never  bool      // no new connection meets it
	chosen bool      // the sender chooses whether to meet it
}

func (c *junosConditions) condition(name string, values []string) {
	switch name {
	case "source-address":
		c.rule.Source = c.rule.Source.Intersect(excepting(values))
	case "destination-address":
		c.rule.Destination = c.rule.Destination.Intersect(excepting(values))
	case "address":
		c.either = excepting(values)
	case "source-prefix-list":
		c.rule.Source = c.rule.Source.Intersect(c.named(values))
	case "destination-prefix-list":
		c.rule.Destination = c.rule.Destination.Intersect(c.named(values))
	case "prefix-list":
		c.either = c.named(values)
	case "protocol", "next-header", "payload-protocol", "destination-port", "source-port", "port", "icmp-type", "icmp-code", "icmp-type-except", "icmp-code-except":
	case "tcp-established", "is-fragment", "fragment-offset":
		c.never = true
	case "tcp-initial", "first-fragment", "fragment-offset-except":
	case "tcp-flags":
		flags := strings.Join(values, " ")
		switch {
		case strings.Contains(flags, "!ack") || flags == "syn":
		case strings.Contains(flags, "ack") || strings.Contains(flags, "rst") || strings.Contains(flags, "fin"):
			c.never = true
		default:
			c.doubt("flags of TCP")
		}
	case "dscp", "precedence", "ttl", "hop-limit", "packet-length", "traffic-class", "ip-options", "source-port-except":
		c.chosen = true
	default:
		c.doubt("the condition " + name)
	}
}

func (c *junosConditions) doubt(what string) {
	if c.rule.Unclear == "" {
		c.rule.Unclear = what
	}
}

// excepting is the set of addresses, of which those written "except" are taken
// out: the most specific network that holds an address decides.
func excepting(values []string) (set ipset.Set) {
	type part struct {
		network netip.Prefix
		except  bool
	}
	var parts []part
	for _, v := range values {
		text, rest, _ := strings.Cut(v, " ")
		parts = append(parts, part{single(text), rest == "except"})
	}
	slices.SortStableFunc(parts, func(a, b part) int { return a.network.Bits() - b.network.Bits() })
	for _, p := range parts {
		if p.except {
			set = set.Minus(ipset.OfPrefixes(p.network))
		} else {
			set = set.Union(ipset.OfPrefixes(p.network))
		}
	}
	return set
}

// named is what lists hold, without those written "except".
func (c *junosConditions) named(values []string) ipset.Set {
	var all []string
	for _, v := range values {
		name, rest, _ := strings.Cut(v, " ")
		if c.unknown[name] || c.lists[name] == nil {
			c.doubt("the list " + name)
			return c.all
		}
		for _, p := range c.lists[name] {
			all = append(all, strings.TrimSpace(p.String()+" "+rest))
		}
	}
	return excepting(all)
}

// traffic puts protocols and ports together. A condition on ports without a
// protocol holds for all that have ports.
func (c *junosConditions) traffic(t *junosTerm) {
	protocols := append(append(slices.Clone(t.from["protocol"]), t.from["next-header"]...), t.from["payload-protocol"]...)
	to, from, either := c.ports(t.from["destination-port"]), c.ports(t.from["source-port"]), c.ports(t.from["port"])
	if len(protocols) == 0 {
		if to == nil && from == nil && either == nil && len(t.from["icmp-type"]) == 0 {
			return
		}
		protocols = []string{"tcp", "udp"}
	}
	for _, p := range protocols {
		if n, _ := digits(p); n == p {
			p = protocolOf(p)
		}
		if p == "icmp6" || p == "icmpv6" {
			p = "icmp"
		}
		for _, d := range orAll(to) {
			for _, s := range orAll(from) {
				c.rule.Services = append(c.rule.Services, inventory.Traffic{Protocol: p, Ports: d, SourcePorts: s})
			}
		}
		if either != nil {
			c.rule.Services = c.rule.Services[:len(c.rule.Services)-max(len(to), 1)*max(len(from), 1)]
			for _, e := range either {
				c.rule.Services = append(c.rule.Services, inventory.Traffic{Protocol: p, Ports: e}, inventory.Traffic{Protocol: p, SourcePorts: e})
			}
		}
	}
}

func orAll(list []inventory.PortRange) []inventory.PortRange {
	if list == nil {
		return []inventory.PortRange{{}}
	}
	return list
}

func (c *junosConditions) ports(values []string) (list []inventory.PortRange) {
	for _, v := range values {
		p := ports(v)
		if p.Last == 0 {
			c.doubt("the port " + v)
			continue
		}
		list = append(list, inventory.PortRange{First: max(p.First, 1), Last: p.Last})
	}
	return list
}
