package weblog

import (
	"bytes"
	"strings"

	"seawall/internal/activity"
	"seawall/record"
)

// role is what a field is of a request.
type role uint8

const (
	roleClient role = iota
	roleForwarded
	roleHost
	roleBackend
	roleMethod
	roleURI
	rolePath
	roleQuery
	roleVersion
	roleAgent
	roleReferer
	roleUser
	roleType
	roleBody
	roleStatus
	roleUpstream
	roleBytes
	roleRequestBytes
	roleDuration
	roleAction
	roleLogin
	roleSession
	roleDomain
	roleComputer
	roleCause
	roles
)

// roleNames are the fields that play each role, best first, in lower case.
var roleNames = [roles][]string{
	roleClient:       {"c-ip", "c-dns", "src_ip", "clientipaddress", "client-ip"},
	roleForwarded:    {"x-forwarded-for", "cs(x-forwarded-for)", "x_forwarded_for", "s-xff", "original-client-ip"},
	roleHost:         {"cs-host", "cs(host)", "x-host-header", "urlhost", "r-host", "s-sitename"},
	roleBackend:      {"s-backend", "targetserver", "r-ip"},
	roleMethod:       {"cs-method", "method"},
	roleURI:          {"cs-uri", "c-uri"},
	rolePath:         {"cs-uri-stem", "c-uri-stem", "cs-uri-path", "urlstem"},
	roleQuery:        {"cs-uri-query", "c-uri-query", "urlquery"},
	roleVersion:      {"cs-version", "cs-protocol-version"},
	roleAgent:        {"cs-user-agent", "cs(user-agent)", "c-useragent", "useragent"},
	roleReferer:      {"cs-referer", "cs(referer)", "cs(referrer)", "cs-referrer"},
	roleUser:         {"cs-username", "authenticateduser", "c-auth-id"},
	roleType:         {"sc-content-type", "cs-mime-type", "rs(content-type)"},
	roleBody:         {"cs-body", "cs-postbody"},
	roleStatus:       {"sc-status", "httpstatus"},
	roleUpstream:     {"upstream-status", "backendstatus"},
	roleBytes:        {"sc-bytes", "bytes", "responsebytes"},
	roleRequestBytes: {"cs-bytes", "requestbytes"},
	roleDuration:     {"time-taken", "duration-ms", "duration-seconds", "duration-us", "duration-ns", "timetakenms", "totalrequesttime"},
	roleAction:       {"x-action", "sc-action", "sc-filter-result"},
	roleLogin:        {"x-login"},
	roleSession:      {"x-session", "cs-sessionid"},
	roleDomain:       {"x-realm"},
	roleComputer:     {"s-computername", "serverhostname", "computer"},
	roleCause:        {"sc-win32-status"},
}

// layers are the places of the sources along the way of a request.
var layers = map[string]activity.Layer{
	SourceAccess: activity.LayerOrigin, SourceError: activity.LayerOrigin, SourceBalancer: activity.LayerLoadBalancer, SourceEdge: activity.LayerEdge,
	SourceProxy: activity.LayerForwardProxy, SourceFirewall: activity.LayerFirewall, SourceHTTPProxy: activity.LayerOrigin, SourceApplication: activity.LayerOrigin,
	SourceVPN: activity.LayerOrigin, SourceECP: activity.LayerOrigin, SourcePowerShell: activity.LayerOrigin,
}

// binding is where a schema has what.
type binding struct {
	schema                       *record.Schema
	request                      bool
	mayLack                      bool // records may be of something else than a request
	unparsed                     bool
	command, parameters, failure int // slots of an administrative command
	layer                        activity.Layer
	slots                        [roles]int
	unit                         int64 // of the duration, in nanoseconds; 0: milliseconds, or seconds with a point
	blanks                       byte  // what blanks of user agents were turned into: '+', or '%' of percent escapes
	headers                      []headerField
	paired                       bool // headers are lists of names and values

	computer []byte // that the record before named, and how activities name it
	host     string
}

// headerField is a field that is a request header.
type headerField struct {
	name     string // "" if the value has the names
	slot     int
	nameSlot int // of the field with the name; -1 none
}

