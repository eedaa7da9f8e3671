package pcap

import (
	"bytes"
	"net/netip"

	"seawall/internal/evidence/atom"
	"seawall/internal/evidence/pcap/conn"
	"seawall/internal/evidence/pcap/packet"
)

// The fields of an FTP command, after the common ones.
const ftpFields = "user command arg reply_code reply_msg"

const (
	ftpUser = commonFields + iota
	ftpCommand
	ftpArg
	ftpReplyCode
	ftpReplyText
)

const (
	maxFTPLine     = 4096
	maxFTPCommands = 16   // that wait for their reply
	maxExpected    = 4096 // data connections announced and not yet seen
)

// command is one that waits for its reply.
type command struct {
	name, arg string
	time      int64
	quote     quote
}

// ftpFollower reads FTP commands and replies, and learns where data will flow.
type ftpFollower struct {
	rows    *rows
	lines   [2][]byte
	user    string
	waiting []command
}

func (r *rows) newFTP(c *conn.Conn) *ftpFollower {
	c.Service = addService(c.Service, "ftp")
	return &ftpFollower{rows: r}
}

// Data takes bytes of one side.
func (f *ftpFollower) Data(c *conn.Conn, from conn.Side, data []byte, p *packet.Packet) {
	if looksLikeTLS(data) {
		f.End(c)
		next := f.rows.newTLS(c, p)
		c.Follower = next
		next.Data(c, from, data, p)
		return
	}
	f.lines[from] = append(f.lines[from], data...)
	rest := f.lines[from]
	for {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		line := bytes.TrimRight(rest[:i], "\r")
		if from == conn.Originator {
			f.ask(line, p)
		} else {
			f.reply(c, line)
		}
		rest = rest[i+1:]
	}
	if len(rest) > maxFTPLine {
		rest = nil
	}
	f.lines[from] = append(f.lines[from][:0], rest...)
}

// Gap loses the line that is not whole.
func (f *ftpFollower) Gap(_ *conn.Conn, from conn.Side, _ int) { f.lines[from] = f.lines[from][:0] }

// End writes the commands that nobody answered.
func (f *ftpFollower) End(c *conn.Conn) {
	for i := range f.waiting {
		f.write(c, &f.waiting[i], nil, nil)
	}
	f.waiting = nil
}

func (f *ftpFollower) ask(line []byte, p *packet.Packet) {
	name, arg, _ := bytes.Cut(line, []byte{' '})
	if len(name) == 0 || len(name) > 8 {
		return
	}
	if len(f.waiting) >= maxFTPCommands {
		f.waiting = append(f.waiting[:0], f.waiting[1:]...)
	}
	c := command{name: string(bytes.ToUpper(name)), time: p.Time, quote: quoteOf(p)}
	if c.name != "PASS" { // passwords are not kept
		c.arg = f.rows.intern(arg[:min(len(arg), 1024)])
	}
	f.waiting = append(f.waiting, c)
}

// reply takes a line of the server. Lines of a long reply that are not its
// last begin otherwise, or with the code and a dash.
func (f *ftpFollower) reply(c *conn.Conn, line []byte) {
	if len(line) < 3 || len(line) > 3 && line[3] != ' ' {
		return
	}
	code, ok := atom.Uint(line[:3])
	if !ok || len(f.waiting) == 0 {
		return
	}
	text := line[min(4, len(line)):]
	w := &f.waiting[0]
	switch {
	case w.name == "USER" && code < 400:
		f.user = w.arg
	case w.name == "PASV" && code == 227:
		f.rows.expect(hostPort(text))
	case w.name == "EPSV" && code == 229:
		f.rows.expect(extended(text, c.Ends[conn.Responder].Address))
	case w.name == "PORT" && code < 300:
		f.rows.expect(hostPort([]byte(w.arg)))
	case w.name == "EPRT" && code < 300:
		f.rows.expect(extended([]byte(w.arg), c.Ends[conn.Originator].Address))
	}
	if code < 200 { // the last reply follows
		return
	}
	f.write(c, w, line[:3], text)
	f.waiting = append(f.waiting[:0], f.waiting[1:]...)
}

// write writes the row of a command that moves or removes files, opens data
// connections, or logs in.
func (f *ftpFollower) write(c *conn.Conn, w *command, code, text []byte) {
	switch w.name {
	case "APPE", "DELE", "RETR", "STOR", "STOU", "ACCT", "PORT", "PASV", "EPRT", "EPSV", "PASS", "RNTO", "MKD", "RMD":
	default:
		return
	}
	r := f.rows
	r.start(r.schemas.ftp, c, w.time, &w.quote)
	r.text(ftpUser, f.user)
	r.text(ftpCommand, w.name)
	r.text(ftpArg, w.arg)
	r.bytes(ftpReplyCode, code)
	r.bytes(ftpReplyText, text[:min(len(text), 512)])
	r.end()
}

// hostPort reads "h1,h2,h3,h4,p1,p2" in text (RFC 959).
func hostPort(text []byte) (at netip.AddrPort, ok bool) {
	start := bytes.IndexAny(text, "0123456789")
	if start < 0 {
		return at, false
	}
	var n [6]byte
	i := 0
	for part := range bytes.SplitSeq(text[start:], []byte{','}) {
		end := 0
		for end < len(part) && part[end] >= '0' && part[end] <= '9' {
			end++
		}
		v, isNumber := atom.Uint(part[:end])
		if !isNumber || v > 255 || i == len(n) {
			return at, false
		}
		n[i] = byte(v)
		if i++; end < len(part) || i == len(n) {
			break
		}
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), uint16(n[4])<<8|uint16(n[5])), i == len(n)
}

// extended reads "|family|address|port|" in text (RFC 2428); an address that
// is left out is that of host.
func extended(text []byte, host netip.Addr) (at netip.AddrPort, ok bool) {
	start := bytes.IndexByte(text, '(') + 1
	if start >= len(text) {
		return at, false
	}
	parts := bytes.SplitN(text[start:], text[start:start+1], 5)
	if len(parts) < 4 {
		return at, false
	}
	port, ok := atom.Uint(parts[3])
	if !ok || port > 65535 {
		return at, false
	}
	if len(parts[2]) > 0 {
		if host, ok = atom.Addr(parts[2]); !ok {
			return at, false
		}
	}
	return netip.AddrPortFrom(host, uint16(port)), true
}

// expect notes where a data connection will go.
func (r *rows) expect(at netip.AddrPort, ok bool) {
	if !ok {
		return
	}
	if len(r.expected) >= maxExpected {
		clear(r.expected)
	}
	r.expected[at] = struct{}{}
}

// carriesFiles reports whether a connection is one that FTP announced.
func (r *rows) carriesFiles(c *conn.Conn) bool {
	if len(r.expected) == 0 {
		return false
	}
	to := &c.Ends[conn.Responder]
	_, ok := r.expected[netip.AddrPortFrom(to.Address, to.Port)]
	return ok
}
