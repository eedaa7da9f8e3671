package pcap

import (
	"bytes"

	"seawall/internal/evidence/flow"
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/dcerpc"
	"seawall/internal/evidence/pcap/dns"
	"seawall/internal/evidence/pcap/http"
	"seawall/internal/evidence/pcap/kerberos"
	"seawall/internal/evidence/pcap/ldap"
	"seawall/internal/evidence/pcap/packet"
	"seawall/internal/evidence/pcap/quic"
	"seawall/internal/evidence/pcap/rdp"
	"seawall/internal/evidence/pcap/smb"
	"seawall/internal/evidence/pcap/ssh"
	"seawall/internal/evidence/pcap/tls"
)

// follow chooses who reads a connection, and writes its row in the end.
type follow struct{ rows *rows }

// Begin chooses by the first payload, and by ports only where it does not say.
func (f *follow) Begin(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) conn.Follower {
	switch p.Protocol {
	case packet.UDP:
		return f.datagram(c, p)
	case packet.TCP:
		return f.stream(c, from, data, p)
	}
	return nil
}

func (f *follow) datagram(c *conn.Conn, p *packet.Packet) conn.Follower {
	switch {
	case tls.LooksLikeDTLS(p.Payload):
		return f.rows.newDTLS(c, p)
	case quic.Looks(p.Payload):
		return f.rows.newQUIC(c, p)
	case dnsPort(c.Ends[conn.Responder].Port) || dnsPort(c.Ends[conn.Originator].Port):
		if len(p.Payload) >= 12 {
			return f.rows.newDNS(c)
		}
	case flow.Probe(p.Payload):
		return f.rows.newExport(c)
	case c.Ends[conn.Responder].Port == 389 && ldap.Looks(p.Payload):
		return f.rows.newLDAP(c)
	case kerberos.Looks(p.Payload):
		return f.rows.newKerberos(c)
	case dns.Looks(p.Payload):
		return f.rows.newDNS(c)
	}
	c.Service = datagramService(c, p.Payload)
	return nil
}

func (f *follow) stream(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) conn.Follower {
	if next := f.inner(c, from, data, p); next != nil {
		return next
	}
	if c.Service != "" {
		return nil
	}
	if len(data) > 2 && dnsPort(c.Ends[conn.Responder].Port) && (len(data) == 2 || dns.Looks(data[2:])) {
		return f.rows.newDNS(c)
	}
	return &watcher{follow: f}
}

// inner chooses by content alone who reads a stream, or what is passed on in
// another.
func (f *follow) inner(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) conn.Follower {
	switch {
	case looksLikeTLS(data):
		return f.rows.newTLS(c, p)
	case http.LooksLikeRequest(data):
		if bytes.HasPrefix(data, []byte("PRI * HTTP/2")) {
			c.Service = addService(c.Service, "http2")
			return nil
		}
		return f.rows.newHTTP(c, from)
	case http.LooksLikeResponse(data):
		return f.rows.newHTTP(c, from.Other())
	case ssh.Looks(data):
		return f.rows.newSSH(c, p)
	case rdp.Looks(data):
		return f.rows.newRDP(c, p)
	case smb.Looks(data):
		return f.rows.newSMB(c)
	case dcerpc.Looks(data) && data[2] == dcerpc.Bind:
		return f.rows.newRPC(c)
	case from == conn.Originator && looksLikeSOCKS(data, c.Ends[conn.Responder].Port):
		return f.rows.newSOCKS(c, data[0], p)
	case ldap.Looks(data):
		return f.rows.newLDAP(c)
	case looksLikeKerberos(data):
		return f.rows.newKerberos(c)
	}
	return nil
}

// dnsPort reports whether a port is that of DNS, multicast DNS or LLMNR.
func dnsPort(port uint16) bool { return port == 53 || port == 5353 || port == 5355 }

// looksLikeTLS reports whether a stream begins with a handshake of TLS.
func looksLikeTLS(b []byte) bool {
	if len(b) < 6 {
		return len(b) > 2 && b[0] == tls.RecordHandshake && b[1] == 3 && b[2] <= 4
	}
	if b[0] == tls.RecordHandshake && b[1] == 3 && b[2] <= 4 && (b[5] == tls.TypeClientHello || b[5] == tls.TypeServerHello) {
		return true
	}
	// The format of SSL 2.0: a length, the type, a version.
	return b[0]&0x80 != 0 && b[2] == tls.TypeClientHello && (b[3] == 3 && b[4] <= 4 || b[3] == 0 && b[4] == 2) && int(b[0]&0x7f)<<8|int(b[1]) == len(b)-2
}

// Closed writes the row of a connection.
func (f *follow) Closed(c *conn.Conn) { f.rows.connection(c) }
