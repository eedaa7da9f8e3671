package netconfig

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"seawall/internal/inventory"
	"seawall/internal/ipset"
)

// lists gathers the access lists of a Cisco device, and the groups that their
// entries name, until all is read: groups may be defined behind their use.
type lists struct {
	netmasks bool // ASA writes 255.255.255.0 where IOS writes 0.0.0.255
	entries  map[string][]entry
	groups   map[string]*group
	names    map[string]string // of addresses
}

// entry is a line of a list, not yet understood.
type entry struct {
	words []string
	ipv6  bool
	where inventory.Citation
}

// group is an object or a group of objects.
type group struct {
	networks ipset.Set
	services []inventory.Traffic
	isPorts  bool   // of services
	protocol string // of all its ports
	members  []string
	unclear  string
}

func newLists(netmasks bool) *lists {
	return &lists{netmasks: netmasks, entries: map[string][]entry{}, groups: map[string]*group{}, names: map[string]string{}}
}

func (l *lists) add(name string, words []string, ipv6 bool, where inventory.Citation) {
	l.entries[name] = append(l.entries[name], entry{words, ipv6, where})
}

func (l *lists) group(name string) *group {
	g := l.groups[name]
	if g == nil {
		g = &group{}
		l.groups[name] = g
	}
	return g
}

// maxMembers bounds how deep groups hold groups.
const maxNested = 16

// networksOf resolves a group of addresses.
func (l *lists) networksOf(name string, depth int) (s ipset.Set, unclear string) {
	g := l.groups[name]
	if g == nil || depth > maxNested {
		return ipset.All(), "the group " + name
	}
	s, unclear = g.networks, g.unclear
	for _, m := range g.members {
		inner, doubt := l.networksOf(m, depth+1)
		s = s.Union(inner)
		if unclear == "" {
			unclear = doubt
		}
	}
	return s, unclear
}

// servicesOf resolves a group of services.
func (l *lists) servicesOf(name string, depth int) (list []inventory.Traffic, unclear string) {
	g := l.groups[name]
	if g == nil || depth > maxNested {
		return nil, "the group " + name
	}
	list, unclear = slices.Clone(g.services), g.unclear
	for _, m := range g.members {
		inner, doubt := l.servicesOf(m, depth+1)
		list = append(list, inner...)
		if unclear == "" {
			unclear = doubt
		}
	}
	return list, unclear
}

// rules understands the entries of a list.
func (l *lists) rules(name string) (rules []inventory.Rule) {
	for _, e := range l.entries[name] {
		c := aceReader{lists: l, words: e.words, ipv6: e.ipv6}
		if r, ok := c.rule(); ok {
			r.Where = e.where
			rules = append(rules, r)
		}
	}
	return rules
}

// filter makes a list a filter whose end denies what the list is about.
func (l *lists) filter(name string, ipv6 bool) inventory.Filter {
	f := inventory.Filter{Name: name, Rules: l.rules(name), Default: inventory.Allow}
	f.Where = l.end(name)
	all := ipset.All4()
	if ipv6 {
		all = ipset.All6()
	}
	f.Rules = append(f.Rules, inventory.Rule{Name: "end of the list", Action: inventory.Deny, Source: all, Destination: all, Where: f.Where})
	return f
}

// aceReader reads the words of one entry.
type aceReader struct {
	*lists
	words []string
	ipv6  bool
	rule_ inventory.Rule
	// chosen are conditions that the sender chooses whether to meet.
	chosen bool
	never  bool // no new connection matches
}

func (c *aceReader) next() string {
	if len(c.words) == 0 {
		return ""
	}
	w := c.words[0]
	c.words = c.words[1:]
	return w
}

func (c *aceReader) peek() string {
	if len(c.words) == 0 {
		return ""
	}
	return c.words[0]
}

func (c *aceReader) doubt(what string) {
	if c.rule_.Unclear == "" {
		c.rule_.Unclear = what
	}
}

