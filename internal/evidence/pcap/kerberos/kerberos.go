// Package kerberos reads Kerberos messages (RFC 4120): who asks whom for which
// ticket, under which encryption, and what the answer is.
package kerberos

import (
	"seawall/internal/evidence/pcap/der"
)

// Message types; also the application tags of the messages.
const (
	ASRequest   = 10
	ASReply     = 11
	TGSRequest  = 12
	TGSReply    = 13
	APRequest   = 14
	ErrorAnswer = 30
)

// Message is what is read of a message. Slices are borrowed.
type Message struct {
	Type          int
	Client        Name // cname
	ClientRealm   []byte
	Service       Name // sname of the request, of the ticket in a reply
	Realm         []byte
	Options       uint32  // KDC options
	Encryptions   []int32 // that the client accepts, at most 16
	Ticket        int32   // encryption type of the ticket in a reply
	Reply         int32   // encryption type of the encrypted part of a reply
	PreAuth       bool    // a request proves the password
	Authenticator int32   // encryption type of the ticket that a TGS request shows
	From, Till    []byte  // KerberosTime
	Renew         []byte
	Error         int
	ErrorText     []byte

	list [16]int32
}

// Name is a principal's: its type and its components.
type Name struct {
	Type       int
	Components [4][]byte
	N          int
}

// Append writes the components with slashes between them.
func (n *Name) Append(dst []byte) []byte {
	for i, c := range n.Components[:n.N] {
		if i > 0 {
			dst = append(dst, '/')
		}
		dst = append(dst, c...)
	}
	return dst
}

// Looks reports whether b begins with a message.
func Looks(b []byte) bool {
	if len(b) < 10 {
		return false
	}
	switch b[0] {
	case der.Application(ASRequest), der.Application(ASReply), der.Application(TGSRequest), der.Application(TGSReply), der.Application(ErrorAnswer):
		_, content, _, _, _, ok := der.Next(b)
		return ok && len(content) > 0 && content[0] == der.Sequence
	}
	return false
}

// Parse reads a message. What is cut off stays empty.
func (m *Message) Parse(b []byte) bool {
	*m = Message{}
	if !Looks(b) {
		return false
	}
	m.Type = int(b[0] & 0x1f)
	_, content, _, _, _, _ := der.Next(b)
	outer := der.Read(content)
	body := outer.Inside(der.Sequence)
	switch m.Type {
	case ASRequest, TGSRequest:
		m.request(body)
	case ASReply, TGSReply:
		m.reply(body)
	case ErrorAnswer:
		m.failure(body)
	}
	return true
}

// inside returns a reader of what the context element [n] holds.
func inside(r *der.Reader, n int) der.Reader {
	content, _ := r.Seek(der.Context(n))
	return der.Read(content)
}

func integer(r *der.Reader, n int) int64 {
	in := inside(r, n)
	v, _ := in.Take(der.Integer)
	return der.Int(v)
}

// text reads a string, whatever kind it is.
func text(r *der.Reader, n int) []byte {
	in := inside(r, n)
	_, v, _ := in.Any()
	return v
}

func name(r *der.Reader, n int) (out Name) {
	in := inside(r, n)
	s := in.Inside(der.Sequence)
	out.Type = int(integer(&s, 0))
	list := inside(&s, 1)
	for parts := list.Inside(der.Sequence); parts.More() && out.N < len(out.Components); {
		if _, v, element := parts.Any(); element != nil {
			out.Components[out.N] = v
			out.N++
		}
	}
	return out
}

// request reads a KDC-REQ (RFC 4120 5.4.1).
func (m *Message) request(r der.Reader) {
	r.Seek(der.Context(2)) // message type
	if r.Peek() == der.Context(3) {
		data := inside(&r, 3)
		for list := data.Inside(der.Sequence); list.More(); {
			m.padata(list.Inside(der.Sequence))
			if list.Peek() != der.Sequence {
				break
			}
		}
	}
	outer := inside(&r, 4)
	b := outer.Inside(der.Sequence)
	options := inside(&b, 0)
	if v, _ := options.Take(der.BitString); len(v) >= 5 {
		m.Options = uint32(v[1])<<24 | uint32(v[2])<<16 | uint32(v[3])<<8 | uint32(v[4])
	}
	if b.Peek() == der.Context(1) {
		m.Client = name(&b, 1)
	}
	m.Realm = text(&b, 2)
	if b.Peek() == der.Context(3) {
		m.Service = name(&b, 3)
	}
	if b.Peek() == der.Context(4) {
		m.From = text(&b, 4)
	}
	m.Till = text(&b, 5)
	if b.Peek() == der.Context(6) {
		m.Renew = text(&b, 6)
	}
	in := inside(&b, 8)
	list := in.Inside(der.Sequence)
	for n := 0; n < len(m.list); n++ {
		v, ok := list.Take(der.Integer)
		if !ok {
			break
		}
		m.list[n] = int32(der.Int(v))
		m.Encryptions = m.list[:n+1]
	}
}

// padata reads what a request proves: the password's key, or a ticket.
func (m *Message) padata(r der.Reader) {
	const tgsRequest, timestamp, pkRequest, pkRequestOld, fast = 1, 2, 16, 14, 138
	kind := integer(&r, 1)
	in := inside(&r, 2)
	value, _ := in.Take(der.OctetString)
	switch kind {
	case timestamp, pkRequest, pkRequestOld, fast:
		m.PreAuth = true
	case tgsRequest:
		_, content, _, _, _, ok := der.Next(value)
		if !ok {
			return
		}
		ap := der.Read(content)
		s := ap.Inside(der.Sequence)
		ticket := inside(&s, 3)
		t, _ := ticket.Take(der.Application(1))
		tr := der.Read(t)
		ts := tr.Inside(der.Sequence)
		m.Authenticator = encryption(&ts, 3)
	}
}

// encryption is the type of the encrypted data in the context element [n].
func encryption(r *der.Reader, n int) int32 {
	in := inside(r, n)
	s := in.Inside(der.Sequence)
	return int32(integer(&s, 0))
}

// reply reads a KDC-REP (RFC 4120 5.4.2).
func (m *Message) reply(r der.Reader) {
	r.Seek(der.Context(1)) // message type
	if r.Peek() == der.Context(2) {
		r.Any() // pre-authentication data
	}
	m.ClientRealm = text(&r, 3)
	m.Client = name(&r, 4)
	in := inside(&r, 5)
	content, _ := in.Take(der.Application(1))
	t := der.Read(content)
	ticket := t.Inside(der.Sequence)
	m.Realm = text(&ticket, 1)
	m.Service = name(&ticket, 2)
	m.Ticket = encryption(&ticket, 3)
	m.Reply = encryption(&r, 6)
}

// failure reads a KRB-ERROR (RFC 4120 5.9.1).
func (m *Message) failure(r der.Reader) {
	m.Error = int(integer(&r, 6))
	if r.Peek() == der.Context(7) {
		m.ClientRealm = text(&r, 7)
	}
	if r.Peek() == der.Context(8) {
		m.Client = name(&r, 8)
	}
	m.Realm = text(&r, 9)
	m.Service = name(&r, 10)
	if r.Peek() == der.Context(11) {
		m.ErrorText = text(&r, 11)
	}
}
