// Package ldap reads LDAP messages (RFC 4511): who binds, what is searched
// for, and what comes of it.
package ldap

import (
	"strconv"

	"seawall/internal/evidence/pcap/der"
)

// Operations, by the tags of the elements that carry them.
const (
	BindRequest    = 0x60
	BindResponse   = 0x61
	SearchRequest  = 0x63
	SearchEntry    = 0x64
	SearchDone     = 0x65
	ModifyRequest  = 0x66
	ModifyResponse = 0x67
	AddRequest     = 0x68
	AddResponse    = 0x69
	DeleteRequest  = 0x4a
	DeleteResponse = 0x6b
)

// Message is what is read of a message. Slices are borrowed.
type Message struct {
	ID         int64
	Operation  byte
	Object     []byte // that is bound as, searched below, changed
	Mechanism  []byte // of SASL; nil for simple binds
	Simple     bool
	Token      []byte // of SASL
	Scope      int
	Filter     []byte // as RFC 4515 writes it; valid until the next Parse
	Attributes [16][]byte
	NAttribute int
	Result     int // of responses

	text []byte
}

// Looks reports whether b begins with a message.
func Looks(b []byte) bool {
	if len(b) < 7 || b[0] != der.Sequence {
		return false
	}
	_, content, _, _, _, ok := der.Next(b)
	r := der.Read(content)
	id, isNumber := r.Take(der.Integer)
	if !ok || !isNumber || len(id) > 4 {
		return false
	}
	switch r.Peek() {
	case BindRequest, BindResponse, SearchRequest, SearchEntry, SearchDone, ModifyRequest, AddRequest, DeleteRequest, 0x77, 0x78:
		return true
	}
	return false
}

// Parse reads a message.
func (m *Message) Parse(b []byte) bool {
	*m = Message{text: m.text[:0]}
	_, content, _, _, _, ok := der.Next(b)
	if !ok || b[0] != der.Sequence {
		return false
	}
	outer := der.Read(content)
	id, ok := outer.Take(der.Integer)
	if !ok {
		return false
	}
	m.ID = der.Int(id)
	tag, body, _ := outer.Any()
	m.Operation = tag
	r := der.Read(body)
	switch tag {
	case BindRequest:
		m.bind(r)
	case SearchRequest:
		m.search(r)
	case ModifyRequest, AddRequest:
		m.Object, _ = r.Take(der.OctetString)
	case DeleteRequest:
		m.Object = body
	case BindResponse, SearchDone, ModifyResponse, AddResponse, DeleteResponse:
		code, _ := r.Take(der.Enumerated)
		m.Result = int(der.Int(code))
	}
	return true
}

func (m *Message) bind(r der.Reader) {
	r.Take(der.Integer) // version
	m.Object, _ = r.Take(der.OctetString)
	const simple, sasl = 0x80, 0xa3
	switch tag, content, _ := r.Any(); tag {
	case simple:
		m.Simple = true // the password is not kept
	case sasl:
		s := der.Read(content)
		m.Mechanism, _ = s.Take(der.OctetString)
		m.Token, _ = s.Take(der.OctetString)
	}
}

func (m *Message) search(r der.Reader) {
	m.Object, _ = r.Take(der.OctetString)
	scope, _ := r.Take(der.Enumerated)
	m.Scope = int(der.Int(scope))
	r.Take(der.Enumerated) // aliases
	r.Take(der.Integer)    // size limit
	r.Take(der.Integer)    // time limit
	r.Take(der.Boolean)    // types only
	tag, content, _ := r.Any()
	m.text = appendFilter(m.text, tag, content, 0)
	m.Filter = m.text
	for list := r.Inside(der.Sequence); list.More() && m.NAttribute < len(m.Attributes); m.NAttribute++ {
		m.Attributes[m.NAttribute], _ = list.Take(der.OctetString)
		if list.Peek() != der.OctetString {
			m.NAttribute++
			break
		}
	}
}

const (
	maxFilter = 2048 // bytes of one as text
	maxNested = 16
)

// appendFilter writes a filter in the form of RFC 4515.
func appendFilter(dst []byte, tag byte, content []byte, depth int) []byte {
	const and, or, not, equal, substrings, greater, less, present, approximate, extensible = 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0x87, 0xa8, 0xa9
	if depth > maxNested || len(dst) > maxFilter {
		return dst
	}
	dst = append(dst, '(')
	r := der.Read(content)
	switch tag {
	case and, or, not:
		dst = append(dst, "&|!"[tag-and])
		for r.More() {
			inner, body, _ := r.Any()
			dst = appendFilter(dst, inner, body, depth+1)
		}
	case present:
		dst = append(append(dst, content...), "=*"...)
	case substrings:
		dst = appendSubstrings(dst, r)
	case extensible:
		dst = appendExtensible(dst, r)
	case equal, greater, less, approximate:
		name, _ := r.Take(der.OctetString)
		value, _ := r.Take(der.OctetString)
		dst = append(dst, name...)
		switch tag {
		case greater:
			dst = append(dst, '>')
		case less:
			dst = append(dst, '<')
		case approximate:
			dst = append(dst, '~')
		}
		dst = append(dst, '=')
		dst = appendValue(dst, value)
	default:
		dst = append(dst, '?')
	}
	return append(dst, ')')
}

func appendSubstrings(dst []byte, r der.Reader) []byte {
	name, _ := r.Take(der.OctetString)
	dst = append(append(dst, name...), '=')
	const initial, final = 0x80, 0x82
	ended := false
	for list := r.Inside(der.Sequence); list.More(); {
		tag, part, _ := list.Any()
		if tag != initial {
			dst = append(dst, '*')
		}
		dst = appendValue(dst, part)
		ended = tag == final
	}
	if !ended {
		dst = append(dst, '*')
	}
	return dst
}

func appendExtensible(dst []byte, r der.Reader) []byte {
	const rule, name, value = 0x81, 0x82, 0x83
	var ruleText, valueText []byte
	for r.More() {
		switch tag, content, _ := r.Any(); tag {
		case rule:
			ruleText = content
		case name:
			dst = append(dst, content...)
		case value:
			valueText = content
		}
	}
	if ruleText != nil {
		dst = append(append(dst, ':'), ruleText...)
	}
	return appendValue(append(dst, ":="...), valueText)
}

// appendValue writes a value; what has a meaning in filters, and bytes that
// are no text, are escaped.
func appendValue(dst, value []byte) []byte {
	const digits = "0123456789abcdef"
	for _, c := range value[:min(len(value), 256)] {
		if c < ' ' || c >= 0x7f || c == '(' || c == ')' || c == '*' || c == '\\' {
			dst = append(dst, '\\', digits[c>>4], digits[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// ResultName is the name of a result code as Zeek writes it.
func ResultName(code int) string {
	switch code {
	case 0:
		return "success"
	case 1:
		return "operations error"
	case 4:
		return "size limit exceeded"
	case 8:
		return "stronger auth required"
	case 10:
		return "referral"
	case 14:
		return "sasl bind in progress"
	case 32:
		return "no such object"
	case 49:
		return "invalid credentials"
	case 50:
		return "insufficient access rights"
	case 53:
		return "unwilling to perform"
	}
	return "unknown-" + strconv.Itoa(code)
}

// OperationName is the name of a request as Zeek writes it.
func OperationName(operation byte) string {
	switch operation {
	case BindRequest:
		return "bind"
	case ModifyRequest:
		return "modify"
	case AddRequest:
		return "add"
	case DeleteRequest:
		return "delete"
	}
	return "search"
}
