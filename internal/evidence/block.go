package evidence

import (
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
)

// MaxUnit is the longest unit (line, chunk, document) handed out whole. A
// longer one is reported and cut at this length.
const MaxUnit = 64 << 20

// blocks reads r to its end and hands it out in runs of whole units, each to
// all of the decoders.
func (w *walker) blocks(file *File, decoders []Decoder, r io.Reader) {
	var shares []*opened
	for _, decoder := range decoders {
		open := &opened{decoder: decoder}
		if file.Format.Sequential {
			open.queue = &queue{waiting: map[int]step{}}
		}
		open.pending.Store(1) // held until the last block is known
		shares = append(shares, open)
	}
	offset, line := int64(0), uint64(1)
	var rest, header []byte
	for number, last := 0, false; !last; number++ {
		var buf []byte
		select {
		case buf = <-w.slots:
		case <-w.ctx.Done():
			for _, open := range shares {
				open.left.Store(true)
				open.done()
			}
			return
		}
		buf = append(buf[:0], rest...)
		var n int
		buf, n, last = w.fill(file, r, buf, offset)
		data := buf[:n]
		rest = append([]byte(nil), buf[n:]...)
		newlines := uint64(bytes.Count(data, []byte{'\n'})) // before the buffer is given away
		before := header
		if file.Format.Header != nil {
			header = file.Format.Header(header, data)
		}
		release := w.shared(buf, len(shares))
		for part, open := range shares {
			if !last {
				open.pending.Add(1) // the last block takes the reader's own count
			}
			w.v.Job(&Job{
				File: file, Part: part, opened: open, number: number, release: release,
				Block: Block{Offset: offset, Line: line, Data: data, Last: last, Header: before},
			})
		}
		offset += int64(n)
		line += newlines
	}
}

// whole hands out a decoder that needs no bytes: what it has to say was read
// before.
func (w *walker) whole(file *File, decoder Decoder) {
	select {
	case buf := <-w.slots:
		open := &opened{decoder: decoder}
		open.pending.Store(1)
		w.v.Job(&Job{File: file, opened: open, release: func() { w.giveBack(buf) }, Block: Block{Line: 1, Last: true}})
	case <-w.ctx.Done():
	}
}

// shared returns what gives a buffer back once it was called by all users.
func (w *walker) shared(buf []byte, users int) func() {
	var left atomic.Int32
	left.Store(int32(users))
	return func() {
		if left.Add(-1) == 0 {
			w.giveBack(buf)
		}
	}
}

// giveBack keeps ordinary buffers; one grown for a long unit is dropped.
func (w *walker) giveBack(buf []byte) {
	if cap(buf) > 4*w.o.BlockSize {
		buf = nil
	}
	w.slots <- buf
}

// fill reads until buf holds at least one whole unit, and returns how much of
// it to hand out.
func (w *walker) fill(file *File, r io.Reader, buf []byte, offset int64) (data []byte, n int, last bool) {
	for want := w.o.BlockSize; ; want = 2 * len(buf) {
		want = min(max(want, len(buf)+1), MaxUnit)
		have := len(buf)
		if cap(buf) < want {
			buf = append(make([]byte, 0, want), buf...)
		}
		got, err := readFull(r, buf[have:want])
		buf = buf[:have+got]
		if err != nil {
			w.ended(file, offset+int64(len(buf)), err)
			return buf, len(buf), true
		}
		if file.Format.Cut == nil {
			return buf, len(buf), false
		}
		if n := file.Format.Cut(buf, false); n > 0 {
			return buf, min(n, len(buf)), false
		}
		if len(buf) >= MaxUnit {
			w.lost(file.Path, offset, fmt.Sprintf("no unit ends within %d bytes; cut there", MaxUnit))
			return buf, len(buf), false
		}
	}
}

// ended says so if a file did not end where it should.
func (w *walker) ended(file *File, at int64, err error) {
	switch {
	case err != io.EOF:
		w.lost(file.Path, at, fmt.Sprintf("cannot be read further: %v", err))
	case at < file.Size:
		w.lost(file.Path, at, fmt.Sprintf("ends here instead of at %d", file.Size))
	}
}

// readFull fills buf. Unlike [io.ReadFull] it tells a reader that fails with
// io.ErrUnexpectedEOF, as decompressors do, from one that merely ends.
func readFull(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var got int
		got, err = r.Read(buf[n:])
		n += got
	}
	if n == len(buf) {
		return n, nil // the error, if there was one, comes again
	}
	return n, err
}
