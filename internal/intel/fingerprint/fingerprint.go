// Package fingerprint answers "what said this banner?": vendor, product,
// version and CPE of what answers on the network, by the fingerprints of the
// Recog project (BSD-2 licence, see NOTICE).
package fingerprint

import (
	"bytes"
	"regexp"
	"strings"
	"sync/atomic"

	"seawall/internal/intel/literal"
)

// Field is one fact that a banner tells: "service.version" is "9.2p1".
type Field struct{ Name, Value string }

// Result is what a banner tells. The zero value tells nothing.
type Result struct {
	Database string // what kind of banner it was matched as: "ssh.banner"
	Fields   []Field
}

// Get returns a field, "" if the banner does not tell it.
func (r *Result) Get(name string) string {
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			return r.Fields[i].Value
		}
	}
	return ""
}

// Set is all fingerprints, by the kind of banner. It is safe for concurrent
// use.
type Set struct {
	databases map[string][]*database
}

// print is one fingerprint. Its pattern is compiled when a banner first comes
// that may match it: most never do.
type print struct {
	pattern string // in Go's syntax, without its flags
	flags   string
	params  []param
	also    []string // texts that stand in what it matches, in lower case
	// compiled is for banners of one line, where "^" and "$" are the ends of the
	// text and the search need not try every place, and for those of several.
	compiled [2]atomic.Pointer[regexp.Regexp]
}

// param is a field: a constant, or what a group of the pattern matched.
type param struct {
	name, value string
	group       int // 0: constant
	refers      bool
}

func (p *print) regexp(banner string) *regexp.Regexp {
	lines, flags := 0, p.flags
	if strings.IndexByte(banner, '\n') >= 0 {
		lines, flags = 1, flags+"m"
	}
	if re := p.compiled[lines].Load(); re != nil {
		return re
	}
	pattern := p.pattern
	if flags != "" {
		pattern = "(?" + flags + ")" + pattern
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		re = never
	}
	p.compiled[lines].Store(re)
	return re
}

// never matches nothing; it stands for patterns that do not compile.
var never = regexp.MustCompile(`[^\s\S]`)

// database is the fingerprints of one kind of banner; the first that matches
// wins.
type database struct {
	name   string
	prints []print
	index  func() *literal.Index // built when the first banner of the kind comes
}

// Match finds the first fingerprint of a kind of banner that matches. Kinds
// are Recog's own ("ssh.banner"), or those of service banners: see [Kinds].
func (s *Set) Match(kind, banner string) (Result, bool) {
	if kind == header {
		return matchHeader(banner)
	}
	banner = bare(kind, banner)
	for _, db := range s.databases[kind] {
		if r, ok := db.match(banner); ok {
			return r, true
		}
	}
	return Result{}, false
}

// greetings are what a protocol puts before the banner that fingerprints are
// made for.
var greetings = map[string][]string{
	"ftp": {"220 ", "220-"}, "smtp": {"220 ", "220-"}, "pop3": {"+OK "}, "imap": {"* OK "}, "ssh": {"SSH-2.0-", "SSH-1.99-", "SSH-1.5-"},
}

// bare takes a protocol's greeting and the end of the line off a banner.
func bare(kind, banner string) string {
	if _, ok := Kinds[kind]; !ok {
		return banner
	}
	for _, g := range greetings[kind] {
		if rest, ok := strings.CutPrefix(banner, g); ok {
			banner = rest
			break
		}
	}
	return strings.TrimRight(banner, "\r\n")
}

func (db *database) match(banner string) (Result, bool) {
	var buffer [8]uint64
	var room [256]byte
	candidates := db.index().Candidates(banner, buffer[:0])
	lower := appendLower(room[:0], banner)
	for i := range db.prints {
		if candidates[i/64]&(1<<(i%64)) == 0 || !db.prints[i].allIn(lower) {
			continue
		}
		if fields, ok := db.prints[i].match(banner); ok {
			return Result{db.name, fields}, true
		}
	}
	return Result{}, false
}

func (p *print) allIn(lower []byte) bool {
	for _, text := range p.also {
		if !bytes.Contains(lower, []byte(text)) {
			return false
		}
	}
	return true
}

// appendLower appends a text with its ASCII letters in lower case.
func appendLower(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

func (p *print) match(banner string) ([]Field, bool) {
	re := p.regexp(banner)
	groups := re.FindStringSubmatchIndex(banner)
	if groups == nil {
		return nil, false
	}
	fields := make([]Field, 0, len(p.params))
	refers := false
	for i := range p.params {
		param := &p.params[i]
		value := param.value
		if param.group > 0 {
			if 2*param.group+1 >= len(groups) || groups[2*param.group] < 0 {
				continue
			}
			value = banner[groups[2*param.group]:groups[2*param.group+1]]
			if value == "" {
				continue
			}
		}
		refers = refers || param.refers
		fields = append(fields, Field{param.name, value})
	}
	if refers {
		fields = resolve(fields)
	}
	return fields, true
}

// resolve fills other fields into values such as
// "cpe:/a:openbsd:openssh:{service.version}". In a CPE what is not known is
// "-"; other values that refer to what is not known tell nothing.
func resolve(fields []Field) []Field {
	known := Result{Fields: fields}
	kept := fields[:0]
	for _, f := range fields {
		value, ok := fill(f.Value, &known, strings.HasSuffix(f.Name, ".cpe23"))
		if ok {
			kept = append(kept, Field{f.Name, value})
		}
	}
	return kept
}

func fill(value string, known *Result, cpe bool) (string, bool) {
	for from := 0; ; {
		open := strings.IndexByte(value[from:], '{')
		if open < 0 {
			return value, true
		}
		open += from
		end := strings.IndexByte(value[open:], '}')
		if end < 0 {
			return value, true
		}
		end += open
		with := known.Get(value[open+1 : end])
		switch {
		case with == "" && !cpe:
			return "", false
		case with == "":
			with = "-"
		case cpe:
			with = strings.ReplaceAll(strings.ToLower(with), " ", "_")
		}
		value = value[:open] + with + value[end+1:]
		from = open + len(with)
	}
}
