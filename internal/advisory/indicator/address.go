package indicator

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseIPv4 reads a dotted address at the start of s.
func parseIPv4(s string) (addr string, n int) {
	for part := range 4 {
		digits := span(s[n:], isDigit)
		if digits == 0 || digits > 3 {
			return "", 0
		}
		if v, _ := strconv.Atoi(s[n : n+digits]); v > 255 || digits > 1 && s[n] == '0' {
			return "", 0
		}
		n += digits
		if part < 3 {
			if n >= len(s) || s[n] != '.' {
				return "", 0
			}
			n++
		}
	}
	return s[:n], n
}

// ipv4 takes an address, with a prefix length or a port behind it.
func (s *scanner) ipv4() int {
	rest := s.rest()
	if !isDigit(rest[0]) {
		return 0
	}
	addr, n := parseIPv4(rest)
	if n == 0 || !s.isAddress(rest, n) {
		return 0
	}
	tail := rest[n:]
	if len(tail) > 1 && tail[0] == '/' && isDigit(tail[1]) {
		digits := span(tail[1:], isDigit)
		bits, _ := strconv.Atoi(tail[1 : 1+digits])
		if after := n + 1 + digits; bits <= 32 && bits >= 8 && (after == len(rest) || !isWord(rest[after]) && rest[after] != '/') {
			s.add(CIDR, addr+"/"+strconv.Itoa(bits), 0, after)
			return after
		}
	}
	s.add(IPv4, addr, 0, n)
	if len(tail) > 1 && tail[0] == ':' && isDigit(tail[1]) {
		digits := span(tail[1:], isDigit)
		if port, err := strconv.Atoi(tail[1 : 1+digits]); err == nil && port > 0 && port < 1<<16 {
			s.add(Port, strconv.Itoa(port), n+1, n+1+digits)
			return n + 1 + digits
		}
	}
	return n
}

// isAddress tells an address from a version, a section or an object id.
func (s *scanner) isAddress(rest string, n int) bool {
	if n < len(rest) && (isWord(rest[n]) || rest[n] == '.' && n+1 < len(rest) && isWord(rest[n+1])) {
		return false
	}
	switch s.before(0) {
	case '.', '-', '_':
		if s.before(0) != '-' || s.before(-1) == ' ' || !isDigit(s.before(-1)) {
			return false
		}
	case '/':
		// A path or product in front, as in Chrome/120.0.0.0, unless it is a
		// list of addresses.
		return isDigit(s.before(-1)) || s.before(-1) == '/'
	}
	if s.t.changed(s.at, s.at+n) {
		return true
	}
	if strings.HasPrefix(rest, "0.") || strings.HasSuffix(rest[:n], ".0.0.0") {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(s.t.text[max(0, s.at-40):s.at]), func(r rune) bool { return r == ' ' || r == ':' || r == '(' || r == '=' || r == '\n' || r == ',' })
	if len(words) == 0 {
		return true
	}
	switch words[len(words)-1] {
	case "version", "versions", "v", "ver", "section", "sections", "chapter", "release", "build", "oid", "firmware", "agent", "sdk", "client", "update", "upgrade", "revision", "rev":
		return false
	}
	return true
}

// ipv6 takes an address, in brackets or not, with a prefix length or not.
func (s *scanner) ipv6() int {
	rest := s.rest()
	from := 0
	if rest[0] == '[' {
		from = 1
	}
	n := from + span(rest[from:], func(c byte) bool { return isHex(c) || c == ':' || c == '.' })
	for n > from && rest[n-1] == '.' {
		n--
	}
	text := rest[from:n]
	if strings.Count(text, ":") < 2 || len(text) < 4 {
		return 0
	}
	text = strings.TrimSuffix(text, ":")
	addr, err := netip.ParseAddr(text)
	if err != nil || !addr.Is6() || !strings.ContainsAny(text, "0123456789") {
		return 0
	}
	n = from + len(text)
	if n < len(rest) && isWord(rest[n]) {
		return 0
	}
	// Times and hardware addresses look alike: without "::" all eight groups
	// must be there, which ParseAddr has seen to.
	if n < len(rest) && rest[n] == '/' {
		digits := span(rest[n+1:], isDigit)
		if bits, err := strconv.Atoi(rest[n+1 : n+1+digits]); err == nil && bits <= 128 {
			s.add(CIDR, addr.String()+"/"+strconv.Itoa(bits), from, n+1+digits)
			return n + 1 + digits
		}
	}
	s.add(IPv6, addr.String(), from, n)
	return n
}

// asn takes a number of an autonomous system: AS64500, ASN 64500.
func (s *scanner) asn() int {
	rest := s.rest()
	n := 2
	if !strings.HasPrefix(rest, "AS") {
		return 0
	}
	if strings.HasPrefix(rest, "ASN") {
		n = 3
		if len(rest) > 3 && (rest[3] == ' ' || rest[3] == ':' || rest[3] == '-') {
			n = 4
		}
	}
	digits := span(rest[n:], isDigit)
	end := n + digits
	if digits < 3 || digits > 10 || end < len(rest) && (isWord(rest[end]) || rest[end] == '-') {
		return 0
	}
	number, err := strconv.ParseUint(rest[n:end], 10, 32)
	if err != nil {
		return 0
	}
	s.add(ASN, strconv.FormatUint(number, 10), 0, end)
	return end
}

// ports takes the numbers behind the word "port" or "ports".
func (s *scanner) ports() int {
	rest := s.rest()
	if len(rest) < 6 || !strings.EqualFold(rest[:4], "port") {
		return 0
	}
	at := 4
	if rest[at]|0x20 == 's' {
		at++
	}
	end := 0
	for {
		gap := portGap(rest[at:])
		digits := span(rest[min(at+gap, len(rest)):], isDigit)
		if gap == 0 || digits == 0 || digits > 5 {
			return end
		}
		from := at + gap
		port, _ := strconv.Atoi(rest[from : from+digits])
		at = from + digits
		if port == 0 || port >= 1<<16 || at < len(rest) && (isLetter(rest[at]) || rest[at] == '.' && at+1 < len(rest) && isDigit(rest[at+1])) {
			return end
		}
		s.add(Port, strconv.Itoa(port), from, at)
		end = at
	}
}

// portGap is what may stand between two port numbers.
func portGap(s string) int {
	n := 0
	for n < len(s) {
		switch {
		case isSpace(s[n]) || s[n] == ',' || s[n] == '/' || s[n] == '(' || s[n] == ':':
			n++
		case hasWord(s[n:], "and"), hasWord(s[n:], "TCP"), hasWord(s[n:], "tcp"), hasWord(s[n:], "UDP"), hasWord(s[n:], "udp"):
			n += 3
		case hasWord(s[n:], "or"):
			n += 2
		default:
			return n
		}
	}
	return n
}

func hasWord(s, word string) bool {
	return strings.HasPrefix(s, word) && (len(s) == len(word) || !isAlnum(s[len(word)]))
}
