package vulnscan

import (
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/evidence/markup"
	"seawall/internal/evidence/packages"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// nessus reads one report.
type nessus struct {
	in *stream.Input
	s  *markup.Scanner
}

func readNessus(in *stream.Input) {
	n := &nessus{in, markup.New(in)}
	in.Source.Tool = "Nessus"
	n.s.Children(func(name string) {
		n.s.Children(func(name string) {
			if name != "Report" {
				return
			}
			n.s.Children(func(name string) {
				if name == "ReportHost" {
					n.host()
				}
			})
		})
	})
	unfinished(in, n.s)
}

// unfinished reports a document that ends before its root does.
func unfinished(in *stream.Input, s *markup.Scanner) {
	if open := s.Open(); open != "" || s.Err() != nil {
		in.Lost(s.End, s.Line(), "the report is unfinished: the document ends inside <"+open+">; what stands before is used")
	}
}

// nessusHost is a host while its items are read.
type nessusHost struct {
	*nessus
	o        *inventory.Observation
	address  netip.Addr
	logged   bool // the scanner could log in
	services map[string]bool
}

func (n *nessus) host() {
	name := n.s.Attr("name")
	h := &nessusHost{nessus: n, o: &inventory.Observation{Status: inventory.Up}, services: map[string]bool{}}
	h.o.Where = n.in.Cite(n.s.Start, int(n.s.End-n.s.Start), n.s.StartLine, "host "+name)
	h.o.IdentifyHost(inventory.Alias, name)
	h.address, _ = netip.ParseAddr(name)
	n.s.Children(func(name string) {
		switch name {
		case "HostProperties":
			n.s.Children(func(string) { h.property(n.s.Attr("name")) })
		case "ReportItem":
			h.item()
		}
	})
	for i := range h.o.Services {
		h.o.Services[i].Address = h.address
	}
	for i := range h.o.Claims {
		h.o.Claims[i].Address = h.address
	}
	if len(h.o.Keys) > 0 {
		n.in.Emit(h.o)
	}
}

// property reads one of the facts about a host.
func (h *nessusHost) property(name string) {
	value := h.s.Text()
	where := h.in.Cite(h.s.Start, int(h.s.End-h.s.Start), h.s.StartLine, name+": "+value)
	switch name {
	case "host-ip":
		h.address, _ = netip.ParseAddr(value)
		h.o.Identify(inventory.Address, value)
	case "host-fqdn", "host-rdns":
		h.o.Identify(inventory.Alias, value)
	case "netbios-name", "hostname":
		h.o.Identify(inventory.Name, value)
	case "mac-address":
		h.o.Identify(inventory.MAC, strings.Fields(value)...)
	case "bios-uuid", "host-uuid":
		h.o.Identify(inventory.ID, "uuid:"+value)
	case "aws-instance-instanceId":
		h.o.Identify(inventory.ID, "aws:"+value)
	case "operating-system":
		system, _, _ := strings.Cut(value, "\n")
		h.o.Software = append(h.o.Software, inventory.Software{Component: inventory.ParseSystem(system), Where: where, Confidence: h.confidence()})
	case "Credentialed_Scan":
		h.logged = value == "true"
	case "HOST_END", "HOST_START":
		h.in.Source.Time = max(h.in.Source.Time, date(value))
	case "system-type":
		h.o.Roles = append(h.o.Roles, inventory.Fact{Value: value, Where: where, Confidence: inventory.Product})
	default:
		if strings.HasPrefix(name, "cpe") {
			h.cpe(value, where)
		}
	}
}

func (h *nessusHost) confidence() inventory.Confidence {
	if h.logged {
		return inventory.Installed
	}
	return inventory.Announced
}

// cpe adds what "cpe:/a:openbsd:openssh:7.4 -> OpenBSD OpenSSH" names.
func (h *nessusHost) cpe(text string, where inventory.Citation) {
	uri, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	c := inventory.FromCPE(uri)
	if c == nil {
		return
	}
	confidence := h.confidence()
	if c.Version == "" {
		confidence = inventory.Product
	}
	h.o.Software = append(h.o.Software, inventory.Software{Component: c, Where: where, Confidence: confidence})
}

// item reads one result of a plugin.
func (h *nessusHost) item() {
	s := h.s
	start, line := s.Start, s.StartLine
	c := inventory.Claim{
		Check: "nessus:" + s.Attr("pluginID"), Title: s.Attr("pluginName"), Severity: severity(s.Attr("severity"), 0),
		Verdict: inventory.Affected, Quality: inventory.Announced, Protocol: s.Attr("protocol"),
	}
	if port, err := strconv.ParseUint(s.Attr("port"), 10, 16); err == nil {
		c.Port = uint16(port)
	}
	service, output, remote := s.Attr("svc_name"), "", true
	end := s.End
	scores := [3]float32{}
	s.Children(func(name string) {
		switch name {
		case "cve":
			c.CVEs = append(c.CVEs, inventory.CVEs(s.Text())...)
		case "cvss_base_score":
			scores[2] = score(s.Text())
		case "cvss3_base_score":
			scores[1] = score(s.Text())
		case "cvss4_base_score":
			scores[0] = score(s.Text())
		case "risk_factor":
			if c.Severity == "" {
				c.Severity = severity(s.Text(), 0)
			}
		case "plugin_output":
			output = s.Text()
		case "solution":
			c.Fixed = stream.Shorten(s.Text())
		case "plugin_type":
			remote = s.Text() == "remote"
		}
		end = max(end, s.End)
	})
	for _, score := range scores {
		if score > 0 {
			c.Score = score
			break
		}
	}
	if !remote {
		c.Quality = inventory.Installed // it logged in and looked
	}
	if c.Severity == "info" {
		c.Verdict = inventory.Unjudged
	}
	c.Output = stream.Shorten(output)
	c.Where = h.in.Cite(start, int(end-start), line, c.Check+" "+c.Title)
	h.o.Claims = append(h.o.Claims, c)
	h.service(&c, service)
	h.enumerated(&c, output)
}

func score(text string) float32 {
	f, err := strconv.ParseFloat(text, 32)
	if err != nil {
		return 0
	}
	return float32(f)
}

// service notes each port once: the first item that names it.
func (h *nessusHost) service(c *inventory.Claim, name string) {
	key := c.Protocol + strconv.Itoa(int(c.Port))
	if c.Port == 0 || c.Protocol != "tcp" && c.Protocol != "udp" || h.services[key] {
		return
	}
	h.services[key] = true
	identity := inventory.Product
	if strings.HasSuffix(name, "?") { // by port number only
		identity = inventory.Guess
	}
	name = strings.TrimSuffix(name, "?")
	if name == "www" {
		name = "http"
	}
	h.o.Services = append(h.o.Services, inventory.Service{Port: c.Port, Protocol: c.Protocol, State: "open", Name: name, Identity: identity, Where: c.Where})
}

// bannerPlugins quote what a service says of itself.
var bannerPlugins = map[string]string{
	"nessus:10267": "ssh", "nessus:10092": "ftp", "nessus:10263": "smtp", "nessus:10107": "http-server", "nessus:10281": "telnet", "nessus:11414": "imap", "nessus:10185": "pop3",
}

// enumerated reads plugins that list software or quote banners.
func (h *nessusHost) enumerated(c *inventory.Claim, output string) {
	switch c.Check {
	case "nessus:45590": // common platform enumeration
		for line := range strings.Lines(output) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "cpe:") {
				h.cpe(line, c.Where)
			}
		}
	case "nessus:20811": // Windows software from the registry
		for line := range strings.Lines(output) {
			if app, ok := windowsSoftware(line); ok {
				h.o.Software = append(h.o.Software, inventory.Software{Component: app, Where: c.Where, Confidence: inventory.Installed})
			}
		}
	case "nessus:22869": // packages, by ssh
		for line := range strings.Lines(output) {
			if p, ok := packages.ListLine(line); ok {
				h.o.Software = append(h.o.Software, inventory.Software{Component: p, Where: c.Where, Confidence: inventory.Installed})
			}
		}
	}
	kind := bannerPlugins[c.Check]
	if kind == "" || len(h.o.Services) == 0 {
		return
	}
	text := quotedBanner(output)
	for i := range h.o.Services {
		if s := &h.o.Services[i]; s.Port == c.Port && s.Protocol == c.Protocol && text != "" {
			s.Banners = append(s.Banners, inventory.Banner{Kind: kind, Text: text, Where: c.Where})
		}
	}
}

// quotedBanner finds the banner in a plugin's output: what stands behind
// "SSH version :", else the first line behind one that ends in a colon.
func quotedBanner(output string) string {
	if _, rest, ok := strings.Cut(output, "SSH version : "); ok {
		line, _, _ := strings.Cut(rest, "\n")
		return strings.TrimSpace(line)
	}
	colon := false
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if colon && line != "" {
			return line
		}
		colon = colon || strings.HasSuffix(line, ":")
	}
	return ""
}

// windowsSoftware reads "7-Zip 19.00 (x64)  [version 19.00]  [installed on …]".
func windowsSoftware(line string) (*inventory.Component, bool) {
	name, rest, ok := strings.Cut(strings.TrimSpace(line), "  [version ")
	if !ok || name == "" {
		return nil, false
	}
	version, _, _ := strings.Cut(rest, "]")
	return &inventory.Component{Kind: inventory.Application, Name: name, Version: version}, true
}
