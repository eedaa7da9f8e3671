package netconfig

import (
	"net/netip"
	"path"
	"strings"

	"seawall/internal/inventory"
)

// bigip reads the blocks of bigip.conf and bigip_base.conf.
type bigip struct {
	*device
	open    []string // blocks that are open, by their first words
	kind    string   // of the outermost
	name    string
	values  map[string]string
	members []balanced // of the pool being read
	where   inventory.Citation

	nodes    map[string]netip.Addr
	pools    map[string][]balanced
	virtuals []bigipVirtual
	virtual  map[string]string // addresses by name
}

// balanced is a server behind a balancer.
type balanced struct {
	name string
	addr netip.Addr
	port inventory.PortRange
	down bool
}

type bigipVirtual struct {
	hint inventory.Hint
	pool string
}

func readBigIP(d *device) {
	d.policy = nil // it serves what it is told to, and forwards nothing else
	b := &bigip{device: d, values: map[string]string{}, nodes: map[string]netip.Addr{}, pools: map[string][]balanced{}, virtual: map[string]string{}}
	for d.lines.Next() {
		line := strings.TrimSpace(d.lines.Text)
		if version, ok := strings.CutPrefix(line, "#TMSH-VERSION:"); ok {
			d.is("F5", "BIG-IP", strings.TrimSpace(version), "")
			continue
		}
		b.line(line, words(line))
	}
	b.finish()
}

func (b *bigip) line(line string, w []string) {
	if len(w) == 0 {
		return
	}
	switch {
	case strings.HasSuffix(line, "{"):
		if len(b.open) == 0 {
			b.kind, b.name = blockName(w)
			b.where, b.members = b.cite(), nil
			clear(b.values)
		} else if len(b.open) == 2 && b.kind == "ltm pool" && b.open[1] == "members" {
			b.member(w[0])
		}
		if len(b.open) < maxNesting {
			b.open = append(b.open, w[0])
		}
	case line == "}":
		if len(b.open) > 0 {
			b.open = b.open[:len(b.open)-1]
		}
		if len(b.open) == 0 {
			b.block()
		}
	case len(b.open) == 1:
		b.values[w[0]] = strings.Join(w[1:], " ")
	case len(b.open) == 2:
		b.values[b.open[1]] = strings.TrimSpace(b.values[b.open[1]] + " " + strings.Join(w, " "))
	case len(b.open) == 3 && len(b.members) > 0:
		m := &b.members[len(b.members)-1]
		switch {
		case w[0] == "address" && len(w) > 1:
			m.addr = domainless(w[1])
		case w[0] == "session" && len(w) > 1 && w[1] == "user-disabled":
			m.down = true
		}
	}
}

// member begins a member of a pool: "/Common/10.0.0.1:80", "/Common/web1:http".
func (b *bigip) member(text string) {
	name, port := portBehind(path.Base(text))
	b.members = append(b.members, balanced{name: path.Join(path.Dir(text), name), addr: domainless(name), port: ports(port)})
}

// portBehind parts an address from its port: behind a colon, or, for IPv6,
// behind a point.
func portBehind(text string) (name, port string) {
	mark := ":"
	if strings.Count(text, ":") > 1 {
		mark = "."
	}
	if i := strings.LastIndex(text, mark); i >= 0 {
		return text[:i], text[i+1:]
	}
	return text, ""
}

// domainless reads an address without the number of its route domain.
func domainless(text string) netip.Addr {
	text, _, _ = strings.Cut(text, "%")
	a, _ := netip.ParseAddr(text)
	return a
}

// blockName parts "ltm virtual /Common/vs1 {".
func blockName(w []string) (kind, name string) {
	w = w[:len(w)-1]
	if n := len(w); n > 0 && strings.HasPrefix(w[n-1], "/") {
		return strings.Join(w[:n-1], " "), w[n-1]
	}
	return strings.Join(w, " "), ""
}

func (b *bigip) block() {
	switch b.kind {
	case "ltm virtual":
		b.server()
	case "ltm virtual-address":
		b.virtual[b.name] = b.values["address"]
	case "ltm pool":
		b.pools[b.name] = b.members
	case "ltm node":
		b.nodes[b.name] = domainless(b.values["address"])
	case "sys global-settings":
		b.named(b.values["hostname"])
	case "net self":
		address, _, _ := strings.Cut(b.values["address"], "%")
		if p := prefix(address, ""); p.IsValid() {
			b.o.Interfaces = append(b.o.Interfaces, inventory.Interface{Name: path.Base(b.name), Label: path.Base(b.values["vlan"]), Prefixes: []netip.Prefix{p}, Where: b.where})
		}
		if allowed := b.values["allow-service"]; strings.Contains(allowed, "all") || strings.Contains(allowed, "tcp:443") || strings.Contains(allowed, "tcp:https") || strings.Contains(allowed, "default") {
			b.management("https", 443, path.Base(b.name))
		}
	}
}

// server reads a virtual server.
func (b *bigip) server() {
	address, port := portBehind(b.values["destination"])
	if port == "" {
		return
	}
	h := inventory.Hint{Kind: inventory.Balance, Name: path.Base(b.name), Protocol: b.values["ip-protocol"], Outer: ports(port), Where: b.where}
	if a := domainless(path.Base(address)); a.IsValid() {
		h.Outside = netip.PrefixFrom(a, a.BitLen())
	}
	_, h.Disabled = b.values["disabled"]
	if source := b.values["source"]; source != "" && source != "0.0.0.0/0" && source != "::/0" {
		source, _, _ = strings.Cut(source, "%")
		h.Peers = append(h.Peers, source)
	}
	if rules := b.values["fw-enforced-policy"]; rules != "" {
		h.Peers = append(h.Peers, "who the policy "+path.Base(rules)+" lets in")
	}
	if h.Protocol == "any" {
		h.Protocol = ""
	}
	b.virtuals = append(b.virtuals, bigipVirtual{h, b.values["pool"]})
	if !h.Outside.IsValid() {
		b.virtuals[len(b.virtuals)-1].hint.Service = address // a name, resolved at the end
	}
}

// finish tells of each virtual server, and of each server behind it.
func (b *bigip) finish() {
	for _, v := range b.virtuals {
		h := v.hint
		if !h.Outside.IsValid() {
			if a := domainless(b.virtual[h.Service]); a.IsValid() {
				h.Outside = netip.PrefixFrom(a, a.BitLen())
			}
			h.Service = ""
		}
		b.o.Hints = append(b.o.Hints, h)
		for _, m := range b.pools[v.pool] {
			if !m.addr.IsValid() {
				m.addr = b.nodes[m.name]
			}
			if m.addr.IsValid() && !m.down {
				h.Inside, h.Inner = netip.PrefixFrom(m.addr, m.addr.BitLen()), m.port
				b.o.Hints = append(b.o.Hints, h)
			}
		}
	}
}
