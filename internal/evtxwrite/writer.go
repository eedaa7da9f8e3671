package evtxwrite

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

const fileHeaderSize = 4096

// Options say how a file is written. The zero value is an ordinary file.
type Options struct {
	FirstRecord uint64 // header id of the first record; 0 means 1
	Dirty       bool   // as when copied from a running system: flagged, counts stale
	NoChecksums bool   // as some tools write: flagged, checksums zero
	Minor       uint16 // format version 3.Minor; 0 means 1
}

// Writer collects events into a file in memory. Use [New].
type Writer struct {
	options   Options
	done      []byte // finished chunks
	chunk     *chunk
	next      uint64
	templates map[string]*template // by shape
}

// New returns a writer of an empty log.
func New(o Options) *Writer {
	if o.FirstRecord == 0 {
		o.FirstRecord = 1
	}
	if o.Minor == 0 {
		o.Minor = 1
	}
	return &Writer{options: o, next: o.FirstRecord, templates: map[string]*template{}}
}

// Event appends one record. The error says which value cannot be written, or
// that the record does not fit into a chunk; the event is then left out.
func (w *Writer) Event(e Event) error {
	body, err := w.body(&e)
	if err != nil {
		return fmt.Errorf("event %d of %s: %w", e.EventID, e.Provider, err)
	}
	if w.chunk != nil && w.chunk.record(w.next, fileTime(e.Time), body) {
		w.next++
		return nil
	}
	fresh := newChunk(w.next)
	previous := w.chunk
	w.chunk = fresh // body writes to the current chunk
	if !fresh.record(w.next, fileTime(e.Time), body) {
		w.chunk = previous
		return fmt.Errorf("event %d of %s does not fit into a chunk of %d bytes", e.EventID, e.Provider, chunkSize)
	}
	if previous != nil {
		w.done = append(w.done, previous.finish(w.flags())...)
	}
	w.next++
	return nil
}

// flags of the file header and the chunks.
func (w *Writer) flags() (flags uint32) {
	if w.options.Dirty {
		flags |= flagDirty
	}
	if w.options.NoChecksums {
		flags |= flagNoCRC
	}
	return flags
}

// Bytes returns the file as it stands. More events may follow.
func (w *Writer) Bytes() []byte {
	chunks := append([]byte(nil), w.done...)
	if w.chunk != nil {
		open := *w.chunk
		open.buf = append([]byte(nil), w.chunk.buf...)
		chunks = append(chunks, open.finish(w.flags())...)
	}
	return append(w.header(len(chunks)/chunkSize), chunks...)
}

// header is the file header block. A dirty file's says nothing of its last
// chunk, as Windows updates it only when the log is closed.
func (w *Writer) header(chunks int) []byte {
	le := binary.LittleEndian
	h := make([]byte, fileHeaderSize)
	copy(h, "ElfFile\x00")
	next := w.next
	if w.options.Dirty {
		chunks, next = min(chunks, 1), w.options.FirstRecord
	}
	le.PutUint64(h[16:], uint64(max(chunks-1, 0)))
	le.PutUint64(h[24:], next)
	le.PutUint32(h[32:], 128)
	le.PutUint16(h[36:], w.options.Minor)
	le.PutUint16(h[38:], 3)
	le.PutUint16(h[40:], fileHeaderSize)
	le.PutUint16(h[42:], uint16(chunks))
	le.PutUint32(h[120:], w.flags())
	if !w.options.NoChecksums {
		le.PutUint32(h[124:], crc32.ChecksumIEEE(h[:120]))
	}
	return h
}

// template returns the template of a shape, made by build at its first use.
// Its GUID follows from the shape, so that files are reproducible.
func (w *Writer) template(shape string, build func() *element) *template {
	t := w.templates[shape]
	if t == nil {
		sum := sha256.Sum256([]byte(shape))
		t = &template{guid: [16]byte(sum[:16]), root: build()}
		w.templates[shape] = t
	}
	return t
}
