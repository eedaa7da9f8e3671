package netconfig

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// sixth stands before the names of objects of IPv6, which are apart.
const sixth = "IPv6 "

// fortiObjects are what policies are made of, by virtual domain and name.
type fortiObjects struct {
	addresses map[string]fortiAddress
	services  map[string][]inventory.Traffic
	groups    map[string][]string // of addresses, services, virtual addresses
	zones     map[string][]string
	members   map[string][]string // interfaces of each virtual domain
	policies  map[string][]*fortiBlock
	local     map[string][]*fortiBlock
	domains   []string // that have policies, in order
	central   bool     // translation is apart from policies
}

type fortiAddress struct {
	set     ipset.Set
	unclear string
}

func newFortiObjects() fortiObjects {
	return fortiObjects{
		addresses: map[string]fortiAddress{}, services: map[string][]inventory.Traffic{}, groups: map[string][]string{}, zones: map[string][]string{},
		members: map[string][]string{}, policies: map[string][]*fortiBlock{}, local: map[string][]*fortiBlock{},
	}
}

// scoped is a name in its virtual domain.
func (f *fortios) scoped(name string) string {
	if f.vdom == "" {
		return name
	}
	return f.vdom + "/" + name
}

// filterEntry keeps an entry that policies are made of.
func (f *fortios) filterEntry(b *fortiBlock) {
	o, name := &f.objects, f.scoped(b.entry)
	if strings.HasSuffix(b.name, "6") && b.name != "firewall policy6" {
		name = sixth + name
	}
	switch b.name {
	case "firewall address", "firewall address6":
		o.addresses[name] = addressOf(b)
	case "firewall addrgrp", "firewall addrgrp6":
		o.groups[name] = b.set["member"]
		if b.value("exclude") == "enable" {
			o.addresses[name] = fortiAddress{ipset.All(), "the group " + b.entry + " with exclusions"}
		}
	case "firewall vipgrp":
		o.groups[name] = b.set["member"]
	case "firewall service custom":
		o.services[name] = serviceOf(b)
	case "firewall service group":
		o.groups["service "+name] = b.set["member"]
	case "system zone":
		o.zones[name] = b.set["interface"]
	case "system sdwan zone", "zone":
		o.zones[name] = append(o.zones[name], b.set["interface"]...)
	case "firewall policy", "firewall policy6":
		copied := *b
		o.policies[f.vdom] = append(o.policies[f.vdom], &copied)
		if !slices.Contains(o.domains, f.vdom) {
			o.domains = append(o.domains, f.vdom)
		}
	case "firewall local-in-policy":
		copied := *b
		o.local[f.vdom] = append(o.local[f.vdom], &copied)
	}
}

// addressOf reads an address; one without settings is every address.
func addressOf(b *fortiBlock) fortiAddress {
	doubt := func(what string) fortiAddress { return fortiAddress{ipset.All(), what} }
	if b.name == "firewall address6" {
		if b.value("type") != "" && b.value("type") != "ipprefix" {
			return doubt("the address " + b.entry)
		}
		if p, err := netip.ParsePrefix(b.value("ip6")); err == nil {
			return fortiAddress{set: ipset.OfPrefixes(p)}
		}
		return fortiAddress{set: ipset.All6()}
	}
	switch b.value("type") {
	case "", "ipmask":
		if subnet := b.set["subnet"]; len(subnet) == 2 {
			return fortiAddress{set: ipset.OfPrefixes(prefix(subnet[0], subnet[1]))}
		} else if len(subnet) == 1 {
			return fortiAddress{set: ipset.OfPrefixes(prefix(subnet[0], ""))}
		}
		return fortiAddress{set: ipset.All4()}
	case "iprange":
		first, _ := netip.ParseAddr(b.value("start-ip"))
		last, err := netip.ParseAddr(b.value("end-ip"))
		if err != nil {
			last = first
		}
		return fortiAddress{set: ipset.Of(ipset.Range{First: first, Last: last})}
	case "wildcard":
		if w := b.set["wildcard"]; len(w) == 2 {
			r := aceReader{lists: newLists(true), words: w}
			var none []string
			return fortiAddress{r.address(&none), r.rule_.Unclear}
		}
	}
	return doubt("the address " + b.entry + " of type " + b.value("type"))
}

