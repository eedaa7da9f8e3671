package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// keyValueAlert reads key=value fields of products that log requests: they are
// no connections of their own.
func keyValueAlert(r *reader, f *frame, x *facts) {
	pairs(f.body, '=', ' ', r.row.Set)
	r.keys(x)
	x.event = eventAlert
}

// bigip reads messages of F5 BIG-IP about logins.
func bigip(r *reader, f *frame, x *facts) {
	m := f.body
	switch {
	case bytes.Contains(m, []byte("f5_irule=")):
		pairs(m, '=', ',', r.row.Set)
		r.keys(x)
		x.event = eventAlert
	case bytes.Contains(m, []byte("user=")) && bytes.Contains(m, []byte("host=")) && bytes.Contains(m, []byte("start=")):
		x.user = untilAny(firstOf(m, "user="), "( ")
		x.src = untilAny(firstOf(m, "host="), " ")
		if _, ok := atom.Addr(x.src); !ok {
			x.src = nil
		}
		if bytes.Contains(m, []byte("end=")) {
			x.event, x.kind = eventLogout, kindConsole
			return
		}
		x.login(kindConsole, !containsFold(m, "fail"))
	case bytes.Contains(m, []byte("successfully authenticated")):
		x.user = untilAny(firstOf(m, "user "), " ")
		x.login(kindConsole, true)
	case bytes.Contains(m, []byte("AUDIT")):
		x.event, x.user = eventCommand, untilAny(firstOf(m, "user "), " ,")
		x.command = firstOf(m, "cmd_data=", " - ")
	case bytes.Contains(m, []byte("New session from client IP")):
		x.src = untilAny(firstOf(m, "client IP "), " ")
		x.session = between(m, "/Common/", ":")
	case bytes.Contains(m, []byte("Username '")):
		x.user = between(m, "Username '", "'")
		x.login(kindVPN, true)
	}
}

// ive reads messages of Pulse and Ivanti Connect Secure.
func ive(r *reader, f *frame, x *facts) {
	m := f.body
	if parts := bytes.Split(m[:min(len(m), 2048)], []byte("|")); len(parts) > 8 {
		x.src, x.user = bytes.TrimSpace(parts[6]), bytes.TrimSpace(parts[7])
		r.row.Set([]byte("message_id"), bytes.TrimSpace(parts[2]))
		r.row.Set([]byte("realm"), bytes.TrimSpace(parts[8]))
	} else {
		// "ive - [10.0.0.1] alice(Realm)[Role] - Login succeeded …"
		x.src = between(m, "[", "]")
		x.user = untilAny(bytes.TrimLeft(between(m, "] ", "("), " "), "(")
	}
	if _, ok := atom.Addr(x.src); !ok {
		x.src = nil
	}
	switch {
	case containsFold(m, "login succeeded") || containsFold(m, "authentication successful"):
		x.login(kindVPN, true)
	case containsFold(m, "login failed") || containsFold(m, "authentication failed"):
		x.login(kindVPN, false)
	case containsFold(m, "logout from"):
		x.event, x.kind = eventLogout, kindVPN
	}
}

// prisma reads flows of Prisma SD-WAN.
func prisma(r *reader, f *frame, x *facts) {
	if !bytes.HasPrefix(f.program, []byte("cgxFlowLog")) {
		pairs(f.body, '=', ' ', r.row.Set)
		return
	}
	r.cells = commas(f.message, r.cells)
	c := r.cells
	if len(c) < 12 {
		return
	}
	x.src, x.sport, x.dst, x.dport, x.proto = c[1], c[2], c[3], c[4], c[5]
	x.sentPackets, x.receivedPackets, x.sent, x.received = c[8], c[9], c[10], c[11]
	x.action = c[len(c)-1]
	if containsFold(x.action, "delete") {
		x.flow(verdictClose)
	} else {
		x.flow(verdictOpen)
	}
}

// openvpn reads "192.0.2.9:1194 [alice] Peer Connection Initiated with …" and
// what it says when a login fails.
func openvpn(r *reader, f *frame, x *facts) {
	m := f.message
	switch {
	case bytes.Contains(m, []byte("Peer Connection Initiated")):
		x.user = between(m, "[", "]")
		r.ends(x, m)
		x.dst, x.dport = nil, nil
		x.login(kindVPN, true)
	case bytes.Contains(m, []byte("TLS Auth Error")) || bytes.Contains(m, []byte("AUTH_FAILED")) || bytes.Contains(m, []byte("verification failed for peer")):
		x.user = between(m, "username '", "'")
		r.ends(x, m)
		x.dst, x.dport = nil, nil
		x.login(kindVPN, false)
	}
}

// strongswan reads who proved to be whom to an IPsec gateway.
func strongswan(r *reader, f *frame, x *facts) {
	m := f.message
	switch {
	case bytes.Contains(m, []byte("authentication of '")) && bytes.Contains(m, []byte("successful")):
		x.user = between(m, "authentication of '", "'")
		x.login(kindVPN, true)
	case bytes.Contains(m, []byte("EAP method")) && bytes.Contains(m, []byte("failed for peer")):
		x.user = between(m, "failed for peer ", " ")
		x.login(kindVPN, false)
	}
}
