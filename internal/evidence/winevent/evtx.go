package winevent

import (
	"fmt"
	"sync"

	"seawall/evtx"
	"seawall/internal/evidence"
)

// EVTX is the format of Windows event logs since Vista, and of chunks cut out
// of them. Files opened with the same Format share compiled templates.
func EVTX() evidence.Format {
	shared := &evtxShared{templates: evtx.NewTemplates()}
	return evidence.Format{
		ID:    "evtx",
		Title: "Windows event log (EVTX)",
		Notes: "live records, and records left in unused space; damaged files as far as they can be read",
		Match: func(head []byte, _ string) bool { return evtx.Match(head) },
		Cut:   cutEVTX,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			return openEVTX(shared, file, head), nil
		},
	}
}

// evtxShared is what the decoders of all files share: templates, and readers
// that are not in use.
type evtxShared struct {
	templates *evtx.Templates
	readers   sync.Pool
}

func (s *evtxShared) get() *evtxReader {
	if r, ok := s.readers.Get().(*evtxReader); ok {
		return r
	}
	return &evtxReader{decoder: evtx.NewDecoder(s.templates)}
}

// cutEVTX cuts between chunks. Only the first block of a file begins with a
// file header; one that merely looks so, because a chunk was made to begin like
// a header, is cut where its chunks end.
func cutEVTX(data []byte, last bool) int {
	if last {
		return len(data)
	}
	start := 0
	if startsFile(data) {
		start = evtx.FileHeaderSize
	}
	return start + max(len(data)-start, 0)/evtx.ChunkSize*evtx.ChunkSize
}

// startsFile says whether a block begins with a file header, by where its
// chunks are.
func startsFile(data []byte) bool {
	if _, ok := evtx.ParseFileHeader(data); !ok {
		return false
	}
	behind, without := 0, 0
	for at := evtx.FileHeaderSize; at < len(data); at += evtx.ChunkSize {
		if evtx.IsChunk(data[at:]) {
			behind++
		}
	}
	for at := evtx.ChunkSize; at < len(data); at += evtx.ChunkSize {
		if evtx.IsChunk(data[at:]) {
			without++
		}
	}
	return behind >= without
}

// Files up to this size have their lost records looked at as a whole: a
// template that one chunk has lost may be found in any other. In larger files
// each block stands for itself, to bound memory.
const maxWhole = 64 << 20

// evtxFile decodes one file.
type evtxFile struct {
	shared    *evtxShared
	file      *evidence.File
	header    evtx.FileHeader
	hasHeader bool
	accounted int64
	remains   *evtx.Remains // of the whole file; nil if each block has its own
	integrity logIntegrity
}

func openEVTX(shared *evtxShared, file *evidence.File, head []byte) *evtxFile {
	f := &evtxFile{shared: shared, file: file}
	if f.header, f.hasHeader = evtx.ParseFileHeader(head); f.hasHeader {
		f.accounted = f.header.Accounted()
	}
	if file.Size >= 0 && file.Size <= maxWhole {
		f.remains = &evtx.Remains{}
	}
	return f
}

// Decode reads the chunks of one block.
func (f *evtxFile) Decode(b *evidence.Block, sink evidence.Sink) {
	r := f.shared.get()
	defer f.shared.readers.Put(r)
	r.begin(f, sink)
	data, offset := b.Data, b.Offset
	if offset == 0 && startsFile(data) {
		n := min(evtx.FileHeaderSize, len(data))
		if n < evtx.FileHeaderSize {
			sink.Problem(evidence.Problem{Path: f.file.Path, Offset: 0, What: fmt.Sprintf("file header cut off after %d bytes", n), Lost: true})
		}
		data, offset = data[n:], int64(n)
	}
	r.decoder.Chunks(data, offset, r)
	if f.remains == nil {
		r.decoder.Recover(&r.remains, r)
	}
	f.integrity.merge(&r.integrity)
	r.sink = nil
}

// Close reads what could only be read once all blocks were, and says what the
// file as a whole shows.
func (f *evtxFile) Close(sink evidence.Sink) {
	if f.remains != nil {
		r := f.shared.get()
		defer f.shared.readers.Put(r)
		r.begin(f, sink)
		r.decoder.Recover(f.remains, r)
	}
	f.integrity.report(f, sink)
}

// evtxReader takes what a decoder reads in one block to a sink.
type evtxReader struct {
	decoder   *evtx.Decoder
	remains   evtx.Remains
	integrity logIntegrity
	path      string
	sink      evidence.Sink
}

func (r *evtxReader) begin(f *evtxFile, sink evidence.Sink) {
	r.sink, r.path = sink, f.file.Path
	r.integrity.reset()
	r.decoder.Path = f.file.Path
	r.decoder.Accounted = f.accounted
	r.decoder.Remains = f.remains
	if f.remains == nil {
		r.decoder.Remains = &r.remains
	}
}

// Event takes a record.
func (r *evtxReader) Event(e *evtx.Event) {
	r.integrity.event(e)
	r.sink.Record(&e.Record)
}

// Damage takes what could not be read.
func (r *evtxReader) Damage(d *evtx.Damage) {
	r.integrity.damage(d)
	r.sink.Problem(evidence.Problem{Path: r.path, Offset: d.Offset, What: d.What, Lost: d.Lost})
}
