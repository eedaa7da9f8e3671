// Package stream lets a format be read by one plain function from the first
// byte of a file to its last, while the walker hands the file out in blocks.
package stream

import (
	"io"
	"iter"

	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonpull"
	"seawall/internal/inventory"
	"seawall/record"
)

// Format completes a format whose files are read by read. One file is read in
// order; several files are still read at once.
func Format(f evidence.Format, read func(*Input)) evidence.Format {
	f.Sequential = true
	id := f.ID
	f.Open = func(file *evidence.File, _ []byte) (evidence.Decoder, error) {
		in := &Input{File: file, Source: &inventory.Source{Path: file.Path, Format: id}}
		d := &decoder{in: in}
		// The function runs as a coroutine: it rests whenever it has read all
		// of a block, and goes on with the next one.
		d.next, d.stop = iter.Pull(func(yield func(struct{}) bool) {
			in.yield = yield
			read(in)
		})
		return d, nil
	}
	return f
}

type decoder struct {
	in   *Input
	next func() (struct{}, bool)
	stop func()
	done bool
}

// Decode has the function read one block.
func (d *decoder) Decode(b *evidence.Block, sink evidence.Sink) {
	if d.done {
		return
	}
	d.in.block, d.in.sink = b.Data, sink
	_, more := d.next()
	d.done = !more
	d.in.block, d.in.sink = nil, nil
}

// Close lets the function come to its end.
func (d *decoder) Close(sink evidence.Sink) {
	d.in.sink, d.in.ended = sink, true
	if !d.done {
		d.next()
	}
	d.stop()
	d.in.sink = nil
}

// Input is a file being read from its start to its end.
type Input struct {
	File   *evidence.File
	Source *inventory.Source // of the file, for observations; readers fill it in

	sink  evidence.Sink
	block []byte // not yet read
	ended bool
	wide  bool
	yield func(struct{}) bool
}

// Read reads the file as one stream.
func (in *Input) Read(p []byte) (n int, err error) {
	for len(in.block) == 0 {
		if in.ended || !in.yield(struct{}{}) {
			in.ended = true
			return 0, io.EOF
		}
	}
	n = copy(p, in.block)
	in.block = in.block[n:]
	return n, nil
}

// Emit gives an observation away. It is of the input's source unless it says
// otherwise.
func (in *Input) Emit(o *inventory.Observation) {
	if o.Source == nil {
		o.Source = in.Source
	}
	if o.Where.Path == "" {
		o.Where.Path = in.File.Path
	}
	in.sink.Inventory(o)
}

// Cite points at bytes of the file.
func (in *Input) Cite(offset int64, length int, line uint64, excerpt string) inventory.Citation {
	return inventory.Citation{
		Origin:  record.Origin{Path: in.File.Path, Offset: offset, Length: length, Number: line},
		Excerpt: Shorten(excerpt),
	}
}

// Lost reports evidence that could not be read.
func (in *Input) Lost(offset int64, line uint64, what string) {
	in.sink.Problem(evidence.Problem{Path: in.File.Path, Offset: offset, Line: line, What: what, Lost: true})
}

// Ended reports a document that is broken or ends too early, if it is one. What stands before is used.
func (in *Input) Ended(r *jsonpull.Reader) {
	if err := r.Err(); err != nil {
		in.Lost(r.Offset(), r.Line(), "the document cannot be read further: "+err.Error()+"; what stands before is used")
	}
}

// Note reports an oddity that cost nothing.
func (in *Input) Note(offset int64, line uint64, what string) {
	in.sink.Problem(evidence.Problem{Path: in.File.Path, Offset: offset, Line: line, What: what})
}

// maxExcerpt is the longest excerpt a fact carries: a line of a report.
const maxExcerpt = 240

// Shorten cuts an excerpt to a line that can be shown.
func Shorten(text string) string {
	if len(text) <= maxExcerpt {
		return text
	}
	n := maxExcerpt
	for n > 0 && text[n]&0xc0 == 0x80 {
		n--
	}
	return text[:n] + "…"
}

// Stop ends the function early, when the scan is interrupted.
func (d *decoder) Stop() {
	d.in.sink = evidence.Discard{}
	d.stop()
}
