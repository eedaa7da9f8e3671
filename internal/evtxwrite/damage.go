package evtxwrite

import (
	"encoding/binary"
	"fmt"
)

// The functions of this file damage a finished log in place, the way disks,
// crashes and intruders do. Chunks are counted from 0. They panic if the file
// has no such chunk or record: a test that asks for it is wrong.

// Chunk returns the bytes of a chunk of a file.
func Chunk(file []byte, n int) []byte {
	start := fileHeaderSize + n*chunkSize
	return file[start : start+chunkSize : start+chunkSize]
}

// ZeroChunk overwrites a chunk with zeros, as lost clusters read.
func ZeroChunk(file []byte, n int) { clear(Chunk(file, n)) }

// BreakRecordSum makes the checksum over the records of a chunk wrong, and
// keeps that of its header right.
func BreakRecordSum(file []byte, n int) {
	c := Chunk(file, n)
	c[52] ^= 0xff
	binary.LittleEndian.PutUint32(c[124:], headerSum(c))
}

// BreakHeaderSum makes the checksum of a chunk's header wrong.
func BreakHeaderSum(file []byte, n int) { Chunk(file, n)[124] ^= 0xff }

// BreakMagic makes a chunk unrecognisable by its first bytes.
func BreakMagic(file []byte, n int) { Chunk(file, n)[0] ^= 0xff }

// offsets returns where the live records of a chunk start.
func offsets(c []byte) (starts []int) {
	le := binary.LittleEndian
	free := int(le.Uint32(c[48:]))
	for at := chunkHeaderSize; at+recordHeaderSize < free; at += int(le.Uint32(c[at+4:])) {
		starts = append(starts, at)
	}
	return starts
}

// Forget turns the last records of a chunk into slack: their bytes stay, but
// the header ends before them, as after a filtered export. Checksums are right.
func Forget(file []byte, n, records int) {
	le := binary.LittleEndian
	c := Chunk(file, n)
	starts := offsets(c)
	kept := len(starts) - records
	if kept < 1 {
		panic(fmt.Sprintf("bug: chunk %d has %d records, cannot forget %d and keep one", n, len(starts), records))
	}
	last := starts[kept-1]
	id := le.Uint64(c[last+8:])
	le.PutUint64(c[16:], id)
	le.PutUint64(c[32:], id)
	le.PutUint32(c[44:], uint32(last))
	le.PutUint32(c[48:], uint32(starts[kept]))
	sealChunk(c)
}

// Hide removes a record the way log editing tools do: the record before it
// grows over it, and the checksums are made right again. index counts from 0
// in the chunk and must not be the first.
func Hide(file []byte, n, index int) {
	le := binary.LittleEndian
	c := Chunk(file, n)
	starts := offsets(c)
	if index < 1 || index >= len(starts) {
		panic(fmt.Sprintf("bug: chunk %d has %d records, cannot hide record %d", n, len(starts), index))
	}
	hider, hidden := starts[index-1], starts[index]
	size := le.Uint32(c[hider+4:]) + le.Uint32(c[hidden+4:])
	le.PutUint32(c[hider+4:], size)
	le.PutUint32(c[hider+int(size)-4:], size)
	if index == len(starts)-1 {
		le.PutUint32(c[44:], uint32(hider))
	}
	sealChunk(c)
}

// ZeroSize sets the size of a record to 0, which ends or traps careless
// readers. Checksums are made right again.
func ZeroSize(file []byte, n, index int) {
	c := Chunk(file, n)
	binary.LittleEndian.PutUint32(c[offsets(c)[index]+4:], 0)
	sealChunk(c)
}
