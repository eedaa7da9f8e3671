package pcap

import (
	"net/netip"
	"strconv"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of a connection through a SOCKS proxy, after the common ones.
const socksFields = "version user status request.host request.name request_p bound.host bound.name bound_p"

const (
	socksVersion = commonFields + iota
	socksUser
	socksStatus
	socksHost
	socksName
	socksPort
	socksBoundHost
	socksBoundName
	socksBoundPort
)

// maxSocks is the longest conversation with a proxy before it passes things on.
const maxSocks = 1024

// socksFollower reads what a client asks of a SOCKS proxy (RFC 1928, 1929),
// and leaves what follows to others.
type socksFollower struct {
	rows    *rows
	time    int64
	quote   quote
	version byte
	ask     []byte // what the client said
	answer  []byte // what the server said
	greeted bool   // version 5: the server chose how to log in
	login   bool   // with a password
	user    string
	target  socksTarget
}

// socksTarget is an address as SOCKS writes it.
type socksTarget struct {
	host netip.Addr
	name string
	port uint16
	set  bool
}

// looksLikeSOCKS reports whether a stream begins with a client's greeting. It
// must be all of the segment: its first bytes are common.
func looksLikeSOCKS(b []byte, port uint16) bool {
	switch {
	case len(b) >= 3 && b[0] == 5 && int(b[1]) == len(b)-2 && b[1] > 0 && b[1] < 10:
		for _, method := range b[2:] {
			if method > 9 && method < 0x80 {
				return false
			}
		}
		return true
	case len(b) >= 9 && b[0] == 4 && (b[1] == 1 || b[1] == 2) && b[len(b)-1] == 0:
		return port == 1080 || b[2]|b[3] != 0 && len(b) < 300
	}
	return false
}

func (r *rows) newSOCKS(c *conn.Conn, version byte, p *packet.Packet) *socksFollower {
	c.Service = addService(c.Service, "socks")
	return &socksFollower{rows: r, time: p.Time, quote: quoteOf(p), version: version}
}

// Data takes bytes of one side.
func (f *socksFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if from == conn.Originator {
		f.ask = append(f.ask, data...)
	} else {
		f.answer = append(f.answer, data...)
	}
	if len(f.ask) > maxSocks || len(f.answer) > maxSocks {
		f.End(c)
		c.Follower = nil
		return
	}
	if f.version == 4 {
		f.four(c)
		return
	}
	f.five(c)
}

// Gap ends the reading.
func (f *socksFollower) Gap(c *conn.Conn, _ conn.Side, _ int) {
	f.End(c)
	c.Follower = nil
}

// End writes what was asked and not answered.
func (f *socksFollower) End(c *conn.Conn) {
	if f.target.set {
		f.write(c, "", socksTarget{})
	}
}

// pass leaves what the proxy passes on to whoever can read it.
func (f *socksFollower) pass(c *conn.Conn) {
	c.Follower = &watcher{follow: &follow{rows: f.rows}}
}

func (f *socksFollower) four(c *conn.Conn) {
	if len(f.ask) < 9 || len(f.answer) < 8 {
		return
	}
	b := f.ask
	f.target = socksTarget{host: netip.AddrFrom4([4]byte(b[4:8])), port: uint16(b[2])<<8 | uint16(b[3]), set: true}
	user := b[8:]
	for i, ch := range user {
		if ch == 0 {
			if b[4]|b[5]|b[6] == 0 && i+1 < len(user) { // SOCKS 4a: a name follows
				f.target.host, f.target.name = netip.Addr{}, string(user[i+1:len(user)-1])
			}
			f.user = string(user[:i])
			break
		}
	}
	status := "general SOCKS server failure"
	if f.answer[1] == 90 {
		status = "succeeded"
	}
	f.write(c, status, socksTarget{})
	f.pass(c)
}

func (f *socksFollower) five(c *conn.Conn) {
	if !f.greeted {
		if len(f.answer) < 2 || len(f.ask) < 2+int(f.ask[1]) {
			return
		}
		const password = 2
		f.login = f.answer[1] == password
		f.greeted = true
		f.ask, f.answer = f.ask[2+int(f.ask[1]):], f.answer[2:]
	}
	if f.login {
		if len(f.ask) < 2 || len(f.ask) < 3+int(f.ask[1]) || len(f.answer) < 2 {
			return
		}
		user := f.ask[2 : 2+int(f.ask[1])]
		size := 3 + len(user) + int(f.ask[2+len(user)])
		if len(f.ask) < size {
			return
		}
		f.user, f.login = string(user), false
		f.ask, f.answer = f.ask[size:], f.answer[2:]
	}
	if !f.target.set {
		f.target = socksAddress(f.ask)
	}
	if !f.target.set || len(f.answer) < 4 {
		return
	}
	bound := socksAddress(f.answer)
	if !bound.set && f.answer[1] == 0 && len(f.answer) < 10 {
		return
	}
	f.write(c, socksStatusName(f.answer[1]), bound)
	f.pass(c)
}

// socksAddress reads the address in a request or reply of version 5.
func socksAddress(b []byte) (t socksTarget) {
	if len(b) < 7 || b[0] != 5 {
		return t
	}
	var end int
	switch b[3] {
	case 1:
		if end = 8; len(b) >= end {
			t.host = netip.AddrFrom4([4]byte(b[4:8]))
		}
	case 3:
		if end = 5 + int(b[4]); len(b) >= end {
			t.name = string(b[5:end])
		}
	case 4:
		if end = 20; len(b) >= end {
			t.host = netip.AddrFrom16([16]byte(b[4:20]))
		}
	default:
		return t
	}
	if len(b) < end+2 {
		return socksTarget{}
	}
	t.port, t.set = uint16(b[end])<<8|uint16(b[end+1]), true
	return t
}

func socksStatusName(code byte) string {
	names := [...]string{"succeeded", "general SOCKS server failure", "connection not allowed by ruleset", "Network unreachable", "Host unreachable", "Connection refused", "TTL expired", "Command not supported", "Address type not supported"}
	if int(code) < len(names) {
		return names[code]
	}
	return "unknown-" + strconv.Itoa(int(code))
}

func (f *socksFollower) write(c *conn.Conn, status string, bound socksTarget) {
	r := f.rows
	r.start(r.schemas.socks, c, f.time, &f.quote)
	r.count(socksVersion, int64(f.version))
	r.text(socksUser, f.user)
	r.text(socksStatus, status)
	if f.target.host.IsValid() {
		r.address(socksHost, f.target.host)
	}
	r.text(socksName, f.target.name)
	r.count(socksPort, int64(f.target.port))
	if bound.set {
		if bound.host.IsValid() {
			r.address(socksBoundHost, bound.host)
		}
		r.text(socksBoundName, bound.name)
		r.count(socksBoundPort, int64(bound.port))
	}
	r.end()
	f.target.set = false
}
