package syslog

import (
	"bytes"
	"strings"

	"seawall/internal/evidence/atom"
)

// cefStart returns where a CEF or LEEF message begins: -1 if it is none.
func cefStart(m []byte, name string) int {
	for at := 0; ; {
		i := bytes.Index(m[at:], []byte(name))
		if i < 0 {
			return -1
		}
		i += at
		rest := m[i+len(name):]
		if len(rest) > 2 && (rest[0] == ' ' || rest[0] >= '0' && rest[0] <= '9') && bytes.IndexByte(rest[:min(len(rest), 8)], '|') > 0 {
			return i
		}
		at = i + 1
	}
}

// cef reads ArcSight's Common Event Format: "CEF:0|vendor|product|version|id|
// name|severity|extension".
func cef(r *reader, f *frame, x *facts) {
	i := cefStart(f.body, "CEF:")
	if i < 0 {
		return
	}
	header, rest := headerFields(f.body[i+len("CEF:"):], 7)
	for j, name := range []string{"cef_version", "deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "cef_severity"}[:len(header)] {
		r.row.Set([]byte(name), header[j])
	}
	extension(rest, r.row.Set)
	r.common(x)
	w := r.row
	x.user = firstSet(w.Get("suser"), w.Get("duser"))
	name := w.Get("name")
	switch {
	case x.event == nil && (containsFold(name, "login") || containsFold(name, "logon") || containsFold(name, "logged on")):
		x.dst = nil
		x.login(kindConsole, !containsFold(name, "fail") && !containsFold(x.action, "fail") && !containsFold(w.Get("outcome"), "fail"))
	case x.event == nil && w.Get("destinationDnsDomain") != nil:
		x.event, x.query = eventDNS, w.Get("destinationDnsDomain")
	}
}

// leef reads IBM's Log Event Extended Format: "LEEF:2.0|vendor|product|version|
// id|delimiter|fields".
func leef(r *reader, f *frame, x *facts) {
	i := cefStart(f.body, "LEEF:")
	if i < 0 {
		return
	}
	text := f.body[i+len("LEEF:"):]
	gap := byte('\t')
	n := 5
	if bytes.HasPrefix(text, []byte("2")) {
		n = 6
	}
	header, rest := headerFields(text, n)
	for j, name := range []string{"leef_version", "deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId"}[:min(5, len(header))] {
		r.row.Set([]byte(name), header[j])
	}
	if n == 6 && len(header) == 6 {
		switch d := header[5]; {
		case len(d) == 1:
			gap = d[0]
		case len(d) > 1:
			if c, ok := atom.Hex(bytes.TrimLeft(d, "xX")); ok && c > 0 && c < 256 {
				gap = byte(c)
			}
		}
	}
	pairs(rest, '=', gap, r.row.Set)
	r.common(x)
}

// common takes what both formats tell by keys.
func (r *reader) common(x *facts) {
	r.keys(x)
	if x.proto != nil || x.dport != nil {
		x.flow(verdictOf(x.action))
	}
	if x.event != nil && x.verdict == nil {
		x.event = eventAlert
	}
}

// namesOf are the vendor and product of a CEF or LEEF message, in lower case.
func (r *reader) namesOf(m []byte, format string) (vendor, product string) {
	i := cefStart(m, format)
	if i < 0 {
		return "", ""
	}
	header, _ := headerFields(m[i+len(format):], 3)
	if len(header) < 3 {
		return "", ""
	}
	return r.name(header[1]), r.name(header[2])
}

// name makes one string of a name; there are few.
func (r *reader) name(text []byte) string {
	if s, ok := r.names[string(text)]; ok {
		return s
	}
	if len(r.names) >= maxNames {
		clear(r.names)
	}
	s := strings.ToLower(strings.TrimSpace(string(text[:min(len(text), 64)])))
	r.names[string(text)] = s
	return s
}

const maxNames = 1024
