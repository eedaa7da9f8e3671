package syslog

import (
	"bytes"

	"seawall/internal/evidence/atom"
)

// frame is a message without what transport and relays put around it. Its
// texts are parts of the line; nil is not there.
type frame struct {
	priority int // facility*8+severity; -1 unknown
	stamp    stamp
	host     []byte
	program  []byte
	pid      []byte
	msgid    []byte
	data     []byte // structured data of RFC 5424, with its brackets
	message  []byte // the rest
	body     []byte // message together with the tag before it, for those that write tags in ways of their own
}

// Headers inside headers are read up to this depth: each relay may add one.
const maxRelays = 3

// parse reads a line by RFC 5424 or RFC 3164, and what vendors made of them.
func (f *frame) parse(line []byte) {
	*f = frame{priority: -1}
	rest := bytes.TrimLeft(line, " \t\x00\xef\xbb\xbf")
	for range maxRelays {
		outer := f.host
		f.host = nil
		next, again := f.header(rest)
		if f.host == nil {
			f.host = outer
		}
		rest = next
		if !again {
			break
		}
	}
}

// header reads one header and returns what is left, and whether that begins
// with another header.
func (f *frame) header(rest []byte) (left []byte, again bool) {
	if pri, n := priority(rest); n > 0 {
		f.priority = pri
		rest = rest[n:]
	}
	if len(rest) > 2 && rest[0] == '1' && rest[1] == ' ' && f.structured(rest[2:]) {
		return f.inner()
	}
	f.data, f.msgid, f.pid, f.program = nil, nil, nil, nil
	f.traditional(bytes.TrimLeft(rest, " "))
	return f.inner()
}

// inner reports whether the message begins with a header of its own.
func (f *frame) inner() ([]byte, bool) {
	_, n := priority(f.message)
	if n == 0 && len(f.program) == 0 {
		if s, m := readStamp(f.message); m > 0 && s.full && f.host != nil {
			return f.message, true
		}
	}
	return f.message, n > 0
}

// priority reads "<134>".
func priority(text []byte) (pri, n int) {
	if len(text) < 3 || text[0] != '<' {
		return 0, 0
	}
	end := bytes.IndexByte(text[:min(len(text), 5)], '>')
	if end < 2 {
		return 0, 0
	}
	p, ok := atom.Port(text[1:end])
	if !ok || p > 191 {
		return 0, 0
	}
	return int(p), end + 1
}

// structured reads the header of RFC 5424 behind the version; false if it does
// not follow.
func (f *frame) structured(rest []byte) bool {
	s, n := readStamp(rest)
	switch {
	case n > 0:
		f.stamp = s
	case len(rest) > 1 && rest[0] == '-' && rest[1] == ' ':
		n = 1
	default:
		// A time in a form of its own; the fields behind it tell.
		if n = bytes.IndexByte(rest, ' '); n < 0 || !fieldsFollow(rest[n+1:], true) {
			return false
		}
	}
	rest = bytes.TrimLeft(rest[n:], " ")
	f.host, rest = word(rest)
	if f.stamp.epoch { // Meraki writes neither program nor the fields behind it
		f.program, f.message = nil, rest
		f.body = rest
		return true
	}
	f.fields(rest)
	return true
}

// fields reads what RFC 5424 has behind the host.
func (f *frame) fields(rest []byte) {
	f.body = rest
	var program, pid, msgid []byte
	program, rest = word(rest)
	pid, rest = word(rest)
	msgid, rest = word(rest)
	if len(rest) == 0 && len(msgid) == 0 {
		f.message = f.body // too few fields
		return
	}
	f.program, f.pid, f.msgid = nilDash(program), nilDash(pid), nilDash(msgid)
	if len(rest) > 0 && rest[0] == '[' {
		n := structuredData(rest)
		f.data, rest = rest[:n], rest[n:]
	} else if len(rest) > 0 && rest[0] == '-' {
		rest = rest[1:]
	}
	f.message = bytes.TrimPrefix(bytes.TrimLeft(rest, " "), []byte("\xef\xbb\xbf"))
}

// fieldsFollow reports whether text goes on as RFC 5424 does behind the time:
// host, program, process, message id, and structured data or a dash.
func fieldsFollow(text []byte, withHost bool) bool {
	if withHost {
		_, text = word(text)
	}
	program, rest := word(text)
	pid, rest := word(rest)
	msgid, rest := word(rest)
	return len(program) > 0 && len(rest) > 0 && bytes.IndexByte(program, ':') < 0 && bytes.IndexByte(msgid, '=') < 0 &&
		(len(pid) == 1 && pid[0] == '-' || digits(pid)) && (rest[0] == '[' || rest[0] == '-' || len(msgid) == 1 && msgid[0] == '-')
}

func nilDash(text []byte) []byte {
	if len(text) == 1 && text[0] == '-' {
		return nil
	}
	return text
}

// structuredData is the length of one or several elements of structured data.
func structuredData(text []byte) int {
	end := 0
	for end < len(text) && text[end] == '[' {
		quoted := false
		i := end + 1
		for ; i < len(text) && (quoted || text[i] != ']'); i++ {
			switch {
			case text[i] == '\\' && quoted:
				i++
			case text[i] == '"':
				quoted = !quoted
			}
		}
		if i >= len(text) {
			return len(text)
		}
		end = i + 1
	}
	return end
}

