package banner

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"seawall/internal/evidence/stream"
	"seawall/internal/inventory"
)

// matchBanners recognises lists of banners: most lines are an address, a port
// and text, or a banner that protocols begin with.
func matchBanners(head []byte, _ string) bool {
	good, bad, known := 0, 0, 0
	headLines(head, 40, func(line []byte) bool {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			return true
		}
		if p, ok := parseBanner(string(line[:min(len(line), 1024)])); ok {
			good++
			if p.kind != "raw" {
				known++
			}
		} else {
			bad++
		}
		return true
	})
	return known >= 1 && 4*known >= good && good >= 4*bad // logs have addresses and ports too
}

// parsed is a line of a list.
type parsed struct {
	protocol string
	address  netip.Addr
	port     uint16
	kind     string
	text     string
}

// parseBanner reads "192.0.2.1:22 SSH-2.0-OpenSSH_9.2", "192.0.2.1 22/tcp
// SSH-…", "192.0.2.1,22,SSH-…", or a banner alone.
func parseBanner(line string) (p parsed, ok bool) {
	p.protocol = "tcp"
	p.text = strings.TrimSpace(line)
	if host, rest, found := cutField(p.text); found {
		if ap, err := netip.ParseAddrPort(host); err == nil {
			p.address, p.port, p.text = ap.Addr(), ap.Port(), rest
		} else if a, err := netip.ParseAddr(host); err == nil {
			p.address, p.text = a, rest
			if number, after, found := cutField(rest); found {
				number, protocol, _ := strings.Cut(number, "/")
				if n, err := strconv.ParseUint(number, 10, 16); err == nil {
					p.port, p.text = uint16(n), after
					if protocol == "udp" || protocol == "tcp" {
						p.protocol = protocol
					}
				}
			}
		}
	}
	p.text = strings.Trim(p.text, `" `)
	p.kind = kindOf(p.text)
	if p.text == "" || p.kind == "" && p.port == 0 {
		return p, false
	}
	if p.kind == "" {
		p.kind = "raw"
	}
	return p, p.address.IsValid() && p.port != 0 || p.kind != "raw"
}

// cutField parts a line behind its first field.
func cutField(line string) (field, rest string, ok bool) {
	i := strings.IndexAny(line, " \t,;|")
	if i <= 0 {
		return "", "", false
	}
	return line[:i], strings.TrimLeft(line[i+1:], " \t,;|"), true
}

// kindOf tells what part of which protocol a banner is, by its first words.
func kindOf(text string) string {
	if b, ok := inventory.HeaderBanner(text); ok && serviceNames[b.Kind] != "" {
		return b.Kind
	}
	lower := strings.ToLower(text)
	switch {
	case strings.HasPrefix(text, "SSH-"):
		return "ssh"
	case strings.HasPrefix(text, "220") && strings.Contains(lower, "ftp"):
		return "ftp"
	case strings.HasPrefix(text, "220 ") || strings.HasPrefix(text, "220-"):
		return "smtp"
	case strings.HasPrefix(text, "+OK"):
		return "pop3"
	case strings.HasPrefix(text, "* OK"):
		return "imap"
	case strings.HasPrefix(text, "RTSP/"):
		return "rtsp-server"
	}
	return ""
}

// value takes the name of a header away, for kinds that are its value.
func (p *parsed) value() string {
	switch p.kind {
	case "http-server", "http-powered-by", "http-www-authenticate":
		_, value, _ := strings.Cut(p.text, ":")
		return strings.TrimSpace(value)
	case "ftp", "smtp":
		return strings.TrimSpace(p.text[3:])
	}
	return p.text
}

var serviceNames = map[string]string{
	"ssh": "ssh", "http-server": "http", "http-powered-by": "http", "http-www-authenticate": "http", "http-header": "http", "ftp": "ftp", "smtp": "smtp", "pop3": "pop3", "imap": "imap", "rtsp-server": "rtsp",
}

func readBanners(in *stream.Input) {
	lines := stream.NewLines(in)
	for lines.Next() {
		line := strings.TrimSpace(lines.Text)
		if line == "" || line[0] == '#' {
			continue
		}
		p, ok := parseBanner(line)
		if !ok {
			in.Note(lines.Offset, lines.Number, "line holds no banner")
			continue
		}
		where := in.Cite(lines.Offset, lines.Length, lines.Number, line)
		o := &inventory.Observation{Where: where, Status: inventory.Up}
		if p.address.IsValid() {
			o.Identify(inventory.Address, p.address.String())
		}
		if len(o.Keys) == 0 {
			o.Identify(inventory.Place, in.File.Path)
		}
		o.Services = append(o.Services, inventory.Service{
			Address: p.address, Port: p.port, Protocol: p.protocol, State: "open", Name: serviceNames[p.kind], Identity: inventory.Product,
			Banners: []inventory.Banner{{Kind: p.kind, Text: p.value(), Where: where}},
		})
		in.Emit(o)
	}
}
