package pcap

import (
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
)

// maxQuote is how much of a packet a row cites: what it says mostly stands in
// its beginning, and the bytes are kept until the row is written.
const maxQuote = 512

// quote is the packet that a row cites, with its header in the file.
type quote struct {
	packet.Place
	raw []byte // the bytes there; empty if they are not at hand
}

// quoteOf keeps the bytes of a packet.
func quoteOf(p *packet.Packet) (q quote) {
	q.take(p)
	return q
}

// take keeps the bytes of a packet in the buffer of the quote before.
func (q *quote) take(p *packet.Packet) {
	q.Place = p.Place
	q.raw = append(q.raw[:0], p.Record[:min(len(p.Record), maxQuote)]...)
	if len(q.raw) > 0 {
		q.Length = len(q.raw)
	}
}

// present cites a packet that is at hand.
func present(p *packet.Packet) *quote { return &quote{Place: p.Place, raw: p.Record} }

// opening cites the first packet of a connection.
func opening(c *conn.Conn) quote { return quote{Place: c.Place, raw: c.Quote} }
