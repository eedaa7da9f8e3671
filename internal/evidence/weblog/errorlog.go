package weblog

import (
	"bytes"

	"seawall/record"
)

// Error logs of web servers.

// apacheErrorSchema is that of Apache's error log, whatever ErrorLogFormat
// keeps of it. Fields from rule-id on are those of ModSecurity's messages.
var apacheErrorSchema = schema(SourceError, []string{
	"date-time", "level", "pid", "tid", "c-ip", "code", "message", "cs-referer", "cs-host", "cs-uri", "cs-uri-stem", "cs-uri-query", "unique-id", "x-action",
	"rule-file", "rule-line", "rule-id", "rule-message", "rule-data", "rule-severity", "rule-version", "rule-tags", "rule-match", "x-login", "cs-username", "sc-status", "c-port", "module",
})

// The slots of apacheErrorSchema.
const (
	aeTime = iota
	aeLevel
	aePID
	aeTID
	aeClient
	aeCode
	aeMessage
	aeReferer
	aeHost
	aeURI
	aeStem
	aeQuery
	aeUnique
	aeAction
	aeFile
	aeLine
	aeID
	aeMsg
	aeData
	aeSeverity
	aeVersion
	aeTags
	aeMatch
	aeLogin
	aeUser
	aeStatus
	aePort
	aeModule
)

// readApacheError reads Apache's error log, 2.4 and before:
//
//	[Thu Oct 13 12:24:49.880562 2022] [auth_basic:error] [pid 10:tid 14] [client 10.0.0.1:50229] AH01618: user x not found: /
func readApacheError(r *row, line []byte) *record.Schema {
	if len(line) < 30 || line[0] != '[' || line[4] != ' ' || line[8] != ' ' {
		return nil
	}
	text, rest, ok := bracketed(line)
	if !ok {
		return nil
	}
	at, ok := r.clock.ctime(text)
	if !ok {
		return nil
	}
	r.at = at
	r.none(len(apacheErrorSchema.Fields))
	r.set(aeTime, text)
	rest = r.apacheBrackets(rest)
	r.apacheMessage(bytes.TrimLeft(rest, " "))
	return apacheErrorSchema
}

// set sets the value of a slot.
func (r *row) set(slot int, raw []byte) {
	r.values[slot] = record.Value{Raw: raw, Kind: record.Text}
}

// apacheBrackets reads the level, the process and the client.
func (r *row) apacheBrackets(rest []byte) []byte {
	for len(rest) > 0 && rest[0] == '[' {
		text, more, ok := bracketed(rest)
		if !ok {
			break
		}
		if i := bytes.IndexByte(text, '['); i >= 0 { // an IPv6 address is in brackets of its own
			if n := bytes.Index(rest, []byte("] ")); n > len(text) {
				text, more = rest[1:n], rest[n+2:]
			}
		}
		switch {
		case bytes.HasPrefix(text, []byte("pid ")):
			pid, tid, _ := bytes.Cut(text[4:], []byte(":tid "))
			r.set(aePID, pid)
			if tid != nil {
				r.set(aeTID, tid)
			}
		case bytes.HasPrefix(text, []byte("client ")), bytes.HasPrefix(text, []byte("remote ")):
			r.apacheClient(text[7:])
		case r.values[aeLevel].Kind == record.Null && bytes.IndexByte(text, ' ') < 0:
			if module, level, ok := bytes.Cut(text, []byte{':'}); ok {
				r.set(aeModule, module)
				text = level
			}
			r.set(aeLevel, text)
		default:
			return rest
		}
		rest = more
	}
	return rest
}

// apacheClient reads the client's address, with or without a port. A second
// one without a port, of ModSecurity, shows where the first's port begins.
func (r *row) apacheClient(client []byte) {
	if known := r.values[aeClient]; known.Kind != record.Null && len(known.Raw) <= len(client) {
		return
	}
	if v := r.values[aeClient]; v.Kind != record.Null && len(v.Raw) > len(client)+1 && bytes.HasPrefix(v.Raw, client) && v.Raw[len(client)] == ':' {
		r.set(aePort, v.Raw[len(client)+1:])
	}
	r.set(aeClient, client)
	if i := bytes.LastIndexByte(client, ':'); i > 0 && len(client)-i > len(":9999") && number(client[i+1:]) {
		r.set(aeClient, client[:i])
		r.set(aePort, client[i+1:])
	}
}

var actionDenied = []byte("denied")

