package weblog

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"time"

	"seawall/internal/evidence"
	"seawall/record"
)

// formats is what all files share: rows not in use, and how lines are read.
type formats struct {
	zone    *time.Location
	given   []*pattern // of directives
	layouts *layouts
	forms   forms
	idle    sync.Pool // of *row
}

func (s *formats) row() *row {
	if r, ok := s.idle.Get().(*row); ok {
		return r
	}
	return &row{formats: s, forms: map[string]*form{}, clock: clock{zone: s.zone}, layouts: layoutCache{shared: s.layouts, known: map[string]*jsonLayout{}}}
}

// file decodes one file.
type file struct {
	formats *formats
	path    string
	lines   splitter
	likely  []reading // what the head of the file showed, most frequent first

	mu      sync.Mutex
	headers map[string]*w3cHeader // by #Fields line
	unread  findings
}

// findings counts lines that could not be read.
type findings struct {
	lines  uint64
	offset int64 // of the first
	line   uint64
	long   bool // some were pieces of too long a line
}

func (f *findings) add(o findings) {
	if o.lines == 0 {
		return
	}
	if f.lines == 0 || o.offset < f.offset {
		f.offset, f.line = o.offset, o.line
	}
	f.lines += o.lines
	f.long = f.long || o.long
}

func (s *formats) open(e *evidence.File, head []byte) (evidence.Decoder, error) {
	f := &file{formats: s, path: e.Path, lines: newSplitter(head), headers: map[string]*w3cHeader{}}
	r := s.row()
	f.likely = r.likely(f, head)
	s.giveBack(r)
	return f, nil
}

func (s *formats) giveBack(r *row) {
	r.file, r.sink, r.header, r.unread = nil, nil, nil, findings{}
	r.record = record.Record{}
	if cap(r.scratch) > maxIdleScratch {
		r.scratch = nil
	}
	s.idle.Put(r)
}

// Scratch grown for a very long line is not kept.
const maxIdleScratch = 1 << 20

// lastHeader returns the last #Fields line of data, if there is one, else the
// one before: what the blocks behind depend on.
func lastHeader(before, data []byte) []byte {
	s := splitter{end: '\n', wide: width(data)}
	mark := s.widen(fieldsDirective)
	var found []int
	for at := 0; ; at += len(mark) { // forwards: the standard library does that much faster than backwards
		i := bytes.Index(data[at:], mark)
		if i < 0 {
			break
		}
		at += i
		found = append(found, at)
	}
	for _, i := range slices.Backward(found) {
		if i > len(byteOrderMark) && !s.ends(data[:i]) {
			continue
		}
		line := bytes.Clone(s.first(data[i:]))
		if parseHeader(line) != nil {
			return line
		}
	}
	if before == nil {
		first := s.firstContent(data)
		if parseCommas(first) != nil {
			return bytes.Clone(first)
		}
	}
	return before
}

// Files are read with at most this many different headers.
const maxHeaders = 4096

// header returns what a #Fields line says; the same for the same line.
func (f *file) header(line []byte) *w3cHeader {
	if len(line) == 0 {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	h, ok := f.headers[string(line)]
	if !ok {
		h = parseHeader(line)
		if len(f.headers) < maxHeaders {
			f.headers[string(line)] = h
		}
	}
	return h
}

// Decode reads the lines of a block.
func (f *file) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.formats.row()
	r.file, r.sink, r.header = f, sink, f.header(b.Header)
	r.record.Origin.Path = f.path
	s := f.lines.lines(b)
	for s.next() {
		r.line(&s)
	}
	if r.unread.lines > 0 {
		f.mu.Lock()
		f.unread.add(r.unread)
		f.mu.Unlock()
	}
	f.formats.giveBack(r)
}

// Close says how many lines could not be read.
func (f *file) Close(sink evidence.Sink) {
	if f.unread.lines == 0 {
		return
	}
	what := fmt.Sprintf("here and below, %d lines follow no known format of web logs; they are searched as they are", f.unread.lines)
	if f.unread.long {
		what += fmt.Sprintf(", those of more than %d MiB in pieces", maxPiece>>20)
	}
	sink.Problem(evidence.Problem{Path: f.path, Offset: f.unread.offset, Line: f.unread.line, What: what})
}

// line reads one line and yields it.
func (r *row) line(s *lineScanner) {
	line := s.text
	for len(line) > 0 && (line[len(line)-1] == '\r' || line[len(line)-1] == 0) {
		line = line[:len(line)-1]
	}
	lead := 0
	for lead < len(line) && (line[lead] == 0 || line[lead] == '\r') { // where a crash left a hole
		lead++
	}
	if line = line[lead:]; len(line) == 0 || line[0] <= ' ' && len(bytes.TrimSpace(line)) == 0 {
		return
	}
	rec := &r.record
	if (line[0] == '#' || columnTitle(line)) && r.directive(line) {
		return
	}
	rec.Schema = r.read(line)
	if rec.Schema == nil {
		r.unread.add(findings{1, s.offset, s.number, s.length >= maxPiece})
		r.reset(line)
		r.put(line)
		rec.Schema = unparsedSchema
	}
	if r.at == 0 {
		r.at = r.outer
	}
	rec.Values, rec.Time, rec.Raw = r.values, r.at, line
	rec.Origin.Offset, rec.Origin.Length, rec.Origin.Number = s.offset, s.length, s.number
	if s.wide == 0 {
		rec.Origin.Offset, rec.Origin.Length = s.offset+int64(lead), len(line)
	}
	r.sink.Record(rec)
}

// fieldsDirective begins a header.
const fieldsDirective = "#Fields:"

// directives begin the lines that are about the log itself.
var directives = []string{fieldsDirective, "#Software:", "#Version:", "#Date:", "#Start-Date:", "#End-Date:", "#Remark:", "#Log-type:", "#GMT-Offset:", "#TYPE "}

// directive takes a line about the log itself.
func (r *row) directive(line []byte) bool {
	for i, d := range directives {
		if _, ok := cutDirective(line, d); ok {
			if i == 0 {
				if h := r.file.header(line); h != nil {
					r.header = h
				}
			}
			return true
		}
	}
	if columnTitle(line) {
		if h := r.file.header(line); h != nil {
			r.header = h
			return true
		}
		return false
	}
	return r.header != nil && len(line) > 1 && line[1] == ' ' // a remark
}
