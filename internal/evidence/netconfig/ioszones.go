package netconfig

import (
	"slices"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// iosZones is the firewall between zones of IOS: interfaces are in zones, pairs
// of zones have a policy, which has classes of traffic.
type iosZones struct {
	members  map[string][]string // interfaces of each zone
	names    []string            // of zones, in order
	pairs    []zonePair
	policies map[string][]zoneClass
	classes  map[string]*classMap

	pair   *zonePair
	policy string
	class  *classMap
}

type zonePair struct{ from, to, policy string }

// zoneClass is what a policy does with a class of traffic.
type zoneClass struct {
	name   string // "class-default" for the rest
	action string // "inspect", "pass", "drop"; "" drop
}

// classMap is a class of traffic: all that any of its matches, or all of them,
// say.
type classMap struct {
	all     bool
	matches [][]string
}

func (z *iosZones) member(zone, iface string) {
	if z.members == nil {
		z.members = map[string][]string{}
	}
	if z.members[zone] == nil {
		z.names = append(z.names, zone)
	}
	z.members[zone] = append(z.members[zone], iface)
}

// top takes the first line of a part; false if it is of none.
func (z *iosZones) top(w []string) bool {
	switch {
	case w[0] == "zone-pair" && len(w) >= 7:
		z.pairs = append(z.pairs, zonePair{from: option(w, "source"), to: option(w, "destination")})
		z.pair = &z.pairs[len(z.pairs)-1]
	case w[0] == "policy-map" && len(w) >= 4 && w[1] == "type" && w[2] == "inspect":
		z.policy = w[len(w)-1]
	case w[0] == "class-map" && len(w) >= 4 && w[1] == "type" && w[2] == "inspect":
		z.class = &classMap{all: !slices.Contains(w, "match-any")}
		if z.classes == nil {
			z.classes = map[string]*classMap{}
		}
		z.classes[w[len(w)-1]] = z.class
	default:
		return false
	}
	return true
}

func (z *iosZones) open() bool { return z.pair != nil || z.policy != "" || z.class != nil }

func (z *iosZones) close() { z.pair, z.policy, z.class = nil, "", nil }

// inside takes a line of the part that is open.
func (z *iosZones) inside(w []string) {
	switch {
	case z.pair != nil && w[0] == "service-policy":
		z.pair.policy = w[len(w)-1]
	case z.class != nil && w[0] == "match" && len(w) > 1:
		z.class.matches = append(z.class.matches, w[1:])
	case z.policy != "" && w[0] == "class":
		if z.policies == nil {
			z.policies = map[string][]zoneClass{}
		}
		z.policies[z.policy] = append(z.policies[z.policy], zoneClass{name: w[len(w)-1]})
	case z.policy != "" && len(z.policies[z.policy]) > 0 && slices.Contains([]string{"inspect", "pass", "drop", "reset"}, w[0]):
		list := z.policies[z.policy]
		list[len(list)-1].action = w[0]
	}
}

// filters gives each zone its filter: within it all passes, to other zones what
// the policies of its pairs say. Interfaces without a zone get nothing from one.
func (z *iosZones) filters(l *lists) (list []inventory.Filter) {
	for _, zone := range z.names {
		f := inventory.Filter{Name: "zone " + zone, In: z.members[zone]}
		f.Rules = append(f.Rules, inventory.Rule{Name: "within the zone", Action: inventory.Allow, Out: z.members[zone], Source: ipset.All(), Destination: ipset.All()})
		for _, p := range z.pairs {
			if p.from != zone || len(z.members[p.to]) == 0 {
				continue
			}
			chain := inventory.Rule{Name: "zone pair to " + p.to, Action: inventory.Call, Out: z.members[p.to], Source: ipset.All(), Destination: ipset.All()}
			for _, c := range z.policies[p.policy] {
				chain.Chain = append(chain.Chain, z.rules(c, l)...)
			}
			f.Rules = append(f.Rules, chain)
		}
		list = append(list, f)
	}
	return list
}

// rules are those of one class of a policy.
func (z *iosZones) rules(c zoneClass, l *lists) (rules []inventory.Rule) {
	action := inventory.Deny
	if c.action == "inspect" || c.action == "pass" {
		action = inventory.Allow
	}
	all := inventory.Rule{Name: "class " + c.name, Action: action, Source: ipset.All(), Destination: ipset.All()}
	m := z.classes[c.name]
	switch {
	case c.name == "class-default":
		return []inventory.Rule{all}
	case m == nil || len(m.matches) == 0 || m.all && len(m.matches) > 1:
		all.Unclear = "what the class " + c.name + " is"
		return []inventory.Rule{all}
	}
	for _, match := range m.matches {
		r := all
		switch name := match[len(match)-1]; {
		case match[0] == "access-group" && len(l.entries[name]) > 0:
			rules = append(rules, classOf(l.rules(name), action)...)
			continue
		case match[0] == "protocol" && len(match) > 1 && slices.Contains([]string{"tcp", "udp", "icmp"}, match[1]):
			r.Services = []inventory.Traffic{{Protocol: match[1]}}
		case match[0] == "protocol" && len(match) > 1 && portNames[strings.ToLower(match[1])] != 0:
			r.Services = []inventory.Traffic{{Protocol: "tcp", Ports: one(portNames[strings.ToLower(match[1])])}}
		default:
			r.Unclear = "what the class " + c.name + " is"
		}
		rules = append(rules, r)
	}
	return rules
}

// classOf turns a list that tells what is in a class into rules: what it denies
// is not in the class, which the rules behind it may decide on.
func classOf(list []inventory.Rule, action inventory.Action) []inventory.Rule {
	chain := inventory.Rule{Name: "class", Action: inventory.Call, Source: ipset.All(), Destination: ipset.All()}
	for _, r := range list {
		if r.Action == inventory.Deny {
			r.Action = inventory.Return
		} else {
			r.Action = action
		}
		chain.Chain = append(chain.Chain, r)
	}
	return []inventory.Rule{chain}
}
