package netlog

import (
	"bytes"
	"net/netip"

	"seawall/internal/evidence/atom"
)

// addr reads an address; the zero Addr if the text is none.
func addr(text []byte) netip.Addr {
	a, _ := atom.Addr(text)
	return a
}

func port(text []byte) uint16 {
	p, _ := atom.Port(text)
	return p
}

// isTrue reads the ways logs write that something is so.
func isTrue(text []byte) bool {
	switch len(text) {
	case 1:
		return text[0] == 'T' || text[0] == '1'
	case 4:
		return text[0]|0x20 == 't'
	}
	return false
}

// protocol reads the name or number of an IP protocol; 0 if it is unknown.
func protocol(text []byte) uint8 {
	if len(text) == 0 {
		return 0
	}
	if text[0] <= '9' {
		n, ok := atom.Port(text)
		if !ok || n > 255 {
			return 0
		}
		return uint8(n)
	}
	var buf [12]byte
	if len(text) > len(buf) {
		return 0
	}
	switch string(lower(buf[:0], text)) {
	case "tcp":
		return 6
	case "udp":
		return 17
	case "icmp":
		return 1
	case "icmp6", "ipv6-icmp", "icmpv6", "icmp-v6":
		return 58
	case "igmp":
		return 2
	case "ipip", "ip-in-ip", "ipencap":
		return 4
	case "ipv6", "6in4":
		return 41
	case "gre":
		return 47
	case "esp":
		return 50
	case "ah":
		return 51
	case "eigrp":
		return 88
	case "ospf":
		return 89
	case "pim":
		return 103
	case "vrrp":
		return 112
	case "sctp":
		return 132
	case "udp-lite", "udplite":
		return 136
	}
	return 0
}

// lower appends text in lower case.
func lower(dst, text []byte) []byte {
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// withoutDot drops the final dot of a domain name.
func withoutDot(name []byte) []byte {
	if n := len(name); n > 1 && name[n-1] == '.' {
		return name[:n-1]
	}
	return name
}

// queryTypes are the names of the types of DNS records (IANA registry) that
// are met in practice.
var queryTypes = []struct {
	name string
	code uint16
}{
	{"A", 1}, {"AAAA", 28}, {"PTR", 12}, {"TXT", 16}, {"CNAME", 5}, {"MX", 15}, {"NS", 2}, {"SOA", 6}, {"SRV", 33}, {"HTTPS", 65}, {"SVCB", 64},
	{"NULL", 10}, {"ANY", 255}, {"*", 255}, {"HINFO", 13}, {"RP", 17}, {"AFSDB", 18}, {"X25", 19}, {"SIG", 24}, {"KEY", 25}, {"LOC", 29}, {"EID", 31},
	{"NAPTR", 35}, {"KX", 36}, {"CERT", 37}, {"DNAME", 39}, {"OPT", 41}, {"APL", 42}, {"DS", 43}, {"SSHFP", 44}, {"IPSECKEY", 45}, {"RRSIG", 46},
	{"NSEC", 47}, {"DNSKEY", 48}, {"DHCID", 49}, {"NSEC3", 50}, {"NSEC3PARAM", 51}, {"TLSA", 52}, {"SMIMEA", 53}, {"CDS", 59}, {"CDNSKEY", 60},
	{"OPENPGPKEY", 61}, {"CSYNC", 62}, {"SPF", 99}, {"TKEY", 249}, {"TSIG", 250}, {"IXFR", 251}, {"AXFR", 252}, {"MAILB", 253}, {"MAILA", 254}, {"CAA", 257},
	{"WKS", 11}, {"ISDN", 20}, {"RT", 21}, {"NSAP", 22}, {"PX", 26}, {"GPOS", 27}, {"ATMA", 34}, {"MB", 7}, {"MG", 8}, {"MR", 9}, {"MINFO", 14}, {"URI", 256}, {"DLV", 32769},
}

// queryType reads the name of a type of DNS records, its number, or "TYPE65399".
func queryType(text []byte) uint16 {
	if n, ok := atom.Port(text); ok {
		return n
	}
	for i := range queryTypes {
		if string(text) == queryTypes[i].name {
			return queryTypes[i].code
		}
	}
	if len(text) > 4 && bytes.EqualFold(text[:4], []byte("TYPE")) {
		return port(text[4:])
	}
	for i := range queryTypes {
		if bytes.EqualFold(text, []byte(queryTypes[i].name)) {
			return queryTypes[i].code
		}
	}
	return 0
}

// responseCodes are the names of DNS response codes (IANA registry).
var responseCodes = []string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"}

// responseCode reads the name or number of a DNS response code; -1 if there is
// none.
func responseCode(text []byte) int {
	if n, ok := atom.Port(text); ok {
		return int(n)
	}
	for code, name := range responseCodes {
		if bytes.EqualFold(text, []byte(name)) {
			return code
		}
	}
	return -1
}

// tlsVersion reads the name of a version of TLS in the ways sensors write it;
// 0 if it is unknown.
func tlsVersion(text []byte) uint16 {
	var buf [16]byte
	if len(text) > len(buf) {
		return 0
	}
	digits := buf[:0] // "TLSv12", "TLS 1.2", "TLSv1.2" have the digits 12
	letters := byte(0)
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case letters == 0:
			letters = c | 0x20
		}
	}
	switch {
	case letters == 's': // SSL
		switch string(digits) {
		case "2", "20":
			return 0x0002
		case "3", "30":
			return 0x0300
		}
	case letters == 't' || letters == 'v':
		switch string(digits) {
		case "1", "10":
			return 0x0301
		case "11":
			return 0x0302
		case "12":
			return 0x0303
		case "13":
			return 0x0304
		}
	case letters == 'd': // DTLS
		switch string(digits) {
		case "1", "10":
			return 0xfeff
		case "12":
			return 0xfefd
		case "13":
			return 0xfefc
		}
	}
	return 0
}

// splitTarget separates path and query of a request target.
func splitTarget(target []byte) (path, query []byte) {
	if i := bytes.IndexByte(target, '?'); i >= 0 {
		return target[:i:i], target[i+1:]
	}
	return target, nil
}
