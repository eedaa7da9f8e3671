package weblog

import (
	"bytes"

	"seawall/record"
)

// Logs of remote access gateways.

// netscalerSchema is that of Citrix NetScaler's messages. x-client-other is the
// address that the context names, where it is another than the client's.
var netscalerSchema = schema(SourceVPN, []string{"date-time", "x-node", "x-feature", "x-event", "message", "cs-username", "x-context-ip", "x-session", "c-ip", "s-ip", "cs-user-agent", "x-login", "cs-method", "cs-uri", "sc-status", "x-groups", "x-command"})

// The slots of netscalerSchema.
const (
	nsTime = iota
	nsNode
	nsFeature
	nsEvent
	nsMessage
	nsUser
	nsContext
	nsSession
	nsClient
	nsServer
	nsAgent
	nsLogin
	nsMethod
	nsURI
	nsStatus
	nsGroups
	nsCommand
)

// netscalerFeatures are the parts of a NetScaler that write messages.
var netscalerFeatures = []string{"SSLVPN", "AAATM", "AAA", "ICA", "TCP", "SSLLOG", "CLI", "APPFW", "UI", "GUI", "API", "EVENT", "ROUTING", "SNMP", "SUBSCRIBER"}

// readNetScaler reads a message of Citrix NetScaler, with or without the parts
// that syslog adds:
//
//	03/09/2021:02:11:09 GMT ns1 0-PPE-0 : default SSLVPN LOGIN 123 0 : Context u@1.2.3.4 - SessionId: 5 - User u - Client_ip 1.2.3.4 - …
func readNetScaler(r *row, line []byte) *record.Schema {
	if line[0] == '<' {
		if end := bytes.IndexByte(line[:min(len(line), 6)], '>'); end > 0 {
			line = bytes.TrimLeft(line[end+1:], " ")
		}
	}
	if len(line) < 40 || line[2] != '/' || line[5] != '/' || line[10] != ':' || line[13] != ':' {
		return nil
	}
	at, ok := r.clock.slashed(line[:19])
	if !ok {
		return nil
	}
	ppe := bytes.Index(line, []byte("-PPE-"))
	if ppe < 0 {
		return nil
	}
	colon := bytes.Index(line[ppe:], []byte(" : "))
	if colon < 0 {
		return nil
	}
	node, rest := bytes.TrimSpace(line[19:ppe+colon]), line[ppe+colon+3:]
	rest = bytes.TrimPrefix(rest, []byte("default "))
	feature, rest := word(rest)
	event, rest := word(rest)
	known := false
	for _, f := range netscalerFeatures {
		known = known || string(feature) == f
	}
	body := bytes.Index(rest, []byte(" : "))
	if !known || body < 0 {
		return nil
	}
	r.at = at
	r.none(len(netscalerSchema.Fields))
	r.set(nsTime, line[:19])
	r.set(nsNode, node)
	r.set(nsFeature, feature)
	r.set(nsEvent, event)
	message := bytes.Trim(rest[body+3:], ` "`)
	r.set(nsMessage, message)
	r.netscalerItems(message)
	switch {
	case bytes.Contains(event, []byte("LOGIN_FAILED")), bytes.Contains(message, []byte("Failure_reason")), bytes.Contains(message, []byte("authentication failed")):
		r.set(nsLogin, loginFailed)
	case string(event) == "LOGIN":
		r.set(nsLogin, loginDone)
	case string(event) == "LOGOUT":
		r.set(nsLogin, loginEnded)
	}
	return netscalerSchema
}

// slashed reads "03/09/2021:02:11:09", which is month and day unless that
// cannot be.
func (c *clock) slashed(b []byte) (int64, bool) {
	m, d := digits2(b), digits2(b[3:])
	if m > 12 {
		m, d = d, m
	}
	day, ok := date(digits4(b[6:]), m, d)
	h, minute, s := digits2(b[11:]), digits2(b[14:]), digits2(b[17:])
	if !ok || h < 0 || minute < 0 || s < 0 {
		return 0, false
	}
	return c.unzoned(day*86400+int64(h)*3600+int64(minute)*60+int64(s)) * second, true
}

// netscalerItems reads "Name value - Name value - …".
func (r *row) netscalerItems(text []byte) {
	for len(text) > 0 {
		item := text
		if i := itemEnd(text); i >= 0 {
			item, text = text[:i], text[i+3:]
		} else {
			text = nil
		}
		item = bytes.TrimLeft(item, " ")
		name, value, _ := bytes.Cut(item, []byte{' '})
		value = bytes.Trim(value, ` "`)
		switch string(bytes.TrimRight(name, ":")) {
		case "Context":
			user, address, _ := bytes.Cut(value, []byte{'@'})
			if r.values[nsUser].Kind == record.Null {
				r.set(nsUser, user)
			}
			r.set(nsContext, address)
		case "SessionId", "Session":
			r.set(nsSession, value)
		case "User", "Username":
			r.set(nsUser, value)
		case "Client_ip", "ClientIP", "Source", "Remote_ip":
			r.set(nsClient, value)
		case "Vserver", "Destination":
			r.set(nsServer, value)
		case "Browser_type", "Browser":
			r.set(nsAgent, value)
		case "Group(s)":
			r.set(nsGroups, value)
		case "Command":
			r.set(nsCommand, value)
		}
		for rest := item; len(rest) > 0; {
			var method []byte
			method, rest = word(rest)
			if len(rest) > 0 && rest[0] == '/' && len(method) > 2 && allUpper(method) {
				uri, _ := word(rest)
				r.set(nsMethod, method)
				r.set(nsURI, uri)
				break
			}
		}
	}
}

