package evtx

import (
	"bytes"
	"fmt"

	"seawall/record"
)

// Chunks reads a run of chunks, the first of which should begin with data[0],
// at offset in the file. Chunks count by their place: empty ones are skipped,
// and where there is something else, chunks and records are looked for in it.
func (d *Decoder) Chunks(data []byte, offset int64, h Handler) {
	for len(data) > 0 {
		n := min(ChunkSize, len(data))
		switch {
		case IsChunk(data):
			d.Chunk(data[:n], offset, h)
		case isZero(data[:n]):
		default:
			n = d.lost(data, offset, h)
		}
		data, offset = data[n:], offset+int64(n)
	}
}

// sector is what chunks that are out of place are aligned to: the allocation
// unit of disks.
const sector = 512

// lost reads what lies where a chunk should be, and returns how much of it.
func (d *Decoder) lost(data []byte, offset int64, h Handler) (n int) {
	n = min(ChunkSize, len(data))
	h.Damage(&Damage{Offset: offset, What: fmt.Sprintf("no chunk where one should begin, but %q", data[:min(8, n)]), Lost: true, Kind: BadChunk})
	for at := sector; at < n; at += sector {
		if IsChunk(data[at:]) {
			n = at
			break
		}
	}
	if !d.LiveOnly {
		d.begin(data[:n], offset)
		d.candidates(0, n, false, record.Orphan)
		d.endChunk(h)
	}
	return n
}

// Match reports whether head is the beginning of an event log, or of a chunk
// of one.
func Match(head []byte) bool {
	return bytes.HasPrefix(head, []byte(fileMagic)) || IsChunk(head)
}
