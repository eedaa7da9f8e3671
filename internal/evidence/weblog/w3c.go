package weblog

import (
	"bytes"
	"strings"

	"seawall/record"
)

// w3cHeader is what a #Fields line says of the lines below it.
type w3cHeader struct {
	schema      *record.Schema
	columns     int
	tabs        bool // columns are separated by tabs
	commas      bool // columns are separated by commas: Exchange's logs
	date, clock int  // slots of the date and the time of day; -1 if there is none
	both        int  // slot of a column with both
	stem, query int  // slots
	method      int
	status      int
	joined      bool // the URI is made of stem and query
}

// w3cFields are columns that only logs of requests have. Firewalls and mail
// servers use the format, too.
var w3cFields = map[string]bool{
	"cs-method": true, "cs-uri": true, "cs-uri-stem": true, "cs-uri-query": true, "sc-status": true, "cs(user-agent)": true, "cs-host": true,
	"cs(host)": true, "cs-url": true, "csurl": true, "s-reason": true, "c-uri": true, "sc-filter-result": true,
}

// parseHeader reads a line that names columns; nil if it is none of a log that
// we know.
func parseHeader(line []byte) *w3cHeader {
	if len(line) > maxHeaderLine {
		return nil
	}
	names, ok := cutDirective(line, fieldsDirective)
	if !ok || bytes.IndexByte(names, ',') >= 0 {
		return parseCommas(line)
	}
	h := &w3cHeader{tabs: bytes.IndexByte(bytes.TrimSpace(names), '\t') >= 0}
	var columns []string
	web := false
	for _, name := range bytes.Fields(names) {
		columns = append(columns, string(name))
		web = web || w3cFields[strings.ToLower(string(name))]
	}
	if !web || len(columns) > maxColumns {
		return nil
	}
	h.name(columns)
	return h
}

// maxColumns and maxHeaderLine bound what a header may claim.
const (
	maxColumns    = 512
	maxHeaderLine = 32 << 10
)

// cutDirective cuts the name of a directive off a line.
func cutDirective(line []byte, name string) ([]byte, bool) {
	if len(line) < len(name) || !strings.EqualFold(string(line[:len(name)]), name) {
		return nil, false
	}
	return line[len(name):], true
}

// name makes the schema of named columns.
func (h *w3cHeader) name(columns []string) {
	h.columns = len(columns)
	slot := func(names ...string) int {
		for _, name := range names {
			for i, c := range columns {
				if strings.EqualFold(c, name) {
					return i
				}
			}
		}
		return -1
	}
	h.date = slot("date", "date-local", "BeginRequest-UTC-date")
	h.clock = slot("time", "time-local", "time-utc")
	h.both = slot("timestamp", "x-timestamp", "x-edge-timestamp", "date-time", "DateTime")
	h.stem, h.query = slot("cs-uri-stem", "cs-uri-path"), slot("cs-uri-query")
	h.method, h.status = slot("cs-method"), slot("sc-status")
	h.joined = h.stem >= 0 && h.query >= 0 && slot("cs-uri") < 0
	more := []string{}
	if h.joined {
		more = append(more, "cs-uri")
	}
	h.schema = schema(w3cSource(columns), columns, more)
}

// w3cSource tells the kind of server by its columns.
func w3cSource(columns []string) string {
	for _, c := range columns {
		switch strings.ToLower(c) {
		case "x-edge-location", "x-edge-result-type":
			return SourceEdge
		case "sc-action", "cs-attackid":
			return SourceFirewall
		case "sc-filter-result", "s-hierarchy", "r-ip", "r-host":
			return SourceProxy
		}
	}
	return SourceAccess
}

// w3cDefaults are the columns of lines that no header precedes: those of IIS
// 10, 8 and 7 as installed, with the additions that are common.
var w3cDefaults = func() []*w3cHeader {
	const common = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
	const status = "sc-status sc-substatus sc-win32-status "
	var headers []*w3cHeader
	for _, names := range []string{
		common + "cs(Referer) " + status + "time-taken",
		common + status + "time-taken",
		common + "cs(Referer) " + status + "sc-bytes cs-bytes time-taken",
		common + "cs(Referer) " + status + "time-taken X-Forwarded-For",
		common + "cs(Referer) cs-host " + status + "sc-bytes cs-bytes time-taken",
		"date time s-sitename s-computername s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs-version cs(User-Agent) cs(Cookie) cs(Referer) cs-host " + status + "sc-bytes cs-bytes time-taken",
		"date time s-sitename s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) " + status,
		cloudFront,
	} {
		h := &w3cHeader{}
		h.name(strings.Fields(names))
		h.tabs = names == cloudFront
		headers = append(headers, h)
	}
	return headers
}()

