package netconfig

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/inventory"
)

func matchRouterOS(head []byte, _ string) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \r\n"), []byte("\n"))
	return bytes.HasPrefix(line, []byte("#")) && bytes.Contains(line, []byte("by RouterOS"))
}

// routerServices are on unless the export says otherwise: it leaves defaults
// out.
var routerServices = []struct {
	name string
	port uint16
}{{"telnet", 23}, {"ftp", 21}, {"www", 80}, {"ssh", 22}, {"api", 8728}, {"winbox", 8291}, {"api-ssl", 8729}}

// routeros reads the commands of an export.
type routeros struct {
	*device
	services map[string]bool // that the export speaks of
	lists    map[string][]string
	chains   routerChains
	later    []func() // what names lists, which may be defined behind it
}

// routerLine is a command with its settings, and the places of both.
type routerLine struct {
	words  []string
	values map[string]string
	where  inventory.Citation
}

func readRouterOS(d *device) {
	r := &routeros{device: d, services: map[string]bool{}, lists: map[string][]string{}, chains: newRouterChains()}
	section, pending := "", ""
	for d.lines.Next() {
		line := strings.TrimRight(d.lines.Text, " ")
		if strings.HasPrefix(line, "#") {
			r.comment(line)
			continue
		}
		if part, more := strings.CutSuffix(line, `\`); more {
			pending += strings.TrimLeft(part, " ")
			continue
		}
		line = pending + strings.TrimLeft(line, " ")
		pending = ""
		if strings.HasPrefix(line, "/") {
			section = line
			if i := strings.Index(line, " add "); i > 0 {
				section, line = line[:i], line[i+1:]
			} else if i := strings.Index(line, " set "); i > 0 {
				section, line = line[:i], line[i+1:]
			} else {
				continue
			}
		}
		r.command(section, routerWords(line))
	}
	r.finish()
}

// routerWords parts a command at blanks outside of quotes: a=b c="d e".
func routerWords(line string) (list []string) {
	start, quoted := 0, false
	for i := 0; i <= len(line); i++ {
		switch {
		case i == len(line) || line[i] == ' ' && !quoted:
			if i > start {
				list = append(list, line[start:i])
			}
			start = i + 1
		case line[i] == '\\' && quoted:
			i++
		case line[i] == '"':
			quoted = !quoted
		}
	}
	return list
}

func (r *routeros) comment(line string) {
	if _, version, ok := strings.Cut(line, "by RouterOS "); ok {
		version, _, _ = strings.Cut(version, " ")
		r.is("MikroTik", "RouterOS", version, "")
	}
	if _, model, ok := strings.Cut(line, "model = "); ok {
		r.hardware("MikroTik", model)
	}
	if _, serial, ok := strings.Cut(line, "serial number = "); ok {
		r.o.Identify(inventory.Serial, serial)
	}
}

func (r *routeros) command(section string, w []string) {
	l := routerLine{words: w, values: map[string]string{}, where: r.cite()}
	for _, word := range w {
		if key, value, ok := strings.Cut(word, "="); ok {
			l.values[key] = unquote(value)
		}
	}
	if l.values["disabled"] == "yes" && section != "/ip service" && section != "/ip firewall nat" {
		return
	}
	switch section {
	case "/system identity":
		r.named(l.values["name"])
	case "/ip address", "/ipv6 address":
		if p := prefix(l.values["address"], ""); p.IsValid() {
			i := r.iface(l.values["interface"])
			i.Label, i.Where = l.values["comment"], l.where
			i.Prefixes = append(i.Prefixes, p)
		}
	case "/interface pppoe-client":
		r.iface(l.values["name"]).Side = inventory.InternetSide
	case "/ip dhcp-client":
		if l.values["add-default-route"] != "no" {
			r.iface(l.values["interface"]).Side = inventory.InternetSide
		}
	case "/interface list member":
		r.lists[l.values["list"]] = append(r.lists[l.values["list"]], l.values["interface"])
	case "/ip route":
		network := netip.PrefixFrom(netip.IPv4Unspecified(), 0)
		if dst := l.values["dst-address"]; dst != "" {
			network = prefix(dst, "")
		}
		r.route(network, l.values["gateway"])
	case "/ip firewall nat":
		r.later = append(r.later, func() { r.nat(&l) })
	case "/ip firewall filter", "/ipv6 firewall filter", "/ip firewall raw":
		r.chains.add(section, l)
	case "/ip firewall address-list", "/ipv6 firewall address-list":
		r.chains.address(l.values["list"], l.values["address"])
	case "/ip service":
		r.service(&l)
	}
}

// iface is the interface of a name.
func (r *routeros) iface(name string) *inventory.Interface {
	i := slices.IndexFunc(r.o.Interfaces, func(f inventory.Interface) bool { return f.Name == name })
	if i < 0 {
		i = len(r.o.Interfaces)
		r.o.Interfaces = append(r.o.Interfaces, inventory.Interface{Name: name, Where: r.cite()})
	}
	return &r.o.Interfaces[i]
}

func (r *routeros) service(l *routerLine) {
	if len(l.words) < 2 {
		return
	}
	for _, s := range routerServices {
		if s.name != l.words[1] {
			continue
		}
		r.services[s.name] = true
		port := s.port
		if p := ports(l.values["port"]); p.First != 0 {
			port = p.First
		}
		r.o.Hints = append(r.o.Hints, inventory.Hint{
			Kind: inventory.Management, Service: s.name, Protocol: "tcp", Outer: one(port), Disabled: l.values["disabled"] == "yes", Peers: listOf(l.values["address"]), Where: l.where,
		})
	}
}

// nat tells where a rule of destination translation leads, for each port and
// each interface it is for.
func (r *routeros) nat(l *routerLine) {
	v := l.values
	if v["action"] != "dst-nat" && v["action"] != "netmap" || v["chain"] == "srcnat" {
		return
	}
	h := inventory.Hint{
		Kind: inventory.Forward, Name: v["comment"], Protocol: v["protocol"], Outside: single(v["dst-address"]), Disabled: v["disabled"] == "yes",
		Inside: single(v["to-addresses"]), Inner: ports(v["to-ports"]), Peers: listOf(v["src-address"]), Where: l.where,
	}
	switch {
	case !h.Inside.IsValid():
		r.unread("a translation without a plain address to lead to")
		return
	case v["dst-address-list"] != "":
		r.unread("a translation for the list " + v["dst-address-list"])
		return
	case v["src-address-list"] != "":
		h.Peers = []string{"the list " + v["src-address-list"]}
	case strings.HasPrefix(v["src-address"], "!"):
		h.Peers = nil
	}
	outer := []inventory.PortRange{{}}
	if text := v["dst-port"]; text != "" {
		if outer = portList(text); len(outer) == 0 {
			r.unread("a translation of the ports " + text)
			return
		}
	}
	for _, in := range r.inputs(v) {
		for _, p := range outer {
			h.Interface, h.Outer = in, p
			r.o.Hints = append(r.o.Hints, h)
		}
	}
}

// inputs are the interfaces a rule is for; one without a name is all.
func (r *routeros) inputs(v map[string]string) []string {
	in, list := v["in-interface"], v["in-interface-list"]
	switch {
	case in != "" && in[0] != '!':
		return []string{in}
	case list != "" && list[0] != '!' && len(r.lists[list]) > 0:
		return r.lists[list]
	}
	return []string{""}
}

func (r *routeros) finish() {
	for i := range r.o.Interfaces {
		switch f := &r.o.Interfaces[i]; {
		case slices.Contains(r.lists["WAN"], f.Name):
			f.Side = inventory.InternetSide
		case slices.Contains(r.lists["LAN"], f.Name):
			f.Side = inventory.InnerSide
		}
	}
	for _, f := range r.later {
		f()
	}
	for _, s := range routerServices {
		if !r.services[s.name] && r.firmware != nil {
			r.o.Hints = append(r.o.Hints, inventory.Hint{Kind: inventory.Management, Service: s.name, Protocol: "tcp", Outer: one(s.port), Where: r.where})
		}
	}
	r.policy.Filters = r.chains.filters(r.lists)
}

func listOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
