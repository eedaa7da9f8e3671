package zeek

import (
	"bytes"
	"strings"

	"seawall/internal/evidence"
	"seawall/record"
)

// TSV is the format of Zeek's own logs: columns named by #fields lines, which
// may come again with others when logs were concatenated.
func TSV() evidence.Format {
	layouts := newLayouts()
	return evidence.Format{
		ID: "zeek", Title: "Zeek log (TSV)",
		Notes:  "every log of Zeek and of its packages, columns in any order; without its header only conn.log is known",
		Match:  matchTSV,
		Cut:    evidence.CutLines,
		Header: carryHeader,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			d := &tsvFile{layouts: layouts, path: file.Path, initial: defaultHeader}
			if startsHeader(head) {
				return d, nil
			}
			base := file.Path[strings.LastIndexAny(file.Path, `/\`)+1:]
			if d.initial, d.skip = minimal(head, base); d.skip == 0 {
				d.headless, d.initial = true, headless(head)
			}
			return d, nil
		},
	}
}

func matchTSV(head []byte, name string) bool {
	if startsHeader(head) || looksLikeConn(head) {
		return true
	}
	_, skip := minimal(head, name)
	return skip > 0
}

// startsHeader reports whether a file begins with Zeek's header lines.
func startsHeader(head []byte) bool {
	head = bytes.TrimPrefix(head, byteOrderMark)
	if bytes.HasPrefix(head, []byte("#separator ")) {
		return true
	}
	for len(head) > 0 && head[0] == '#' {
		line, rest := cutLine(head)
		if bytes.HasPrefix(line, []byte("#fields\t")) {
			return true
		}
		head = rest
	}
	return false
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// cutLine returns the first line without its end, and what follows.
func cutLine(data []byte) (line, rest []byte) {
	end := bytes.IndexByte(data, '\n')
	if end < 0 {
		return data, nil
	}
	line, rest = data[:end], data[end+1:]
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, rest
}

// tsvFile decodes one file.
type tsvFile struct {
	layouts  *layouts
	path     string
	headless bool
	initial  header // before the first one in the file
	skip     int    // what the file begins with that is neither header nor row
	damage   damage
}

// Decode reads the rows of one block.
func (f *tsvFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.layouts.reader()
	defer f.layouts.done(r)
	r.begin(f.path, sink)
	h := f.initial
	if b.Header != nil {
		h = headerBefore(b.Header)
	}
	l := f.layouts.layout(&h)
	data, offset, number := b.Data, b.Offset, b.Line
	if n := f.preface(b); n > 0 {
		number += uint64(bytes.Count(data[:n], []byte{'\n'}))
		data, offset = data[n:], offset+int64(n)
	}
	for len(data) > 0 {
		if data[0] == '#' {
			n, _ := h.lines(data)
			l = f.layouts.layout(&h)
			number += uint64(bytes.Count(data[:n], []byte{'\n'}))
			data, offset = data[n:], offset+int64(n)
			continue
		}
		end := bytes.IndexByte(data, '\n')
		next := end + 1
		if end < 0 {
			end, next = len(data), len(data)
		}
		line := data[:end]
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		if len(line) > 0 {
			r.rec.Origin.Offset, r.rec.Origin.Number = offset, number
			if !r.row(l, line) {
				f.damage.add(number, b.Last && next == len(data) && data[len(data)-1] != '\n')
			}
		}
		data, offset, number = data[next:], offset+int64(next), number+1
	}
}

// preface is the length of what the block begins with that belongs neither to
// a header nor to a row.
func (f *tsvFile) preface(b *evidence.Block) int {
	if b.Offset == 0 && f.skip == 0 && bytes.HasPrefix(b.Data, byteOrderMark) {
		return len(byteOrderMark)
	}
	return int(min(max(0, int64(f.skip)-b.Offset), int64(len(b.Data))))
}

// Close says what could not be read.
func (f *tsvFile) Close(sink evidence.Sink) {
	if f.headless {
		sink.Problem(evidence.Problem{Path: f.path, Offset: 0, What: "the header lines are missing; read with the usual columns of conn.log"})
	}
	f.damage.report(f.path, "rows do not have the columns that the header names", sink)
}

// reader holds what decoding one block needs; readers are reused.
type reader struct {
	rec     record.Record
	values  []record.Value
	scratch []byte
	sink    evidence.Sink
}

func (r *reader) begin(path string, sink evidence.Sink) {
	r.sink = sink
	r.rec = record.Record{Origin: record.Origin{Path: path}}
}

// row emits one row; false if it does not fit the layout.
func (r *reader) row(l *layout, line []byte) bool {
	if l == nil {
		return false
	}
	if cap(r.values) < len(l.container) {
		r.values = make([]record.Value, len(l.container))
	}
	values := r.values[:len(l.container)]
	if !l.split(line, values) {
		return false
	}
	if l.containers != nil || bytes.IndexByte(line, '\\') >= 0 {
		r.decodeCells(l, line, values)
	}
	r.rec.Schema, r.rec.Values, r.rec.Raw = l.schema, values, line
	r.rec.Origin.Length = len(line)
	r.rec.Time = 0
	if l.time >= 0 {
		r.rec.Time, _ = timestamp(values[l.time].Raw)
	}
	r.sink.Record(&r.rec)
	return true
}

// decodeCells resolves escapes, and has sets and vectors read as lists.
func (r *reader) decodeCells(l *layout, line []byte, values []record.Value) {
	escaped := bytes.IndexByte(line, '\\') >= 0
	if cap(r.scratch) < len(line) {
		r.scratch = make([]byte, 0, 2*len(line)+512)
	}
	r.scratch = r.scratch[:0]
	if !escaped {
		for _, i := range l.containers {
			r.list(l, &values[i])
		}
		return
	}
	for i := range values {
		switch v := &values[i]; {
		case l.container[i]:
			r.list(l, v)
		case bytes.IndexByte(v.Raw, '\\') >= 0:
			start := len(r.scratch)
			r.scratch = appendUnescaped(r.scratch, v.Raw)
			v.Raw = r.scratch[start:len(r.scratch):len(r.scratch)]
		}
	}
}

// list makes a value with several items an array.
func (r *reader) list(l *layout, v *record.Value) {
	if len(v.Raw) < 2 || bytes.IndexByte(v.Raw, l.setSeparator) < 0 && bytes.IndexByte(v.Raw, '\\') < 0 {
		return
	}
	start := len(r.scratch)
	for rest := v.Raw; ; {
		end := bytes.IndexByte(rest, l.setSeparator)
		if end < 0 {
			r.scratch = appendUnescaped(r.scratch, rest)
			break
		}
		r.scratch = append(appendUnescaped(r.scratch, rest[:end]), 0)
		rest = rest[end+1:]
	}
	*v = record.Value{Raw: r.scratch[start:len(r.scratch):len(r.scratch)], Kind: record.Text | record.Array}
}
