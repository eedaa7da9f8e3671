package syslog

import (
	"bytes"
)

// netfilter reads what iptables and nftables log, also on appliances built on
// them. The target of the rule is only told by the prefix its author chose.
func netfilter(r *reader, f *frame, x *facts) {
	start := bytes.Index(f.body, []byte("IN="))
	if start < 0 {
		return
	}
	pairs(f.body[start:], '=', ' ', r.row.Set)
	r.keys(x)
	x.service, x.user = nil, nil
	prefix := f.body[:start]
	if i := bytes.IndexByte(prefix, ']'); i > 0 && bytes.HasPrefix(bytes.TrimSpace(prefix), []byte("[")) && digits(bytes.Trim(prefix[:i], "[ .0123456789")) {
		prefix = prefix[i+1:] // seconds since the kernel started
	}
	x.rule = bytes.Trim(prefix, " :[]")
	if i := bytes.LastIndexByte(x.rule, ']'); i >= 0 && i+1 < len(x.rule) && bytes.HasPrefix(x.rule, []byte("kernel")) {
		x.rule = bytes.TrimSpace(x.rule[i+1:])
	}
	name := bytes.TrimRight(x.rule, " :]")
	switch {
	case bytes.HasSuffix(name, []byte("-A")):
		x.action = []byte("accept")
	case bytes.HasSuffix(name, []byte("-D")):
		x.action = []byte("drop")
	case bytes.HasSuffix(name, []byte("-R")):
		x.action = []byte("reject")
	default:
		x.action = wordAny(name, "drop", "deny", "denied", "block", "reject", "accept", "allow", "permit")
	}
	if is(x.proto, "icmp") || is(x.proto, "icmpv6") {
		x.sport, x.dport = r.row.Get("TYPE"), r.row.Get("CODE")
	}
	x.flow(verdictOf(x.action))
}

// wordAny returns the first of some words anywhere in the text.
func wordAny(text []byte, words ...string) []byte {
	for _, w := range words {
		for i := 0; i+len(w) <= len(text); i++ {
			if text[i]|0x20 == w[0] && hasPrefixFold(text[i:], w) {
				return text[i : i+len(w)]
			}
		}
	}
	return nil
}

// Columns of filterlog (pfSense documentation, "Raw Filter Log Format").
var (
	filterCommon = []string{"rule", "sub_rule", "anchor", "tracker", "interface", "reason", "act", "direction", "ip_version"}
	filterIPv4   = []string{"tos", "ecn", "ttl", "id", "offset", "flags", "proto_id", "proto", "length", "src", "dst"}
	filterIPv6   = []string{"class", "flow_label", "hop_limit", "proto", "proto_id", "length", "src", "dst"}
	filterTCP    = []string{"src_port_raw", "dst_port_raw", "data_length", "tcp_flags", "sequence", "ack", "window", "urg", "options"}
	filterUDP    = []string{"src_port_raw", "dst_port_raw", "data_length"}
)

// filterlog reads the packet filter of pfSense and OPNsense.
func filterlog(r *reader, f *frame, x *facts) {
	r.cells = commas(f.message, r.cells)
	cells := r.cells
	if len(cells) < 20 {
		return
	}
	take := func(names []string) {
		n := min(len(names), len(cells))
		for i, name := range names[:n] {
			r.row.Set([]byte(name), cells[i])
		}
		cells = cells[n:]
	}
	take(filterCommon)
	if string(r.row.Get("ip_version")) == "6" {
		take(filterIPv6)
	} else {
		take(filterIPv4)
	}
	w := r.row
	x.proto, x.src, x.dst, x.rule, x.action = bytes.ToLower(w.Get("proto")), w.Get("src"), w.Get("dst"), firstSet(w.Get("tracker"), w.Get("rule")), w.Get("act")
	switch string(x.proto) {
	case "tcp":
		take(filterTCP)
	case "udp":
		take(filterUDP)
	}
	x.sport, x.dport = w.Get("src_port_raw"), w.Get("dst_port_raw")
	x.flow(verdictOf(x.action))
}

