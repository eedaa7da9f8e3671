package netconfig

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

func matchJunos(head []byte, _ string) bool {
	if lineWith(head, "set system host-name ", "set version ", "## Last commit", "## Last changed") {
		return lineWith(head, "set system ", "set version ", "system {", "version ")
	}
	return lineWith(head, "version ") && lineWith(head, "system {") && bytes.Contains(head, []byte("host-name"))
}

// junos reads a configuration in either form.
type junos struct {
	*device
	at     inventory.Citation        // of the statement being read
	pools  map[string]inventory.Hint // of destination NAT
	rules  map[string]*inventory.Hint
	using  map[string]string    // pool of each rule
	from   map[string][]string  // zones or interfaces of each set of rules
	zones  map[string]string    // zone of each interface
	inward map[string][]service // that zones and interfaces let in
	order  []string
	ifaces map[string]*inventory.Interface
	filter junosFilters
	policy junosPolicies
}

// service is one that the device offers, and the statement that lets it in.
type service struct {
	name  string
	where inventory.Citation
}

func readJunos(d *device) {
	lines := &junosLines{device: d}
	for d.lines.Next() {
		lines.line(strings.TrimSpace(d.lines.Text))
	}
	patterns := lines.inherited()
	j := &junos{
		device: d, pools: map[string]inventory.Hint{}, rules: map[string]*inventory.Hint{}, using: map[string]string{}, from: map[string][]string{},
		zones: map[string]string{}, inward: map[string][]service{}, ifaces: map[string]*inventory.Interface{}, filter: newJunosFilters(), policy: newJunosPolicies(),
	}
	for _, s := range lines.statements {
		j.at = s.where
		j.command(s.words)
	}
	for _, p := range patterns {
		if strings.HasPrefix(p, "security nat") {
			j.unread("a group for many names: " + p)
		} else if strings.HasPrefix(p, "security policies") || strings.HasPrefix(p, "firewall") {
			j.policy.pattern = p
		}
	}
	j.finish()
}

// maxNesting bounds blocks that are never closed.
const maxNesting = 64

func (j *junos) command(w []string) {
	if len(w) < 2 {
		return
	}
	switch w[0] {
	case "version":
		j.is("Juniper", "Junos", strings.TrimSuffix(w[1], ";"), "")
		j.where = j.at
		if strings.HasSuffix(j.firmware.Version, "-EVO") {
			j.firmware.Name = "Junos Evolved"
		}
	case "system":
		j.system(w[1:])
	case "interfaces":
		j.iface(w[1:])
	case "security":
		j.security(w[1:])
	case "firewall":
		j.filter.command(w[1:], j.at)
	case "policy-options":
		j.filter.prefixes(w[1:])
	case "applications":
		j.policy.application(w[1:])
	case "routing-options":
		if i := indexOf(w, "route"); i > 0 && i+3 < len(w) && (w[i+2] == "next-hop" || w[i+2] == "qualified-next-hop") {
			j.route(prefix(w[i+1], ""), w[i+3])
		}
	}
}

func indexOf(w []string, word string) int {
	for i := range w {
		if w[i] == word {
			return i
		}
	}
	return -1
}

func (j *junos) system(w []string) {
	switch {
	case w[0] == "host-name" && len(w) > 1:
		j.named(w[1])
	case w[0] == "services" && len(w) > 1:
		switch w[1] {
		case "telnet":
			j.offers("telnet", 23, "")
		case "ssh":
			j.offers("ssh", 22, "")
		case "web-management":
			if len(w) > 2 && (w[2] == "http" || w[2] == "https") {
				iface := ""
				if i := indexOf(w, "interface"); i > 0 && i+1 < len(w) {
					iface = w[i+1]
				}
				j.offers("j-web "+w[2], map[string]uint16{"http": 80, "https": 443}[w[2]], iface)
			}
		}
	}
}

// offers notes a management service, once however many statements speak of it.
func (j *junos) offers(name string, port uint16, iface string) {
	h := inventory.Hint{Kind: inventory.Management, Service: name, Protocol: "tcp", Outer: one(port), Interface: iface, Where: j.at}
	known := slices.ContainsFunc(j.o.Hints, func(o inventory.Hint) bool { return o.Service == name && o.Interface == iface })
	if !known {
		j.o.Hints = append(j.o.Hints, h)
	}
}

