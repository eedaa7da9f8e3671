package weblog

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"seawall/record"
)

// Lines of unknown formats are read by what their columns look like. The looks
// of all columns are the line's form; what each column is, is decided once per
// form. So a format given by a LogFormat or log_format directive needs no
// configuration, and one file may mix several.

// form says what the columns of lines of one form are.
type form struct {
	schema  *record.Schema
	time    int // index of the column; -1 if there is none
	request int // of the request line, or of the method before path and version
	spread  bool
}

// forms are all forms seen. Lines of forms beyond the limit are not read.
type forms struct {
	mu    sync.Mutex
	known map[string]*form
}

const maxForms = 4096

// readFree reads a line with a request in a format of its own.
func readFree(r *row, line []byte) *record.Schema {
	tokens := r.tokens(line)
	if len(tokens) < 3 {
		return nil
	}
	r.shape = r.shape[:0]
	for _, t := range tokens {
		r.shape = append(r.shape, byte(t.class), t.quote)
		if t.key != nil {
			r.shape = append(append(append(r.shape, 0), t.key...), 0)
		}
	}
	f := r.formOf(tokens)
	if f == nil {
		return nil
	}
	if f.time >= 0 {
		at, ok := r.clock.any(tokens[f.time].text)
		if !ok {
			return nil
		}
		r.at = at
	}
	for i := 0; i < len(tokens); i++ {
		t := &tokens[i]
		switch {
		case i != f.request && t.quote == '"':
			r.put(r.plain(t.text))
		case i != f.request:
			r.put(t.text)
		case f.spread:
			r.put(t.text)
			r.uri(r.plain(tokens[i+1].text))
			r.put(tokens[i+2].text)
			i += 2
		default:
			r.request(t.text)
		}
	}
	return f.schema
}

// formOf returns what the columns are; nil if the line is no request.
func (r *row) formOf(tokens []token) *form {
	if f, ok := r.forms[string(r.shape)]; ok {
		return f
	}
	shared := &r.formats.forms
	shared.mu.Lock()
	defer shared.mu.Unlock()
	f, ok := shared.known[string(r.shape)]
	if !ok {
		if len(shared.known) >= maxForms {
			return nil
		}
		f = newForm(tokens)
		if shared.known == nil {
			shared.known = map[string]*form{}
		}
		shared.known[string(r.shape)] = f
	}
	r.forms[string(r.shape)] = f
	return f
}

// newForm decides what columns are. A line must have a request, and the time
// or the client.
func newForm(tokens []token) *form {
	f := &form{time: -1, request: -1}
	for i, t := range tokens {
		if t.class == classTime && f.time < 0 {
			f.time = i
		}
		if f.request >= 0 || t.key != nil {
			continue
		}
		if t.class == classRequest {
			f.request = i
		} else if t.class == classMethod && i+2 < len(tokens) && tokens[i+2].class == classVersion {
			f.request, f.spread = i, true
		}
	}
	if f.request < 0 {
		return nil
	}
	names := f.name(tokens)
	if names == nil {
		return nil
	}
	f.schema = schema(SourceAccess, names)
	return f
}

// name names the columns; nil if there is neither time nor client.
func (f *form) name(tokens []token) []string {
	n := namer{tokens: tokens, names: make([]string, len(tokens)), used: map[string]bool{}}
	after := f.request + 1
	if f.spread {
		after += 2
	}
	if f.time >= 0 {
		n.set(f.time, "date-time")
	}
	n.keys()
	n.first(0, f.request, classAddress, "c-ip")
	n.first(after, len(tokens), classStatus, "sc-status")
	n.first(0, f.request, classStatus, "sc-status")
	n.answer(after)
	n.first(0, f.request, classAddress, "x-address")
	n.first(after, len(tokens), classAddress, "c-ip")
	n.first(after, len(tokens), classAddress, "x-forwarded-for")
	n.first(0, f.request, classHost, "cs-host")
	n.agents(after)
	n.user(f.time, f.request)
	if !n.used["c-ip"] && f.time < 0 {
		return nil
	}
	var names []string
	for i, name := range n.names {
		switch {
		case i == f.request:
			names = append(names, requestFields...)
		case f.spread && (i == f.request+1 || i == f.request+2):
		case name == "":
			names = append(names, fmt.Sprintf("x-%d", i+1))
		default:
			names = append(names, name)
		}
	}
	return names
}

// namer gives names to columns, each name once.
type namer struct {
	tokens []token
	names  []string
	used   map[string]bool
}

func (n *namer) set(i int, name string) {
	if n.names[i] == "" && !n.used[name] {
		n.names[i] = name
		n.used[name] = true
	}
}

// first names the first column of a class between two.
func (n *namer) first(from, to int, c class, name string) {
	for i := from; i < to && !n.used[name]; i++ {
		if n.tokens[i].class == c && n.names[i] == "" && n.tokens[i].key == nil {
			n.set(i, name)
			return
		}
	}
}

// keys names the columns that say their own name.
func (n *namer) keys() {
	for i, t := range n.tokens {
		if t.key == nil {
			continue
		}
		name := string(t.key)
		if a, ok := aliasOf[strings.ToLower(name)]; ok && a.field != "time" && a.field != "cs-request" && a.field != "message" {
			name = a.field
			if name == "duration" {
				name = "duration-seconds"
			}
		}
		n.set(i, name)
	}
}

// answer names the size and the duration, which follow the status.
func (n *namer) answer(after int) {
	at := after
	for i, name := range n.names {
		if name == "sc-status" && i >= after {
			at = i + 1
		}
	}
	for i := at; i < len(n.tokens); i++ {
		t := &n.tokens[i]
		if t.quote == '[' || t.key != nil || n.names[i] != "" {
			continue
		}
		switch t.class {
		case classNumber, classStatus:
			n.set(i, "sc-bytes")
		case classDash:
			if i == at {
				n.set(i, "sc-bytes")
			}
		case classDecimal:
			if bytes.HasSuffix(t.text, []byte("ms")) {
				n.set(i, "duration-ms")
			} else {
				n.set(i, "duration-seconds")
			}
		}
	}
}

// agents names the user agent and the referer, which mostly stands before it.
func (n *namer) agents(after int) {
	n.first(after, len(n.tokens), classAgent, "cs-user-agent")
	n.first(after, len(n.tokens), classReferer, "cs-referer")
	for i := after; i+1 < len(n.tokens); i++ {
		a, b := &n.tokens[i], &n.tokens[i+1]
		if a.quote != '"' || b.quote != '"' || a.key != nil || b.key != nil {
			continue
		}
		if n.names[i] == "" && (n.names[i+1] == "cs-user-agent" || n.names[i+1] == "") {
			n.set(i, "cs-referer")
		}
		if n.names[i+1] == "" && n.names[i] == "cs-referer" {
			n.set(i+1, "cs-user-agent")
		}
	}
	n.first(after, len(n.tokens), classText, "cs-user-agent")
}

// user names the column before the time, if there is one between it and the
// client.
func (n *namer) user(time, request int) {
	if time < 1 || time > request || n.tokens[time-1].quote != 0 {
		return
	}
	if c := n.tokens[time-1].class; c == classWord || c == classDash || c == classHost {
		n.set(time-1, "cs-username")
	}
}
