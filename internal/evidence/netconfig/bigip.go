package netconfig

import (
	"net/netip"
	"path"
	"strings"

	"seawall/internal/inventory"
)

// readBigIP reads the blocks of bigip.conf and bigip_base.conf.
func readBigIP(d *device) {
	depth, kind, name := 0, "", ""
	values := map[string]string{}
	list := ""
	for d.lines.Next() {
		line := strings.TrimSpace(d.lines.Text)
		if version, ok := strings.CutPrefix(line, "#TMSH-VERSION:"); ok {
			d.is("F5", "BIG-IP", strings.TrimSpace(version), "")
			continue
		}
		w := words(line)
		if len(w) == 0 {
			continue
		}
		switch {
		case strings.HasSuffix(line, "{"):
			if depth == 0 {
				kind, name = blockName(w)
				clear(values)
			} else if depth == 1 {
				list = w[0]
			}
			depth++
		case line == "}":
			if depth--; depth <= 0 {
				depth = 0
				d.bigIPBlock(kind, name, values)
			}
		case depth == 1:
			values[w[0]] = strings.Join(w[1:], " ")
		case depth == 2 && list != "":
			values[list] = strings.TrimSpace(values[list] + " " + strings.Join(w, " "))
		}
	}
}

// blockName parts "ltm virtual /Common/vs1 {".
func blockName(w []string) (kind, name string) {
	w = w[:len(w)-1]
	if n := len(w); n > 0 && strings.HasPrefix(w[n-1], "/") {
		return strings.Join(w[:n-1], " "), w[n-1]
	}
	return strings.Join(w, " "), ""
}

func (d *device) bigIPBlock(kind, name string, values map[string]string) {
	switch kind {
	case "ltm virtual":
		address, port, ok := strings.Cut(path.Base(values["destination"]), ":")
		if !ok {
			return
		}
		address, _, _ = strings.Cut(address, "%") // route domain
		h := inventory.Hint{Kind: inventory.Balance, Name: path.Base(name), Protocol: values["ip-protocol"], Outside: single(address), Outer: ports(port)}
		_, h.Disabled = values["disabled"]
		d.hint(h)
	case "sys global-settings":
		d.named(values["hostname"])
	case "net self":
		address, _, _ := strings.Cut(values["address"], "%")
		if p := prefix(address, ""); p.IsValid() {
			d.o.Interfaces = append(d.o.Interfaces, inventory.Interface{Name: path.Base(name), Label: path.Base(values["vlan"]), Prefixes: []netip.Prefix{p}, Where: d.cite()})
		}
		if allowed := values["allow-service"]; strings.Contains(allowed, "all") || strings.Contains(allowed, "tcp:443") || strings.Contains(allowed, "tcp:https") || strings.Contains(allowed, "default") {
			d.management("https", 443, path.Base(name))
		}
	}
}
