package pcap

import (
	"crypto/sha256"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
	"seawall/internal/evidence/pcap/tls"
)

// Bounds of what is kept of one handshake.
const (
	maxChain      = 10
	maxServerName = 512
	maxSSLHistory = 40
	maxSizes      = 32 // records of data whose lengths are kept
)

// tlsSession is what is known of one handshake, whatever carried it.
type tlsSession struct {
	rows    *rows
	time    int64
	quote   quote
	hello   bool // a ClientHello was read
	answer  bool // a ServerHello was read
	written bool

	ja3, ja3s, ja4   string
	serverName       string
	alpn, offered    string
	version, group   uint16
	clientVersion    uint16
	cipher           uint16
	ciphers          string // decimal numbers separated by NUL
	nCiphers         int
	session          [32]byte // id that the client offers
	nSession         int
	resumed          bool
	established      bool
	settled          bool    // the history is complete
	changed          [2]bool // sides that said they encrypt from now on
	chains           [2][]*tls.Certificate
	certificateAsked bool
	encryptedHello   bool
	alert            byte // description of the last one in clear
	alerted          bool
	history          []byte
	sizes            []int32 // of the first records of data; negative from the server
}

func (s *tlsSession) letter(side conn.Side, c byte) {
	if len(s.history) >= maxSSLHistory || s.settled {
		return
	}
	if side == conn.Responder {
		c |= 0x20
	}
	s.history = append(s.history, c)
}

// messageLetters are what Zeek calls handshake messages in ssl_history.
var messageLetters = [256]byte{
	0: 'H', tls.TypeClientHello: 'C', tls.TypeServerHello: 'S', tls.TypeHelloVerify: 'V', tls.TypeSessionTicket: 'T',
	tls.TypeCertificate: 'X', tls.TypeServerKeyExchange: 'K', tls.TypeCertificateRequest: 'R', tls.TypeServerHelloDone: 'N',
	tls.TypeCertificateVerify: 'Y', tls.TypeClientKeyExchange: 'G', tls.TypeFinished: 'F', 21: 'W', 22: 'U', 23: 'A', 6: 'J', 8: 'O',
}

// message takes a handshake message of one side.
func (s *tlsSession) message(side conn.Side, kind byte, body []byte, carrier carrier) {
	letter := messageLetters[kind]
	if letter == 0 {
		letter = 'Z'
	}
	switch kind {
	case tls.TypeClientHello:
		s.letter(conn.Originator, 'C')
		s.client(body, carrier)
		return
	case tls.TypeServerHello:
		if h := &s.rows.serverHello; h.Parse(body) {
			if h.Retry {
				letter = 'J'
			} else {
				s.server(h)
			}
		}
	case tls.TypeCertificate:
		s.chain(side, body)
	case tls.TypeCertificateRequest:
		s.certificateAsked = true
	case tls.TypeServerKeyExchange:
		const namedCurve = 3
		if len(body) > 4 && body[0] == namedCurve && s.group == 0 {
			s.group = uint16(body[1])<<8 | uint16(body[2])
		}
	}
	s.letter(side, letter)
}

// carrier is what a handshake came in.
type carrier uint8

const (
	overTCP carrier = iota
	overUDP
	overQUIC
)

func (s *tlsSession) client(body []byte, carrier carrier) {
	h := &s.rows.clientHello
	if !h.Parse(body, carrier == overUDP) {
		return
	}
	h.QUIC = carrier == overQUIC
	s.offer(h)
}

// offer notes what a client offers; the first time, if it must try again.
func (s *tlsSession) offer(h *tls.ClientHello) {
	if s.hello {
		return
	}
	s.hello = true
	f := &s.rows.fingerprinter
	s.ja3 = s.rows.intern(f.JA3(h))
	s.ja4 = s.rows.intern(f.JA4(h))
	s.serverName = s.rows.intern(h.ServerName[:min(len(h.ServerName), maxServerName)])
	s.offered = s.rows.intern(h.ALPN)
	s.ciphers, s.nCiphers = s.rows.intern(s.rows.decimal(h.Ciphers)), len(h.Ciphers)
	s.clientVersion, s.encryptedHello = h.Version, h.EncryptedHello
	s.nSession = copy(s.session[:], h.SessionID)
}

func (s *tlsSession) server(h *tls.ServerHello) {
	if s.answer {
		return
	}
	s.answer = true
	s.ja3s = s.rows.intern(s.rows.fingerprinter.JA3S(h))
	s.version, s.cipher, s.group = h.Negotiated(), h.Cipher, h.Group
	s.alpn = s.rows.intern(h.ALPN)
	same := s.nSession > 0 && string(s.session[:s.nSession]) == string(h.SessionID)
	s.resumed = h.PreShared || same && !s.modern()
}

// modern reports whether TLS 1.3 was agreed on, which hides all that follows.
func (s *tlsSession) modern() bool {
	return s.version == 0x0304 || s.version>>8 == 0x7f || s.version == 0xfefc
}

// chain reads the certificates of one side (RFC 5246 7.4.2).
func (s *tlsSession) chain(side conn.Side, body []byte) {
	if len(body) < 3 || s.chains[side] != nil {
		return
	}
	for b := body[3:]; len(b) > 3 && len(s.chains[side]) < maxChain; {
		size := int(b[0])<<16 | int(b[1])<<8 | int(b[2])
		if size > len(b)-3 {
			return
		}
		s.chains[side] = append(s.chains[side], s.rows.certificate(b[3:3+size]))
		b = b[3+size:]
	}
}

