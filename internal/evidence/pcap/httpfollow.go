package pcap

import (
	"bytes"
	"encoding/base64"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/http"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of a request, after the common ones.
const httpFields = "trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg info_code info_msg " +
	"username proxied resp_mime_types server upgrade"

const (
	httpDepth = commonFields + iota
	httpMethod
	httpHost
	httpURI
	httpReferrer
	httpVersion
	httpUserAgent
	httpOrigin
	httpRequestBytes
	httpResponseBytes
	httpStatus
	httpReason
	httpInfoCode
	httpInfoReason
	httpUser
	httpProxied
	httpMIME
	httpServer
	httpUpgrade
)

// maxRequests bounds the requests of one connection that wait for a response.
const maxRequests = 128

// exchange is a request and what came of it. Its texts stand in one buffer.
type exchange struct {
	time    int64
	quote   quote
	depth   int
	texts   []byte
	spans   [httpUpgrade + 1]cell // by field; only of texts
	asked   bool                  // the request was seen
	status  int
	info    int
	sent    int64
	got     int64
	answer  bool
	connect bool
	head    bool
	login   *ntlmLogin // that the response decides on
}

func (e *exchange) keep(field int, text []byte) {
	const longest = 16 << 10
	if len(text) == 0 || e.spans[field].to > 0 {
		return
	}
	text = text[:min(len(text), longest)]
	from := len(e.texts)
	e.texts = append(e.texts, text...)
	e.spans[field] = cell{from: from, to: len(e.texts)}
}

// httpFollower reads HTTP/1.
type httpFollower struct {
	rows    *rows
	account account
	streams [2]http.Stream
	waiting []*exchange
	depth   int
	side    conn.Side
	c       *conn.Conn
	p       *packet.Packet
	client  conn.Side
	sending *exchange // whose body the client is sending
}

func (r *rows) newHTTP(c *conn.Conn, client conn.Side) *httpFollower {
	c.Service = addService(c.Service, "http")
	f := &httpFollower{rows: r, account: account{rows: r}, client: client}
	f.streams[client.Other()].Response = true
	return f
}

// Data takes bytes of one side.
func (f *httpFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if f.tunnel() {
		f.hand(c, from, data, p)
		return
	}
	f.side, f.c, f.p = from, c, p
	rest := f.streams[from].Feed(data, f)
	if len(rest) > 0 && f.tunnel() {
		f.hand(c, from, rest, p)
	} else if f.streams[0].Broken() && f.streams[1].Broken() || !f.account.set(f.kept()) {
		f.End(c)
		c.Follower = nil
	}
	f.c, f.p = nil, nil
}

// kept is how many bytes the connection keeps.
func (f *httpFollower) kept() int {
	n := f.streams[0].Buffered() + f.streams[1].Buffered()
	for _, e := range f.waiting {
		n += cap(e.texts)
	}
	return n
}

// tunnel reports whether both sides speak another protocol now.
func (f *httpFollower) tunnel() bool { return f.streams[f.client.Other()].Foreign() }

// hand leaves the connection to whoever reads what a proxy was asked to pass
// on, or what was upgraded to.
func (f *httpFollower) hand(c *conn.Conn, from conn.Side, rest []byte, p *packet.Packet) {
	f.account.set(0)
	f.flush(c)
	next := (&follow{rows: f.rows}).inner(c, from, rest, p)
	if c.Follower = next; next != nil {
		next.Data(c, from, rest, p)
	}
}

// Gap takes note of missing bytes.
func (f *httpFollower) Gap(c *conn.Conn, from conn.Side, n int) {
	f.side, f.c, f.p = from, c, nil
	f.streams[from].Gap(n, f)
}

// End writes what was not answered.
func (f *httpFollower) End(c *conn.Conn) {
	f.account.set(0)
	f.c, f.p = c, nil
	for _, side := range []conn.Side{f.client, f.client.Other()} {
		f.side = side
		f.streams[side].End(f)
	}
	f.flush(c)
}

func (f *httpFollower) flush(c *conn.Conn) {
	for _, e := range f.waiting {
		f.write(c, e)
	}
	f.waiting = f.waiting[:0]
}

// Head takes the head of a message.
func (f *httpFollower) Head(m *http.Message) http.Body {
	if m.Response {
		return f.response(m)
	}
	return f.request(m)
}

// exchange makes room for another one.
func (f *httpFollower) exchange() *exchange {
	if len(f.waiting) >= maxRequests {
		f.write(f.c, f.waiting[0])
		f.waiting = append(f.waiting[:0], f.waiting[1:]...)
	}
	f.depth++
	e := &exchange{}
	if n := len(f.rows.exchanges); n > 0 {
		e = f.rows.exchanges[n-1]
		f.rows.exchanges = f.rows.exchanges[:n-1]
		*e = exchange{texts: e.texts[:0], quote: quote{raw: e.quote.raw[:0]}}
	}
	e.depth, e.time = f.depth, f.c.Last
	if f.p != nil {
		e.time = f.p.Time
		e.quote.take(f.p)
	} else {
		e.quote.Place, e.quote.raw = f.c.Place, append(e.quote.raw[:0], f.c.Quote...)
	}
	f.waiting = append(f.waiting, e)
	return e
}

func (f *httpFollower) request(m *http.Message) http.Body {
	e := f.exchange()
	e.asked = true
	f.sending = e
	e.keep(httpMethod, m.Method)
	e.keep(httpURI, m.Target)
	e.keep(httpVersion, m.Version)
	e.keep(httpHost, m.Host)
	e.keep(httpReferrer, m.Referer)
	e.keep(httpUserAgent, m.UserAgent)
	e.keep(httpOrigin, m.Origin)
	e.keep(httpUpgrade, m.Upgrade)
	e.keep(httpProxied, m.Forwarded)
	if user := basicUser(m.Authorization); user != nil {
		e.keep(httpUser, user)
	} else {
		e.keep(httpUser, basicUser(m.ProxyAuthorization))
	}
	e.login = f.rows.httpLogin(m, f.p)
	e.connect, e.head = string(m.Method) == "CONNECT", string(m.Method) == "HEAD"
	if e.connect {
		return http.Foreign // until the answer says that it is refused
	}
	if len(m.Upgrade) > 0 && m.Length <= 0 && !m.Chunked {
		return http.None
	}
	return http.Framed
}

// basicUser is the user of Basic credentials; their password is not kept.
func basicUser(authorization []byte) []byte {
	kind, text, ok := bytes.Cut(authorization, []byte{' '})
	if !ok || !bytes.EqualFold(kind, []byte("basic")) || len(text) > 1024 {
		return nil
	}
	plain, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(text))
	user, _, ok := bytes.Cut(plain, []byte{':'})
	if err != nil || !ok {
		return nil
	}
	return user
}

