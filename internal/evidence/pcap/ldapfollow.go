package pcap

import (
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/der"
	"seawall/internal/evidence/pcap/ldap"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of LDAP requests, after the common ones: of searches, and of
// others.
const (
	searchFields = "message_id scope base_object result_count result filter attributes"
	ldapFields   = "message_id opcode result object argument"
)

const (
	searchID = commonFields + iota
	searchScope
	searchBase
	searchCount
	searchResult
	searchFilter
	searchAttributes
)

const (
	ldapID = commonFields + iota
	ldapOperation
	ldapResult
	ldapObject
	ldapArgument
)

const (
	maxLDAP    = 64 << 10 // bytes of a message; longer ones are entries with pictures
	maxLDAPAsk = 32       // requests that wait for their result
)

// ldapRequest is one that waits for its result.
type ldapRequest struct {
	id                       int64
	operation                byte
	time                     int64
	quote                    quote
	object, argument, filter string
	attributes               string
	scope                    int
	entries                  int64
}

// ldapFollower reads LDAP, over TCP or UDP.
type ldapFollower struct {
	rows    *rows
	account account
	partial [2][]byte
	waiting []ldapRequest
	login   ntlmLogin
	logged  int
}

func (r *rows) newLDAP(c *conn.Conn) *ldapFollower {
	c.Service = "ldap_tcp"
	if c.Protocol == packet.UDP {
		c.Service = "ldap_udp"
	}
	return &ldapFollower{rows: r, account: account{rows: r}}
}

// Data takes bytes of one side. Once it is sealed it makes no sense any more.
func (f *ldapFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if looksLikeTLS(data) {
		f.End(c)
		next := f.rows.newTLS(c, p)
		c.Follower = next
		next.Data(c, from, data, p)
		return
	}
	b := data
	if len(f.partial[from]) > 0 {
		f.partial[from] = append(f.partial[from], data...)
		b = f.partial[from]
	}
	for len(b) > 6 {
		_, _, element, rest, whole, ok := der.Next(b)
		if !ok || b[0] != der.Sequence {
			f.stop(c)
			return
		}
		if !whole {
			break
		}
		f.message(c, element, p)
		b = rest
	}
	f.partial[from] = append(f.partial[from][:0], b...) // may overlap
	if len(b) > maxLDAP || !f.account.set(cap(f.partial[0])+cap(f.partial[1])) {
		f.stop(c)
	}
}

func (f *ldapFollower) stop(c *conn.Conn) {
	f.End(c)
	c.Follower = nil
}

// Gap ends the reading: messages cannot be found again.
func (f *ldapFollower) Gap(c *conn.Conn, _ conn.Side, _ int) { f.stop(c) }

// End writes the requests that nobody answered.
func (f *ldapFollower) End(c *conn.Conn) {
	f.account.set(0)
	f.login.write(f.rows, c, false, false)
	for i := range f.waiting {
		f.write(c, &f.waiting[i], "")
	}
	f.waiting = nil
}

func (f *ldapFollower) message(c *conn.Conn, b []byte, p *packet.Packet) {
	m := &f.rows.ldap
	if !m.Parse(b) {
		return
	}
	switch m.Operation {
	case ldap.BindRequest, ldap.SearchRequest, ldap.ModifyRequest, ldap.AddRequest, ldap.DeleteRequest:
		f.ask(c, m, p)
		return
	}
	for i := range f.waiting {
		w := &f.waiting[i]
		if w.id != m.ID {
			continue
		}
		if m.Operation == ldap.SearchEntry {
			w.entries++
			return
		}
		const inProgress = 14
		if w.operation == ldap.BindRequest && m.Result != inProgress {
			f.login.write(f.rows, c, true, m.Result == 0)
		}
		f.write(c, w, ldap.ResultName(m.Result))
		f.waiting = append(f.waiting[:i], f.waiting[i+1:]...)
		return
	}
}

func (f *ldapFollower) ask(c *conn.Conn, m *ldap.Message, p *packet.Packet) {
	if len(f.waiting) >= maxLDAPAsk {
		f.write(c, &f.waiting[0], "")
		f.waiting = append(f.waiting[:0], f.waiting[1:]...)
	}
	r := f.rows
	w := ldapRequest{id: m.ID, operation: m.Operation, time: p.Time, quote: quoteOf(p), object: r.intern(m.Object), filter: r.intern(m.Filter), scope: m.Scope}
	switch {
	case m.Simple:
		w.argument = "simple"
	case m.Mechanism != nil:
		w.argument = "SASL " + r.intern(m.Mechanism)
		f.login.take(r, m.Token, p)
	}
	r.scratch = r.scratch[:0]
	for i, name := range m.Attributes[:m.NAttribute] {
		if i > 0 {
			r.scratch = append(r.scratch, 0)
		}
		r.scratch = append(r.scratch, name...)
	}
	w.attributes = r.intern(r.scratch)
	f.waiting = append(f.waiting, w)
}

// write writes the row of a request. result is empty if there was none.
func (f *ldapFollower) write(c *conn.Conn, w *ldapRequest, result string) {
	if f.logged++; f.logged > maxLogged {
		return
	}
	r := f.rows
	if w.operation != ldap.SearchRequest {
		r.start(r.schemas.ldap, c, w.time, &w.quote)
		r.count(ldapID, w.id)
		r.text(ldapOperation, ldap.OperationName(w.operation))
		r.text(ldapResult, result)
		r.text(ldapObject, w.object)
		r.text(ldapArgument, w.argument)
		r.end()
		return
	}
	r.start(r.schemas.search, c, w.time, &w.quote)
	r.count(searchID, w.id)
	r.text(searchScope, [...]string{"base", "single", "tree"}[min(max(w.scope, 0), 2)])
	r.text(searchBase, w.object)
	r.count(searchCount, w.entries)
	r.text(searchResult, result)
	r.text(searchFilter, w.filter)
	r.list(searchAttributes, w.attributes)
	r.end()
}
