package weblog

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonscan"
)

// Exports in JSON that do not keep to lines: arrays of requests, arrays in an
// object ("records", "Items", "value"), and objects over several lines.

// arrayNames are what exporters call the array.
var arrayNames = []string{"records", "Records", "value", "items", "Items", "data", "result", "results", "logs", "events", "entries", "rows"}

// wrapperLength returns the length of what stands before the first object of an
// array in an object, `{"records": [`; 0 if data begins otherwise.
func wrapperLength(data []byte) int {
	i := skipSpace(data, 0)
	if i >= len(data) || data[i] != '{' {
		return 0
	}
	i = skipSpace(data, i+1)
	if i >= len(data) || data[i] != '"' {
		return 0
	}
	n := bytes.IndexByte(data[i+1:], '"')
	if n < 0 || !slices.Contains(arrayNames, string(data[i+1:i+1+n])) {
		return 0
	}
	i = skipSpace(data, i+n+2)
	if i >= len(data) || data[i] != ':' {
		return 0
	}
	i = skipSpace(data, i+1)
	if i >= len(data) || data[i] != '[' {
		return 0
	}
	if next := skipSpace(data, i+1); next >= len(data) || data[next] != '{' {
		return 0
	}
	return i + 1
}

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\t' || data[i] == '\r' || data[i] == '\n') {
		i++
	}
	return i
}

// nextObject finds the first object in data at or behind at; size is 0 if it is
// not whole, and start -1 if there is none.
func nextObject(data []byte, at int) (start, size int) {
	if at == 0 {
		at = wrapperLength(data)
	}
	n := bytes.IndexByte(data[at:], '{')
	if n < 0 {
		return -1, 0
	}
	start = at + n
	size, err := jsonscan.Skip(data[start:])
	if err != nil {
		return start, 0
	}
	return start, size
}

// cutObjects cuts behind the last whole object.
func cutObjects(data []byte, last bool) int {
	if last {
		return len(data)
	}
	for cut := 0; ; {
		start, size := nextObject(data, cut)
		if size == 0 {
			return cut
		}
		cut = start + size
	}
}

// matchArray recognises exports whose first objects are requests. Objects on
// lines of their own are left to the format of lines.
func (s *formats) matchArray(head []byte, _ string) bool {
	first := skipSpace(head, 0)
	if first >= len(head) || head[first] != '[' && head[first] != '{' {
		return false
	}
	r := s.row()
	defer s.giveBack(r)
	objects, read := 0, 0
	for at := 0; objects < firstLines; {
		start, size := nextObject(head, at)
		if size == 0 {
			break
		}
		objects++
		r.reset(head[start : start+size])
		if readJSONRequest(r, head[start:start+size]) != nil {
			read++
		}
		at = start + size
	}
	return read > 0 && 2*read >= objects
}

// arrayFile decodes one export.
type arrayFile struct {
	formats *formats
	path    string

	mu     sync.Mutex
	unread findings
}

func (s *formats) openArray(e *evidence.File, _ []byte) (evidence.Decoder, error) {
	return &arrayFile{formats: s, path: e.Path}, nil
}

// Decode reads the objects of a block.
func (f *arrayFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.formats.row()
	r.sink, r.record.Origin.Path = sink, f.path
	line, counted := b.Line, 0
	for at := 0; ; {
		start, size := nextObject(b.Data, at)
		if start < 0 {
			break
		}
		whole := size > 0
		if !whole {
			size = len(b.Data) - start
		}
		raw := b.Data[start : start+size]
		line += uint64(bytes.Count(b.Data[counted:start], []byte{'\n'}))
		counted = start
		r.reset(raw)
		s := readJSON(r, raw)
		if s == nil {
			r.reset(raw)
			r.put(raw)
			s = unparsedSchema
			r.unread.add(findings{lines: 1, offset: b.Offset + int64(start), line: line})
		}
		r.yield(s, b, start, raw, line)
		at = start + size
	}
	if r.unread.lines > 0 {
		f.mu.Lock()
		f.unread.add(r.unread)
		f.mu.Unlock()
	}
	f.formats.giveBack(r)
}

// Close says how much could not be read.
func (f *arrayFile) Close(sink evidence.Sink) {
	if f.unread.lines > 0 {
		sink.Problem(evidence.Problem{
			Path: f.path, Offset: f.unread.offset, Line: f.unread.line,
			What: fmt.Sprintf("here and below, %d objects are no requests; they are searched as they are", f.unread.lines),
		})
	}
}
