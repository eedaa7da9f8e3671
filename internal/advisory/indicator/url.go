package indicator

import "strings"

// schemes are those of URLs that advisories name.
var schemes = map[string]bool{
	"http": true, "https": true, "ftp": true, "ftps": true, "sftp": true, "ssh": true, "ws": true, "wss": true, "tcp": true, "udp": true,
	"ldap": true, "ldaps": true, "rmi": true, "smb": true, "socks5": true, "socks4": true, "dns": true, "iiop": true, "telnet": true, "rtsp": true,
}

// url takes a URL with its scheme.
func (s *scanner) url() int {
	rest := s.rest()
	n := span(rest[:min(len(rest), 8)], isAlnum)
	if n == 0 || !strings.HasPrefix(rest[n:], "://") || !schemes[strings.ToLower(rest[:n])] {
		return 0
	}
	host := n + 3
	if host < len(rest) && rest[host] == '/' { // http:///: a slash too many
		host++
	}
	end := host + urlSpan(rest[host:])
	if end <= host {
		return 0
	}
	value := strings.ToLower(rest[:n]) + "://" + lowerHost(rest[host:end])
	found := s.add(URL, value, 0, end)
	defanged := found.Defanged
	s.hostOf(rest[host:end], host, defanged)
	return end
}

// urlSpan is how far a URL goes: to a blank or a character that cannot be part
// of one, without the punctuation of the sentence around it.
func urlSpan(s string) int {
	n := span(s, func(c byte) bool {
		return c > ' ' && c != '"' && c != '<' && c != '>' && c != '`' && c != '|' && c != '\\' && c != '^' && c != 0x7f
	})
	for n > 0 {
		switch c := s[n-1]; c {
		case '.', ',', ';', ':', '!', '?', '\'', '*', '[':
			n--
			continue
		case ')', ']', '}':
			open := map[byte]string{')': "(", ']': "[", '}': "{"}[c]
			if strings.Count(s[:n], open) < strings.Count(s[:n], string(c)) {
				n--
				continue
			}
		case 0x9d, 0x99: // closing quotation marks: ” ’
			if strings.HasSuffix(s[:n], "”") || strings.HasSuffix(s[:n], "’") {
				n -= 3
				continue
			}
		}
		break
	}
	return n
}

// lowerHost writes the host of a URL's rest in lower case.
func lowerHost(s string) string {
	n := strings.IndexAny(s, "/?#")
	if n < 0 {
		return strings.ToLower(s)
	}
	return strings.ToLower(s[:n]) + s[n:]
}

// hostOf notes the host that a URL names, after s.at+from.
func (s *scanner) hostOf(rest string, from int, defanged bool) {
	if n := strings.IndexAny(rest, "/?#"); n >= 0 {
		rest = rest[:n]
	}
	if n := strings.LastIndexByte(rest, '@'); n >= 0 {
		rest, from = rest[n+1:], from+n+1
	}
	if n := strings.LastIndexByte(rest, ':'); n >= 0 && span(rest[n+1:], isDigit) == len(rest)-n-1 {
		rest = rest[:n]
	}
	var i *Indicator
	switch addr, n := parseIPv4(rest); {
	case n == len(rest) && n > 0:
		i = s.add(IPv4, addr, from, from+n)
	case isHostname(rest) && strings.Contains(rest, "."):
		i = s.add(Domain, strings.ToLower(rest), from, from+len(rest))
	default:
		return
	}
	i.Defanged, i.InURL = defanged, true
}
