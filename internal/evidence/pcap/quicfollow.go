package pcap

import (
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
	"seawall/internal/evidence/pcap/quic"
)

// maxQUICPackets is after how many packets of each side the handshake has
// either been read or cannot be.
const maxQUICPackets = 40

// quicFollower reads the handshake in QUIC.
type quicFollower struct {
	session tlsSession
	quic    quic.Connection
	version uint32
	packets [2]int
	opened  bool
	written bool
}

func (r *rows) newQUIC(c *conn.Conn, p *packet.Packet) *quicFollower {
	c.Service = "quic"
	return &quicFollower{session: tlsSession{rows: r, time: p.Time, quote: quoteOf(p)}}
}

// Data takes a datagram.
func (f *quicFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if f.version == 0 {
		f.version = quic.Version(data)
	}
	f.packets[from]++
	if f.quic.Datagram(int(from), data, func(kind byte, body []byte) { f.session.message(from, kind, body, overQUIC) }) {
		if !f.opened && f.session.hello {
			c.Service = "quic,ssl"
		}
		f.opened = true
	}
	// A server that answers in clear of nothing but the handshake's first
	// message shows the rest only under keys of its own.
	if f.session.answer && f.packets[conn.Originator] > 1 && len(data) > 0 && data[0]&0x80 == 0 {
		f.session.established = true
	}
	if f.session.established || f.packets[from] > maxQUICPackets {
		f.write(c)
		c.Follower = nil
	}
}

// Gap does not happen.
func (f *quicFollower) Gap(*conn.Conn, conn.Side, int) {}

// End writes the rows.
func (f *quicFollower) End(c *conn.Conn) { f.write(c) }

// The fields of a QUIC connection, after the common ones.
const quicFields = "version client_initial_dcid client_scid server_scid server_name client_protocol"

const (
	quicVersion = commonFields + iota
	quicDestination
	quicClientID
	quicServerID
	quicServerName
	quicProtocol
)

func (f *quicFollower) write(c *conn.Conn) {
	if f.written {
		return
	}
	f.written = true
	s, r := &f.session, f.session.rows
	r.start(r.schemas.quic, c, s.time, &s.quote)
	r.text(quicVersion, quicVersionName(f.version))
	r.hex(quicDestination, f.quic.Destination)
	r.hex(quicClientID, f.quic.Source)
	r.hex(quicServerID, f.quic.Server)
	r.text(quicServerName, s.serverName)
	r.text(quicProtocol, s.offered)
	r.end()
	s.write(c)
}

func quicVersionName(v uint32) string {
	switch v {
	case quic.Version1:
		return "1"
	case quic.Version2:
		return "quicv2"
	}
	if v>>8 == 0xff0000 {
		return "draft-" + itoa(int(v&0xff))
	}
	const digits = "0123456789abcdef"
	b := []byte("unknown-")
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, digits[v>>shift&15])
	}
	return string(b)
}
