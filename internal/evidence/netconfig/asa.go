package netconfig

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

func matchASA(head []byte, _ string) bool {
	return lineWith(head, "ASA Version ", "PIX Version ", ": NGFW Version ", "NGFW Version ")
}

// asa reads a configuration of an ASA.
type asa struct {
	*device
	iface   *inventory.Interface
	lists   *lists
	object  string // of addresses, being read
	group   *group // being read
	service bool   // it is an object of a service
	webvpn  bool
	port    uint16 // of the web server

	translations []func() // that name objects, which may be defined behind them
	bound        []binding
	global       string         // the list that all interfaces ask after their own
	level        int            // of the interface being read
	levels       map[string]int // of interfaces, by name
	sameInter    bool
	old8         bool // before 8.3: lists speak of translated addresses
}

func readASA(d *device) {
	c := &asa{device: d, lists: newLists(true), levels: map[string]int{}, port: 443}
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
		c.object, c.group, c.service, c.webvpn = "", nil, false, false
		c.top(w, line)
	}
	c.closeInterface()
	for _, translate := range c.translations {
		translate()
	}
	c.filters()
}

func (c *asa) closeInterface() {
	if c.iface != nil {
		c.o.Interfaces = append(c.o.Interfaces, *c.iface)
		c.levels[c.iface.Label] = c.level
		c.iface, c.level = nil, 0
	}
}

func (c *asa) top(w []string, line string) {
	switch w[0] {
	case "ASA", "PIX":
		if len(w) > 2 {
			c.is("Cisco", "ASA", w[2], "")
			c.old8 = before83(w[2])
		}
	case ":":
		if _, serial, ok := strings.Cut(line, "Serial Number: "); ok {
			c.o.Identify(inventory.Serial, serial)
		}
		if len(w) > 3 && w[1] == "NGFW" {
			c.is("Cisco", "Firepower Threat Defense", w[3], "")
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
	case "NGFW":
		if len(w) > 2 {
			c.is("Cisco", "Firepower Threat Defense", w[2], "")
		}
	case "object", "object-group", "access-list", "access-group", "same-security-traffic", "name":
		c.filterTop(w)
	case "webvpn":
		c.webvpn = true
	case "http", "ssh", "telnet":
		c.access(w)
	case "route":
		if len(w) > 4 {
			c.route(prefix(w[2], w[3]), w[1], w[4])
		}
	case "nat":
		c.twice(w)
	case "static":
		c.before83(w)
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
			if len(w) > 1 {
				c.level, _ = strconv.Atoi(w[1])
			}
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
	case c.group != nil:
		c.inGroup(w)
	}
}

// objectNAT reads "nat (dmz,outside) static 192.0.2.5 service tcp https 8443" in
// an object.
func (c *asa) objectNAT(object string, w []string) {
	if len(w) < 4 || w[2] != "static" {
		return // dynamic translation opens nothing to the inside
	}
	h := inventory.Hint{Kind: inventory.Forward, Name: object, Interface: outerOf(w[1]), Where: c.cite()}
	c.translations = append(c.translations, func() {
		var ok, also bool
		h.Inside, ok = c.address(object)
		h.Outside, also = c.address(w[3])
		if !ok || !also && w[3] != "interface" {
			c.unread("translation of " + object)
			return
		}
		if len(w) >= 8 && w[4] == "service" {
			h.Protocol, h.Inner, h.Outer = w[5], ports(w[6]), ports(w[7])
		}
		c.o.Hints = append(c.o.Hints, h)
	})
}

// address resolves an address or the name of an object that is one address or
// network.
func (c *asa) address(text string) (netip.Prefix, bool) {
	if g := c.lists.groups[text]; g != nil {
		set, unclear := c.lists.networksOf(text, 0)
		if unclear == "" && len(set) == 1 {
			return networkOf(set[0])
		}
		return netip.Prefix{}, false
	}
	if a := c.lists.names[text]; a != "" {
		text = a
	}
	p := single(text)
	return p, p.IsValid()
}

// networkOf is the network that a range is, if it is one.
func networkOf(r ipset.Range) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(ipset.Set{r}.String())
	if err != nil && r.First == r.Last {
		return netip.PrefixFrom(r.First, r.First.BitLen()), true
	}
	return p, err == nil
}

// outerOf takes the outer interface from "(dmz,outside)"; "" if that is any.
func outerOf(pair string) string {
	_, outer, _ := strings.Cut(strings.Trim(pair, "()"), ",")
	if outer == "any" {
		return ""
	}
	return outer
}

// twice reads "nat (dmz,outside) source static REAL MAPPED …".
func (c *asa) twice(w []string) {
	w = slices.DeleteFunc(slices.Clone(w), func(word string) bool { return word == "after-auto" })
	if len(w) > 2 && isNumber(w[2]) {
		w = slices.Delete(w, 2, 3)
	}
	if len(w) < 6 || w[2] != "source" || w[3] != "static" || slices.Contains(w, "inactive") {
		return
	}
	h := inventory.Hint{Kind: inventory.Forward, Interface: outerOf(w[1]), Where: c.cite()}
	c.translations = append(c.translations, func() {
		if w[4] == w[5] {
			return // a rule not to translate
		}
		var ok, also bool
		h.Inside, ok = c.address(w[4])
		h.Outside, also = c.address(w[5])
		if !ok || !also && w[5] != "interface" {
			c.unread("translation of " + w[4])
			return
		}
		if i := slices.Index(w, "service"); i > 0 && i+2 < len(w) && !c.translatedPorts(&h, w[i+1], w[i+2]) {
			c.unread("translation of " + w[4] + " by " + w[i+1])
			return
		}
		c.o.Hints = append(c.o.Hints, h)
	})
}

// translatedPorts reads the service objects of the real and the mapped side,
// which name ports of the source, for it is the server.
func (c *asa) translatedPorts(h *inventory.Hint, real, mapped string) bool {
	inner, _ := c.lists.servicesOf(real, 0)
	outer, _ := c.lists.servicesOf(mapped, 0)
	if len(inner) != 1 || len(outer) != 1 {
		return false
	}
	h.Protocol, h.Inner, h.Outer = inner[0].Protocol, inner[0].SourcePorts, outer[0].SourcePorts
	return true
}

func isNumber(w string) bool {
	_, err := strconv.Atoi(w)
	return err == nil
}

// before83 reads the form before 8.3: "static (inside,outside) tcp 192.0.2.1 80
// 10.0.0.1 80 netmask …".
func (c *asa) before83(w []string) {
	if len(w) < 4 {
		return
	}
	h := inventory.Hint{Kind: inventory.Forward, Interface: outerOf(w[1]), Where: c.cite()}
	rest := w[2:]
	ported := (rest[0] == "tcp" || rest[0] == "udp") && len(rest) >= 5
	c.translations = append(c.translations, func() {
		var ok bool
		outside, inside := rest[0], rest[1]
		if ported {
			outside, inside = rest[1], rest[3]
			h.Protocol, h.Outer, h.Inner = rest[0], ports(rest[2]), ports(rest[4])
		}
		h.Outside, _ = c.address(outside)
		if h.Inside, ok = c.address(inside); !ok {
			c.unread("translation of " + inside)
			return
		}
		if mask := option(rest, "netmask"); mask != "" && !ported {
			h.Inside, h.Outside = prefix(h.Inside.Addr().String(), mask), prefix(h.Outside.Addr().String(), mask)
		}
		c.o.Hints = append(c.o.Hints, h)
	})
}
