// Package netconfig reads configurations of network devices for what the device
// is, which addresses it has, what it forwards to the inside and where its own
// management answers.
package netconfig

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/evidence"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// Formats lists the configurations.
func Formats() []evidence.Format {
	f := func(id, title string, match func([]byte, string) bool, read func(*device)) evidence.Format {
		return stream.Format(evidence.Format{
			ID: id, Title: title, Match: match, Copies: true,
			Notes: "model and version, interfaces with addresses, port forwards, published services, management, and the rules that filter what comes in",
		}, func(in *stream.Input) {
			d := newDevice(in)
			read(d)
			d.emit()
		})
	}
	return []evidence.Format{
		f("fortios-config", "FortiOS configuration", startsWith("#config-version="), readFortiOS),
		f("netscaler-config", "NetScaler configuration", matchNetScaler, readNetScaler),
		f("bigip-config", "BIG-IP configuration", startsWith("#TMSH-VERSION:"), readBigIP),
		f("routeros-config", "RouterOS export", matchRouterOS, readRouterOS),
		f("panos-config", "PAN-OS configuration (XML)", matchPANXML, readPANXML),
		f("panos-set", "PAN-OS configuration (set commands)", matchPANSet, readPANSet),
		f("panos-braces", "PAN-OS configuration (as shown)", matchPANBraces, readPANBraces),
		f("asa-config", "Cisco ASA configuration", matchASA, readASA),
		f("junos-config", "Junos configuration", matchJunos, readJunos),
		f("ios-config", "Cisco IOS, IOS XE or NX-OS configuration", matchIOS, readIOS),
	}
}

func startsWith(mark string) func([]byte, string) bool {
	return func(head []byte, _ string) bool {
		return bytes.HasPrefix(bytes.TrimLeft(head[:min(len(head), 256)], "\xef\xbb\xbf \t\r\n"), []byte(mark))
	}
}

// lineWith reports whether one of the first lines of a file starts with one of
// the marks.
func lineWith(head []byte, marks ...string) bool {
	for line := range bytes.Lines(head[:min(len(head), 32<<10)]) {
		for _, m := range marks {
			if bytes.HasPrefix(line, []byte(m)) {
				return true
			}
		}
	}
	return false
}

// device is a device while its configuration is read.
type device struct {
	in    *stream.Input
	lines *stream.Lines
	o     *inventory.Observation

	firmware *inventory.Component
	where    inventory.Citation // of the version
	model    string
	gateways []gateway // of default routes
	policy   *inventory.Policy
}

// gateway is where a default route leads.
type gateway struct {
	device string
	next   netip.Addr
}

func newDevice(in *stream.Input) *device {
	in.Source.Vantage = inventory.OnHost
	return &device{in: in, lines: stream.NewLines(in), o: &inventory.Observation{}, policy: &inventory.Policy{}}
}

// cite points at the line being read.
func (d *device) cite() inventory.Citation {
	return d.in.Cite(d.lines.Offset, d.lines.Length, d.lines.Number, strings.TrimSpace(d.lines.Text))
}

// is says what the device runs. Configurations that name only a release train
// have no version: it would be taken for the first of the train.
func (d *device) is(vendor, name, version, train string) {
	d.firmware = &inventory.Component{Kind: inventory.Firmware, Vendor: vendor, Name: name, Version: version}
	d.where = d.cite()
	if version == "" && train != "" {
		d.attribute("release train", train)
	}
}

func (d *device) attribute(name, value string) {
	d.o.Attributes = append(d.o.Attributes, inventory.Attribute{Name: name, Fact: inventory.Fact{Value: value, Where: d.cite(), Confidence: inventory.Configured}})
}

func (d *device) hardware(vendor, model string) {
	if model == "" || d.model != "" {
		return
	}
	d.model = model
	d.o.Software = append(d.o.Software, inventory.Software{
		Component: &inventory.Component{Kind: inventory.Hardware, Vendor: vendor, Name: model}, Where: d.cite(), Confidence: inventory.Configured,
	})
}

// route notes a static route; "ip route 10.0.0.0 255.0.0.0 192.0.2.1", or out by
// an interface.
func (d *device) route(network netip.Prefix, to ...string) {
	if !network.IsValid() {
		return
	}
	r := inventory.Route{Network: network.Masked()}
	for _, word := range to {
		if a, err := netip.ParseAddr(word); err == nil {
			if !r.Next.IsValid() {
				r.Next = a
			}
		} else if r.Interface == "" && !r.Next.IsValid() {
			r.Interface = word
		}
	}
	d.policy.Routes = append(d.policy.Routes, r)
	if network.Bits() == 0 {
		d.gateways = append(d.gateways, gateway{r.Interface, r.Next})
	}
}

// unread notes a translation that is not understood.
func (d *device) unread(what string) {
	if d.policy.Unread == "" {
		d.policy.Unread = what
	}
}

func (d *device) named(name string) { d.o.Identify(inventory.Name, unquote(name)) }

func (d *device) hint(h inventory.Hint) {
	h.Where = d.cite()
	d.o.Hints = append(d.o.Hints, h)
}

