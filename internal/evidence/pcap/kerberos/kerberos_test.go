package kerberos

import (
	"fmt"
	"testing"
)

// element makes an ASN.1 element of parts.
func element(tag byte, parts ...[]byte) []byte {
	var content []byte
	for _, p := range parts {
		content = append(content, p...)
	}
	if len(content) < 128 {
		return append([]byte{tag, byte(len(content))}, content...)
	}
	return append([]byte{tag, 0x82, byte(len(content) >> 8), byte(len(content))}, content...)
}

func number(n int, value ...byte) []byte { return element(0xa0|byte(n), element(2, value)) }
func word(n int, text string) []byte     { return element(0xa0|byte(n), element(0x1b, []byte(text))) }

func principal(n int, components ...string) []byte {
	var parts [][]byte
	for _, c := range components {
		parts = append(parts, element(0x1b, []byte(c)))
	}
	return element(0xa0|byte(n), element(0x30, number(0, 2), element(0xa1, element(0x30, parts...))))
}

func encrypted(n int, kind byte) []byte {
	return element(0xa0|byte(n), element(0x30, number(0, kind), element(0xa2, element(4, []byte("secret")))))
}

func ticketOf(n int, kind byte, service ...string) []byte {
	return element(0xa0|byte(n), element(0x61, element(0x30, number(0, 5), word(1, "EXAMPLE.ORG"), principal(2, service...), encrypted(3, kind))))
}

func request(kind byte, padata []byte) []byte {
	body := element(0xa4, element(0x30,
		element(0xa0, element(3, []byte{0, 0x40, 0x81, 0, 0x10})), principal(1, "alice"), word(2, "EXAMPLE.ORG"), principal(3, "MSSQLSvc", "db.example.org:1433"),
		element(0xa5, element(0x18, []byte("20370913024805Z"))), number(7, 1, 2, 3, 4), element(0xa8, element(0x30, element(2, []byte{23}), element(2, []byte{18})))))
	parts := [][]byte{number(1, 5), number(2, kind)}
	if padata != nil {
		parts = append(parts, element(0xa3, element(0x30, padata)))
	}
	return element(0x60|kind, element(0x30, append(parts, body)...))
}

func TestRequestsAndRepliesAreRead(t *testing.T) {
	var m Message
	preauth := element(0x30, number(1, 2), element(0xa2, element(4, []byte("proof"))))
	if b := request(ASRequest, preauth); !m.Parse(b) {
		t.Fatal("not read")
	}
	if got := fmt.Sprintf("%d %s %s %s %x %v %v %s", m.Type, m.Client.Append(nil), m.Realm, m.Service.Append(nil), m.Options, m.Encryptions, m.PreAuth, m.Till); got != "10 alice EXAMPLE.ORG MSSQLSvc/db.example.org:1433 40810010 [23 18] true 20370913024805Z" {
		t.Error(got)
	}
	shown := element(0x30, number(1, 1), element(0xa2, element(4, element(0x6e, element(0x30, number(0, 5), number(1, 14), element(0xa2, element(3, []byte{0, 0})), ticketOf(3, 18, "krbtgt", "EXAMPLE.ORG"), encrypted(4, 18))))))
	if b := request(TGSRequest, shown); !m.Parse(b) || m.Type != TGSRequest || m.Authenticator != 18 || m.PreAuth {
		t.Errorf("%+v", m)
	}
	reply := element(0x6d, element(0x30, number(0, 5), number(1, 13), word(3, "EXAMPLE.ORG"), principal(4, "alice"), ticketOf(5, 23, "MSSQLSvc", "db"), encrypted(6, 18)))
	if !m.Parse(reply) || EncryptionName(m.Ticket) != "rc4-hmac" || m.Reply != 18 || string(m.Service.Append(nil)) != "MSSQLSvc/db" || string(m.Client.Append(nil)) != "alice" {
		t.Errorf("%+v", m)
	}
	failure := element(0x7e, element(0x30, number(0, 5), number(1, 30), element(0xa4, element(0x18, []byte("20260101000000Z"))), number(5, 1), number(6, 25), word(9, "EXAMPLE.ORG"), principal(10, "krbtgt", "EXAMPLE.ORG")))
	if !m.Parse(failure) || ErrorName(m.Error) != "KDC_ERR_PREAUTH_REQUIRED" || string(m.Service.Append(nil)) != "krbtgt/EXAMPLE.ORG" {
		t.Errorf("%+v", m)
	}
}

func TestWhatIsCutOffStaysEmpty(t *testing.T) {
	whole := request(ASRequest, nil)
	for n := range whole {
		var m Message
		m.Parse(whole[:n])
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(request(ASRequest, nil))
	f.Add(element(0x6d, element(0x30, number(0, 5), number(1, 13), word(3, "R"), principal(4, "a"), ticketOf(5, 23, "b"), encrypted(6, 18))))
	f.Fuzz(func(_ *testing.T, b []byte) {
		var m Message
		m.Parse(b)
		m.Service.Append(nil)
	})
}
