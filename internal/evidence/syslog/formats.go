// Package syslog reads messages that devices and hosts send to a log server:
// RFC 3164 and RFC 5424, what vendors made of them, and CEF and LEEF inside
// them. Who wrote a message is told by its content, and of many vendors what it
// says of connections, lookups and logins. The source of a record is vendor and
// product, "cisco asa".
package syslog

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"seawall/internal/evidence"
	"seawall/internal/evidence/atom"
	"seawall/internal/evidence/jsonscan"
	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// copiedLater is how long after all other evidence a file must have been
// changed for that to be when it was copied.
const copiedLater = int64(180 * 24 * time.Hour)

// Formats is the table of formats that hold messages. zone is that of times
// without one. Messages that name no year are dated by when their file was
// changed, or, if it says nothing of that or was copied without, by latest, the
// time of the latest evidence.
func Formats(zone *time.Location, latest func() time.Time) []evidence.Format {
	s := &shared{zone: zone, latest: latest, network: openrow.NewCatalog(record.KindNetwork), system: openrow.NewCatalog(record.KindSystem)}
	s.network.Group = groupOf
	s.idle.New = func() any { return newReader(s.network, s.system) }
	return []evidence.Format{
		{
			ID: "dns-debug", Title: "Debug log of Microsoft's DNS server",
			Notes: "who asked for what; dates as the server's country writes them",
			Match: matchDebug, Cut: evidence.CutLines, Open: s.open(debug),
		},
		{
			ID: "syslog", Title: "Syslog of firewalls, network devices, gateways and hosts",
			Notes: "RFC 3164 and 5424, CEF and LEEF; messages of other products are kept as text; years that are not said are taken from when the file was changed, or from the other evidence if that was long after",
			Match: func(head []byte, _ string) bool { return matchLines(head) }, Cut: evidence.CutLines, Open: s.open(plain),
		},
		{
			ID: "syslog-json", Title: "Syslog inside JSON (rsyslog, Filebeat, Splunk and others)",
			Notes: "objects, one per line, that hold the message as it came in message, _raw, raw or event.original",
			Match: func(head []byte, _ string) bool { return matchWrapped(head) }, Cut: evidence.CutLines, Open: s.open(wrapped),
		},
		{
			ID: "sql-errorlog", Title: "Error log of Microsoft SQL Server",
			Notes: "who logged in from where, or was refused; other lines are kept as text",
			Match: matchErrorLog, Cut: evidence.CutLines, Open: s.open(errorLog),
		},
	}
}

// shared is what the files of a scan share.
type shared struct {
	zone            *time.Location
	latest          func() time.Time
	network, system *openrow.Catalog
	idle            sync.Pool // of *reader
}

// lineForm is how messages stand in lines.
type lineForm uint8

const (
	plain    lineForm = iota
	wrapped           // in JSON objects
	debug             // with lines between them that explain the log
	errorLog          // as SQL Server writes them
)

func (s *shared) open(form lineForm) func(*evidence.File, []byte) (evidence.Decoder, error) {
	return func(file *evidence.File, _ []byte) (evidence.Decoder, error) {
		reference, latest := file.Modified, s.latest().UnixNano()
		if reference == 0 || reference > latest+copiedLater {
			reference = latest
		}
		return &logFile{shared: s, path: file.Path, form: form, calendar: calendar{zone: s.zone, reference: reference}}, nil
	}
}

// logFile decodes one file.
type logFile struct {
	*shared
	path     string
	form     lineForm
	calendar calendar

	mu                 sync.Mutex
	bad                int64
	first              uint64
	yearless, zoneless bool
}

