package netconfig

import (
	"net/netip"
	"strings"

	"seawall/internal/inventory"
)

// fortios reads the nested blocks of a FortiOS configuration.
type fortios struct {
	*device
	path []string                      // of the blocks that are open
	set  map[string][]string           // of the entry being read
	name string                        // of the entry
	edit int                           // depth of the entry's block in path, 0 none
	at   map[string]inventory.Citation // where each setting of the entry is; "" the entry itself

	adminPorts map[string]uint16
	access     []fortiAccess
	trusted    []string // networks that administrators may come from
	open       bool     // an administrator may come from anywhere
}

// fortiAccess is a management service on an interface, until the ports and the
// administrators' networks are known.
type fortiAccess struct {
	hint inventory.Hint
}

func readFortiOS(d *device) {
	f := &fortios{device: d, set: map[string][]string{}, adminPorts: map[string]uint16{"https": 443, "http": 80, "ssh": 22, "telnet": 23}}
	for d.lines.Next() {
		line := strings.TrimSpace(d.lines.Text)
		if version, ok := strings.CutPrefix(line, "#config-version="); ok {
			f.version(version)
			continue
		}
		w := words(line)
		if len(w) == 0 {
			continue
		}
		switch w[0] {
		case "config":
			f.path = append(f.path, strings.Join(w[1:], " "))
		case "edit":
			if len(w) > 1 {
				f.name, f.edit, f.set = w[1], len(f.path), map[string][]string{}
				f.at = map[string]inventory.Citation{"": f.cite()}
			}
		case "set":
			f.setting(w[1:])
		case "next":
			f.entry()
		case "end":
			if len(f.path) > 0 {
				f.block()
				f.path = f.path[:len(f.path)-1]
			}
		}
	}
	f.finish()
}

// version reads "FGT60F-7.2.6-FW-build1575-231025:opmode=0:vdom=0:…".
func (f *fortios) version(text string) {
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
	f.is("Fortinet", product, version, "")
	for _, p := range parts[at:] {
		if build, ok := strings.CutPrefix(p, "build"); ok {
			f.attribute("build", build)
		}
	}
	f.hardware("Fortinet", model)
}

func (f *fortios) setting(w []string) {
	if len(w) < 2 {
		return
	}
	switch f.inner() {
	case "system global":
		f.global(w)
	case "vpn ssl settings":
		f.set[w[0]] = w[1:]
	}
	if f.edit == len(f.path) && f.edit > 0 {
		f.set[w[0]] = w[1:]
		f.at[w[0]] = f.cite()
	}
}

// inner is the innermost block that is open.
func (f *fortios) inner() string {
	if len(f.path) == 0 {
		return ""
	}
	return f.path[len(f.path)-1]
}

func (f *fortios) global(w []string) {
	switch w[0] {
	case "hostname":
		f.named(w[1])
	case "alias":
		f.attribute("alias", w[1])
	case "admin-sport":
		f.adminPorts["https"] = ports(w[1]).First
	case "admin-port":
		f.adminPorts["http"] = ports(w[1]).First
	case "admin-ssh-port":
		f.adminPorts["ssh"] = ports(w[1]).First
	case "admin-telnet-port":
		f.adminPorts["telnet"] = ports(w[1]).First
	}
}

func (f *fortios) value(key string) string {
	if v := f.set[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// entry takes an entry whose end is reached.
func (f *fortios) entry() {
	if f.edit != len(f.path) {
		return // of a block inside the entry that is not read
	}
	switch f.inner() {
	case "system interface":
		f.iface()
	case "firewall vip":
		f.vip()
	case "router static":
		if dst := f.set["dst"]; len(dst) == 0 || dst[0] == "0.0.0.0" {
			next, _ := netip.ParseAddr(f.value("gateway"))
			f.gateways = append(f.gateways, gateway{f.value("device"), next})
		}
	case "system admin":
		f.admin()
	}
	f.edit, f.set = 0, map[string][]string{}
}

func (f *fortios) iface() {
	i := inventory.Interface{Name: f.name, Label: f.value("alias"), Down: f.value("status") == "down", Where: f.at[""]}
	switch f.value("role") {
	case "wan":
		i.Side = inventory.InternetSide
	case "lan", "dmz":
		i.Side = inventory.InnerSide
	}
	if ip := f.set["ip"]; len(ip) == 2 {
		if p := prefix(ip[0], ip[1]); p.IsValid() && !p.Addr().IsUnspecified() {
			i.Prefixes = append(i.Prefixes, p)
		}
	}
	f.o.Interfaces = append(f.o.Interfaces, i)
	for _, service := range f.set["allowaccess"] {
		switch service {
		case "https", "http", "ssh", "telnet", "snmp", "fgfm":
			f.access = append(f.access, fortiAccess{inventory.Hint{
				Kind: inventory.Management, Service: service, Protocol: "tcp", Interface: f.name, Disabled: i.Down, Where: f.at["allowaccess"],
			}})
		}
	}
}

func (f *fortios) vip() {
	h := inventory.Hint{
		Kind: inventory.Forward, Name: f.name, Outside: single(f.value("extip")), Inside: single(f.value("mappedip")), Interface: f.value("extintf"),
		Disabled: f.value("status") == "disable",
	}
	if f.value("portforward") == "enable" {
		h.Protocol = "tcp"
		if p := f.value("protocol"); p != "" {
			h.Protocol = p
		}
		h.Outer, h.Inner = ports(f.value("extport")), ports(f.value("mappedport"))
	}
	if f.value("type") == "server-load-balance" {
		h.Kind = inventory.Balance
	}
	if h.Interface == "any" {
		h.Interface = ""
	}
	h.Peers, h.Where = f.set["src-filter"], f.at["mappedip"]
	f.o.Hints = append(f.o.Hints, h)
}

// admin notes where an administrator may come from: one without trusted hosts
// opens the management to all.
func (f *fortios) admin() {
	any := false
	for key, v := range f.set {
		if strings.HasPrefix(key, "trusthost") && len(v) == 2 && v[0] != "0.0.0.0" {
			f.trusted = append(f.trusted, prefix(v[0], v[1]).String())
			any = true
		}
	}
	f.open = f.open || !any
}

// block takes a block of settings without entries.
func (f *fortios) block() {
	if f.inner() != "vpn ssl settings" || f.value("status") == "disable" {
		return
	}
	port := ports(f.value("port"))
	if port.First == 0 {
		port = one(443)
	}
	for _, i := range f.set["source-interface"] {
		f.hint(inventory.Hint{Kind: inventory.Management, Service: "ssl vpn", Protocol: "tcp", Outer: port, Interface: i, Peers: anyOf(f.set["source-address"])})
	}
	f.set = map[string][]string{}
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
	for _, a := range f.access {
		h := a.hint
		h.Outer = one(f.adminPorts[h.Service])
		switch h.Service {
		case "snmp":
			h.Protocol, h.Outer = "udp", one(161)
		case "fgfm":
			h.Outer = one(541)
		}
		if !f.open && len(f.trusted) > 0 {
			h.Peers = sortedSet(f.trusted)
		}
		f.o.Hints = append(f.o.Hints, h)
	}
}
