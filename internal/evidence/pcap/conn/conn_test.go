package conn

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"

	"seawall/internal/evidence/pcap/packet"
)

// taken collects what a table hands out: streams, gaps and connections.
type taken struct {
	streams [2]bytes.Buffer
	gaps    int
	closed  []string
	conns   []Conn
}

func (s *taken) Begin(*Conn, Side, []byte, *packet.Packet) Follower { return s }
func (s *taken) Data(_ *Conn, from Side, data []byte, _ *packet.Packet) {
	s.streams[from].Write(data)
}
func (s *taken) Gap(_ *Conn, from Side, n int) { s.gaps += n; fmt.Fprintf(&s.streams[from], "<%d>", n) }
func (s *taken) End(*Conn)                     {}
func (s *taken) Tunnel(*packet.Packet) uint64  { return 1 }
func (s *taken) Closed(c *Conn) {
	s.closed = append(s.closed, fmt.Sprintf("%s %s %d %d", c.Verdict(), c.History(), c.Size(Originator), c.Size(Responder)))
	s.conns = append(s.conns, *c)
}

var (
	left  = netip.MustParseAddr("10.0.0.1")
	right = netip.MustParseAddr("10.0.0.2")
)

// script plays packets written as ">S100" (from the left a SYN with sequence
// number 100), "<SA500.101" (from the right, acknowledging 101) and
// ">A101.501+hello" (with payload).
func script(t *testing.T, table *Table, text string) {
	t.Helper()
	for i, word := range strings.Fields(text) {
		p := packet.Packet{Time: int64(i+1) * 1e6, Protocol: packet.TCP, Window: 1000}
		p.Source, p.Destination, p.SourcePort, p.DestinationPort = left, right, 40000, 4000
		if word[0] == '<' {
			p.Source, p.Destination, p.SourcePort, p.DestinationPort = right, left, 4000, 40000
		}
		word, payload, _ := strings.Cut(word[1:], "+")
		n := strings.IndexAny(word, "0123456789")
		for _, c := range word[:n] {
			p.Flags |= map[rune]byte{'S': packet.SYN, 'A': packet.ACK, 'F': packet.FIN, 'R': packet.RST}[c]
		}
		if _, err := fmt.Sscanf(word[n:], "%d.%d", &p.Seq, &p.Ack); err != nil && p.Flags&packet.ACK != 0 {
			t.Fatal(word, err)
		}
		p.Payload, p.Size, p.Length = []byte(payload), len(payload), 40+len(payload)
		table.Packet(&p)
	}
}

func TestConnectionsEndInZeeksStates(t *testing.T) {
	f := func(name, text string, want ...string) {
		t.Helper()
		var s taken
		table := NewTable(&s)
		script(t, table, text)
		table.Close()
		if fmt.Sprint(s.closed) != fmt.Sprint(want) {
			t.Errorf("%s: %q, want %q", name, s.closed, want)
		}
	}
	const hands = ">S100 <SA500.101 >A101.501 "
	f("attempt", ">S100 >S100", "S0 S 0 0")
	f("refused", ">S100 <RA0.101", "REJ Sr 0 0")
	f("normal", hands+">A101.501+hello <A501.106 <A501.106+world! >A106.507 >FA106.507 <FA507.107 >A107.508", "SF ShADadFf 5 6")
	f("open", hands+">A101.501+hi", "S1 ShAD 2 0")
	f("aborted by its originator", hands+">A101.501+hi >RA103.501", "RSTO ShADR 2 0")
	f("aborted by its responder", hands+">A101.501+hi <RA501.103", "RSTR ShADr 2 0")
	f("half closed by its originator", hands+">FA101.501", "S2 ShAF 0 0")
	f("half closed by its responder", hands+"<FA501.101", "S3 ShAf 0 0")
	f("SYN then RST", ">S100 >R101", "RSTOS0 SR 0 0")
	f("SYN then FIN", ">S100 >F101", "SH SF 0 0")
	f("middle of a connection", ">A1000.2000+data <A2000.1004+more", "OTH Dd 4 4")
	f("begun by the answer", "<SA500.101 >A101.501 >A101.501+hi", "S1 ^hAD 2 0")
	f("sent again", hands+">A101.501+hello >A101.501+hello", "S1 ShADT 5 0")
	f("not captured", hands+">A111.501+hello <A501.116", "S1 ShADaG 15 0")
	f("sequence numbers that wrap", ">S4294967290 <SA500.4294967291 >A4294967291.501+0123456789 <A501.5", "S1 ShDa 10 0")
	f("ports used again", hands+">FA101.501 <FA501.102 >A102.502 >S9000 <SA700.9001", "SF ShAFf 0 0", "S1 Sh 0 0")
}