// certificate reads a certificate, once.
func (r *rows) certificate(raw []byte) *tls.Certificate {
	const most = 4096
	key := sha256.Sum256(raw)
	if c := r.certificates[key]; c != nil {
		return c
	}
	if len(r.certificates) >= most {
		clear(r.certificates)
	}
	c := tls.ParseCertificate(raw)
	r.certificates[key] = c
	return c
}

// record notes a record that is no handshake in clear.
func (s *tlsSession) record(side conn.Side, kind byte, size int, content []byte) {
	switch kind {
	case tls.RecordChangeCipher:
		s.letter(side, 'I')
		s.changed[side] = true
		s.established = s.established || s.changed[0] && s.changed[1] && s.answer && !s.modern()
		s.settled = s.established
	case tls.RecordAlert:
		s.letter(side, 'L')
		if len(content) == 2 {
			s.alert, s.alerted = content[1], true
		}
	case tls.RecordData:
		if !s.sawData(side) {
			s.letter(side, 'D')
		}
		if side == conn.Originator && s.answer {
			s.established = true
		}
		if len(s.sizes) < maxSizes {
			n := int32(size)
			if side == conn.Responder {
				n = -n
			}
			s.sizes = append(s.sizes, n)
		}
	}
}

func dataLetter(side conn.Side) byte {
	if side == conn.Responder {
		return 'd'
	}
	return 'D'
}

func (s *tlsSession) sawData(side conn.Side) bool {
	for _, c := range s.history {
		if c == dataLetter(side) {
			return true
		}
	}
	return false
}

// tlsFollower reads TLS over TCP.
type tlsFollower struct {
	session tlsSession
	account account
	streams [2]tls.Stream
	side    conn.Side // whose data is being read
	checked [2]bool
}

func (r *rows) newTLS(c *conn.Conn, p *packet.Packet) *tlsFollower {
	c.Service = addService(c.Service, "ssl")
	return &tlsFollower{account: account{rows: r}, session: tlsSession{rows: r, time: p.Time, quote: quoteOf(p)}}
}

// Data takes bytes of one side.
func (t *tlsFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if !t.checked[from] {
		t.checked[from] = true
		if data[0]&0x80 != 0 && len(data) > 5 && data[2] == tls.TypeClientHello { // SSL 2.0's own format
			t.old(from, data)
			return
		}
	}
	t.side = from
	t.streams[from].Feed(data, t)
	t.stop(c)
}

// old reads a ClientHello in the format of SSL 2.0, which is one segment.
func (t *tlsFollower) old(from conn.Side, data []byte) {
	size := int(data[0]&0x7f)<<8 | int(data[1])
	if size > len(data)-2 {
		return
	}
	if h := &t.session.rows.clientHello; h.ParseSSL2(data[2 : 2+size]) {
		t.session.letter(from, 'C')
		t.session.offer(h)
	}
}

// stop ends the reading when all that can be known is.
func (t *tlsFollower) stop(c *conn.Conn) {
	over := t.streams[0].Broken && t.streams[1].Broken || len(t.session.sizes) >= maxSizes
	if !t.account.set(t.streams[0].Buffered() + t.streams[1].Buffered()) {
		over = true
	}
	if over {
		t.End(c)
		c.Follower = nil
	}
}

// Gap takes note of missing bytes.
func (t *tlsFollower) Gap(c *conn.Conn, from conn.Side, n int) {
	t.streams[from].Gap(n)
	t.stop(c)
}

// End writes the row.
func (t *tlsFollower) End(c *conn.Conn) {
	t.account.set(0)
	t.session.write(c)
}

// Handshake takes a message in clear.
func (t *tlsFollower) Handshake(kind byte, body []byte) {
	t.session.message(t.side, kind, body, overTCP)
	if kind == tls.TypeServerHello && t.session.modern() {
		t.streams[0].Encrypted()
		t.streams[1].Encrypted()
	}
}

// Record takes note of another record.
func (t *tlsFollower) Record(kind byte, _ uint16, size int, content []byte) {
	t.session.record(t.side, kind, size, content)
}

// dtlsFollower reads TLS over UDP.
type dtlsFollower struct {
	session tlsSession
	streams [2]tls.Datagrams
	side    conn.Side
}

func (r *rows) newDTLS(c *conn.Conn, p *packet.Packet) *dtlsFollower {
	c.Service = "ssl"
	return &dtlsFollower{session: tlsSession{rows: r, time: p.Time, quote: quoteOf(p)}}
}

// Data takes a datagram.
func (t *dtlsFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	t.side = from
	if !t.streams[from].Feed(data, t) || len(t.session.sizes) >= maxSizes {
		t.session.write(c)
		c.Follower = nil
	}
}

// Gap does not happen.
func (t *dtlsFollower) Gap(*conn.Conn, conn.Side, int) {}

// End writes the row.
func (t *dtlsFollower) End(c *conn.Conn) { t.session.write(c) }

// Handshake takes a message in clear.
func (t *dtlsFollower) Handshake(kind byte, body []byte) {
	t.session.message(t.side, kind, body, overUDP)
}

// Record takes note of another record.
func (t *dtlsFollower) Record(kind byte, _ uint16, size int, content []byte) {
	t.session.record(t.side, kind, size, content)
}
