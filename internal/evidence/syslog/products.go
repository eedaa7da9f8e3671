package syslog

import "bytes"

// product is a kind of device or program that writes to syslog.
type product struct {
	vendor, name string
	// system says that its messages are of a host, not of the network.
	system bool
	match  func(f *frame) bool
	read   func(r *reader, f *frame, x *facts) // nil: nothing more is read
}

// has matches messages that hold one of some texts.
func has(texts ...string) func(*frame) bool {
	return func(f *frame) bool {
		for _, t := range texts {
			if bytes.Contains(f.body, []byte(t)) {
				return true
			}
		}
		return false
	}
}

// all matches messages that hold all of some texts.
func all(texts ...string) func(*frame) bool {
	return func(f *frame) bool {
		for _, t := range texts {
			if !bytes.Contains(f.body, []byte(t)) {
				return false
			}
		}
		return true
	}
}

// begins matches messages that begin with one of some texts.
func begins(texts ...string) func(*frame) bool {
	return func(f *frame) bool {
		for _, t := range texts {
			if bytes.HasPrefix(f.body, []byte(t)) || bytes.HasPrefix(f.message, []byte(t)) {
				return true
			}
		}
		return false
	}
}

// by matches the messages of some programs; a trailing * stands for anything.
func by(programs ...string) func(*frame) bool {
	return func(f *frame) bool {
		name := f.program
		if i := bytes.LastIndexByte(name, '/'); i >= 0 {
			name = name[i+1:]
		}
		if len(name) == 0 {
			return false
		}
		for _, p := range programs {
			if n := len(p) - 1; p[n] == '*' && hasPrefixFold(name, p[:n]) || is(name, p) {
				return true
			}
		}
		return false
	}
}

// either matches what one of two matches.
func either(a, b func(*frame) bool) func(*frame) bool {
	return func(f *frame) bool { return a(f) || b(f) }
}

// both matches what two match.
func both(a, b func(*frame) bool) func(*frame) bool {
	return func(f *frame) bool { return a(f) && b(f) }
}

// cisco matches messages with a facility in Cisco's way, "%ASA-6-302013".
func cisco(f *frame) bool {
	_, mnemonic, _, ok := ciscoMessage(f.body)
	return ok && !bytes.HasPrefix(mnemonic, []byte("RT_")) // old Junos writes %USER-6-RT_FLOW_SESSION_CREATE
}

// panCSV matches the CSV of PAN-OS: its fourth field is the type of the log.
func panCSV(f *frame) bool {
	rest := f.body
	for range 3 {
		i := bytes.IndexByte(rest, ',')
		if i < 0 || i > 40 {
			return false
		}
		rest = rest[i+1:]
	}
	i := bytes.IndexByte(rest, ',')
	if i < 0 {
		return false
	}
	switch string(rest[:i]) {
	case "TRAFFIC", "THREAT", "SYSTEM", "CONFIG", "HIPMATCH", "HIP-MATCH", "USERID", "GLOBALPROTECT", "DECRYPTION", "AUTHENTICATION", "CORRELATION", "GTP", "SCTP", "TUNNEL", "IPTAG", "URL", "WILDFIRE", "DATA", "START", "END":
		return true
	}
	return false
}

// fields matches messages that hold all of some key= fields.
func fields(names ...string) func(*frame) bool {
	return func(f *frame) bool {
		for _, name := range names {
			found := false
			for at := 0; ; {
				i := bytes.Index(f.body[at:], []byte(name))
				if i < 0 {
					break
				}
				i += at
				end := i + len(name)
				if (i == 0 || !isWord(f.body[i-1])) && end < len(f.body) && f.body[end] == '=' {
					found = true
					break
				}
				at = end
			}
			if !found {
				return false
			}
		}
		return true
	}
}

// device matches messages of Fortinet's devices by the beginning of their id.
func device(prefixes ...string) func(*frame) bool {
	return func(f *frame) bool {
		id := untilAny(bytes.TrimLeft(firstOf(f.body, "devid=", "device_id="), `"`), `" `)
		for _, p := range prefixes {
			if bytes.HasPrefix(id, []byte(p)) {
				return true
			}
		}
		return false
	}
}

// dottedCode matches F5's message codes, "01070417:5:".
func dottedCode(f *frame) bool {
	m := f.message
	if len(m) < 11 || m[8] != ':' || m[10] != ':' {
		return false
	}
	for _, c := range m[:8] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// severityWord matches tags that F5 writes behind the severity: "notice mcpd[1]:".
func severityWord(f *frame) bool {
	first, rest := word(f.body)
	for _, name := range [...]string{"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"} {
		if is(first, name) {
			i := bytes.IndexAny(rest, "[: ")
			return i > 0 && (rest[i] == '[' || rest[i] == ':') && bytes.Contains(rest[:min(len(rest), 80)], []byte(":"))
		}
	}
	return false
}

// netfilterLine matches what the Linux kernel logs of packets.
func netfilterLine(f *frame) bool {
	i := bytes.Index(f.body, []byte("IN="))
	return i >= 0 && bytes.Contains(f.body[i:], []byte(" OUT=")) && (bytes.Contains(f.body[i:], []byte(" SRC=")) || bytes.Contains(f.body[i:], []byte("SRC=")))
}

// junosDaemons are programs whose messages only Junos writes.
var junosDaemons = []string{"rt_flow", "rt_flow_session*", "rt_utm", "rt_idp", "rt_ids", "rt_screen*", "rt_system", "rt_aamw", "rt_secintel", "mgd", "mib2d", "chassisd", "rpd", "dcd", "pfed", "eswd", "jsrpd", "snmpd_junos", "fpc*", "tfeb*", "cfeb*", "pfe", "srx*_pfe"}

// junosName matches names of events in Junos' way: RT_FLOW_SESSION_CREATE,
// ESWD_STP_STATE_CHANGE_INFO.
func junosName(f *frame) bool {
	name, _, ok := bytes.Cut(f.message, []byte(":"))
	if !ok || len(name) < 8 || len(name) > 64 || bytes.IndexByte(name, '_') < 0 {
		return false
	}
	if bytes.IndexByte(name, ' ') >= 0 {
		return false
	}
	for _, p := range [...]string{"RT_", "RTLOG_", "UI_", "SNMP_TRAP_", "ESWD_", "PFE_", "CHASSISD_", "RPD_", "JSRPD_", "IDP_", "WEBFILTER_", "AV_", "LIBJNX_", "SSHD_LOGIN", "LOGIN_FAILED", "KMD_", "FLOW_", "APPTRACK_", "APPFW_", "AAMW_", "SECINTEL_", "DCD_", "LACPD_", "LLDPD_", "MIB2D_", "PFED_", "UTMD_", "NSD_", "BFDD_", "VRRPD_", "DOT1XD_"} {
		if bytes.HasPrefix(name, []byte(p)) {
			return true
		}
	}
	return false
}

// merakiType matches the kinds of messages of Meraki devices.
func merakiType(f *frame) bool {
	if f.program != nil {
		return false
	}
	kind, rest := word(f.body)
	switch string(kind) {
	case "flows", "urls", "ids-alerts", "security_event", "events", "airmarshal_events", "ip_flow_start", "ip_flow_end", "firewall", "vpn_firewall", "cellular_firewall", "l7_firewall", "bridge_anyconnect_client_vpn_firewall":
		return bytes.IndexByte(rest, '=') > 0
	}
	return false
}
