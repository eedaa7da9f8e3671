package netconfig

import (
	"slices"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// routerChains are the chains of rules of RouterOS.
type routerChains struct {
	lines     map[string][]routerLine // by section and chain
	addresses map[string]ipset.Set    // lists of addresses
	unclear   map[string]string       // lists that hold more than addresses
	lists     map[string][]string     // of interfaces
	built     map[string]*routerChain
}

// routerChain is a chain that is understood, and how many rules are asked in it
// at most.
type routerChain struct {
	rules []inventory.Rule
	size  int
}

// maxAsked bounds how many rules chains ask that call each other.
const maxAsked = 1 << 14

func newRouterChains() routerChains {
	return routerChains{lines: map[string][]routerLine{}, addresses: map[string]ipset.Set{}, unclear: map[string]string{}, built: map[string]*routerChain{}}
}

func (c *routerChains) add(section string, l routerLine) {
	key := section + " " + l.values["chain"]
	c.lines[key] = append(c.lines[key], l)
}

// address adds to a list of addresses.
func (c *routerChains) address(list, text string) {
	set, ok := panLiteral(text)
	if !ok {
		c.unclear[list] = "the list " + list + ", which holds the name " + text
		return
	}
	c.addresses[list] = c.addresses[list].Union(set)
}

// filters are the chains that packets enter by. What no rule decides passes.
func (c *routerChains) filters(lists map[string][]string) (list []inventory.Filter) {
	c.lists = lists
	for _, f := range []struct {
		section, chain string
		scope          inventory.Scope
		original       bool
	}{
		{"/ip firewall raw", "prerouting", inventory.Every, true},
		{"/ip firewall filter", "forward", inventory.Through, false}, {"/ip firewall filter", "input", inventory.ToDevice, false},
		{"/ipv6 firewall filter", "forward", inventory.Through, false}, {"/ipv6 firewall filter", "input", inventory.ToDevice, false},
	} {
		lines := c.lines[f.section+" "+f.chain]
		if len(lines) == 0 {
			continue
		}
		list = append(list, inventory.Filter{
			Name: "the chain " + f.chain, Scope: f.scope, Original: f.original, Rules: c.chain(f.section, f.chain).rules, Default: inventory.Allow, Where: lines[len(lines)-1].where,
		})
	}
	return list
}

// chain understands a chain, once; one that calls itself stays empty there.
func (c *routerChains) chain(section, name string) *routerChain {
	key := section + " " + name
	if known := c.built[key]; known != nil {
		return known
	}
	built := &routerChain{}
	c.built[key] = built
	for _, l := range c.lines[key] {
		r, ok := c.rule(section, &l)
		if !ok {
			continue
		}
		if target := l.values["jump-target"]; r.Action == inventory.Call {
			called := c.chain(section, target)
			r.Chain = called.rules
			built.size += called.size
			if built.size > maxAsked || len(called.rules) == 0 && len(c.lines[section+" "+target]) > 0 {
				r.Action, r.Chain, r.Unclear = inventory.Deny, nil, "the chain "+target
			}
		}
		built.size++
		built.rules = append(built.rules, r)
	}
	return built
}

// rule understands one; not ok if it decides on no new connection.
func (c *routerChains) rule(section string, l *routerLine) (inventory.Rule, bool) {
	all := ipset.All4()
	if strings.HasPrefix(section, "/ipv6") {
		all = ipset.All6()
	}
	m := routerMatch{routerChains: c, all: all, rule: inventory.Rule{Name: l.values["comment"], Source: all, Destination: all, Where: l.where}}
	switch l.values["action"] {
	case "", "accept", "notrack":
		m.rule.Action = inventory.Allow
		if l.values["action"] == "notrack" {
			return m.rule, false
		}
	case "drop", "reject", "tarpit":
	case "jump":
		m.rule.Action = inventory.Call
	case "return":
		m.rule.Action = inventory.Return
	default: // they count, log and mark
		return m.rule, false
	}
	var keys []string
	for key := range l.values {
		keys = append(keys, key)
	}
	for _, key := range sortedSet(keys) {
		m.condition(key, l.values[key])
	}
	m.traffic(l.values)
	if m.never || m.chosen && m.rule.Action == inventory.Deny {
		return m.rule, false
	}
	return m.rule, true
}

// routerMatch reads the conditions of a rule.
type routerMatch struct {
	*routerChains
	all    ipset.Set
	rule   inventory.Rule
	never  bool // no new connection from the Internet meets it
	chosen bool // it holds at times, or as the sender likes
}

func (m *routerMatch) doubt(what string) {
	if m.rule.Unclear == "" {
		m.rule.Unclear = what
	}
}

func (m *routerMatch) condition(key, value string) {
	plain, negated := strings.CutPrefix(value, "!")
	switch key {
	case "chain", "action", "comment", "log", "log-prefix", "disabled", "reject-with", "jump-target", "protocol", "dst-port", "src-port", "port", "icmp-options", "hw-offload",
		"src-address-type", "place-before":
	case "src-address":
		m.rule.Source = m.rule.Source.Intersect(m.literal(plain, negated))
	case "dst-address":
		m.rule.Destination = m.rule.Destination.Intersect(m.literal(plain, negated))
	case "src-address-list":
		m.rule.Source = m.rule.Source.Intersect(m.listed(plain, negated))
	case "dst-address-list":
		m.rule.Destination = m.rule.Destination.Intersect(m.listed(plain, negated))
	case "in-interface", "out-interface", "in-interface-list", "out-interface-list":
		m.iface(key, plain, negated)
	case "connection-state":
		m.never = m.never || slices.Contains(strings.Split(plain, ","), "new") == negated
	case "connection-nat-state":
		switch {
		case plain != "dstnat":
			m.doubt("the translation of senders")
		case negated:
			m.rule.Untranslated = true
		default:
			m.rule.Translated = true
		}
	case "tcp-flags":
		m.never = m.never || value != "syn" && value != "syn,!ack" && value != "syn,!rst,!ack" && value != "!ack,syn"
	case "ipsec-policy":
		m.never = m.never || strings.HasSuffix(value, "ipsec")
	case "limit", "dst-limit", "time", "random", "nth", "connection-limit", "connection-rate", "packet-size", "ttl", "dscp", "psd":
		m.chosen = true
	default:
		m.doubt("the condition " + key)
	}
}

func (m *routerMatch) literal(text string, negated bool) ipset.Set {
	set, ok := panLiteral(text)
	if !ok {
		m.doubt("the address " + text)
		return m.all
	}
	return m.but(set, negated)
}

func (m *routerMatch) but(set ipset.Set, negated bool) ipset.Set {
	if negated {
		return m.all.Minus(set)
	}
	return set
}

// listed is what a list holds. Lists that rules add to while they run hold what
// the export does not tell.
func (m *routerMatch) listed(name string, negated bool) ipset.Set {
	set, known := m.addresses[name]
	if what := m.unclear[name]; what != "" || !known {
		m.doubt("the list " + name)
		return m.all
	}
	return m.but(set, negated)
}

// iface reads a condition on an interface, or on a list of them.
func (m *routerMatch) iface(key, name string, negated bool) {
	names := []string{name}
	if strings.HasSuffix(key, "-list") {
		names = m.lists[name]
		if names == nil {
			m.doubt("the list of interfaces " + name)
			return
		}
	}
	side := &m.rule.In
	if strings.HasPrefix(key, "out") {
		side = &m.rule.Out
	}
	if !negated {
		*side = names
		return
	}
	if side == &m.rule.In {
		m.rule.NotIn = names
	} else {
		m.rule.NotOut = names
	}
}

func (m *routerMatch) traffic(v map[string]string) {
	protocol, negated := strings.CutPrefix(v["protocol"], "!")
	if negated {
		m.doubt("all protocols but " + protocol)
		return
	}
	to, from, either := m.ports(v["dst-port"]), m.ports(v["src-port"]), m.ports(v["port"])
	if protocol == "" {
		return
	}
	if protocol == "icmpv6" {
		protocol = "icmp"
	}
	if n, _ := digits(protocol); n == protocol {
		protocol = protocolOf(n)
	}
	if either != nil {
		for _, e := range either {
			m.rule.Services = append(m.rule.Services, inventory.Traffic{Protocol: protocol, Ports: e}, inventory.Traffic{Protocol: protocol, SourcePorts: e})
		}
		return
	}
	for _, t := range orAll(to) {
		for _, f := range orAll(from) {
			m.rule.Services = append(m.rule.Services, inventory.Traffic{Protocol: protocol, Ports: t, SourcePorts: f})
		}
	}
}

// ports reads "80,443,8000-8010" and "!80".
func (m *routerMatch) ports(text string) (list []inventory.PortRange) {
	plain, negated := strings.CutPrefix(text, "!")
	if plain == "" {
		return nil
	}
	list = portList(plain)
	if len(list) == 0 {
		m.doubt("the ports " + text)
	}
	if !negated {
		return list
	}
	slices.SortFunc(list, func(a, b inventory.PortRange) int { return int(a.First) - int(b.First) })
	var others []inventory.PortRange
	next := 1
	for _, p := range list {
		others = span(others, next, int(p.First)-1)
		next = max(next, int(p.Last)+1)
	}
	return span(others, next, 65535)
}
