package zeek

import (
	"bytes"
	"slices"
	"strings"

	"seawall/internal/evidence/atom"
)

// signature is a set of fields that tells which log has them.
type signature struct {
	path   string
	fields []string
}

// signatures are fields that only one log has, for logs that do not say which
// they are. The first log all of whose fields are there is meant.
var signatures = []signature{
	{"conn", []string{"conn_state"}},
	{"conn", []string{"history", "orig_pkts"}},
	{"dns", []string{"query", "qtype_name"}},
	{"dns", []string{"query", "rcode"}},
	{"dns", []string{"query", "trans_id"}},
	{"http", []string{"method", "uri"}},
	{"http", []string{"trans_depth", "host"}},
	{"ssl", []string{"cipher", "server_name"}},
	{"ssl", []string{"version", "cipher"}},
	{"ssl", []string{"established", "resumed"}},
	{"ssh", []string{"auth_attempts"}},
	{"ssh", []string{"hassh"}},
	{"ssh", []string{"auth_success"}},
	{"x509", []string{"certificate.subject"}},
	{"files", []string{"fuid", "seen_bytes"}},
	{"pe", []string{"machine", "compile_ts"}},
	{"ocsp", []string{"hashAlgorithm", "serialNumber"}},
	{"smb_mapping", []string{"share_type"}},
	{"smb_files", []string{"action", "path", "size"}},
	{"smb_cmd", []string{"command", "sub_command"}},
	{"dce_rpc", []string{"endpoint", "operation"}},
	{"dce_rpc", []string{"named_pipe", "rtt"}},
	{"ntlm", []string{"domainname", "hostname"}},
	{"ntlm", []string{"server_nb_computer_name"}},
	{"kerberos", []string{"request_type"}},
	{"rdp", []string{"cookie", "security_protocol"}},
	{"rdp", []string{"result", "cert_count"}},
	{"socks", []string{"bound.host"}},
	{"socks", []string{"request.host"}},
	{"tunnel", []string{"tunnel_type"}},
	{"dhcp", []string{"msg_types"}},
	{"dhcp", []string{"lease_time", "mac"}},
	{"ftp", []string{"command", "arg"}},
	{"smtp", []string{"helo"}},
	{"smtp", []string{"mailfrom"}},
	{"snmp", []string{"community"}},
	{"sip", []string{"call_id"}},
	{"irc", []string{"nick"}},
	{"radius", []string{"tunnel_client"}},
	{"mysql", []string{"cmd", "arg"}},
	{"ntp", []string{"stratum"}},
	{"syslog", []string{"facility", "severity"}},
	{"notice", []string{"note", "msg"}},
	{"weird", []string{"name", "peer"}},
	{"software", []string{"software_type"}},
	{"known_services", []string{"port_num"}},
	{"known_certs", []string{"issuer_subject"}},
	{"known_hosts", []string{"ts", "host"}},
	{"intel", []string{"seen.indicator"}},
	{"rfb", []string{"authentication_method"}},
	{"ldap", []string{"message_id", "opcode"}},
	{"ldap_search", []string{"base_object"}},
	{"quic", []string{"client_initial_dcid"}},
	{"websocket", []string{"subprotocol"}},
	{"postgresql", []string{"frontend"}},
	{"modbus", []string{"func", "exception"}},
	{"dnp3", []string{"fc_request"}},
	{"dpd", []string{"analyzer", "failure_reason"}},
	{"arp", []string{"operation", "src_mac"}},
	{"reporter", []string{"level", "message", "location"}},
	{"capture_loss", []string{"percent_lost"}},
	{"stats", []string{"pkts_proc"}},
}

// guessPath names the log that has such fields, "" if none is known.
func guessPath(fields []string) string {
	for _, s := range signatures {
		missing := slices.ContainsFunc(s.fields, func(name string) bool { return !slices.Contains(fields, name) })
		if !missing {
			return s.path
		}
	}
	return ""
}