// iface reads "ge-0/0/0 unit 0 family inet address 192.0.2.1/24".
func (j *junos) iface(w []string) {
	if len(w) < 2 {
		return
	}
	name := w[0]
	unit := indexOf(w, "unit")
	if unit > 0 && unit+1 < len(w) {
		name += "." + w[unit+1]
	}
	i := j.ifaces[name]
	if i == nil {
		i = &inventory.Interface{Name: name, Where: j.at}
		j.ifaces[name] = i
		j.order = append(j.order, name)
	}
	if at := indexOf(w, "address"); at > 0 && at+1 < len(w) {
		if p := prefix(w[at+1], ""); p.IsValid() {
			i.Prefixes = append(i.Prefixes, p)
			i.Where = j.at
		}
	}
	if at := indexOf(w, "description"); at > 0 && at+1 < len(w) {
		i.Label = w[at+1]
	}
	if at := indexOf(w, "filter"); at > 0 && at+2 < len(w) {
		j.filter.bind(name, w[at+1], w[at+2], indexOf(w, "inet6") > 0)
	}
	i.Down = i.Down || w[len(w)-1] == "disable" && unit < 0
}

func (j *junos) security(w []string) {
	switch {
	case len(w) >= 5 && w[0] == "zones" && w[1] == "security-zone":
		j.zone(w[2], w[3:])
	case len(w) >= 4 && w[0] == "address-book":
		j.policy.address(w[1], w[2:])
	case len(w) >= 2 && w[0] == "policies":
		j.policy.command(w[1:], j.at)
	case len(w) >= 4 && w[0] == "nat" && w[1] == "destination":
		j.destination(w[2:])
	case len(w) >= 4 && w[0] == "nat" && w[1] == "static":
		j.static(w[2:])
	}
}

func (j *junos) zone(zone string, w []string) {
	switch w[0] {
	case "interfaces":
		j.zones[w[1]] = zone
		if i := indexOf(w, "system-services"); i > 0 && i+1 < len(w) {
			j.inward["interface "+w[1]] = append(j.inward["interface "+w[1]], service{w[i+1], j.at})
		}
	case "host-inbound-traffic":
		if i := indexOf(w, "system-services"); i > 0 && i+1 < len(w) {
			j.inward[zone] = append(j.inward[zone], service{w[i+1], j.at})
		}
	case "address-book":
		j.policy.attached[zone] = append(j.policy.attached[zone], "zone "+zone)
		j.policy.address("zone "+zone, w[1:])
	}
}

// destination reads pools and rules of destination NAT.
func (j *junos) destination(w []string) {
	switch {
	case w[0] == "pool" && len(w) >= 4:
		h := j.pools[w[1]]
		for i := 2; i+1 < len(w); i++ {
			switch w[i] {
			case "address":
				h.Inside = single(w[i+1])
			case "to": // an end of a range: which address a connection gets is not known
				j.unread("the pool " + w[1] + " of several addresses")
			case "port":
				h.Inner = ports(w[i+1])
			}
		}
		j.pools[w[1]] = h
	case w[0] == "rule-set" && len(w) >= 5 && w[2] == "from":
		j.from[w[1]] = append(j.from[w[1]], w[4])
	case w[0] == "rule-set" && indexOf(w, "rule") == 2 && len(w) >= 6:
		key := w[1] + "/" + w[3]
		r := j.rule(key)
		if i := indexOf(w, "source-address"); i > 0 && i+1 < len(w) {
			r.Peers = append(r.Peers, w[i+1])
		}
		if indexOf(w, "destination-address-name") > 0 {
			j.unread("the translation " + key)
		}
		if i := indexOf(w, "destination-address"); i > 0 && i+1 < len(w) {
			r.Outside = single(w[i+1])
		}
		if i := indexOf(w, "destination-port"); i > 0 && i+1 < len(w) {
			r.Outer = ports(w[i+1])
			if i+3 < len(w) && w[i+2] == "to" {
				r.Outer.Last = ports(w[i+3]).First
			}
		}
		if i := indexOf(w, "protocol"); i > 0 && i+1 < len(w) {
			r.Protocol = w[i+1]
		}
		if i := indexOf(w, "pool"); i > 0 && i+1 < len(w) {
			j.using[key] = w[i+1]
		}
	}
}

func (j *junos) rule(key string) *inventory.Hint {
	r := j.rules[key]
	if r == nil {
		r = &inventory.Hint{Kind: inventory.Forward, Name: key, Where: j.at}
		j.rules[key] = r
	}
	return r
}

