package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// fortinet reads the key=value messages of FortiGate and its siblings (FortiOS
// Log Message Reference).
func fortinet(r *reader, f *frame, x *facts) {
	pairs(f.body, '=', ' ', r.row.Set)
	r.keys(x)
	w := r.row
	x.action = w.Get("action")
	kind, id := w.Get("type"), w.Get("logid")
	message := id
	if len(id) >= 10 { // the last six digits say which message it is
		message = bytes.TrimLeft(id[len(id)-6:], "0")
	}
	switch {
	case is(kind, "traffic"):
		switch {
		case is(x.action, "start"):
			x.flow(verdictOpen)
		case w.Get("http_method") != nil: // of a web application firewall: a request
			x.event = eventAlert
		default:
			v := verdictOf(x.action)
			if v == nil && x.action == nil && is(w.Get("status"), "success") {
				v = verdictAllow
			}
			x.flow(v)
		}
	case is(kind, "event"):
		switch string(message) {
		case "39424", "39426", "39425", "39943", "37138": // SSL VPN: up, failed, down
			x.src = firstSet(w.Get("remip"), x.src)
			x.dst = nil
			if string(message) == "39425" || is(x.action, "tunnel-down") {
				x.event, x.kind = eventLogout, kindVPN
				return
			}
			x.login(kindVPN, string(message) != "39426" && !containsFold(x.action, "fail"))
		case "32001", "32002", "32003": // administrators
			x.src = firstSet(x.src, w.Get("ui"))
			r.uiAddress(x)
			if string(message) == "32003" {
				x.event, x.kind = eventLogout, kindConsole
				return
			}
			x.login(kindConsole, string(message) == "32001")
		default:
			if is(x.action, "ssl-login-fail") || is(x.action, "login") && w.Get("user") != nil {
				x.login(kindVPN, !is(w.Get("status"), "failed") && !is(x.action, "ssl-login-fail"))
			}
		}
	case len(kind) > 0:
		x.event = eventAlert
	}
}

func firstSet(a, b []byte) []byte {
	if len(a) > 0 {
		return a
	}
	return b
}

// uiAddress finds the address in ui="https(10.0.0.1)".
func (r *reader) uiAddress(x *facts) {
	if _, ok := atom.Addr(x.src); ok {
		return
	}
	inside := between(x.src, "(", ")")
	x.src = nil
	if _, ok := atom.Addr(inside); ok {
		x.src = inside
	}
}

// keyValue reads messages of key=value fields of vendors whose keys say it all.
func keyValue(r *reader, f *frame, x *facts) {
	pairs(f.body, '=', ' ', r.row.Set)
	r.keys(x)
	x.flow(verdictOf(x.action))
}

// tabbed reads key=value fields between tabs.
func tabbed(r *reader, f *frame, x *facts) {
	pairs(f.body, '=', '\t', r.row.Set)
	r.keys(x)
	x.event = eventAlert // of requests, not of connections
	if r.row.Get("cdip") != nil {
		x.flow(verdictOf(x.action))
	}
}

// huawei reads messages of Huawei's firewalls: "%%01POLICY/6/POLICYDENY(l):
// vsys=public, protocol=6, source-ip=10.0.0.1, …".
func huawei(r *reader, f *frame, x *facts) {
	rest := firstOf(f.body, "%%01")
	name, text, ok := bytes.Cut(rest, []byte("):"))
	if !ok {
		name, text, _ = bytes.Cut(rest, []byte(":"))
	}
	pairs(text, '=', ',', r.row.Set)
	r.keys(x)
	x.action = wordAny(name, "deny", "permit", "drop", "block")
	x.flow(verdictOf(x.action))
}

