package nmap

import (
	"slices"
	"strings"

	"seawall/internal/inventory"
)

// banners maps the scripts that quote a service to the part they quote.
var banners = map[string]string{
	"banner":              "raw",
	"http-server-header":  "http-server",
	"http-title":          "http-title",
	"http-generator":      "http-generator",
	"smb-os-discovery":    "smb-os",
	"snmp-sysdescr":       "snmp-sysdescr",
	"dns-nsid":            "dns-version",
	"http-favicon":        "favicon-md5",
	"ssh-hostkey":         "",
	"http-auth":           "http-www-authenticate",
	"rtsp-methods":        "",
	"fingerprint-strings": "",
}

// script reads the result of a script on a port, or on the host.
func (h *host) script(s *inventory.Service) {
	id, output := h.s.Attr("id"), strings.TrimSpace(h.s.Attr("output"))
	where := h.cite(id + ": " + output)
	elements := h.elements()
	if kind := banners[id]; kind != "" && s != nil && output != "" {
		text, _, _ := strings.Cut(output, "\n")
		s.Banners = append(s.Banners, inventory.Banner{Kind: kind, Text: text, Where: where})
	}
	switch {
	case id == "ssl-cert" && s != nil:
		s.TLS = true
		s.Certificate.Subject, _, _ = strings.Cut(strings.TrimPrefix(output, "Subject: "), "\n")
		s.Banners = append(s.Banners, inventory.Banner{Kind: "tls-subject", Text: s.Certificate.Subject, Where: where})
	case id == "http-headers" && s != nil:
		for line := range strings.Lines(output) {
			if b, ok := inventory.HeaderBanner(line); ok {
				b.Where = where
				s.Banners = append(s.Banners, b)
			}
		}
	case id == "nbstat":
		if _, rest, ok := strings.Cut(output, "NetBIOS name: "); ok {
			name, _, _ := strings.Cut(rest, ",")
			h.o.Identify(inventory.Name, name)
		}
	case id == "smb-os-discovery", id == "rdp-ntlm-info", id == "http-ntlm-info", id == "ms-sql-ntlm-info":
		h.names(elements)
	}
	h.claims(id, output, elements, where, s)
}

// element is a named value of a script's structured result.
type element struct{ table, key, value string }

// elements reads the structured result inside a script element.
func (h *host) elements() (list []element) {
	var walk func(table string)
	walk = func(table string) {
		h.s.Children(func(name string) {
			key := h.s.Attr("key")
			switch name {
			case "elem":
				list = append(list, element{table, key, h.s.Text()})
			case "table":
				if key == "" {
					key = table
				}
				walk(key)
			}
		})
	}
	walk("")
	return list
}

// names takes what Windows says of itself in its handshakes.
func (h *host) names(elements []element) {
	for _, e := range elements {
		switch e.key {
		case "DNS_Computer_Name", "fqdn":
			h.o.Identify(inventory.Name, e.value)
		case "NetBIOS_Computer_Name", "server":
			h.o.Identify(inventory.Name, strings.TrimRight(e.value, "\x00"))
		}
	}
}

// claims takes what a script says of vulnerabilities.
func (h *host) claims(id, output string, elements []element, where inventory.Citation, s *inventory.Service) {
	var port uint16
	protocol := ""
	if s != nil {
		port, protocol = s.Port, s.Protocol
	}
	if id == "vulners" || id == "vulscan" {
		// Versions looked up in a list, without back-ports: a hint at most.
		for _, e := range elements {
			if e.key == "id" && strings.HasPrefix(e.value, "CVE-") {
				h.o.Claims = append(h.o.Claims, inventory.Claim{
					Check: "nmap:" + id, Title: e.value, CVEs: []string{e.value}, Verdict: inventory.Possible, Quality: inventory.Product,
					Port: port, Protocol: protocol, Where: where,
				})
			}
		}
		return
	}
	state := ""
	var cves []string
	for _, e := range elements {
		switch {
		case e.key == "state":
			state = e.value
		case strings.HasPrefix(e.value, "CVE:"):
			cves = append(cves, strings.TrimPrefix(e.value, "CVE:"))
		}
	}
	verdict := inventory.Unjudged
	switch {
	case strings.HasPrefix(state, "NOT VULNERABLE"):
		verdict = inventory.NotAffected
	case strings.HasPrefix(state, "LIKELY VULNERABLE"):
		verdict = inventory.Possible
	case strings.HasPrefix(state, "VULNERABLE"):
		verdict = inventory.Affected
	default:
		return
	}
	title := id
	if len(elements) > 0 && elements[0].key == "title" {
		title = elements[0].value
	}
	slices.Sort(cves)
	h.o.Claims = append(h.o.Claims, inventory.Claim{
		Check: "nmap:" + id, Title: title, CVEs: slices.Compact(cves), Verdict: verdict, Quality: inventory.FullBuild,
		Port: port, Protocol: protocol, Output: output, Where: where,
	})
}