// others are logs without fields of their own, known by the file's name.
var others = []string{
	"packet_filter", "config", "cluster", "broker", "print", "traceroute", "known_modbus", "known_devices", "known_domains", "known_names", "known_users",
	"analyzer", "analyzer_debug", "unknown_protocols", "signatures", "barnyard2", "netcontrol", "openflow", "mqtt_connect", "mqtt_publish", "mqtt_subscribe",
	"redis", "spicy", "telemetry", "weird_stats", "notice_alarm", "dpd", "dnp3", "modbus_register_change", "stun", "vpn", "etc_viz", "suricata_corelight", "generic_dns_tunnels", "generic_icmp_tunnels",
}

// minimal reads the header of `zeek-cut -m`: the names of the columns, without
// anything else, below comments. skip is the length of what stands before the
// first row; 0 if there is no such header.
func minimal(head []byte, name string) (h header, skip int) {
	comments := 0
	for comments < len(head) && head[comments] == '#' {
		_, rest := cutLine(head[comments:])
		comments = len(head) - len(rest)
	}
	line, rest := cutLine(head[comments:])
	names := strings.Split(string(line), "\t")
	if len(names) < 3 || len(line) > 4096 || !slices.Contains(names, "ts") && !slices.Contains(names, "uid") {
		return h, 0
	}
	for _, n := range names {
		if n == "" || strings.Trim(n, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") != "" {
			return h, 0
		}
	}
	h = defaultHeader
	h.path, h.fields = pathOf(names, name), strings.Join(names, "\t")
	return h, len(head) - len(rest)
}

// lists are columns with several items in a cell, for headers without types.
var lists = []string{
	"answers", "TTLs", "tunnel_parents", "cert_chain_fps", "cert_chain_fuids", "client_cert_chain_fps", "client_cert_chain_fuids", "tags", "proxied",
	"orig_fuids", "orig_filenames", "orig_mime_types", "resp_fuids", "resp_filenames", "resp_mime_types", "tx_hosts", "rx_hosts", "conn_uids", "analyzers",
	"uids", "msg_types", "san.dns", "san.uri", "san.email", "san.ip", "rcptto", "to", "path", "fuids", "services", "service",
}

// connFields are the usual columns of conn.log, in order, and of versions that
// add to them.
const connFields = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents ip_proto"

// looksLikeConn reports whether head holds rows of conn.log without a header,
// as a log has that was cut at its top.
func looksLikeConn(head []byte) bool {
	line, rest := cutLine(head)
	return connColumns(line) > 0 && (len(rest) == 0 || rest[0] == '\n' || bytes.IndexByte(rest, '\n') < 0 || connColumns(firstLine(rest)) > 0)
}

func firstLine(data []byte) []byte {
	line, _ := cutLine(data)
	return line
}

// connColumns returns the number of cells of a row of conn.log, 0 if it is none.
func connColumns(line []byte) int {
	if len(line) > 4096 || len(line) < 60 || bytes.Count(line, []byte{'\t'}) < 17 {
		return 0
	}
	cells := bytes.Split(line, []byte{'\t'})
	_, isTime := atom.Seconds(cells[0])
	_, isSource := atom.Addr(cells[2])
	_, isPort := atom.Port(cells[3])
	_, isDestination := atom.Addr(cells[4])
	_, isOther := atom.Port(cells[5])
	if !isTime || !isSource || !isPort || !isDestination || !isOther || len(cells) < 20 || len(cells) > 22 {
		return 0
	}
	switch string(cells[6]) {
	case "tcp", "udp", "icmp", "unknown_transport":
		return len(cells)
	}
	return 0
}

// headless is the header that rows of conn.log are missing.
func headless(head []byte) header {
	n := connColumns(firstLine(head))
	names := strings.Fields(connFields)
	if n == 20 { // before version 2.3
		names = slices.DeleteFunc(names, func(name string) bool { return name == "local_resp" })
	}
	h := defaultHeader
	h.path, h.fields = "conn", strings.Join(names[:n], "\t")
	return h
}
