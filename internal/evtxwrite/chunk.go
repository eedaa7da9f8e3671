package evtxwrite

import (
	"encoding/binary"
	"hash/crc32"
	"maps"
)

// Places and sizes in a chunk.
const (
	chunkSize           = 64 << 10
	chunkHeaderSize     = 512 // with the buckets
	nameBuckets         = 128
	nameBucketCount     = 64
	templateBuckets     = 384
	templateBucketCount = 32
	recordHeaderSize    = 24
	recordMagic         = 0x00002a2a
)

// Flags of the file header and of chunk headers.
const (
	flagDirty = 1
	flagNoCRC = 4
)

// chunk is one chunk being filled.
type chunk struct {
	buf        []byte // header, then records
	names      map[string]uint32
	templates  map[[16]byte]uint32
	first      uint64 // header record ids
	last       uint64
	lastOffset uint32
}

func newChunk(firstRecord uint64) *chunk {
	c := &chunk{
		buf:       make([]byte, chunkHeaderSize, chunkSize),
		names:     map[string]uint32{},
		templates: map[[16]byte]uint32{},
		first:     firstRecord,
		last:      firstRecord - 1,
	}
	copy(c.buf, "ElfChnk\x00")
	return c
}

// record appends one record around what body appends; ok is false, and the
// chunk as it was, if it does not fit.
func (c *chunk) record(id, written uint64, body func()) (ok bool) {
	le := binary.LittleEndian
	start := len(c.buf)
	header := append([]byte(nil), c.buf[:chunkHeaderSize]...)
	c.buf = le.AppendUint32(c.buf, recordMagic)
	c.buf = append(c.buf, 0, 0, 0, 0)
	c.buf = le.AppendUint64(c.buf, id)
	c.buf = le.AppendUint64(c.buf, written)
	body()
	for (len(c.buf)+4)%8 != 0 { // Windows aligns records; the padding follows the end of the XML
		c.buf = append(c.buf, 0)
	}
	size := uint32(len(c.buf) + 4 - start)
	c.buf = le.AppendUint32(c.buf, size)
	if len(c.buf) > chunkSize {
		c.buf = c.buf[:start]
		copy(c.buf, header)
		maps.DeleteFunc(c.names, func(_ string, at uint32) bool { return int(at) >= start })
		maps.DeleteFunc(c.templates, func(_ [16]byte, at uint32) bool { return int(at) >= start })
		return false
	}
	le.PutUint32(c.buf[start+4:], size)
	c.last = id
	c.lastOffset = uint32(start)
	return true
}

// finish fills the header and returns the whole chunk.
func (c *chunk) finish(flags uint32) []byte {
	le := binary.LittleEndian
	free := len(c.buf)
	data := append(c.buf, make([]byte, chunkSize-free)...)
	le.PutUint64(data[8:], c.first)
	le.PutUint64(data[16:], c.last)
	le.PutUint64(data[24:], c.first)
	le.PutUint64(data[32:], c.last)
	le.PutUint32(data[40:], 128)
	le.PutUint32(data[44:], c.lastOffset)
	le.PutUint32(data[48:], uint32(free))
	le.PutUint32(data[120:], flags)
	if flags&flagNoCRC == 0 {
		sealChunk(data)
	}
	return data
}

// sealChunk writes both checksums of a chunk: of the records, then of the
// header, which covers the former.
func sealChunk(data []byte) {
	le := binary.LittleEndian
	free := le.Uint32(data[48:])
	le.PutUint32(data[52:], crc32.ChecksumIEEE(data[chunkHeaderSize:free]))
	le.PutUint32(data[124:], headerSum(data))
}

// headerSum is the checksum of a chunk header: all of it but flags and itself.
func headerSum(data []byte) uint32 {
	sum := crc32.ChecksumIEEE(data[:120])
	return crc32.Update(sum, crc32.IEEETable, data[128:chunkHeaderSize])
}
