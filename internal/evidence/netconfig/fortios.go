package netconfig

import (
	"net/netip"
	"strings"

	"seawall/internal/inventory"
)

// fortios reads the nested blocks of a FortiOS configuration.
type fortios struct {
	*device
	blocks  []*fortiBlock // that are open
	vdom    string        // virtual domain being read; "" if there are none
	version string

	adminPorts map[string]uint16
	access     []inventory.Hint // to management, until ports and the administrators' networks are known
	trusted    []string         // networks that administrators may come from
	open       bool             // an administrator may come from anywhere
	virtual    map[string]fortiVIP
	objects    fortiObjects
}

// fortiBlock is a "config" block, and the entry of it that is being read.
type fortiBlock struct {
	name    string
	entry   string
	editing bool
	set     map[string][]string
	at      map[string]inventory.Citation // where each setting is; "" the entry itself
}

func newFortiBlock(name string) *fortiBlock {
	return &fortiBlock{name: name, set: map[string][]string{}, at: map[string]inventory.Citation{}}
}

func (b *fortiBlock) value(key string) string {
	if v := b.set[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// fortiVIP is a virtual address, with the servers that share it.
type fortiVIP struct {
	hint    inventory.Hint
	inside  string // as written: an address or a range
	outside string
	servers []fortiServer
}

type fortiServer struct {
	address netip.Prefix
	port    inventory.PortRange
}

func readFortiOS(d *device) {
	f := &fortios{
		device: d, adminPorts: map[string]uint16{"https": 443, "http": 80, "ssh": 22, "telnet": 23}, virtual: map[string]fortiVIP{}, objects: newFortiObjects(),
	}
	for d.lines.Next() {
		line := strings.TrimSpace(d.lines.Text)
		if version, ok := strings.CutPrefix(line, "#config-version="); ok {
			f.header(version)
			continue
		}
		f.line(words(line))
	}
	f.finish()
}

// line takes a line of the configuration.
func (f *fortios) line(w []string) {
	if len(w) == 0 {
		return
	}
	b := f.inner()
	switch w[0] {
	case "config":
		if len(f.blocks) < maxNesting {
			f.blocks = append(f.blocks, newFortiBlock(strings.Join(w[1:], " ")))
		}
	case "edit":
		if len(w) > 1 && b != nil {
			*b = *newFortiBlock(b.name)
			b.entry, b.editing, b.at[""] = w[1], true, f.cite()
			if b.name == "vdom" {
				f.vdom = w[1]
			}
		}
	case "set", "append":
		if len(w) > 2 && b != nil {
			b.set[w[1]] = append(kept(b, w), w[2:]...)
			b.at[w[1]] = f.cite()
		}
	case "next":
		if b != nil && b.editing {
			f.entry(b)
			*b = *newFortiBlock(b.name)
		}
	case "end":
		if b != nil {
			f.block(b)
			f.blocks = f.blocks[:len(f.blocks)-1]
		}
	}
}

// kept is what a setting had before, if more is appended to it.
func kept(b *fortiBlock, w []string) []string {
	if w[0] == "append" {
		return b.set[w[1]]
	}
	return nil
}

// inner is the innermost block that is open.
func (f *fortios) inner() *fortiBlock {
	if len(f.blocks) == 0 {
		return nil
	}
	return f.blocks[len(f.blocks)-1]
}

// outer is the block around the innermost; an empty one if there is none.
func (f *fortios) outer() *fortiBlock {
	if len(f.blocks) < 2 {
		return &fortiBlock{}
	}
	return f.blocks[len(f.blocks)-2]
}

// header reads "FGT60F-7.2.6-FW-build1575-231025:opmode=0:vdom=0:…".
func (f *fortios) header(text string) {
	text, _, _ = strings.Cut(text, ":")
	parts := strings.Split(text, "-")
	version, at := "", 0
	for i, p := range parts {
		if strings.Count(p, ".") == 2 && p[0] >= '0' && p[0] <= '9' {
			version, at = p, i
			break
		}
	}
	product := "FortiOS"
	model := parts[0]
	switch {
	case strings.HasPrefix(model, "FPX"):
		product = "FortiProxy"
	case strings.HasPrefix(model, "FWB") || strings.HasPrefix(model, "FV"):
		product = "FortiWeb"
	case strings.HasPrefix(model, "FMG"):
		product = "FortiManager"
	case strings.HasPrefix(model, "FAZ") || strings.HasPrefix(model, "FL"):
		product = "FortiAnalyzer"
	case strings.HasPrefix(model, "S") && len(model) > 1 && model[1] >= '0' && model[1] <= '9':
		product = "FortiSwitch"
	}
	f.version = version
	f.is("Fortinet", product, version, "")
	for _, p := range parts[at:] {
		if build, ok := strings.CutPrefix(p, "build"); ok {
			f.attribute("build", build)
		}
	}
	f.hardware("Fortinet", model)
}

func (f *fortios) global(b *fortiBlock) {
	if name := b.value("hostname"); name != "" {
		f.named(name)
	}
	if alias := b.value("alias"); alias != "" {
		f.attribute("alias", alias)
	}
	for setting, service := range map[string]string{"admin-sport": "https", "admin-port": "http", "admin-ssh-port": "ssh", "admin-telnet-port": "telnet"} {
		if p := ports(b.value(setting)); p.First != 0 {
			f.adminPorts[service] = p.First
		}
	}
}

// entry takes an entry whose end is reached.
func (f *fortios) entry(b *fortiBlock) {
	switch b.name {
	case "system interface":
		f.iface(b)
	case "secondaryip":
		if parent := f.outer(); parent.name == "system interface" {
			parent.set["ip"] = append(parent.set["ip"], b.set["ip"]...)
			parent.set["allowaccess"] = append(parent.set["allowaccess"], b.set["allowaccess"]...)
			if _, known := parent.at["allowaccess"]; !known {
				parent.at["allowaccess"] = b.at["allowaccess"]
			}
		}
	case "realservers":
		if parent := f.outer(); b.value("status") != "disable" {
			parent.set["server"] = append(parent.set["server"], b.value("ip"), b.value("port"))
		}
	case "firewall vip", "firewall vip6":
		f.vip(b)
	case "router static", "router static6":
		f.static(b)
	case "system admin":
		f.admin(b)
	default:
		f.filterEntry(b)
	}
}

func (f *fortios) static(b *fortiBlock) {
	if b.value("status") == "disable" || b.value("blackhole") == "enable" {
		return
	}
	network := netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	if b.name == "router static6" {
		network = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	}
	if dst := b.set["dst"]; len(dst) > 0 {
		network = prefix(dst[0], strings.Join(dst[1:], ""))
	} else if b.value("dstaddr") != "" || b.value("internet-service") != "" {
		return
	}
	f.route(network, b.value("device"), b.value("gateway"))
}

func (f *fortios) iface(b *fortiBlock) {
	i := inventory.Interface{Name: b.entry, Label: b.value("alias"), Down: b.value("status") == "down", Where: b.at[""]}
	switch b.value("role") {
	case "wan":
		i.Side = inventory.InternetSide
	case "lan", "dmz":
		i.Side = inventory.InnerSide
	}
	for ip := b.set["ip"]; len(ip) > 1; ip = ip[2:] {
		if p := prefix(ip[0], ip[1]); p.IsValid() && !p.Addr().IsUnspecified() {
			i.Prefixes = append(i.Prefixes, p)
		}
	}
	if p := prefix(b.value("ip6-address"), ""); p.IsValid() && !p.Addr().IsUnspecified() {
		i.Prefixes = append(i.Prefixes, p)
	}
	if domain := b.value("vdom"); domain != "" {
		f.objects.members[domain] = append(f.objects.members[domain], b.entry)
	}
	f.o.Interfaces = append(f.o.Interfaces, i)
	for _, service := range sortedSet(b.set["allowaccess"]) {
		switch service {
		case "https", "http", "ssh", "telnet", "snmp", "fgfm":
			f.access = append(f.access, inventory.Hint{
				Kind: inventory.Management, Service: service, Protocol: "tcp", Interface: b.entry, Disabled: i.Down, Where: b.at["allowaccess"],
			})
		}
	}
}

// vip reads a virtual address: it leads to what it is mapped to as soon as a
// policy names it.
func (f *fortios) vip(b *fortiBlock) {
	h := inventory.Hint{
		Kind: inventory.Forward, Name: strings.Repeat(sixth, strings.Count(b.name, "6")) + f.scoped(b.entry), Interface: b.value("extintf"), Disabled: b.value("status") == "disable", Peers: b.set["src-filter"], Where: b.at["mappedip"],
	}
	if h.Where.Path == "" {
		h.Where = b.at[""]
	}
	if h.Interface == "any" {
		h.Interface = ""
	}
	v := fortiVIP{outside: b.value("extip"), inside: b.value("mappedip")}
	if b.value("portforward") == "enable" {
		h.Protocol = "tcp"
		if p := b.value("protocol"); p != "" {
			h.Protocol = p
		}
		h.Outer, h.Inner = ports(b.value("extport")), ports(b.value("mappedport"))
		if h.Inner.First == 0 {
			h.Inner = h.Outer
		}
	}
	switch b.value("type") {
	case "server-load-balance":
		h.Kind, h.Outer = inventory.Balance, ports(b.value("extport"))
		if h.Protocol = b.value("server-type"); h.Protocol != "udp" && h.Protocol != "ip" {
			h.Protocol = "tcp"
		} else if h.Protocol == "ip" {
			h.Protocol = ""
		}
		for s := b.set["server"]; len(s) > 1; s = s[2:] {
			v.servers = append(v.servers, fortiServer{single(s[0]), ports(s[1])})
		}
	case "", "static-nat":
	default:
		f.unread("the virtual address " + b.entry + " of type " + b.value("type"))
	}
	v.hint = h
	f.translate(v)
}

// maxMapped bounds the addresses of a range that are told one by one.
const maxMapped = 256

// translate tells where a virtual address leads, address by address.
func (f *fortios) translate(v fortiVIP) {
	first, last, ranged := rangeOf(v.inside)
	outside, _, _ := rangeOf(v.outside)
	h := v.hint
	add := func(outer, inner netip.Addr) {
		h.Inside = netip.PrefixFrom(inner, inner.BitLen())
		if outer.IsValid() {
			h.Outside = netip.PrefixFrom(outer, outer.BitLen())
		}
		f.o.Hints = append(f.o.Hints, h)
	}
	for _, s := range v.servers {
		h.Inner = s.port
		add(outside, s.address.Addr())
	}
	switch {
	case len(v.servers) > 0:
	case !first.IsValid():
		f.unread("the virtual address " + h.Name)
	case !ranged:
		add(outside, first)
	default:
		for n := 0; !last.Less(first); n++ {
			if n == maxMapped {
				f.unread("the virtual address " + h.Name + " of many addresses")
				return
			}
			add(outside, first)
			first = first.Next()
			if outside.IsValid() && !outside.IsUnspecified() {
				outside = outside.Next()
			}
		}
	}
}

// rangeOf reads "10.0.0.1" and "10.0.0.1-10.0.0.9".
func rangeOf(text string) (first, last netip.Addr, ranged bool) {
	a, b, ranged := strings.Cut(text, "-")
	first, err := netip.ParseAddr(strings.TrimSpace(a))
	if err != nil {
		return netip.Addr{}, netip.Addr{}, false
	}
	if last, err = netip.ParseAddr(strings.TrimSpace(b)); err != nil {
		last = first
	}
	return first, last, ranged && first != last
}

// admin notes where an administrator may come from: one without trusted hosts
// opens the management to all.
func (f *fortios) admin(b *fortiBlock) {
	trusts := false
	for key, v := range b.set {
		if strings.HasPrefix(key, "trusthost") && len(v) == 2 && v[0] != "0.0.0.0" {
			f.trusted = append(f.trusted, prefix(v[0], v[1]).String())
			trusts = true
		}
	}
	f.open = f.open || !trusts
}

// block takes the settings of a block that is not part of an entry.
func (f *fortios) block(b *fortiBlock) {
	switch b.name {
	case "vdom":
		f.vdom = ""
	case "system global":
		f.global(b)
	case "ipv6":
		if parent := f.outer(); parent.name == "system interface" && b.value("ip6-address") != "" {
			parent.set["ip6-address"] = b.set["ip6-address"]
		}
	case "system settings":
		f.objects.central = f.objects.central || b.value("central-nat") == "enable"
	case "vpn ssl settings":
		f.tunnels(b)
	}
}

func (f *fortios) tunnels(b *fortiBlock) {
	if b.value("status") == "disable" {
		return
	}
	port := ports(b.value("port"))
	if port.First == 0 {
		port = one(443)
	}
	for _, i := range b.set["source-interface"] {
		f.hint(inventory.Hint{Kind: inventory.Management, Service: "ssl vpn", Protocol: "tcp", Outer: port, Interface: i, Peers: anyOf(b.set["source-address"])})
	}
}

func anyOf(peers []string) []string {
	for _, p := range peers {
		if p == "all" {
			return []string{"any"}
		}
	}
	return peers
}

func (f *fortios) finish() {
	for _, h := range f.access {
		h.Outer = one(f.adminPorts[h.Service])
		switch h.Service {
		case "snmp":
			h.Protocol, h.Outer = "udp", one(161)
		case "fgfm":
			h.Outer = one(541)
		}
		if !f.open && len(f.trusted) > 0 && h.Service != "fgfm" {
			h.Peers = sortedSet(f.trusted)
		}
		f.o.Hints = append(f.o.Hints, h)
	}
	f.filters()
}
