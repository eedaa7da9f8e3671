package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// ciscoMessage finds "%ASA-6-302013: text" and splits it.
func ciscoMessage(m []byte) (facility, mnemonic, text []byte, ok bool) {
	i := bytes.IndexByte(m, '%')
	for i >= 0 {
		rest := m[i+1:]
		end := 0
		for end < len(rest) && (rest[end] >= 'A' && rest[end] <= 'Z' || rest[end] >= '0' && rest[end] <= '9' || rest[end] == '_' || rest[end] == '-' || rest[end] >= 'a' && rest[end] <= 'z') {
			end++
		}
		name := rest[:end]
		if f, s, ok := severity(name); ok {
			text = bytes.TrimLeft(rest[end:], " :")
			return f, s, text, true
		}
		next := bytes.IndexByte(rest, '%')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	return nil, nil, nil, false
}

// severity splits FACILITY-6-MNEMONIC; facilities may have dashes themselves.
func severity(name []byte) (facility, mnemonic []byte, ok bool) {
	for i := 1; i+2 < len(name); i++ {
		if name[i] == '-' && name[i+1] >= '0' && name[i+1] <= '7' && name[i+2] == '-' && i+3 < len(name) {
			return bytes.TrimRight(name[:i], "-_"), name[i+3:], true
		}
	}
	return nil, nil, false
}

// asa reads messages of Cisco's ASA, PIX and Firepower (Cisco Secure Firewall
// ASA Series Syslog Messages).
func asa(r *reader, f *frame, x *facts) {
	_, id, text, ok := ciscoMessage(f.body)
	if !ok {
		return
	}
	r.row.Set(nameMessageID, id)
	if bytes.HasPrefix(text, []byte("DeviceUUID:")) || bytes.HasPrefix(text, []byte("EventPriority:")) || bytes.Contains(text[:min(len(text), 400)], []byte("SrcIP: ")) {
		firepower(r, text, x)
		return
	}
	switch string(id) {
	case "302013", "302015", "302017", "302020", "302014", "302016", "302018", "302021", "302036", "302037", "302303", "302304":
		asaConnection(r, string(id), text, x)
		return
	case "113004", "113005", "113006", "113012", "113015", "113016", "113017", "113019", "113039", "716001", "716002", "716038", "716039", "722022", "722023", "722033", "722034", "722051", "734001",
		"605004", "605005", "611101", "611102", "315011", "109005", "109006", "308001":
		asaLogin(r, string(id), text, x)
		return
	case "111008", "111010":
		x.event, x.user = eventCommand, between(text, "User '", "'")
		x.command = between(text, "executed the '", "'")
		if x.command == nil {
			x.command = between(text, "executed '", "'")
		}
		r.ends(x, text)
		x.dst, x.dport = nil, nil
		return
	case "305009", "305010", "305011", "305012", "305013":
		r.ends(x, text) // an address translation: the connection is told of besides
		x.proto = protocolIn(text)
		return
	}
	r.ends(x, text)
	x.proto = protocolIn(text)
	if hasPrefixFold(x.proto, "icmp") {
		x.sport, x.dport = icmpTypeCode(text)
	}
	x.rule = asaRule(text)
	if refused := wordOf(text, "denied", "deny", "dropped", "dropping", "drop", "discarded", "blocked", "failed"); refused != nil {
		x.action = refused
		x.flow(verdictDeny)
	} else if passed := wordOf(text, "permitted", "est-allowed", "allowed", "monitored"); passed != nil {
		x.action = passed
		x.flow(verdictAllow)
	}
	if x.event != nil && x.proto == nil {
		x.proto = []byte("ip")
	}
}

// icmpTypeCode reads "(type 8, code 0)" and "type=8, code=0".
func icmpTypeCode(text []byte) (kind, code []byte) {
	return untilAny(firstOf(text, "type ", "type="), " ,)"), untilAny(firstOf(text, "code ", "code="), " ,)")
}

// asaRule finds the access list of "by access-group "x"" and "access-list x
// denied".
func asaRule(text []byte) []byte {
	if rule := between(text, `access-group "`, `"`); rule != nil {
		return rule
	}
	if rest, ok := bytes.CutPrefix(text, []byte("access-list ")); ok {
		name, _ := word(rest)
		return name
	}
	return nil
}

// asaConnection reads "Built outbound TCP connection 1 for outside:a/1 (b/2) to
// inside:c/3 (d/4)" and the teardown of such.
func asaConnection(r *reader, id string, text []byte, x *facts) {
	x.proto = protocolIn(text)
	built := bytes.HasPrefix(text, []byte("Built"))
	if rest := between(text, "onnection ", " "); digits(rest) {
		x.session = rest
	}
	x.duration = between(text, "duration ", " ")
	x.sent = between(text, " bytes ", " ")
	if bytes.Contains(text, []byte("faddr ")) { // foreign, global (translated) and local address
		r.addresses(x, text)
		if bytes.Contains(text, []byte("outbound")) {
			x.src, x.sport, x.dst, x.dport = x.dst, x.dport, x.src, x.sport
			x.natSrc, x.natDst = x.natDst, nil
		}
		x.sport, x.dport = icmpTypeCode(text) // the numbers behind the addresses are something else
		x.action = wordOf(text, "built", "teardown")
		x.flow(verdictFor(built))
		return
	}
	list, mapped := r.sides(text)
	if len(list) < 2 { // a side is told by its name
		return
	}
	a, b, natA, natB := list[0], list[1], mapped[0], mapped[1]
	// The first side is the one with the lower security level. Who opened the
	// connection is said when it is built; at its end the ports tell.
	outbound := bytes.Contains(text, []byte("outbound"))
	if !built {
		outbound = isServerSide(a.port, b.port)
	}
	if outbound {
		a, b, natA, natB = b, a, natB, natA
	}
	x.src, x.sport, x.dst, x.dport = a.addr, a.port, b.addr, b.port
	x.natSrc, x.natDst = panNAT(natA, a.addr), panNAT(natB, b.addr)
	x.action = wordOf(text, "built", "teardown")
	x.flow(verdictFor(built))
}

func verdictFor(built bool) []byte {
	if built {
		return verdictOpen
	}
	return verdictClose
}

// isServerSide reports whether the first of two ports is that of the server.
func isServerSide(a, b []byte) bool {
	first, _ := atom.Port(a)
	second, _ := atom.Port(b)
	return first < second
}

// addresses reads faddr, gaddr and laddr: for inbound connections the foreign
// address is the source.
func (r *reader) addresses(x *facts, text []byte) {
	at := func(name string) (addr, port []byte) {
		i := bytes.Index(text, []byte(name))
		if i < 0 {
			return nil, nil
		}
		r.endpoints = endpoints(r.endpoints[:0], text[i+len(name):], 1)
		if len(r.endpoints) == 0 || r.endpoints[0].start > 0 {
			return nil, nil
		}
		return r.endpoints[0].addr, r.endpoints[0].port
	}
	x.src, x.sport = at("faddr ")
	x.dst, x.dport = at("laddr ")
	if global, _ := at("gaddr "); !bytes.Equal(global, x.dst) {
		x.natDst = global
	}
}

// asaLogin reads messages of logins, at the console and for remote access.
func asaLogin(r *reader, id string, text []byte, x *facts) {
	x.user = firstOf(text, "Username = ", "user = ", "User <", "Uname: ", `for user "`, "user '", "User '")
	x.user = bytes.Trim(untilAny(x.user, ",>:\"'"), " ")
	x.src = untilAny(firstOf(text, "user IP = ", "IP = ", "IP <", "IP address: ", "from "), " ,>/:")
	if _, ok := atom.Addr(x.src); !ok {
		x.src = nil
		r.endpoints = endpoints(r.endpoints[:0], text, 1)
		if id != "113004" && id != "113005" && len(r.endpoints) > 0 { // theirs is the server's
			x.src, x.sport = r.endpoints[0].addr, r.endpoints[0].port
		}
	}
	failed := containsFold(text, "reject") || containsFold(text, "fail") || containsFold(text, "denied")
	switch id {
	case "113019", "716002", "722023":
		x.event, x.kind = eventLogout, kindVPN
		x.sent, x.received = untilAny(firstOf(text, "Bytes rcv: "), ", "), untilAny(firstOf(text, "Bytes xmt: "), ", ")
		x.duration = untilAny(firstOf(text, "Duration: "), ", ")
	case "605004", "605005", "611101", "611102", "315011", "308001":
		x.login(kindConsole, !failed)
	case "722022", "722033", "722034", "722051", "734001":
		x.kind = kindVPN // later steps of a login
	default:
		x.login(kindVPN, !failed)
	}
}

// firepower reads "Key: value, Key: value" (430001 to 430005).
func firepower(r *reader, text []byte, x *facts) {
	for len(text) > 0 {
		i := bytes.Index(text, []byte(": "))
		if i < 0 {
			break
		}
		name := bytes.TrimLeft(text[:i], " ,")
		text = text[i+2:]
		// The value ends at ", Key: ".
		end := len(text)
		for at := 0; ; {
			j := bytes.Index(text[at:], []byte(", "))
			if j < 0 {
				break
			}
			j += at
			k := j + 2
			for k < len(text) && (isWord(text[k]) || text[k] == ' ' || text[k] == '_') && k-j < 42 {
				k++
			}
			if k+1 < len(text) && text[k] == ':' && text[k+1] == ' ' {
				end = j
				break
			}
			at = j + 2
		}
		r.row.Set(name, text[:end])
		text = text[min(end+2, len(text)):]
	}
	r.keys(x)
	x.action = r.row.Get("AccessControlRuleAction")
	verdict := verdictOf(x.action)
	switch string(r.row.Get("msgid_cisco")) {
	case "430002":
		if bytes.Equal(verdict, verdictAllow) {
			verdict = verdictOpen
		}
	case "430003":
		if bytes.Equal(verdict, verdictAllow) {
			verdict = verdictClose
		}
	case "430001", "430004", "430005":
		x.event = eventAlert
		return
	}
	x.flow(verdict)
}

var nameMessageID = []byte("msgid_cisco")

// ios reads messages of routers and switches.
func ios(r *reader, f *frame, x *facts) {
	facility, mnemonic, text, ok := ciscoMessage(f.body)
	if !ok {
		return
	}
	r.row.Set([]byte("facility_cisco"), facility)
	r.row.Set([]byte("mnemonic"), mnemonic)
	switch {
	case bytes.HasPrefix(mnemonic, []byte("IPACCESSLOG")) || bytes.HasPrefix(mnemonic, []byte("ACCESSLOG")) || bytes.HasPrefix(mnemonic, []byte("ACLLOG")):
		r.ends(x, text)
		x.proto, x.rule = protocolIn(text), between(text, "list ", " ")
		x.action = wordOf(text, "denied", "permitted", "deny", "permit")
		x.flow(verdictOf(x.action))
	case bytes.HasPrefix(mnemonic, []byte("LOGIN_SUCCESS")) || bytes.HasPrefix(mnemonic, []byte("LOGIN_FAILED")) || bytes.HasPrefix(mnemonic, []byte("SSH2_USERAUTH")) || bytes.Equal(mnemonic, []byte("LOGIN")):
		x.user = untilAny(firstOf(text, "[user: ", "user '", "User '", "user ", "User "), "]' ")
		x.src = untilAny(firstOf(text, "[Source: ", "from ", "Source: "), "]' ")
		if _, ok := atom.Addr(x.src); !ok {
			x.src = nil
			r.ends(x, text)
		}
		x.login(kindConsole, !containsFold(text, "fail"))
	case bytes.Equal(mnemonic, []byte("CFGLOG_LOGGEDCMD")):
		x.event = eventCommand
		x.user, x.command = untilAny(firstOf(text, "User:"), " "), firstOf(text, "logged command:")
	case bytes.HasPrefix(mnemonic, []byte("CONFIG_I")):
		x.event = eventCommand
		x.user = untilAny(firstOf(text, " by "), " ")
		x.command = []byte("configure")
		r.ends(x, text)
		x.dst, x.dport = nil, nil
	default:
		r.ends(x, text)
	}
}
