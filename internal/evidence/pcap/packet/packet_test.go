package packet

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"testing"

	"seawall/internal/evidence/pcap/pcaptest"
)

// seen collects packets as text.
type seen struct{ list []string }

func (s *seen) Packet(p *Packet) {
	tunnel := ""
	if p.Tunnel != "" {
		tunnel = p.Tunnel + ":"
	}
	s.list = append(s.list, fmt.Sprintf("%s%v:%d>%v:%d %d %s/%d", tunnel, p.Source, p.SourcePort, p.Destination, p.DestinationPort, p.Protocol, p.Payload, p.Size))
}

func read(link uint32, frames ...[]byte) (list []string, r *Reader) {
	var s seen
	r = NewReader(&s)
	for i, f := range frames {
		r.Frame(link, f, len(f), Packet{Time: int64(i)})
	}
	return s.list, r
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic("bug: test data: " + err.Error())
	}
	return b
}

var (
	four = pcaptest.IP("10.0.0.1", "10.0.0.2", 17, pcaptest.UDP(1, 2, []byte("hi")))
	six  = pcaptest.IP("2001:db8::1", "2001:db8::2", 17, pcaptest.UDP(1, 2, []byte("hi")))
)

const (
	want4 = "10.0.0.1:1>10.0.0.2:2 17 hi/2"
	want6 = "2001:db8::1:1>2001:db8::2:2 17 hi/2"
)

func TestFramesOfEveryLinkTypeAreRead(t *testing.T) {
	f := func(link uint32, header string, payload []byte, want string) {
		t.Helper()
		got, r := read(link, join(unhex(header), payload))
		if len(got) != 1 || got[0] != want {
			t.Errorf("link type %d: %q, want %q; %d unread, %d cut", link, got, want, r.Unread, r.Cut)
		}
	}
	mac := "020000000002020000000001"
	f(LinkEthernet, mac+"0800", four, want4)
	f(LinkEthernet, mac+"86dd", six, want6)
	f(LinkEthernet, mac+"8100"+"0064"+"0800", four, want4)
	f(LinkEthernet, mac+"88a8"+"0064"+"8100"+"0065"+"86dd", six, want6)
	f(LinkEthernet, mac+"8847"+"00010040"+"00020140", four, want4)            // two labels
	f(LinkEthernet, mac+"8847"+"00010140"+"00000000"+mac+"0800", four, want4) // pseudowire
	f(LinkEthernet, mac+"8864"+"1100"+"0001"+"0020"+"0021", four, want4)      // PPPoE
	f(LinkEthernet, mac+"0026"+"aaaa03"+"000000"+"0800", four, want4)         // SNAP
	f(LinkEthernet, mac+"88e7"+"00000000"+mac+"0800", four, "pbb:"+want4)     // backbone bridging
	f(LinkNull, "02000000", four, want4)
	f(LinkLoop, "00000002", four, want4)
	f(LinkRaw, "", six, want6)
	f(LinkIPv4, "", four, want4)
	f(LinkSLL, "0000"+"0001"+"0006"+"0200000000010000"+"0800", four, want4)
	f(LinkSLL2, "86dd"+"0000"+"00000003"+"0001"+"00"+"06"+"0200000000010000", six, want6)
	f(LinkPPP, "ff03"+"0021", four, want4)
	f(LinkPPPSerial, "57", six, want6)
	f(LinkCHDLC, "0f00"+"0800", four, want4)
	f(LinkENC, "000000000000000000000000", four, want4)
	f(LinkPFLog, "3d02"+"00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"[:124], four, want4)
	f(LinkMPLS, "00010140", four, want4)
	f(LinkPKTAP, "10000000"+"01000000"+"01000000"+"00000000"+mac+"0800", four, want4)
	f(LinkNFLog, "0200"+"0000"+"0800"+"0a00"+"00000000"+"2200"+"0900", four, want4)
	f(LinkRadiotap, "0000"+"0800"+"00000000"+"0802"+"0000"+mac+"020000000003"+"0000"+"aaaa03000000"+"0800", four, want4)
	f(LinkWiFi, "8801"+"0000"+mac+"020000000003"+"0000"+"0000"+"aaaa03000000"+"86dd", six, want6)
}

