package tls

import (
	"bytes"
	"crypto/sha256"
	"strconv"
	"time"

	"seawall/internal/evidence/pcap/der"
)

// Certificate is what is read of an X.509 certificate (RFC 5280).
type Certificate struct {
	Fingerprint         [sha256.Size]byte // SHA-256 of the whole
	Serial              []byte
	Subject, Issuer     string // as Zeek writes names: the most specific part first
	NotBefore, NotAfter int64  // nanoseconds since 1970 UTC; 0 unknown
	Names               string // DNS names, separated by NUL
	KeyBits             int    // 0 unknown
	SelfSigned          bool   // subject and issuer are the same
	Authority           bool   // may sign others
}

// ParseCertificate reads a certificate. It keeps nothing of raw. What cannot be
// read stays empty; the fingerprint is always there.
func ParseCertificate(raw []byte) *Certificate {
	c := &Certificate{Fingerprint: sha256.Sum256(raw)}
	outer := der.Read(raw)
	body := outer.Inside(der.Sequence)
	t := body.Inside(der.Sequence)
	t.Take(der.Context(0)) // version
	serial, _ := t.Take(der.Integer)
	c.Serial = bytes.Clone(serial[:min(len(serial), 64)])
	t.Take(der.Sequence) // signature algorithm
	issuer, _ := t.Take(der.Sequence)
	c.Issuer = name(issuer)
	validity := t.Inside(der.Sequence)
	c.NotBefore, c.NotAfter = instant(&validity), instant(&validity)
	subject, _ := t.Take(der.Sequence)
	c.Subject = name(subject)
	c.SelfSigned = len(subject) > 0 && bytes.Equal(subject, issuer)
	key := t.Inside(der.Sequence)
	c.KeyBits = keyBits(key)
	if extensions, ok := t.Seek(der.Context(3)); ok {
		r := der.Read(extensions)
		list := r.Inside(der.Sequence)
		for list.More() {
			_, content, _ := list.Any()
			c.extension(der.Read(content))
		}
	}
	return c
}

// instant reads a UTCTime or a GeneralizedTime.
func instant(r *der.Reader) int64 {
	const utcTime, generalizedTime = 0x17, 0x18
	tag, content, _ := r.Any()
	layout := "060102150405Z"
	switch tag {
	case utcTime:
	case generalizedTime:
		layout = "20060102150405Z"
	default:
		return 0
	}
	t, err := time.Parse(layout, string(content))
	if err != nil {
		return 0
	}
	if tag == utcTime && t.Year() >= 2050 { // RFC 5280 4.1.2.5.1
		t = t.AddDate(-100, 0, 0)
	}
	if year := t.Year(); year < 1700 || year > 2261 {
		return 0
	}
	return t.UnixNano()
}

// maxNameParts bounds the parts of a name.
const maxNameParts = 64

// name writes a distinguished name in the order of RFC 4514: the last part
// first.
func name(content []byte) string {
	var parts [maxNameParts][]byte // the AttributeTypeAndValues
	n := 0
	for r := der.Read(content); r.More() && n < maxNameParts; {
		_, set, _ := r.Any()
		for s := der.Read(set); s.More() && n < maxNameParts; n++ {
			_, parts[n], _ = s.Any()
		}
	}
	var out []byte
	for i := n - 1; i >= 0; i-- {
		r := der.Read(parts[i])
		oid, _ := r.Take(der.OID)
		tag, value, _ := r.Any()
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = appendEscaped(append(appendAttribute(out, oid), '='), tag, value)
	}
	return string(out)
}