// management notes a management service of the device.
func (d *device) management(service string, port uint16, iface string, peers ...string) {
	d.hint(inventory.Hint{Kind: inventory.Management, Service: service, Protocol: "tcp", Outer: one(port), Interface: iface, Peers: peers})
}

// emit gives away what was read.
func (d *device) emit() {
	o := d.o
	if d.firmware == nil && len(o.Interfaces) == 0 && len(o.Hints) == 0 {
		d.in.Note(0, 1, "the configuration names no version, interface or service")
		return
	}
	if d.firmware != nil {
		o.Software = append(o.Software, inventory.Software{Component: d.firmware, Where: d.where, Confidence: inventory.Configured})
		o.Where = d.where
	}
	o.Policy = d.policy
	d.sides()
	for _, i := range o.Interfaces {
		for _, p := range i.Prefixes {
			o.Identify(inventory.Address, p.Addr().String())
		}
	}
	if len(o.Keys) == 0 {
		place, _ := evidence.HostPlace(d.in.File.Path)
		o.Identify(inventory.Place, place)
	}
	o.Roles = append(o.Roles, inventory.Fact{Value: "network device", Where: d.where, Confidence: inventory.Configured})
	d.in.Emit(o)
}

// sides tells the interfaces towards the Internet from the others: by the words
// people name them with, and by the default route.
func (d *device) sides() {
	for i := range d.o.Interfaces {
		f := &d.o.Interfaces[i]
		if f.Side == inventory.UnknownSide {
			f.Side = sideOf(f.Label)
		}
		if f.Side == inventory.UnknownSide {
			f.Side = sideOf(f.Name)
		}
		for _, g := range d.gateways {
			public := f.Side != inventory.InnerSide && hasPublic(f.Prefixes)
			if public && (g.device == f.Name || g.device == f.Label && g.device != "" || g.device == "" && holds(f.Prefixes, g.next)) {
				f.Side = inventory.InternetSide
			}
		}
	}
}

func sideOf(label string) inventory.Side {
	l := strings.ToLower(label)
	for _, word := range []string{"outside", "untrust", "wan", "internet", "external", "public", "isp"} {
		if strings.Contains(l, word) {
			return inventory.InternetSide
		}
	}
	for _, word := range []string{"inside", "lan", "internal", "trust", "mgmt", "management", "private"} {
		if strings.Contains(l, word) {
			return inventory.InnerSide
		}
	}
	return inventory.UnknownSide
}

func hasPublic(prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if a := p.Addr(); a.IsGlobalUnicast() && !a.IsPrivate() {
			return true
		}
	}
	return false
}

func holds(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if a.IsValid() && p.Masked().Contains(a) {
			return true
		}
	}
	return false
}

// prefix reads an address with a mask, "192.0.2.1 255.255.255.0" or
// "192.0.2.1/24".
func prefix(address, mask string) netip.Prefix {
	if p, err := netip.ParsePrefix(address); err == nil {
		return p
	}
	a, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	bits := a.BitLen()
	if m, err := netip.ParseAddr(mask); err == nil && m.Is4() && a.Is4() {
		b := m.As4()
		bits = 0
		for _, octet := range b {
			for ; octet&0x80 != 0; octet <<= 1 {
				bits++
			}
		}
	}
	return netip.PrefixFrom(a, bits)
}

// single is the prefix of one address; invalid if the text is none.
func single(address string) netip.Prefix {
	address, _, _ = strings.Cut(address, "-") // the first of a range
	a, err := netip.ParseAddr(strings.TrimSpace(address))
	if err != nil {
		if p, err := netip.ParsePrefix(address); err == nil {
			return p
		}
		return netip.Prefix{}
	}
	return netip.PrefixFrom(a, a.BitLen())
}

func one(port uint16) inventory.PortRange { return inventory.PortRange{First: port, Last: port} }

// ports reads "443", "https", "8000-8010".
func ports(text string) inventory.PortRange {
	first, last, isRange := strings.Cut(strings.TrimSpace(text), "-")
	if p, ok := portNames[first]; ok {
		return one(p)
	}
	from, err := strconv.ParseUint(first, 10, 16)
	if err != nil {
		return inventory.PortRange{}
	}
	to := from
	if n, err := strconv.ParseUint(last, 10, 16); isRange && err == nil {
		to = max(n, from)
	}
	return inventory.PortRange{First: uint16(from), Last: uint16(to)}
}

func unquote(text string) string { return strings.Trim(strings.TrimSpace(text), `"'`) }

// words parts a line at blanks, keeping quoted text in one piece.
func words(line string) (list []string) {
	for line = strings.TrimSpace(line); line != ""; line = strings.TrimLeft(line, " \t") {
		if line[0] == '"' {
			end := 1
			for end < len(line) && line[end] != '"' {
				if line[end] == '\\' {
					end++
				}
				end++
			}
			list = append(list, line[1:min(end, len(line))])
			line = line[min(end+1, len(line)):]
			continue
		}
		end := strings.IndexAny(line, " \t")
		if end < 0 {
			end = len(line)
		}
		list = append(list, line[:end])
		line = line[end:]
	}
	return list
}