// Decode reads the messages of one block.
func (f *logFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.idle.Get().(*reader)
	defer f.idle.Put(r)
	r.calendar, r.yearless, r.zoneless = f.calendar, false, false
	r.event = auditEvent{}
	clear(r.images) // readers are reused, and what a block tells must not depend on the one before
	r.rec = record.Record{Origin: record.Origin{Path: f.path}}
	data, offset, number := b.Data, b.Offset, b.Line
	bad, first := int64(0), uint64(0)
	for len(data) > 0 {
		skip, line, next := unit(data)
		lines := uint64(bytes.Count(data[:next], []byte{'\n'}))
		if len(bytes.TrimSpace(line)) > 0 {
			o := &r.rec.Origin
			o.Offset, o.Number, o.Length = offset+int64(skip), number, len(line)
			r.rec.Raw = line
			if !f.line(r, line, sink) {
				if bad++; first == 0 {
					first = number
				}
			}
		}
		data, offset, number = data[next:], offset+int64(next), number+lines
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.yearless, f.zoneless = f.yearless || r.yearless, f.zoneless || r.zoneless
	if f.bad += bad; first > 0 && (f.first == 0 || first < f.first) {
		f.first = first
	}
}

// unit returns where the message that data begins with stands, and where the
// next begins: a line, or as many bytes as an octet count before it says
// (RFC 6587 section 3.4.1).
func unit(data []byte) (skip int, line []byte, next int) {
	digitsEnd := 0
	for digitsEnd < len(data) && digitsEnd < 6 && data[digitsEnd] >= '0' && data[digitsEnd] <= '9' {
		digitsEnd++
	}
	if digitsEnd > 0 && digitsEnd+1 < len(data) && data[digitsEnd] == ' ' && data[digitsEnd+1] == '<' {
		if n, ok := atom.Uint(data[:digitsEnd]); ok && n > 4 {
			skip = digitsEnd + 1
			if end := skip + int(n); end <= len(data) {
				next = end
				for next < len(data) && (data[next] == '\n' || data[next] == '\r') {
					next++
				}
				return skip, bytes.TrimRight(data[skip:end], "\r\n"), next
			}
		}
	}
	end := bytes.IndexByte(data, '\n')
	next = end + 1
	if end < 0 {
		end, next = len(data), len(data)
	}
	return skip, bytes.TrimRight(data[min(skip, end):end], "\r"), next
}

func (f *logFile) line(r *reader, line []byte, sink evidence.Sink) bool {
	switch f.form {
	case errorLog:
		r.errorLog(line, sink)
		return true
	case wrapped:
		message := inner(line)
		if message == nil {
			return false
		}
		if bytes.IndexByte(message, '\\') >= 0 {
			// A buffer of its own: reading the message uses the reader's.
			message = jsonscan.AppendString(make([]byte, 0, len(message)), message)
		}
		return r.message(bytes.TrimRight(message, "\r\n"), sink)
	}
	return r.message(line, sink) || f.form == debug
}

// keys are those under which collectors keep the message as it came.
var wrappingKeys = []string{`"original"`, `"_raw"`, `"raw"`, `"message"`, `"rawmsg"`, `"msg"`}

// inner returns the message in a JSON object, as it is written there.
func inner(line []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimLeft(line, " \t["), []byte("{")) {
		return nil
	}
	for _, key := range wrappingKeys {
		i := bytes.Index(line, []byte(key))
		if i < 0 {
			continue
		}
		rest := bytes.TrimLeft(line[i+len(key):], " :")
		if len(rest) == 0 || rest[0] != '"' {
			continue
		}
		for end := 1; end < len(rest); end++ {
			if rest[end] == '\\' {
				end++
			} else if rest[end] == '"' {
				return rest[1:end]
			}
		}
	}
	return nil
}

// Close says what was assumed, and what is no message.
func (f *logFile) Close(sink evidence.Sink) {
	say := func(what string, line uint64, lost bool) {
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, Line: line, What: what, Lost: lost})
	}
	if f.yearless || f.zoneless {
		what := "times do not say their "
		switch {
		case f.yearless && f.zoneless:
			what += "year and zone"
		case f.yearless:
			what += "year"
		default:
			what += "zone"
		}
		what += "; taken as "
		if f.zoneless {
			if f.zone == nil {
				what += "UTC"
			} else {
				what += f.zone.String()
			}
		}
		if f.yearless {
			what += " in the year up to " + time.Unix(0, f.calendar.reference).UTC().Format(time.DateOnly) + ", when the file was last changed, or the latest evidence tells of"
		}
		say(what, 0, false)
	}
	if f.bad > 0 {
		say(fmt.Sprintf("here and below, %d lines are no messages", f.bad), f.first, true)
	}
}
