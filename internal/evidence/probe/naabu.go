package probe

import (
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readNaabu(in *stream.Input) {
	in.Source.Tool = "naabu"
	r := jsonpull.New(in)
	r.Values(func() {
		start, line := r.Offset(), r.Line()
		o := &inventory.Observation{Status: inventory.Up}
		s := inventory.Service{Protocol: "tcp", State: "open", Identity: inventory.Guess}
		r.Object(func(key string) {
			switch key {
			case "host":
				o.IdentifyHost(inventory.Alias, r.String())
			case "ip":
				ip := r.String()
				s.Address = address(ip)
				o.Identify(inventory.Address, ip)
			case "port":
				if r.Kind() == '{' { // older versions
					r.Object(func(key string) {
						switch key {
						case "Port":
							s.Port = port(r.String())
						case "TLS":
							s.TLS = r.Bool()
						}
					})
					return
				}
				s.Port = port(r.String())
			case "protocol":
				s.Protocol = r.String()
			case "tls":
				s.TLS = r.Bool()
			case "timestamp":
				s.Time = when(r.String())
			}
		})
		o.Where = in.Cite(start, int(r.Offset()-start), line, "")
		in.Source.Time = max(in.Source.Time, s.Time)
		if s.Port != 0 && len(o.Keys) > 0 {
			o.Services = append(o.Services, s)
			in.Emit(o)
		}
	})
	in.Ended(r)
}

func readHTTPX(in *stream.Input) {
	in.Source.Tool = "httpx"
	r := jsonpull.New(in)
	r.Values(func() {
		start, line := r.Offset(), r.Line()
		o := &inventory.Observation{Status: inventory.Up}
		s := inventory.Service{Protocol: "tcp", State: "open", Name: "http"}
		failed, status, location, path := false, int64(0), "", ""
		r.Object(func(key string) {
			switch key {
			case "failed":
				failed = r.Bool()
			case "host":
				h := r.String()
				o.IdentifyHost(inventory.Alias, h)
				if !s.Address.IsValid() {
					s.Address = address(h)
				}
			case "host_ip":
				s.Address = address(r.String())
			case "a":
				for _, a := range r.Strings() {
					o.Identify(inventory.Address, a)
					if !s.Address.IsValid() {
						s.Address = address(a)
					}
				}
			case "input":
				o.IdentifyHost(inventory.Alias, parseTarget(r.String()).host)
			case "port":
				s.Port = port(r.String())
			case "scheme":
				s.TLS = r.String() == "https"
			case "timestamp":
				s.Time = when(r.String())
			case "webserver":
				addBanner(&s, "http-server", r.String())
			case "title":
				addBanner(&s, "http-title", r.String())
			case "favicon":
				addBanner(&s, "favicon-mmh3", r.String())
			case "favicon_md5":
				addBanner(&s, "favicon-md5", r.String())
			case "jarm_hash", "jarm":
				addBanner(&s, "jarm", r.String())
			case "status_code":
				status = r.Int()
			case "location":
				location = r.String()
			case "path":
				path = r.String()
			case "tech", "technologies":
				for _, t := range r.Strings() {
					name, version, _ := strings.Cut(t, ":")
					o.Software = append(o.Software, inventory.Software{Component: &inventory.Component{Name: name, Version: version}, Confidence: inventory.Announced})
				}
			}
		})
		o.Where = in.Cite(start, int(r.Offset()-start), line, "")
		if failed || s.Port == 0 || len(o.Keys) == 0 {
			return
		}
		if status >= 300 && status < 400 && location != "" {
			s.Extra = "redirects to " + location
		} else if path != "" && path != "/" {
			s.Extra = "answers " + path
		}
		s.Identity = identity(&s)
		cite(&s, o.Where)
		for i := range o.Software {
			if o.Software[i].Component.Version == "" {
				o.Software[i].Confidence = inventory.Product
			}
		}
		in.Source.Time = max(in.Source.Time, s.Time)
		o.Services = append(o.Services, s)
		in.Emit(o)
	})
	in.Ended(r)
}
