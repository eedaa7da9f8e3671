package pcap

import (
	"encoding/binary"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/kerberos"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of a ticket asked for, after the common ones.
const krbFields = "request_type client service success error_code error_msg till cipher forwardable renewable request_ciphers preauth realm reply_cipher"

const (
	krbType = commonFields + iota
	krbClient
	krbService
	krbSuccess
	krbErrorCode
	krbErrorText
	krbTill
	krbCipher
	krbForwardable
	krbRenewable
	krbRequestCiphers
	krbPreAuth
	krbRealm
	krbReplyCipher
)

// ticket is a request that waits for its answer.
type ticket struct {
	kind            int
	time            int64
	quote           quote
	client, service string
	realm, till     string
	ciphers         string
	forward, renew  bool
	preauth         bool
}

// krbFollower reads Kerberos, over UDP or TCP.
type krbFollower struct {
	rows    *rows
	account account
	waiting []ticket
	partial [2][]byte
}

func (r *rows) newKerberos(c *conn.Conn) *krbFollower {
	c.Service = "krb"
	if c.Protocol == packet.TCP {
		c.Service = "krb_tcp"
	}
	return &krbFollower{rows: r, account: account{rows: r}}
}

// Data takes a datagram, or bytes of a stream in which each message has its
// length before it.
func (f *krbFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if c.Protocol == packet.UDP {
		f.message(c, data, p)
		return
	}
	const most = 64 << 10
	f.partial[from] = append(f.partial[from], data...)
	b := f.partial[from]
	for len(b) >= 4 {
		size := uint64(binary.BigEndian.Uint32(b))
		if size > most {
			b = nil
			break
		}
		if uint64(len(b)) < 4+size {
			break
		}
		f.message(c, b[4:4+size], p)
		b = b[4+size:]
	}
	f.partial[from] = append(f.partial[from][:0], b...)
	if !f.account.set(cap(f.partial[0]) + cap(f.partial[1])) {
		f.End(c)
		c.Follower = nil
	}
}

// Gap loses the message that is not whole.
func (f *krbFollower) Gap(_ *conn.Conn, from conn.Side, _ int) {
	f.partial[from] = f.partial[from][:0]
}

// End writes the requests that nobody answered.
func (f *krbFollower) End(c *conn.Conn) {
	f.account.set(0)
	for i := range f.waiting {
		f.write(c, &f.waiting[i], nil, nil)
	}
	f.waiting = nil
}

const maxTickets = 32

func (f *krbFollower) message(c *conn.Conn, b []byte, p *packet.Packet) {
	m := &f.rows.kerberos
	if !m.Parse(b) {
		return
	}
	switch m.Type {
	case kerberos.ASRequest, kerberos.TGSRequest:
		if len(f.waiting) >= maxTickets {
			f.write(c, &f.waiting[0], nil, nil)
			f.waiting = append(f.waiting[:0], f.waiting[1:]...)
		}
		f.waiting = append(f.waiting, f.ask(m, p))
	default:
		var t *ticket
		if len(f.waiting) > 0 {
			t = &f.waiting[0]
		}
		f.write(c, t, m, p)
		if t != nil {
			f.waiting = append(f.waiting[:0], f.waiting[1:]...)
		}
	}
}

func (f *krbFollower) ask(m *kerberos.Message, p *packet.Packet) ticket {
	const forwardable, renewable = 1 << 30, 1 << 23
	r := f.rows
	t := ticket{kind: m.Type, time: p.Time, quote: quoteOf(p), forward: m.Options&forwardable != 0, renew: m.Options&renewable != 0, preauth: m.PreAuth}
	t.client = r.principal(&m.Client, m.Realm)
	t.service = r.principal(&m.Service, nil)
	t.realm, t.till = r.intern(m.Realm), r.intern(m.Till)
	r.scratch = r.scratch[:0]
	for i, kind := range m.Encryptions {
		if i > 0 {
			r.scratch = append(r.scratch, 0)
		}
		r.scratch = append(r.scratch, kerberos.EncryptionName(kind)...)
	}
	t.ciphers = r.intern(r.scratch)
	return t
}

// principal returns a name with its realm, as Zeek writes clients: user/REALM.
func (r *rows) principal(n *kerberos.Name, realm []byte) string {
	if n.N == 0 {
		return ""
	}
	r.scratch = n.Append(r.scratch[:0])
	if realm != nil {
		r.scratch = append(append(r.scratch, '/'), realm...)
	}
	return r.intern(r.scratch)
}

// write writes the row of a request, its answer, or both.
func (f *krbFollower) write(c *conn.Conn, t *ticket, m *kerberos.Message, p *packet.Packet) {
	r := f.rows
	var none ticket
	if t == nil {
		none = ticket{time: p.Time, quote: quoteOf(p)}
		t = &none
	}
	if m != nil {
		f.complete(t, m)
	}
	r.start(r.schemas.kerberos, c, t.time, &t.quote)
	switch t.kind {
	case kerberos.ASRequest, kerberos.ASReply:
		r.text(krbType, "AS")
	case kerberos.TGSRequest, kerberos.TGSReply:
		r.text(krbType, "TGS")
	}
	r.text(krbClient, t.client)
	r.text(krbService, t.service)
	r.text(krbRealm, t.realm)
	if t.till != "" {
		r.text(krbTill, t.till)
	}
	r.flag(krbForwardable, t.forward)
	r.flag(krbRenewable, t.renew)
	r.flag(krbPreAuth, t.preauth)
	r.list(krbRequestCiphers, t.ciphers)
	switch {
	case m == nil:
	case m.Type == kerberos.ErrorAnswer:
		r.flag(krbSuccess, false)
		r.count(krbErrorCode, int64(m.Error))
		r.text(krbErrorText, kerberos.ErrorName(m.Error))
	default:
		r.flag(krbSuccess, true)
		// What the ticket is encrypted with is what matters to who cracks it.
		r.text(krbCipher, kerberos.EncryptionName(m.Ticket))
		r.text(krbReplyCipher, kerberos.EncryptionName(m.Reply))
	}
	r.end()
}

// complete adds what an answer knows better than the request.
func (f *krbFollower) complete(t *ticket, m *kerberos.Message) {
	r := f.rows
	if t.kind == 0 && m.Type != kerberos.ErrorAnswer {
		t.kind = m.Type
	}
	if t.client == "" && m.Client.N > 0 {
		t.client = r.principal(&m.Client, m.ClientRealm)
	}
	if t.service == "" {
		t.service = r.principal(&m.Service, nil)
	}
	if t.realm == "" {
		t.realm = r.intern(m.Realm)
	}
}

// looksLikeKerberos reports whether a stream begins with a message behind its
// length.
func looksLikeKerberos(b []byte) bool {
	if len(b) < 14 {
		return false
	}
	size := binary.BigEndian.Uint32(b)
	return size < 1<<20 && kerberos.Looks(b[4:])
}
