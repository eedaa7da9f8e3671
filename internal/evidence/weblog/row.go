package weblog

import (
	"bytes"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonscan"
	"seawall/record"
)

// row reads lines, in one goroutine. What it yields is valid until it is given
// the next line.
type row struct {
	values  []record.Value // of the line at hand
	at      int64          // its time, 0 if it says none
	outer   int64          // the time that a collector wrote before it; 0 none
	escaped bool           // it has a backslash
	scratch []byte         // texts that do not stand in the line as they are
	clock   clock
	header  *w3cHeader // in force
	json    jsonscan.Scanner
	layouts layoutCache
	shape   []byte // of the line, where values are told by their keys or looks
	forms   map[string]*form
	found   []token
	formats *formats

	record record.Record
	file   *file
	sink   evidence.Sink
	unread findings
}

// reset makes r ready for reading one line in one way.
func (r *row) reset(line []byte) {
	r.values, r.at, r.outer, r.scratch = r.values[:0], 0, 0, r.scratch[:0]
	r.escaped = bytes.IndexByte(line, '\\') >= 0
}

// room makes sure that n bytes can be appended to scratch without moving what
// is there.
func (r *row) room(n int) {
	if cap(r.scratch)-len(r.scratch) < n {
		r.scratch = make([]byte, 0, n+n/2+256)
	}
}

// put adds the next value.
func (r *row) put(raw []byte) {
	r.values = append(r.values, record.Value{Raw: raw, Kind: record.Text})
}

// none adds values that are not there.
func (r *row) none(n int) {
	for range n {
		r.values = append(r.values, record.Value{})
	}
}

// plain returns raw without the escapes of a web server's log.
func (r *row) plain(raw []byte) []byte {
	if !r.escaped || bytes.IndexByte(raw, '\\') < 0 {
		return raw
	}
	r.room(len(raw))
	start := len(r.scratch)
	r.scratch = appendUnescaped(r.scratch, raw)
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// requestFields are what [row.request] adds.
var requestFields = []string{"cs-method", "cs-uri", "cs-uri-stem", "cs-uri-query", "cs-version"}

// request splits a request line and adds its parts. What is no request line,
// such as the beginning of a TLS handshake, is all URI.
func (r *row) request(line []byte) {
	line = r.plain(line)
	if len(line) == 0 || len(line) == 1 && line[0] == '-' {
		r.none(len(requestFields))
		return
	}
	method, uri, version := splitRequest(line)
	if method == nil {
		r.none(1)
	} else {
		r.put(method)
	}
	r.uri(uri)
	if version == nil {
		r.none(1)
	} else {
		r.put(version)
	}
}

// uri adds a request's URI, and its path and query.
func (r *row) uri(uri []byte) {
	r.put(uri)
	if q := bytes.IndexByte(uri, '?'); q >= 0 {
		r.put(uri[:q])
		r.put(uri[q+1:])
		return
	}
	r.put(uri)
	r.none(1)
}

// splitRequest splits a request line: the method ends at the first blank, the
// version begins behind the last; between them there may be more.
func splitRequest(line []byte) (method, uri, version []byte) {
	i := 0
	for i < len(line) && methodByte[line[i]] {
		i++
	}
	if i == 0 || i == len(line) || line[i] != ' ' {
		return nil, line, nil
	}
	method, uri = line[:i], line[i+1:]
	for end := len(uri) - len("HTTP/1"); end >= 0; end-- {
		if uri[end] != 'H' {
			if uri[end] == ' ' {
				break
			}
			continue
		}
		if isVersion(uri[end:]) && (end == 0 || uri[end-1] == ' ') {
			version = uri[end:]
			return method, bytes.TrimRight(uri[:max(end-1, 0)], " "), version
		}
		break
	}
	return method, uri, nil
}

// isVersion reports whether b is "HTTP/1.1" or its like.
func isVersion(b []byte) bool {
	return len(b) >= 6 && len(b) <= 8 && string(b[:5]) == "HTTP/" && b[5]-'0' <= 9
}

// methodByte says which bytes methods are made of.
var methodByte = func() (t [256]bool) {
	for c := 'A'; c <= 'Z'; c++ {
		t[c], t[c|0x20] = true, true
	}
	t['_'], t['-'] = true, true
	return t
}()

// number reports whether b is digits only.
func number(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return len(b) > 0
}

// isStatus reports whether b is a status or says that there was none.
func isStatus(b []byte) bool {
	return len(b) == 3 && number(b) || len(b) == 1 && (b[0] == '-' || b[0] == '0')
}

// address reports whether b looks like an address, with or without a port or
// brackets.
func address(b []byte) bool {
	dots, colons, digits := 0, 0, 0
	for _, c := range b {
		switch {
		case c-'0' <= 9:
			digits++
		case c == '.':
			dots++
		case c == ':':
			colons++
		case c|0x20 >= 'a' && c|0x20 <= 'f', c == '[', c == ']', c == '%', c == '/':
		default:
			return false
		}
	}
	return digits > 0 && (dots == 3 && colons <= 1) || colons >= 2
}

// word cuts the text before the next blank.
func word(b []byte) (w, rest []byte) {
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		return b[:i], b[i+1:]
	}
	return b, nil
}

// quoted cuts a text in quotes and the blank behind it.
func quoted(b []byte) (text, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != '"' {
		return nil, b, false
	}
	end := closingQuote(b, 1)
	if end < 0 {
		return nil, b, false
	}
	rest = b[end+1:]
	if len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return b[1:end], rest, true
}

// bracketed cuts a text in brackets and the blank behind it.
func bracketed(b []byte) (text, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != '[' {
		return nil, b, false
	}
	end := bytes.IndexByte(b, ']')
	if end < 0 {
		return nil, b, false
	}
	rest = b[end+1:]
	if len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return b[1:end], rest, true
}
