package pcap

import (
	"strconv"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/dns"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of a lookup, after the common ones.
const dnsFields = "proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA answers TTLs rejected opcode"

const (
	dnsProto = commonFields + iota
	dnsID
	dnsRTT
	dnsQuery
	dnsClass
	dnsClassName
	dnsType
	dnsTypeName
	dnsCode
	dnsCodeName
	dnsAA
	dnsTC
	dnsRD
	dnsRA
	dnsAnswers
	dnsTTLs
	dnsRejected
	dnsOpcode
)

// maxAsked bounds the questions of one connection that wait for an answer.
const maxAsked = 32

// asked is a question that waits for its answer.
type asked struct {
	id          uint16
	class, kind uint16
	desired     bool
	opcode      byte
	time        int64
	quote       quote
	name        []byte
}

// dnsFollower reads lookups, over UDP or TCP.
type dnsFollower struct {
	rows    *rows
	account account
	waiting []asked
	spare   []asked
	partial [2][]byte // of TCP: a message that is not whole
}

func (r *rows) newDNS(c *conn.Conn) *dnsFollower {
	c.Service = "dns"
	if n := len(r.dnsSpare); n > 0 {
		f := r.dnsSpare[n-1]
		r.dnsSpare = r.dnsSpare[:n-1]
		return f
	}
	return &dnsFollower{rows: r, account: account{rows: r}}
}

// Data takes a datagram, or bytes of a stream in which each message has its
// length before it.
func (f *dnsFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if c.Protocol == packet.UDP {
		f.message(c, data, p)
		return
	}
	const most = 2 + 1<<16
	b := data
	if len(f.partial[from]) > 0 {
		f.partial[from] = append(f.partial[from], data...)
		b = f.partial[from]
	}
	for len(b) >= 2 {
		size := 2 + int(b[0])<<8 + int(b[1])
		if len(b) < size {
			break
		}
		f.message(c, b[2:size], p)
		b = b[size:]
	}
	if len(b) > most {
		b = nil
	}
	f.partial[from] = append(f.partial[from][:0], b...)
	if !f.account.set(cap(f.partial[0]) + cap(f.partial[1])) {
		f.partial[0], f.partial[1] = nil, nil
		f.End(c)
		c.Follower = nil
	}
}

// Gap loses the message that is not whole.
func (f *dnsFollower) Gap(c *conn.Conn, _ conn.Side, _ int) {
	f.flush(c)
	c.Follower = nil
}

// End writes the questions that nobody answered.
func (f *dnsFollower) End(c *conn.Conn) {
	f.flush(c)
	const most = 1024
	f.account.set(0)
	if r := f.rows; len(r.dnsSpare) < most {
		f.partial[0], f.partial[1] = nil, nil
		r.dnsSpare = append(r.dnsSpare, f)
	}
}

func (f *dnsFollower) flush(c *conn.Conn) {
	for i := range f.waiting {
		f.write(c, &f.waiting[i], nil, nil)
	}
	f.spare = append(f.spare, f.waiting...)
	f.waiting = f.waiting[:0]
}

func (f *dnsFollower) message(c *conn.Conn, b []byte, p *packet.Packet) {
	m := &f.rows.dns
	if !m.Parse(b) || m.Questions == 0 && m.AnswersClaimed == 0 {
		return
	}
	if !m.Response {
		f.ask(c, m, p)
		return
	}
	for i := range f.waiting {
		a := &f.waiting[i]
		if a.id == m.ID && (m.Questions == 0 || a.kind == m.Type) {
			f.write(c, a, m, p)
			f.spare = append(f.spare, *a)
			f.waiting = append(f.waiting[:i], f.waiting[i+1:]...)
			return
		}
	}
	f.write(c, nil, m, p)
}

func (f *dnsFollower) ask(c *conn.Conn, m *dns.Message, p *packet.Packet) {
	if len(f.waiting) >= maxAsked {
		f.write(c, &f.waiting[0], nil, nil)
		f.spare = append(f.spare, f.waiting[0])
		f.waiting = append(f.waiting[:0], f.waiting[1:]...)
	}
	var a asked
	if n := len(f.spare); n > 0 {
		a, f.spare = f.spare[n-1], f.spare[:n-1]
	}
	a.quote.take(p)
	f.waiting = append(f.waiting, asked{
		id: m.ID, class: m.Class, kind: m.Type, desired: m.RecursionDesired, opcode: m.Opcode, time: p.Time, quote: a.quote,
		name: append(a.name[:0], m.Name...),
	})
}

// write writes the row of a lookup: a question, an answer, or both.
func (f *dnsFollower) write(c *conn.Conn, a *asked, m *dns.Message, p *packet.Packet) {
	r := f.rows
	switch {
	case a != nil:
		r.start(r.schemas.dns, c, a.time, &a.quote)
	default:
		r.start(r.schemas.dns, c, p.Time, present(p))
	}
	r.text(dnsProto, protocolName(c.Protocol))
	if a != nil {
		r.count(dnsID, int64(a.id))
		r.question(a.name, a.class, a.kind)
		r.flag(dnsRD, a.desired)
		r.count(dnsOpcode, int64(a.opcode))
	}
	if m == nil {
		r.flag(dnsAA, false)
		r.flag(dnsTC, false)
		r.flag(dnsRA, false)
		r.flag(dnsRejected, false)
	}
	if m != nil {
		if a == nil {
			r.count(dnsID, int64(m.ID))
			if m.Questions > 0 {
				r.question(m.Name, m.Class, m.Type)
			}
			r.flag(dnsRD, m.RecursionDesired)
			r.count(dnsOpcode, int64(m.Opcode))
		} else if rtt := p.Time - a.time; rtt >= 0 {
			r.seconds(dnsRTT, rtt)
		}
		r.answer(m)
	}
	r.end()
}

func (r *rows) question(name []byte, class, kind uint16) {
	r.bytes(dnsQuery, name)
	r.count(dnsClass, int64(class))
	r.text(dnsClassName, dns.ClassName(class))
	r.count(dnsType, int64(kind))
	r.text(dnsTypeName, dns.TypeName(kind))
}

func (r *rows) answer(m *dns.Message) {
	r.count(dnsCode, int64(m.Code))
	r.text(dnsCodeName, dns.CodeName(m.Code))
	r.flag(dnsAA, m.Authoritative)
	r.flag(dnsTC, m.Truncated)
	r.flag(dnsRA, m.RecursionAvailable)
	const refused = 5
	r.flag(dnsRejected, m.Code == refused)
	for i := range m.Answers {
		r.item(dnsAnswers, m.Answers[i].Text)
	}
	for i := range m.Answers {
		var b [16]byte
		r.item(dnsTTLs, append(strconv.AppendUint(b[:0], uint64(m.Answers[i].TTL), 10), ".000000"...))
	}
}