func newBinding(s *record.Schema) *binding {
	b := &binding{schema: s, layer: layers[s.Source]}
	for role, names := range roleNames {
		b.slots[role] = -1
		for _, name := range names {
			if slots := s.Lookup(name); len(slots) > 0 {
				b.slots[role] = slots[0]
				break
			}
		}
	}
	slot := func(name string) int {
		if slots := s.Lookup(name); len(slots) > 0 {
			return slots[0]
		}
		return -1
	}
	b.command, b.parameters, b.failure = slot("x-command"), slot("x-parameters"), slot("x-error")
	if b.command < 0 && s.Source == SourcePowerShell {
		b.command, b.parameters, b.failure = slot("Cmdlet"), slot("Parameters"), slot("GenericErrors")
	}
	if s.Source == SourceVPN {
		b.command = -1
	}
	b.unparsed = s.Source == SourceUnparsed
	b.mayLack = s.Source != SourceAccess && s.Source != SourceBalancer && s.Source != SourceEdge && s.Source != SourceProxy
	b.request = b.slots[roleURI] >= 0 || b.slots[rolePath] >= 0
	if slot := b.slots[roleDuration]; slot >= 0 {
		b.unit = units[strings.ToLower(s.Fields[slot].Name)]
	}
	if len(s.Lookup("cs(User-Agent)")) > 0 {
		b.blanks = '+'
		if s.Source == SourceEdge {
			b.blanks = '%'
		}
	}
	for slot, f := range s.Fields {
		if name, ok := headerName(f.Name); ok {
			b.headers = append(b.headers, headerField{name, slot, -1})
		} else if item, ok := strings.CutSuffix(f.Name, ".value"); ok && strings.Contains(strings.ToLower(item), "headers.[") {
			if names := s.Lookup(item + ".name"); len(names) > 0 {
				b.headers, b.paired = append(b.headers, headerField{"", slot, names[0]}), true
			}
		}
	}
	return b
}

// units are those of durations, in nanoseconds.
var units = map[string]int64{"duration-ms": 1e6, "duration-seconds": 1e9, "duration-us": 1e3, "duration-ns": 1, "timetakenms": 1e6, "totalrequesttime": 1e6}

// headerName returns the request header that a field is, unless the field has
// a role of its own.
func headerName(field string) (string, bool) {
	lower := strings.ToLower(field)
	switch lower {
	case "cs-headers":
		return "", true
	case "cs-cookie", "cs(cookie)":
		return "Cookie", true
	case "cs(user-agent)", "cs(referer)", "cs(referrer)", "cs(host)", "cs(x-forwarded-for)":
		return "", false
	}
	for _, prefix := range []string{"request.headers.", "transaction.request.headers.", "request_"} {
		if rest, ok := strings.CutPrefix(lower, prefix); ok {
			return field[len(field)-len(rest):], prefix != "request_" || strings.Contains(rest, "-")
		}
	}
	if strings.HasPrefix(lower, "cs(") && strings.HasSuffix(lower, ")") {
		return field[3 : len(field)-1], true
	}
	return "", false
}

// text returns a field's text, nil if there is none.
func (b *binding) text(rec *record.Record, r role) []byte {
	slot := b.slots[r]
	if slot < 0 {
		return nil
	}
	raw := rec.Values[slot].Raw
	if len(raw) == 0 || len(raw) == 1 && raw[0] == '-' {
		return nil
	}
	return raw
}

// hostOf returns the computer that wrote the record, as far as it says so. It
// is mostly that of the record before.
func (b *binding) hostOf(rec *record.Record) string {
	raw := b.text(rec, roleComputer)
	if raw == nil {
		return ""
	}
	if b.host == "" || !bytes.Equal(raw, b.computer) {
		b.computer = append(b.computer[:0], raw...)
		b.host = strings.ToLower(string(raw))
	}
	return b.host
}

// number returns a field's number, or what stands for none.
func (b *binding) number(rec *record.Record, r role, none int64) int64 {
	slot := b.slots[r]
	if slot < 0 {
		return none
	}
	raw := rec.Values[slot].Raw
	if len(raw) == 0 || len(raw) > 18 {
		return none
	}
	var n int64
	for _, c := range raw {
		if c-'0' > 9 {
			return none
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// duration reads a duration in a unit, with or without a fraction; -1 if it is
// none. Without a unit it is in milliseconds as IIS has it, or in seconds with
// a point as CloudFront has it.
func duration(raw []byte, unit int64) int64 {
	var whole, part, scale int64 = 0, 0, 1
	point := false
	if n := len(raw); n > 1 && raw[n-1] == 's' {
		raw = raw[:n-1]
		if n > 2 && raw[n-2] == 'm' {
			raw, unit = raw[:n-2], 1e6
		}
	}
	for i, c := range raw {
		switch {
		case c == '.' && !point && i > 0:
			point = true
		case c-'0' > 9 || i > 17:
			return -1
		case point:
			if scale < 1e9 {
				part, scale = part*10+int64(c-'0'), scale*10
			}
		default:
			whole = whole*10 + int64(c-'0')
		}
	}
	if len(raw) == 0 {
		return -1
	}
	if unit == 0 {
		if unit = 1e6; point {
			unit = 1e9
		}
	}
	if whole > (1<<63-1)/unit-1 {
		return -1
	}
	return whole*unit + part*(unit/scale) + part*(unit%scale)/scale
}
