package netconfig

import (
	"bytes"
	"net/netip"
	"strings"

	"seawall/internal/inventory"
)

func matchRouterOS(head []byte, _ string) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head[:min(len(head), 512)], "\xef\xbb\xbf \r\n"), []byte("\n"))
	return bytes.HasPrefix(line, []byte("#")) && bytes.Contains(line, []byte("by RouterOS"))
}

// routerServices are on unless the export says otherwise: it leaves defaults
// out.
var routerServices = []struct {
	name string
	port uint16
}{{"telnet", 23}, {"ftp", 21}, {"www", 80}, {"ssh", 22}, {"api", 8728}, {"winbox", 8291}, {"api-ssl", 8729}}

func readRouterOS(d *device) {
	section, pending := "", ""
	seen := map[string]bool{}
	for d.lines.Next() {
		line := strings.TrimRight(d.lines.Text, " ")
		if strings.HasPrefix(line, "#") {
			d.routerComment(line)
			continue
		}
		if part, more := strings.CutSuffix(line, `\`); more {
			pending += strings.TrimLeft(part, " ")
			continue
		}
		line = pending + strings.TrimLeft(line, " ")
		pending = ""
		if strings.HasPrefix(line, "/") {
			section = line
			if i := strings.Index(line, " add "); i > 0 {
				section, line = line[:i], line[i+1:]
			} else if i := strings.Index(line, " set "); i > 0 {
				section, line = line[:i], line[i+1:]
			} else {
				continue
			}
		}
		d.routerCommand(section, words(line), seen)
	}
	for _, s := range routerServices {
		if !seen[s.name] && d.firmware != nil {
			d.o.Hints = append(d.o.Hints, inventory.Hint{Kind: inventory.Management, Service: s.name, Protocol: "tcp", Outer: one(s.port), Where: d.where})
		}
	}
}

func (d *device) routerComment(line string) {
	if _, version, ok := strings.Cut(line, "by RouterOS "); ok {
		version, _, _ = strings.Cut(version, " ")
		d.is("MikroTik", "RouterOS", version, "")
	}
	if _, model, ok := strings.Cut(line, "model = "); ok {
		d.hardware("MikroTik", model)
	}
	if _, serial, ok := strings.Cut(line, "serial number = "); ok {
		d.o.Identify(inventory.Serial, serial)
	}
}

func (d *device) routerCommand(section string, w []string, seen map[string]bool) {
	values := map[string]string{}
	for _, word := range w {
		if key, value, ok := strings.Cut(word, "="); ok {
			values[key] = unquote(value)
		}
	}
	switch section {
	case "/system identity":
		d.named(values["name"])
	case "/ip address":
		if p := prefix(values["address"], ""); p.IsValid() {
			d.o.Interfaces = append(d.o.Interfaces, inventory.Interface{Name: values["interface"], Label: values["comment"], Prefixes: []netip.Prefix{p}, Where: d.cite()})
		}
	case "/ip route":
		if values["dst-address"] == "" || values["dst-address"] == "0.0.0.0/0" {
			next, _ := netip.ParseAddr(values["gateway"])
			d.gateways = append(d.gateways, gateway{next: next})
		}
	case "/ip firewall nat":
		if values["chain"] == "dstnat" && values["action"] == "dst-nat" {
			d.hint(inventory.Hint{
				Kind: inventory.Forward, Name: values["comment"], Protocol: values["protocol"], Outside: single(values["dst-address"]), Outer: ports(values["dst-port"]),
				Inside: single(values["to-addresses"]), Inner: ports(values["to-ports"]), Interface: values["in-interface"], Disabled: values["disabled"] == "yes", Peers: listOf(values["src-address"]),
			})
		}
	case "/ip service":
		if len(w) < 2 {
			return
		}
		for _, s := range routerServices {
			if s.name == w[1] {
				seen[s.name] = true
				port := s.port
				if p := ports(values["port"]); p.First != 0 {
					port = p.First
				}
				d.hint(inventory.Hint{Kind: inventory.Management, Service: s.name, Protocol: "tcp", Outer: one(port), Disabled: values["disabled"] == "yes", Peers: listOf(values["address"])})
			}
		}
	}
}

func listOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