// rule reads "permit tcp any host 192.0.2.1 eq 443 log"; not ok if no new
// connection ever matches it.
func (c *aceReader) rule() (r inventory.Rule, ok bool) {
	word := c.next()
	if _, err := strconv.Atoi(word); err == nil {
		word = c.next() // the number of the line
	}
	switch {
	case word == "sequence" && len(c.words) > 1:
		c.words = c.words[1:]
		return c.rule()
	case word == "dynamic" && len(c.words) > 1:
		c.words = c.words[1:]
		c.doubt("who has logged in before")
		return c.rule()
	case word == "permit":
		c.rule_.Action = inventory.Allow
	case word == "deny":
	default: // a remark, "evaluate", "statistics per-entry"
		return r, false
	}
	c.rule_.Source, c.rule_.Destination = c.any(), c.any()
	protocol, services := c.protocol()
	if protocol == "" && services == nil { // a standard list has sources only
		c.rule_.Source = c.address(&c.rule_.In)
	} else {
		c.rule_.Source = c.address(&c.rule_.In)
		from := c.ports(protocol)
		c.rule_.Destination = c.address(&c.rule_.Out)
		to := c.ports(protocol)
		c.services(protocol, services, from, to)
	}
	for len(c.words) > 0 {
		c.option(c.next())
	}
	if c.never || c.chosen && c.rule_.Action == inventory.Deny {
		return r, false
	}
	return c.rule_, true
}

func (c *aceReader) any() ipset.Set {
	switch {
	case c.netmasks:
		return ipset.All()
	case c.ipv6:
		return ipset.All6()
	}
	return ipset.All4()
}

// protocol reads the protocol; nothing if the words go on with an address, as
// in a standard list.
func (c *aceReader) protocol() (name string, services []inventory.Traffic) {
	switch w := c.peek(); {
	case w == "ip" || w == "ipv6":
		c.next()
		return "ip", nil
	case w == "object-group" || w == "object":
		if len(c.words) > 1 && c.isServices(c.words[1]) {
			c.next()
			list, unclear := c.servicesOf(c.next(), 0)
			if unclear != "" {
				c.doubt(unclear)
			}
			return "", list
		}
		return "", nil
	case w == "any" || w == "any4" || w == "any6" || w == "host" || w == "interface" || w == "ifc" || w == "addrgroup":
		return "", nil
	case strings.ContainsAny(w, ".:/"):
		return "", nil
	case c.names[w] != "" || w == "":
		return "", nil
	default:
		c.next()
		if n, ok := map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "0": "ip"}[w]; ok {
			w = n
		}
		return w, nil
	}
}

// isServices reports whether a group is of services or protocols.
func (c *aceReader) isServices(name string) bool {
	g := c.groups[name]
	for depth := 0; g != nil && depth < maxNested; depth++ {
		if g.isPorts || len(g.services) > 0 {
			return true
		}
		if len(g.networks) > 0 || len(g.members) == 0 {
			return false
		}
		g = c.groups[g.members[0]]
	}
	return false
}

// address reads one of the ways to write addresses.
func (c *aceReader) address(zone *[]string) ipset.Set {
	switch w := c.next(); w {
	case "any":
		return c.any()
	case "any4":
		return ipset.All4()
	case "any6":
		return ipset.All6()
	case "ifc": // Firepower: the interface, then the address
		*zone = []string{c.next()}
		return c.address(zone)
	case "host":
		a, err := netip.ParseAddr(c.named(c.next()))
		if err != nil {
			c.doubt("an address")
			return c.any()
		}
		return ipset.OfAddr(a)
	case "object-group", "object", "addrgroup":
		s, unclear := c.networksOf(c.next(), 0)
		if unclear != "" {
			c.doubt(unclear)
		}
		return s
	case "interface": // the device's own address
		c.doubt("the address of the interface " + c.next())
		return c.any()
	case "":
		return c.any()
	default:
		return c.network(c.named(w))
	}
}

func (c *aceReader) named(w string) string {
	if a, ok := c.names[w]; ok {
		return a
	}
	return w
}

// network reads "192.0.2.0 0.0.0.255", "192.0.2.0/24", "192.0.2.1".
func (c *aceReader) network(w string) ipset.Set {
	if p, err := netip.ParsePrefix(w); err == nil {
		return ipset.OfPrefixes(p)
	}
	a, err := netip.ParseAddr(w)
	if err != nil {
		c.doubt("the address " + w)
		return c.any()
	}
	mask, err := netip.ParseAddr(c.peek())
	if err != nil || !mask.Is4() || !a.Is4() {
		return ipset.OfAddr(a)
	}
	c.next()
	wild := mask.As4()
	if c.netmasks {
		for i := range wild {
			wild[i] = ^wild[i]
		}
	}
	s, ok := wildcard(a, binary.BigEndian.Uint32(wild[:]))
	if !ok {
		c.doubt("the mask " + mask.String())
	}
	return s
}

// maxWild bounds how many ranges a mask with holes is written out as, in bits.
const maxWild = 12

