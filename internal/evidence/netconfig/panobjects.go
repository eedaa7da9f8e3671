package netconfig

import (
	"net/netip"
	"slices"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// panObjects are what rules are made of, by kind, scope and name.
type panObjects struct {
	fields map[string]map[string][]string // of each object
}

func newPANObjects() panObjects { return panObjects{map[string]map[string][]string{}} }

// add notes a field of an object: "NAME ip-netmask 192.0.2.1", "NAME protocol tcp
// port 80,443", "NAME [ a b ]", "NAME static a".
func (o *panObjects) add(kind, scope string, w []string) {
	if len(w) < 2 {
		return
	}
	key := kind + " " + scope + "/" + w[0]
	if o.fields[key] == nil {
		o.fields[key] = map[string][]string{}
	}
	field, values := w[1], listIn(w[2:])
	switch {
	case strings.HasSuffix(kind, "-group") && field == "[":
		field, values = "members", listIn(w[1:])
	case strings.HasSuffix(kind, "-group") && field == "members":
	case kind != "address-group" && strings.HasSuffix(kind, "-group"): // a member, of a document
		field, values = "members", w[1:]
	case kind == "service" && field == "protocol" && len(w) > 3:
		field, values = w[2], w[3:]
	}
	o.fields[key][field] = append(o.fields[key][field], values...)
}

// get looks an object up in its scope and in what all share.
func (o *panObjects) get(kind, scope, name string) map[string][]string {
	if f := o.fields[kind+" "+scope+"/"+name]; f != nil {
		return f
	}
	return o.fields[kind+" /"+name]
}

// networks resolves addresses, names of them and groups.
func (o *panObjects) networks(scope string, names []string) (set ipset.Set, unclear string) {
	doubt := func(what string) {
		set = ipset.All()
		if unclear == "" {
			unclear = what
		}
	}
	var add func(name string, depth int)
	add = func(name string, depth int) {
		f, g := o.get("address", scope, name), o.get("address-group", scope, name)
		switch {
		case f != nil:
			s, ok := panAddress(f)
			if !ok {
				doubt("the address " + name)
				return
			}
			set = set.Union(s)
		case g != nil && depth < maxNested && len(g["static"])+len(g["members"]) > 0:
			for _, m := range append(slices.Clone(g["static"]), g["members"]...) {
				add(m, depth+1)
			}
		case name == "any":
			set = ipset.All()
		default:
			s, ok := panLiteral(name)
			if !ok {
				doubt("the address " + name)
				return
			}
			set = set.Union(s)
		}
	}
	for _, n := range names {
		add(n, 0)
	}
	return set, unclear
}

// panAddress reads an object.
func panAddress(f map[string][]string) (ipset.Set, bool) {
	for _, field := range []string{"ip-netmask", "ip-range"} {
		if v := f[field]; len(v) > 0 {
			return panLiteral(v[0])
		}
	}
	return nil, false
}

// panLiteral reads an address, a network or a range.
func panLiteral(text string) (ipset.Set, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return ipset.OfPrefixes(p), true
	}
	first, last, _ := rangeOf(text)
	return ipset.Of(ipset.Range{First: first, Last: last}), first.IsValid()
}

// traffic resolves services; nothing means any.
func (o *panObjects) traffic(scope string, names []string) (list []inventory.Traffic, unclear string) {
	var add func(name string, depth int)
	add = func(name string, depth int) {
		f, g := o.get("service", scope, name), o.get("service-group", scope, name)
		switch {
		case f != nil:
			for _, protocol := range []string{"tcp", "udp", "sctp"} {
				list = append(list, panService(protocol, f[protocol])...)
			}
		case g != nil && depth < maxNested:
			for _, m := range g["members"] {
				add(m, depth+1)
			}
		case name == "service-http":
			list = append(list, inventory.Traffic{Protocol: "tcp", Ports: one(80)}, inventory.Traffic{Protocol: "tcp", Ports: one(8080)})
		case name == "service-https":
			list = append(list, inventory.Traffic{Protocol: "tcp", Ports: one(443)})
		case name == "any":
			list = append(list, inventory.Traffic{})
		default:
			list, unclear = append(list, inventory.Traffic{}), "the service "+name
		}
	}
	for _, n := range names {
		add(n, 0)
	}
	return list, unclear
}