func TestStreamsComeInOrderHoweverTheyAreCut(t *testing.T) {
	text := []byte(strings.Repeat("The quick brown fox jumps over the lazy dog. ", 60))
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		base := uint32(random.Uint64())
		var parts []packet.Packet
		for at := 0; at < len(text); {
			n := min(1+random.IntN(90), len(text)-at)
			from := max(at-random.IntN(20), 0) // some overlap what was sent before
			parts = append(parts, packet.Packet{Seq: base + 1 + uint32(from), Payload: text[from : at+n]})
			at += n
		}
		for i := range parts { // swapped with a near one
			j := min(i+random.IntN(6), len(parts)-1)
			parts[i], parts[j] = parts[j], parts[i]
		}
		var s taken
		table := NewTable(&s)
		send := func(p packet.Packet) {
			p.Protocol, p.Source, p.Destination, p.SourcePort, p.DestinationPort = packet.TCP, left, right, 40000, 4000
			p.Size = len(p.Payload)
			table.Packet(&p)
		}
		send(packet.Packet{Seq: base, Flags: packet.SYN})
		for _, p := range parts {
			p.Flags = packet.ACK
			send(p)
		}
		table.Close()
		if got := s.streams[Originator].Bytes(); !bytes.Equal(got, text) {
			t.Fatalf("seed %d: %q", seed, got)
		}
	}
}

func TestMissingBytesAreToldAsAGap(t *testing.T) {
	var s taken
	table := NewTable(&s)
	script(t, table, ">S100 <SA500.101 >A101.501+ab >A113.501+cd <A501.115 >A115.501+ef")
	table.Close()
	if got := s.streams[Originator].String(); got != "ab<10>cdef" || s.gaps != 10 {
		t.Errorf("%q, %d bytes missing", got, s.gaps)
	}
	if n := s.conns[0].Ends[Originator].Missed; n != 10 {
		t.Errorf("%d bytes missed", n)
	}
}

func TestWhatWaitsBehindAGapIsBounded(t *testing.T) {
	var s taken
	table := NewTable(&s)
	script(t, table, ">S100 <SA500.101 >A101.501+a")
	p := packet.Packet{Protocol: packet.TCP, Source: left, Destination: right, SourcePort: 40000, DestinationPort: 4000, Flags: packet.ACK, Payload: make([]byte, 1400), Size: 1400}
	for i := range uint32(1000) {
		p.Seq = 101 + 5000 + i*1500 // each with a hole before it
		table.Packet(&p)
	}
	for _, c := range table.conns {
		if h := c.Ends[Originator].stream; len(h.held) > maxHeld || h.heldSize > maxHeldBytes {
			t.Errorf("%d segments with %d bytes wait", len(h.held), h.heldSize)
		}
	}
	table.Close()
	if s.gaps == 0 {
		t.Error("no gap was told")
	}
}

func TestTheTableIsBoundedAndSaysWhatItGaveUp(t *testing.T) {
	var s taken
	table := NewTable(&s)
	table.limit = 100
	p := packet.Packet{Protocol: packet.UDP, Source: left, Destination: right, DestinationPort: 4000, Size: 1, Length: 29, Payload: []byte("x")}
	for i := range 1000 {
		p.SourcePort, p.Time = uint16(10000+i), int64(i)
		table.Packet(&p)
		if len(table.conns) > 100 {
			t.Fatalf("%d connections", len(table.conns))
		}
	}
	table.Close()
	if table.Evicted != 900 || len(s.closed) != 1000 {
		t.Errorf("%d given up, %d handed out", table.Evicted, len(s.closed))
	}
}

func TestSilentConnectionsEnd(t *testing.T) {
	var s taken
	table := NewTable(&s)
	p := packet.Packet{Protocol: packet.UDP, Source: left, Destination: right, SourcePort: 40000, DestinationPort: 4000, Size: 1, Payload: []byte("x")}
	for _, at := range []int64{0, 30, 100, 170} { // the last two after more than a minute
		p.Time = at * second
		table.Packet(&p)
	}
	table.Close()
	if len(s.closed) != 3 {
		t.Errorf("%q", s.closed)
	}
}

func TestRequestAndReplyOfICMPAreOneConnection(t *testing.T) {
	var s taken
	table := NewTable(&s)
	ping := packet.Packet{Protocol: packet.ICMP, Source: left, Destination: right, SourcePort: 8}
	pong := packet.Packet{Protocol: packet.ICMP, Source: right, Destination: left, SourcePort: 0}
	table.Packet(&ping)
	table.Packet(&pong)
	table.Close()
	if len(s.conns) != 1 || s.conns[0].Ends[Originator].Port != 8 || s.conns[0].Ends[Responder].Packets != 1 {
		t.Errorf("%d connections", len(s.conns))
	}
}

func TestAnIDIsThatOfTheSameConnectionInAnotherCapture(t *testing.T) {
	ids := func(first int64) (list []uint64) {
		var s taken
		table := NewTable(&s)
		p := packet.Packet{Time: first, Protocol: packet.UDP, Source: left, Destination: right, SourcePort: 1, DestinationPort: 2}
		table.Packet(&p)
		for c := range table.conns {
			list = append(list, table.conns[c].ID())
		}
		return list
	}
	if a, b, c := ids(5), ids(5), ids(6); a[0] != b[0] || a[0] == c[0] {
		t.Error(a, b, c)
	}
	if got := string(AppendUID(nil, 12345)); len(got) != 12 || got[0] != 'C' {
		t.Error(got)
	}
}
