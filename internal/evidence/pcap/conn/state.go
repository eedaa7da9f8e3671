package conn

import "seawall/internal/evidence/pcap/packet"

// State is how far a side of a TCP connection has come.
type State uint8

// The states. Of other protocols a side is Inactive or Established.
const (
	Inactive    State = iota
	SynSent           // it asked for a connection
	SynAckSent        // it answered, though nobody was seen to ask
	Partial           // it was seen only after the handshake
	Established       // both sides agreed
	Closed            // it sent a FIN
	Reset             // it sent a RST
)

// advance moves the states of a TCP connection on.
func (c *Conn) advance(from Side, p *packet.Packet) {
	e, peer := &c.Ends[from], &c.Ends[from.Other()]
	if e.State == Reset || e.State == Closed {
		return
	}
	if peer.State == SynSent && e.State == Inactive && p.Flags&packet.ACK != 0 && p.Ack != peer.stream.start {
		return // an answer to something else: the asker does not heed it (RFC 9293 3.10.7.3)
	}
	switch {
	case p.Flags&packet.RST != 0:
		e.State = Reset
	case p.Flags&packet.SYN != 0:
		e.synchronise(peer, p)
	case peer.State == SynAckSent && p.Flags&packet.ACK != 0: // its SYN was not captured
		e.State, peer.State = Established, Established
	case e.State == Inactive && p.Flags&packet.FIN == 0:
		e.State = Partial
		if peer.State == SynSent { // the SYN-ACK was not captured
			peer.State = Partial
		}
	}
	if p.Flags&packet.FIN != 0 && p.Flags&packet.RST == 0 {
		e.State = Closed
	}
}

func (e *Endpoint) synchronise(peer *Endpoint, p *packet.Packet) {
	if e.State != Inactive && e.State != Partial {
		return
	}
	switch {
	case p.Flags&packet.ACK == 0:
		e.State = SynSent
	case peer.State == SynSent:
		e.State, peer.State = Established, Established
	case e.State == Inactive:
		e.State = SynAckSent
	}
}

// Verdict is the state of the whole connection in Zeek's terms.
func (c *Conn) Verdict() string {
	o, r := c.Ends[Originator].State, c.Ends[Responder].State
	if c.Protocol != packet.TCP {
		switch {
		case c.Protocol != packet.UDP:
			return "OTH"
		case o == Inactive && r == Inactive:
			return "OTH"
		case r == Inactive:
			return "S0"
		case o == Inactive:
			return "SHR"
		}
		return "SF"
	}
	quietO, quietR := o == Inactive || o == Partial, r == Inactive || r == Partial
	switch {
	case r == Reset:
		switch {
		case o == SynSent || o == SynAckSent || o == Reset && c.Size(Originator) == 0 && c.Size(Responder) == 0:
			return "REJ"
		case quietO:
			return "RSTRH"
		}
		return "RSTR"
	case o == Reset && quietR:
		return "RSTOS0"
	case o == Reset:
		return "RSTO"
	case o == Closed && r == Closed:
		return "SF"
	case o == Closed && quietR:
		return "SH"
	case o == Closed:
		return "S2"
	case r == Closed && quietO:
		return "SHR"
	case r == Closed:
		return "S3"
	case o == SynSent && r == Inactive:
		return "S0"
	case o == Established && r == Established:
		return "S1"
	}
	return "OTH"
}

// over reports whether both sides, or one for both, ended the connection.
func (c *Conn) over() bool {
	o, r := c.Ends[Originator].State, c.Ends[Responder].State
	return o == Reset || r == Reset || o == Closed && r == Closed
}