// serviceOf reads a service: "80 443:1024-65535", ports of the destination and,
// behind a colon, of the source.
func serviceOf(b *fortiBlock) (list []inventory.Traffic) {
	for _, protocol := range []string{"tcp", "udp", "sctp"} {
		for _, text := range b.set[protocol+"-portrange"] {
			to, from, _ := strings.Cut(text, ":")
			t := inventory.Traffic{Protocol: protocol, Ports: ports(to), SourcePorts: ports(from)}
			if t.Ports == (inventory.PortRange{}) { // "0-65535", or none
				t.Ports = inventory.PortRange{First: 1, Last: 65535}
			}
			list = append(list, t)
		}
	}
	switch b.value("protocol") {
	case "IP":
		if n := b.value("protocol-number"); n != "" && n != "0" {
			return []inventory.Traffic{{Protocol: protocolOf(n)}}
		}
		return []inventory.Traffic{{}}
	case "ICMP", "ICMP6":
		return []inventory.Traffic{{Protocol: "icmp"}}
	}
	return list
}

// protocolOf names a protocol by its number.
func protocolOf(number string) string {
	switch number {
	case "1", "58":
		return "icmp"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	}
	return "protocol " + number
}

// filters makes the policies of each virtual domain a filter, in the order of
// the file.
func (f *fortios) filters() {
	for _, domain := range f.objects.domains {
		f.vdom = domain
		filter := inventory.Filter{Name: "the policies", In: f.objects.members[domain]}
		for _, b := range f.objects.policies[domain] {
			filter.Rules = append(filter.Rules, f.rules(b)...)
			filter.Where = b.at[""]
		}
		if len(f.objects.domains) == 1 {
			filter.In = nil
		}
		f.policy.Filters = append(f.policy.Filters, filter)
	}
	if len(f.objects.domains) == 0 && f.firmware != nil {
		f.policy.Filters = append(f.policy.Filters, inventory.Filter{Name: "the policies", Where: f.where}) // there are none: nothing passes
	}
	for _, domain := range sortedSet(keysOf(f.objects.local)) {
		f.vdom = domain
		filter := inventory.Filter{Name: "the local policies", Scope: inventory.ToDevice, Default: inventory.Allow}
		for _, b := range f.objects.local[domain] {
			b.set["srcintf"] = b.set["intf"]
			b.set["dstintf"] = nil
			filter.Rules = append(filter.Rules, f.rules(b)...)
		}
		f.policy.Filters = append(f.policy.Filters, filter)
	}
}

func keysOf(m map[string][]*fortiBlock) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

