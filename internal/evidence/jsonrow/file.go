package jsonrow

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonscan"
	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// Log says how a file of JSON rows, one per line, is read.
type Log struct {
	// Source returns the source of the log that a row belongs to; "" for rows
	// that are of no log known.
	Source func(line []byte) string
	// Time returns the time of a row, from the value of the field TimeField.
	Time      func(text []byte) (ns int64, ok bool)
	TimeField string // alternatives are separated by blanks
	Catalog   *openrow.Catalog

	idle sync.Pool // of *lineReader
}

// Open prepares the decoding of one file.
func (l *Log) Open(file *evidence.File, _ []byte) (evidence.Decoder, error) {
	return &lines{log: l, path: file.Path}, nil
}

// lines decodes one file.
type lines struct {
	log  *Log
	path string

	mu    sync.Mutex
	bad   int64
	first uint64 // number of the first bad line
	cut   uint64 // number of the last line if the file ends within it
}

type lineReader struct {
	rows   *Reader
	rec    record.Record
	schema *record.Schema // of the last row
	time   int            // its slot of the time, -1 if there is none
}

func (l *Log) reader() *lineReader {
	if r, ok := l.idle.Get().(*lineReader); ok {
		return r
	}
	return &lineReader{rows: NewReader(l.Catalog)}
}

// Decode reads the rows of one block.
func (f *lines) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.log.reader()
	defer f.log.idle.Put(r)
	r.rec = record.Record{Origin: record.Origin{Path: f.path}}
	data, offset, number := b.Data, b.Offset, b.Line
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		next := end + 1
		if end < 0 {
			end, next = len(data), len(data)
		}
		line := data[:end]
		start := bytes.IndexByte(line, '{')
		switch {
		case start >= 0:
			r.rec.Origin.Offset, r.rec.Origin.Number = offset+int64(start), number
			if err := f.row(r, line[start:], sink); err != nil {
				f.damage(number, b.Last && end == len(data) && errors.Is(err, ErrShort))
			}
		case !blank(line):
			f.damage(number, false)
		}
		data, offset, number = data[next:], offset+int64(next), number+1
	}
}

func (f *lines) row(r *lineReader, line []byte, sink evidence.Sink) error {
	source := f.log.Source(line)
	if source == "" {
		if _, err := jsonscan.Skip(line); err != nil {
			return ErrShort // it might have been told further on
		}
		return ErrSyntax
	}
	schema, values, n, err := r.rows.Row(line, source)
	if err != nil {
		return err
	}
	if schema != r.schema {
		r.schema, r.time = schema, slotOf(schema, f.log.TimeField)
	}
	rec := &r.rec
	rec.Schema, rec.Values, rec.Raw, rec.Origin.Length, rec.Time = schema, values, line[:n], n, 0
	if r.time >= 0 {
		rec.Time, _ = f.log.Time(values[r.time].Raw)
	}
	sink.Record(rec)
	if !blank(line[n:]) {
		return fmt.Errorf("%w behind the object", ErrSyntax)
	}
	return nil
}

func slotOf(s *record.Schema, names string) int {
	for _, name := range bytes.Fields([]byte(names)) {
		if slots := s.Lookup(string(name)); len(slots) > 0 {
			return slots[0]
		}
	}
	return -1
}

// blank reports whether a line holds nothing but the brackets of a list.
func blank(line []byte) bool {
	return len(bytes.Trim(line, "[], \t\r\x00\xef\xbb\xbf")) == 0
}

func (f *lines) damage(line uint64, cut bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if cut {
		f.cut = line
		return
	}
	if f.bad++; f.first == 0 || line < f.first {
		f.first = line
	}
}

// Close says what could not be read.
func (f *lines) Close(sink evidence.Sink) {
	if f.bad > 0 {
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, Line: f.first, Lost: true, What: fmt.Sprintf("here and below, %d lines are no JSON objects of this log", f.bad)})
	}
	if f.cut > 0 {
		// That a log was still being written costs nothing but its last line.
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, Line: f.cut, What: "the file ends within this line; all before it was read"})
	}
}

// First returns the object in the first line of a file, ready to look up its
// keys; ok is false if there is none.
func First(head []byte) (rec record.Record, ok bool) {
	line := bytes.TrimLeft(head, "[, \t\r\n\x00\xef\xbb\xbf")
	if len(line) == 0 || line[0] != '{' {
		return rec, false
	}
	// Recognition is no hot path: a reader for one look.
	schema, values, _, err := NewReader(openrow.NewCatalog("")).Row(line, "")
	if err != nil {
		return rec, false
	}
	return record.Record{Schema: schema, Values: values}, true
}

// Key returns the text of the first string with the given key in a row, without
// reading the rest of it. key comes in its quotes.
func Key(line []byte, key string) []byte {
	i := bytes.Index(line, []byte(key))
	if i < 0 {
		return nil
	}
	i += len(key)
	for i < len(line) && (line[i] == ' ' || line[i] == ':') {
		i++
	}
	if i >= len(line) || line[i] != '"' {
		return nil
	}
	rest := line[i+1:]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		return nil
	}
	return rest[:end]
}
