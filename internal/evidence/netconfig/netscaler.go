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

func readNetScaler(d *device) {
	for d.lines.Next() {
		line := strings.TrimSpace(d.lines.Text)
		if d.firmware == nil {
			if version, edition := netScalerVersion(line); version != "" {
				d.is("Citrix", "NetScaler ADC", version, "")
				d.firmware.Edition = edition
				continue
			}
		}
		d.netScalerCommand(words(line))
	}
	if d.firmware == nil && (len(d.o.Hints) > 0 || len(d.o.Interfaces) > 0) {
		d.is("Citrix", "NetScaler ADC", "", "")
	}
}

func (d *device) netScalerCommand(w []string) {
	if len(w) < 3 {
		return
	}
	switch strings.ToLower(strings.Join(w[:3], " ")) {
	case "set ns hostname":
		if len(w) > 3 {
			d.named(w[3])
		}
		return
	case "set ns config":
		if p := prefix(option(w, "-ipaddress"), option(w, "-netmask")); p.IsValid() {
			d.o.Interfaces = append(d.o.Interfaces, inventory.Interface{Name: "NSIP", Prefixes: []netip.Prefix{p}, Where: d.cite()})
			d.management("https", 443, "NSIP")
		}
		return
	case "add ns ip":
		d.netScalerIP(w)
		return
	}
	if strings.EqualFold(w[0], "add") && strings.EqualFold(w[2], "vserver") && len(w) >= 7 {
		h := inventory.Hint{Kind: inventory.Balance, Name: w[3], Protocol: "tcp", Service: strings.ToLower(w[4]), Outside: single(w[5]), Outer: ports(w[6])}
		if strings.EqualFold(w[1], "vpn") || strings.EqualFold(w[1], "authentication") {
			h.Kind, h.Service = inventory.Management, "vpn"
			d.o.Roles = append(d.o.Roles, inventory.Fact{Value: "vpn", Where: d.cite(), Confidence: inventory.Configured})
		}
		if h.Outside.IsValid() && !h.Outside.Addr().IsUnspecified() {
			d.hint(h)
			d.o.Identify(inventory.Address, h.Outside.Addr().String())
		}
	}
}

func (d *device) netScalerIP(w []string) {
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
	d.o.Interfaces = append(d.o.Interfaces, inventory.Interface{Name: kind + " " + w[3], Prefixes: []netip.Prefix{p}, Where: d.cite()})
	if strings.EqualFold(option(w, "-mgmtaccess"), "enabled") {
		d.management("https", 443, kind+" "+w[3])
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
