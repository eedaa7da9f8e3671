package netconfig

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/evidence/markup"
	"seawall/internal/inventory"
)

func matchPANXML(head []byte, _ string) bool {
	start := head[:min(len(head), 4096)]
	return bytes.Contains(start, []byte("<config")) && (bytes.Contains(start, []byte("paloaltonetworks")) || bytes.Contains(start, []byte("<config version=\"")) && bytes.Contains(head, []byte("<mgt-config")))
}

func matchPANSet(head []byte, _ string) bool {
	return lineWith(head, "set deviceconfig system ", "set network interface ethernet ethernet", "set rulebase ", "set vsys ")
}

// matchPANBraces recognises what "show config running" prints.
func matchPANBraces(head []byte, _ string) bool {
	start := bytes.TrimLeft(head[:min(len(head), 256)], "\xef\xbb\xbf \t\r\n")
	return bytes.HasPrefix(start, []byte("config {")) && bytes.Contains(head, []byte("mgt-config {"))
}

// pan gathers what all forms of a PAN-OS configuration say.
type pan struct {
	*device
	ifaces   map[string]*inventory.Interface
	order    []string
	profiles map[string][]string // management services of profiles
	profile  map[string]string   // of interfaces
	zones    map[string][]string // interfaces of each zone, by scope and name
	routes   map[string]*panRoute
	paths    []string // of routes, in order
	objects  panObjects
	rules    panRules
	nats     panRules
}

type panRoute struct {
	network netip.Prefix
	to      []string
}

func newPAN(d *device) *pan {
	return &pan{
		device: d, ifaces: map[string]*inventory.Interface{}, profiles: map[string][]string{}, profile: map[string]string{}, zones: map[string][]string{},
		routes: map[string]*panRoute{}, objects: newPANObjects(), rules: panRules{byName: map[string]*panRule{}}, nats: panRules{byName: map[string]*panRule{}},
	}
}

// readPANSet reads set commands.
func readPANSet(d *device) {
	p := newPAN(d)
	for d.lines.Next() {
		w := words(d.lines.Text)
		if len(w) > 2 && w[0] == "set" {
			p.command(w[1:], d.cite())
		}
	}
	p.finish()
}

// readPANBraces turns blocks into the commands they stand for.
func readPANBraces(d *device) {
	p := newPAN(d)
	var path [][]string
	flat := func(more []string) (w []string) {
		for _, part := range path {
			w = append(w, part...)
		}
		return append(w, more...)
	}
	for d.lines.Next() {
		line := strings.TrimSpace(d.lines.Text)
		switch {
		case strings.HasSuffix(line, "{"):
			if len(path) < maxNesting {
				path = append(path, words(strings.TrimSuffix(line, "{")))
			}
		case strings.HasPrefix(line, "}"):
			if len(path) > 0 {
				path = path[:len(path)-1]
			}
		case strings.HasSuffix(line, ";"):
			p.command(flat(words(strings.TrimSuffix(line, ";"))), d.cite())
		}
	}
	p.finish()
}

// readPANXML turns the leaves of the document into the commands they stand for.
func readPANXML(d *device) {
	p := newPAN(d)
	s := markup.New(d.in)
	s.Children(func(string) {
		version := s.Attr("detail-version")
		p.is("Palo Alto Networks", "PAN-OS", version, s.Attr("version"))
		p.where = d.in.Cite(s.Start, int(s.End-s.Start), s.StartLine, "version "+s.Attr("version")+" "+version)
		s.Children(func(name string) { p.element(s, nil, name) })
	})
	if open := s.Open(); open != "" {
		d.in.Lost(s.End, s.Line(), "the configuration ends inside <"+open+">; what stands before is used")
	}
	p.finish()
}

// element takes the element begun last, and all inside.
func (p *pan) element(s *markup.Scanner, path []string, name string) {
	start, line, end := s.Start, s.StartLine, s.End
	switch name {
	case "entry":
		path = append(path[:len(path):len(path)], s.Attr("name"))
		p.command(path, p.in.Cite(start, int(end-start), line, strings.Join(path, " ")))
	case "member":
	default:
		path = append(path[:len(path):len(path)], name)
	}
	if text := s.Inside(func(name string) { p.element(s, path, name) }); text != "" {
		w := append(path[:len(path):len(path)], text)
		p.command(w, p.in.Cite(start, int(s.End-start), line, strings.Join(w, " ")))
	}
}

// command takes a command, or the path of a leaf and its text: first the part
// of the configuration it is of, then what it says.
func (p *pan) command(w []string, where inventory.Citation) {
	scope, w := scopeOf(w)
	if len(w) < 2 {
		return
	}
	switch w[0] {
	case "deviceconfig":
		switch {
		case has(w, "system", "hostname"):
			p.o.Identify(inventory.Name, w[len(w)-1])
		case has(w, "system", "ip-address"):
			p.o.Identify(inventory.Address, w[len(w)-1])
		}
	case "network":
		p.network(w[1:], where)
	case "zone":
		p.zone(scope, w[1:], where)
	case "address", "address-group", "service", "service-group", "application-group", "application":
		p.objects.add(w[0], scope, w[1:])
	case "rulebase", "pre-rulebase", "post-rulebase":
		p.rulebase(scope, w, where)
	}
}