// cloudFront are the columns of Amazon CloudFront's standard logs.
const cloudFront = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end"

// readW3C reads a line of a W3C log under the header in force.
func readW3C(r *row, line []byte) *record.Schema {
	if r.header == nil || r.header.commas || line[0] == '#' {
		return nil
	}
	return r.columns(r.header, line, false)
}

// readBareW3C reads a line of a W3C log that no header precedes.
func readBareW3C(r *row, line []byte) *record.Schema {
	if len(line) < 20 || line[4] != '-' || line[7] != '-' || line[10] != ' ' && line[10] != '\t' {
		return nil
	}
	for _, h := range w3cDefaults {
		if s := r.columns(h, line, true); s != nil {
			return s
		}
		r.values = r.values[:0]
	}
	return nil
}

// columns reads a line under a header. A strict reading is of exactly its
// columns with the method and the status where the header says.
func (r *row) columns(h *w3cHeader, line []byte, strict bool) *record.Schema {
	n := r.splitColumns(h, line)
	if n < h.columns || strict && n != h.columns {
		return nil
	}
	r.values = r.values[:h.columns]
	if strict && !(w3cMethod(r.values[h.method].Raw) && isStatus(r.values[h.status].Raw)) {
		return nil
	}
	if !r.w3cTime(h) || n > h.columns && h.date < 0 {
		return nil
	}
	if h.joined {
		r.put(r.join(r.values[h.stem].Raw, r.values[h.query].Raw))
	}
	return h.schema
}

// splitColumns adds the columns of a line and counts them.
func (r *row) splitColumns(h *w3cHeader, line []byte) (n int) {
	blank := byte(' ')
	if h.tabs || h.columns > 1 && bytes.IndexByte(line, '\t') > 0 && bytes.Count(line, []byte{'\t'}) >= h.columns-1 {
		blank = '\t'
	}
	limit := h.columns + maxColumns
	for len(line) > 0 && n < limit {
		n++
		if line[0] == '"' && blank == ' ' {
			text, rest := w3cQuoted(line)
			r.put(r.undoubled(text))
			line = bytes.TrimLeft(rest, " ")
			continue
		}
		end := bytes.IndexByte(line, blank)
		if end < 0 {
			r.put(line)
			return n
		}
		r.put(line[:end])
		line = line[end+1:]
		for blank == ' ' && len(line) > 0 && line[0] == ' ' {
			line = line[1:]
		}
	}
	return n
}

// w3cQuoted cuts a column in quotes; quotes in it are doubled.
func w3cQuoted(line []byte) (text, rest []byte) {
	for i := 1; i < len(line); i++ {
		if line[i] != '"' {
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			i++
			continue
		}
		return line[1:i], line[i+1:]
	}
	return line[1:], nil
}

// undoubled returns text with each pair of quotes made one.
func (r *row) undoubled(text []byte) []byte {
	if bytes.IndexByte(text, '"') < 0 {
		return text
	}
	r.room(len(text))
	start := len(r.scratch)
	for i := 0; i < len(text); i++ {
		r.scratch = append(r.scratch, text[i])
		if text[i] == '"' && i+1 < len(text) && text[i+1] == '"' {
			i++
		}
	}
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// w3cMethod reports whether b may be a method, or that of an FTP session.
func w3cMethod(b []byte) bool {
	for _, c := range b {
		if !methodByte[c] {
			return false
		}
	}
	return len(b) > 0
}

// join returns stem and query as one URI.
func (r *row) join(stem, query []byte) []byte {
	if len(query) == 0 || len(query) == 1 && query[0] == '-' {
		return stem
	}
	if query[0] == '?' {
		query = query[1:]
	}
	r.room(len(stem) + len(query) + 1)
	start := len(r.scratch)
	r.scratch = append(append(append(r.scratch, stem...), '?'), query...)
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

// w3cTime reads the time of the line at hand. W3C logs are in UTC.
func (r *row) w3cTime(h *w3cHeader) bool {
	if h.both >= 0 && h.date < 0 {
		at, _, ok := r.clock.iso8601(r.values[h.both].Raw)
		if !ok {
			at, ok = epoch(r.values[h.both].Raw)
		}
		r.at = at
		return ok
	}
	if h.clock < 0 || h.date < 0 {
		return true
	}
	date, clock := r.values[h.date].Raw, r.values[h.clock].Raw
	if len(date) != 10 || len(clock) < 8 {
		return false
	}
	var joined [19]byte
	copy(joined[:], date)
	joined[10] = ' '
	copy(joined[11:], clock)
	at, ok := r.clock.utc(joined[:])
	if ok && len(clock) > 9 && clock[8] == '.' {
		nanos, _ := fraction(clock[8:])
		at += nanos
	}
	r.at = at
	return ok
}
