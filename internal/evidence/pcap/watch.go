package pcap

import (
	"bytes"

	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
)

// How much of a stream that nobody reads is watched for a protocol to begin
// in it.
const (
	watchedBytes    = 64 << 10
	watchedSegments = 200
)

// watcher waits for TLS or another protocol that begins in the middle of a
// stream: STARTTLS, MySQL, AUTH TLS, proxies.
type watcher struct {
	follow   *follow
	bytes    int
	segments int
}

// Data looks at the beginning of each segment.
func (w *watcher) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if next := w.begins(c, from, data, p); next != nil {
		c.Follower = next
		next.Data(c, from, data, p)
		return
	}
	w.bytes += len(data)
	w.segments++
	if w.bytes > watchedBytes || w.segments > watchedSegments {
		c.Follower = nil
	}
}

func (w *watcher) begins(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) conn.Follower {
	if looksLikeTLS(data) && len(data) > 5 {
		return w.follow.rows.newTLS(c, p)
	}
	if c.Service == "" && w.segments < 4 {
		if c.Service = banner(c, from, data); c.Service == "ftp" {
			return w.follow.rows.newFTP(c)
		}
	}
	if len(c.Service) > 0 && w.segments == 0 {
		return w.follow.inner(c, from, data, p) // behind a proxy
	}
	return nil
}

// Gap is nothing to a watcher.
func (w *watcher) Gap(*conn.Conn, conn.Side, int) {}

// End has nothing to write.
func (w *watcher) End(*conn.Conn) {}

// banner names protocols by what is said first; by their ports only where the
// words are shared.
func banner(c *conn.Conn, from conn.Side, b []byte) string {
	port := c.Ends[conn.Responder].Port
	has := func(prefix string) bool { return bytes.HasPrefix(b, []byte(prefix)) }
	contains := func(word string) bool { return bytes.Contains(b[:min(len(b), 256)], []byte(word)) }
	if from == conn.Responder {
		switch {
		case has("220") && (contains("SMTP") || contains("smtp") || port == 25 || port == 587):
			return "smtp"
		case has("220") && (contains("FTP") || contains("ftp") || port == 21 || port == 2811):
			return "ftp"
		case has("+OK"):
			return "pop3"
		case has("* OK"):
			return "imap"
		case has("RFB 0"):
			return "rfb"
		case len(b) > 5 && b[3] == 0 && b[4] == 10 && port == 3306:
			return "mysql"
		}
		return ""
	}
	switch {
	case has("EHLO ") || has("HELO "):
		return "smtp"
	case has("NICK ") || has("USER ") && contains(" :"):
		return "irc"
	case has("USER ") && port != 110:
		return "ftp"
	case has("INVITE sip") || has("REGISTER sip") || has("OPTIONS sip"):
		return "sip"
	case has("*") && port == 6379:
		return "redis"
	case has("\x13BitTorrent protocol"):
		return "bittorrent"
	case len(b) >= 8 && port == 502 && b[2] == 0 && b[3] == 0:
		return "modbus"
	case len(b) >= 10 && b[0] == 0x05 && b[1] == 0x64 && port == 20000:
		return "dnp3_tcp"
	case len(b) > 7 && b[0] == 0x30 && (port == 389 || port == 3268):
		return "ldap_tcp"
	case len(b) >= 16 && int(b[0])<<8|int(b[1]) == len(b)-2 && openVPN(b[2:]): // over TCP, each packet has its length before it
		return "openvpn"
	case len(b) > 4 && b[0] == 0xff && b[1] >= 0xfa && port == 23:
		return "telnet"
	}
	return ""
}
