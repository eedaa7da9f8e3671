package probe

import (
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readCensys(in *stream.Input) {
	in.Source.Tool, in.Source.Vantage = "Censys", inventory.Outside
	r := jsonpull.New(in)
	r.Values(func() { censysHost(in, r) })
	in.Ended(r)
}

// censysHost reads a host, or the answer of the interface around one or many.
func censysHost(in *stream.Input, r *jsonpull.Reader) {
	start, line := r.Offset(), r.Line()
	o := &inventory.Observation{Status: inventory.Up}
	ip := ""
	r.Object(func(key string) {
		switch key {
		case "result", "resource", "host":
			if r.Kind() == '{' {
				censysHost(in, r)
			}
		case "hits":
			r.Array(func() { censysHost(in, r) })
		case "ip":
			ip = r.String()
		case "last_updated_at":
			in.Source.Time = max(in.Source.Time, when(r.String()))
		case "dns":
			r.Object(func(key string) {
				if key == "names" {
					o.Identify(inventory.Alias, r.Strings()...)
				}
			})
		case "operating_system":
			if c := censysSoftware(r); c != nil {
				c.Kind = inventory.System
				o.Software = append(o.Software, inventory.Software{Component: c, Confidence: inventory.Product})
			}
		case "services":
			r.Array(func() {
				at, atLine := r.Offset(), r.Line()
				s, software := censysService(r)
				cite(&s, in.Cite(at, int(r.Offset()-at), atLine, s.Name))
				o.Services = append(o.Services, s)
				for _, c := range software {
					confidence := inventory.Announced
					if c.Version == "" {
						confidence = inventory.Product
					}
					o.Software = append(o.Software, inventory.Software{Component: c, Where: s.Where, Confidence: confidence})
				}
			})
		}
	})
	if ip == "" {
		return
	}
	o.Identify(inventory.Address, ip)
	o.Where = in.Cite(start, int(r.Offset()-start), line, ip)
	for i := range o.Services {
		o.Services[i].Address = address(ip)
	}
	in.Emit(o)
}

func censysService(r *jsonpull.Reader) (s inventory.Service, software []*inventory.Component) {
	s = inventory.Service{Protocol: "tcp", State: "open"}
	r.Object(func(key string) {
		switch key {
		case "port":
			s.Port = port(r.String())
		case "service_name", "extended_service_name", "protocol":
			name := strings.ToLower(r.String())
			if s.Name == "" {
				s.Name = name
			}
			s.TLS = s.TLS || name == "https"
		case "transport_protocol":
			s.Protocol = strings.ToLower(r.String())
		case "observed_at":
			s.Time = when(r.String())
		case "banner":
			shodanBanner(&s, r.String())
		case "software":
			r.Array(func() {
				if c := censysSoftware(r); c != nil {
					software = append(software, c)
				}
			})
		case "certificate", "tls":
			s.TLS = true
			r.Skip()
		case "http":
			r.Object(func(key string) {
				if key == "response" {
					r.Object(func(key string) { censysHTTP(r, &s, key) })
				}
			})
		case "ssh":
			r.Object(func(key string) {
				if key == "endpoint_id" {
					r.Object(func(key string) {
						if text := r.String(); key == "raw" {
							addBanner(&s, "ssh", text)
						}
					})
				}
			})
		}
	})
	if len(software) > 0 {
		s.Vendor, s.Product, s.Version = software[0].Vendor, software[0].Name, software[0].Version
		for _, c := range software {
			if c.CPE != "" {
				s.CPEs = append(s.CPEs, c.CPE)
			}
		}
	}
	s.Identity = identity(&s)
	return s, software
}

func censysHTTP(r *jsonpull.Reader, s *inventory.Service, key string) {
	switch key {
	case "html_title":
		addBanner(s, "http-title", r.String())
	case "headers":
		r.Object(func(key string) {
			text := ""
			if r.Kind() == '[' || r.Kind() == '"' {
				text = strings.Join(r.Strings(), ", ")
			}
			switch strings.ToLower(key) {
			case "server":
				addBanner(s, "http-server", text)
			case "x_powered_by", "x-powered-by":
				addBanner(s, "http-powered-by", text)
			}
		})
	case "favicons":
		r.Array(func() {
			r.Object(func(key string) {
				if key == "shodan_hash" {
					addBanner(s, "favicon-mmh3", r.String())
				}
			})
		})
	}
}

func censysSoftware(r *jsonpull.Reader) *inventory.Component {
	c := &inventory.Component{}
	r.Object(func(key string) {
		switch key {
		case "vendor":
			c.Vendor = r.String()
		case "product":
			c.Name = r.String()
		case "version":
			c.Version = r.String()
		case "uniform_resource_identifier", "cpe":
			c.CPE = r.String()
		}
	})
	if from := inventory.FromCPE(c.CPE); from != nil && c.Version == "" {
		c.Version = from.Version
	}
	if c.Name == "" {
		return nil
	}
	return c
}
