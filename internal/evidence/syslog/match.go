package syslog

import (
	"bytes"

	"seawall/internal/evidence/jsonscan"
)

// Lines of a file that recognition looks at.
const matchedLines = 20

// matchLines reports whether most of the first lines are messages, and not
// mostly requests to web servers, which other formats read.
func matchLines(head []byte) bool {
	lines, messages, requests := 0, 0, 0
	for len(head) > 0 && lines < matchedLines {
		_, line, next := unit(head)
		whole := next < len(head) || lines == 0
		head = head[next:]
		if len(bytes.TrimSpace(line)) == 0 || !whole {
			continue
		}
		lines++
		if bytes.IndexByte(line, 0) >= 0 {
			return false
		}
		if isMessage(line) {
			messages++
		}
		if bytes.Contains(line, []byte(" HTTP/1.")) || bytes.Contains(line, []byte(" HTTP/2")) {
			requests++
		}
	}
	return lines > 0 && 10*messages >= 7*lines && 2*requests < lines
}

// isMessage reports whether a line has the header of a message, or is one of
// those that devices write to files without one.
func isMessage(line []byte) bool {
	line = bytes.TrimLeft(line, " \xef\xbb\xbf")
	if _, n := priority(line); n > 0 {
		return true
	}
	if len(line) > 0 && line[0] == '{' {
		return bytes.Contains(line, []byte(`"LogTimestamp"`)) && bytes.Contains(line, []byte(`"Connector"`))
	}
	var f frame
	f.parse(line)
	if f.stamp.full && !f.stamp.yearly { // "Nov 23 14:05:06": of nothing else
		return f.host != nil || f.program != nil || bytes.IndexByte(f.message, '%') >= 0
	}
	if cefStart(line, "CEF:") >= 0 || cefStart(line, "LEEF:") >= 0 {
		return true
	}
	if bytes.HasPrefix(line, []byte("type=")) && bytes.Contains(line[:min(len(line), 80)], []byte("msg=audit(")) || bytes.HasPrefix(line, []byte("node=")) && bytes.Contains(line, []byte("msg=audit(")) {
		return true
	}
	for i := range products {
		p := &products[i]
		if p.read == nil || !bareAllowed(p) {
			continue
		}
		if p.match(&f) {
			return true
		}
	}
	return f.stamp.full && f.host != nil && f.program != nil && len(f.program) < 40 && isHost(f.host) && !digits(f.host) && !isLevel(f.host)
}

// isLevel reports whether a word is how urgent a program finds its message,
// which logs that are no syslog have where it has the host.
func isLevel(w []byte) bool {
	for _, level := range [...]string{"info", "debug", "warn", "warning", "error", "err", "trace", "fatal", "critical", "notice", "severe", "fine", "verbose"} {
		if is(w, level) {
			return true
		}
	}
	return false
}

// bareAllowed says whose messages are known without the header of syslog.
func bareAllowed(p *product) bool {
	switch p.vendor {
	case "fortinet", "palo alto", "sonicwall", "sophos", "juniper", "check point", "isc", "meraki":
		return true
	case "cisco":
		return p.name == "asa" || p.name == "ftd" || p.name == "ios"
	}
	return false
}

// matchWrapped reports whether a file holds messages inside JSON objects.
func matchWrapped(head []byte) bool {
	first := bytes.TrimLeft(head, " \t\r\n[\xef\xbb\xbf")
	if len(first) == 0 || first[0] != '{' {
		return false
	}
	if i := bytes.IndexByte(first, '\n'); i >= 0 {
		first = first[:i]
	}
	if n, err := jsonscan.Skip(first); err != nil || n > len(first) {
		return false
	}
	message := inner(first)
	if message == nil {
		return false
	}
	message = jsonscan.AppendString(nil, message)
	return isMessage(message)
}
