package tls

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"
)

// extension makes an extension of a hello.
func extension(kind uint16, value ...byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, kind)
	b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
	return append(b, value...)
}

// list makes a list of numbers with its length before it.
func list(values ...uint16) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(2*len(values)))
	for _, v := range values {
		b = binary.BigEndian.AppendUint16(b, v)
	}
	return b
}

func clientHello(version uint16, ciphers []uint16, extensions ...[]byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, version)
	b = append(b, make([]byte, 32)...)
	b = append(b, 0)
	b = append(b, list(ciphers...)...)
	b = append(b, 1, 0)
	if extensions == nil {
		return b
	}
	all := []byte(strings.Join(asStrings(extensions), ""))
	b = binary.BigEndian.AppendUint16(b, uint16(len(all)))
	return append(b, all...)
}

func asStrings(parts [][]byte) (out []string) {
	for _, p := range parts {
		out = append(out, string(p))
	}
	return out
}

func serverName(name string) []byte {
	v := binary.BigEndian.AppendUint16(nil, uint16(len(name)+3))
	v = append(v, 0)
	v = binary.BigEndian.AppendUint16(v, uint16(len(name)))
	return extension(0, append(v, name...)...)
}

func alpn(name string) []byte {
	v := binary.BigEndian.AppendUint16(nil, uint16(len(name)+1))
	return extension(16, append(append(v, byte(len(name))), name...)...)
}

// The signature algorithms that OpenSSL 1.0.2 offers.
var signatures = []uint16{0x0601, 0x0602, 0x0603, 0x0501, 0x0502, 0x0503, 0x0401, 0x0402, 0x0403, 0x0301, 0x0302, 0x0303, 0x0201, 0x0202, 0x0203}

func TestFingerprintsAreTheKnownOnes(t *testing.T) {
	var f Fingerprinter
	check := func(name string, body []byte, ja3, ja4 string) {
		t.Helper()
		var h ClientHello
		if !h.Parse(body, false) {
			t.Fatal(name)
		}
		if got := string(f.JA3(&h)); ja3 != "" && got != ja3 {
			t.Errorf("%s: JA3 %s, want %s", name, got, ja3)
		}
		if got := string(f.JA4(&h)); got != ja4 {
			t.Errorf("%s: JA4 %s, want %s", name, got, ja4)
		}
	}
	// Secure Socket Funnelling built with OpenSSL 1.0.2.
	ssf := clientHello(0x0303, []uint16{0x009f, 0x00ff}, extension(13, list(signatures...)...), extension(15, 1))
	check("SSF", ssf, "74727a5a1c6855dc5663d31de77b3e53", "t12i020200_5bb0eb0ba27c_5c28f5cac5c2")
	check("SSF without heartbeat", clientHello(0x0303, []uint16{0x009f, 0x00ff}, extension(13, list(signatures...)...)),
		"77eeca624ad89ab7a376766f78f50c0c", "t12i020100_5bb0eb0ba27c_e2a7de7a8184")

	// Values that servers must tolerate count nowhere; names and protocols
	// count, but are not in the hash.
	plain := clientHello(0x0303, []uint16{0x1301, 0x1302}, serverName("a.example"), alpn("h2"), extension(43, 2, 3, 4), extension(13, list(0x0403)...))
	greased := clientHello(0x0303, []uint16{0x2a2a, 0x1301, 0x1302}, extension(0x6a6a), serverName("other.example"), alpn("h2"), extension(43, 4, 0x1a, 0x1a, 3, 4), extension(13, list(0x0403)...))
	var a, b ClientHello
	if !a.Parse(plain, false) || !b.Parse(greased, false) {
		t.Fatal("not read")
	}
	if x, y := string(f.JA4(&a)), string(f.JA4(&b)); x != y || x[:10] != "t13d0204h2" {
		t.Errorf("%s and %s differ", x, y)
	}
	if x, y := string(f.JA3(&a)), string(f.JA3(&b)); x != y {
		t.Errorf("JA3 %s and %s differ", x, y)
	}
	b.QUIC = true
	if got := string(f.JA4(&b)); got[0] != 'q' {
		t.Error(got)
	}
	check("no extensions", clientHello(0x0301, []uint16{0x0005}), "", "t10i010000_"+hash("0005")+"_000000000000")
	check("odd protocol", clientHello(0x0303, nil, alpn("\x01x\x02")), "", "t12i000102_000000000000_000000000000")
	many := make([]uint16, 120)
	check("more than 99", clientHello(0x0303, many), "", "t12i990000_"+hash(strings.TrimSuffix(strings.Repeat("0000,", 120), ","))+"_000000000000")
}

func hash(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:12] }

func TestServersAreFingerprinted(t *testing.T) {
	body := binary.BigEndian.AppendUint16(nil, 0x0303)
	body = append(body, make([]byte, 32)...)
	body = append(body, 0, 0x00, 0x9f, 0)
	extensions := append(extension(0xff01, 0), extension(15, 1)...)
	body = append(binary.BigEndian.AppendUint16(body, uint16(len(extensions))), extensions...)
	var h ServerHello
	if !h.Parse(body) {
		t.Fatal("not read")
	}
	var f Fingerprinter
	if got := string(f.JA3S(&h)); got != "9675432e5de9910d686de62559466365" {
		t.Error(got)
	}
}

