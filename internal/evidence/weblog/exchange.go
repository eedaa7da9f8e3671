package weblog

import (
	"bytes"
	"strings"

	"seawall/record"
)

// Logs of Microsoft Exchange: comma-separated, with a #Fields line, or as
// PowerShell's Export-Csv writes them.

// exchangeTitles begin the header line of Exchange's logs.
var exchangeTitles = []string{"datetime,", "date-time,", "timestamp,", `"datetime",`, `"date-time",`, `"timestamp",`}

// columnTitle reports whether a line may be such a header.
func columnTitle(line []byte) bool {
	if len(line) < 16 || line[0] != 'D' && line[0] != 'd' && line[0] != 'T' && line[0] != 't' && line[0] != '"' {
		return false
	}
	for _, title := range exchangeTitles {
		if _, ok := cutDirective(line, title); ok {
			return true
		}
	}
	return false
}

// exchangeSources tell the log by a column.
var exchangeSources = []struct{ column, source string }{
	{"urlstem", SourceHTTPProxy}, {"recipient-address", SourceMailTracking}, {"cmdlet", SourcePowerShell}, {"cmdletname", SourcePowerShell},
	{"genericinfo", SourceECP}, {"genericerrors", SourceECP},
}

// parseCommas reads a header with commas; nil if it is none of Exchange.
func parseCommas(line []byte) *w3cHeader {
	if len(line) > maxHeaderLine {
		return nil
	}
	names, directive := cutDirective(line, fieldsDirective)
	if !directive {
		names = line
	}
	names = bytes.TrimLeft(names, " ")
	if !columnTitle(names) {
		return nil
	}
	var columns []string
	source := ""
	for name := range bytes.SplitSeq(names, []byte{','}) {
		columns = append(columns, string(bytes.Trim(name, "\" \r")))
	}
	for _, s := range exchangeSources {
		for _, c := range columns {
			if source == "" && strings.EqualFold(c, s.column) {
				source = s.source
			}
		}
	}
	if source == "" && directive {
		source = SourceExchange
	}
	if source == "" || len(columns) > maxColumns {
		return nil
	}
	h := &w3cHeader{commas: true}
	h.name(columns)
	h.joined = false
	h.schema = schema(source, columns)
	return h
}

// readExchange reads a row under the header in force.
func readExchange(r *row, line []byte) *record.Schema {
	h := r.header
	if h == nil || !h.commas || !r.splitCommas(line, h.columns) || len(r.values) != h.columns {
		return nil
	}
	if h.both >= 0 {
		at, rest, ok := r.clock.iso8601(r.values[h.both].Raw)
		if !ok || len(rest) > 0 {
			return nil
		}
		r.at = at
	}
	return h.schema
}

// splitCommas adds the columns of a row; it reports whether there are at most
// so many.
func (r *row) splitCommas(line []byte, most int) bool {
	for n := 0; n < most; n++ {
		if len(line) > 0 && line[0] == '"' {
			text, rest := w3cQuoted(line)
			r.put(r.undoubled(text))
			if len(rest) == 0 {
				return true
			}
			if rest[0] != ',' {
				return false
			}
			line = rest[1:]
			continue
		}
		end := bytes.IndexByte(line, ',')
		if end < 0 {
			r.put(line)
			return true
		}
		r.put(line[:end])
		line = line[end+1:]
	}
	return false
}

// commandSchema is that of commands in the log of Exchange's control panel.
var commandSchema = schema(SourceECP, []string{"date-time", "x-command", "x-parameters", "x-error", "message"})

// readCommand reads a line that says which cmdlet the control panel ran:
//
//	2021-03-03T02:11:09.182Z,...,'S:CMD=Set-OabVirtualDirectory.ExternalUrl=''http://f/''...;S:EX='
func readCommand(r *row, line []byte) *record.Schema {
	i := bytes.Index(line, []byte("S:CMD="))
	if i < 20 || line[4] != '-' {
		return nil
	}
	at, _, ok := r.clock.iso8601(bytes.TrimLeft(line, `"`))
	if !ok {
		return nil
	}
	r.at = at
	comma := bytes.IndexByte(line, ',')
	if comma < 0 {
		return nil
	}
	command := line[i+len("S:CMD="):]
	rest := command
	if end := commandEnd(command); end >= 0 {
		command, rest = command[:end], command[end:]
	} else {
		rest = nil
	}
	name, parameters, _ := bytes.Cut(command, []byte{'.'})
	r.put(line[:comma])
	r.put(name)
	r.put(r.unsingled(parameters))
	if e := bytes.Index(rest, []byte("S:EX=")); e >= 0 {
		failure := bytes.TrimRight(rest[e+len("S:EX="):], `';",`)
		r.put(failure)
	} else {
		r.none(1)
	}
	r.put(line)
	return commandSchema
}

// commandEnd returns the index of the semicolon that ends a command: one that
// is not in quotes. Quotes are two single quotes.
func commandEnd(b []byte) int {
	inside := false
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == '\'' && i+1 < len(b) && b[i+1] == '\'':
			inside = !inside
			i++
		case b[i] == ';' && !inside:
			return i
		}
	}
	return -1
}

// unsingled returns text with each pair of single quotes made one.
func (r *row) unsingled(text []byte) []byte {
	if !bytes.Contains(text, []byte("''")) {
		return text
	}
	r.room(len(text))
	start := len(r.scratch)
	for i := 0; i < len(text); i++ {
		r.scratch = append(r.scratch, text[i])
		if text[i] == '\'' && i+1 < len(text) && text[i+1] == '\'' {
			i++
		}
	}
	return r.scratch[start:len(r.scratch):len(r.scratch)]
}

var oabSchema = schema(SourceOAB, []string{"date-time", "message", "x-path"})

// readOAB reads the address book generator's line about a file that should not
// be there.
func readOAB(r *row, line []byte) *record.Schema {
	i := bytes.Index(line, []byte("Download failed and temporary file '"))
	if i < 0 {
		return nil
	}
	path := line[i+len("Download failed and temporary file '"):]
	if end := bytes.IndexByte(path, '\''); end >= 0 {
		path = path[:end]
	}
	if at, _, ok := r.clock.iso8601(line); ok {
		r.at = at
		r.put(line[:19])
	} else {
		r.none(1)
	}
	r.put(line)
	r.put(path)
	return oabSchema
}
