package winevent

import (
	"bytes"
	"errors"
	"path"
	"strings"

	"seawall/internal/evidence"
)

// csvFile is the part of a CSV file that all its blocks need: the header.
type csvFile struct {
	header  []byte // the line, part of the signature of its rows
	targets []target
	skip    int // bytes before the first row

	// Event Viewer leaves the channel out: it follows from the provider, or
	// from the name of the file.
	provider, id int // columns; -1 if the channel is a column
	channel      []byte
}

// csvColumns are the fields that columns of PowerShell's Export-Csv are.
var csvColumns = map[string]string{
	"id": "EventID", "eventid": "EventID", "event id": "EventID", "version": "Version", "qualifiers": "Qualifiers", "level": "Level", "task": "Task", "opcode": "Opcode",
	"keywords": "Keywords", "recordid": "EventRecordID", "providername": "Provider_Name", "source": "Provider_Name", "providerid": "Provider_Guid",
	"logname": "Channel", "log": "Channel", "channel": "Channel", "processid": "Execution_ProcessID", "threadid": "Execution_ThreadID", "machinename": "Computer", "computer": "Computer",
	"userid": "Security_UserID", "timecreated": "TimeCreated", "date and time": "TimeCreated", "activityid": "Correlation_ActivityID", "task category": "Task",
}

// parseCSVHeader reads the header of a table of events; nil if it is none.
// name is that of the file, for the channel.
func parseCSVHeader(head []byte, name string) *csvFile {
	f := &csvFile{provider: -1, id: -1}
	rest := head
	if bytes.HasPrefix(rest, []byte("#TYPE ")) {
		rest = rest[nextLine(rest, 0):]
	}
	if len(rest) == 0 || bytes.IndexByte([]byte("{[<"), rest[0]) >= 0 { // JSON and XML have commas, too
		return nil
	}
	var columns []value
	n := splitRow(rest, &columns)
	f.header = rest[:n]
	f.skip = len(head) - len(rest) + n
	var titles []string
	for _, c := range columns {
		titles = append(titles, strings.ToLower(strings.TrimSpace(string(unquoted(c)))))
	}
	if f.named(titles) || f.positional(titles, rest[n:], name) {
		return f
	}
	return nil
}

// named reads columns by their titles.
func (f *csvFile) named(titles []string) bool {
	for _, title := range titles {
		t := target{}
		if field, ok := csvColumns[title]; ok {
			t = headerField(field)
		} else if title == "message" {
			t.role = message
		}
		f.targets = append(f.targets, t)
	}
	f.targets = onlyOne(f.targets)
	return isEvent(f.targets) && hasRole(f.targets, message)
}

func hasRole(targets []target, r role) bool {
	for _, t := range targets {
		if t.role == r {
			return true
		}
	}
	return false
}

// positional reads the export of Event Viewer, whose titles are in the
// language of the system: level or keywords, time, source, event id, task
// category, and the message, which has no title. The first row must agree.
func (f *csvFile) positional(titles []string, rows []byte, name string) bool {
	var first []value
	splitRow(rows, &first)
	if len(titles) != 5 || len(first) < 5 || len(first) > 6 {
		return false
	}
	_, isTime := parseTime(unquoted(first[1]))
	_, isID := parseNumber(unquoted(first[3]))
	if !isTime || !isID || len(unquoted(first[2])) == 0 {
		return false
	}
	f.targets = []target{
		headerField("Level"), headerField("TimeCreated"), headerField("Provider_Name"), headerField("EventID"), headerField("Task"),
		{role: message}, headerField("Channel"),
	}
	if titles[0] == "keywords" {
		f.targets[0] = headerField("Keywords")
	}
	f.provider, f.id = 2, 3
	base := strings.TrimSuffix(path.Base(strings.ReplaceAll(name, "\\", "/")), ".csv")
	f.channel = []byte(strings.ReplaceAll(base, "%4", "/"))
	return true
}

// splitRow splits the row that data begins with into columns and returns its
// length with the line end. Quotes in quotes are doubled.
func splitRow(data []byte, columns *[]value) int {
	for i := 0; i <= len(data); {
		if i < len(data) && data[i] == '"' {
			end := quotedEnd(data, i+1)
			*columns = append(*columns, value{data[i+1 : end], csvQuoted})
			i = min(end+1, len(data))
			for i < len(data) && data[i] != ',' && data[i] != '\n' {
				i++ // what follows a closing quote is no CSV
			}
		} else {
			start := i
			for i < len(data) && data[i] != ',' && data[i] != '\n' {
				i++
			}
			*columns = append(*columns, value{bytes.TrimSuffix(data[start:i], []byte("\r")), verbatim})
		}
		if i >= len(data) {
			return len(data)
		}
		i++
		if data[i-1] == '\n' {
			return i
		}
	}
	return len(data)
}

