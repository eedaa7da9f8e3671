package netconfig

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/evidence/markup"
	"seawall/internal/inventory"
)

func matchPANXML(head []byte, _ string) bool {
	start := head[:min(len(head), 4096)]
	return bytes.Contains(start, []byte("<config")) && (bytes.Contains(start, []byte("paloaltonetworks")) || bytes.Contains(start, []byte("<config version=\"")) && bytes.Contains(head, []byte("<mgt-config")))
}

func matchPANSet(head []byte, _ string) bool {
	return lineWith(head, "set deviceconfig system ", "set network interface ethernet ethernet", "set rulebase ", "set vsys ")
}

// pan gathers what both forms of a PAN-OS configuration say.
type pan struct {
	*device
	ifaces   map[string]*inventory.Interface
	order    []string
	profiles map[string][]string // management services of profiles
	profile  map[string]string   // of interfaces
	rules    map[string]*panRule
	names    []string
	objects  map[string]netip.Prefix
}

// panRule is a rule of address translation.
type panRule struct {
	destination, to, port string
	disabled              bool
	where                 inventory.Citation
}

func newPAN(d *device) *pan {
	return &pan{
		device: d, ifaces: map[string]*inventory.Interface{}, profiles: map[string][]string{}, profile: map[string]string{},
		rules: map[string]*panRule{}, objects: map[string]netip.Prefix{},
	}
}

// readPANSet reads set commands.
func readPANSet(d *device) {
	p := newPAN(d)
	for d.lines.Next() {
		w := words(d.lines.Text)
		if len(w) > 2 && w[0] == "set" {
			p.command(w[1:], d.cite())
		}
	}
	p.finish()
}

// readPANXML turns the leaves of the document into the commands they stand for.
func readPANXML(d *device) {
	p := newPAN(d)
	s := markup.New(d.in)
	s.Children(func(string) {
		version := s.Attr("detail-version")
		p.is("Palo Alto Networks", "PAN-OS", version, s.Attr("version"))
		p.where = d.in.Cite(s.Start, int(s.End-s.Start), s.StartLine, "version "+s.Attr("version")+" "+version)
		p.element(s, nil)
	})
	if open := s.Open(); open != "" {
		d.in.Lost(s.End, s.Line(), "the configuration ends inside <"+open+">; what stands before is used")
	}
	p.finish()
}

// element walks the elements below the one begun last.
func (p *pan) element(s *markup.Scanner, path []string) {
	s.Children(func(name string) {
		word := name
		if name == "entry" {
			word = s.Attr("name")
		}
		start, line := s.Start, s.StartLine
		before := s.End
		inner := append(append([]string(nil), path...), word)
		switch name {
		case "member", "hostname", "ip-address", "translated-address", "translated-port", "destination", "disabled", "interface-management-profile", "ip-netmask",
			"https", "http", "ssh", "telnet", "snmp", "serial":
			if text, leaf := p.leaf(s, inner); leaf {
				words := inner
				if name == "member" {
					words = path
				}
				p.command(append(append([]string(nil), words...), text), p.in.Cite(start, int(s.End-start), line, strings.Join(words, " ")+" "+text))
			}
			return
		case "entry":
			p.command(inner, p.in.Cite(start, int(before-start), line, strings.Join(inner, " ")))
		}
		p.element(s, inner)
	})
}

// leaf returns the text of an element, or walks it if it has elements inside.
func (p *pan) leaf(s *markup.Scanner, path []string) (string, bool) {
	switch path[len(path)-1] {
	case "interface-management-profile", "destination", "https", "http", "ssh":
		if len(path) > 1 && (path[len(path)-2] == "profiles" || path[len(path)-1] == "destination" || path[len(path)-2] == "network") {
			p.element(s, path)
			return "", false
		}
	}
	return s.Text(), true
}