// rules turns a policy into rules. Without an action it denies.
func (f *fortios) rules(b *fortiBlock) []inventory.Rule {
	if b.value("status") == "disable" {
		return nil
	}
	r := inventory.Rule{Name: "policy " + b.entry, Where: b.at[""], In: f.interfaces(b.set["srcintf"]), Out: f.interfaces(b.set["dstintf"])}
	if name := b.value("name"); name != "" {
		r.Name += " " + name
	}
	doubt := func(what string) {
		if r.Unclear == "" && what != "" {
			r.Unclear = what
		}
	}
	switch b.value("action") {
	case "accept":
		r.Action = inventory.Allow
	case "", "deny":
	default:
		r.Action = inventory.Allow
		doubt("the action " + b.value("action"))
	}
	var unclear string
	r.Source, _, unclear = f.networks(b, "srcaddr")
	doubt(unclear)
	r.Destination, r.Forwards, unclear = f.networks(b, "dstaddr")
	doubt(unclear)
	if b.value("srcaddr-negate") == "enable" {
		r.Source = ipset.All4().Minus(r.Source)
	}
	if b.value("dstaddr-negate") == "enable" {
		r.Destination = ipset.All4().Minus(r.Destination)
	}
	for _, setting := range []string{"internet-service", "internet-service-src", "internet-service6", "internet-service6-src"} {
		if b.value(setting) == "enable" {
			r.Source, r.Destination = ipset.All(), ipset.All()
			doubt("lists of Internet services")
		}
	}
	if b.value("internet-service") != "enable" {
		r.Services, unclear = f.traffic(b.set["service"])
		doubt(unclear)
	}
	if b.value("service-negate") == "enable" {
		r.Services = nil
		doubt("all services but some")
	}
	if len(b.set["groups"])+len(b.set["users"])+len(b.set["fsso-groups"]) > 0 {
		doubt("known users only")
	}
	if s := b.value("schedule"); s != "" && s != "always" {
		doubt("the schedule " + s)
	}
	r.Untranslated = !f.objects.central && b.value("match-vip") != "enable"
	if r.Action == inventory.Deny && r.Untranslated && b.value("match-vip") == "" && f.version >= "7.2" {
		// From 7.2 on, whether such a policy also stops what virtual addresses
		// translate depends on the release and on what it was upgraded from.
		also := r
		also.Untranslated, also.Unclear = false, "whether "+r.Name+" matches virtual addresses"
		return []inventory.Rule{r, also}
	}
	return []inventory.Rule{r}
}

// interfaces resolves zones; nothing means any.
func (f *fortios) interfaces(names []string) (list []string) {
	for _, n := range names {
		if n == "any" {
			return nil
		}
		if members := f.objects.zones[f.scoped(n)]; members != nil {
			list = append(list, members...)
		}
		list = append(list, n)
	}
	return list
}

// networks resolves the addresses of a policy, of both families; those of
// virtual addresses are told apart.
func (f *fortios) networks(b *fortiBlock, setting string) (set ipset.Set, forwards []string, unclear string) {
	var add func(name, family string, depth int)
	add = func(name, family string, depth int) {
		scoped := family + f.scoped(name)
		if a, ok := f.objects.addresses[scoped]; ok {
			set = set.Union(a.set)
			if unclear == "" {
				unclear = a.unclear
			}
			return
		}
		if slices.ContainsFunc(f.o.Hints, func(h inventory.Hint) bool { return h.Name == scoped && h.Kind != inventory.Management }) {
			forwards = append(forwards, scoped)
			return
		}
		members, ok := f.objects.groups[scoped]
		switch {
		case ok && depth < maxNested:
			for _, m := range members {
				add(m, family, depth+1)
			}
		case name == "all" && family == sixth:
			set = set.Union(ipset.All6())
		case name == "all":
			set = set.Union(ipset.All4())
		case name == "none":
		default:
			set = ipset.All()
			unclear = "the address " + name
		}
	}
	plain := ""
	if b.name == "firewall policy6" {
		plain = sixth
	}
	for _, n := range b.set[setting] {
		add(n, plain, 0)
	}
	for _, n := range b.set[setting+"6"] {
		add(n, sixth, 0)
	}
	return set, forwards, unclear
}

// traffic resolves names of services; nothing means any.
func (f *fortios) traffic(names []string) (list []inventory.Traffic, unclear string) {
	var add func(name string, depth int)
	add = func(name string, depth int) {
		if s, ok := f.objects.services[f.scoped(name)]; ok {
			list = append(list, s...)
			return
		}
		members, ok := f.objects.groups["service "+f.scoped(name)]
		port := portNames[strings.ToLower(name)]
		switch {
		case ok && depth < maxNested:
			for _, m := range members {
				add(m, depth+1)
			}
		case name == "ALL" || name == "ANY":
			list = append(list, inventory.Traffic{})
		case port != 0: // defaults that a shortened configuration leaves out
			list = append(list, inventory.Traffic{Protocol: "tcp", Ports: one(port)})
		default:
			list = append(list, inventory.Traffic{})
			unclear = "the service " + strconv.Quote(name)
		}
	}
	for _, n := range names {
		add(n, 0)
	}
	return list, unclear
}
