// Package probe reads what services answered to probes, as search engines of
// the Internet (Shodan, Censys) and tools (naabu, httpx, Nuclei) record it.
package probe

import (
	"bytes"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// Formats lists the recordings of probes.
func Formats() []evidence.Format {
	return []evidence.Format{
		stream.Format(evidence.Format{
			ID: "shodan", Title: "Shodan export (JSON lines)",
			Notes: "services seen from the Internet with banners, products and certificates; its list of vulnerabilities is unverified and only a hint",
			Match: matchKeys(`"ip_str"`, func(keys []string) bool {
				return jsonpull.Holds(keys, "ip_str") && (jsonpull.Holds(keys, "port") || jsonpull.Holds(keys, "data") || jsonpull.Holds(keys, "ports")) || jsonpull.Holds(keys, "matches")
			}),
		}, readShodan),
		stream.Format(evidence.Format{
			ID: "censys", Title: "Censys export (JSON)",
			Notes: "services seen from the Internet with banners, software and certificates",
			Match: matchKeys(`"services"`, func(keys []string) bool {
				return jsonpull.Holds(keys, "ip", "services") || jsonpull.Holds(keys, "result") || jsonpull.Holds(keys, "resource") || len(keys) == 1 && jsonpull.Holds(keys, "host")
			}),
		}, readCensys),
		stream.Format(evidence.Format{
			ID: "nuclei", Title: "Nuclei findings (JSON)",
			Notes: "findings with template, severity, CVEs and place",
			Match: func(head []byte, _ string) bool {
				if !bytes.Contains(head, []byte(`"template-id"`)) && !bytes.Contains(head, []byte(`"templateID"`)) {
					return false
				}
				keys, _ := jsonpull.Sniff(head)
				return jsonpull.Holds(keys, "template-id") || jsonpull.Holds(keys, "templateID")
			},
		}, readNuclei),
		stream.Format(evidence.Format{
			ID: "httpx", Title: "httpx results (JSON lines)",
			Notes: "web servers with titles, technologies and icon hashes",
			Match: matchKeys(`"status_code"`, func(keys []string) bool { return jsonpull.Holds(keys, "input", "url", "status_code") }),
		}, readHTTPX),
		stream.Format(evidence.Format{
			ID: "naabu", Title: "naabu results (JSON lines)",
			Notes: "open ports",
			Match: matchKeys(`"port"`, func(keys []string) bool {
				return jsonpull.Holds(keys, "ip", "port") && len(keys) <= 10 && !jsonpull.Holds(keys, "ip_str") && (jsonpull.Holds(keys, "host") || jsonpull.Holds(keys, "timestamp", "protocol"))
			}),
		}, readNaabu),
	}
}

func matchKeys(word string, match func(keys []string) bool) func([]byte, string) bool {
	return func(head []byte, _ string) bool {
		if !bytes.Contains(head, []byte(word)) {
			return false
		}
		keys, _ := jsonpull.Sniff(head)
		return match(keys)
	}
}

// when reads a time as these tools write it, with or without a zone; 0 if it
// is none.
func when(text string) int64 {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() > 1970 && t.Year() < 2262 {
			return t.UnixNano()
		}
	}
	return 0
}

func port(text string) uint16 {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0
	}
	return uint16(n)
}

// target is what a URL or "host:port" leads to.
type target struct {
	host string
	port uint16
	tls  bool
}

func parseTarget(text string) (t target) {
	if !strings.Contains(text, "://") {
		text = "//" + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return t
	}
	t.host, t.port = u.Hostname(), port(u.Port())
	t.tls = u.Scheme == "https"
	if t.port == 0 {
		switch u.Scheme {
		case "https":
			t.port = 443
		case "http":
			t.port = 80
		}
	}
	return t
}

// identity is how well a service is known.
func identity(s *inventory.Service) inventory.Confidence {
	switch {
	case s.Product != "" && s.Version != "":
		return inventory.Announced
	case s.Product != "" || len(s.Banners) > 0 || s.Name != "":
		return inventory.Product
	}
	return inventory.Guess
}

// addBanner keeps what a service said, if it said anything.
func addBanner(s *inventory.Service, kind, text string) {
	if text = strings.TrimSpace(text); text != "" {
		s.Banners = append(s.Banners, inventory.Banner{Kind: kind, Text: text})
	}
}

// cite gives a service and its banners their place.
func cite(s *inventory.Service, where inventory.Citation) {
	s.Where = where
	for i := range s.Banners {
		s.Banners[i].Where = where
		s.Banners[i].Where.Excerpt = stream.Shorten(s.Banners[i].Text)
	}
}

func address(text string) netip.Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}
