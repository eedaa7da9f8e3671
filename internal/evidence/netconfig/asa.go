package netconfig

import (
	"net/netip"
	"strings"

	"seawall/internal/inventory"
)

func matchASA(head []byte, _ string) bool { return lineWith(head, "ASA Version ", "PIX Version ") }

// asa reads a configuration of an ASA.
type asa struct {
	*device
	iface   *inventory.Interface
	object  string
	objects map[string]netip.Prefix
	webvpn  bool
	port    uint16 // of the web server
}

func readASA(d *device) {
	c := &asa{device: d, objects: map[string]netip.Prefix{}, port: 443}
	for d.lines.Next() {
		line := d.lines.Text
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		if line[0] == ' ' {
			c.inside(w)
			continue
		}
		c.closeInterface()
		c.object, c.webvpn = "", false
		c.top(w, line)
	}
	c.closeInterface()
}

func (c *asa) closeInterface() {
	if c.iface != nil {
		c.o.Interfaces = append(c.o.Interfaces, *c.iface)
		c.iface = nil
	}
}

func (c *asa) top(w []string, line string) {
	switch w[0] {
	case "ASA", "PIX":
		if len(w) > 2 {
			c.is("Cisco", "ASA", w[2], "")
		}
	case ":":
		if _, serial, ok := strings.Cut(line, "Serial Number: "); ok {
			c.o.Identify(inventory.Serial, serial)
		}
		if _, model, ok := strings.Cut(line, "Hardware: "); ok {
			model, _, _ = strings.Cut(strings.TrimSpace(model), ",")
			c.hardware("Cisco", model)
		}
	case "hostname":
		if len(w) > 1 {
			c.named(w[1])
		}
	case "interface":
		c.iface = &inventory.Interface{Name: strings.Join(w[1:], ""), Where: c.cite()}
	case "object":
		if len(w) == 3 && w[1] == "network" {
			c.object = w[2]
		}
	case "webvpn":
		c.webvpn = true
	case "http", "ssh", "telnet":
		c.access(w)
	case "route":
		if len(w) > 4 && w[2] == "0.0.0.0" {
			next, _ := netip.ParseAddr(w[4])
			c.gateways = append(c.gateways, gateway{w[1], next})
		}
	case "nat":
		c.twice(w)
	case "static":
		c.old(w)
	case "crypto":
		if len(w) >= 4 && w[1] == "ikev2" && w[2] == "enable" {
			c.hint(inventory.Hint{Kind: inventory.Management, Service: "ikev2", Protocol: "udp", Outer: one(500), Interface: w[3]})
		}
	}
}

// access reads "ssh 0.0.0.0 0.0.0.0 outside", "http server enable 8443".
func (c *asa) access(w []string) {
	if w[0] == "http" && len(w) > 2 && w[1] == "server" && w[2] == "enable" {
		if len(w) > 3 {
			c.port = ports(w[3]).First
		}
		return
	}
	if len(w) != 4 {
		return
	}
	p := prefix(w[1], w[2])
	if !p.IsValid() {
		return
	}
	port := map[string]uint16{"http": c.port, "ssh": 22, "telnet": 23}[w[0]]
	service := w[0]
	if service == "http" {
		service = "https"
	}
	peer := p.Masked().String()
	if p.Bits() == 0 {
		peer = "any"
	}
	c.management(service, port, w[3], peer)
}

func (c *asa) inside(w []string) {
	switch {
	case c.iface != nil:
		switch w[0] {
		case "nameif":
			if len(w) > 1 {
				c.iface.Label = w[1]
			}
		case "security-level":
			if len(w) > 1 && w[1] == "0" {
				c.iface.Side = inventory.InternetSide
			} else if len(w) > 1 && w[1] == "100" {
				c.iface.Side = inventory.InnerSide
			}
		case "ip":
			if len(w) >= 4 && w[1] == "address" {
				if p := prefix(w[2], w[3]); p.IsValid() {
					c.iface.Prefixes = append(c.iface.Prefixes, p)
				}
			}
		case "shutdown":
			c.iface.Down = true
		}
	case c.webvpn && w[0] == "enable" && len(w) > 1:
		c.management("ssl vpn", 443, w[1])
		c.o.Roles = append(c.o.Roles, inventory.Fact{Value: "vpn", Where: c.cite(), Confidence: inventory.Configured})
	case c.object != "":
		c.inObject(w)
	}
}

func (c *asa) inObject(w []string) {
	switch {
	case w[0] == "host" && len(w) > 1:
		c.objects[c.object] = single(w[1])
	case w[0] == "subnet" && len(w) > 2:
		c.objects[c.object] = prefix(w[1], w[2])
	case w[0] == "nat" && len(w) >= 4 && w[2] == "static":
		// nat (dmz,outside) static 192.0.2.5 service tcp https 8443
		h := inventory.Hint{Kind: inventory.Forward, Name: c.object, Inside: c.objects[c.object], Interface: outerOf(w[1])}
		h.Outside = c.address(w[3])
		if len(w) >= 8 && w[4] == "service" {
			h.Protocol, h.Inner, h.Outer = w[5], ports(w[6]), ports(w[7])
		}
		c.hint(h)
	}
}

// address resolves the name of an object.
func (c *asa) address(text string) netip.Prefix {
	if p, ok := c.objects[text]; ok {
		return p
	}
	return single(text)
}

// outerOf takes the outer interface from "(dmz,outside)".
func outerOf(pair string) string {
	_, outer, _ := strings.Cut(strings.Trim(pair, "()"), ",")
	return outer
}

// twice reads "nat (dmz,outside) source static REAL MAPPED …".
func (c *asa) twice(w []string) {
	if len(w) < 6 || w[2] != "source" || w[3] != "static" {
		return
	}
	h := inventory.Hint{Kind: inventory.Forward, Inside: c.address(w[4]), Outside: c.address(w[5]), Interface: outerOf(w[1])}
	if h.Inside.IsValid() && h.Inside != h.Outside { // else it is a rule not to translate
		c.hint(h)
	}
}

// old reads the form before 8.3: "static (inside,outside) tcp 192.0.2.1 80 10.0.0.1 80 netmask …".
func (c *asa) old(w []string) {
	if len(w) < 4 {
		return
	}
	h := inventory.Hint{Kind: inventory.Forward, Interface: outerOf(w[1])}
	rest := w[2:]
	if (rest[0] == "tcp" || rest[0] == "udp") && len(rest) >= 5 {
		h.Protocol, h.Outside, h.Outer, h.Inside, h.Inner = rest[0], single(rest[1]), ports(rest[2]), single(rest[3]), ports(rest[4])
	} else {
		h.Outside, h.Inside = single(rest[0]), single(rest[1])
	}
	if h.Inside.IsValid() {
		c.hint(h)
	}
}