// meraki reads messages of Cisco Meraki: "flows src=… pattern: allow all".
func meraki(r *reader, f *frame, x *facts) {
	kind, text := word(f.body)
	r.row.Set([]byte("event_type"), kind)
	pairs(text, '=', ' ', r.row.Set)
	r.keys(x)
	pattern := firstOf(text, "pattern: ")
	switch string(kind) {
	case "flows", "firewall", "vpn_firewall", "cellular_firewall", "bridge_anyconnect_client_vpn_firewall":
		x.action, _ = word(firstSet(pattern, text))
		switch string(x.action) {
		case "0":
			x.action = []byte("deny")
		case "1":
			x.action = []byte("allow")
		}
		if verdictOf(x.action) == nil { // "Group Policy Allow"
			x.action = wordOf(pattern, "allow", "deny")
		}
		if hasPrefixFold(x.proto, "icmp") {
			x.sport = r.row.Get("type")
		}
		x.flow(verdictOf(x.action))
	case "l7_firewall":
		x.action = r.row.Get("decision")
		x.flow(verdictOf(x.action))
	case "ip_flow_start":
		x.flow(verdictOpen)
	case "ip_flow_end":
		x.flow(verdictClose)
	case "events":
		if bytes.Contains(text, []byte("client_vpn_connect")) || bytes.Contains(text, []byte("anyconnect_vpn_auth_success")) {
			x.dst = nil
			x.login(kindVPN, true)
		}
	default:
		x.event = eventAlert
	}
}

// mikrotik reads messages of RouterOS.
func mikrotik(r *reader, f *frame, x *facts) {
	switch {
	case bytes.Contains(f.body, []byte("logged in")):
		x.user = between(f.body, "user ", " logged")
		x.src = untilAny(firstOf(f.body, "from "), " ")
		x.login(kindConsole, true)
	case bytes.Contains(f.body, []byte("login failure")):
		x.user = between(f.body, "user ", " from")
		x.src = untilAny(firstOf(f.body, "from "), " ")
		x.login(kindConsole, false)
	default:
		text := firstOf(f.body, "proto ")
		if text == nil {
			return
		}
		x.proto = untilAny(text, " ,(")
		r.ends(x, text)
		before := f.body[:len(f.body)-len(text)]
		x.rule = wordAny(before, "input", "forward", "output", "srcnat", "dstnat")
		x.action = wordAny(before, "drop", "deny", "block", "reject", "accept", "allow")
		x.flow(verdictOf(x.action))
	}
}

// watchguard reads traffic messages of Fireware: "Deny 0-External Firebox 52
// tcp 20 127 1.2.3.4 5.6.7.8 51234 443 …".
func watchguard(r *reader, f *frame, x *facts) {
	pairs(f.body, '=', ' ', r.row.Set)
	if inside := between(f.body, "(", ")"); !f.stamp.yearly { // "Firebox 1234 (2024-01-10T09:49:05) firewall: …"
		if s, n := readStamp(inside); n > 0 && n == len(inside) {
			f.stamp = s
		}
	}
	fields := bytes.Fields(f.body)
	for i, w := range fields {
		if !is(w, "allow") && !is(w, "deny") {
			continue
		}
		x.action = w
		for j := i + 1; j+4 < len(fields) && j < i+14; j++ {
			list := endpoints(r.endpoints[:0], fields[j], 1)
			r.endpoints = list
			if len(list) == 1 && len(list[0].addr) == len(fields[j]) {
				x.src, x.dst, x.sport, x.dport = fields[j], fields[j+1], fields[j+2], fields[j+3]
				break
			}
		}
		x.proto = protocolIn(bytes.Join(fields[i:min(i+8, len(fields))], []byte(" ")))
		if x.proto != nil && hasPrefixFold(x.proto, "icmp") {
			x.sport, x.dport = nil, nil
		}
		if open := bytes.LastIndexByte(f.body, '('); open >= 0 {
			x.rule = untilAny(f.body[open+1:], ")")
		}
		x.sent, x.received, x.duration, x.user = r.row.Get("sent_bytes"), r.row.Get("rcvd_bytes"), r.row.Get("duration"), r.row.Get("src_user")
		x.flow(verdictOf(x.action))
		return
	}
	if bytes.Contains(f.body, []byte("logged in")) || bytes.Contains(f.body, []byte("rejected")) {
		x.user = untilAny(firstOf(f.body, "user ", "User "), " ")
		r.ends(x, f.body)
		x.dst, x.dport = nil, nil
		x.login(kindVPN, bytes.Contains(f.body, []byte("logged in")))
	}
}