// quotedEnd returns the index of the quote that ends the column beginning at i,
// or of the end of data.
func quotedEnd(data []byte, i int) int {
	for {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return len(data)
		}
		i += n
		if i+1 >= len(data) || data[i+1] != '"' {
			return i
		}
		i += 2
	}
}

// unquoted returns the text of a column.
func unquoted(v value) []byte {
	if v.form == csvQuoted {
		return appendUnquoted(nil, v.raw)
	}
	return v.raw
}

// appendUnquoted appends raw with each pair of quotes made one.
func appendUnquoted(dst, raw []byte) []byte {
	for {
		i := bytes.IndexByte(raw, '"')
		if i < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:i+1]...)
		raw = bytes.TrimPrefix(raw[i+1:], []byte{'"'})
	}
}

// read reads the rows of a block.
func (f *csvFile) read(r *rows) {
	data := r.text.data
	at := 0
	if r.text.block.Offset == 0 {
		at = min(f.skip, len(data))
	}
	for at < len(data) {
		r.values = r.values[:0]
		n := splitRow(data[at:], &r.values)
		line := bytes.TrimRight(data[at:at+n], "\r\n")
		switch {
		case len(line) == 0:
		case n > maxDocument:
			r.lost(at, "one row is too long to be read")
		default:
			r.row(f, at, len(line))
		}
		at += n
	}
}

// row yields one row.
func (r *rows) row(f *csvFile, at, length int) {
	r.scratch = r.scratch[:0]
	r.room(2*length + 512)
	want := len(f.targets)
	if f.provider >= 0 {
		want-- // the channel is no column
	}
	if len(r.values) > want || len(r.values) < want-1 {
		r.lost(at, "a row has another number of columns than the header")
		return
	}
	for len(r.values) < want { // a row without a message
		r.values = append(r.values, value{form: absent})
	}
	if f.provider >= 0 {
		channel := channelOf(r.values[f.provider].raw, r.values[f.id].raw)
		if channel == nil {
			channel = f.channel
		}
		r.values = append(r.values, value{raw: channel})
	}
	r.signature = append(append(r.signature[:0], signedCSV), f.header...)
	r.csv = f
	r.document(at, length, r.learnCSV)
}

// learnCSV makes the layout of the rows of the file.
func (r *rows) learnCSV([]string) *layout { return newLayout(r.csv.targets) }

// cutCSV cuts behind the last line end that is not in quotes.
func cutCSV(data []byte, last bool) int {
	if last {
		return len(data)
	}
	e := guessEncoding(data)
	quoted, cut, width := false, 0, len(widen("\n", e))
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			quoted = !quoted
		case '\n':
			if end := i + width; !quoted && e != utf16BE && end <= len(data) {
				cut = end
			} else if !quoted && e == utf16BE {
				cut = i + 1
			}
		}
	}
	return cut
}

func matchCSV(head []byte, name string) bool {
	head = csvHead(head)
	first := head[:min(len(head), 4<<10)]
	if i := bytes.IndexByte(first, '\n'); i >= 0 {
		first = first[:i]
	}
	if bytes.IndexByte(first, ',') < 0 && !bytes.HasPrefix(first, []byte("#TYPE ")) || bytes.IndexByte(first, 0) >= 0 {
		return false
	}
	return parseCSVHeader(head, name) != nil
}

// csvHead returns the first bytes of a file as UTF-8 without a byte order mark.
func csvHead(head []byte) []byte {
	if e := guessEncoding(head); e != utf8Text {
		head = decodeUTF16(nil, head, e)
	}
	return bytes.TrimPrefix(head, byteOrderMark)
}

var errNoHeader = errors.New("the first lines are no longer those of a table of events")

// openCSV opens a file of rows.
func (s *textFormats) openCSV(file *evidence.File, head []byte) (evidence.Decoder, error) {
	f := parseCSVHeader(csvHead(head), file.Path)
	if f == nil {
		return nil, errNoHeader
	}
	return &textFile{formats: s, path: file.Path, read: f.read, zone: s.zone}, nil
}
