package pcap

import (
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/dcerpc"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of a remote procedure call, after the common ones.
const rpcFields = "rtt named_pipe endpoint operation fault"

const (
	rpcRTT = commonFields + iota
	rpcPipe
	rpcEndpoint
	rpcOperation
	rpcFault
)

const (
	maxCalls  = 32      // that wait for their response
	maxLogged = 1 << 12 // rows of one connection: WMI and the like call without end
)

// call is one that has not come back.
type call struct {
	id        uint32
	what      *dcerpc.Interface
	operation uint16
	time      int64
	quote     quote
}

// rpc reads the calls through one pipe or connection.
type rpc struct {
	rows    *rows
	session dcerpc.Session
	pipe    string
	calls   []call
	login   ntlmLogin
	c       *conn.Conn
	p       *packet.Packet
	logged  int
}

// Call takes a call.
func (r *rpc) Call(id uint32, i *dcerpc.Interface, operation uint16) {
	if len(r.calls) >= maxCalls {
		r.write(&r.calls[0], -1, false)
		r.calls = append(r.calls[:0], r.calls[1:]...)
	}
	r.calls = append(r.calls, call{id, i, operation, r.p.Time, quoteOf(r.p)})
}

// Return takes what came back.
func (r *rpc) Return(id uint32, fault bool) {
	for i := range r.calls {
		if c := &r.calls[i]; c.id == id {
			r.write(c, r.p.Time-c.time, fault)
			r.calls = append(r.calls[:i], r.calls[i+1:]...)
			return
		}
	}
}

// Auth takes the token of an authentication.
func (r *rpc) Auth(token []byte) {
	if r.login.take(r.rows, token, r.p) {
		r.login.write(r.rows, r.c, false, false)
	}
}

func (r *rpc) flush(c *conn.Conn) {
	r.c = c
	for i := range r.calls {
		r.write(&r.calls[i], -1, false)
	}
	r.calls = r.calls[:0]
}

func (r *rpc) write(c *call, rtt int64, fault bool) {
	if r.logged++; r.logged > maxLogged {
		return
	}
	w := r.rows
	w.start(w.schemas.rpc, r.c, c.time, &c.quote)
	w.seconds(rpcRTT, rtt)
	switch {
	case r.session.Address != "":
		w.text(rpcPipe, r.session.Address)
	case r.pipe != "":
		w.text(rpcPipe, r.pipe)
	default:
		w.count(rpcPipe, int64(r.c.Ends[conn.Responder].Port))
	}
	if c.what != nil {
		w.text(rpcEndpoint, c.what.Name)
	} else {
		w.text(rpcEndpoint, "unknown")
	}
	w.text(rpcOperation, c.what.Operation(c.operation))
	w.flag(rpcFault, fault)
	w.end()
}

// rpcFollower reads DCE/RPC over TCP.
type rpcFollower struct{ rpc rpc }

func (r *rows) newRPC(c *conn.Conn) *rpcFollower {
	c.Service = addService(c.Service, "dce_rpc")
	return &rpcFollower{rpc: rpc{rows: r}}
}

// Data takes bytes of one side.
func (f *rpcFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	f.rpc.c, f.rpc.p = c, p
	if !f.rpc.session.Feed(int(from), data, &f.rpc) {
		f.End(c)
		c.Follower = nil
	}
}

// Gap ends the reading: PDUs cannot be found again.
func (f *rpcFollower) Gap(c *conn.Conn, _ conn.Side, _ int) {
	f.End(c)
	c.Follower = nil
}

// End writes the calls that did not come back.
func (f *rpcFollower) End(c *conn.Conn) { f.rpc.flush(c) }
