package dnstunnel

import (
	"bytes"
	"strings"

	"golang.org/x/net/publicsuffix"
)

func appendLower(dst, name []byte) []byte {
	name = bytes.TrimSuffix(name, []byte("."))
	for _, c := range name[:min(len(name), 255)] {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// splitter finds where the registered zone of a name begins. What it found for
// the rest of a name behind its first label it remembers: names below one zone
// are asked for one after the other.
type splitter map[string]cached

type cached struct {
	length int // of the zone; 0: names of one label before the rest are zones
	known  bool
}

// maxCached bounds what is remembered.
const maxCached = 1 << 15

// split returns where the zone in a name starts, and whether its top-level
// domain is one of the public DNS; at is -1 for names that carry no data by
// their nature, such as those of reverse lookups and single labels.
func (s splitter) split(name []byte) (at int, known bool) {
	dot := bytes.IndexByte(name, '.')
	if dot < 0 || bytes.HasSuffix(name, []byte(".arpa")) || bytes.HasSuffix(name, []byte(".local")) || isService(name) {
		return -1, false
	}
	rest := name[dot+1:]
	if bytes.IndexByte(rest, '.') < 0 {
		return 0, isPublic(string(rest)) // the name is itself a zone
	}
	c, ok := s[string(rest)]
	if !ok {
		c = zoneOf(string(name))
		if len(s) >= maxCached {
			clear(s)
		}
		s[string(rest)] = c
	}
	if c.length == 0 {
		return 0, c.known
	}
	return len(name) - c.length, c.known
}

// isService reports whether a name asks for a service, such as
// "_ldap._tcp.example.org": these are long and of unusual types by design.
func isService(name []byte) bool {
	return name[0] == '_' || bytes.Contains(name, []byte("._"))
}

// zoneOf finds the registered zone of a name by the public suffix list.
func zoneOf(name string) cached {
	suffix, managed := publicsuffix.PublicSuffix(name)
	known := managed || strings.IndexByte(suffix, '.') >= 0
	zone, err := publicsuffix.EffectiveTLDPlusOne(name)
	if err != nil || len(zone) == len(name) { // itself a public suffix or a zone, or malformed
		return cached{0, known}
	}
	return cached{len(zone), known}
}

func isPublic(top string) bool {
	_, managed := publicsuffix.PublicSuffix(top)
	return managed
}

// longest returns the length of the longest label.
func longest(prefix []byte) (n uint8) {
	for label := range bytes.SplitSeq(prefix, []byte(".")) {
		n = max(n, uint8(min(len(label), 255)))
	}
	return n
}

// oddType reports whether ordinary clients seldom ask for a type: NULL, TXT,
// CNAME, MX, SRV, KEY, and private ones.
func oddType(t uint16) bool {
	switch t {
	case 5, 10, 15, 16, 25, 33, 99:
		return true
	}
	return t >= 65280 && t < 65535
}

// tell is a sign in a name that a known tunnel program leaves.
type tell uint8

const (
	noTell tell = iota
	iodine
	dns2tcp
	dnscat
	ozyman
	tells // their number
)

var programs = [tells]string{iodine: "iodine", dns2tcp: "dns2tcp", dnscat: "dnscat2", ozyman: "OzymanDNS"}

// tellOf recognises how known programs form the names they ask for.
func tellOf(prefix []byte, kind uint16) tell {
	switch {
	case bytes.Contains(prefix, []byte("aaahhh-drink-mal-ein-j")) || bytes.HasPrefix(prefix, []byte("aabbccddeeffgghhiijjkkllmmnnooppqqrrssttuuvvwwxxyyzz")):
		return iodine
	case kind == 10 || kind == 65399:
		return iodine // hardly anything else asks for NULL records
	case bytes.Contains(prefix, []byte("=auth")) || bytes.Contains(prefix, []byte("=connect")) || bytes.Contains(prefix, []byte("=resource")):
		return dns2tcp
	case bytes.HasPrefix(prefix, []byte("dnscat.")) && isHex(prefix[len("dnscat."):]):
		return dnscat
	case isOzyman(prefix):
		return ozyman
	}
	return noTell
}

// isOzyman recognises "…-0.id-12345.up." and "….id-12345.down." in a name.
func isOzyman(prefix []byte) bool {
	_, rest, ok := bytes.Cut(prefix, []byte(".id-"))
	if !ok {
		return false
	}
	number, rest, ok := bytes.Cut(rest, []byte("."))
	return ok && len(number) > 0 && isDigits(number) && (bytes.HasPrefix(rest, []byte("up.")) || bytes.HasPrefix(rest, []byte("down.")))
}

func isDigits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// isHex reports whether text is hexadecimal digits and dots, at least a
// header of a packet.
func isHex(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && c != '.' {
			return false
		}
	}
	return len(text) >= 10
}
