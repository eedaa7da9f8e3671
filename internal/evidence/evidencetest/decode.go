// Package evidencetest decodes content in memory for the tests of formats, in
// blocks of any size and in the worst order.
package evidencetest

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"seawall/internal/evidence"
	"seawall/record"
)

// Match returns the first of formats that recognises content, nil if none does.
func Match(formats []evidence.Format, name string, content []byte) *evidence.Format {
	for i := range formats {
		if formats[i].Match(content[:min(len(content), evidence.HeadSize)], name) {
			return &formats[i]
		}
	}
	return nil
}

// Decode reads content with the format, in blocks of whole units of about
// blockSize bytes. Blocks that may come in any order are decoded last first.
func Decode(t testing.TB, format *evidence.Format, name string, content []byte, blockSize int, sink evidence.Sink) {
	t.Helper()
	d := open(format, name, content, sink)
	if d == nil {
		return
	}
	blocks := cut(format, content, blockSize)
	for i := range blocks {
		b := blocks[i]
		if !format.Sequential {
			b = blocks[len(blocks)-1-i]
		}
		d.Decode(b, sink)
	}
	d.Close(sink)
}

// Concurrently reads content as Decode does, but every block in a goroutine of
// its own, and returns what each of them got. The format must not be
// sequential.
func Concurrently(t testing.TB, format *evidence.Format, name string, content []byte, blockSize int) []*Rows {
	t.Helper()
	all := []*Rows{{Content: content}}
	d := open(format, name, content, all[0])
	if d == nil {
		return all
	}
	var group sync.WaitGroup
	for _, b := range cut(format, content, blockSize) {
		rows := &Rows{Content: content}
		all = append(all, rows)
		group.Go(func() { d.Decode(b, rows) })
	}
	group.Wait()
	d.Close(all[0])
	return all
}

func open(format *evidence.Format, name string, content []byte, sink evidence.Sink) evidence.Decoder {
	file := &evidence.File{Path: name, Size: int64(len(content)), Format: format}
	d, err := format.Open(file, bytes.Clone(content[:min(len(content), evidence.HeadSize)]))
	if err != nil {
		sink.Problem(evidence.Problem{Path: name, Offset: -1, What: err.Error(), Lost: true})
		return nil
	}
	return d
}

// cut makes the blocks of a file.
func cut(format *evidence.Format, content []byte, blockSize int) (blocks []*evidence.Block) {
	var header []byte
	line := uint64(1)
	for at := 0; at < len(content) || at == 0; {
		n := length(format, content[at:], blockSize)
		b := &evidence.Block{Offset: int64(at), Line: line, Data: bytes.Clone(content[at : at+n]), Last: at+n == len(content), Header: header}
		if format.Header != nil {
			header = format.Header(header, b.Data)
		}
		blocks = append(blocks, b)
		line += uint64(bytes.Count(b.Data, []byte{'\n'}))
		if at += n; n == 0 {
			break
		}
	}
	return blocks
}

// length is that of the block which data begins with.
func length(format *evidence.Format, data []byte, blockSize int) int {
	for size := blockSize; size < len(data); size = 2*size + 1 {
		if format.Cut == nil {
			return size
		}
		if n := format.Cut(data[:size], false); n > 0 {
			return min(n, size)
		}
	}
	return len(data)
}

// Rows is a sink that keeps what it gets as text.
type Rows struct {
	evidence.Discard
	Content  []byte // of the file, if records are to be held against it
	Lines    map[int64]string
	Offsets  []int64
	Times    map[int64]int64
	Problems []string
}

// Record keeps "source@line: name=value …", values that are not null.
func (r *Rows) Record(rec *record.Record) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s@%d:", rec.Schema.Source, rec.Origin.Number)
	for i, f := range rec.Schema.Fields {
		if v := rec.Values[i]; v.Kind != record.Null {
			fmt.Fprintf(&b, " %s=%s", f.Name, v)
		}
	}
	at := rec.Origin.Offset
	if r.Lines == nil {
		r.Lines, r.Times = map[int64]string{}, map[int64]int64{}
	}
	for ; r.Lines[at] != ""; at++ { // several records of one place
	}
	r.Lines[at], r.Times[at] = b.String(), rec.Time
	r.Offsets = append(r.Offsets, at)
	if len(rec.Raw) != rec.Origin.Length {
		r.Problems = append(r.Problems, fmt.Sprintf("record at %d has %d bytes, its origin says %d", rec.Origin.Offset, len(rec.Raw), rec.Origin.Length))
	}
	if end := rec.Origin.Offset + int64(len(rec.Raw)); r.Content != nil && (end > int64(len(r.Content)) || !bytes.Equal(r.Content[rec.Origin.Offset:end], rec.Raw)) {
		r.Problems = append(r.Problems, fmt.Sprintf("at %d the file does not say %q", rec.Origin.Offset, rec.Raw))
	}
}

// Problem keeps the problem's text.
func (r *Rows) Problem(p evidence.Problem) { r.Problems = append(r.Problems, p.String()) }

// Sorted returns the rows in the order of their offsets.
func (r *Rows) Sorted() []string {
	var rows []string
	for _, at := range sortedKeys(r.Lines) {
		rows = append(rows, r.Lines[at])
	}
	return rows
}

// All returns the rows in the order of their offsets, then the problems.
func (r *Rows) All() []string { return append(r.Sorted(), r.Problems...) }

// Read recognises and decodes content and returns what came of it.
func Read(t testing.TB, formats []evidence.Format, name string, content []byte, blockSize int) *Rows {
	t.Helper()
	rows := &Rows{Content: content}
	if f := Match(formats, name, content); f != nil {
		Decode(t, f, name, content, blockSize, rows)
	} else {
		rows.Problems = append(rows.Problems, "unrecognised")
	}
	return rows
}