func TestTunnelsAreLookedInto(t *testing.T) {
	frame := pcaptest.Ethernet(0x0800, four)
	f := func(name string, packet []byte, want ...string) {
		t.Helper()
		got, _ := read(LinkRaw, packet)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	outer := func(protocol byte, payload []byte) []byte {
		return pcaptest.IP("192.0.2.1", "192.0.2.2", protocol, payload)
	}
	datagram := func(port uint16, header string, payload []byte) []byte {
		return outer(17, pcaptest.UDP(5000, port, join(unhex(header), payload)))
	}
	f("GRE", outer(47, join(unhex("00000800"), four)), "gre:"+want4)
	f("GRE with key and checksum", outer(47, join(unhex("a0000800"+"00000000"+"00000007"), four)), "gre:"+want4)
	f("Ethernet in GRE", outer(47, join(unhex("00006558"), frame)), "gre:"+want4)
	f("PPTP", outer(47, join(unhex("3081880b"+"00280001"+"00000001"+"00000000"+"ff030021"), four)), "gre:"+want4)
	f("ERSPAN I", outer(47, join(unhex("000088be"), frame)), "erspan:"+want4)
	f("ERSPAN II", outer(47, join(unhex("100088be"+"00000001"+"1001000000000000"), frame)), "erspan:"+want4)
	f("ERSPAN III", outer(47, join(unhex("100022eb"+"00000001"+"200100000000000000000000"), frame)), "erspan:"+want4)
	f("IP in IP", outer(4, four), "ip:"+want4)
	f("6in4", outer(41, six), "ip:"+want6)
	vxlan := datagram(4789, "0800000000000100", frame)
	got, _ := read(LinkRaw, vxlan)
	if len(got) != 2 || got[1] != "vxlan:"+want4 {
		t.Errorf("VXLAN: %q", got)
	}
	for name, packet := range map[string][]byte{
		"geneve": datagram(6081, "0040655800000100", frame),
		"gtpv1":  outer(17, pcaptest.UDP(2152, 2152, join(unhex("30ff002200000001"), four))),
		"teredo": datagram(3544, "", six),
	} {
		got, _ := read(LinkRaw, packet)
		if len(got) != 2 || got[1] != name+":"+want4 && got[1] != name+":"+want6 {
			t.Errorf("%s: %q", name, got)
		}
	}
	deep := four
	for range 40 {
		deep = outer(4, deep)
	}
	if got, r := read(LinkRaw, deep); len(got) != 0 || r.Unread != 1 {
		t.Errorf("40 tunnels deep: %q, %d unread", got, r.Unread)
	}
}

// pieces cuts the payload of an IPv4 packet into pieces of eight bytes.
func pieces(payload []byte, protocol byte) (parts [][]byte) {
	for at := 0; at < len(payload); at += 8 {
		end := min(at+8, len(payload))
		p := pcaptest.IP("10.0.0.1", "10.0.0.2", protocol, payload[at:end])
		word := uint16(at / 8)
		if end < len(payload) {
			word |= 0x2000
		}
		binary.BigEndian.PutUint16(p[6:], word)
		parts = append(parts, p)
	}
	return parts
}

func TestFragmentsAreJoinedInWhateverOrderTheyCome(t *testing.T) {
	parts := pieces(pcaptest.UDP(1, 2, []byte("a long message in pieces")), 17)
	want := "10.0.0.1:1>10.0.0.2:2 17 a long message in pieces/24"
	orders := [][]int{{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 3, 0, 2}, {0, 0, 3, 1, 1, 2}}
	for _, order := range orders {
		var frames [][]byte
		for _, i := range order {
			frames = append(frames, parts[i])
		}
		if got, _ := read(LinkRaw, frames...); len(got) != 1 || got[0] != want {
			t.Errorf("order %v: %q", order, got)
		}
	}
	ext := join([]byte{17, 0, 0, 1, 0, 0, 0, 9}, pcaptest.UDP(1, 2, []byte("12345678")))
	ext2 := join([]byte{17, 0, 0, 16, 0, 0, 0, 9}, []byte("six"))
	binary.BigEndian.PutUint16(ext[8+4:], 8+11)
	got, _ := read(LinkRaw, pcaptest.IP("2001:db8::1", "2001:db8::2", 44, ext), pcaptest.IP("2001:db8::1", "2001:db8::2", 44, ext2))
	if len(got) != 1 || got[0] != "2001:db8::1:1>2001:db8::2:2 17 12345678six/11" {
		t.Errorf("IPv6: %q", got)
	}
}

func TestFragmentsOfManyPacketsStayWithinBounds(t *testing.T) {
	var s seen
	r := NewReader(&s)
	part := pieces(pcaptest.UDP(1, 2, make([]byte, 40)), 17)[0]
	for i := range 10 * maxWaiting {
		binary.BigEndian.PutUint16(part[4:], uint16(i))
		r.Frame(LinkRaw, part, len(part), Packet{Time: int64(i)})
	}
	if n := len(r.fragments.waiting); n > maxWaiting {
		t.Errorf("%d packets wait", n)
	}
}

func TestHeadersThatMakeNoSenseAreCountedAndPassedOver(t *testing.T) {
	f := func(name string, link uint32, frame []byte) {
		t.Helper()
		got, r := read(link, frame)
		if len(got) != 0 || r.Unread+r.Cut != 1 {
			t.Errorf("%s: %q, %d unread, %d cut", name, got, r.Unread, r.Cut)
		}
	}
	short := bytes.Clone(four)
	short[0] = 0x44 // a header of 16 bytes
	f("short header", LinkRaw, short)
	f("no IP", LinkRaw, []byte{0x15, 0, 0})
	f("cut in the IP header", LinkRaw, four[:12])
	f("cut in the UDP header", LinkRaw, four[:24])
	f("empty", LinkEthernet, nil)
	f("ARP", LinkEthernet, pcaptest.Ethernet(0x0806, make([]byte, 28)))
	f("tags without end", LinkEthernet, join(make([]byte, 12), bytes.Repeat([]byte{0x81, 0, 0, 1}, 100)))
	tcp := pcaptest.TCP(1, 2, 0, 0, 2, nil)
	tcp[12] = 0x10
	f("TCP header of 4 bytes", LinkRaw, pcaptest.IP("10.0.0.1", "10.0.0.2", 6, tcp))
}

func TestLengthsOnTheWireAreKeptWhenPacketsAreCut(t *testing.T) {
	whole := pcaptest.IP("10.0.0.1", "10.0.0.2", 6, pcaptest.TCP(1, 2, 7, 8, 0x18, make([]byte, 1000)))
	var s seen
	r := NewReader(&s)
	r.Frame(LinkRaw, whole[:44], len(whole), Packet{})
	if len(s.list) != 1 || s.list[0] != "10.0.0.1:1>10.0.0.2:2 6 \x00\x00\x00\x00/1000" {
		t.Errorf("%q", s.list)
	}
}

func FuzzFrame(f *testing.F) {
	for _, link := range []uint32{LinkEthernet, LinkRaw, LinkNull, LinkSLL, LinkSLL2, LinkRadiotap, LinkNFLog, LinkPPP} {
		f.Add(link, pcaptest.Ethernet(0x0800, four))
		f.Add(link, join(unhex("00000800"), six))
		f.Add(link, four)
	}
	for _, part := range pieces(pcaptest.UDP(4789, 4789, make([]byte, 40)), 17) {
		f.Add(uint32(LinkRaw), part)
	}
	f.Fuzz(func(t *testing.T, link uint32, frame []byte) {
		r := NewReader(checked{t, len(frame)})
		r.Frame(link, frame, len(frame), Packet{Time: 1})
		r.Frame(link, frame, len(frame)+100, Packet{Time: 2})
	})
}

// checked holds packets to what a frame can hold.
type checked struct {
	t    *testing.T
	size int
}

func (c checked) Packet(p *Packet) {
	if !p.Source.IsValid() || !p.Destination.IsValid() || p.Size < len(p.Payload) || p.Length < 0 || p.Depth > maxDepth {
		c.t.Errorf("%+v", *p)
	}
}
