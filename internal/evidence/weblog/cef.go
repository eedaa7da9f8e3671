package weblog

import (
	"bytes"
	"strings"

	"seawall/record"
)

// Events in the Common Event Format that tell of requests: what web application
// firewalls send to collectors.
//
//	CEF:0|F5|ASM|15.1|200000|SQL-Injection|5|src=203.0.113.9 request=/a?b requestMethod=GET act=blocked cn1=403

// cefHeader are the columns before the extension.
var cefHeader = []string{"cef-version", "vendor", "product", "version", "signature", "name", "severity"}

// cefNames are the names that fields of the extension get.
var cefNames = map[string]string{
	"src": "c-ip", "request": "cs-uri", "requestMethod": "cs-method", "method": "cs-method", "dhost": "cs-host", "dst": "s-ip", "suser": "cs-username", "act": "x-action",
	"requestClientApplication": "cs-user-agent", "requestContext": "cs-referer", "requestCookies": "cs-cookie", "out": "sc-bytes", "in": "cs-bytes", "app": "cs-protocol", "msg": "message",
}

// readCEF reads an event with a request.
func readCEF(r *row, line []byte) *record.Schema {
	start := bytes.Index(line[:min(len(line), 256)], []byte("CEF:"))
	if start < 0 || !bytes.Contains(line, []byte("request=")) {
		return nil
	}
	rest := line[start+4:]
	for range cefHeader {
		end := cefBar(rest)
		if end < 0 {
			return nil
		}
		r.put(r.cefPlain(rest[:end]))
		rest = rest[end+1:]
	}
	r.shape = append(r.shape[:0], "CEF"...)
	if !r.cefPairs(rest) {
		return nil
	}
	l := r.layouts.of(r.shape, cefLayout)
	if l == nil {
		return nil
	}
	for _, i := range l.time {
		if at, ok := epoch(r.values[i].Raw); ok {
			r.at = at
		} else if at, _, ok := r.clock.iso8601(r.values[i].Raw); ok {
			r.at = at
		}
	}
	if l.uri >= 0 {
		uri := r.values[l.uri].Raw
		stem, query, has := bytes.Cut(uri, []byte{'?'})
		r.put(stem)
		if has {
			r.put(query)
		} else {
			r.none(1)
		}
	}
	return l.schema
}

// cefBar returns the index of the bar that ends a column of the header.
func cefBar(b []byte) int {
	for i := 0; i < len(b) && i < 1024; i++ {
		switch b[i] {
		case '\\':
			i++
		case '|':
			return i
		}
	}
	return -1
}

// cefPairs adds the values of an extension and notes the keys in r.shape. A
// value ends where the next key begins.
func (r *row) cefPairs(b []byte) bool {
	b = bytes.TrimLeft(b, " ")
	for n := 0; len(b) > 0; n++ {
		eq := bytes.IndexByte(b, '=')
		if eq <= 0 || n >= maxColumns || bytes.IndexByte(b[:eq], ' ') >= 0 {
			return false
		}
		r.shape = append(append(r.shape, logfmtMark), b[:eq]...)
		b = b[eq+1:]
		end, next := cefValue(b)
		r.put(r.cefPlain(b[:end]))
		b = b[next:]
	}
	return true
}

// cefValue returns where a value ends and where the next key begins.
func cefValue(b []byte) (end, next int) {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '=':
			key := bytes.LastIndexByte(b[:i], ' ')
			if key >= 0 && cefKey(b[key+1:i]) {
				return len(bytes.TrimRight(b[:key], " ")), key + 1
			}
		}
	}
	return len(b), len(b)
}

// cefKey reports whether b may be a key: letters and digits only.
func cefKey(b []byte) bool {
	for _, c := range b {
		if !letterOrDigit(c) && c != '_' && c != '.' {
			return false
		}
	}
	return len(b) > 0 && len(b) < 64
}

// cefPlain returns a value without the format's escapes.
func (r *row) cefPlain(b []byte) []byte {
	if bytes.IndexByte(b, '\\') < 0 {
		return b
	}
	r.room(len(b))
	start := len(r.scratch)
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c == '\\' && i+1 < len(b) && strings.IndexByte(`=|\nr`, b[i+1]) >= 0 {
			i++
			if c = b[i]; c == 'n' || c == 'r' {
				c = '\n'
			}
		}
		r.scratch = append(r.scratch, c)
	}
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// cefLayout names the fields of a shape.
func cefLayout(shape []byte) *jsonLayout {
	keys := strings.Split(string(shape), string([]byte{logfmtMark}))[1:]
	names := append([]string(nil), cefHeader...)
	l := &jsonLayout{uri: -1, query: -1, line: -1, says: -1}
	used := map[string]bool{}
	labels := map[string]bool{}
	for _, key := range keys {
		labels[key] = true
	}
	for i, key := range keys {
		slot := len(cefHeader) + i
		switch {
		case key == "rt" || key == "start" || key == "end":
			l.time = append(l.time, slot)
		case key == "request" && l.uri < 0:
			l.uri = slot
		}
		name := key
		if to, ok := cefNames[key]; ok && !used[to] {
			name = to
		} else if key == "cn1" && !used["sc-status"] && !labels["cn1Label"] || key == "outcome" && !used["sc-status"] {
			name = "sc-status"
		}
		used[name] = true
		names = append(names, name)
	}
	var derived []string
	if l.uri >= 0 {
		derived = []string{"cs-uri-stem", "cs-uri-query"}
	}
	l.schema = schema(SourceFirewall, names, derived)
	return l
}