// taken collects what a stream hands out.
type taken struct{ list []string }

func (s *taken) Handshake(kind byte, body []byte) {
	s.list = append(s.list, fmt.Sprintf("handshake %d of %d", kind, len(body)))
}
func (s *taken) Record(kind byte, _ uint16, size int, _ []byte) {
	s.list = append(s.list, fmt.Sprintf("record %d of %d", kind, size))
}

func recordOf(kind byte, content []byte) []byte {
	return append([]byte{kind, 3, 3, byte(len(content) >> 8), byte(len(content))}, content...)
}

func messageOf(kind byte, body []byte) []byte {
	return append([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))}, body...)
}

func TestMessagesAreReadHoweverRecordsAndSegmentsCutThem(t *testing.T) {
	messages := append(messageOf(TypeClientHello, make([]byte, 3000)), messageOf(TypeCertificate, make([]byte, 700))...)
	var stream []byte
	for at := 0; at < len(messages); at += 1000 {
		stream = append(stream, recordOf(RecordHandshake, messages[at:min(at+1000, len(messages))])...)
	}
	stream = append(stream, recordOf(RecordChangeCipher, []byte{1})...)
	stream = append(stream, recordOf(RecordHandshake, make([]byte, 40))...) // encrypted
	stream = append(stream, recordOf(RecordData, make([]byte, 500))...)
	want := "[handshake 1 of 3000 handshake 11 of 700 record 20 of 1 record 22 of 40 record 23 of 500]"
	for size := 1; size < len(stream); size = size*3/2 + 1 {
		var s Stream
		var got taken
		for at := 0; at < len(stream); at += size {
			if !s.Feed(stream[at:min(at+size, len(stream))], &got) {
				t.Fatal("broken")
			}
		}
		if fmt.Sprint(got.list) != want {
			t.Errorf("segments of %d: %v", size, got.list)
		}
	}
}

func TestFragmentsOfDTLSAreJoined(t *testing.T) {
	fragment := func(offset int, part []byte) []byte {
		content := []byte{TypeClientHello, 0, 0, 60, 0, 0, 0, 0, byte(offset), 0, 0, byte(len(part))}
		content = append(content, part...)
		return append([]byte{RecordHandshake, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte(len(content))}, content...)
	}
	var d Datagrams
	var got taken
	body := make([]byte, 60)
	for _, part := range [][]byte{fragment(0, body[:25]), fragment(0, body[:25]), fragment(20, body[20:40]), fragment(40, body[40:])} {
		if !LooksLikeDTLS(part) || !d.Feed(part, &got) {
			t.Fatal("not read")
		}
	}
	if fmt.Sprint(got.list) != "[handshake 1 of 60]" {
		t.Error(got.list)
	}
}

func TestCertificatesAreReadAsTheStandardLibraryDoes(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0x1234), Subject: pkix.Name{CommonName: "a, b", Organization: []string{"Wärme GmbH"}, Country: []string{"DE"}},
		NotBefore: time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC), NotAfter: time.Date(2055, 1, 2, 3, 4, 5, 0, time.UTC),
		DNSNames: []string{"a.example", "b.example"}, IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c := ParseCertificate(raw)
	if c.Subject != `CN=a\, b,O=Wärme GmbH,C=DE` || c.Issuer != c.Subject || !c.SelfSigned || !c.Authority || c.KeyBits != 256 ||
		c.Names != "a.example\x00b.example" || c.NotBefore != template.NotBefore.UnixNano() || c.NotAfter != template.NotAfter.UnixNano() ||
		c.Fingerprint != sha256.Sum256(raw) || fmt.Sprintf("%x", c.Serial) != "1234" {
		t.Errorf("%+v", c)
	}
}

func FuzzStream(f *testing.F) {
	hello := recordOf(RecordHandshake, messageOf(TypeClientHello, clientHello(0x0303, []uint16{0x1301}, serverName("a"), alpn("h2"))))
	f.Add(hello, 7)
	f.Add(append(hello, recordOf(RecordData, make([]byte, 30))...), 100)
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		var s Stream
		var got taken
		for at, step := 0, max(size&0xfff, 1); at < len(data); at += step {
			s.Feed(data[at:min(at+step, len(data))], &got)
		}
		s.Gap(size & 0xff)
		var d Datagrams
		d.Feed(data, &got)
	})
}

func FuzzHello(f *testing.F) {
	f.Add(clientHello(0x0303, []uint16{0x1301, 0x0a0a}, serverName("a"), alpn("h2"), extension(43, 2, 3, 4), extension(13, list(0x0403)...)))
	f.Fuzz(func(t *testing.T, body []byte) {
		var c ClientHello
		var s ServerHello
		var p Fingerprinter
		for _, datagram := range []bool{false, true} {
			if c.Parse(body, datagram) {
				p.JA3(&c)
				if got := p.JA4(&c); len(got) != 36 {
					t.Errorf("%s", got)
				}
			}
		}
		c.ParseSSL2(body)
		if s.Parse(body) {
			p.JA3S(&s)
			CipherName(s.Cipher)
		}
	})
}

func FuzzCertificate(f *testing.F) {
	f.Add([]byte("\x30\x20\x30\x1e\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x00\x30\x0e\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03abc"))
	f.Fuzz(func(_ *testing.T, raw []byte) { ParseCertificate(raw) })
}
