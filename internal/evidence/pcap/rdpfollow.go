package pcap

import (
	"strconv"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
	"seawall/internal/evidence/pcap/rdp"
)

// The fields of a remote desktop connection, after the common ones.
const rdpFields = "cookie result security_protocol client_channels keyboard_layout client_build client_name client_dig_product_id desktop_width desktop_height"

const (
	rdpCookie = commonFields + iota
	rdpResult
	rdpSecurity
	rdpChannels
	rdpKeyboard
	rdpBuild
	rdpName
	rdpProduct
	rdpWidth
	rdpHeight
)

// rdpFollower reads how a remote desktop connection begins.
type rdpFollower struct {
	rows    *rows
	time    int64
	quote   quote
	session rdp.Session
	tls     bool
	written bool
}

func (r *rows) newRDP(c *conn.Conn, p *packet.Packet) *rdpFollower {
	c.Service = addService(c.Service, "rdp")
	return &rdpFollower{rows: r, time: p.Time, quote: quoteOf(p)}
}

// Data takes bytes of one side.
func (f *rdpFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if looksLikeTLS(data) {
		f.tls = true
		f.write(c)
		next := f.rows.newTLS(c, p)
		c.Follower = next
		next.Data(c, from, data, p)
		return
	}
	f.session.Feed(int(from), data)
	if f.session.Broken || f.session.Core {
		f.write(c)
		c.Follower = nil
	}
}

// Gap ends the reading.
func (f *rdpFollower) Gap(c *conn.Conn, _ conn.Side, _ int) {
	f.write(c)
	c.Follower = nil
}

// End writes the row.
func (f *rdpFollower) End(c *conn.Conn) { f.write(c) }

func (f *rdpFollower) write(c *conn.Conn) {
	if f.written {
		return
	}
	f.written = true
	r, s := f.rows, &f.session
	r.start(r.schemas.rdp, c, f.time, &f.quote)
	r.text(rdpCookie, s.Cookie)
	switch {
	case f.tls || s.Selected != 0:
		r.text(rdpResult, "encrypted")
	case s.Failed:
		r.text(rdpResult, failureName(s.Failure))
	case s.Core:
		r.text(rdpResult, "Success")
	}
	if s.HasSelected {
		r.text(rdpSecurity, securityName(s.Selected))
	}
	for _, name := range s.Channels {
		r.item(rdpChannels, []byte(name))
	}
	if s.Core {
		if s.Keyboard != 0 {
			r.count(rdpKeyboard, int64(s.Keyboard))
		}
		r.text(rdpBuild, buildName(s.Build))
		r.text(rdpName, r.utf16(s.Name))
		r.text(rdpProduct, r.utf16(s.Product))
		r.count(rdpWidth, int64(s.Width))
		r.count(rdpHeight, int64(s.Height))
	}
	r.end()
}

func securityName(protocol uint32) string {
	switch protocol {
	case 0:
		return "RDP"
	case 1:
		return "SSL"
	case 2:
		return "HYBRID"
	case 4:
		return "RDSTLS"
	case 8:
		return "HYBRID_EX"
	}
	return "unknown-" + strconv.FormatUint(uint64(protocol), 10)
}

func failureName(code uint32) string {
	names := []string{"", "SSL_REQUIRED_BY_SERVER", "SSL_NOT_ALLOWED_BY_SERVER", "SSL_CERT_NOT_ON_SERVER", "INCONSISTENT_FLAGS", "HYBRID_REQUIRED_BY_SERVER", "SSL_WITH_USER_AUTH_REQUIRED_BY_SERVER"}
	if int64(code) < int64(len(names)) && code > 0 {
		return names[code]
	}
	return "unknown-" + strconv.FormatUint(uint64(code), 10)
}

// buildName names the version of a client that is known by its build, as Zeek
// does.
func buildName(build uint32) string {
	switch build {
	case 419:
		return "RDP 4.0"
	case 2195:
		return "RDP 5.0"
	case 2221:
		return "RDP 5.0"
	case 2600:
		return "RDP 5.1"
	case 3790:
		return "RDP 5.2"
	case 6000:
		return "RDP 6.0"
	case 6001, 6002:
		return "RDP 6.1"
	case 7600, 7601:
		return "RDP 7.1"
	case 9200:
		return "RDP 8.0"
	case 9600:
		return "RDP 8.1"
	case 25189, 25282:
		return "RDP 8.0 (Mac)"
	}
	return "client_build-" + strconv.FormatUint(uint64(build), 10)
}
