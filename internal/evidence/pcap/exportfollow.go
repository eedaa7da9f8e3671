package pcap

import (
	"fmt"

	"seawall/internal/evidence"
	"seawall/internal/evidence/flow"
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
	"seawall/record"
)

// exportFollower reads what a flow exporter sends to its collector.
type exportFollower struct {
	rows   *rows
	failed int
}

// maxFailed is after how many datagrams that are none an exporter is not
// listened to any more.
const maxFailed = 8

func (r *rows) newExport(c *conn.Conn) *exportFollower {
	c.Service = "netflow"
	if r.exports == nil {
		r.exports = flow.NewDecoder(r.schemas.exports)
	}
	return &exportFollower{rows: r}
}

// Data takes a datagram.
func (f *exportFollower) Data(c *conn.Conn, _ conn.Side, data []byte, p *packet.Packet) {
	r := f.rows
	err := r.exports.Datagram(flow.Datagram{
		Exporter: p.Source, Payload: data, Time: p.Time, Raw: p.Record,
		Origin: record.Origin{Path: r.path, Offset: p.Place.Offset, Length: p.Place.Length},
	}, r.sink.Record)
	if err == nil {
		return
	}
	if f.failed++; f.failed >= maxFailed {
		c.Follower = nil
	}
}

// Gap does not happen.
func (f *exportFollower) Gap(*conn.Conn, conn.Side, int) {}

// End has nothing to write.
func (f *exportFollower) End(*conn.Conn) {}

// missing says which exported flows could not be read for want of a template.
func (r *rows) missing() {
	if r.exports == nil {
		return
	}
	missing, dropped := r.exports.Missing()
	for _, m := range missing {
		r.sink.Problem(evidence.Problem{Path: r.path, Offset: m.Offset, What: m.String() + "; capture for longer: exporters repeat their templates", Lost: true})
	}
	if dropped > 0 {
		r.sink.Problem(evidence.Problem{Path: r.path, Offset: -1, What: fmt.Sprintf("%d sets of exported flows were given up on: too many waited for templates", dropped), Lost: true})
	}
}
