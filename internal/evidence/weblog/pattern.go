package weblog

import (
	"bytes"
	"strings"

	"seawall/record"
)

// pattern reads lines that are fields between fixed texts. It is written with
// the kind of a field behind a colon, unless the name tells:
//
//	%{c-ip}:%{c-port} [%{date-time}] "%{request}" %{sc-status}?? %{x-time:number}
//
// Behind "??" a line may end early, at that place and before each later field.
type pattern struct {
	lead     string // text before the first field
	parts    []part
	optional int    // index of the first part that a line may lack
	fixed    []byte // value behind the fields, the same in all lines; nil none
	schema   *record.Schema
}

// part is a field and the text behind it.
type part struct {
	kind   kind
	quoted bool   // the field is in quotes and has a log's escapes
	spaced bool   // the field may have blanks in it
	until  string // text behind it; "" for the last
}

// kind says what a field must look like and what is made of it.
type kind uint8

const (
	kindText    kind = iota // anything without blanks, unless quoted or in brackets
	kindNumber              // digits, a sign and a point; or a dash
	kindStatus              // three digits, 0 or a dash
	kindTime                // a time in any of the forms known
	kindRequest             // a request line
	kindURI                 // what was asked for, without the method
	kindAddress             // an address, perhaps with a port; or a dash
	kindRest                // anything, to the end of the line
	kindMethod              // a method
)

var kinds = map[string]kind{
	"text": kindText, "number": kindNumber, "status": kindStatus, "time": kindTime, "request": kindRequest, "uri": kindURI,
	"address": kindAddress, "rest": kindRest, "method": kindMethod,
}

// column is a field of a pattern, the name of its kind, and the text behind it.
type column struct {
	name, kind, until string
	optional          bool // the line may end behind it
}

// compile makes a pattern of its text. The texts are the program's own, so
// that there is no error to report. A name and a value may follow that all
// lines have.
func compile(source, text string, fixed ...string) *pattern {
	open := strings.Index(text, "%{")
	lead := text[:open]
	var columns []column
	for text = text[open:]; text != ""; {
		var c column
		end := strings.IndexByte(text, '}')
		c.name, c.kind, _ = strings.Cut(text[2:end], ":")
		text = text[end+1:]
		next := strings.Index(text, "%{")
		if next < 0 {
			next = len(text)
		}
		var behind string
		c.until, behind, c.optional = strings.Cut(text[:next], "??")
		c.until += behind
		text = text[next:]
		columns = append(columns, c)
	}
	return assemble(source, lead, columns, fixed...)
}

// assemble makes a pattern of its columns.
func assemble(source, lead string, columns []column, fixed ...string) *pattern {
	p := &pattern{lead: lead, optional: len(columns)}
	var names [][]string
	before := lead
	for i, c := range columns {
		pt := part{kind: kindOf(c.name, c.kind), until: c.until}
		pt.quoted = strings.HasSuffix(before, `"`) && strings.HasPrefix(c.until, `"`)
		pt.spaced = pt.quoted || pt.kind == kindRest || pt.kind == kindRequest || strings.HasSuffix(before, "[") && strings.HasPrefix(c.until, "]") ||
			strings.HasSuffix(before, "{") || strings.Contains(c.kind, "+")
		p.parts = append(p.parts, pt)
		names = append(names, namesOf(c.name, pt.kind))
		if c.optional {
			p.optional = min(p.optional, i+1)
		}
		before = c.until
	}
	if len(fixed) > 0 {
		names = append(names, fixed[:1])
		p.fixed = []byte(fixed[1])
	}
	p.schema = schema(source, names...)
	return p
}

// kindOf returns the kind of a field; names of usual fields tell theirs.
func kindOf(name, kindName string) kind {
	if k, ok := kinds[strings.TrimSuffix(kindName, "+")]; ok {
		return k
	}
	switch name {
	case "sc-status", "upstream-status":
		return kindStatus
	case "date-time":
		return kindTime
	case "request":
		return kindRequest
	case "sc-bytes", "cs-bytes", "time-taken":
		return kindNumber
	case "cs-method":
		return kindMethod
	}
	return kindText
}

func namesOf(name string, k kind) []string {
	switch k {
	case kindRequest:
		return requestFields
	case kindURI:
		return requestFields[1:4]
	}
	return []string{name}
}

// read reads a line; nil if it does not follow the pattern.
func (p *pattern) read(r *row, line []byte) *record.Schema {
	if len(line) < len(p.lead) || string(line[:len(p.lead)]) != p.lead {
		return nil
	}
	if !p.fields(r, line[len(p.lead):]) {
		return nil
	}
	if p.fixed != nil {
		r.put(p.fixed)
	}
	return p.schema
}

