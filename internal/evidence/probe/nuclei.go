package probe

import (
	"strings"

	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

func readNuclei(in *stream.Input) {
	in.Source.Tool = "Nuclei"
	r := jsonpull.New(in)
	r.Values(func() { nucleiFinding(in, r) })
	in.Ended(r)
}

func nucleiFinding(in *stream.Input, r *jsonpull.Reader) {
	start, line := r.Offset(), r.Line()
	o := &inventory.Observation{Status: inventory.Up}
	c := inventory.Claim{Verdict: inventory.Affected, Quality: inventory.FullBuild, Protocol: "tcp"}
	id, host, matched, ip, name, kind := "", "", "", "", "", ""
	var at int64
	var extracted []string
	r.Object(func(key string) {
		switch key {
		case "template-id", "templateID":
			id = r.String()
		case "info":
			r.Object(func(key string) { nucleiInfo(r, &c, key) })
		case "type":
			kind = r.String()
		case "host", "url":
			if h := r.String(); host == "" || key == "host" {
				host = h
			}
		case "matched-at", "matched":
			matched = r.String()
		case "ip":
			ip = r.String()
		case "port":
			c.Port = port(r.String())
		case "matcher-name", "matcher_name":
			name = r.String()
		case "extracted-results", "extracted_results":
			extracted = r.Strings()
		case "timestamp":
			at = when(r.String())
		}
	})
	if id == "" {
		return
	}
	for _, place := range []string{matched, host} {
		t := parseTarget(strings.TrimPrefix(place, "/"))
		o.IdentifyHost(inventory.Alias, t.host)
		if c.Port == 0 {
			c.Port = t.port
		}
		if !c.Address.IsValid() {
			c.Address = address(t.host)
		}
	}
	if ip != "" {
		o.Identify(inventory.Address, ip)
		c.Address = address(ip)
	}
	c.Check = "nuclei:" + id
	if name != "" {
		c.Check += ":" + name
	}
	if c.Severity == "info" || c.Severity == "" {
		c.Verdict = inventory.Unjudged
	}
	c.Output = strings.TrimSpace(stream.Shorten(matched + " " + strings.Join(extracted, " ")))
	c.CVEs = inventory.CVEs(strings.Join(c.CVEs, " ") + " " + id)
	c.Where = in.Cite(start, int(r.Offset()-start), line, c.Check+" "+matched)
	o.Where = c.Where
	in.Source.Time = max(in.Source.Time, at)
	o.Claims = append(o.Claims, c)
	if c.Port != 0 && kind != "dns" && len(o.Keys) > 0 {
		s := inventory.Service{Address: c.Address, Port: c.Port, Protocol: "tcp", State: "open", Identity: inventory.Guess, Time: at, Where: c.Where}
		if kind == "http" {
			s.Name, s.Identity = "http", inventory.Product
			s.TLS = strings.HasPrefix(matched, "https:")
		}
		o.Services = append(o.Services, s)
	}
	if len(o.Keys) == 0 {
		o.Identify(inventory.Place, in.File.Path)
	}
	in.Emit(o)
}

func nucleiInfo(r *jsonpull.Reader, c *inventory.Claim, key string) {
	switch key {
	case "name":
		c.Title = r.String()
	case "severity":
		c.Severity = strings.ToLower(r.String())
		if c.Severity == "unknown" {
			c.Severity = ""
		}
	case "remediation":
		c.Fixed = stream.Shorten(r.String())
	case "classification":
		r.Object(func(key string) {
			switch key {
			case "cve-id":
				c.CVEs = append(c.CVEs, r.Strings()...)
			case "cvss-score":
				c.Score = float32(r.Float())
			case "cpe":
				if part := inventory.FromCPE(r.String()); part != nil {
					part.Version = "" // that of the template, not of the service
					c.Component = part
				}
			}
		})
	}
}