// word returns what stands before the next blank, and what stands behind it.
func word(text []byte) (first, rest []byte) {
	i := bytes.IndexByte(text, ' ')
	if i < 0 {
		return text, nil
	}
	return text[:i], text[i+1:]
}

// traditional reads the header of RFC 3164: time, host, tag. Devices leave out
// any of them, or write more.
func (f *frame) traditional(rest []byte) {
	// Sequence numbers and host names before the time, as Cisco's devices write
	// them: "123: host: 000045: *Nov 23 14:05:06.123 UTC: %SYS-…".
	for range 4 {
		s, n := readStamp(rest)
		if n > 0 {
			f.stamp = s
			rest = bytes.TrimLeft(rest[n:], " ")
			if len(rest) > 0 && rest[0] == ':' {
				rest = bytes.TrimLeft(rest[1:], " ")
				f.message, f.body = rest, rest
				f.tag()
				return
			}
			break
		}
		before, after, ok := prefix(rest)
		if !ok {
			break
		}
		if len(before) > 0 && before[0] != '*' && !digits(before) && bytes.IndexByte(before, ' ') < 0 {
			f.host = before
		}
		rest = after
	}
	if f.stamp.set && f.host == nil {
		if host, after := word(rest); isHost(host) {
			if f.stamp.yearly && fieldsFollow(after, false) { // RFC 5424 without its version
				f.fields(after)
				f.host = host
				return
			}
			f.host, rest = host, bytes.TrimLeft(after, " ")
			rest = bytes.TrimLeft(bytes.TrimPrefix(rest, []byte(": ")), " ")
		}
	}
	f.message, f.body = rest, rest
	f.tag()
}

// prefix reads "host: " or "123: " before a time.
func prefix(text []byte) (before, after []byte, ok bool) {
	i := bytes.Index(text[:min(len(text), 70)], []byte(":"))
	if i < 0 {
		return nil, nil, false
	}
	before, after = text[:i], bytes.TrimLeft(text[i+1:], " ")
	if bytes.IndexByte(before, '=') >= 0 || bytes.IndexByte(before, '[') >= 0 || bytes.IndexByte(before, '%') >= 0 || bytes.IndexByte(before, ' ') >= 0 && !digits(bytes.ReplaceAll(before, []byte(" "), nil)) {
		return nil, nil, false
	}
	// Only if a time or a Cisco message follows; else it is a tag.
	look := after
	for range 3 {
		if _, n := readStamp(look); n > 0 || len(look) > 0 && look[0] == '%' {
			return bytes.TrimSpace(before), after, true
		}
		j := bytes.IndexByte(look[:min(len(look), 64)], ':')
		if j < 0 {
			return nil, nil, false
		}
		look = bytes.TrimLeft(look[j+1:], " ")
	}
	return nil, nil, false
}

func digits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(text) > 0
}

// isHost reports whether a word can be the name or address of a host, as
// against a tag or the beginning of a message.
func isHost(w []byte) bool {
	if len(w) == 0 || len(w) > 255 {
		return false
	}
	for i, c := range w {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_' || c == '/' || c == ',':
		case c == ':' && i < len(w)-1: // of IPv6
		default:
			return false
		}
	}
	// "1,2021/03/24" is the beginning of PAN-OS' CSV.
	slash := bytes.IndexByte(w, '/')
	return slash != 0 && (slash < 0 || bytes.IndexByte(w, ',') < 0)
}

// tag reads "program[pid]: " at the beginning of the message.
func (f *frame) tag() {
	m := f.message
	end := -1
	for i, c := range m[:min(len(m), 128)] {
		if c == ' ' || c == ':' || c == '[' || c == '=' || c == '|' || c == '"' || c == '%' || c == ',' && i == 0 {
			end = i
			break
		}
	}
	if end <= 0 {
		return
	}
	name := m[:end]
	switch rest := m[end:]; rest[0] {
	case '[':
		i := bytes.IndexByte(rest[:min(len(rest), 40)], ']')
		if i < 0 {
			return
		}
		after := bytes.TrimLeft(rest[i+1:], " ")
		if len(after) == 0 || after[0] != ':' {
			return
		}
		f.program, f.pid, f.message = name, rest[1:i], bytes.TrimLeft(after[1:], " ")
	case ':':
		f.program, f.message = name, bytes.TrimLeft(rest[1:], " ")
	case ' ':
		for _, after := range [...]string{" :", " -:"} { // "name : text", "name -: text"
			if text, ok := bytes.CutPrefix(rest, []byte(after)); ok {
				f.program, f.message = name, bytes.TrimLeft(text, " ")
				return
			}
		}
		f.lateTag()
	}
}

// lateTag finds "program[123]: " behind words that are neither time nor host as
// known.
func (f *frame) lateTag() {
	if f.stamp.set {
		return
	}
	m := f.message[:min(len(f.message), 100)]
	i := bytes.Index(m, []byte("]: "))
	if i < 0 {
		return
	}
	open := bytes.LastIndexByte(m[:i], '[')
	if open < 1 || !digits(m[open+1:i]) {
		return
	}
	start := bytes.LastIndexByte(m[:open], ' ') + 1
	f.program, f.pid = m[start:open], m[open+1:i]
	f.message = bytes.TrimLeft(f.message[i+2:], " ")
}