// fields reads the fields of a line without its lead.
func (p *pattern) fields(r *row, line []byte) bool {
	all := len(r.values) + len(p.schema.Fields)
	if p.fixed != nil {
		all--
	}
	for i := range p.parts {
		pt := &p.parts[i]
		end, next := pt.end(line)
		if end < 0 && i+1 >= p.optional && pt.mayEnd(line) {
			end, next = len(line), len(line)
			if pt.quoted {
				end--
			}
		}
		if end < 0 || !r.field(pt, line[:end]) {
			return false
		}
		line = line[next:]
		if len(line) == 0 && i+1 >= p.optional {
			r.none(all - len(r.values))
			return true
		}
	}
	return len(line) == 0
}

// mayEnd reports whether a line may end with this field.
func (pt *part) mayEnd(line []byte) bool {
	if pt.quoted {
		return len(line) > 0 && line[len(line)-1] == '"'
	}
	return pt.spaced || bytes.IndexByte(line, ' ') < 0
}

// end finds the end of the field that line begins with, and where the next
// begins; -1 if the text behind the field is not there.
func (pt *part) end(line []byte) (end, next int) {
	if pt.quoted {
		end = quotedUntil(line, pt.until)
	} else if pt.until == "" {
		end = len(line)
	} else if len(pt.until) == 1 {
		end = bytes.IndexByte(line, pt.until[0])
	} else {
		end = bytes.Index(line, []byte(pt.until))
	}
	if end < 0 || !pt.spaced && bytes.IndexByte(line[:end], ' ') >= 0 {
		return -1, 0
	}
	return end, end + len(pt.until)
}

// quotedUntil returns the index of the quote that ends a field and that the
// text of a pattern begins with. A quote behind an odd number of backslashes
// is part of the field.
func quotedUntil(line []byte, until string) int {
	for i := 0; ; i++ {
		n := bytes.IndexByte(line[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		slash := i
		for slash > 0 && line[slash-1] == '\\' {
			slash--
		}
		if (i-slash)%2 == 0 && len(line)-i >= len(until) && string(line[i:i+len(until)]) == until {
			return i
		}
	}
}

// field adds a field's value; it reports whether it is of its kind.
func (r *row) field(pt *part, text []byte) bool {
	dash := len(text) == 1 && text[0] == '-'
	switch pt.kind {
	case kindNumber:
		if !dash && !decimal(text) {
			return false
		}
	case kindStatus:
		if !isStatus(text) {
			return false
		}
	case kindMethod:
		if !dash && !w3cMethod(text) {
			return false
		}
	case kindAddress:
		if !dash && !address(text) {
			return false
		}
	case kindTime:
		at, ok := r.clock.any(text)
		if !ok {
			return false
		}
		r.at = at
	case kindRequest:
		r.request(text)
		return true
	case kindURI:
		r.uri(r.plain(text))
		return true
	}
	if pt.quoted {
		text = r.plain(text)
	}
	r.put(text)
	return true
}

// decimal reports whether b is a number, perhaps with a sign and a fraction.
func decimal(b []byte) bool {
	digits, points := 0, 0
	for i, c := range b {
		switch {
		case c-'0' <= 9:
			digits++
		case c == '.' && points == 0:
			points++
		case (c == '-' || c == '+') && i == 0:
		default:
			return false
		}
	}
	return digits > 0
}

// any reads a time in one of the forms that web logs use.
func (c *clock) any(b []byte) (int64, bool) {
	if len(b) > 2 && b[2] == '/' {
		return c.apache(b)
	}
	if len(b) > 4 && (b[4] == '-' || b[4] == '/') {
		at, rest, ok := c.iso8601(b)
		return at, ok && len(rest) == 0
	}
	if at, ok := epoch(b); ok {
		return at, true
	}
	return c.ctime(b)
}

// ctime reads "Thu Sep 30 13:27:06.009964 2021", which is local time.
func (c *clock) ctime(b []byte) (int64, bool) {
	if len(b) < 24 || b[3] != ' ' || b[7] != ' ' || b[10] != ' ' || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	dayOf := digits2(b[8:])
	if b[8] == ' ' {
		dayOf = int(b[9] - '0')
	}
	rest := b[19:]
	var nanos int64
	if rest[0] == '.' {
		nanos, rest = fraction(rest)
	}
	if len(rest) != 5 {
		return 0, false
	}
	day, ok := date(digits4(rest[1:]), month(b[4:]), dayOf)
	h, m, s := digits2(b[11:]), digits2(b[14:]), digits2(b[17:])
	if !ok || h < 0 || m < 0 || s < 0 {
		return 0, false
	}
	return c.unzoned(day*86400+int64(h)*3600+int64(m)*60+int64(s))*second + nanos, true
}