func (f *httpFollower) response(m *http.Message) http.Body {
	if len(f.waiting) == 0 {
		f.exchange()
	}
	e := f.waiting[0]
	if m.Status/100 == 1 && m.Status != 101 { // the real one follows
		e.info = m.Status
		e.keep(httpInfoReason, m.Reason)
		return http.None
	}
	e.answer, e.status = true, m.Status
	if e.login != nil {
		const unauthorised, proxyUnauthorised = 401, 407
		e.login.write(f.rows, f.c, true, m.Status != unauthorised && m.Status != proxyUnauthorised)
	}
	e.keep(httpReason, m.Reason)
	if len(m.Version) > 0 { // the reply's counts
		e.spans[httpVersion] = cell{}
		e.keep(httpVersion, m.Version)
	}
	if m.Status == 101 {
		e.info = m.Status
		e.keep(httpInfoReason, m.Reason)
	}
	e.keep(httpMIME, bytes.TrimSpace(firstPart(m.ContentType)))
	e.keep(httpServer, m.Server)
	client := &f.streams[f.client]
	switch {
	case e.connect && m.Status/100 == 2:
		f.c.Service = addService(f.c.Service, "http")
		return http.Foreign
	case e.connect && client.Foreign(): // refused: the client may ask again
		*client = http.Stream{}
	case m.Status == 101:
		return http.Foreign
	case e.head:
		return http.None
	}
	return http.Framed
}

func firstPart(contentType []byte) []byte {
	first, _, _ := bytes.Cut(contentType, []byte{';'})
	return first
}

// Body passes over a body.
func (f *httpFollower) Body([]byte) {}

// Done takes the end of a message.
func (f *httpFollower) Done(size int64) {
	if f.side == f.client {
		if f.sending != nil {
			f.sending.sent = size
			f.sending = nil
		}
		return
	}
	if len(f.waiting) == 0 || !f.waiting[0].answer {
		return // an interim response
	}
	e := f.waiting[0]
	e.got = size
	f.write(f.c, e)
	f.waiting = append(f.waiting[:0], f.waiting[1:]...)
}

// write writes the row of an exchange.
func (f *httpFollower) write(c *conn.Conn, e *exchange) {
	r := f.rows
	r.start(r.schemas.http, c, e.time, &e.quote)
	r.count(httpDepth, int64(e.depth))
	for field, s := range e.spans {
		if s.to > 0 && field != httpProxied && field != httpMIME {
			r.bytes(field, e.texts[s.from:s.to])
		}
	}
	if s := e.spans[httpProxied]; s.to > 0 {
		r.item(httpProxied, append([]byte("X-FORWARDED-FOR -> "), e.texts[s.from:s.to]...))
	}
	if s := e.spans[httpMIME]; s.to > 0 {
		r.item(httpMIME, e.texts[s.from:s.to])
	}
	if e.asked {
		r.count(httpRequestBytes, e.sent)
	}
	r.count(httpResponseBytes, e.got)
	if e.answer {
		r.count(httpStatus, int64(e.status))
	}
	if e.info > 0 {
		r.count(httpInfoCode, int64(e.info))
	}
	r.end()
	if f.sending == e {
		f.sending = nil
	}
	const most = 1024
	if len(r.exchanges) < most && cap(e.texts) < 64<<10 {
		r.exchanges = append(r.exchanges, e)
	}
}