// sophos reads messages of Sophos Firewall and UTM.
func sophos(r *reader, f *frame, x *facts) {
	pairs(f.body, '=', ' ', r.row.Set)
	r.keys(x)
	w := r.row
	kind := w.Get("log_type")
	switch {
	case is(kind, "firewall") || is(w.Get("sub"), "packetfilter"):
		x.action = firstSet(w.Get("action"), firstSet(w.Get("log_subtype"), w.Get("status")))
		v := verdictOf(x.action)
		if is(w.Get("log_subtype"), "denied") || is(w.Get("status"), "deny") {
			v = verdictDeny
		}
		if v == nil {
			v = verdictOf(w.Get("name"))
		}
		if is(firstSet(w.Get("connevent"), w.Get("con_event")), "start") && bytes.Equal(v, verdictAllow) {
			v = verdictOpen
		}
		x.flow(v)
	case is(kind, "event"):
		if status := w.Get("status"); len(status) > 0 && (containsFold(w.Get("log_subtype"), "auth") || containsFold(w.Get("log_component"), "auth") || containsFold(w.Get("log_component"), "vpn")) {
			x.dst = nil
			x.login(kindVPN, bytes.HasPrefix(status, []byte("Success")) || is(status, "successful"))
			if containsFold(w.Get("log_component"), "gui") || containsFold(w.Get("log_component"), "cli") {
				x.kind = kindConsole
			}
		}
	case len(kind) > 0:
		x.event = eventAlert
	}
}

// sonicwall reads messages of SonicWall: addresses come as address:port:interface.
func sonicwall(r *reader, f *frame, x *facts) {
	pairs(f.body, '=', ' ', r.row.Set)
	r.keys(x)
	w := r.row
	message := w.Get("msg")
	x.action = firstSet(w.Get("fw_action"), wordOf(message, "dropped", "denied", "blocked", "rejected", "closed", "opened", "allowed"))
	x.action = bytes.Trim(x.action, `"`)
	if is(x.action, "na") {
		x.action = wordOf(message, "dropped", "denied", "blocked", "rejected", "closed", "opened", "allowed")
	}
	switch string(w.Get("m")) {
	case "97", "14", "16", "794", "793", "608", "609": // web sites and attacks
		x.event = eventAlert
		return
	case "98":
		x.flow(verdictOpen)
		return
	case "537":
		x.flow(verdictClose)
		return
	}
	if containsFold(message, "login") || containsFold(message, "logged in") {
		kind := kindVPN
		if containsFold(message, "administrator") {
			kind = kindConsole
		}
		x.dst, x.dport = nil, nil
		x.login(kind, !containsFold(message, "fail") && !containsFold(message, "denied"))
		return
	}
	if x.proto == nil { // "ICMP packet dropped"
		x.proto = protocolIn(message)
	}
	if hasPrefixFold(x.proto, "icmp") && w.Get("type") != nil {
		x.sport, x.dport = w.Get("type"), w.Get("code")
	}
	v := verdictOf(x.action)
	if is(x.action, "opened") {
		v = verdictOpen
	}
	x.flow(v)
}

// checkpoint reads what the Log Exporter of Check Point writes: fields between
// bars, in structured data, or key:"value"; between semicolons.
func checkpoint(r *reader, f *frame, x *facts) {
	switch {
	case len(f.data) > 2:
		if bytes.Contains(f.data[:min(len(f.data), 80)], []byte(`:"`)) {
			pairs(bytes.Trim(f.data, "[]"), ':', ';', r.row.Set)
		} else {
			elements(f.data, r.row.Set)
		}
	case bytes.IndexByte(f.body, '|') > 0:
		pairs(f.body, '=', '|', r.row.Set)
	case bytes.Contains(f.body, []byte(`:"`)):
		pairs(bytes.Trim(f.message, "[] "), ':', ';', r.row.Set)
	default:
		pairs(f.body, '=', ' ', r.row.Set)
	}
	r.keys(x)
	w := r.row
	x.action = w.Get("action")
	product := firstSet(w.Get("product"), w.Get("ProductName"))
	if x.src == nil && x.dst == nil {
		firstPacket(w.Get("packets"), x)
	}
	if service := w.Get("service"); len(service) > 0 && x.dport == nil {
		if _, ok := atom.Port(service); ok {
			x.dport = service
		}
	}
	switch {
	case w.Get("subject") != nil && w.Get("administrator") != nil:
		x.src, x.user, x.dst = firstSet(w.Get("client_ip"), x.src), w.Get("administrator"), nil
		if _, ok := atom.Addr(x.src); !ok {
			x.src = nil
		}
		switch operation := w.Get("operation"); {
		case is(operation, "log in"):
			x.login(kindConsole, !is(w.Get("audit_status"), "failure"))
		case is(operation, "log out"):
			x.event, x.kind = eventLogout, kindConsole
		default:
			x.event, x.command = eventCommand, operation
		}
	case is(product, "mobile access") || is(product, "vpn") || containsFold(x.action, "log in") || containsFold(x.action, "failed log in"):
		if containsFold(x.action, "log in") {
			x.dst = nil
			x.login(kindVPN, !containsFold(x.action, "fail"))
		}
	case containsFold(product, "firewall") || containsFold(product, "vpn-1") || product == nil:
		x.flow(verdictOf(x.action))
	default:
		x.event = eventAlert
		if is(x.action, "drop") || is(x.action, "reject") || is(x.action, "block") {
			x.flow(verdictDeny)
		}
	}
}

