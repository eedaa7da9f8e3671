package winevent

import (
	"bytes"
	"sync"

	"seawall/evtx"
	"seawall/internal/evidence"
	"seawall/record"
)

// EVTX is the format of Windows event logs since Vista, and of chunks cut out
// of them. Files opened with the same Format share compiled templates.
func EVTX() evidence.Format {
	shared := &evtxShared{templates: evtx.NewTemplates()}
	return evidence.Format{
		ID:    "evtx",
		Title: "Windows event log (EVTX)",
		Notes: "live records, and records left in unused space; damaged files as far as they can be read",
		Match: matchEVTX,
		Cut:   cutEVTX,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			return openEVTX(shared, file, head), nil
		},
	}
}

// evtxShared is what decoders of all files share: templates, and decoders that
// are not in use.
type evtxShared struct {
	templates *evtx.Templates
	decoders  sync.Pool
}

func (s *evtxShared) get() *evtxBlock {
	if b, ok := s.decoders.Get().(*evtxBlock); ok {
		return b
	}
	return &evtxBlock{decoder: evtx.NewDecoder(s.templates)}
}

func matchEVTX(head []byte, _ string) bool {
	_, ok := evtx.ParseFileHeader(head)
	return ok || evtx.IsChunk(head)
}

// cutEVTX cuts between chunks. Only the first block of a file begins with a
// file header; a block that merely looks so keeps the chunks that follow it in
// one piece.
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

// startsFile says whether a block begins with a file header, by what lies at
// the places where chunks are then to be.
func startsFile(data []byte) bool {
	if _, ok := evtx.ParseFileHeader(data); !ok {
		return false
	}
	with, without := 0, 0
	for at := evtx.ChunkSize; at < len(data); at += evtx.ChunkSize {
		if evtx.IsChunk(data[at:]) {
			without++
		}
		if behind := at - evtx.ChunkSize + evtx.FileHeaderSize; evtx.IsChunk(data[behind:]) {
			with++
		}
	}
	return with >= without
}

// evtxFile decodes one file.
type evtxFile struct {
	shared *evtxShared
	file   *evidence.File
}

func openEVTX(shared *evtxShared, file *evidence.File, _ []byte) *evtxFile {
	return &evtxFile{shared: shared, file: file}
}

// Decode reads the chunks of one block.
func (f *evtxFile) Decode(b *evidence.Block, sink evidence.Sink) {
	block := f.shared.get()
	defer f.shared.decoders.Put(block)
	block.sink, block.path = sink, f.file.Path
	block.decoder.Path = f.file.Path
	data, offset := b.Data, b.Offset
	if offset == 0 && startsFile(data) {
		n := min(evtx.FileHeaderSize, len(data))
		data, offset = data[n:], offset+int64(n)
	}
	for len(data) > 0 {
		n := min(evtx.ChunkSize, len(data))
		block.chunk(data[:n], offset)
		data, offset = data[n:], offset+int64(n)
	}
}

// Close is called when all blocks are decoded.
func (f *evtxFile) Close(evidence.Sink) {}

// evtxBlock reads the chunks of a block.
type evtxBlock struct {
	decoder *evtx.Decoder
	sink    evidence.Sink
	path    string
}

func (b *evtxBlock) chunk(data []byte, offset int64) {
	if evtx.IsChunk(data) {
		b.decoder.Chunk(data, offset, b)
		return
	}
	if len(bytes.Trim(data[:min(len(data), 4096)], "\x00")) == 0 {
		return
	}
	b.Damage(&evtx.Damage{Offset: offset, What: "no chunk where one should begin", Lost: true, Kind: evtx.BadChunk})
}

// Record takes a record from the decoder.
func (b *evtxBlock) Record(rec *record.Record) { b.sink.Record(rec) }

// Damage takes what the decoder could not read.
func (b *evtxBlock) Damage(d *evtx.Damage) {
	b.sink.Problem(evidence.Problem{Path: b.path, Offset: d.Offset, What: d.What, Lost: d.Lost})
}
