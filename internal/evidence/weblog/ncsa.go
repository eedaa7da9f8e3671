package weblog

import (
	"bytes"

	"seawall/record"
)

// The variants of NCSA's log: with or without the virtual host before it, and
// with referer and user agent behind it.
const (
	ncsaHost = 1 << iota
	ncsaAgent
)

// ncsaTails are what is known to follow. The last takes anything.
var ncsaTails = []*pattern{
	compile("", `"%{x-forwarded-for}"`),
	compile("", `%{duration-seconds:number}`),
	compile("", `%{request-count:number} "%{router}" "%{s-backend}" %{duration-ms:number}ms`),
	compile("", `%{cs-bytes} %{duration-seconds:number} [%{upstream-name}] [%{upstream-alternative}] %{s-backend} %{upstream-bytes} %{upstream-time} %{upstream-status} %{request-id}`),
	compile("", `%{time-taken} "%{cs-referer}" "%{cs-user-agent}"?? "%{x-session}" %{more:rest}`), // Jira
	compile("", `%{more:rest}`),
}

// ncsaSchemas are the schemas of the variants, each without a tail and with
// each of the tails.
var ncsaSchemas = func() (s [4][]*record.Schema) {
	for i := range s {
		var host, agent []string
		if i&ncsaHost != 0 {
			host = []string{"cs-host"}
		}
		if i&ncsaAgent != 0 {
			agent = []string{"cs-referer", "cs-user-agent"}
		}
		for tail := -1; tail < len(ncsaTails); tail++ {
			var more []string
			if tail >= 0 {
				for _, f := range ncsaTails[tail].schema.Fields {
					more = append(more, f.Name)
				}
			}
			s[i] = append(s[i], schema(ncsaSource(tail), host, []string{"c-ip", "cs-ident", "cs-username", "date-time"}, requestFields, []string{"sc-status", "sc-bytes"}, agent, more))
		}
	}
	return s
}()

// ncsaSource is the source of lines with a tail: some only proxies have.
func ncsaSource(tail int) string {
	if tail == 2 || tail == 3 {
		return SourceBalancer
	}
	return SourceAccess
}

// readNCSA reads the common and the combined log format of Apache, nginx and
// many others:
//
//	[vhost] client ident user [time] "request" status bytes ["referer" "user agent" [more]]
func readNCSA(r *row, line []byte) *record.Schema {
	open := timeBracket(line)
	if open < 4 || len(line) < open+28 {
		return nil
	}
	shut := open + 27
	if line[shut] != ']' {
		n := bytes.IndexByte(line[open:], ']')
		if n < 0 {
			return nil
		}
		shut = open + n
	}
	at, ok := r.clock.apache(line[open+1 : shut])
	if !ok {
		return nil
	}
	r.at = at
	if len(line) < shut+3 || line[shut+2] != '"' {
		return nil
	}
	variant, ok := r.ncsaClient(line[:open-1])
	if !ok {
		return nil
	}
	r.put(line[open+1 : shut])
	rest := line[shut+3:]
	end := requestEnd(rest)
	if end < 0 {
		return nil
	}
	r.request(rest[:end])
	more, ok := r.ncsaAnswer(rest[end+2:])
	if !ok {
		return nil
	}
	if len(more) > 0 && more[0] == '"' {
		if more, ok = r.ncsaAgent(more); ok {
			variant |= ncsaAgent
		}
	}
	if len(more) == 0 {
		return ncsaSchemas[variant][0]
	}
	before := len(r.values)
	for i, tail := range ncsaTails {
		if tail.read(r, more) != nil && (i != 1 || bytes.IndexByte(more, '.') > 0) && (i != 0 || forwarded(more)) {
			return ncsaSchemas[variant][1+i]
		}
		r.values = r.values[:before]
	}
	return nil
}

// forwarded reports whether text in quotes is a list of addresses or a dash.
func forwarded(text []byte) bool {
	text = bytes.Trim(text, `"`)
	for len(text) > 0 && string(text) != "-" {
		item, rest, _ := bytes.Cut(text, []byte(","))
		if !address(bytes.TrimSpace(item)) && string(bytes.TrimSpace(item)) != "unknown" {
			return false
		}
		text = rest
	}
	return true
}

