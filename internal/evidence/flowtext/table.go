package flowtext

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"seawall/internal/evidence"
	"seawall/record"
)

// tableFile decodes one table.
type tableFile struct {
	dialect   *dialect
	path      string
	separator byte
	schema    *record.Schema
	start     int    // column of the time
	dated     bool   // it holds the date only, and the next one the time of day
	header    []byte // the line that names the columns; nil if there is none
	clock     *clock
	idle      sync.Pool // of *tableReader

	mu    sync.Mutex
	bad   int64
	first uint64
	cut   uint64
}

type tableReader struct {
	rec     record.Record
	values  []record.Value
	scratch []byte
}

func newTable(d *dialect, path string, line []byte, clock *clock, s *schemas) *tableFile {
	f := &tableFile{dialect: d, path: path, separator: d.separator, header: bytes.Clone(line), clock: clock, start: -1}
	if f.separator == 0 {
		f.separator = ','
		if bytes.IndexByte(line, '\t') >= 0 {
			f.separator = '\t'
		}
	}
	if d.columns != "" {
		line, f.header = []byte(d.columns), nil
	}
	var names []string
	for cell := range f.cells(line) {
		names = append(names, string(cell))
	}
	f.schema = s.get(d.source, d.group, names)
	for i, name := range names {
		if slices.Contains(d.start, name) && f.start < 0 {
			f.start = i
			f.dated = name == "date" && i+1 < len(names) && names[i+1] == "time"
		}
	}
	f.idle.New = func() any { return &tableReader{} }
	return f
}

// cells calls yield for the cells of a line, without blanks around them.
func (f *tableFile) cells(line []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(line) > 0 {
			if f.separator == ' ' {
				line = bytes.TrimLeft(line, " ")
			}
			cell := line
			if i := bytes.IndexByte(line, f.separator); i >= 0 {
				cell, line = line[:i], line[i+1:]
			} else {
				line = nil
			}
			if !yield(bytes.TrimSpace(cell)) {
				return
			}
		}
	}
}

// Decode reads the rows of one block.
func (f *tableFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.idle.Get().(*tableReader)
	defer f.idle.Put(r)
	r.rec = record.Record{Schema: f.schema, Origin: record.Origin{Path: f.path}}
	data, offset, number := b.Data, b.Offset, b.Line
	for len(data) > 0 {
		end := bytes.IndexByte(data, '\n')
		next := end + 1
		if end < 0 {
			end, next = len(data), len(data)
		}
		line := bytes.TrimRight(data[:end], "\r")
		if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 && trimmed[0] != '#' && !bytes.Equal(bytes.TrimPrefix(trimmed, []byte("\xef\xbb\xbf")), f.header) {
			r.rec.Origin.Offset, r.rec.Origin.Number, r.rec.Origin.Length = offset, number, len(line)
			if !f.row(r, line, sink) {
				f.damage(line, number, b.Last && end == len(data))
			}
		}
		data, offset, number = data[next:], offset+int64(next), number+1
	}
}

// row emits one row; false if it is none.
func (f *tableFile) row(r *tableReader, line []byte, sink evidence.Sink) bool {
	r.values = r.values[:0]
	columns := len(f.schema.Fields)
	for cell := range f.cells(line) {
		v := record.Value{Raw: cell[:len(cell):len(cell)], Kind: record.Text}
		if len(cell) == 0 || len(cell) == 1 && cell[0] == '-' {
			v = record.Value{}
		}
		if len(r.values) == columns {
			return f.separator == '|' && len(cell) == 0 && f.emit(r, line, sink)
		}
		r.values = append(r.values, v)
	}
	if len(r.values) == columns-1 { // the last column is empty
		r.values = append(r.values, record.Value{})
	}
	return len(r.values) == columns && f.emit(r, line, sink)
}

func (f *tableFile) emit(r *tableReader, line []byte, sink evidence.Sink) bool {
	r.rec.Time = 0
	if f.start >= 0 {
		var ok bool
		text := r.values[f.start].Raw
		if f.dated {
			r.scratch = append(append(append(r.scratch[:0], text...), ' '), r.values[f.start+1].Raw...)
			text = r.scratch
		}
		if r.rec.Time, ok = f.clock.read(text); !ok {
			return false
		}
	}
	r.rec.Values, r.rec.Raw = r.values, line
	sink.Record(&r.rec)
	return true
}

// damage notes a line that is no row, unless it ends the table: nfdump writes
// sums below it.
func (f *tableFile) damage(line []byte, number uint64, cut bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.dialect.endMarks) > 0 {
		name, _, _ := bytes.Cut(line, []byte{f.separator})
		if slices.Contains(f.dialect.endMarks, string(bytes.TrimSpace(name))) || bytes.Count(line, []byte{f.separator}) <= 6 {
			return
		}
	}
	if cut {
		f.cut = number
		return
	}
	if f.bad++; f.first == 0 || number < f.first {
		f.first = number
	}
}

// Close says what could not be read.
func (f *tableFile) Close(sink evidence.Sink) {
	if f.bad > 0 {
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, Line: f.first, Lost: true, What: fmt.Sprintf("here and below, %d lines do not have the columns of the table", f.bad)})
	}
	if f.cut > 0 {
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, Line: f.cut, What: "the file ends within this line; all before it was read"})
	}
}
