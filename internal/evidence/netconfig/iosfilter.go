package netconfig

import (
	"net/netip"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// binding is a list that an interface asks.
type binding struct {
	iface, list, direction string
	ipv6                   bool
}

// filterTop takes a line that begins or is part of a list, a group or a policy
// between zones.
func (c *ios) filterTop(w []string) bool {
	if len(w) < 2 {
		return false
	}
	switch {
	case w[0] == "access-list" && len(w) > 2:
		c.lists.add(w[1], w[2:], false, c.cite())
	case (w[0] == "ip" || w[0] == "ipv4" || w[0] == "ipv6") && w[1] == "access-list" && len(w) > 2:
		c.list, c.v6 = w[len(w)-1], w[0] == "ipv6"
		if _, known := c.lists.entries[c.list]; !known {
			c.lists.entries[c.list] = nil
		}
	case w[0] == "object-group" && len(w) > 2:
		c.group = c.lists.group(w[len(w)-1])
		c.group.isPorts = w[1] == "service" || w[len(w)-2] == "port"
	default:
		return c.zones.top(w)
	}
	return true
}

// member reads a line of a group of IOS or NX-OS.
func (l *lists) member(g *group, w []string) {
	if n, _ := digits(w[0]); n == w[0] && !strings.Contains(n, ".") && len(w) > 1 {
		w = w[1:]
	}
	switch {
	case w[0] == "description" || w[0] == "remark":
	case w[0] == "group-object" && len(w) > 1:
		g.members = append(g.members, w[1])
	case g.isPorts:
		l.serviceMember(g, w)
	case w[0] == "range" && len(w) > 2:
		first, err := netip.ParseAddr(w[1])
		last, wrong := netip.ParseAddr(w[2])
		if err != nil || wrong != nil {
			g.unclear = "a range of addresses"
		}
		g.networks = g.networks.Union(ipset.Of(ipset.Range{First: first, Last: last}))
	default:
		c := aceReader{lists: l, words: w}
		masks := c.netmasks
		if len(w) > 1 && strings.HasPrefix(w[1], "255.") { // IOS writes masks here, NX-OS wildcards
			l.netmasks = true
		}
		var none []string
		g.networks = g.networks.Union(c.address(&none))
		l.netmasks = masks
		if c.rule_.Unclear != "" {
			g.unclear = c.rule_.Unclear
		}
	}
}

// serviceMember reads "tcp eq www", "tcp source gt 1023 eq 80", "eq 80".
func (l *lists) serviceMember(g *group, w []string) {
	c := aceReader{lists: l, words: w}
	protocol := ""
	switch w[0] {
	case "eq", "neq", "lt", "gt", "range":
	default:
		protocol = c.next()
	}
	var from, to []inventory.PortRange
	if c.peek() == "source" {
		c.next()
		from = c.ports(protocol)
	}
	if c.peek() == "destination" {
		c.next()
	}
	to = c.ports(protocol)
	if protocol == "" {
		for _, p := range to {
			g.services = append(g.services, inventory.Traffic{Ports: p})
		}
		return
	}
	c.services(protocol, nil, from, to)
	if protocol == "ip" {
		c.rule_.Services = []inventory.Traffic{{}}
	}
	g.services = append(g.services, c.rule_.Services...)
	if c.rule_.Unclear != "" {
		g.unclear = c.rule_.Unclear
	}
}

// filters makes the policy of the lists that interfaces and services ask. A list
// that is bound and not defined, or empty, lets everything pass.
func (c *ios) filters() {
	for _, b := range c.bound {
		if len(c.lists.entries[b.list]) == 0 {
			continue
		}
		f := c.lists.filter(b.list, b.ipv6)
		if b.direction == "in" || b.direction == "ingress" {
			f.In, f.Scope, f.Original = []string{b.iface}, inventory.Every, true
		} else {
			f.Out = []string{b.iface}
		}
		c.policy.Filters = append(c.policy.Filters, f)
	}
	c.policy.Filters = append(c.policy.Filters, c.zones.filters(c.lists)...)
	guarded := map[string]bool{}
	for i := range c.o.Hints {
		name := c.o.Hints[i].Guard
		if name == "" || guarded[name] {
			continue
		}
		guarded[name] = true
		if len(c.lists.entries[name]) > 0 {
			c.policy.Guards = append(c.policy.Guards, c.lists.filter(name, false))
		}
	}
}
