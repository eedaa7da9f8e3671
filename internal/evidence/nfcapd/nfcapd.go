// Package nfcapd reads the files in which nfdump's collectors keep flows:
// layout 1 of nfdump 1.6 and layout 2 of 1.7, as nfdump's headers document
// them (nffile.h, nffileV2.h, nfxV3.h).
package nfcapd

import (
	"encoding/binary"
	"fmt"

	"seawall/internal/evidence"
	"seawall/record"
)

// Formats is the table of formats of this package.
func Formats() []evidence.Format {
	schemas := newSchemas()
	return []evidence.Format{{
		ID: "nfcapd", Title: "Flow file of nfcapd (nfdump)",
		Notes:      "layouts 1 and 2; blocks as they are or compressed with LZO, LZ4, bzip2 or zstd; of layout 1 addresses, ports, times and counts",
		Match:      match,
		Cut:        cut,
		Sequential: true,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			h, err := readHeader(head)
			if err != nil {
				return nil, err
			}
			return &decoder{path: file.Path, header: h, out: newRow(schemas, h.order)}, nil
		},
	}}
}

// Sizes of what a file begins with.
const (
	headerSize1 = 140 + 136 // and the statistics behind it
	headerSize2 = 40
	blockHeader = 12
	// maxBlock bounds blocks, packed and unpacked. nfdump's buffers are of 5 MiB.
	maxBlock = 32 << 20
)

// match knows the magic number, in either byte order, and the layout.
func match(head []byte, _ string) bool {
	_, layout := magic(head)
	return layout != 0
}

func magic(data []byte) (order binary.ByteOrder, layout int) {
	if len(data) < 4 {
		return nil, 0
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		if v := order.Uint16(data[2:]); order.Uint16(data) == 0xa50c && (v == 1 || v == 2) {
			return order, int(v)
		}
	}
	return nil, 0
}

// header is what a file says of itself.
type header struct {
	order       binary.ByteOrder
	layout      int
	size        int
	compression compression
}

func readHeader(head []byte) (h header, err error) {
	h.order, h.layout = magic(head)
	h.size = headerSize2
	if h.layout == 1 {
		h.size = headerSize1
	}
	if h.layout == 0 || len(head) < h.size {
		return h, fmt.Errorf("the file is cut off within its header of %d bytes", h.size)
	}
	if h.layout == 1 {
		switch flags := h.order.Uint32(head[4:]); {
		case flags&1 != 0:
			h.compression = lzoBlocks
		case flags&8 != 0:
			h.compression = bzip2Blocks
		case flags&16 != 0:
			h.compression = lz4Blocks
		}
		return h, nil
	}
	h.compression = compression(head[16])
	if head[17] != 0 {
		return h, fmt.Errorf("the file is encrypted (method %d)", head[17])
	}
	if h.compression > zstdBlocks {
		return h, fmt.Errorf("blocks are compressed by method %d, which is not known", h.compression)
	}
	return h, nil
}

// cut cuts behind the last whole block. What is no block is handed out with all
// that follows it.
func cut(data []byte, last bool) int {
	if last {
		return len(data)
	}
	at := 0
	switch _, layout := magic(data); layout {
	case 1:
		at = headerSize1
	case 2:
		at = headerSize2
	}
	if at > len(data) {
		return 0
	}
	begun := at
	for {
		n := blockLength(data[at:])
		if n < 0 {
			return len(data)
		}
		if n == 0 || n > len(data)-at {
			break
		}
		at += n
	}
	if at == begun {
		return 0
	}
	return at
}

// blockLength is the length of the block that data begins with: 0 if its header
// is cut off, -1 if it is none. Blocks tell their byte order by their type, a
// small number of two bytes.
func blockLength(data []byte) int {
	if len(data) < blockHeader {
		return 0
	}
	var size uint32
	switch {
	case data[8] != 0 && data[9] == 0:
		size = binary.LittleEndian.Uint32(data[4:])
	case data[8] == 0 && data[9] != 0:
		size = binary.BigEndian.Uint32(data[4:])
	default:
		return -1
	}
	if size > maxBlock {
		return -1
	}
	return blockHeader + int(size)
}

// decoder decodes one file.
type decoder struct {
	path   string
	header header
	out    *row
	unpack unpacker
	number uint64 // of the record
	broken bool   // where the next block begins is not known
}

// Decode reads the blocks of one run.
func (d *decoder) Decode(b *evidence.Block, sink evidence.Sink) {
	at := 0
	if b.Offset == 0 {
		at = min(d.header.size, len(b.Data))
	}
	for at < len(b.Data) && !d.broken {
		data, offset := b.Data[at:], b.Offset+int64(at)
		n := blockLength(data)
		switch {
		case n < 0:
			d.lose(sink, offset, "no block where one should begin; the rest of the file is not read")
			d.broken = true
			return
		case n == 0 || n > len(data):
			d.lose(sink, offset, "the file ends within a block")
			return
		}
		if err := d.block(data[:n], offset, sink); err != nil {
			d.lose(sink, offset, err.Error())
		}
		at += n
	}
}

func (d *decoder) lose(sink evidence.Sink, offset int64, what string) {
	sink.Problem(evidence.Problem{Path: d.path, Offset: offset, What: what, Lost: true})
}

// Types of blocks, and the flag of a block that was left as it was.
const (
	typeRecords1 = 2
	typeRecords2 = 3
	leftAsIs     = 1
)

// block reads the records of one block, its header included.
func (d *decoder) block(data []byte, offset int64, sink evidence.Sink) error {
	kind, flags := d.header.order.Uint16(data[8:]), d.header.order.Uint16(data[10:])
	if kind != typeRecords1 && d.header.layout == 1 || kind != typeRecords2 && d.header.layout == 2 {
		return nil // histograms, tables
	}
	records, packed := data[blockHeader:], d.header.compression != asIs && flags&leftAsIs == 0
	if packed {
		var err error
		if records, err = d.unpack.block(d.header.compression, records); err != nil {
			return fmt.Errorf("unpack block: %w", err)
		}
	}
	for at := 0; at+4 <= len(records); {
		kind, size := d.header.order.Uint16(records[at:]), int(d.header.order.Uint16(records[at+2:]))
		if size < 4 || size > len(records)-at {
			return fmt.Errorf("a record of %d bytes where %d are left", size, len(records)-at)
		}
		if d.record(kind, records[at:at+size]) {
			d.number++
			rec := &d.out.rec
			rec.Raw = records[at : at+size]
			rec.Origin = record.Origin{Path: d.path, Offset: offset + blockHeader + int64(at), Length: size, Number: d.number}
			if packed { // the record has no bytes of its own in the file: cite its block's header
				rec.Raw = data[:blockHeader]
				rec.Origin.Offset, rec.Origin.Length = offset, blockHeader
			}
			sink.Record(rec)
		}
		at += size
	}
	return nil
}

// record reads one record; false if it is no flow.
func (d *decoder) record(kind uint16, data []byte) bool {
	if d.header.layout == 1 {
		return d.out.record1(kind, data)
	}
	return d.out.record2(kind, data)
}

// Close has nothing left to say.
func (d *decoder) Close(evidence.Sink) { d.unpack.close() }

// Stop lets go of what unpacking holds.
func (d *decoder) Stop() { d.unpack.close() }
