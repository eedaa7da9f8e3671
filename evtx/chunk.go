package evtx

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
)

// Sizes and places of the container format, which Microsoft does not document:
// a file header, then chunks that each stand for themselves. All numbers are
// little endian; all offsets inside a chunk count from its start.
const (
	FileHeaderSize   = 4096
	ChunkSize        = 64 << 10
	chunkHeaderSize  = 512 // with the buckets of names and templates
	recordHeaderSize = 24
	recordTrailer    = 4 // the size once more
	minRecord        = recordHeaderSize + recordTrailer
	recordMagic      = 0x00002a2a
)

// The magic bytes of files and chunks.
const (
	fileMagic  = "ElfFile\x00"
	chunkMagic = "ElfChnk\x00"
)

// Flags of file and chunk headers.
const (
	flagDirty = 1 // was open when copied
	flagNoCRC = 4 // written without checksums
)

// FileHeader is what a file says of itself. Its counts are stale while a log is
// in use: chunks are found by position instead.
type FileHeader struct {
	Minor, Major uint16 // format version: 3.1 or 3.2
	FirstChunk   uint64
	LastChunk    uint64
	NextRecord   uint64 // header id that the next record would get
	Chunks       uint16
	Flags        uint32
	ChecksumOK   bool
}

// Dirty says that the log was in use when it was copied.
func (h *FileHeader) Dirty() bool { return h.Flags&flagDirty != 0 }

// Accounted returns the offset behind the last chunk that the header accounts
// for, 0 if it may be stale.
func (h *FileHeader) Accounted() int64 {
	if h.Dirty() || !h.ChecksumOK || h.Chunks == math.MaxUint16 {
		return 0
	}
	return FileHeaderSize + int64(h.Chunks)*ChunkSize
}

// ParseFileHeader reads the header of a file; ok is false if head does not
// start like one.
func ParseFileHeader(head []byte) (h FileHeader, ok bool) {
	if len(head) < 128 || string(head[:8]) != fileMagic {
		return h, false
	}
	le := binary.LittleEndian
	h = FileHeader{
		FirstChunk: le.Uint64(head[8:]), LastChunk: le.Uint64(head[16:]), NextRecord: le.Uint64(head[24:]),
		Minor: le.Uint16(head[36:]), Major: le.Uint16(head[38:]), Chunks: le.Uint16(head[42:]), Flags: le.Uint32(head[120:]),
	}
	h.ChecksumOK = h.Flags&flagNoCRC != 0 || crc32.ChecksumIEEE(head[:120]) == le.Uint32(head[124:])
	return h, true
}

// ChunkHeader is what a chunk says of itself.
type ChunkHeader struct {
	FirstRecord, LastRecord uint64 // header ids
	LastOffset              uint32 // of the last record
	Free                    uint32 // where the records end
	Flags                   uint32
	HeaderSum, DataSum      bool // the checksums are right, or not kept
}

// IsChunk reports whether data starts like a chunk.
func IsChunk(data []byte) bool {
	return len(data) >= len(chunkMagic) && string(data[:len(chunkMagic)]) == chunkMagic
}

// parseChunkHeader reads the header of a chunk that has all of it.
func parseChunkHeader(data []byte) (h ChunkHeader) {
	le := binary.LittleEndian
	h = ChunkHeader{
		FirstRecord: le.Uint64(data[24:]), LastRecord: le.Uint64(data[32:]),
		LastOffset: le.Uint32(data[44:]), Free: le.Uint32(data[48:]), Flags: le.Uint32(data[120:]),
		HeaderSum: true, DataSum: true,
	}
	if h.Flags&flagNoCRC != 0 {
		return h
	}
	sum := crc32.ChecksumIEEE(data[:120])
	sum = crc32.Update(sum, crc32.IEEETable, data[128:chunkHeaderSize])
	h.HeaderSum = sum == le.Uint32(data[124:])
	if h.Free >= chunkHeaderSize && int(h.Free) <= len(data) {
		h.DataSum = crc32.ChecksumIEEE(data[chunkHeaderSize:h.Free]) == le.Uint32(data[52:])
	} else {
		h.DataSum = false
	}
	return h
}

// recordAt returns the size of the record at pos, 0 if there is none before
// end: both copies of the size must agree. The second copy of a record that is
// enclosed by another, and ends where that one ends, has been written over.
func recordAt(data []byte, pos, end int, enclosed bool) int {
	if pos+minRecord > end {
		return 0
	}
	le := binary.LittleEndian
	if le.Uint32(data[pos:]) != recordMagic {
		return 0
	}
	size := int(le.Uint32(data[pos+4:]))
	if size < minRecord || size > end-pos {
		return 0
	}
	if int(le.Uint32(data[pos+size-4:])) != size && !(enclosed && pos+size == end) {
		return 0
	}
	return size
}

// nextRecord returns where the next whole record at or after pos starts, and
// its size, 0 if there is none before end.
func nextRecord(data []byte, pos, end int, enclosed bool) (at, size int) {
	magic := []byte{0x2a, 0x2a, 0, 0}
	for pos < end {
		i := bytes.Index(data[pos:end], magic)
		if i < 0 {
			break
		}
		pos += i
		if size := recordAt(data, pos, end, enclosed); size > 0 {
			return pos, size
		}
		pos++
	}
	return end, 0
}