// static reads "rule-set S rule R match destination-address X/32" and "… then
// static-nat prefix Y/32".
func (j *junos) static(w []string) {
	if w[0] == "rule-set" && len(w) >= 5 && w[2] == "from" {
		j.from[w[1]] = append(j.from[w[1]], w[4])
	}
	if w[0] != "rule-set" || indexOf(w, "rule") != 2 || len(w) < 6 {
		return
	}
	r := j.rule(w[1] + "/" + w[3])
	if i := indexOf(w, "destination-address"); i > 0 && i+1 < len(w) {
		r.Outside = single(w[i+1])
	}
	if i := indexOf(w, "prefix"); i > 0 && i+1 < len(w) {
		r.Inside = single(w[i+1])
	}
	if indexOf(w, "destination-address-name") > 0 || indexOf(w, "prefix-name") > 0 {
		j.unread("the translation " + w[1] + "/" + w[3])
	}
	if i := indexOf(w, "mapped-port"); i > 0 && i+1 < len(w) {
		r.Inner = ports(w[i+1])
	}
	if i := indexOf(w, "destination-port"); i > 0 && i+1 < len(w) {
		r.Outer = ports(w[i+1])
	}
}

func (j *junos) finish() {
	for _, name := range j.order {
		i := j.ifaces[name]
		if zone := j.zones[name]; zone != "" {
			i.Label = zone
		}
		j.o.Interfaces = append(j.o.Interfaces, *i)
		seen := map[string]bool{}
		for _, s := range j.let(name) {
			if port, ok := junosServices[s.name]; ok && !seen[s.name] {
				seen[s.name] = true
				j.o.Hints = append(j.o.Hints, inventory.Hint{Kind: inventory.Management, Service: s.name, Protocol: "tcp", Outer: one(port), Interface: name, Where: s.where})
			}
		}
	}
	j.translations()
	j.device.policy.Filters = append(j.device.policy.Filters, j.filter.bindings()...)
	if len(j.zones) > 0 {
		j.device.policy.Filters = append(j.device.policy.Filters, j.policy.filter(j.where), j.hostInbound())
	}
}

// junosServices are the ports of what zones let in; 0 all.
var junosServices = map[string]uint16{"https": 443, "http": 80, "ssh": 22, "telnet": 23, "all": 0, "any-service": 0, "netconf": 830}

// let are the services that are let in on an interface: its own list counts, if
// it has one, else that of its zone.
func (j *junos) let(name string) []service {
	list := j.inward["interface "+name]
	if list == nil {
		list = j.inward[j.zones[name]]
	}
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b service) int { return cmp.Compare(a.name, b.name) })
	return list
}

// hostInbound is the filter of what reaches the device itself.
func (j *junos) hostInbound() inventory.Filter {
	f := inventory.Filter{Name: "host-inbound-traffic", Scope: inventory.ToDevice, Where: j.where}
	for _, name := range j.order {
		if j.zones[name] == "" {
			continue
		}
		for _, s := range j.let(name) {
			r := inventory.Rule{Name: s.name, Action: inventory.Allow, In: []string{name}, Source: ipset.All(), Destination: ipset.All(), Where: s.where}
			port, known := junosServices[s.name]
			switch {
			case known && port != 0:
				r.Services = []inventory.Traffic{{Protocol: "tcp", Ports: one(port)}}
			case s.name == "ike":
				r.Services = []inventory.Traffic{{Protocol: "udp", Ports: one(500)}, {Protocol: "udp", Ports: one(4500)}}
			case s.name == "snmp":
				r.Services = []inventory.Traffic{{Protocol: "udp", Ports: one(161)}}
			case !known:
				continue
			}
			f.Rules = append(f.Rules, r)
		}
	}
	return f
}

// translations tells where rules of translation lead.
func (j *junos) translations() {
	var keys []string
	for key := range j.rules {
		keys = append(keys, key)
	}
	for _, key := range sortedSet(keys) {
		r := *j.rules[key]
		if pool, ok := j.pools[j.using[key]]; ok {
			r.Inside, r.Inner = pool.Inside, pool.Inner
		}
		set, _, _ := strings.Cut(key, "/")
		if from := j.from[set]; len(from) == 1 {
			r.Interface = from[0]
		}
		if r.Inside.IsValid() {
			j.o.Hints = append(j.o.Hints, r)
		}
	}
}
