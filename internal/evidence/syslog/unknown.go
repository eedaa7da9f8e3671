package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// unknown reads messages of programs that the table does not know: whether
// somebody came in or was refused, from where and as whom, by the words that
// logs of applications and gateways have for it. Nothing is told of a message
// that names no address or no outcome.
func unknown(r *reader, f *frame, x *facts) {
	m := f.message[:min(len(f.message), maxEndpointText)]
	if !anyFold(m, entrances) {
		return
	}
	if bytes.IndexByte(m, '=') >= 0 {
		pairs(m, '=', ' ', r.row.Set)
		r.keys(x)
	}
	if x.src == nil {
		x.src = clientOf(r, m)
	}
	if x.src == nil {
		return
	}
	if x.user == nil {
		x.user = userIn(m)
	}
	kind := kindLocal
	if anyFold(m, gateways) || anyFold(f.program, gateways) || anyFold(f.host, gateways) {
		kind = kindVPN
	}
	switch {
	case anyFold(m, refusals):
		x.login(kind, false)
	case anyFold(m, farewells):
		x.event, x.kind = eventLogout, kind
	case x.user != nil && anyFold(m, welcomes):
		x.login(kind, true)
	default:
		x.src, x.sport, x.user = nil, nil, nil
	}
}

var (
	entrances = []string{"login", "logon", "log in", "logged", "auth", "session", "tunnel", "sign-in", "signed in", "vpn"}
	refusals  = []string{"fail", "denied", "invalid", "reject", "refused", "incorrect", "bad password", "locked", "unsuccessful", "not allowed"}
	farewells = []string{"logout", "logoff", "logged out", "logged off", "tunnel-down", "disconnect", "session closed", "session ended", "session terminated", "session timed out", "session expired"}
	welcomes  = []string{"success", "accepted", "logged in", "logged on", "login", "logon", "authenticated", "established", "session opened", "session created", "session started", "tunnel-up", "tunnel up", "granted"}
	gateways  = []string{"vpn", "tunnel", "gateway", "remote access", "uag", "portal", "ssl-"}
)

// anyFold reports whether text holds one of some words, without regard to case.
func anyFold(text []byte, words []string) bool {
	for _, w := range words {
		if containsFold(text, w) {
			return true
		}
	}
	return false
}

// clientOf is the address that a message says somebody came from: the one that
// a word for it stands before, or the only one.
func clientOf(r *reader, m []byte) []byte {
	r.endpoints = endpoints(r.endpoints[:0], m, 4)
	for _, e := range r.endpoints {
		for _, w := range [...]string{"from", "client", "ip", "source", "src", "remote", "peer", "address", "rhost", "remip", "clientip"} {
			if is(bytes.Trim(e.before, `:=["'(`), w) {
				return e.addr
			}
		}
	}
	if len(r.endpoints) == 1 {
		return r.endpoints[0].addr
	}
	return nil
}

// userIn is the name behind a word for a user: "user alice", "user 'alice'",
// "username: alice", "for alice from".
func userIn(m []byte) []byte {
	for _, w := range [...]string{"username", "user", "account", "for"} {
		for at := 0; ; {
			i := indexFold(m[at:], w)
			if i < 0 {
				break
			}
			i += at
			at = i + len(w)
			if i > 0 && isWord(m[i-1]) || at >= len(m) || isWord(m[at]) {
				continue
			}
			rest := bytes.TrimLeft(m[at:], " :=")
			rest = bytes.TrimLeft(rest, `"'[<`)
			name := untilAny(rest, " \"'],;>()")
			if _, isAddress := atom.Addr(name); len(name) > 0 && !isAddress && !is(name, "from") && !is(name, "authentication") && !is(name, "unknown") {
				return name
			}
		}
	}
	return nil
}
