package netconfig

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/inventory"
)

func matchNetScaler(head []byte, name string) bool {
	text := bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \t\r\n")
	switch {
	case bytes.HasPrefix(text, []byte("#NS1")), bytes.HasPrefix(text, []byte("NS1")) && bytes.Contains(text, []byte("Build")):
		return true
	case bytes.Contains(text, []byte("BOOT_KERNEL")), bytes.Contains(text, []byte("kernel=\"/ns-")):
		return bytes.Contains(text, []byte("ns-1"))
	}
	return strings.HasSuffix(name, "ns.conf") && (bytes.HasPrefix(text, []byte("ns-1")) || lineWith(head, "set ns config", "add lb vserver", "add ns ip"))
}

// netScalerVersion reads "NS13.1 Build 49.13.nc", "ns-13.1-49.13" with what may
// stand around it.
func netScalerVersion(text string) (version, edition string) {
	lower := strings.ToLower(text)
	i := strings.Index(lower, "ns")
	if i < 0 {
		return "", ""
	}
	rest := strings.TrimLeft(lower[i+2:], "-: ")
	train, rest := digits(rest)
	if !strings.Contains(train, ".") || strings.HasSuffix(train, ".") || strings.Contains(train, "..") {
		return "", ""
	}
	rest = strings.TrimLeft(rest, ": ")
	switch {
	case strings.HasPrefix(rest, "build "):
		rest = strings.TrimLeft(rest[len("build "):], " ")
	case strings.HasPrefix(rest, "-"):
		rest = rest[1:]
	default:
		return "", ""
	}
	build, _ := digits(rest)
	if build = strings.TrimSuffix(build, "."); !strings.Contains(build, ".") {
		return "", ""
	}
	switch {
	case strings.Contains(lower, "fips"):
		edition = "FIPS"
	case strings.Contains(lower, "ndcpp"):
		edition = "NDcPP"
	}
	return train + "-" + build, edition
}

// digits parts text behind its leading digits and points.
func digits(text string) (number, rest string) {
	n := 0
	for n < len(text) && (text[n] >= '0' && text[n] <= '9' || text[n] == '.') {
		n++
	}
	return text[:n], text[n:]
}

// netscaler reads the commands of ns.conf.
type netscaler struct {
	*device
	servers  map[string]netip.Addr
	services map[string][]balanced // of services and groups of them
	bound    map[string][]string   // what virtual servers lead to: services, or other virtual servers
	actions  map[string]string     // virtual servers that actions and policies of switching lead to
	virtuals []inventory.Hint
	denies   bool // lists keep somebody out
}

func readNetScaler(d *device) {
	d.policy = nil // it serves what it is told to, and forwards nothing else
	n := &netscaler{
		device: d, servers: map[string]netip.Addr{}, services: map[string][]balanced{}, bound: map[string][]string{}, actions: map[string]string{},
	}
	for d.lines.Next() {
		line := strings.TrimSpace(d.lines.Text)
		if d.firmware == nil {
			if version, edition := netScalerVersion(line); version != "" {
				d.is("Citrix", "NetScaler ADC", version, "")
				d.firmware.Edition = edition
				continue
			}
		}
		n.command(words(line))
	}
	n.finish()
	if d.firmware == nil && (len(d.o.Hints) > 0 || len(d.o.Interfaces) > 0) {
		d.is("Citrix", "NetScaler ADC", "", "")
	}
}

func (n *netscaler) command(w []string) {
	if len(w) < 3 {
		return
	}
	switch strings.ToLower(strings.Join(w[:3], " ")) {
	case "set ns hostname":
		if len(w) > 3 {
			n.named(w[3])
		}
		return
	case "set ns config":
		if p := prefix(option(w, "-ipaddress"), option(w, "-netmask")); p.IsValid() {
			n.o.Interfaces = append(n.o.Interfaces, inventory.Interface{Name: "NSIP", Prefixes: []netip.Prefix{p}, Where: n.cite()})
			n.management("https", 443, "NSIP")
		}
		return
	case "add ns ip":
		n.ip(w)
		return
	case "add ns acl", "add ns acl6":
		n.denies = n.denies || len(w) > 4 && strings.EqualFold(w[4], "DENY")
		return
	}
	switch verb := strings.ToLower(w[0]); {
	case verb == "add" && strings.EqualFold(w[2], "vserver") && len(w) >= 7:
		n.virtual(w)
	case verb == "add":
		n.object(w)
	case verb == "bind":
		n.bind(w)
	}
}