// appendAttribute writes the short name of an attribute, or its number.
func appendAttribute(dst, oid []byte) []byte {
	if len(oid) == 3 && oid[0] == 0x55 && oid[1] == 0x04 { // 2.5.4.x
		switch oid[2] {
		case 3:
			return append(dst, "CN"...)
		case 4:
			return append(dst, "SN"...)
		case 5:
			return append(dst, "serialNumber"...)
		case 6:
			return append(dst, "C"...)
		case 7:
			return append(dst, "L"...)
		case 8:
			return append(dst, "ST"...)
		case 9:
			return append(dst, "street"...)
		case 10:
			return append(dst, "O"...)
		case 11:
			return append(dst, "OU"...)
		case 12:
			return append(dst, "title"...)
		case 15:
			return append(dst, "businessCategory"...)
		case 17:
			return append(dst, "postalCode"...)
		case 42:
			return append(dst, "GN"...)
		}
	}
	switch string(oid) {
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01":
		return append(dst, "emailAddress"...)
	case "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19":
		return append(dst, "DC"...)
	case "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01":
		return append(dst, "UID"...)
	case "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03":
		return append(dst, "jurisdictionC"...)
	case "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02":
		return append(dst, "jurisdictionST"...)
	}
	return appendOID(dst, oid)
}

// appendOID writes an object identifier in dotted form.
func appendOID(dst, oid []byte) []byte {
	n, first := uint64(0), true
	for _, b := range oid[:min(len(oid), 64)] {
		n = n<<7 | uint64(b&0x7f)
		if b&0x80 != 0 {
			continue
		}
		if first {
			top := min(n/40, 2)
			dst = strconv.AppendUint(dst, top, 10)
			n -= 40 * top
			first = false
		}
		dst = strconv.AppendUint(append(dst, '.'), n, 10)
		n = 0
	}
	return dst
}

// appendEscaped writes a value of a name. Text in two bytes per character is
// narrowed; commas and what has a meaning in names are escaped.
func appendEscaped(dst []byte, tag byte, value []byte) []byte {
	const bmpString = 0x1e
	for i := 0; i < len(value); i++ {
		c := value[i]
		if tag == bmpString {
			if i+1 >= len(value) {
				break
			}
			r := rune(value[i])<<8 | rune(value[i+1])
			i++
			if r > 0x7f {
				dst = append(dst, string(r)...)
				continue
			}
			c = byte(r)
		}
		switch {
		case c == ',' || c == '+' || c == '"' || c == '\\' || c == '<' || c == '>' || c == ';':
			dst = append(dst, '\\', c)
		case c < ' ':
			const digits = "0123456789ABCDEF"
			dst = append(dst, '\\', digits[c>>4], digits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// keyBits is the size of an RSA key or of the field of a well-known curve.
func keyBits(r der.Reader) int {
	algorithm := r.Inside(der.Sequence)
	kind, _ := algorithm.Take(der.OID)
	key, _ := r.Take(der.BitString)
	switch string(kind) {
	case "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01": // RSA
		if len(key) == 0 {
			return 0
		}
		k := der.Read(key[1:])
		numbers := k.Inside(der.Sequence)
		modulus, _ := numbers.Take(der.Integer)
		modulus = bytes.TrimLeft(modulus, "\x00")
		return len(modulus) * 8
	case "\x2a\x86\x48\xce\x3d\x02\x01": // elliptic curve
		curve, _ := algorithm.Take(der.OID)
		switch string(curve) {
		case "\x2a\x86\x48\xce\x3d\x03\x01\x07":
			return 256
		case "\x2b\x81\x04\x00\x22":
			return 384
		case "\x2b\x81\x04\x00\x23":
			return 521
		}
	}
	return 0
}

// maxNames bounds the alternative names that are kept.
const maxNames = 64

func (c *Certificate) extension(r der.Reader) {
	oid, _ := r.Take(der.OID)
	r.Take(der.Boolean) // critical
	value, _ := r.Take(der.OctetString)
	v := der.Read(value)
	switch string(oid) {
	case "\x55\x1d\x13": // basic constraints
		s := v.Inside(der.Sequence)
		authority, ok := s.Take(der.Boolean)
		c.Authority = ok && len(authority) == 1 && authority[0] != 0
	case "\x55\x1d\x11": // subject alternative name
		var names []byte
		n := 0
		for s := v.Inside(der.Sequence); s.More() && n < maxNames; {
			const dnsName = 0x82
			if tag, name, _ := s.Any(); tag == dnsName {
				if n++; n > 1 {
					names = append(names, 0)
				}
				names = append(names, name...)
			}
		}
		c.Names = string(names)
	}
}