// timeBracket returns the index of the bracket that opens the time.
func timeBracket(line []byte) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(line[i:], '[')
		if n < 0 {
			return -1
		}
		i += n
		if i+12 < len(line) && line[i+3] == '/' && line[i+7] == '/' && line[i+12] == ':' {
			return i
		}
	}
}

// requestEnd returns the index of the quote that ends a request: a status
// follows it.
func requestEnd(b []byte) int {
	for i := 0; ; i++ {
		i = closingQuoteAt(b, i)
		if i < 0 || i+2 >= len(b) {
			return -1
		}
		if c := b[i+2]; c-'0' <= 9 || c == '-' {
			return i
		}
	}
}

func closingQuoteAt(b []byte, from int) int {
	if from > len(b) {
		return -1
	}
	return closingQuote(b, from)
}

// ncsaClient adds what stands before the time: client, identity and user, and
// perhaps the virtual host before them. A client may be a list of forwarded
// addresses, a user may have blanks in its name.
func (r *row) ncsaClient(b []byte) (variant int, ok bool) {
	first, rest := word(b)
	second, user := word(rest)
	if rest == nil || !clientName(first) {
		return 0, false
	}
	for len(first) > 0 && first[len(first)-1] == ',' && user != nil { // a list of addresses
		first = b[:len(first)+1+len(second)]
		second, user = word(user)
	}
	if user == nil { // the user was left out
		r.put(first)
		r.put(second)
		r.none(1)
		return 0, true
	}
	third, last := word(user)
	if last == nil && hostName(second) && address(first) && !address(second) { // lighttpd's order
		r.put(second)
		r.put(first)
		r.none(1)
		r.put(r.plain(user))
		return ncsaHost, true
	}
	if last != nil {
		if string(second) != "-" && (address(second) || !address(first) && hostName(second)) {
			return ncsaHost, r.ncsaHosted(first, second, third, last)
		}
		if string(second) != "-" || !address(first) {
			return 0, false
		}
	}
	r.put(first)
	r.put(second)
	r.put(r.plain(user))
	return 0, true
}

// ncsaHosted adds client, identity and user behind a virtual host.
func (r *row) ncsaHosted(host, client, ident, user []byte) bool {
	if id, name := word(user); name != nil {
		if string(ident) != "-" || bytes.IndexByte(name, ' ') >= 0 {
			return false
		}
		ident, user = id, name // BunkerWeb puts the request's id between
	}
	r.put(host)
	r.put(client)
	r.put(ident)
	r.put(r.plain(user))
	return true
}

// clientName reports whether b may be a client or a virtual host.
func clientName(b []byte) bool {
	for _, c := range b {
		if c == '"' || c == '|' || c == '<' || c == '>' || c == '{' || c == '=' {
			return false
		}
	}
	return len(b) > 0 && !timeLike(b)
}

// hostName reports whether b may be the name of a host in a domain.
func hostName(b []byte) bool {
	dots := 0
	for _, c := range b {
		switch {
		case c == '.':
			dots++
		case !letter(c) && c-'0' > 9 && c != '-' && c != '_':
			return false
		}
	}
	return dots > 0
}

// ncsaAnswer adds status and size, which b begins with.
func (r *row) ncsaAnswer(b []byte) (more []byte, ok bool) {
	if len(b) < 1 {
		return nil, false
	}
	status, rest := word(b)
	if !isStatus(status) {
		return nil, false
	}
	r.put(status)
	size, rest := word(rest)
	if !number(size) && !(len(size) == 1 && size[0] == '-') {
		return nil, false
	}
	r.put(size)
	return rest, true
}

// ncsaAgent adds referer and user agent, if b begins with both.
func (r *row) ncsaAgent(b []byte) (more []byte, ok bool) {
	referer, rest, ok := quoted(b)
	if !ok {
		return b, false
	}
	agent, rest, ok := quoted(rest)
	if !ok {
		return b, false
	}
	r.put(r.plain(referer))
	r.put(r.plain(agent))
	return rest, true
}