// virtual reads "add lb vserver web HTTP 192.0.2.1 80".
func (n *netscaler) virtual(w []string) {
	h := inventory.Hint{
		Kind: inventory.Balance, Name: w[3], Protocol: "tcp", Service: strings.ToLower(w[4]), Outside: single(w[5]), Outer: ports(w[6]),
		Disabled: strings.EqualFold(option(w, "-state"), "DISABLED"), Where: n.cite(),
	}
	if h.Service == "udp" || h.Service == "dns" || strings.HasSuffix(h.Service, "_udp") {
		h.Protocol = "udp"
	}
	if strings.EqualFold(w[1], "vpn") || strings.EqualFold(w[1], "authentication") {
		h.Kind, h.Service = inventory.Management, "vpn"
		n.o.Roles = append(n.o.Roles, inventory.Fact{Value: "vpn", Where: n.cite(), Confidence: inventory.Configured})
	}
	if h.Outside.IsValid() && !h.Outside.Addr().IsUnspecified() {
		n.virtuals = append(n.virtuals, h)
		n.o.Identify(inventory.Address, h.Outside.Addr().String())
	}
}

// object reads servers, services and the targets of switching.
func (n *netscaler) object(w []string) {
	switch strings.ToLower(w[1]) {
	case "server":
		if len(w) > 3 {
			n.servers[w[2]] = single(w[3]).Addr()
		}
	case "service":
		if len(w) > 5 && !strings.EqualFold(option(w, "-state"), "DISABLED") {
			n.services[w[2]] = append(n.services[w[2]], balanced{name: w[3], port: ports(w[5])})
		}
	case "cs":
		if target := option(w, "-targetLBVserver"); target != "" && len(w) > 3 { // an action
			n.actions[w[3]] = target
		} else if action := option(w, "-action"); action != "" && len(w) > 3 { // a policy
			n.actions["policy "+w[3]] = action
		}
	}
}

// bind reads "bind lb vserver web svc1", "bind serviceGroup g server 80", "bind
// cs vserver web -policyName p -targetLBVserver lb1".
func (n *netscaler) bind(w []string) {
	switch strings.ToLower(w[1]) {
	case "servicegroup":
		if len(w) > 4 && !strings.HasPrefix(w[3], "-") && !strings.EqualFold(option(w, "-state"), "DISABLED") {
			n.services[w[2]] = append(n.services[w[2]], balanced{name: w[3], port: ports(w[4])})
		}
	case "lb", "cs", "gslb":
		if len(w) < 5 || !strings.EqualFold(w[2], "vserver") {
			return
		}
		target := w[4]
		if strings.HasPrefix(target, "-") {
			target = option(w, "-targetLBVserver")
			if target == "" {
				target = option(w, "-lbvserver")
			}
			if target == "" {
				target = n.actions[n.actions["policy "+option(w, "-policyName")]]
			}
		}
		n.bound[w[3]] = append(n.bound[w[3]], target)
	}
}

// finish tells of each virtual server, and of each server behind it.
func (n *netscaler) finish() {
	for _, h := range n.virtuals {
		if n.denies {
			h.Peers = []string{"who the device's lists let in"}
		}
		n.o.Hints = append(n.o.Hints, h)
		for _, m := range n.behind(h.Name, 0) {
			a, known := n.servers[m.name]
			if !known {
				a = single(m.name).Addr()
			}
			if a.IsValid() {
				h.Inside, h.Inner = netip.PrefixFrom(a, a.BitLen()), m.port
				n.o.Hints = append(n.o.Hints, h)
			}
		}
	}
}

// behind are the servers that a virtual server leads to, by itself or by others.
func (n *netscaler) behind(name string, depth int) (list []balanced) {
	for _, target := range n.bound[name] {
		list = append(list, n.services[target]...)
		if depth < 2 && target != name {
			list = append(list, n.behind(target, depth+1)...)
		}
	}
	return list
}

func (n *netscaler) ip(w []string) {
	if len(w) < 5 {
		return
	}
	p := prefix(w[3], w[4])
	if !p.IsValid() {
		return
	}
	kind := option(w, "-type")
	if kind == "" {
		kind = "SNIP"
	}
	n.o.Interfaces = append(n.o.Interfaces, inventory.Interface{Name: kind + " " + w[3], Prefixes: []netip.Prefix{p}, Where: n.cite()})
	if strings.EqualFold(option(w, "-mgmtaccess"), "enabled") {
		n.management("https", 443, kind+" "+w[3])
	}
}

// option returns the word behind an option.
func option(w []string, name string) string {
	for i := 0; i+1 < len(w); i++ {
		if strings.EqualFold(w[i], name) {
			return w[i+1]
		}
	}
	return ""
}
