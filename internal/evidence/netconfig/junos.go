package netconfig

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/inventory"
)

func matchJunos(head []byte, _ string) bool {
	if lineWith(head, "set system host-name ", "set version ", "## Last commit", "## Last changed") {
		return lineWith(head, "set system ", "set version ", "system {", "version ")
	}
	return lineWith(head, "version ") && lineWith(head, "system {") && bytes.Contains(head, []byte("host-name"))
}

// junos reads a configuration in either form: braces are turned into the set
// commands they stand for.
type junos struct {
	*device
	path   []string
	pools  map[string]inventory.Hint // of destination NAT
	rules  map[string]*inventory.Hint
	using  map[string]string   // pool of each rule
	zones  map[string]string   // zone of each interface
	inward map[string][]string // services that zones let in
	order  []string
	ifaces map[string]*inventory.Interface
}

func readJunos(d *device) {
	j := &junos{
		device: d, pools: map[string]inventory.Hint{}, rules: map[string]*inventory.Hint{}, using: map[string]string{},
		zones: map[string]string{}, inward: map[string][]string{}, ifaces: map[string]*inventory.Interface{},
	}
	for d.lines.Next() {
		j.line(strings.TrimSpace(d.lines.Text))
	}
	j.finish()
}

// maxNesting bounds blocks that are never closed.
const maxNesting = 64

func (j *junos) line(line string) {
	if rest, ok := strings.CutPrefix(line, "set "); ok && len(j.path) == 0 {
		j.command(words(rest))
		return
	}
	if line == "" || line[0] == '#' || strings.HasPrefix(line, "/*") || strings.HasPrefix(line, "inactive:") {
		return
	}
	switch {
	case strings.HasSuffix(line, "{"):
		if len(j.path) < maxNesting {
			j.path = append(j.path, strings.TrimSpace(strings.TrimSuffix(line, "{")))
		}
	case strings.HasPrefix(line, "}"):
		if len(j.path) > 0 {
			j.path = j.path[:len(j.path)-1]
		}
	default:
		line, _, _ = strings.Cut(line, ";")
		j.command(words(strings.Join(j.path, " ") + " " + line))
	}
}

func (j *junos) command(w []string) {
	if len(w) < 2 {
		return
	}
	switch w[0] {
	case "version":
		j.is("Juniper", "Junos", strings.TrimSuffix(w[1], ";"), "")
		if strings.HasSuffix(j.firmware.Version, "-EVO") {
			j.firmware.Name = "Junos Evolved"
		}
	case "system":
		j.system(w[1:])
	case "interfaces":
		j.iface(w[1:])
	case "security":
		j.security(w[1:])
	case "routing-options":
		if i := indexOf(w, "0.0.0.0/0"); i > 0 && i+2 < len(w) && w[i+1] == "next-hop" {
			next, _ := netip.ParseAddr(w[i+2])
			j.gateways = append(j.gateways, gateway{next: next})
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
			j.management("telnet", 23, "")
		case "ssh":
			j.management("ssh", 22, "")
		case "web-management":
			if len(w) > 2 && (w[2] == "http" || w[2] == "https") {
				iface := ""
				if i := indexOf(w, "interface"); i > 0 && i+1 < len(w) {
					iface = w[i+1]
				}
				j.management("j-web "+w[2], map[string]uint16{"http": 80, "https": 443}[w[2]], iface)
			}
		}
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
		i = &inventory.Interface{Name: name, Where: j.cite()}
		j.ifaces[name] = i
		j.order = append(j.order, name)
	}
	if at := indexOf(w, "address"); at > 0 && at+1 < len(w) {
		if p := prefix(w[at+1], ""); p.IsValid() {
			i.Prefixes = append(i.Prefixes, p)
			i.Where = j.cite()
		}
	}
	if at := indexOf(w, "description"); at > 0 && at+1 < len(w) {
		i.Label = w[at+1]
	}
	i.Down = i.Down || w[len(w)-1] == "disable" && unit < 0
}

func (j *junos) security(w []string) {
	switch {
	case len(w) >= 5 && w[0] == "zones" && w[1] == "security-zone":
		j.zone(w[2], w[3:])
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
			j.inward["interface "+w[1]] = append(j.inward["interface "+w[1]], w[i+1])
		}
	case "host-inbound-traffic":
		if i := indexOf(w, "system-services"); i > 0 && i+1 < len(w) {
			j.inward[zone] = append(j.inward[zone], w[i+1])
		}
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
			case "port":
				h.Inner = ports(w[i+1])
			}
		}
		j.pools[w[1]] = h
	case w[0] == "rule-set" && indexOf(w, "rule") == 2 && len(w) >= 6:
		key := w[1] + "/" + w[3]
		r := j.rule(key)
		if i := indexOf(w, "destination-address"); i > 0 && i+1 < len(w) {
			r.Outside = single(w[i+1])
		}
		if i := indexOf(w, "destination-port"); i > 0 && i+1 < len(w) {
			r.Outer = ports(w[i+1])
		}
		if i := indexOf(w, "pool"); i > 0 && i+1 < len(w) {
			j.using[key] = w[i+1]
		}
	}
}

func (j *junos) rule(key string) *inventory.Hint {
	r := j.rules[key]
	if r == nil {
		r = &inventory.Hint{Kind: inventory.Forward, Name: key, Where: j.cite()}
		j.rules[key] = r
	}
	return r
}

// static reads "rule-set S rule R match destination-address X/32" and "… then
// static-nat prefix Y/32".
func (j *junos) static(w []string) {
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
}

func (j *junos) finish() {
	for _, name := range j.order {
		i := j.ifaces[name]
		if zone := j.zones[name]; zone != "" {
			i.Label = zone
		}
		j.o.Interfaces = append(j.o.Interfaces, *i)
		services := append(j.inward[j.zones[name]], j.inward["interface "+name]...)
		for _, s := range sortedSet(services) {
			if port, ok := map[string]uint16{"https": 443, "http": 80, "ssh": 22, "telnet": 23, "all": 0, "any-service": 0, "netconf": 830}[s]; ok {
				j.o.Hints = append(j.o.Hints, inventory.Hint{Kind: inventory.Management, Service: s, Protocol: "tcp", Outer: one(port), Interface: name, Where: i.Where})
			}
		}
	}
	var keys []string
	for key := range j.rules {
		keys = append(keys, key)
	}
	for _, key := range sortedSet(keys) {
		r := *j.rules[key]
		if pool, ok := j.pools[j.using[key]]; ok {
			r.Inside, r.Inner = pool.Inside, pool.Inner
		}
		if r.Inside.IsValid() {
			j.o.Hints = append(j.o.Hints, r)
		}
	}
}
