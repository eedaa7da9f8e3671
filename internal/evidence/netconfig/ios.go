package netconfig

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/inventory"
)

func matchIOS(head []byte, _ string) bool {
	if !lineWith(head, "hostname ", "switchname ") { // as people cut them
		return lineWith(head, "interface ") && bytes.Contains(head, []byte("\n ip address ")) ||
			lineWith(head, "!") && lineWith(head, "access-list ", "ip access-list ") && (bytes.Contains(head, []byte(" permit ")) || bytes.Contains(head, []byte(" deny ")))
	}
	return lineWith(head, "version ", "Building configuration", "!Command: show running-config", "boot system ", "!! IOS XR") ||
		lineWith(head, "interface ") && (lineWith(head, "!") || bytes.Contains(head, []byte("\n ip address ")))
}

// ios reads a configuration of IOS, IOS XE or NX-OS.
type ios struct {
	*device
	nxos     bool
	train    string
	exact    string // version by the name of the image that is booted
	iface    *inventory.Interface
	vty      bool
	vtyFrom  int // first of the block in shells
	vtyGuard string
	banner   byte // ends the banner being passed over

	lists *lists
	list  string // being read; "" none
	v6    bool   // it is of IPv6
	group *group // being read
	bound []binding
	zones iosZones

	web, webSecure inventory.Hint
	shells         []inventory.Hint
}

func readIOS(d *device) {
	c := &ios{device: d, lists: newLists(false)}
	for d.lines.Next() {
		c.line(d.lines.Text)
	}
	c.closeInterface()
	c.closeLine()
	name := "IOS"
	switch {
	case c.nxos:
		name = "NX-OS"
	case strings.HasPrefix(c.train, "16.") || strings.HasPrefix(c.train, "17.") || c.exact != "" && !strings.Contains(c.exact, "("):
		name = "IOS XE"
	}
	if d.firmware == nil && (c.train != "" || len(d.o.Interfaces) > 0) {
		d.is("Cisco", name, "", "")
	}
	if d.firmware != nil {
		d.firmware.Name = name
		d.firmware.Version = c.exact
		if c.exact == "" && c.nxos { // NX-OS writes it whole
			d.firmware.Version = c.train
		}
	}
	for _, h := range []inventory.Hint{c.web, c.webSecure} {
		if h.Service != "" {
			d.o.Hints = append(d.o.Hints, h)
		}
	}
	d.o.Hints = append(d.o.Hints, c.shells...)
	c.filters()
}

func (c *ios) line(line string) {
	if c.banner != 0 {
		if strings.IndexByte(line, c.banner) >= 0 || strings.Contains(line, "^C") && c.banner == 3 {
			c.banner = 0
		}
		return
	}
	w := strings.Fields(line)
	if len(w) == 0 {
		return
	}
	if line[0] != ' ' {
		c.closeInterface()
		c.closeLine()
		c.list, c.group = "", nil
		c.zones.close()
		if !c.filterTop(w) {
			c.top(w, line)
		}
		return
	}
	switch {
	case c.list != "":
		c.lists.add(c.list, w, c.v6, c.cite())
	case c.group != nil:
		c.lists.member(c.group, w)
	case c.zones.open():
		c.zones.inside(w)
	case c.iface != nil:
		c.inInterface(w)
	case c.vty:
		c.inLine(w)
	}
}

