package weblog

import (
	"bytes"

	"seawall/internal/evidence/jsonscan"
)

// wrappers are what log collectors put around lines. Each returns the line
// within, nil if there is none. What it needs of scratch it appends.
var wrappers = []func(r *row, line []byte) []byte{unquote, fromCRI, fromCompose, fromJSON, fromSyslog}

// syslogWrapper is the index of fromSyslog.
const syslogWrapper = 4

// unquote takes the quotes off a line that is in quotes as a whole. Quotes
// within are as they were, or doubled.
func unquote(r *row, line []byte) []byte {
	if len(line) < 20 || line[0] != '"' {
		return nil
	}
	line = line[1:]
	if line[len(line)-1] == '"' {
		line = line[:len(line)-1]
	}
	if bytes.Count(line, []byte(`""`)) > 2 {
		return r.undoubled(line)
	}
	return line
}

// fromCRI unwraps a line of a container runtime of Kubernetes: a time, the
// stream, and F for a whole line or P for a part of one.
func fromCRI(r *row, line []byte) []byte {
	if len(line) < 32 || line[4] != '-' || line[10] != 'T' {
		return nil
	}
	i := bytes.IndexByte(line, ' ')
	if i < 20 || i > 40 {
		return nil
	}
	rest := line[i+1:]
	for _, stream := range []string{"stdout F ", "stderr F ", "stdout P ", "stderr P "} {
		if bytes.HasPrefix(rest, []byte(stream)) {
			r.outer, _, _ = r.clock.iso8601(line[:i])
			return rest[len(stream):]
		}
	}
	return nil
}

// fromCompose unwraps a line that Docker Compose has put a service's name
// before: "web-1  | ".
func fromCompose(r *row, line []byte) []byte {
	i := bytes.Index(line[:min(len(line), 80)], []byte(" | "))
	if i <= 0 || !letter(line[0]) || bytes.ContainsAny(bytes.TrimRight(line[:i], " "), " :\"[{=") {
		return nil
	}
	return line[i+3:]
}

// wrapperKeys are the keys under which collectors put a line.
var wrapperKeys = []string{`"log"`, `"message"`, `"MESSAGE"`, `"msg"`, `"_raw"`, `"line"`, `"textPayload"`, `"body"`}

// fromJSON unwraps a line that is a string in a JSON object, as the log driver
// of Docker, journald, Filebeat and others write it.
func fromJSON(r *row, line []byte) []byte {
	if line[0] != '{' {
		return nil
	}
	for _, key := range wrapperKeys {
		for at := 0; ; {
			i := bytes.Index(line[at:], []byte(key))
			if i < 0 {
				break
			}
			at += i + len(key)
			if text := r.jsonText(line[at:]); len(text) > 0 {
				return fromService(text)
			}
		}
	}
	return nil
}

// jsonText returns the string that b assigns, ": "…"", without escapes and the
// line end.
func (r *row) jsonText(b []byte) []byte {
	b = bytes.TrimLeft(b, " ")
	if len(b) == 0 || b[0] != ':' {
		return nil
	}
	b = bytes.TrimLeft(b[1:], " ")
	if len(b) == 0 || b[0] != '"' {
		return nil
	}
	end := 1
	for end < len(b) && b[end] != '"' {
		if b[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(b) {
		return nil
	}
	r.room(end)
	start := len(r.scratch)
	r.scratch = jsonscan.AppendString(r.scratch, b[1:end])
	text := bytes.TrimRight(r.scratch[start:len(r.scratch):len(r.scratch)], "\r\n")
	r.escaped = bytes.IndexByte(text, '\\') >= 0
	return text
}

// fromService takes "host service: " off a line.
func fromService(line []byte) []byte {
	i := bytes.Index(line[:min(len(line), 96)], []byte(": "))
	if i <= 0 || bytes.Count(line[:i], []byte{' '}) > 1 || bytes.ContainsAny(line[:i], `"{[=`) || !letter(line[0]) {
		return line
	}
	return line[i+2:]
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// fromSyslog unwraps the message of a syslog line (RFC 3164, RFC 5424, and
// that of rsyslog with a time in ISO 8601), with or without a priority.
func fromSyslog(r *row, line []byte) []byte {
	if line[0] == '<' {
		end := bytes.IndexByte(line[:min(len(line), 6)], '>')
		if end < 2 || !number(line[1:end]) {
			return nil
		}
		line = line[end+1:]
	}
	if len(line) < 24 {
		return nil
	}
	if line[0] == '1' && line[1] == ' ' {
		if inner := rfc5424(line[2:]); inner != nil {
			r.outer, _, _ = r.clock.iso8601(line[2:])
			return inner
		}
	}
	switch {
	case month(line) > 0 && line[3] == ' ' && line[6] == ' ' && line[9] == ':':
		line = line[16:]
	case line[4] == '-' && line[7] == '-' && (line[10] == 'T' || line[10] == ' ') && line[13] == ':':
		at, rest, ok := r.clock.iso8601(line)
		if !ok || len(rest) == 0 || rest[0] != ' ' {
			return nil
		}
		r.outer = at
		line = rest[1:]
	default:
		return nil
	}
	return syslogMessage(line)
}

// rfc5424 returns the message behind "time host app procid msgid data".
func rfc5424(line []byte) []byte {
	for range 5 {
		_, rest := word(line)
		if rest == nil {
			return nil
		}
		line = rest
	}
	if len(line) > 1 && line[0] == '-' && line[1] == ' ' {
		return bytes.TrimPrefix(line[2:], byteOrderMark)
	}
	for len(line) > 0 && line[0] == '[' {
		end := bytes.IndexByte(line, ']')
		if end < 0 {
			return nil
		}
		line = line[end+1:]
	}
	return bytes.TrimPrefix(bytes.TrimPrefix(line, []byte(" ")), byteOrderMark)
}

// syslogMessage returns the message behind "host tag[pid]: " or "host ".
func syslogMessage(line []byte) []byte {
	_, rest := word(line)
	if rest == nil {
		return nil
	}
	tag, message := word(rest)
	if len(tag) > 1 && tag[len(tag)-1] == ':' && len(tag) < 64 {
		return message
	}
	return bytes.TrimLeft(rest, " ")
}
