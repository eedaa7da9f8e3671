package probe

import (
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readShodan(in *stream.Input) {
	in.Source.Tool, in.Source.Vantage = "Shodan", inventory.Outside
	r := jsonpull.New(in)
	r.Values(func() { shodanRecord(in, r) })
	in.Ended(r)
}

// shodanRecord reads one service, a host with its services under "data", or a
// page of search results under "matches".
func shodanRecord(in *stream.Input, r *jsonpull.Reader) {
	start, line := r.Offset(), r.Line()
	o := &inventory.Observation{Status: inventory.Up}
	s := inventory.Service{Protocol: "tcp", State: "open"}
	ip, system, vulns := "", "", []string(nil)
	r.Object(func(key string) {
		switch key {
		case "matches":
			r.Array(func() { shodanRecord(in, r) })
		case "ip_str":
			ip = r.String()
		case "hostnames", "domains":
			if names := r.Strings(); key == "hostnames" {
				o.Identify(inventory.Alias, names...)
			}
		case "os":
			system = r.String()
		case "port":
			s.Port = port(r.String())
		case "transport":
			s.Protocol = r.String()
		case "timestamp":
			s.Time = when(r.String())
		case "data":
			if r.Kind() == '[' {
				r.Array(func() { shodanRecord(in, r) })
				return
			}
			shodanBanner(&s, r.String())
		case "vulns":
			vulns = append(vulns, shodanVulns(r)...)
		default:
			shodanField(r, &s, key)
		}
	})
	if ip == "" {
		return
	}
	s.Address = address(ip)
	o.Identify(inventory.Address, ip)
	o.Where = in.Cite(start, int(r.Offset()-start), line, ip)
	if system != "" {
		o.Software = append(o.Software, inventory.Software{Component: inventory.ParseSystem(system), Confidence: inventory.Product})
	}
	in.Source.Time = max(in.Source.Time, s.Time)
	if s.Port != 0 {
		s.Identity = identity(&s)
		cite(&s, o.Where)
		o.Services = append(o.Services, s)
	}
	for _, cve := range vulns {
		o.Claims = append(o.Claims, inventory.Claim{
			Check: "shodan:" + cve, Title: cve, CVEs: []string{cve}, Verdict: inventory.Possible, Quality: inventory.Product,
			Address: s.Address, Port: s.Port, Protocol: s.Protocol, Where: o.Where,
		})
	}
	in.Emit(o)
}

// shodanField reads what a module found out of a service.
func shodanField(r *jsonpull.Reader, s *inventory.Service, key string) {
	switch key {
	case "product":
		s.Product = r.String()
	case "version":
		s.Version = r.String()
	case "info":
		s.Extra = r.String()
	case "cpe23":
		s.CPEs = append(s.CPEs, r.Strings()...)
	case "cpe":
		if list := r.Strings(); len(s.CPEs) == 0 {
			s.CPEs = list
		}
	case "_shodan":
		r.Object(func(key string) {
			if key == "module" {
				s.Name = strings.TrimSuffix(r.String(), "-simple-new")
			}
		})
	case "http":
		r.Object(func(key string) {
			switch key {
			case "server":
				addBanner(s, "http-server", r.String())
			case "title":
				addBanner(s, "http-title", r.String())
			case "favicon":
				r.Object(func(key string) {
					if key == "hash" {
						addBanner(s, "favicon-mmh3", r.String())
					}
				})
			}
		})
	case "ssl":
		s.TLS = true
		r.Object(func(key string) { shodanTLS(r, s, key) })
	case "snmp":
		r.Object(func(key string) {
			if text := r.String(); key == "description" {
				addBanner(s, "snmp-sysdescr", text)
			}
		})
	}
}

func shodanTLS(r *jsonpull.Reader, s *inventory.Service, key string) {
	switch key {
	case "jarm":
		addBanner(s, "jarm", r.String())
	case "cert":
		r.Object(func(key string) {
			switch key {
			case "subject":
				s.Certificate.Subject = distinguished(r)
				addBanner(s, "tls-subject", s.Certificate.Subject)
			case "issuer":
				s.Certificate.Issuer = distinguished(r)
				addBanner(s, "tls-issuer", s.Certificate.Issuer)
			}
		})
	}
}

// distinguished reads a name given by its parts.
func distinguished(r *jsonpull.Reader) string {
	if r.Kind() == '"' {
		return r.String()
	}
	var parts []string
	r.Object(func(key string) {
		for _, v := range r.Strings() {
			parts = append(parts, key+"="+v)
		}
	})
	return strings.Join(parts, ", ")
}

// shodanVulns reads the CVEs that Shodan lists: by version for most of them,
// and so no more than possible.
func shodanVulns(r *jsonpull.Reader) (ids []string) {
	if r.Kind() == '[' {
		return inventory.CVEs(strings.Join(r.Strings(), " "))
	}
	r.Object(func(key string) { ids = append(ids, inventory.CVEs(key)...) })
	return ids
}

// shodanBanner takes the parts of a raw answer that fingerprints look at.
func shodanBanner(s *inventory.Service, data string) {
	first, rest, _ := strings.Cut(strings.TrimSpace(data), "\n")
	first = strings.TrimSpace(first)
	switch {
	case strings.HasPrefix(first, "SSH-"):
		addBanner(s, "ssh", first)
	case strings.HasPrefix(first, "HTTP/"):
		httpHeaders(s, rest)
	case strings.HasPrefix(first, "220") && strings.Contains(strings.ToLower(first), "ftp"):
		addBanner(s, "ftp", strings.TrimSpace(first[3:]))
	case strings.HasPrefix(first, "220"):
		addBanner(s, "smtp", strings.TrimSpace(first[3:]))
	case strings.HasPrefix(first, "+OK"):
		addBanner(s, "pop3", first)
	case strings.HasPrefix(first, "* OK"):
		addBanner(s, "imap", first)
	default:
		addBanner(s, "raw", stream.Shorten(data))
	}
}

// httpHeaders takes the telling headers of an answer.
func httpHeaders(s *inventory.Service, headers string) {
	for line := range strings.Lines(headers) {
		if !strings.Contains(line, ":") {
			return
		}
		if b, ok := inventory.HeaderBanner(line); ok {
			addBanner(s, b.Kind, b.Text)
		}
	}
}
