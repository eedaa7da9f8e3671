package flow

import (
	"encoding/binary"
	"fmt"

	"seawall/internal/evidence"
	"seawall/record"
)

// Formats is the table of formats that hold exported flows.
func Formats() []evidence.Format {
	schemas := NewSchemas()
	return []evidence.Format{
		datagrams(schemas),
		silk(),
	}
}

// datagrams is the format of the bare payloads of exporters' datagrams, one
// after the other, as collectors' test files and `nc -lu` hold them.
func datagrams(schemas *Schemas) evidence.Format {
	return evidence.Format{
		ID: "flow-datagrams", Title: "Datagrams of NetFlow v5 and v9, IPFIX or sFlow v5",
		Notes:      "payloads without packet headers; data can only be read if its template is in the same file",
		Match:      func(head []byte, _ string) bool { return startsMessages(head) },
		Cut:        cutMessages,
		Sequential: true,
		Open: func(file *evidence.File, _ []byte) (evidence.Decoder, error) {
			return &datagramFile{path: file.Path, decoder: NewDecoder(schemas)}, nil
		},
	}
}

// startsMessages reports whether a file begins with a message of an exporter,
// and another one if it goes on.
func startsMessages(head []byte) bool {
	if !Probe(head) {
		return false
	}
	n := messageSize(head)
	return n > 0 && (n >= len(head) || len(head)-n < headerSize9 || Probe(head[n:]) || zeros(head[n:]))
}

func zeros(data []byte) bool {
	for _, c := range data {
		if c != 0 {
			return false
		}
	}
	return true
}

// messageSize returns the length of the message that data begins with: 0 if it
// is none, more than there is if it is cut off.
func messageSize(data []byte) int {
	if len(data) < headerSize9 {
		return len(data) + 1
	}
	switch binary.BigEndian.Uint16(data) {
	case 5:
		return headerSize5 + int(binary.BigEndian.Uint16(data[2:]))*recordSize5
	case 9:
		return size9(data)
	case 10:
		if n := int(binary.BigEndian.Uint16(data[2:])); n >= headerSize10 {
			return n
		}
	case 0:
		return sizeSFlow(data)
	}
	return 0
}

func size9(data []byte) int {
	at := headerSize9
	for at+4 <= len(data) {
		id, length := binary.BigEndian.Uint16(data[at:]), int(binary.BigEndian.Uint16(data[at+2:]))
		switch {
		case id == 5 || id == 9 || id == 10:
			return at
		case id == 0 && length == 0:
			return len(data)
		case length < 4:
			return 0
		}
		at += length
	}
	return max(at, len(data))
}

func sizeSFlow(data []byte) int {
	x := xdr{data: data}
	x.skip(1)
	x.address()
	x.skip(3)
	for samples := x.uint32(); samples > 0 && !x.bad; samples-- {
		x.skip(1)
		x.bytes(int(x.uint32()))
	}
	if x.bad {
		return len(data) + 1
	}
	return len(data) - len(x.data)
}

// cutMessages cuts behind the last whole message. What is no message is handed
// out with all that follows it, so that what is lost does not depend on blocks.
func cutMessages(data []byte, last bool) int {
	if last {
		return len(data)
	}
	at := 0
	for at < len(data) {
		n := messageSize(data[at:])
		// A message that ends where the data does may go on.
		if n <= 0 || n >= len(data)-at {
			break
		}
		at += n
	}
	return at
}

// datagramFile decodes one file of datagrams.
type datagramFile struct {
	path    string
	decoder *Decoder
	number  uint64
	broken  bool // where the next message begins is not known
}

// Decode reads the messages of one block.
func (f *datagramFile) Decode(b *evidence.Block, sink evidence.Sink) {
	if f.broken {
		return
	}
	for at := 0; at < len(b.Data); {
		f.number++
		f.decoder.payload = Datagram{Payload: b.Data[at:], Origin: record.Origin{Path: f.path, Offset: b.Offset + int64(at), Number: f.number}}
		f.decoder.emit = sink.Record
		n, err := f.decoder.message(b.Data[at:], true)
		if err != nil {
			f.broken = true
			if !zeros(b.Data[at:]) {
				sink.Problem(evidence.Problem{Path: f.path, Offset: b.Offset + int64(at), What: fmt.Sprintf("message %d: %v", f.number, err), Lost: true})
			}
			return
		}
		at += n
	}
}

// Close says what could not be read for want of a template.
func (f *datagramFile) Close(sink evidence.Sink) {
	missing, dropped := f.decoder.Missing()
	for _, m := range missing {
		what := m.String() + "; have the exporter's templates in the same file, before or after its data"
		sink.Problem(evidence.Problem{Path: f.path, Offset: m.Offset, What: what, Lost: true})
	}
	if dropped > 0 {
		sink.Problem(evidence.Problem{Path: f.path, Offset: -1, What: fmt.Sprintf("%d data sets were given up on: too many waited for templates", dropped), Lost: true})
	}
}
