package weblog

import (
	"slices"
	"time"

	"seawall/internal/evidence"
)

// Formats is the table of formats of web logs. zone is that of times without
// one. given are LogFormat and log_format directives to try before all else;
// those that [ParseLogFormat] refuses are left out.
func Formats(zone *time.Location, given ...string) []evidence.Format {
	s := &formats{zone: zone, layouts: &layouts{}}
	for _, directive := range given {
		if p, err := compileLogFormat(directive); err == nil {
			s.given = append(s.given, p)
		}
	}
	table := s.table()
	if len(s.given) > 0 {
		table = slices.Insert(table, 0, s.format("web-given", "Requests in a given log format", "what --log-format says"))
	}
	return table
}

func (s *formats) table() []evidence.Format {
	return []evidence.Format{
		{
			ID: "modsec-audit", Title: "Audit logs of ModSecurity and Coraza", Notes: "the native form; their JSON is read as requests in JSON",
			Match: matchAudit, Cut: cutAudit, Open: s.openAudit,
		},
		s.format("web-w3c", "W3C extended logs (IIS, CloudFront, proxies)", "columns may change in the middle of a file; without a header, those of IIS are tried"),
		s.format("web-access", "Access logs of web servers (Apache, nginx and others)", "common and combined format, with virtual hosts, and what follows them"),
		s.format("web-json", "Requests in JSON (Caddy, Traefik, nginx, Envoy and others)", "one object per line"),
		{
			ID: "web-json-array", Title: "Requests in JSON, exported", Notes: "arrays of objects, also inside an object, and objects over several lines",
			Match: s.matchArray, Cut: cutObjects, Open: s.openArray,
		},
		s.format("web-balancer", "Logs of load balancers and reverse proxies", "AWS, HAProxy, Envoy, Nginx Proxy Manager, Zoraxy"),
		s.format("web-error", "Error logs of web servers", "Apache with ModSecurity, nginx and its mail proxy, LiteSpeed"),
		s.format("exchange", "Logs of Microsoft Exchange", "HttpProxy, ECP, PowerShell, message tracking, address book generator"),
		s.format("web-firewall", "Requests in the Common Event Format", "what web application firewalls send to collectors (F5, NetScaler, Imperva and others)"),
		s.format("vpn", "Logs of remote access gateways", "Citrix NetScaler, Ivanti and Pulse Connect Secure, FortiGate SSL-VPN, GlobalProtect"),
		s.format("web-proxy", "Logs of forward proxies", "Squid"),
		s.format("web-application", "What web applications say of logins and requests", "Grafana, Guacamole"),
		s.format("web-other", "Requests in formats of their own", "any LogFormat or log_format with the request line, and the time or the client"),
	}
}

func (s *formats) format(id, title, notes string) evidence.Format {
	return evidence.Format{ID: id, Title: title, Notes: notes, Match: s.match(id), Cut: cut, Header: lastHeader, Open: s.open}
}