// apacheMessage reads what is behind the brackets.
func (r *row) apacheMessage(text []byte) {
	if i := bytes.Index(text, []byte("[client ")); i >= 0 && r.values[aeClient].Kind == record.Null {
		if client, more, ok := bracketed(text[i:]); ok { // behind the system's reason
			r.apacheClient(client[7:])
			if len(more) > 0 {
				text = more
			}
		}
	}
	if len(text) > 9 && text[0] == 'A' && text[1] == 'H' && text[7] == ':' && number(text[2:7]) {
		r.set(aeCode, text[:7])
		text = text[9:]
	}
	if bytes.HasPrefix(text, []byte("ModSecurity: ")) {
		r.modsecMessage(text)
		return
	}
	if i := bytes.LastIndex(text, []byte(", referer: ")); i >= 0 {
		r.set(aeReferer, r.plain(text[i+11:]))
		text = text[:i]
	}
	r.set(aeMessage, r.plain(text))
	r.apacheUser(text)
}

// apacheFailures are what Apache says of refused logins: what stands before the
// name and behind it. The path comes last.
var apacheFailures = []struct{ before, behind string }{
	{"user ", " not found: "}, {"user ", ": authentication failure for "}, {"user ", ": password mismatch: "}, {"user `", "' not found"}, {"user '", "' "},
}

// apacheUser reads the name and the path of a refused login.
func (r *row) apacheUser(text []byte) {
	for _, f := range apacheFailures {
		if !bytes.HasPrefix(text, []byte(f.before)) {
			continue
		}
		if i := bytes.Index(text, []byte(f.behind)); i > len(f.before) {
			r.set(aeUser, r.plain(text[len(f.before):i]))
			r.set(aeLogin, loginFailed)
			if path := bytes.Trim(text[i+len(f.behind):], `":`); len(path) > 0 && path[0] == '/' {
				r.errorURI(path)
			}
			return
		}
	}
}

func (r *row) errorURI(uri []byte) {
	uri = r.plain(uri)
	r.set(aeURI, uri)
	stem, query, has := bytes.Cut(uri, []byte{'?'})
	r.set(aeStem, stem)
	if has {
		r.set(aeQuery, query)
	}
}

// modsecSlots are the tags of ModSecurity's messages.
var modsecSlots = map[string]int{
	"file": aeFile, "line": aeLine, "id": aeID, "msg": aeMsg, "data": aeData, "severity": aeSeverity, "ver": aeVersion, "hostname": aeHost, "uri": aeURI, "unique_id": aeUnique,
}

// modsecMessage reads a message of ModSecurity: what it did and why, then tags
// in brackets, [name "value"].
func (r *row) modsecMessage(text []byte) {
	r.set(aeMessage, text)
	body := text[len("ModSecurity: "):]
	first := bytes.Index(body, []byte(` [file "`))
	if first < 0 {
		if first = bytes.Index(body, []byte(` [id "`)); first < 0 {
			return
		}
	}
	r.set(aeMatch, body[:first])
	if i := bytes.IndexByte(body, '.'); i > 0 && bytes.HasPrefix(body, []byte("Access denied")) {
		r.set(aeAction, actionDenied)
		if i := bytes.Index(body[:first], []byte("with code ")); i >= 0 && len(body) > i+13 && number(body[i+10:i+13]) {
			r.set(aeStatus, body[i+10:i+13])
		}
	}
	r.room(2 * len(body))
	tags := len(r.scratch)
	for rest := body[first:]; ; {
		name, value, more, ok := modsecTag(rest)
		if !ok {
			break
		}
		rest = more
		if string(name) == "tag" {
			if len(r.scratch) > tags {
				r.scratch = append(r.scratch, 0)
			}
			r.scratch = append(r.scratch, value...)
			continue
		}
		slot, known := modsecSlots[string(name)]
		if !known || r.values[slot].Kind != record.Null {
			continue
		}
		if slot == aeURI {
			defer r.errorURI(value)
			continue
		}
		r.set(slot, value)
	}
	if list := r.scratch[tags:len(r.scratch):len(r.scratch)]; len(list) > 0 {
		r.values[aeTags] = record.Value{Raw: list, Kind: record.Text | record.Array}
	}
	for _, slot := range []int{aeMsg, aeData, aeHost} {
		if v := r.values[slot]; v.Kind != record.Null {
			r.set(slot, r.plain(v.Raw))
		}
	}
}

// modsecTag reads one tag.
func modsecTag(b []byte) (name, value, rest []byte, ok bool) {
	open := bytes.IndexByte(b, '[')
	if open < 0 {
		return nil, nil, nil, false
	}
	b = b[open+1:]
	quote := bytes.IndexByte(b, '"')
	if quote < 1 || b[quote-1] != ' ' {
		return nil, nil, nil, false
	}
	name = b[:quote-1]
	b = b[quote+1:]
	end := quotedUntil(b, `"]`)
	if end < 0 {
		return nil, nil, nil, false
	}
	return name, b[:end], b[end+2:], true
}