// firstPacket reads the first of " <10.0.0.1,50123,192.0.2.1,443,6;eth0> <…>",
// as drops are summed up.
func firstPacket(packets []byte, x *facts) {
	one := untilAny(between(packets, "<", ">"), ";")
	parts := bytes.SplitN(one, []byte(","), 5)
	if len(parts) == 5 {
		x.src, x.sport, x.dst, x.dport, x.proto = parts[0], parts[1], parts[2], parts[3], parts[4]
	}
}

// Columns of the CSV of PAN-OS (PAN-OS Administrator's Guide, "Syslog Field
// Descriptions"), by type of log.
var (
	panTraffic = []string{
		"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "src", "dst", "natsrc", "natdst", "rule", "srcuser", "dstuser", "app", "vsys",
		"from_zone", "to_zone", "inbound_if", "outbound_if", "logset", "future_use3", "sessionid", "repeatcnt", "sport", "dport", "natsport", "natdport", "flags", "proto", "action",
		"bytes", "bytes_sent", "bytes_received", "packets", "start", "elapsed", "category", "future_use4", "seqno", "actionflags", "srcloc", "dstloc", "future_use5", "pkts_sent", "pkts_received", "session_end_reason",
	}
	panThreat = []string{
		"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "src", "dst", "natsrc", "natdst", "rule", "srcuser", "dstuser", "app", "vsys",
		"from_zone", "to_zone", "inbound_if", "outbound_if", "logset", "future_use3", "sessionid", "repeatcnt", "sport", "dport", "natsport", "natdport", "flags", "proto", "action",
		"misc", "threatid", "category", "severity_pan", "direction", "seqno", "actionflags", "srcloc", "dstloc", "future_use4", "contenttype", "pcap_id", "filedigest", "cloud", "url_idx", "user_agent", "filetype", "xff", "referer", "sender", "subject", "recipient",
	}
	panSystem        = []string{"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "vsys", "eventid", "object", "future_use3", "future_use4", "module", "severity_pan", "opaque", "seqno"}
	panConfig        = []string{"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "admin_host", "vsys", "cmd", "admin", "client", "result", "path"}
	panGlobalProtect = []string{
		"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "vsys", "eventid", "stage", "auth_method", "tunnel_type", "srcuser", "srcregion", "machinename", "public_ip", "public_ipv6",
		"private_ip", "private_ipv6", "hostid", "serialnumber", "client_ver", "client_os", "client_os_ver", "repeatcnt", "reason", "error", "opaque", "status_pan", "location", "login_duration", "connect_method", "error_code", "portal",
	}
	panUserID  = []string{"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "vsys", "ip", "user_pan", "datasourcename", "eventid", "repeatcnt", "timeout", "beginport", "endport", "datasource", "datasourcetype"}
	panAuth    = []string{"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "vsys", "ip", "user_pan", "normalize_user", "object", "authpolicy", "repeatcnt", "authid", "vendor_pan", "logset", "serverprofile", "desc", "clienttype", "eventid"}
	panHIP     = []string{"future_use1", "receive_time", "serial", "type", "subtype", "future_use2", "generated_time", "srcuser", "vsys", "machinename", "os", "src", "matchname", "repeatcnt", "matchtype"}
	panGeneral = panTraffic[:7]
)

// paloalto reads the CSV of PAN-OS.
func paloalto(r *reader, f *frame, x *facts) {
	r.cells = commas(f.body, r.cells)
	cells := r.cells
	if len(cells) < 7 {
		return
	}
	names := panGeneral
	switch string(cells[3]) {
	case "TRAFFIC":
		names = panTraffic
	case "THREAT", "URL", "WILDFIRE", "DATA":
		names = panThreat
	case "SYSTEM":
		names = panSystem
	case "CONFIG":
		names = panConfig
	case "GLOBALPROTECT":
		names = panGlobalProtect
	case "USERID":
		names = panUserID
	case "AUTHENTICATION":
		names = panAuth
	case "HIPMATCH", "HIP-MATCH":
		names = panHIP
	}
	for i, name := range names[:min(len(names), len(cells))] {
		r.row.Set([]byte(name), cells[i])
	}
	w := r.row
	x.proto, x.action, x.rule, x.user, x.service, x.session = w.Get("proto"), w.Get("action"), w.Get("rule"), w.Get("srcuser"), w.Get("app"), w.Get("sessionid")
	x.src, x.dst, x.sport, x.dport = w.Get("src"), w.Get("dst"), w.Get("sport"), w.Get("dport")
	x.natSrc, x.natDst = panNAT(w.Get("natsrc"), x.src), panNAT(w.Get("natdst"), x.dst)
	switch string(cells[3]) {
	case "TRAFFIC":
		x.sent, x.received, x.sentPackets, x.receivedPackets, x.duration = w.Get("bytes_sent"), w.Get("bytes_received"), w.Get("pkts_sent"), w.Get("pkts_received"), w.Get("elapsed")
		v := verdictOf(x.action)
		switch {
		case bytes.Equal(v, verdictAllow) && is(cells[4], "start"):
			v = verdictOpen
		case is(cells[4], "drop") || is(cells[4], "deny"):
			v = verdictDeny
		}
		x.flow(v)
	case "THREAT", "URL", "WILDFIRE", "DATA":
		x.event = eventAlert
	case "SYSTEM":
		panLogin(r, x, w.Get("eventid"), w.Get("opaque"))
	case "CONFIG":
		x.event, x.user, x.command = eventCommand, w.Get("admin"), w.Get("cmd")
		x.src = w.Get("admin_host")
	case "GLOBALPROTECT":
		x.src = firstSet(w.Get("public_ip"), w.Get("public_ipv6"))
		switch event := w.Get("eventid"); {
		case containsFold(event, "logout"):
			x.event, x.kind = eventLogout, kindVPN
		case x.user == nil || containsFold(event, "prelogin"):
		case bytes.HasSuffix(event, []byte("-auth")) || bytes.HasSuffix(event, []byte("-login")) || bytes.HasSuffix(event, []byte("-connected")):
			x.login(kindVPN, is(w.Get("status_pan"), "success"))
		}
	case "AUTHENTICATION":
		x.src, x.user = w.Get("ip"), w.Get("user_pan")
		x.login(kindVPN, containsFold(w.Get("eventid"), "succ") || containsFold(w.Get("desc"), "succ"))
	}
}

// panNAT drops the translated address where there is none.
func panNAT(translated, original []byte) []byte {
	if bytes.Equal(translated, original) || string(translated) == "0.0.0.0" || string(translated) == "::" {
		return nil
	}
	return translated
}

// panLogin reads what the system log says of logins.
func panLogin(r *reader, x *facts, event, text []byte) {
	kind := kindConsole
	switch {
	case hasPrefixFold(event, "globalprotect"):
		kind = kindVPN
	case !containsFold(event, "auth") && !containsFold(text, "logged in") && !containsFold(text, "failed auth"):
		return
	}
	x.user = untilAny(firstOf(text, "User name: ", "user '", "User '", "for user '", "user: "), "',.")
	r.ends(x, text)
	x.dst, x.dport = nil, nil
	switch {
	case containsFold(event, "fail") || containsFold(text, "fail"):
		x.login(kind, false)
	case containsFold(event, "succ") || containsFold(text, "logged in") || containsFold(text, "succeeded") || containsFold(text, "authenticated"):
		x.login(kind, true)
	}
}

// juniper reads messages of Junos: RT_FLOW and others, with structured data or
// without.
func juniper(r *reader, f *frame, x *facts) {
	if len(f.data) > 2 {
		elements(f.data, r.row.Set)
	}
	r.keys(x)
	name, text := f.msgid, f.message
	if i := bytes.Index(text, []byte("-RT_")); i > 0 && bytes.IndexByte(text[:i], '%') >= 0 && name == nil { // "%USER-6-RT_FLOW_SESSION_CREATE: session created …"
		name, text, _ = bytes.Cut(text[i+1:], []byte(":"))
	}
	if name == nil { // "RT_FLOW: RT_FLOW_SESSION_CREATE: session created …"
		name, text, _ = bytes.Cut(f.message, []byte(":"))
		if bytes.IndexByte(name, ' ') >= 0 {
			name, text = f.program, f.message
		}
		r.row.Set([]byte("event_name"), name)
	}
	switch {
	case bytes.HasPrefix(name, []byte("RT_FLOW_SESSION")) || bytes.HasPrefix(name, []byte("APPTRACK_SESSION")):
		if x.src == nil {
			juniperFlow(r, text, x)
		}
		verdict := verdictClose
		switch {
		case bytes.Contains(name, []byte("CREATE")) || bytes.Contains(name, []byte("UPDATE")): // the end will be told
			verdict = verdictOpen
		case bytes.Contains(name, []byte("DENY")):
			verdict = verdictDeny
		}
		x.action = wordAny(name, "create", "deny", "close", "update")
		x.flow(verdict)
	case bytes.Contains(f.body, []byte("PFE_FW_SYSLOG")):
		r.ends(x, text)
		x.proto = protocolIn(text)
		fields := bytes.Fields(text)
		for i, w := range fields { // "A name tcp a b 1 2 (1 packets)"
			if x.proto != nil && bytes.Equal(w, x.proto) && i+4 < len(fields) {
				if _, ok := atom.Port(fields[i+3]); ok {
					x.sport, x.dport = fields[i+3], fields[i+4]
				}
			}
			if len(w) == 1 && (w[0] == 'A' || w[0] == 'D' || w[0] == 'R') && x.action == nil {
				x.action = w
			}
		}
		switch string(x.action) {
		case "A":
			x.flow(verdictAllow)
		case "D", "R":
			x.flow(verdictDeny)
		}
	case bytes.Contains(name, []byte("LOGIN_FAILED")) || bytes.Contains(name, []byte("SSHD_LOGIN")) || bytes.Contains(name, []byte("UI_AUTH_EVENT")) || bytes.Contains(name, []byte("UI_LOGIN_EVENT")):
		x.user = firstSet(x.user, untilAny(firstOf(text, "user '", "User '"), "'"))
		x.src = firstSet(x.src, untilAny(firstOf(text, "from host '", "from "), "' "))
		if _, ok := atom.Addr(x.src); !ok {
			x.src = nil
		}
		x.dst = nil
		x.login(kindConsole, !bytes.Contains(name, []byte("FAIL")))
	case bytes.Contains(name, []byte("UI_CMDLINE_READ_LINE")):
		x.event = eventCommand
		x.user = firstSet(x.user, between(text, "User '", "'"))
		x.command = firstSet(r.row.Get("command"), between(text, "command '", "'"))
	default:
		if x.src == nil {
			r.ends(x, text)
		}
		x.event = eventAlert
	}
}

// juniperFlow reads "session closed TCP FIN: a/1->b/2 junos-http c/3->d/4 …".
func juniperFlow(r *reader, text []byte, x *facts) {
	r.endpoints = endpoints(r.endpoints[:0], text, 4)
	list := r.endpoints
	if len(list) < 2 {
		return
	}
	x.src, x.sport, x.dst, x.dport = list[0].addr, list[0].port, list[1].addr, list[1].port
	rest := bytes.Fields(text[list[1].end:])
	if len(list) == 4 {
		if !bytes.Equal(list[2].addr, x.src) {
			x.natSrc = list[2].addr
		}
		if !bytes.Equal(list[3].addr, x.dst) {
			x.natDst = list[3].addr
		}
	}
	if len(rest) > 0 {
		x.service = rest[0]
	}
	for i, w := range rest {
		number := untilAny(w, "(")
		if n, ok := atom.Port(number); ok && n < 256 && i > 0 && i < 8 && x.proto == nil && digits(number) {
			x.proto = number
			if i+1 < len(rest) {
				x.rule = rest[i+1]
			}
		}
		if j := bytes.IndexByte(w, '('); j > 0 && digits(w[:j]) && i > 2 && i+1 < len(rest) && x.sent == nil && x.proto != nil && !bytes.HasPrefix(w, x.proto) {
			// "12(1234) 10(5678) 20": packets and bytes of each direction, seconds.
			next := rest[i+1]
			if k := bytes.IndexByte(next, '('); k > 0 && digits(next[:k]) {
				x.sentPackets, x.sent = w[:j], bytes.Trim(w[j:], "()")
				x.receivedPackets, x.received = next[:k], bytes.Trim(next[k:], "()")
				if i+2 < len(rest) {
					x.duration = rest[i+2]
				}
			}
		}
	}
}
