package nmap

import (
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readGrepable(in *stream.Input) {
	in.Source.Tool = "Nmap"
	lines := stream.NewLines(in)
	for lines.Next() {
		rest, ok := strings.CutPrefix(lines.Text, "Host: ")
		if !ok {
			continue
		}
		o := &inventory.Observation{Status: inventory.Up, Where: in.Cite(lines.Offset, lines.Length, lines.Number, lines.Text)}
		fields := strings.Split(rest, "\t")
		address, name, _ := strings.Cut(fields[0], " ")
		a, err := netip.ParseAddr(address)
		if err != nil {
			in.Lost(lines.Offset, lines.Number, "no address after \"Host:\"")
			continue
		}
		o.Keys = append(o.Keys, inventory.AddressKey(a))
		o.Identify(inventory.Alias, strings.Trim(name, "() "))
		for _, f := range fields[1:] {
			if list, ok := strings.CutPrefix(f, "Ports: "); ok {
				o.Services = append(o.Services, grepablePorts(list, a)...)
			}
			if strings.TrimSpace(f) == "Status: Down" {
				o.Status = inventory.Down
			}
		}
		in.Emit(o)
	}
}

// grepablePorts reads "22/open/tcp//ssh//OpenSSH 7.4 (protocol 2.0)/, …".
func grepablePorts(list string, a netip.Addr) (services []inventory.Service) {
	for _, item := range strings.Split(list, ", ") {
		f := strings.Split(strings.TrimSpace(item), "/")
		if len(f) < 5 {
			continue
		}
		port, err := strconv.ParseUint(f[0], 10, 16)
		if err != nil {
			continue
		}
		s := inventory.Service{Address: a, Port: uint16(port), State: f[1], Protocol: f[2], Name: f[4], Identity: inventory.Guess}
		if len(f) > 6 && f[6] != "" {
			s.Extra, s.Identity = f[6], inventory.Product // product and version in one
		}
		if name, ok := strings.CutPrefix(s.Name, "ssl|"); ok {
			s.Name, s.TLS = name, true
		}
		services = append(services, s)
	}
	return services
}
