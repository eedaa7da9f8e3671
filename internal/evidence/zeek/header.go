package zeek

import (
	"bytes"
	"strings"
)

// header is what the header lines in force say, each as written.
type header struct {
	separator, setSeparator, unset, empty string
	path, fields, types                   string
}

// Zeek's defaults, for logs that do not say.
var defaultHeader = header{separator: "\t", setSeparator: ",", unset: "-", empty: "(empty)"}

// line takes one header line and reports whether it says how rows are read.
func (h *header) line(line string) bool {
	if rest, ok := strings.CutPrefix(line, "#separator "); ok { // a header begins anew
		*h = defaultHeader
		h.separator = string(appendUnescaped(nil, []byte(rest)))
		return true
	}
	name, rest, ok := strings.Cut(line, h.separator)
	if !ok {
		return false
	}
	switch name {
	case "#set_separator":
		h.setSeparator = string(appendUnescaped(nil, []byte(rest)))
	case "#empty_field":
		h.empty = rest
	case "#unset_field":
		h.unset = rest
	case "#path":
		h.path = rest
	case "#fields":
		h.fields, h.types = rest, ""
	case "#types":
		h.types = rest
	default:
		return false
	}
	return true
}

// lines takes the header lines that data begins with, comments among them, and
// returns their length, and whether they say how rows are read.
func (h *header) lines(data []byte) (n int, says bool) {
	for n < len(data) && data[n] == '#' {
		line, rest := cutLine(data[n:])
		says = h.line(string(line)) || says
		n = len(data) - len(rest)
	}
	return n, says
}

// write returns lines that say the same as the header.
func (h *header) write() []byte {
	s := h.separator
	var b bytes.Buffer
	b.WriteString("#separator " + escape(s) + "\n")
	for _, line := range []struct{ name, value string }{
		{"#set_separator", escape(h.setSeparator)}, {"#empty_field", h.empty}, {"#unset_field", h.unset}, {"#path", h.path}, {"#fields", h.fields}, {"#types", h.types},
	} {
		b.WriteString(line.name + s + line.value + "\n")
	}
	return b.Bytes()
}

func escape(s string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for _, c := range []byte(s) {
		b.WriteString(`\x` + digits[c>>4:c>>4+1] + digits[c&15:c&15+1])
	}
	return b.String()
}

// headerBefore reads what carryHeader wrote.
func headerBefore(lines []byte) header {
	h := defaultHeader
	h.lines(lines)
	return h
}

// carryHeader returns the header in force behind data.
func carryHeader(before, data []byte) []byte {
	var h header
	begun, changed := false, false
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '#')
		if i < 0 {
			break
		}
		if at += i; at > 0 && data[at-1] != '\n' {
			at++
			continue
		}
		if !begun {
			h, begun = headerBefore(before), true
		}
		n, says := h.lines(data[at:])
		at, changed = at+n, changed || says
	}
	if !changed {
		return before
	}
	return h.write()
}