// itemEnd returns the index of the next " - " that is not in quotes.
func itemEnd(b []byte) int {
	quoted := false
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '"' {
			quoted = !quoted
		} else if !quoted && b[i] == ' ' && b[i+1] == '-' && b[i+2] == ' ' {
			return i
		}
	}
	return -1
}

// pulseSchema is that of messages of Ivanti and Pulse Connect Secure.
var pulseSchema = schema(SourceVPN, []string{"date-time", "x-node", "c-ip", "cs-username", "x-realm", "x-roles", "x-session", "message", "x-login", "cs-method", "cs-uri", "sc-status", "sc-bytes", "cs-user-agent"})

// The slots of pulseSchema.
const (
	pcTime = iota
	pcNode
	pcClient
	pcUser
	pcRealm
	pcRoles
	pcSession
	pcMessage
	pcLogin
	pcMethod
	pcURI
	pcStatus
	pcBytes
	pcAgent
)

// readPulse reads a message of Ivanti or Pulse Connect Secure:
//
//	PulseSecure: - - - 2021-04-20 10:11:12 - node - [1.2.3.4] vsys::user(Realm)[Roles][sid] - Primary authentication successful for user/Realm from 1.2.3.4
func readPulse(r *row, line []byte) *record.Schema {
	i := bytes.Index(line[:min(len(line), 160)], []byte(" - ["))
	if i < 20 {
		return nil
	}
	start := bytes.LastIndex(line[:i], []byte("- "))
	for start >= 0 && (start+21 > len(line) || !timeLike(line[start+2:start+21])) {
		start = bytes.LastIndex(line[:start], []byte("- "))
	}
	if start < 0 && timeLike(line[:19]) {
		start = -2
	}
	if start == -1 {
		return nil
	}
	at, _, ok := r.clock.iso8601(line[start+2 : start+21])
	if !ok {
		return nil
	}
	client, rest, ok := bracketed(line[i+3:])
	end := bytes.Index(rest, []byte(" - "))
	if !ok || end < 0 || !address(client) {
		return nil
	}
	r.at = at
	r.none(len(pulseSchema.Fields))
	r.set(pcTime, line[start+2:start+21])
	r.set(pcNode, bytes.Trim(line[start+21:i], " -"))
	r.set(pcClient, client)
	r.pulseUser(rest[:end])
	r.pulseMessage(rest[end+3:])
	return pulseSchema
}

// pulseUser reads "vsys::user(Realm)[Roles][session]".
func (r *row) pulseUser(b []byte) {
	if i := bytes.Index(b, []byte("::")); i >= 0 {
		b = b[i+2:]
	}
	user, rest, ok := bytes.Cut(b, []byte{'('})
	r.set(pcUser, user)
	if !ok {
		return
	}
	if end := bytes.Index(rest, []byte(")[")); end >= 0 {
		r.set(pcRealm, rest[:end])
		roles, session, _ := bytes.Cut(bytes.Trim(rest[end+2:], "]"), []byte("]["))
		r.set(pcRoles, roles)
		if len(session) > 0 {
			r.set(pcSession, session)
		}
	} else {
		r.set(pcRealm, bytes.TrimRight(rest, ")"))
	}
}

// pulseMessage reads what the message says of a login, a session or a request.
func (r *row) pulseMessage(m []byte) {
	r.set(pcMessage, m)
	has := func(text string) bool { return bytes.Contains(m, []byte(text)) }
	switch {
	case has("authentication successful"), has("Login succeeded"), has("login succeeded"):
		r.set(pcLogin, loginDone)
	case has("authentication failed"), has("Login failed"), has("login failed"):
		r.set(pcLogin, loginFailed)
	case has("Logout from"), has("Session timed out"):
		r.set(pcLogin, loginEnded)
	}
	if i := bytes.Index(m, []byte("session:sid")); i >= 0 {
		sid := m[i+len("session:"):]
		if end := bytes.IndexAny(sid, ") ,"); end > 0 {
			r.set(pcSession, sid[:end])
		}
	}
	if i := bytes.Index(m, []byte("user agent '")); i >= 0 {
		agent := m[i+len("user agent '"):]
		if end := bytes.IndexByte(agent, '\''); end > 0 {
			r.set(pcAgent, agent[:end])
		}
	}
	if i := bytes.Index(m, []byte("WebRequest completed, ")); i >= 0 {
		r.pulseRequest(m[i+len("WebRequest completed, "):])
	}
}

// pulseRequest reads "GET to URL from IP result=200 sent=1 received=2 in 1 seconds".
func (r *row) pulseRequest(m []byte) {
	method, rest := word(m)
	to, rest := word(rest)
	if string(to) != "to" {
		return
	}
	uri, rest := word(rest)
	r.set(pcMethod, method)
	r.set(pcURI, uri)
	for len(rest) > 0 {
		var item []byte
		item, rest = word(rest)
		if v, ok := bytes.CutPrefix(item, []byte("result=")); ok {
			r.set(pcStatus, v)
		} else if v, ok := bytes.CutPrefix(item, []byte("received=")); ok {
			r.set(pcBytes, v)
		}
	}
}
