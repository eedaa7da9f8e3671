package netconfig

import (
	"slices"
	"strconv"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// before83 reports whether a version of ASA is older than 8.3, in which lists
// came to speak of real addresses.
func before83(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	n, err := strconv.Atoi(major)
	minor, _ := digits(rest)
	m, _ := strconv.Atoi(strings.Split(minor, ".")[0])
	return err == nil && (n < 8 || n == 8 && m < 3)
}

// filterTop reads the first lines of what lists are made of.
func (c *asa) filterTop(w []string) {
	if len(w) < 3 {
		return
	}
	switch w[0] {
	case "name":
		c.lists.names[w[2]] = w[1]
	case "object":
		c.object, c.service = w[2], w[1] == "service"
		c.group = c.lists.group(w[2])
		c.group.isPorts = c.service
	case "object-group":
		c.group = c.lists.group(w[2])
		c.group.isPorts = w[1] == "service" || w[1] == "protocol"
		if c.group.isPorts && len(w) > 3 { // "object-group service NAME tcp": ports of one protocol
			c.group.protocol = w[3]
		}
		if w[1] == "user" || w[1] == "security" {
			c.group.unclear = "known users only"
		}
	case "access-list":
		c.accessList(w)
	case "access-group":
		switch {
		case w[2] == "global":
			c.global = w[1]
		case len(w) >= 5 && !slices.Contains(w, "control-plane"):
			c.bound = append(c.bound, binding{w[4], w[1], w[2], false})
		case len(w) >= 5:
			c.bound = append(c.bound, binding{w[4], w[1], "control-plane", false})
		}
	case "same-security-traffic":
		c.sameInter = c.sameInter || w[2] == "inter-interface"
	}
}

// accessList reads "access-list NAME [line 3] extended permit …".
func (c *asa) accessList(w []string) {
	rest := w[2:]
	if rest[0] == "line" && len(rest) > 2 {
		rest = rest[2:]
	}
	if rest[0] == "extended" || rest[0] == "standard" || rest[0] == "advanced" {
		rest = rest[1:]
	}
	c.lists.add(w[1], rest, false, c.cite())
}

// inGroup reads a line of an object or of a group of objects.
func (c *asa) inGroup(w []string) {
	g := c.group
	switch {
	case w[0] == "description":
	case w[0] == "nat":
		c.objectNAT(c.object, w)
	case len(w) > 1 && (w[0] == "group-object" || w[1] == "object"):
		g.members = append(g.members, w[len(w)-1])
	case w[0] == "protocol-object" && len(w) > 1:
		t := inventory.Traffic{Protocol: w[1]}
		if w[1] == "ip" {
			t.Protocol = ""
		}
		g.services = append(g.services, t)
	case w[0] == "port-object" && len(w) > 2:
		r := aceReader{lists: c.lists, words: w[1:]}
		r.services(g.protocol, nil, nil, r.ports(g.protocol))
		g.services = append(g.services, r.rule_.Services...)
	case w[0] == "service-object" && len(w) > 1:
		c.lists.serviceMember(g, w[1:])
	case w[0] == "service" && len(w) > 1:
		c.lists.serviceMember(g, w[1:])
	case w[0] == "icmp-object":
		g.services = append(g.services, inventory.Traffic{Protocol: "icmp"})
	case w[0] == "fqdn":
		g.networks, g.unclear = ipset.All(), "the name "+w[len(w)-1]
	case len(w) > 1 && (w[0] == "network-object" || w[0] == "host" || w[0] == "subnet"):
		if w[0] != "host" {
			w = w[1:]
		}
		c.lists.member(g, w)
	case w[0] == "range":
		c.lists.member(g, w)
	default:
		g.unclear = "\"" + strings.Join(w, " ") + "\""
	}
}

// filters makes the policy: each interface asks its list, then that of all; one
// without a list lets pass what goes to interfaces of lower level.
func (c *asa) filters() {
	listed := map[string]bool{}
	for _, b := range c.bound {
		f := inventory.Filter{Name: b.list, Rules: c.lists.rules(b.list), Where: c.lists.end(b.list)}
		switch b.direction {
		case "in":
			listed[b.iface] = true
			f.In, f.Original = []string{b.iface}, c.old8
			if c.global != "" {
				f.Rules, f.Where = append(f.Rules, c.lists.rules(c.global)...), c.lists.end(c.global)
			}
		case "out":
			f.Out = []string{b.iface}
		case "control-plane":
			f.In, f.Scope, f.Default = []string{b.iface}, inventory.ToDevice, inventory.Allow
		}
		c.policy.Filters = append(c.policy.Filters, f)
	}
	for _, i := range c.o.Interfaces {
		if i.Label == "" || listed[i.Label] {
			continue
		}
		f := inventory.Filter{Name: "security levels", In: []string{i.Label}, Where: i.Where}
		if c.global != "" {
			f.Name, f.Rules, f.Where, f.Original = c.global, c.lists.rules(c.global), c.lists.end(c.global), c.old8
		} else {
			f.Rules = c.byLevel(i.Label)
		}
		c.policy.Filters = append(c.policy.Filters, f)
	}
}

// byLevel lets pass what goes from an interface to ones of lower level, or of
// the same if that was allowed.
func (c *asa) byLevel(from string) []inventory.Rule {
	r := inventory.Rule{Name: "to lower levels", Action: inventory.Allow, Source: ipset.All(), Destination: ipset.All()}
	for _, i := range c.o.Interfaces {
		level := c.levels[i.Label]
		if i.Label != "" && i.Label != from && (level < c.levels[from] || level == c.levels[from] && c.sameInter) {
			r.Out = append(r.Out, i.Label)
		}
	}
	if r.Out == nil {
		return nil
	}
	return []inventory.Rule{r}
}

// end is the last line of a list.
func (l *lists) end(name string) (c inventory.Citation) {
	if e := l.entries[name]; len(e) > 0 {
		c = e[len(e)-1].where
	}
	return c
}