// command takes a command, or the path of a leaf and its text.
func (p *pan) command(w []string, where inventory.Citation) {
	switch {
	case has(w, "deviceconfig", "system", "hostname"):
		p.o.Identify(inventory.Name, w[len(w)-1])
	case has(w, "deviceconfig", "system", "ip-address"):
		p.o.Identify(inventory.Address, w[len(w)-1])
	case indexOf(w, "layer3") > 0 || indexOf(w, "loopback") > 0 && indexOf(w, "interface") >= 0:
		p.layer3(w, where)
	case indexOf(w, "zone") >= 0 && indexOf(w, "network") > 0 && indexOf(w, "layer3") < 0:
		// zones name their interfaces below "layer3"
	case indexOf(w, "interface-management-profile") >= 0:
		p.service(w)
	case indexOf(w, "nat") >= 0 && indexOf(w, "rules") > 0:
		p.rule(w, where)
	case has(w, "address") && indexOf(w, "ip-netmask") > 0:
		i := indexOf(w, "ip-netmask")
		if i > 0 && i+1 < len(w) {
			p.objects[w[i-1]] = single(w[i+1])
		}
	}
}

// has reports whether words follow each other in w.
func has(w []string, words ...string) bool {
	for i := 0; i+len(words) <= len(w); i++ {
		same := true
		for j := range words {
			same = same && w[i+j] == words[j]
		}
		if same {
			return true
		}
	}
	return false
}

// layer3 reads interfaces and the zones they are in.
func (p *pan) layer3(w []string, where inventory.Citation) {
	last := w[len(w)-1]
	if i := indexOf(w, "zone"); i >= 0 && i+1 < len(w) {
		p.iface(last, where).Label = w[i+1]
		return
	}
	name := ""
	for _, word := range w {
		if strings.HasPrefix(word, "ethernet") && len(word) > len("ethernet") || strings.HasPrefix(word, "ae") || strings.HasPrefix(word, "loopback.") {
			name = word
		}
	}
	if name == "" {
		return
	}
	if indexOf(w, "interface-management-profile") > 0 {
		p.profile[name] = last
		return
	}
	if indexOf(w, "ip") > 0 {
		if a := prefix(last, ""); a.IsValid() {
			i := p.iface(name, where)
			i.Prefixes = append(i.Prefixes, a)
		}
	}
}

func (p *pan) iface(name string, where inventory.Citation) *inventory.Interface {
	i := p.ifaces[name]
	if i == nil {
		i = &inventory.Interface{Name: name, Where: where}
		p.ifaces[name] = i
		p.order = append(p.order, name)
	}
	return i
}

// service reads a profile: which services answer on interfaces that use it.
func (p *pan) service(w []string) {
	i := indexOf(w, "interface-management-profile")
	if i+3 < len(w) && w[len(w)-1] == "yes" {
		p.profiles[w[i+1]] = append(p.profiles[w[i+1]], w[i+2])
	}
}

func (p *pan) rule(w []string, where inventory.Citation) {
	i := indexOf(w, "rules")
	if i+2 >= len(w) {
		return
	}
	r := p.rules[w[i+1]]
	if r == nil {
		r = &panRule{where: where}
		p.rules[w[i+1]] = r
		p.names = append(p.names, w[i+1])
	}
	last := w[len(w)-1]
	switch {
	case indexOf(w, "translated-address") > 0 && (indexOf(w, "destination-translation") > 0 || indexOf(w, "dynamic-destination-translation") > 0):
		r.to, r.where = last, where
	case indexOf(w, "translated-port") > 0:
		r.port = last
	case w[i+2] == "destination":
		r.destination = strings.Trim(last, "[]")
	case w[i+2] == "disabled":
		r.disabled = last == "yes"
	}
}

func (p *pan) finish() {
	if p.firmware == nil {
		p.is("Palo Alto Networks", "PAN-OS", "", "")
	}
	for _, name := range p.order {
		i := p.ifaces[name]
		p.o.Interfaces = append(p.o.Interfaces, *i)
		for _, service := range p.profiles[p.profile[name]] {
			if port, ok := map[string]uint16{"https": 443, "http": 80, "ssh": 22, "telnet": 23}[service]; ok {
				p.o.Hints = append(p.o.Hints, inventory.Hint{Kind: inventory.Management, Service: service, Protocol: "tcp", Outer: one(port), Interface: name, Where: i.Where})
			}
		}
	}
	for _, name := range p.names {
		r := p.rules[name]
		if r.to == "" {
			continue
		}
		h := inventory.Hint{Kind: inventory.Forward, Name: name, Outside: p.address(r.destination), Inside: p.address(r.to), Inner: ports(r.port), Disabled: r.disabled, Where: r.where}
		p.o.Hints = append(p.o.Hints, h)
	}
}

func (p *pan) address(text string) netip.Prefix {
	if a, ok := p.objects[text]; ok {
		return a
	}
	return single(text)
}
