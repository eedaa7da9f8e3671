package pcap

import (
	"bytes"
	"encoding/base64"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/http"
	"seawall/internal/evidence/pcap/ntlm"
	"seawall/internal/evidence/pcap/packet"
	"seawall/record"
)

// The fields of an NTLM login, after the common ones.
const ntlmFields = "username hostname domainname server_nb_computer_name server_nb_domain_name server_dns_computer_name server_tree_name success"

const (
	ntlmUser = commonFields + iota
	ntlmHost
	ntlmDomain
	ntlmServer
	ntlmServerDomain
	ntlmServerDNS
	ntlmTree
	ntlmSuccess
)

// ntlmLogin is an NTLM login under way.
type ntlmLogin struct {
	time                            int64
	quote                           quote
	user, host, domain              string
	server, serverDomain, dns, tree string
	authenticated                   bool // the user's proof was seen
}

// take reads an NTLM message that stands somewhere in b. It reports whether it
// is one that proves who the user is.
func (l *ntlmLogin) take(r *rows, b []byte, p *packet.Packet) bool {
	b = ntlm.Find(b)
	m := &r.ntlm
	if b == nil || !m.Parse(b) {
		return false
	}
	if p != nil {
		l.time = p.Time
		l.quote.take(p)
	}
	switch m.Type {
	case ntlm.Challenge:
		l.server, l.serverDomain = r.utf16(m.NetBIOSComputer), r.utf16(m.NetBIOSDomain)
		l.dns, l.tree = r.utf16(m.DNSComputer), r.utf16(m.DNSTree)
	case ntlm.Authenticate:
		read := r.utf16
		if !m.Unicode {
			read = r.intern
		}
		l.user, l.host, l.domain = read(m.User), read(m.Workstation), read(m.Domain)
		l.authenticated = true
		return true
	}
	return false
}

// utf16 returns UTF-16LE as text to keep.
func (r *rows) utf16(b []byte) string {
	const longest = 4096
	r.scratch = record.AppendUTF16(r.scratch[:0], b[:min(len(b), longest)])
	return r.intern(r.scratch)
}

// write writes the row of a login. known says whether its outcome is.
func (l *ntlmLogin) write(r *rows, c *conn.Conn, known, success bool) {
	if !l.authenticated {
		return
	}
	l.authenticated = false
	r.start(r.schemas.ntlm, c, l.time, &l.quote)
	r.text(ntlmUser, l.user)
	r.text(ntlmHost, l.host)
	r.text(ntlmDomain, l.domain)
	r.text(ntlmServer, l.server)
	r.text(ntlmServerDomain, l.serverDomain)
	r.text(ntlmServerDNS, l.dns)
	r.text(ntlmTree, l.tree)
	if known {
		r.flag(ntlmSuccess, success)
	}
	r.end()
}

// httpLogin reads NTLM in the headers of a request. It returns the login that
// the response decides on; nil if the request carries none.
func (r *rows) httpLogin(m *http.Message, p *packet.Packet) *ntlmLogin {
	header := m.Authorization
	if header == nil {
		header = m.ProxyAuthorization
	}
	kind, text, ok := bytes.Cut(header, []byte{' '})
	if !ok || !bytes.EqualFold(kind, []byte("ntlm")) && !bytes.EqualFold(kind, []byte("negotiate")) || len(text) > 8192 {
		return nil
	}
	plain, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(text))
	if err != nil {
		return nil
	}
	l := &ntlmLogin{}
	if !l.take(r, plain, p) {
		return nil
	}
	return l
}