// netscaler reads messages of Citrix ADC.
func netscaler(r *reader, f *frame, x *facts) {
	text := f.body
	switch {
	case bytes.Contains(text, []byte("Source ")) && bytes.Contains(text, []byte("Destination ")):
		r.labelled(x, text, "Source ", "Destination ")
		var none []byte
		r.labelOne(&x.natSrc, &none, text, "NatIP ")
		x.sent, x.received = untilAny(firstOf(text, "Total_bytes_send "), " "), untilAny(firstOf(text, "Total_bytes_recv "), " ")
		x.proto = protocolIn(text)
		if x.proto == nil {
			x.proto = []byte("tcp")
		}
		x.flow(verdictClose)
	case bytes.Contains(text, []byte("LOGIN_FAILED")) || bytes.Contains(text, []byte("SSLVPN LOGIN")) || bytes.Contains(text, []byte("AAA LOGIN")):
		x.user = untilAny(firstOf(text, "User ", "user "), " -")
		r.labelOne(&x.src, &x.sport, text, "Client_ip ")
		if x.src == nil {
			r.labelOne(&x.src, &x.sport, text, "Client ip ")
		}
		x.login(kindVPN, !bytes.Contains(text, []byte("FAILED")))
	case bytes.Contains(text, []byte("SSLVPN LOGOUT")):
		x.event, x.kind = eventLogout, kindVPN
		x.user = untilAny(firstOf(text, "User "), " -")
		r.labelOne(&x.src, &x.sport, text, "Client_ip ")
	case bytes.Contains(text, []byte("CMD_EXECUTED")):
		x.event = eventCommand
		x.user, x.command = untilAny(firstOf(text, "User "), " -"), between(text, `Command "`, `"`)
		r.labelOne(&x.src, &x.sport, text, "Remote_ip ")
	case bytes.Contains(text, []byte("APPFW")):
		r.ends(x, text)
		x.dst, x.dport = nil, nil
		x.event = eventAlert
	}
}

// labelled takes both sides of a connection from behind two labels.
func (r *reader) labelled(x *facts, text []byte, source, destination string) {
	r.labelOne(&x.src, &x.sport, text, source)
	r.labelOne(&x.dst, &x.dport, text, destination)
}

func (r *reader) labelOne(addr, port *[]byte, text []byte, label string) {
	rest := firstOf(text, label)
	r.endpoints = endpoints(r.endpoints[:0], rest, 1)
	if len(r.endpoints) == 1 && r.endpoints[0].start == 0 {
		*addr, *port = r.endpoints[0].addr, r.endpoints[0].port
	}
}

// prose reads messages that say in a sentence what became of a connection.
func prose(r *reader, f *frame, x *facts) {
	r.ends(x, f.body)
	x.proto = protocolIn(f.body)
	x.action = wordOf(f.body, "denied", "deny", "dropped", "drop", "blocked", "block", "rejected", "reject", "permitted", "permit", "accepted", "accept", "allowed", "allow", "passed", "pass", "closed", "terminated")
	if x.proto != nil && x.action != nil {
		x.flow(verdictOf(x.action))
	}
}
