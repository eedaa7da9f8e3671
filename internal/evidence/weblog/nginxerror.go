package weblog

import (
	"bytes"

	"seawall/record"
)

// nginxErrorSchema is that of nginx's error log.
var nginxErrorSchema = schema(SourceError,
	[]string{"date-time", "level", "pid", "tid", "cid", "message", "c-ip", "cs-host", "server", "s-backend", "cs-referer", "x-login", "cs-username", "s-ip"}, requestFields)

// The slots of nginxErrorSchema.
const (
	neTime = iota
	neLevel
	nePID
	neTID
	neCID
	neMessage
	neClient
	neHost
	neServer
	neBackend
	neReferer
	neLogin
	neUser
	neOwn
	neFields
)

// readNginxError reads nginx's error log, also that of its mail proxy:
//
//	2021/12/01 13:53:33 [error] 31#31: *46 "/x" is not found, client: 10.0.0.1, server: localhost, request: "GET / HTTP/1.1", host: "localhost"
func readNginxError(r *row, line []byte) *record.Schema {
	if len(line) < 28 || line[4] != '/' || line[7] != '/' || line[20] != '[' {
		return nil
	}
	at, _, ok := r.clock.iso8601(line[:19])
	if !ok {
		return nil
	}
	level, rest, ok := bracketed(line[20:])
	if !ok {
		return nil
	}
	hash, colon := bytes.IndexByte(rest, '#'), bytes.IndexByte(rest, ':')
	if hash < 1 || colon < hash || !number(rest[:hash]) || !number(rest[hash+1:colon]) {
		return nil
	}
	r.at = at
	r.none(neFields)
	r.set(neTime, line[:19])
	r.set(neLevel, level)
	r.set(nePID, rest[:hash])
	r.set(neTID, rest[hash+1:colon])
	rest = bytes.TrimLeft(rest[colon+1:], " ")
	if len(rest) > 1 && rest[0] == '*' {
		if id, more := word(rest[1:]); number(id) {
			r.set(neCID, id)
			rest = more
		}
	}
	request := r.nginxContext(rest)
	r.request(request)
	return nginxErrorSchema
}

// nginxContext divides the message from the names and values behind it, and
// returns the request line.
func (r *row) nginxContext(text []byte) (request []byte) {
	client := bytes.LastIndex(text, []byte(", client: "))
	if client < 0 {
		r.set(neMessage, r.plain(text))
		if c, rest, ok := bytes.Cut(text, []byte(" connected to ")); ok && bytes.HasPrefix(c, []byte("client ")) {
			r.set(neClient, c[7:])
			r.set(neOwn, rest)
		}
		return nil
	}
	message, rest := text[:client], text[client+2:]
	r.set(neMessage, r.plain(message))
	for len(rest) > 0 {
		colon := bytes.Index(rest, []byte(": "))
		if colon < 0 {
			break
		}
		name, value := rest[:colon], rest[colon+2:]
		if len(value) > 0 && value[0] == '"' {
			end := quotedUntil(value[1:], `"`)
			if end < 0 {
				break
			}
			value, rest = value[1:end+1], value[end+2:]
		} else if end := bytes.Index(value, []byte(", ")); end >= 0 {
			value, rest = value[:end], value[end:]
		} else {
			rest = nil
		}
		rest = bytes.TrimPrefix(rest, []byte(", "))
		if string(name) == "request" {
			request = value
			continue
		}
		r.nginxValue(string(name), value)
	}
	r.nginxLogin(message)
	return request
}

func (r *row) nginxValue(name string, value []byte) {
	switch name {
	case "client":
		addr, _ := word(value) // "… using starttls"
		r.set(neClient, addr)
	case "server":
		r.set(neServer, value)
	case "host":
		r.set(neHost, r.plain(value))
	case "upstream":
		r.set(neBackend, value)
	case "referrer":
		r.set(neReferer, r.plain(value))
	case "login":
		r.set(neUser, r.plain(value))
	}
}

// nginxLogin reads what the message says of a login.
func (r *row) nginxLogin(message []byte) {
	switch {
	case bytes.HasPrefix(message, []byte(`user "`)):
		end := quotedUntil(message[6:], `"`)
		if end < 0 {
			return
		}
		if what := message[6+end+1:]; bytes.HasPrefix(what, []byte(": password mismatch")) || bytes.HasPrefix(what, []byte(" was not found")) {
			r.set(neUser, r.plain(message[6:6+end]))
			r.set(neLogin, loginFailed)
		}
	case bytes.HasPrefix(message, []byte("client login failed")):
		r.set(neLogin, loginFailed)
	case bytes.HasPrefix(message, []byte("client logged in")):
		r.set(neLogin, loginDone)
	}
}

// What the field "x-login" says.
var (
	loginDone   = []byte("success")
	loginFailed = []byte("failure")
	loginEnded  = []byte("logout")
)

// litespeedPatterns are OpenLiteSpeed's error log.
var litespeedPatterns = []*pattern{
	compile(SourceError, `%{date-time:time+} [%{level}] [%{pid}] [%{c-ip}:%{x-connection}#%{cs-host}] [STDERR] [%{program:text+}] Failed Login Attempt - username:%{cs-username:text+} ip:%{c-ip-inner} url:%{cs-referer:rest}`, "x-login", "failure"),
	compile(SourceError, `%{date-time:time+} [%{level}] [%{pid}] [%{c-ip}:%{x-connection}#%{cs-host}] User '%{cs-username:text+}' failed to authenticate.`, "x-login", "failure"),
	compile(SourceError, `%{date-time:time+} [%{level}] [%{pid}] [%{c-ip}:%{x-connection}#%{cs-host}] %{message:rest}`),
	compile(SourceError, `%{date-time:time+} [%{level}] [%{pid}] %{message:rest}`),
}

func readLiteSpeed(r *row, line []byte) *record.Schema {
	if len(line) < 34 || line[4] != '-' || line[19] != '.' || line[26] != ' ' || line[27] != '[' {
		return nil
	}
	at, _, ok := r.clock.iso8601(line[:26])
	if !ok {
		return nil
	}
	s := firstOf(r, line, litespeedPatterns)
	r.at = at
	return s
}
