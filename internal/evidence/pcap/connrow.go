package pcap

import (
	"crypto/sha1"
	"encoding/binary"
	"net/netip"
	"strconv"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of a connection, after the common ones.
const connFields = "proto service duration orig_bytes resp_bytes conn_state missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes " +
	"tunnel_parents ip_proto community_id vlan tunnel orig_tcp resp_tcp syn_rtt ack_rtt"

const (
	connProto = commonFields + iota
	connService
	connDuration
	connOrigBytes
	connRespBytes
	connState
	connMissed
	connHistory
	connOrigPackets
	connOrigIPBytes
	connRespPackets
	connRespIPBytes
	connParents
	connIPProto
	connCommunity
	connVLAN
	connTunnel
	connOrigTCP
	connRespTCP
	connSynRTT
	connAckRTT
)

// connection writes the row of a connection that is over.
func (r *rows) connection(c *conn.Conn) {
	s := r.schemas.conn
	if c.Open {
		s = r.schemas.openConn
	}
	q := opening(c)
	r.start(s, c, c.First, &q)
	o, p := &c.Ends[conn.Originator], &c.Ends[conn.Responder]
	r.text(connProto, protocolName(c.Protocol))
	service := c.Service
	if service == "" {
		service = c.Carries
	}
	if service == "" && r.carriesFiles(c) {
		service = "ftp-data"
	}
	r.text(connService, service)
	r.seconds(connDuration, c.Duration())
	r.count(connOrigBytes, c.Size(conn.Originator))
	r.count(connRespBytes, c.Size(conn.Responder))
	r.text(connState, c.Verdict())
	r.count(connMissed, o.Missed+p.Missed)
	r.bytes(connHistory, c.History())
	r.count(connOrigPackets, o.Packets)
	r.count(connOrigIPBytes, o.IPBytes)
	r.count(connRespPackets, p.Packets)
	r.count(connRespIPBytes, p.IPBytes)
	if c.Parent != 0 {
		r.uid(connParents, c.Parent)
	}
	r.count(connIPProto, int64(c.Protocol))
	id, ok := communityID(c)
	if ok {
		r.base64(connCommunity, "1:", id[:])
	}
	if c.VLAN != 0 {
		r.count(connVLAN, int64(c.VLAN))
	}
	r.text(connTunnel, c.Tunnel)
	r.stack(connOrigTCP, &o.SYN)
	r.stack(connRespTCP, &p.SYN)
	if c.SynTrip > 0 {
		r.seconds(connSynRTT, c.SynTrip)
	}
	if c.AckTrip > 0 {
		r.seconds(connAckRTT, c.AckTrip)
	}
	r.end()
}

// stack writes what a SYN tells of its sender: initial time to live, window,
// largest segment, scale of the window and options, as
// "64:64240:1460:7:ts,sack".
func (r *rows) stack(slot int, s *conn.Stack) {
	if s.TTL == 0 && s.Window == 0 {
		return
	}
	from := len(r.buf)
	r.buf = strconv.AppendUint(r.buf, uint64(s.TTL), 10)
	r.buf = strconv.AppendUint(append(r.buf, ':'), uint64(s.Window), 10)
	r.buf = strconv.AppendUint(append(r.buf, ':'), uint64(s.MSS), 10)
	r.buf = append(r.buf, ':')
	if s.Scaled {
		r.buf = strconv.AppendUint(r.buf, uint64(s.Scale), 10)
	}
	r.buf = append(r.buf, ':')
	if s.Timestamp {
		r.buf = append(r.buf, "ts"...)
	}
	if s.SACK {
		if s.Timestamp {
			r.buf = append(r.buf, ',')
		}
		r.buf = append(r.buf, "sack"...)
	}
	r.place(slot, from)
}

func protocolName(protocol uint8) string {
	switch protocol {
	case packet.TCP:
		return "tcp"
	case packet.UDP:
		return "udp"
	case packet.ICMP, packet.ICMPv6:
		return "icmp"
	}
	return "unknown_transport"
}

// communityID is the Community ID of a flow, version 1 with seed 0.
func communityID(c *conn.Conn) (id [sha1.Size]byte, ok bool) {
	o, p := &c.Ends[conn.Originator], &c.Ends[conn.Responder]
	source, destination, sourcePort, destinationPort := o.Address, p.Address, o.Port, p.Port
	if order := source.Compare(destination); order > 0 || order == 0 && sourcePort > destinationPort {
		if !oneWay(c.Protocol, sourcePort) {
			source, destination, sourcePort, destinationPort = destination, source, destinationPort, sourcePort
		}
	}
	var b [40]byte
	in := append(b[:0], 0, 0)
	in = appendAddress(in, source)
	in = appendAddress(in, destination)
	in = append(in, c.Protocol, 0)
	switch c.Protocol {
	case packet.TCP, packet.UDP, packet.ICMP, packet.ICMPv6, packet.SCTP:
		in = binary.BigEndian.AppendUint16(in, sourcePort)
		in = binary.BigEndian.AppendUint16(in, destinationPort)
	}
	return sha1.Sum(in), source.IsValid()
}

// oneWay reports whether an ICMP message is one that nothing answers.
func oneWay(protocol uint8, kind uint16) bool {
	switch protocol {
	case packet.ICMP:
		switch kind {
		case 8, 0, 13, 14, 15, 16, 17, 18, 9, 10:
			return false
		}
		return true
	case packet.ICMPv6:
		switch kind {
		case 128, 129, 130, 131, 133, 134, 135, 136, 139, 140, 144, 145:
			return false
		}
		return true
	}
	return false
}

func appendAddress(dst []byte, a netip.Addr) []byte {
	if a.Is4() {
		b := a.As4()
		return append(dst, b[:]...)
	}
	b := a.As16()
	return append(dst, b[:]...)
}