// wildcard is the set of the addresses that differ from a in the bits of the
// mask only; the mask may have holes.
func wildcard(a netip.Addr, mask uint32) (s ipset.Set, ok bool) {
	octets := a.As4()
	base := binary.BigEndian.Uint32(octets[:]) &^ mask
	low := bits.TrailingZeros32(^mask)
	tail := uint32(1)<<low - 1
	holes := mask &^ tail
	if bits.OnesCount32(holes) > maxWild {
		return ipset.All4(), false
	}
	var ranges []ipset.Range
	for pick := uint32(0); ; pick = (pick - holes) & holes { // all ways to set the bits of the mask
		ranges = append(ranges, ipset.Range{First: address4(base | pick), Last: address4(base | pick | tail)})
		if pick == holes {
			return ipset.Of(ranges...), true
		}
	}
}

func address4(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}

// ports reads "eq 80 443", "range 1 1023", "gt 1023"; nothing if all are meant.
func (c *aceReader) ports(protocol string) (list []inventory.PortRange) {
	port := func(w string) (uint16, bool) {
		p, ok := portOf(w, protocol)
		if !ok {
			c.doubt("the port " + w)
		}
		return p, ok
	}
	before := len(c.words)
	defer func() {
		if len(list) == 0 && len(c.words) < before && c.rule_.Unclear == "" {
			c.never = true // only port 0, or none
		}
	}()
	switch c.peek() {
	case "eq":
		c.next()
		for {
			p, ok := portOf(c.peek(), protocol)
			if !ok {
				break
			}
			c.next()
			list = span(list, int(p), int(p))
		}
		if before-len(c.words) == 1 {
			port(c.next())
		}
	case "neq":
		c.next()
		if p, ok := port(c.next()); ok {
			list = span(list, 0, int(p)-1)
			list = span(list, int(p)+1, 65535)
		}
	case "gt":
		c.next()
		if p, ok := port(c.next()); ok {
			list = span(list, int(p)+1, 65535)
		}
	case "lt":
		c.next()
		if p, ok := port(c.next()); ok {
			list = span(list, 0, int(p)-1)
		}
	case "range":
		c.next()
		first, ok := port(c.next())
		if last, also := port(c.next()); ok && also {
			list = span(list, int(first), int(last))
		}
	case "portgroup":
		c.next()
		list = c.portGroup(c.next())
	case "object-group":
		if len(c.words) > 1 && c.isServices(c.words[1]) {
			c.next()
			list = c.portGroup(c.next())
		}
	}
	return list
}

func (c *aceReader) portGroup(name string) (list []inventory.PortRange) {
	services, unclear := c.servicesOf(name, 0)
	if unclear != "" {
		c.doubt(unclear)
	}
	for _, t := range services {
		list = append(list, t.Ports)
	}
	return list
}

// span adds a range of ports. Port 0, which nothing listens on, is left out:
// as a range it would mean all.
func span(list []inventory.PortRange, first, last int) []inventory.PortRange {
	first, last = max(first, 1), min(last, 65535)
	if first > last {
		return list
	}
	return append(list, inventory.PortRange{First: uint16(first), Last: uint16(last)})
}

// services puts protocol and ports together.
func (c *aceReader) services(protocol string, list []inventory.Traffic, from, to []inventory.PortRange) {
	if protocol == "" {
		c.rule_.Services = list
		return
	}
	if protocol == "ip" {
		return
	}
	protocols := []string{protocol}
	if protocol == "tcp-udp" {
		protocols = []string{"tcp", "udp"}
	}
	if from == nil {
		from = []inventory.PortRange{{}}
	}
	if to == nil {
		to = []inventory.PortRange{{}}
	}
	for _, p := range protocols {
		for _, f := range from {
			for _, t := range to {
				c.rule_.Services = append(c.rule_.Services, inventory.Traffic{Protocol: p, Ports: t, SourcePorts: f})
			}
		}
	}
}

// option reads what stands behind the addresses.
func (c *aceReader) option(w string) {
	switch w {
	case "established", "ack", "rst", "fin", "+ack", "+rst", "fragments", "inactive", "disable":
		c.never = true
	case "-syn":
		c.never = true
	case "match-any", "match-all":
		c.doubt("flags of TCP")
	case "time-range", "schedule":
		c.next()
		c.chosen = true // it is in force at some time
	case "dscp", "tos", "precedence", "ttl", "option", "flow-label", "packet-length":
		c.chosen = true
	case "user", "user-group", "object-group-user", "object-group-security", "security-group":
		c.doubt("known users only")
	}
}

// portOf reads a port by number or by the names that Cisco devices write.
func portOf(w, protocol string) (uint16, bool) {
	if n, err := strconv.ParseUint(w, 10, 16); err == nil {
		return uint16(n), true
	}
	if protocol == "udp" {
		if p, ok := udpNames[w]; ok {
			return p, true
		}
	}
	p, ok := portNames[w]
	return p, ok
}
