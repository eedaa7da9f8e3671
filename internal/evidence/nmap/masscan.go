package nmap

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readMasscanJSON(in *stream.Input) {
	in.Source.Tool = "masscan"
	r := jsonpull.New(in)
	r.Values(func() {
		o := &inventory.Observation{Status: inventory.Up}
		start, line := r.Offset(), r.Line()
		var at int64
		var address netip.Addr
		r.Object(func(key string) {
			switch key {
			case "ip":
				address, _ = netip.ParseAddr(r.String())
			case "timestamp":
				at = seconds(r.String())
			case "ports":
				r.Array(func() { o.Services = append(o.Services, masscanPort(in, r)) })
			default:
				r.Skip()
			}
		})
		o.Where = in.Cite(start, int(r.Offset()-start), line, "host "+address.String())
		for i := range o.Services {
			o.Services[i].Address, o.Services[i].Time = address, at
		}
		if address.IsValid() {
			o.Keys = append(o.Keys, inventory.AddressKey(address))
			in.Source.Time = max(in.Source.Time, at)
			in.Emit(o)
		}
	})
	if err := r.Err(); err != nil {
		in.Lost(r.Offset(), r.Line(), "the scan is unfinished: "+err.Error()+"; what stands before is used")
	}
}

func masscanPort(in *stream.Input, r *jsonpull.Reader) inventory.Service {
	s := inventory.Service{State: "open", Identity: inventory.Guess}
	start, line := r.Offset(), r.Line()
	banner := ""
	r.Object(func(key string) {
		switch key {
		case "port":
			s.Port = uint16(r.Int())
		case "proto":
			s.Protocol = r.String()
		case "status":
			s.State = r.String()
		case "service":
			r.Object(func(key string) {
				switch key {
				case "name":
					s.Name = r.String()
				case "banner":
					banner = r.String()
				}
			})
		}
	})
	s.Where = in.Cite(start, int(r.Offset()-start), line, describe(&s))
	addBanner(&s, banner)
	return s
}

// addBanner keeps a banner as masscan writes it: the part of the protocol
// stands in the name of the service.
func addBanner(s *inventory.Service, banner string) {
	if banner == "" {
		return
	}
	kind := map[string]string{"ssh": "ssh", "ftp": "ftp", "smtp": "smtp", "pop": "pop3", "imap": "imap", "telnet": "telnet", "title": "http-title", "http.server": "http-server", "snmp": "snmp-sysdescr", "smb": "smb-os", "vnc": "raw"}[s.Name]
	switch s.Name {
	case "title", "http.server", "http":
		s.Name = "http"
	case "X509", "ssl":
		s.Name, s.TLS = "ssl", true
	}
	if kind == "" {
		kind = "raw"
	}
	s.Identity = inventory.Product
	s.Banners = append(s.Banners, inventory.Banner{Kind: kind, Text: banner, Where: s.Where})
}

// isMasscanLine reports whether text starts with a line such as
// "open tcp 80 192.0.2.1 1390380064".
func isMasscanLine(head []byte) bool {
	line, _, _ := bytes.Cut(head[:min(len(head), 200)], []byte("\n"))
	_, ok := parseListLine(string(line))
	return ok
}

// parseListLine reads one line of masscan's list.
func parseListLine(line string) (o *inventory.Observation, ok bool) {
	f := strings.SplitN(strings.TrimRight(line, "\r"), " ", 7)
	if len(f) < 5 || f[0] != "open" && f[0] != "banner" && f[0] != "closed" {
		return nil, false
	}
	port, err := strconv.ParseUint(f[2], 10, 16)
	address, errAddress := netip.ParseAddr(f[3])
	if err != nil || errAddress != nil {
		return nil, false
	}
	s := inventory.Service{Address: address, Port: uint16(port), Protocol: f[1], State: "open", Identity: inventory.Guess, Time: seconds(f[4])}
	if f[0] == "closed" {
		s.State = "closed"
	}
	if f[0] == "banner" && len(f) == 7 {
		s.Name = f[5]
		addBanner(&s, f[6])
	}
	return &inventory.Observation{Keys: []inventory.Key{inventory.AddressKey(address)}, Services: []inventory.Service{s}, Status: inventory.Up}, true
}

func readMasscanList(in *stream.Input) {
	in.Source.Tool = "masscan"
	lines := stream.NewLines(in)
	for lines.Next() {
		o, ok := parseListLine(lines.Text)
		if !ok {
			if t := strings.TrimSpace(lines.Text); t != "" && t[0] != '#' {
				in.Lost(lines.Offset, lines.Number, "line is none of masscan's")
			}
			continue
		}
		in.Source.Time = max(in.Source.Time, o.Services[0].Time)
		o.Where = in.Cite(lines.Offset, lines.Length, lines.Number, lines.Text)
		for i := range o.Services[0].Banners {
			o.Services[0].Banners[i].Where = o.Where
		}
		in.Emit(o)
	}
}
