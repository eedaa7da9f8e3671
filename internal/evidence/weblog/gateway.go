package weblog

import (
	"bytes"

	"seawall/record"
)

// fortiNames are the names that fields of FortiGate's VPN events get.
var fortiNames = map[string]string{"remip": "c-ip", "srcip": "c-ip", "user": "cs-username", "logdesc": "x-event", "msg": "message", "agent": "cs-user-agent", "url": "cs-uri", "hostname": "cs-host", "action": "x-action"}

// fortiActions are what actions say of logins.
var fortiActions = map[string][]byte{
	"ssl-login-fail": loginFailed, "ssl-login-success": loginDone, "tunnel-up": loginDone, "ssl-new-con": nil, "tunnel-down": loginEnded, "ssl-exit-error": loginFailed,
	"ssl-exit-fail": loginFailed, "login": nil, "auth-logon": loginDone, "auth-logout": loginEnded,
}

// readFortiGate reads events of FortiGate's VPN and its administrators' logins:
// lines of keys and values whose subtype is vpn, user or system, or whose type
// is utm with a web filter's or web application firewall's verdict.
//
//	date=2024-02-10 time=10:11:12 eventtime=1707556272000000000 type="event" subtype="vpn" action="tunnel-up" remip=1.2.3.4 user="u"
func readFortiGate(r *row, line []byte) *record.Schema {
	if !bytes.Contains(line, []byte("subtype=")) || !bytes.Contains(line, []byte("logid=")) && !bytes.Contains(line, []byte("devid=")) {
		return nil
	}
	if start := bytes.Index(line, []byte("date=")); start > 0 && start < 128 {
		line = line[start:]
	}
	if !r.logfmt(line) {
		return nil
	}
	l := r.layouts.of(append(r.shape, logfmtMark), fortiLayout)
	if l == nil {
		return nil
	}
	switch string(r.fortiValue("subtype")) {
	case "vpn", "user", "system", "webfilter", "waf":
	default:
		return nil // of flows: other sensors' matter
	}
	r.at = r.fortiTime()
	action := r.fortiValue("action")
	if login, ok := fortiActions[string(action)]; ok && login != nil {
		r.put(login)
	} else if status := r.fortiValue("status"); string(action) == "login" && len(status) > 0 {
		if string(status) == "success" {
			r.put(loginDone)
		} else {
			r.put(loginFailed)
		}
	} else {
		r.none(1)
	}
	return l.schema
}

// fortiValue returns the value of a key of the line at hand.
func (r *row) fortiValue(key string) []byte {
	keys := r.shape[1:]
	for i := 0; len(keys) > 0; i++ {
		k, rest, _ := bytes.Cut(keys, []byte{logfmtMark})
		if string(k) == key && i < len(r.values) {
			return r.values[i].Raw
		}
		keys = rest
	}
	return nil
}

// fortiTime returns the time of the event: eventtime if it is there, else date
// and time.
func (r *row) fortiTime() int64 {
	if at, ok := epoch(r.fortiValue("eventtime")); ok {
		return at
	}
	date, clock := r.fortiValue("date"), r.fortiValue("time")
	if len(date) != 10 || len(clock) != 8 {
		return 0
	}
	var joined [19]byte
	copy(joined[:], date)
	joined[10] = ' '
	copy(joined[11:], clock)
	at, ok := r.clock.utc(joined[:])
	if !ok {
		return 0
	}
	if east, ok := offset(r.fortiValue("tz")); ok {
		return at - east*second
	}
	return r.clock.unzoned(at/second) * second
}

// fortiLayout names the fields of a shape, which one more mark makes FortiGate's.
func fortiLayout(shape []byte) *jsonLayout {
	names := logfmtKeys(shape)
	used := map[string]bool{}
	for i, name := range names {
		if to, ok := fortiNames[name]; ok && !used[to] {
			used[to] = true
			names[i] = to
		}
	}
	return &jsonLayout{schema: schema(SourceVPN, names, []string{"x-login"})}
}

// panColumns are those of a GlobalProtect log of PAN-OS 9.1 and later.
var panColumns = []string{
	"x-future", "receive-time", "serial", "type", "subtype", "x-future-2", "generated-time", "vsys", "x-event", "stage", "auth-method", "tunnel-type", "cs-username", "region",
	"machine", "c-ip", "c-ipv6", "private-ip", "private-ipv6", "host-id", "endpoint-serial", "client-version", "client-os", "client-os-version", "repeat", "reason", "error", "description", "status",
}

var panSchema = schema(SourceVPN, panColumns, []string{"x-login"})

// readGlobalProtect reads a log line of Palo Alto Networks' GlobalProtect.
func readGlobalProtect(r *row, line []byte) *record.Schema {
	i := bytes.Index(line, []byte(",GLOBALPROTECT,"))
	if i < 0 || !r.splitCommas(line, maxColumns) || len(r.values) < len(panColumns) || string(r.values[3].Raw) != "GLOBALPROTECT" {
		return nil
	}
	at, _, ok := r.clock.iso8601(r.values[6].Raw)
	if !ok {
		if at, _, ok = r.clock.iso8601(r.values[1].Raw); !ok {
			return nil
		}
	}
	r.at = at
	r.values = r.values[:len(panColumns)]
	event, status := string(r.values[8].Raw), string(r.values[28].Raw)
	switch {
	case event == "gateway-logout":
		r.put(loginEnded)
	case status == "failure" || status == "failed":
		r.put(loginFailed)
	case event == "gateway-auth" || event == "portal-auth" || event == "gateway-connected":
		r.put(loginDone)
	default:
		r.none(1)
	}
	return panSchema
}