func (c *ios) top(w []string, line string) {
	switch w[0] {
	case "version":
		if len(w) > 1 {
			c.train = w[1]
			c.is("Cisco", "IOS", "", w[1])
			c.nxos = c.nxos || strings.Contains(w[1], "(")
		}
	case "!Command:":
		c.nxos = true
	case "hostname", "switchname":
		if len(w) > 1 {
			c.named(w[1])
		}
	case "boot":
		c.boot(line)
	case "license":
		if pid := option(w, "pid"); pid != "" {
			c.hardware("Cisco", pid)
			c.o.Identify(inventory.Serial, option(w, "sn"))
		}
	case "banner":
		c.startBanner(w, line)
	case "interface":
		if len(w) > 1 {
			c.iface = &inventory.Interface{Name: strings.Join(w[1:], ""), Where: c.cite()}
		}
	case "line":
		c.vty, c.vtyFrom, c.vtyGuard = len(w) > 1 && w[1] == "vty", len(c.shells), ""
	case "feature":
		if len(w) > 1 && (w[1] == "telnet" || w[1] == "nxapi") {
			c.management(w[1], map[string]uint16{"telnet": 23, "nxapi": 443}[w[1]], "")
		}
	case "vstack":
		if len(w) == 1 {
			c.management("smart install", 4786, "")
		}
	case "snmp-server":
		if len(w) > 2 && w[1] == "community" {
			c.hint(inventory.Hint{Kind: inventory.Management, Service: "snmp", Protocol: "udp", Outer: one(161), Guard: strings.Join(w[min(len(w), 4):min(len(w), 5)], "")})
		}
	case "ip":
		c.ip(w)
	}
}

// startBanner begins to pass over a banner: its end is marked by the character
// behind the word, which may be written as "^C".
func (c *ios) startBanner(w []string, line string) {
	if len(w) < 3 {
		return
	}
	mark := w[2]
	end := mark[0]
	if strings.HasPrefix(mark, "^C") {
		end = 3
	}
	rest := line[strings.Index(line, mark)+1:]
	if end == 3 && strings.Count(line, "^C") > 1 || end != 3 && strings.IndexByte(rest, end) >= 0 {
		return
	}
	c.banner = end
}

// boot reads the version out of the name of the image:
// "flash:c2900-universalk9-mz.SPA.157-3.M8.bin", "bootflash:isr4300-universalk9.16.09.04.SPA.bin".
func (c *ios) boot(line string) {
	image := line[strings.LastIndexAny(line, " :/")+1:]
	for _, part := range strings.SplitAfter(image, "universalk9.") {
		number, rest := digits(part)
		number = strings.TrimSuffix(number, ".")
		if strings.Count(number, ".") == 2 {
			c.exact = number
			if rest != "" && rest[0] >= 'a' && rest[0] <= 'z' {
				c.exact += rest[:1]
			}
			c.device.where = c.cite()
			return
		}
	}
	_, tail, ok := strings.Cut(image, "-mz.")
	if !ok {
		return
	}
	tail = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(tail, "SPA."), "SSA."), ".bin")
	train, rest, ok := strings.Cut(tail, "-")
	if ok && len(train) == 3 { // 157-3.M8 is 15.7(3)M8
		number, letters, _ := strings.Cut(rest, ".")
		c.exact = train[:2] + "." + train[2:] + "(" + number + ")" + letters
		c.device.where = c.cite()
	}
}

func (c *ios) ip(w []string) {
	line := strings.Join(w, " ")
	switch {
	case line == "ip http server":
		c.web = inventory.Hint{Kind: inventory.Management, Service: "http", Protocol: "tcp", Outer: one(80), Where: c.cite()}
	case line == "ip http secure-server":
		c.webSecure = inventory.Hint{Kind: inventory.Management, Service: "https", Protocol: "tcp", Outer: one(443), Where: c.cite()}
	case strings.HasPrefix(line, "ip http port ") && len(w) > 3:
		c.web.Outer = ports(w[3])
	case strings.HasPrefix(line, "ip http secure-port ") && len(w) > 3:
		c.webSecure.Outer = ports(w[3])
	case strings.HasPrefix(line, "ip http access-class"):
		c.web.Guard, c.webSecure.Guard = w[len(w)-1], w[len(w)-1]
	case strings.HasPrefix(line, "ip route ") && len(w) > 3 && w[2] != "vrf":
		if p, err := netip.ParsePrefix(w[2]); err == nil {
			c.route(p, w[3:min(len(w), 5)]...)
		} else if len(w) > 4 {
			c.route(prefix(w[2], w[3]), w[4:min(len(w), 6)]...)
		}
	case strings.HasPrefix(line, "ip nat inside destination "):
		c.unread("translation by \"" + line + "\"")
	case strings.HasPrefix(line, "ip nat inside source static "):
		c.static(w[5:])
	}
}

