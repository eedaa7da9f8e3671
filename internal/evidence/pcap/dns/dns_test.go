package dns

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
)

func header(flags uint16, questions, answers int) []byte {
	b := []byte{0x12, 0x34, byte(flags >> 8), byte(flags), byte(questions >> 8), byte(questions), byte(answers >> 8), byte(answers), 0, 0, 0, 0}
	return b
}

func labels(name string) (b []byte) {
	for label := range strings.SplitSeq(name, ".") {
		b = append(append(b, byte(len(label))), label...)
	}
	return append(b, 0)
}

func question(name string, kind uint16) []byte {
	return append(binary.BigEndian.AppendUint16(labels(name), kind), 0, 1)
}

// answer makes a record whose name points to the question's.
func answer(kind uint16, ttl uint32, data []byte) []byte {
	b := []byte{0xc0, 12}
	b = binary.BigEndian.AppendUint16(b, kind)
	b = append(b, 0, 1)
	b = binary.BigEndian.AppendUint32(b, ttl)
	b = binary.BigEndian.AppendUint16(b, uint16(len(data)))
	return append(b, data...)
}

func TestMessagesAreRead(t *testing.T) {
	reply := bytes.Join([][]byte{
		header(0x8583, 1, 5), question("WWW.example", 1),
		answer(5, 60, []byte{1, 'x', 0xc0, 16}), answer(1, 300, []byte{192, 0, 2, 1}), answer(28, 1, append([]byte{0x20, 1, 0xd, 0xb8}, make([]byte, 12)...)),
		answer(16, 0, []byte("\x05hello\x01\xff")), answer(46, 5, make([]byte, 20)),
	}, nil)
	var m Message
	if !Looks(reply) || !m.Parse(reply) || m.Malformed {
		t.Fatalf("%+v", m)
	}
	var texts []string
	for _, a := range m.Answers {
		texts = append(texts, fmt.Sprintf("%s %d %s", TypeName(a.Type), a.TTL, a.Text))
	}
	want := `CNAME 60 x.example; A 300 192.0.2.1; AAAA 1 2001:db8::; TXT 0 TXT 5 hello TXT 1 \xff; RRSIG 5 <RRSIG 20>`
	if got := strings.Join(texts, "; "); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if string(m.Name) != "WWW.example" || m.ID != 0x1234 || !m.Response || !m.Authoritative || m.Truncated || !m.RecursionDesired || !m.RecursionAvailable || CodeName(m.Code) != "NXDOMAIN" {
		t.Errorf("%+v", m)
	}
}

func TestNamesAreBounded(t *testing.T) {
	f := func(name string, message []byte, looks bool) {
		t.Helper()
		var m Message
		m.Parse(message)
		if Looks(message) != looks || !looks && !m.Malformed || len(m.Name) > 4*maxName {
			t.Errorf("%s: looks %v, %+v", name, Looks(message), m)
		}
	}
	f("loop", append(header(0x100, 1, 0), 0xc0, 12, 0, 1, 0, 1), false)
	f("pointer behind the end", append(header(0x100, 1, 0), 0xff, 0xff, 0, 1, 0, 1), false)
	f("label behind the end", append(header(0x100, 1, 0), 60, 'a', 'b', 'c', 'd'), false)
	long := strings.TrimSuffix(strings.Repeat(strings.Repeat("a", 63)+".", 30), ".")
	f("2 KB", append(header(0x100, 1, 0), question(long, 1)...), false)
	f("odd bytes", append(header(0x100, 1, 0), question("a b\x00\xff", 16)...), true)
}

func TestOtherDatagramsAreNotTakenForDNS(t *testing.T) {
	for _, b := range [][]byte{nil, make([]byte, 40), []byte("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), bytes.Repeat([]byte{0xff}, 60)} {
		if Looks(b) {
			t.Errorf("%q", b)
		}
	}
}

func FuzzMessage(f *testing.F) {
	f.Add(append(header(0x100, 1, 0), question("www.example", 1)...))
	f.Add(bytes.Join([][]byte{header(0x8180, 1, 2), question("a.example", 15), answer(15, 1, []byte{0, 1, 0xc0, 12}), answer(33, 1, []byte{0, 1, 0, 2, 0, 3, 0xc0, 12})}, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m Message
		Looks(b)
		m.Parse(b)
		if len(m.Answers) > maxAnswers || len(m.texts) > 2*maxTexts+1<<16 {
			t.Errorf("%d answers, %d bytes", len(m.Answers), len(m.texts))
		}
	})
}