// panService reads "port 80,8000-8010" and "source-port 1024-65535", of one
// protocol.
func panService(protocol string, w []string) (list []inventory.Traffic) {
	from := []inventory.PortRange{{}}
	if i := slices.Index(w, "source-port"); i >= 0 && i+1 < len(w) {
		from = portList(w[i+1])
	}
	if i := slices.Index(w, "port"); i >= 0 && i+1 < len(w) {
		for _, to := range portList(w[i+1]) {
			for _, f := range from {
				list = append(list, inventory.Traffic{Protocol: protocol, Ports: to, SourcePorts: f})
			}
		}
	}
	return list
}

// portList reads "80,443,8000-8010".
func portList(text string) (list []inventory.PortRange) {
	for _, part := range strings.Split(text, ",") {
		if p := ports(part); p.First != 0 || p.Last != 0 {
			list = append(list, inventory.PortRange{First: max(p.First, 1), Last: p.Last})
		}
	}
	return list
}

// applications are the ports of those that matter at a perimeter, as PAN-OS has
// them by default.
var applications = map[string][]inventory.Traffic{
	"web-browsing": onTCP(80), "ssl": onTCP(443), "ssh": onTCP(22), "ms-rdp": onTCP(3389), "ftp": onTCP(21), "smtp": onTCP(25, 587), "telnet": onTCP(23),
	"dns": append(onTCP(53), inventory.Traffic{Protocol: "udp", Ports: one(53)}), "ms-ds-smb": onTCP(445, 139), "ms-ds-smb-base": onTCP(445, 139),
	"ms-ds-smbv2": onTCP(445, 139), "ms-ds-smbv3": onTCP(445, 139), "ldap": onTCP(389, 3268, 636, 3269), "imap": onTCP(143, 993), "pop3": onTCP(110, 995),
	"mysql": onTCP(3306), "mssql-db": onTCP(1433), "postgres": onTCP(5432), "oracle": onTCP(1521), "vnc": onTCP(5900), "vnc-base": onTCP(5900),
	"kerberos": onTCP(88), "panos-global-protect": onTCP(443), "panos-web-interface": onTCP(443), "rtsp": onTCP(554), "msrpc": onTCP(135), "msrpc-base": onTCP(135),
	"snmp": {{Protocol: "udp", Ports: one(161)}}, "ntp": {{Protocol: "udp", Ports: one(123)}}, "ike": {{Protocol: "udp", Ports: one(500)}, {Protocol: "udp", Ports: one(4500)}},
	"tftp": {{Protocol: "udp", Ports: one(69)}}, "syslog": {{Protocol: "udp", Ports: one(514)}}, "sip": append(onTCP(5060), inventory.Traffic{Protocol: "udp", Ports: one(5060)}),
	"ping": {{Protocol: "icmp"}}, "icmp": {{Protocol: "icmp"}}, "traceroute": {{Protocol: "icmp"}},
}

func onTCP(list ...uint16) (all []inventory.Traffic) {
	for _, p := range list {
		all = append(all, inventory.Traffic{Protocol: "tcp", Ports: one(p)})
	}
	return all
}

// spoken resolves applications to the ports they have by default; those that are
// not known leave it unclear.
func (o *panObjects) spoken(scope string, names []string) (list []inventory.Traffic, unclear string) {
	var add func(name string, depth int)
	add = func(name string, depth int) {
		if g := o.get("application-group", scope, name); g != nil && depth < maxNested {
			for _, m := range g["members"] {
				add(m, depth+1)
			}
			return
		}
		known, ok := applications[name]
		list = append(list, known...)
		if !ok {
			unclear = "which ports the application " + name + " has"
		}
	}
	for _, n := range names {
		add(n, 0)
	}
	return list, unclear
}