// static reads "tcp 10.0.0.5 3389 192.0.2.1 3389", "10.0.0.5 192.0.2.1",
// "tcp 10.0.0.5 80 interface Gi0/1 8080".
func (c *ios) static(w []string) {
	h := inventory.Hint{Kind: inventory.Forward}
	if len(w) > 0 && (w[0] == "tcp" || w[0] == "udp") {
		h.Protocol, w = w[0], w[1:]
		if len(w) < 4 {
			return
		}
		h.Inside, h.Inner = single(w[0]), ports(w[1])
		if w[2] == "interface" && len(w) > 4 {
			h.Interface, h.Outer = w[3], ports(w[4])
		} else {
			h.Outside, h.Outer = single(w[2]), ports(w[3])
		}
	} else if len(w) >= 2 {
		h.Inside, h.Outside = single(w[0]), single(w[1])
	}
	if h.Inside.IsValid() {
		c.hint(h)
	}
}

func (c *ios) inInterface(w []string) {
	i := c.iface
	switch {
	case w[0] == "ip" && len(w) >= 3 && w[1] == "address":
		mask := ""
		if len(w) > 3 {
			mask = w[3]
		}
		if p := prefix(w[2], mask); p.IsValid() {
			i.Prefixes = append(i.Prefixes, p)
		}
	case w[0] == "ip" && len(w) == 3 && w[1] == "nat":
		i.Side = map[string]inventory.Side{"outside": inventory.InternetSide, "inside": inventory.InnerSide}[w[2]]
	case w[0] == "ipv6" && len(w) >= 3 && w[1] == "address":
		if p := prefix(w[2], ""); p.IsValid() {
			i.Prefixes = append(i.Prefixes, p)
		}
	case w[0] == "description":
		i.Label = strings.Join(w[1:], " ")
	case w[0] == "zone-member" && len(w) > 2:
		i.Label = w[2]
		c.zones.member(w[2], i.Name)
	case len(w) > 3 && (w[0] == "ip" || w[0] == "ipv4") && w[1] == "access-group":
		c.bound = append(c.bound, binding{i.Name, w[len(w)-2], w[len(w)-1], false})
	case len(w) > 3 && w[0] == "ipv6" && (w[1] == "traffic-filter" || w[1] == "access-group"):
		c.bound = append(c.bound, binding{i.Name, w[2], w[3], true})
	case w[0] == "shutdown":
		i.Down = true
	}
}

func (c *ios) closeInterface() {
	if c.iface != nil {
		c.o.Interfaces = append(c.o.Interfaces, *c.iface)
		c.iface = nil
	}
}

// closeLine gives the ways in of a block of terminals the list that guards it.
func (c *ios) closeLine() {
	if c.vty {
		for i := c.vtyFrom; i < len(c.shells); i++ {
			c.shells[i].Guard = c.vtyGuard
		}
	}
	c.vty = false
}

// inLine reads a block of virtual terminals: how they may be reached, and from
// where.
func (c *ios) inLine(w []string) {
	switch {
	case w[0] == "transport" && len(w) > 2 && w[1] == "input":
		for _, t := range w[2:] {
			if t == "telnet" || t == "all" {
				c.shells = append(c.shells, inventory.Hint{Kind: inventory.Management, Service: "telnet", Protocol: "tcp", Outer: one(23), Where: c.cite()})
			}
			if t == "ssh" || t == "all" {
				c.shells = append(c.shells, inventory.Hint{Kind: inventory.Management, Service: "ssh", Protocol: "tcp", Outer: one(22), Where: c.cite()})
			}
		}
	case w[0] == "access-class" && len(w) > 1:
		c.vtyGuard = w[1]
	}
}
