package pcap

import (
	"fmt"

	"seawall/internal/evidence"
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
)

// reader takes whole packets from the front of b, which stands at an offset of
// the file, and returns how many bytes it took.
type reader interface {
	read(b []byte, at int64, c *capture) int
}

// capture decodes one file.
type capture struct {
	path    string
	part    int // of the file's parts; what concerns the file as a whole is told with the first
	file    reader
	frames  *packet.Reader
	table   *conn.Table
	rows    *rows
	rest    []byte // of the block before: the beginning of a packet
	at      int64  // where rest stands
	last    bool   // no more blocks follow
	time    int64  // of the last packet
	packets int64
	cut     int64 // packets of which less was captured than was sent
	broke   bool
	sink    evidence.Sink
}

func newCapture(f *evidence.File, file reader, s *schemas) *capture {
	c := &capture{path: f.Path, part: f.Part, file: file, rows: newRows(f.Path, s)}
	c.table = conn.NewTable(&follow{rows: c.rows})
	c.frames = packet.NewReader(c.table)
	c.frames.Part, c.frames.Parts = f.Part, f.Format.Parts
	return c
}

// maxRest is the most that is kept from one block to the next: no packet that
// is believed is longer.
const maxRest = maxBlock + 4096

// Decode reads the packets of a block.
func (c *capture) Decode(b *evidence.Block, sink evidence.Sink) {
	c.sink, c.rows.sink, c.last = sink, sink, b.Last
	data, at := b.Data, b.Offset
	for len(c.rest) > 0 && len(data) > 0 { // the packet that lies across blocks
		take := min(len(data), max(len(c.rest), 4096))
		c.rest = append(c.rest, data[:take]...)
		data, at = data[take:], at+int64(take)
		n := c.read(c.rest, c.at)
		if n == 0 && len(c.rest) < maxRest {
			continue
		}
		if n == 0 {
			c.lost(c.at, "a packet does not end; passed over")
			n = len(c.rest)
		}
		left := len(c.rest) - n
		if left <= take { // what is left lies within this block
			data, at = b.Data[len(b.Data)-len(data)-left:], at-int64(left)
			c.rest = c.rest[:0]
			break
		}
		c.at += int64(n)
		c.rest = append(c.rest[:0], c.rest[n:]...)
	}
	if len(c.rest) == 0 {
		n := c.read(data, at)
		c.rest, c.at = append(c.rest, data[n:]...), at+int64(n)
	}
	c.sink, c.rows.sink = nil, nil
}

func (c *capture) read(b []byte, at int64) int {
	if c.broke {
		return len(b)
	}
	return c.file.read(b, at, c)
}

// Close hands out the connections still under way.
func (c *capture) Close(sink evidence.Sink) {
	c.sink, c.rows.sink = sink, sink
	if len(c.rest) > 0 && !c.broke {
		c.lost(c.at, "the file ends within a packet; all before it was read")
	}
	c.table.Close()
	c.rows.missing()
	if n := c.table.Evicted; n > 0 {
		c.tell(fmt.Sprintf("%d connections were given up early, to keep within bounds: they may appear in parts", n))
	}
	if n := c.rows.crowded; n > 0 {
		c.tell(fmt.Sprintf("of %d connections messages were given up on, to keep within bounds", n))
	}
	if c.cut > 0 {
		c.note(fmt.Sprintf("of %d of %d packets not all was captured: what protocols say may be missing", c.cut, c.packets))
	}
	if n := c.frames.Cut; n > 0 {
		c.note(fmt.Sprintf("of %d packets not even the headers were captured", n))
	}
}

// frame takes one captured frame. record is the packet with its header in the
// file, which stands at an offset.
func (c *capture) frame(link uint32, frame []byte, size int, time, offset int64, record []byte) {
	c.packets++
	if len(frame) < size {
		c.cut++
	}
	c.time = max(time, 0)
	c.frames.Frame(link, frame, size, packet.Packet{
		Time: c.time, Place: packet.Place{Offset: offset, Length: len(record)}, Record: record,
	})
}

// lost reports evidence that cannot be read.
func (c *capture) lost(at int64, what string) {
	if c.part > 0 {
		return
	}
	c.sink.Problem(evidence.Problem{Path: c.path, Offset: at, What: what, Lost: true})
}

// broken reports that nothing more can be read.
func (c *capture) broken(at int64, what string) {
	c.broke = true
	c.lost(at, what)
}

// note reports what cost nothing, or only detail, of the whole file.
func (c *capture) note(what string) {
	if c.part == 0 {
		c.tell(what)
	}
}

// tell reports what cost nothing, or only detail, of this part of the file.
func (c *capture) tell(what string) {
	c.sink.Problem(evidence.Problem{Path: c.path, Offset: -1, What: what})
}
