package syslog

import "bytes"

// hasData reports whether structured data begin so.
func hasData(f *frame, prefix string) bool {
	return bytes.HasPrefix(f.data, []byte(prefix)) || bytes.Contains(f.message[:min(len(f.message), 200)], []byte(prefix))
}

// xrTag matches "process[123]: %…" before the message, as IOS XR writes it.
func xrTag(f *frame) bool {
	i := bytes.IndexByte(f.body, '%')
	before := bytes.TrimRight(f.body[:max(i, 0)], " ")
	return f.pid != nil || bytes.HasSuffix(before, []byte("]:")) || bytes.Contains(f.body, []byte(" : "))
}

// ubiquitiRule matches the names of rule sets of EdgeOS, UniFi and VyOS:
// "[LAN_LOCAL-default-A]".
func ubiquitiRule(f *frame) bool {
	i := bytes.Index(f.body, []byte("]IN="))
	if i < 3 {
		return false
	}
	tail := f.body[i-2 : i]
	return tail[0] == '-' && (tail[1] == 'A' || tail[1] == 'D' || tail[1] == 'R')
}

// ubiquitiTag matches what UniFi devices call themselves: the model, the
// hardware address and the version, in an order that changed.
func ubiquitiTag(f *frame) bool {
	for _, text := range [...][]byte{f.host, f.body[:min(len(f.body), 64)]} {
		name, _ := word(text)
		name, _, _ = bytes.Cut(name, []byte(":"))
		if i := bytes.IndexByte(name, ','); i >= 0 && (hardwareAddress(name[:i]) || hardwareAddress(untilAny(name[i+1:], ","))) {
			return true
		}
	}
	return false
}

// hardwareAddress reports whether text is one of 12 digits.
func hardwareAddress(text []byte) bool {
	if len(text) != 12 {
		return false
	}
	for _, c := range text {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// mikrotikLine matches topics and packets of RouterOS.
func mikrotikLine(f *frame) bool {
	for _, topic := range [...]string{"firewall,info", "system,info", "system,error", "dhcp,info", "wireless,info", "l2tp,", "pptp,", "ovpn,", "ipsec,", "interface,info", "script,", "hotspot,", "dns,", "ppp,"} {
		if bytes.HasPrefix(f.body, []byte(topic)) || bytes.Contains(f.body[:min(len(f.body), 60)], []byte(" "+topic)) {
			return true
		}
	}
	return bytes.Contains(f.body, []byte(" in:")) && bytes.Contains(f.body, []byte(" out:")) && bytes.Contains(f.body, []byte("proto "))
}

// infobloxAudit matches "2020-09-24 11:56:27.281Z [admin]: Logout".
func infobloxAudit(f *frame) bool {
	s, n := readStamp(f.message)
	return n > 0 && s.yearly && by("httpd", "sshd", "serial_console", "-serial_console")(f) && bytes.Contains(f.message[n:min(len(f.message), n+3)], []byte(" ["))
}

// arubaTag matches "stm[4133]: <399803> <4133> <ERRS>".
func arubaTag(f *frame) bool {
	return len(f.message) > 10 && f.message[0] == '<' && bytes.Contains(f.message[:min(len(f.message), 60)], []byte("> <"))
}

// procurveLine matches "00179 mgr:  SME SSH from …".
func procurveLine(f *frame) bool {
	first, rest := word(bytes.TrimLeft(f.body, " "))
	if len(first) != 5 || !digits(first) {
		return false
	}
	name, after, ok := bytes.Cut(rest, []byte(":"))
	return ok && len(name) < 24 && bytes.IndexByte(name, ' ') < 0 && len(after) > 0
}

// wsaLine matches "Mon May 04 12:59:54 2020 Info: Begin Logfile" directly behind
// the host, as Cisco's web gateways send it; its mail gateways put the name of
// the log before it.
func wsaLine(f *frame) bool { return is(f.program, "info") && f.stamp.yearly }

// esaLine matches the logs of Cisco's mail gateways: a level without a
// program, and the words they use.
func esaLine(f *frame) bool {
	if !has("Info: ", "Warning: ", "Critical: ", "Debug: ")(f) {
		return false
	}
	return has("ICID ", "MID ", "DCID ", "RID ", "AsyncOS", "IronPort", "Internal SMTP", "antispam", "Version: ", "Begin Logfile", "End Logfile", "PF: ", "SecurityAudit", "http service on", "logout:", "login:", "failed authentication", "logged out", "system time was changed", "case-daemon", "SDS", "Message containing", "Graymail")(f)
}
