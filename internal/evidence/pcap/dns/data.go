package dns

import (
	"net/netip"
	"strconv"
)

// appendData writes the data of a resource record.
func appendData(dst, b []byte, at, size int, kind uint16) []byte {
	data := b[at : at+size]
	switch kind {
	case 1: // A
		if size == 4 {
			return netip.AddrFrom4([4]byte(data)).AppendTo(dst)
		}
	case 28: // AAAA
		if size == 16 {
			return netip.AddrFrom16([16]byte(data)).AppendTo(dst)
		}
	case 2, 5, 12, 39: // NS, CNAME, PTR, DNAME
		return appendTarget(dst, b, at)
	case 6: // SOA: the primary server
		return appendTarget(dst, b, at)
	case 15: // MX
		if size > 2 {
			return appendTarget(dst, b, at+2)
		}
	case 33: // SRV
		if size > 6 {
			return appendTarget(dst, b, at+6)
		}
	case 16, 99: // TXT, SPF
		return appendStrings(dst, data, typeName(kind))
	}
	dst = append(append(dst, '<'), TypeName(kind)...)
	dst = append(dst, ' ')
	dst = strconv.AppendInt(dst, int64(size), 10)
	return append(dst, '>')
}

func appendTarget(dst, b []byte, at int) []byte {
	start := len(dst)
	name, _, ok := appendName(dst, b, at)
	if !ok {
		return append(dst[:start], "<malformed>"...)
	}
	return name
}

// appendStrings writes character strings as Zeek does: "TXT 11 hello world".
func appendStrings(dst, data []byte, name string) []byte {
	first := true
	for len(data) > 0 {
		size := min(int(data[0]), len(data)-1)
		if !first {
			dst = append(dst, ' ')
		}
		first = false
		dst = append(append(dst, name...), ' ')
		dst = strconv.AppendInt(dst, int64(size), 10)
		dst = append(dst, ' ')
		dst = appendText(dst, data[1:1+size])
		data = data[1+size:]
	}
	return dst
}

func appendText(dst, text []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range text {
		if c < ' ' || c >= 0x7f {
			dst = append(dst, '\\', 'x', digits[c>>4], digits[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

func typeName(kind uint16) string {
	if kind == 99 {
		return "SPF"
	}
	return "TXT"
}

// TypeName is the name of a record type as registered, or its number.
func TypeName(kind uint16) string {
	if name, ok := typeNames[kind]; ok {
		return name
	}
	return "query-" + strconv.Itoa(int(kind))
}

// ClassName is the name of a class as Zeek writes it.
func ClassName(class uint16) string {
	switch class & 0x7fff {
	case 1:
		return "C_INTERNET"
	case 3:
		return "C_CHAOS"
	case 4:
		return "C_HESIOD"
	case 254:
		return "C_NONE"
	case 255:
		return "C_ANY"
	}
	return "qclass-" + strconv.Itoa(int(class))
}

// CodeName is the name of a response code as registered.
func CodeName(code byte) string {
	names := [...]string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSet", "NOTAUTH", "NOTZONE"}
	if int(code) < len(names) {
		return names[code]
	}
	return "rcode-" + strconv.Itoa(int(code))
}

var typeNames = map[uint16]string{
	1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR", 10: "NULL", 11: "WKS", 12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT",
	17: "RP", 18: "AFSDB", 19: "X25", 20: "ISDN", 21: "RT", 22: "NSAP", 24: "SIG", 25: "KEY", 26: "PX", 27: "GPOS", 28: "AAAA", 29: "LOC", 30: "EID", 31: "NIMLOC", 32: "NB",
	33: "SRV", 34: "ATMA", 35: "NAPTR", 36: "KX", 37: "CERT", 38: "A6", 39: "DNAME", 40: "SINK", 41: "EDNS", 42: "APL", 43: "DS", 44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG",
	47: "NSEC", 48: "DNSKEY", 49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA", 55: "HIP", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC",
	63: "ZONEMD", 64: "SVCB", 65: "HTTPS", 99: "SPF", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "*", 256: "URI", 257: "CAA", 32768: "TA", 32769: "DLV", 65521: "BIND9_SIGNING",
}
