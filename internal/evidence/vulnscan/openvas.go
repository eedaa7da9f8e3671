package vulnscan

import (
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/evidence/markup"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// openvas reads one report; reports nest.
type openvas struct {
	in *stream.Input
	s  *markup.Scanner
}

func readOpenVAS(in *stream.Input) {
	r := &openvas{in, markup.New(in)}
	in.Source.Tool = "OpenVAS"
	r.s.Children(r.element)
	unfinished(in, r.s)
}

func (r *openvas) element(name string) {
	switch name {
	case "report", "get_reports_response", "results", "report_format":
		r.s.Children(r.element)
	case "scan_end", "scan_start", "timestamp":
		r.in.Source.Time = max(r.in.Source.Time, date(r.s.Text()))
	case "result":
		r.result()
	case "host":
		r.host()
	}
}

// result reads one finding.
func (r *openvas) result() {
	s := r.s
	start, line := s.Start, s.StartLine
	o := &inventory.Observation{Status: inventory.Up}
	c := inventory.Claim{Verdict: inventory.Affected, Quality: inventory.Announced}
	product, threat := "", ""
	s.Children(func(name string) {
		switch name {
		case "name":
			c.Title = s.Text()
		case "host":
			r.resultHost(o, &c)
		case "port":
			c.Port, c.Protocol = portOf(s.Text())
		case "nvt":
			r.nvt(&c)
		case "threat":
			threat = s.Text()
		case "severity":
			c.Score = score(s.Text())
		case "qod":
			s.Children(func(name string) {
				if name == "value" {
					if q, err := strconv.Atoi(s.Text()); err == nil && q >= 0 && q <= 100 {
						c.Quality = inventory.Confidence(q)
					}
				}
			})
		case "description":
			c.Output = stream.Shorten(s.Text())
		case "detection":
			r.detection(&product)
		}
	})
	if c.Severity = severity(threat, 0); c.Severity == "" || c.Severity == "high" {
		c.Severity = scoreSeverity(max(c.Score, 0))
	}
	if c.Severity == "info" {
		c.Verdict = inventory.Unjudged
	}
	c.Where = r.in.Cite(start, int(s.End-start), line, c.Check+" "+c.Title)
	o.Where = c.Where
	if component := inventory.FromCPE(product); component != nil {
		c.Component = component
		o.Software = append(o.Software, inventory.Software{Component: component, Where: c.Where, Confidence: inventory.Announced})
	}
	if c.Port != 0 {
		o.Services = append(o.Services, inventory.Service{Address: c.Address, Port: c.Port, Protocol: c.Protocol, State: "open", Identity: inventory.Guess})
	}
	o.Claims = append(o.Claims, c)
	if len(o.Keys) > 0 {
		r.in.Emit(o)
	}
}

// resultHost reads <host>192.0.2.1<asset/><hostname>…</hostname></host>.
func (r *openvas) resultHost(o *inventory.Observation, c *inventory.Claim) {
	text := r.s.Text()
	fields := strings.Fields(text)
	for i, f := range fields {
		o.IdentifyHost(inventory.Alias, f)
		if i == 0 {
			c.Address, _ = netip.ParseAddr(f)
		}
	}
}

func (r *openvas) nvt(c *inventory.Claim) {
	s := r.s
	c.Check = "openvas:" + s.Attr("oid")
	s.Children(func(name string) {
		switch name {
		case "name":
			if c.Title == "" {
				c.Title = s.Text()
			}
		case "cvss_base":
			if c.Score == 0 {
				c.Score = score(s.Text())
			}
		case "cve":
			c.CVEs = append(c.CVEs, inventory.CVEs(s.Text())...)
		case "solution":
			c.Fixed = stream.Shorten(s.Text())
		case "refs":
			s.Children(func(string) {
				if strings.EqualFold(s.Attr("type"), "cve") {
					c.CVEs = append(c.CVEs, inventory.CVEs(s.Attr("id"))...)
				}
			})
		}
	})
}

// detection reads the product that the check relied on.
func (r *openvas) detection(product *string) {
	r.s.Children(func(name string) {
		if name != "result" {
			return
		}
		r.s.Children(func(name string) {
			if name != "details" {
				return
			}
			r.s.Children(func(string) {
				key, value := "", ""
				r.s.Children(func(name string) {
					if name == "name" {
						key = r.s.Text()
					} else if name == "value" {
						value = r.s.Text()
					}
				})
				if key == "product" {
					*product = value
				}
			})
		})
	})
}

// host reads what is known of a host as a whole: details such as its system
// and the applications found.
func (r *openvas) host() {
	s := r.s
	o := &inventory.Observation{Status: inventory.Up, Where: r.in.Cite(s.Start, int(s.End-s.Start), s.StartLine, "host")}
	s.Children(func(name string) {
		switch name {
		case "ip":
			o.Identify(inventory.Address, s.Text())
		case "detail":
			start, line, key, value := s.Start, s.StartLine, "", ""
			s.Children(func(name string) {
				if name == "name" {
					key = s.Text()
				} else if name == "value" {
					value = s.Text()
				}
			})
			r.detail(o, key, value, r.in.Cite(start, int(s.End-start), line, key+": "+value))
		}
	})
	if len(o.Keys) > 0 {
		r.in.Emit(o)
	}
}

func (r *openvas) detail(o *inventory.Observation, key, value string, where inventory.Citation) {
	switch key {
	case "hostname":
		o.Identify(inventory.Alias, value)
	case "MAC":
		o.Identify(inventory.MAC, value)
	case "best_os_txt":
		o.Software = append(o.Software, inventory.Software{Component: inventory.ParseSystem(value), Where: where, Confidence: inventory.Announced})
	case "App":
		if c := inventory.FromCPE(value); c != nil {
			confidence := inventory.Announced
			if c.Version == "" {
				confidence = inventory.Product
			}
			o.Software = append(o.Software, inventory.Software{Component: c, Where: where, Confidence: confidence})
		}
	}
}

// portOf reads "443/tcp", "general/tcp".
func portOf(text string) (port uint16, protocol string) {
	number, protocol, _ := strings.Cut(text, "/")
	if n, err := strconv.ParseUint(number, 10, 16); err == nil {
		return uint16(n), protocol
	}
	return 0, protocol
}
