package netconfig

import (
	"slices"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// junosPolicies are the policies between zones, and the address books and
// applications they name.
type junosPolicies struct {
	books        map[string]map[string]*group // by book and name
	attached     map[string][]string          // books of each zone
	applications map[string]*group
	list         []*junosPolicy
	permitAll    bool
	pattern      string // a group that gives policies to many zones; "" none
}

// junosPolicy is a policy with its conditions as written; zones are empty for
// one of all.
type junosPolicy struct {
	name, from, to string
	global         bool
	match          map[string][]string
	permit, decided,
	scheduled bool
	where inventory.Citation
}

func newJunosPolicies() junosPolicies {
	return junosPolicies{books: map[string]map[string]*group{}, attached: map[string][]string{}, applications: map[string]*group{}}
}

// address reads a line of an address book: "address A 192.0.2.1/32",
// "address-set S address A", "attach zone Z".
func (p *junosPolicies) address(book string, w []string) {
	if len(w) < 3 {
		return
	}
	if w[0] == "attach" {
		p.attached[w[2]] = append(p.attached[w[2]], book)
		return
	}
	if p.books[book] == nil {
		p.books[book] = map[string]*group{}
	}
	g := p.books[book][w[1]]
	if g == nil {
		g = &group{}
		p.books[book][w[1]] = g
	}
	switch {
	case w[0] == "address-set" && len(w) > 3:
		g.members = append(g.members, w[3])
	case w[2] == "description":
	case w[2] == "range-address" && len(w) > 5:
		set, _ := panLiteral(w[3] + "-" + w[5])
		g.networks = g.networks.Union(set)
	default:
		if n := single(w[2]); n.IsValid() {
			g.networks = g.networks.Union(ipset.OfPrefixes(n))
		} else {
			g.unclear = "the address " + w[1]
		}
	}
}

// application reads "application A protocol tcp", "application A term T
// destination-port 80 …", "application-set S application A".
func (p *junosPolicies) application(w []string) {
	if len(w) < 4 {
		return
	}
	g := p.applications[w[1]]
	if g == nil {
		g = &group{}
		p.applications[w[1]] = g
	}
	if w[0] == "application-set" {
		g.members = append(g.members, w[3])
		return
	}
	w = w[2:]
	at := 0
	if w[0] == "term" && len(w) > 2 { // each term is its own traffic
		for at = range g.members {
			if g.members[at] == w[1] {
				break
			}
		}
		if !slices.Contains(g.members, w[1]) {
			g.members, g.services = append(g.members, w[1]), append(g.services, inventory.Traffic{})
			at = len(g.services) - 1
		}
		w = w[2:]
	} else if len(g.services) == 0 {
		g.services = append(g.services, inventory.Traffic{})
	}
	g.isPorts = true
	for t := &g.services[at]; len(w) > 1; w = w[2:] {
		switch w[0] {
		case "protocol":
			t.Protocol = w[1]
			if n, _ := digits(w[1]); n == w[1] {
				t.Protocol = protocolOf(w[1])
			}
		case "destination-port":
			t.Ports = ports(w[1])
		case "source-port":
			t.SourcePorts = ports(w[1])
		}
	}
}

// command reads "from-zone A to-zone B policy P match source-address any".
func (p *junosPolicies) command(w []string, where inventory.Citation) {
	var policy junosPolicy
	switch {
	case w[0] == "default-policy":
		p.permitAll = len(w) > 1 && w[1] == "permit-all"
		return
	case w[0] == "from-zone" && len(w) > 7 && w[4] == "policy":
		policy = junosPolicy{name: w[5], from: w[1], to: w[3]}
		w = w[6:]
	case w[0] == "global" && len(w) > 4 && w[1] == "policy":
		policy = junosPolicy{name: w[2], global: true}
		w = w[3:]
	default:
		return
	}
	q := p.get(policy, where)
	switch {
	case w[0] == "match" && len(w) > 2:
		q.match[w[1]] = append(q.match[w[1]], w[2])
	case w[0] == "then" && (w[1] == "permit" || w[1] == "deny" || w[1] == "reject"):
		q.permit, q.decided, q.where = w[1] == "permit", true, where
		if slices.Contains(w, "tunnel") {
			q.match["tunnel"] = []string{"ipsec"}
		}
	case w[0] == "scheduler-name":
		q.scheduled = true
	}
}

// get returns the policy of its name between its zones.
func (p *junosPolicies) get(like junosPolicy, where inventory.Citation) *junosPolicy {
	for _, q := range p.list {
		if q.name == like.name && q.from == like.from && q.to == like.to && q.global == like.global {
			return q
		}
	}
	like.match, like.where = map[string][]string{}, where
	p.list = append(p.list, &like)
	return &like
}

// filter makes the policies one filter: those between two zones, in their
// order, then those of all.
func (p *junosPolicies) filter(where inventory.Citation) inventory.Filter {
	f := inventory.Filter{Name: "the policies between zones", Where: where}
	if p.permitAll {
		f.Default = inventory.Allow
	}
	if p.pattern != "" {
		f.Rules = append(f.Rules, inventory.Rule{Name: "groups", Action: inventory.Allow, Source: ipset.All(), Destination: ipset.All(), Unclear: "a group for many names: " + p.pattern})
	}
	for _, global := range []bool{false, true} {
		for _, q := range p.list {
			if q.global == global && q.decided {
				f.Rules = append(f.Rules, p.rule(q))
				f.Where = q.where
			}
		}
	}
	return f
}

func (p *junosPolicies) rule(q *junosPolicy) inventory.Rule {
	r := inventory.Rule{Name: "policy " + q.name, Where: q.where}
	if q.permit {
		r.Action = inventory.Allow
	}
	doubt := func(what string) {
		if r.Unclear == "" {
			r.Unclear = what
		}
	}
	if q.global {
		r.In, r.Out = zonesOf(q.match["from-zone"]), zonesOf(q.match["to-zone"])
	} else {
		r.In, r.Out = zonesOf([]string{q.from}), zonesOf([]string{q.to})
	}
	var unclear string
	if r.Source, unclear = p.networks(r.In, q.match["source-address"]); unclear != "" {
		doubt(unclear)
	}
	if r.Destination, unclear = p.networks(r.Out, q.match["destination-address"]); unclear != "" {
		doubt(unclear)
	}
	if len(q.match["source-address-excluded"]) > 0 {
		r.Source = ipset.All().Minus(r.Source)
	}
	if len(q.match["destination-address-excluded"]) > 0 {
		r.Destination = ipset.All().Minus(r.Destination)
	}
	if r.Services, unclear = p.traffic(q.match["application"]); unclear != "" {
		doubt(unclear)
	}
	for _, c := range [][2]string{{"source-identity", "known users only"}, {"dynamic-application", "which application is spoken"}, {"url-category", "categories of pages"}, {"tunnel", "a tunnel"}} {
		if v := q.match[c[0]]; len(v) > 0 && !slices.Contains(v, "any") {
			doubt(c[1])
		}
	}
	if q.scheduled {
		doubt("a schedule")
	}
	return r
}

// zonesOf are the zones of a policy; nothing means any.
func zonesOf(list []string) []string {
	if slices.Contains(list, "any") {
		return nil
	}
	return list
}

// networks resolves names of addresses in the books of zones, and in the global
// one.
func (p *junosPolicies) networks(zones, names []string) (set ipset.Set, unclear string) {
	books := []string{"global"}
	for _, z := range zones {
		books = append(p.attached[z], books...)
	}
	var add func(name string, depth int)
	add = func(name string, depth int) {
		switch name {
		case "any":
			set = ipset.All()
			return
		case "any-ipv4":
			set = set.Union(ipset.All4())
			return
		case "any-ipv6":
			set = set.Union(ipset.All6())
			return
		}
		for _, book := range books {
			if g := p.books[book][name]; g != nil && depth < maxNested {
				set = set.Union(g.networks)
				if g.unclear != "" {
					set, unclear = ipset.All(), g.unclear
				}
				for _, m := range g.members {
					add(m, depth+1)
				}
				return
			}
		}
		set, unclear = ipset.All(), "the address "+name
	}
	for _, n := range names {
		add(n, 0)
	}
	return set, unclear
}

// traffic resolves applications: those defined, then those that Junos has by
// itself.
func (p *junosPolicies) traffic(names []string) (list []inventory.Traffic, unclear string) {
	var add func(name string, depth int)
	add = func(name string, depth int) {
		g := p.applications[name]
		known, own := strings.CutPrefix(name, "junos-")
		port := portNames[known]
		switch {
		case name == "any":
			list = append(list, inventory.Traffic{})
		case g != nil && g.isPorts:
			list = append(list, g.services...)
		case g != nil && depth < maxNested:
			for _, m := range g.members {
				add(m, depth+1)
			}
		case own && known == "ping" || known == "icmp-all" || known == "icmp-ping":
			list = append(list, inventory.Traffic{Protocol: "icmp"})
		case own && strings.HasPrefix(known, "dns-"):
			list = append(list, inventory.Traffic{Protocol: known[len("dns-"):], Ports: one(53)})
		case own && (known == "tcp-any" || known == "udp-any"):
			list = append(list, inventory.Traffic{Protocol: known[:3]})
		case own && known == "smb":
			list = append(list, onTCP(139, 445)...)
		case own && (known == "ntp" || known == "syslog" || known == "tftp" || known == "radius" || known == "ike" || known == "snmp"):
			list = append(list, inventory.Traffic{Protocol: "udp", Ports: one(port)})
		case own && port != 0:
			list = append(list, inventory.Traffic{Protocol: "tcp", Ports: one(port)})
		default:
			list, unclear = append(list, inventory.Traffic{}), "the application "+name
		}
	}
	for _, n := range names {
		add(n, 0)
	}
	return list, unclear
}
