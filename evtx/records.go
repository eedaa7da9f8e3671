package evtx

import (
	"errors"
	"fmt"
	"io"
	"iter"
)

// Options say how [Records] reads a log. The zero value is useful.
type Options struct {
	Path      string     // what origins of records say
	LiveOnly  bool       // leave records out that are not part of the live log
	Templates *Templates // shared with other logs; nil for none
}

// blockSize is how much of a file is read at once.
const blockSize = 16 * ChunkSize

// Records reads an event log of a size: its live records in the order in which
// they are stored, then those recovered from unused space. An event is valid
// until the next one. What cannot be read is yielded as an error, of type
// [*Damage] except for errors of r, and reading goes on as far as it can.
func Records(r io.ReaderAt, size int64, o Options) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		if o.Templates == nil {
			o.Templates = NewTemplates()
		}
		d := NewDecoder(o.Templates)
		d.Path, d.LiveOnly = o.Path, o.LiveOnly
		d.Remains = &Remains{}
		y := &yielder{yield: yield}
		buf := make([]byte, min(max(size, FileHeaderSize), blockSize))
		for offset := y.header(d, r, size, buf); offset < size && !y.stopped; {
			n, err := r.ReadAt(buf[:min(size-offset, int64(len(buf)))], offset)
			d.Chunks(buf[:n], offset, y)
			offset += int64(n)
			if err != nil && (offset < size || !errors.Is(err, io.EOF)) {
				y.error(fmt.Errorf("read event log at %d: %w", offset, err))
				break
			}
		}
		if !y.stopped {
			d.Recover(d.Remains, y)
		}
	}
}

// header reads the file header and returns where chunks begin.
func (y *yielder) header(d *Decoder, r io.ReaderAt, size int64, buf []byte) int64 {
	n, _ := r.ReadAt(buf[:min(size, FileHeaderSize)], 0) // an error shows again when chunks are read
	h, ok := ParseFileHeader(buf[:n])
	switch {
	case ok:
		d.Accounted = h.Accounted()
		if !h.ChecksumOK {
			y.Damage(&Damage{What: "checksum of the file header is wrong", Kind: BadFile})
		}
		return FileHeaderSize
	case !IsChunk(buf[:n]):
		y.Damage(&Damage{What: "no event log, looked through for remains of one", Kind: BadFile, Lost: true})
	}
	return 0
}

// yielder hands on what a decoder reads until the loop is left.
type yielder struct {
	yield   func(*Event, error) bool
	stopped bool
}

// Event takes a record.
func (y *yielder) Event(e *Event) {
	if !y.stopped {
		y.stopped = !y.yield(e, nil)
	}
}

// Damage takes what could not be read.
func (y *yielder) Damage(d *Damage) { y.error(d) }

func (y *yielder) error(err error) {
	if !y.stopped {
		y.stopped = !y.yield(nil, err)
	}
}