// scopeOf parts the way to a virtual system, device group or template from what
// is said of it.
func scopeOf(w []string) (scope string, rest []string) {
	for len(w) > 1 {
		switch w[0] {
		case "config":
			w = w[1:]
		case "shared":
			scope, w = "", w[1:]
		case "devices", "template":
			w = w[2:]
		case "vsys", "device-group":
			scope, w = w[1], w[2:]
		default:
			return scope, w
		}
	}
	return scope, w
}

// has reports whether words follow each other in w.
func has(w []string, words ...string) bool {
	for i := 0; i+len(words) <= len(w); i++ {
		same := true
		for j := range words {
			same = same && w[i+j] == words[j]
		}
		if same {
			return true
		}
	}
	return false
}

func (p *pan) network(w []string, where inventory.Citation) {
	switch {
	case w[0] == "interface":
		p.layer3(w, where)
	case w[0] == "profiles" && len(w) > 4 && w[1] == "interface-management-profile":
		if w[len(w)-1] == "yes" {
			p.profiles[w[2]] = append(p.profiles[w[2]], w[3])
		}
	case w[0] == "virtual-router" && indexOf(w, "static-route") > 0:
		p.staticRoute(w)
	}
}

// staticRoute reads "virtual-router VR routing-table ip static-route NAME
// destination 10.0.0.0/8", "… nexthop ip-address 192.0.2.1", "… interface X".
func (p *pan) staticRoute(w []string) {
	i := indexOf(w, "static-route")
	if i+3 >= len(w) {
		return
	}
	key := strings.Join(w[:i+2], " ")
	r := p.routes[key]
	if r == nil {
		r = &panRoute{}
		p.routes[key] = r
		p.paths = append(p.paths, key)
	}
	switch last := w[len(w)-1]; w[i+2] {
	case "destination":
		r.network = prefix(last, "")
	case "nexthop", "interface":
		r.to = append(r.to, last)
	}
}

// zone reads "NAME network layer3 [ ethernet1/1 ethernet1/2 ]".
func (p *pan) zone(scope string, w []string, where inventory.Citation) {
	if len(w) < 4 || w[1] != "network" {
		return
	}
	for _, name := range listIn(w[3:]) {
		p.iface(name, where).Label = w[0]
		key := scope + "/" + w[0]
		p.zones[key] = append(p.zones[key], name)
	}
}

// listIn reads what may be a list in brackets.
func listIn(w []string) []string {
	if len(w) > 1 && w[0] == "[" && w[len(w)-1] == "]" {
		return w[1 : len(w)-1]
	}
	return w
}

// layer3 reads interfaces: addresses, and the profile of their management.
func (p *pan) layer3(w []string, where inventory.Citation) {
	last := w[len(w)-1]
	name := ""
	for _, word := range w {
		if strings.HasPrefix(word, "ethernet") && len(word) > len("ethernet") || strings.HasPrefix(word, "ae") && len(word) > 2 && word[2] <= '9' ||
			strings.HasPrefix(word, "loopback.") || strings.HasPrefix(word, "vlan.") || strings.HasPrefix(word, "tunnel.") {
			name = word
		}
	}
	if name == "" {
		return
	}
	if indexOf(w, "interface-management-profile") > 0 {
		p.profile[name] = last
		return
	}
	if i := indexOf(w, "ip"); i > 0 && i+1 < len(w) {
		if a := prefix(w[i+1], ""); a.IsValid() {
			if f := p.iface(name, where); len(f.Prefixes) == 0 || f.Prefixes[len(f.Prefixes)-1] != a {
				f.Prefixes = append(f.Prefixes, a)
			}
		}
	}
}

func (p *pan) iface(name string, where inventory.Citation) *inventory.Interface {
	i := p.ifaces[name]
	if i == nil {
		i = &inventory.Interface{Name: name, Where: where}
		p.ifaces[name] = i
		p.order = append(p.order, name)
	}
	return i
}

func (p *pan) finish() {
	if p.firmware == nil {
		p.is("Palo Alto Networks", "PAN-OS", "", "")
	}
	for _, name := range p.order {
		i := p.ifaces[name]
		p.o.Interfaces = append(p.o.Interfaces, *i)
		for _, service := range sortedSet(p.profiles[p.profile[name]]) {
			if port, ok := map[string]uint16{"https": 443, "http": 80, "ssh": 22, "telnet": 23}[service]; ok {
				p.o.Hints = append(p.o.Hints, inventory.Hint{Kind: inventory.Management, Service: service, Protocol: "tcp", Outer: one(port), Interface: name, Where: i.Where})
			}
		}
	}
	for _, key := range p.paths {
		p.route(p.routes[key].network, p.routes[key].to...)
	}
	p.translations()
	p.filters()
}
