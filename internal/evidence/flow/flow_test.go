package flow

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"seawall/internal/evidence/evidencetest"
	"seawall/record"
)

// wire builds messages.
type wire struct{ b []byte }

func (w *wire) u8(n ...uint8) *wire { w.b = append(w.b, n...); return w }
func (w *wire) u16(n ...uint16) *wire {
	for _, v := range n {
		w.b = binary.BigEndian.AppendUint16(w.b, v)
	}
	return w
}
func (w *wire) u32(n ...uint32) *wire {
	for _, v := range n {
		w.b = binary.BigEndian.AppendUint32(w.b, v)
	}
	return w
}
func (w *wire) u64(n uint64) *wire { w.b = binary.BigEndian.AppendUint64(w.b, n); return w }
func (w *wire) ip(s string) *wire {
	w.b = append(w.b, netip.MustParseAddr(s).AsSlice()...)
	return w
}

const export = 1700000000 // seconds

// set is one set of a message.
func set(id uint16, body *wire) []byte {
	return append((&wire{}).u16(id, uint16(4+len(body.b))).b, body.b...)
}

func netflow9(uptime uint32, sets ...[]byte) []byte {
	w := (&wire{}).u16(9, uint16(len(sets))).u32(uptime, export, 1, 7)
	return append(w.b, slices.Concat(sets...)...)
}

func ipfixMessage(sets ...[]byte) []byte {
	body := slices.Concat(sets...)
	w := (&wire{}).u16(10, uint16(headerSize10+len(body))).u32(export, 1, 7)
	return append(w.b, body...)
}

// template256 has source, destination, octets, first and last.
func template256(id uint16) []byte {
	return set(id, (&wire{}).u16(256, 5, 8, 4, 12, 4, 1, 4, 22, 4, 21, 4))
}

func data256(octets, first, last uint32) []byte {
	return set(256, (&wire{}).ip("10.0.0.1").ip("192.0.2.1").u32(octets, first, last))
}

// decode returns the records of datagrams as text, with their start.
func decode(t testing.TB, d *Decoder, datagrams ...[]byte) (rows []string) {
	t.Helper()
	offset := int64(0)
	for i, payload := range datagrams {
		g := Datagram{Exporter: netip.MustParseAddr("198.51.100.1"), Payload: payload, Origin: record.Origin{Path: "x", Offset: offset}}
		err := d.Datagram(g, func(rec *record.Record) {
			var b strings.Builder
			fmt.Fprintf(&b, "%s %s", rec.Schema.Source, time.Unix(0, rec.Time).UTC().Format("01-02 15:04:05.000"))
			for i, f := range rec.Schema.Fields {
				if v := rec.Values[i]; v.Kind != record.Null && !strings.Contains(f.Name, "SysUpTime") {
					fmt.Fprintf(&b, " %s=%s", f.Name, v)
				}
			}
			rows = append(rows, b.String())
			if all := slices.Concat(datagrams[:i+1]...); rec.Origin.Length != len(rec.Raw) || string(all[rec.Origin.Offset:rec.Origin.Offset+int64(rec.Origin.Length)]) != string(rec.Raw) {
				t.Errorf("record at %d+%d does not stand there", rec.Origin.Offset, rec.Origin.Length)
			}
		})
		if err != nil {
			rows = append(rows, err.Error())
		}
		offset += int64(len(payload))
	}
	return rows
}

func TestTimesSurviveTheWrapOfTheUptime(t *testing.T) {
	f := func(name string, uptime, first, last uint32, want string) {
		t.Helper()
		got := decode(t, NewDecoder(NewSchemas()), netflow9(uptime, template256(0), data256(5, first, last)))
		if len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// The message is of 22:13:20.
	f("plain", 100000, 40000, 90000, "netflow 11-14 22:12:20.000 sourceIPv4Address=10.0.0.1 destinationIPv4Address=192.0.2.1 octetDeltaCount=5 exporterAddress=198.51.100.1 flowDurationMilliseconds=50000")
	f("flow before the wrap", 5000, 0xffffffff-4999, 2000, "11-14 22:13:10.000")
	f("duration across the wrap", 5000, 0xffffffff-4999, 2000, "flowDurationMilliseconds=7000")
	f("a clock that is ahead", 5000, 6000, 7000, "11-14 22:13:21.000")
}

func TestNetFlow5(t *testing.T) {
	w := (&wire{}).u16(5, 1).u32(100000, export, 500000000, 1).u8(0, 0).u16(0x4000 | 100)
	w.ip("10.0.0.1").ip("192.0.2.1").u32(0).u16(1, 2).u32(3, 400, 90000, 95000).u16(1024, 443).u8(0, 0x1b, 6, 0).u16(0, 0).u8(24, 0).u16(0)
	got := decode(t, NewDecoder(NewSchemas()), w.b)
	want := "netflow 11-14 22:13:10.500 sourceIPv4Address=10.0.0.1 destinationIPv4Address=192.0.2.1 ipNextHopIPv4Address=0.0.0.0 ingressInterface=1 egressInterface=2 packetDeltaCount=3 octetDeltaCount=400 sourceTransportPort=1024 destinationTransportPort=443 tcpControlBits=27 protocolIdentifier=6"
	if len(got) != 1 || !strings.HasPrefix(got[0], want) || !strings.HasSuffix(got[0], "flowDurationMilliseconds=5000 samplingInterval=100") {
		t.Errorf("got %q", got)
	}
	if got := decode(t, NewDecoder(NewSchemas()), w.b[:60]); !slices.Equal(got, []string{errShort.Error()}) {
		t.Errorf("cut off: %q", got)
	}
}

func TestTemplatesMayComeLateAndChange(t *testing.T) {
	d := NewDecoder(NewSchemas())
	if got := decode(t, d, netflow9(1000, data256(1, 0, 1))); len(got) != 0 {
		t.Errorf("read without a template: %q", got)
	}
	if missing, _ := d.Missing(); len(missing) != 1 || missing[0].Template != 256 || missing[0].Sets != 1 || missing[0].Domain != 7 {
		t.Errorf("missing: %+v", missing)
	}
	got := decode(t, NewDecoder(NewSchemas()), netflow9(1000, data256(1, 0, 1)), netflow9(1000, template256(0), data256(2, 0, 1)),
		netflow9(1000, set(0, (&wire{}).u16(256, 2, 2, 4, 7, 2)), set(256, (&wire{}).u32(9).u16(80))))
	if len(got) != 3 || !strings.Contains(got[0], "octetDeltaCount=1") || !strings.Contains(got[1], "octetDeltaCount=2") || !strings.Contains(got[2], "packetDeltaCount=9 sourceTransportPort=80") {
		t.Errorf("got %q", got)
	}
	if missing, dropped := d.Missing(); len(missing) != 1 || dropped != 0 {
		t.Errorf("missing: %v %d", missing, dropped)
	}
}

func TestSamplingIsReadFromOptions(t *testing.T) {
	options := set(1, (&wire{}).u16(257, 4, 8, 1, 4, 48, 1, 50, 4))
	rates := set(257, (&wire{}).u32(0).u8(3).u32(1000))
	flows := set(0, (&wire{}).u16(258, 2, 1, 4, 48, 1))
	data := set(258, (&wire{}).u32(10).u8(3))
	got := decode(t, NewDecoder(NewSchemas()), netflow9(1, options, rates, flows, data))
	if len(got) != 2 || !strings.HasPrefix(got[0], "netflow options") || !strings.Contains(got[1], "samplingInterval=1000") {
		t.Errorf("got %q", got)
	}
	// IPFIX: one packet in 100, said as packets and space.
	options = set(3, (&wire{}).u16(257, 3, 1, 144, 4, 305, 4, 306, 4))
	got = decode(t, NewDecoder(NewSchemas()), ipfixMessage(options, set(257, (&wire{}).u32(1, 1, 99)), set(2, (&wire{}).u16(258, 1, 1, 4)), set(258, (&wire{}).u32(10))))
	if len(got) != 2 || !strings.HasPrefix(got[0], "ipfix options") || !strings.Contains(got[1], "samplingInterval=100") {
		t.Errorf("got %q", got)
	}
}

func TestIPFIXHasVariableFieldsBothDirectionsAndOtherClocks(t *testing.T) {
	layout := (&wire{}).u16(256, 5, 152, 8, 153, 8, 1, 3, 0x8001, 4).u32(reversePEN).u16(371, variable)
	long := strings.Repeat("x", 300)
	body := (&wire{}).u64(export*1000-500).u64(export*1000+500).u8(0, 1, 0).u32(77).u8(5)
	body.b = append(body.b, "alice"...)
	body.u64(export*1000).u64(export*1000).u8(0, 0, 1).u32(0).u8(255).u16(300)
	body.b = append(body.b, long...)
	got := decode(t, NewDecoder(NewSchemas()), ipfixMessage(set(2, layout), set(256, body)))
	if len(got) != 2 || !strings.HasPrefix(got[0], "ipfix 11-14 22:13:19.500 ") || !strings.Contains(got[0], "octetDeltaCount=256 reverseOctetDeltaCount=77 userName=alice") ||
		!strings.Contains(got[0], "flowDurationMilliseconds=1000") || !strings.Contains(got[1], "userName="+long) {
		t.Errorf("got %q", got)
	}
	// Uptimes without a clock to hold them against: no flow ends after the message.
	uptimes := set(2, (&wire{}).u16(256, 3, 8, 4, 22, 4, 21, 4))
	got = decode(t, NewDecoder(NewSchemas()), ipfixMessage(uptimes, set(256, (&wire{}).ip("10.0.0.1").u32(90000, 95000))))
	if len(got) != 1 || !strings.HasPrefix(got[0], "ipfix 11-14 22:13:15.000 ") {
		t.Errorf("got %q", got)
	}
	ntp := (&wire{}).u16(256, 1, 154, 8)
	got = decode(t, NewDecoder(NewSchemas()), ipfixMessage(set(2, ntp), set(256, (&wire{}).u32(export+2208988800, 0x80000000))))
	if len(got) != 1 || !strings.HasPrefix(got[0], "ipfix 11-14 22:13:20.500") {
		t.Errorf("got %q", got)
	}
}

func sflowDatagram(frame []byte) []byte {
	padded := append(slices.Clone(frame), make([]byte, (4-len(frame)%4)%4)...)
	packet := (&wire{}).u32(1, 1500, 4, uint32(len(frame)))
	packet.b = append(packet.b, padded...)
	sample := (&wire{}).u32(1, 2, 512, 1000, 0, 3, 4, 1, 1, uint32(len(packet.b)))
	sample.b = append(sample.b, packet.b...)
	w := (&wire{}).u32(5, 1).ip("198.51.100.9").u32(0, 1, 1000, 2, 2, 8, 0, 0, 1, uint32(len(sample.b)))
	w.b = append(w.b, sample.b...)
	return w.b
}

func tcpFrame() []byte {
	w := (&wire{}).u16(0, 0, 0, 0, 0, 0, 0x8100, 12, 0x0800).u8(0x45, 0).u16(40, 1, 0).u8(64, 6).u16(0).ip("10.0.0.1").ip("192.0.2.1").u16(1024, 443).u32(1, 2).u8(0x50, 0x12).u16(1, 0, 0)
	return w.b
}

func TestSFlowPackets(t *testing.T) {
	got := decode(t, NewDecoder(NewSchemas()), sflowDatagram(tcpFrame()))
	want := "sourceAddress=10.0.0.1 destinationAddress=192.0.2.1 protocolIdentifier=6 sourceTransportPort=1024 destinationTransportPort=443 tcpControlBits=18 octetDeltaCount=1500 packetDeltaCount=1 samplingInterval=512 ingressInterface=3 egressInterface=4 exporterAddress=198.51.100.9 vlanId=12"
	if len(got) != 1 || !strings.HasSuffix(got[0], want) {
		t.Errorf("got %q", got)
	}
}

func TestFilesOfDatagramsAreRead(t *testing.T) {
	v5 := (&wire{}).u16(5, 1).u32(100000, export, 0, 1).u32(0)
	v5.b = append(v5.b, make([]byte, recordSize5)...)
	content := slices.Concat(netflow9(1000, template256(0), data256(1, 0, 1)), v5.b, netflow9(1000, data256(2, 0, 1), data256(3, 0, 1)), ipfixMessage(data256(4, 0, 1)), sflowDatagram(tcpFrame()))
	for _, size := range []int{1 << 20, 30} {
		rows := evidencetest.Read(t, Formats(), "x.dat", content, size)
		if len(rows.Lines) != 5 || len(rows.Problems) != 1 || !strings.Contains(rows.Problems[0], "template 256 of source 7 is not in the file: 1 data sets") {
			t.Errorf("blocks of %d: %q", size, rows.All())
		}
	}
	if rows := evidencetest.Read(t, Formats(), "x", []byte("\x00\x05text that is no datagram at all, nor anything like it"), 100); !slices.Equal(rows.Problems, []string{"unrecognised"}) {
		t.Errorf("%q", rows.All())
	}
}

func TestFilesOfCollectorsAreAnswered(t *testing.T) {
	rows := evidencetest.Read(t, Formats(), "in-S0_20240101.12", []byte("\xde\xad\xbe\xef\x00\x0c\x10\x00\x00\x00\x00\x00\x00\x00\x00\x00"), 1<<20)
	if len(rows.Problems) != 1 || !strings.Contains(rows.Problems[0], "convert it with") {
		t.Errorf("%q", rows.All())
	}
}

func FuzzDatagrams(f *testing.F) {
	f.Add(netflow9(1000, template256(0), data256(1, 0, 1)), uint8(3))
	f.Add(ipfixMessage(set(2, (&wire{}).u16(256, 2, 1, 3, 371, variable)), set(256, (&wire{}).u8(0, 1, 0, 2, 'a', 'b'))), uint8(40))
	f.Add(sflowDatagram(tcpFrame()), uint8(9))
	f.Add(netflow9(1, set(1, (&wire{}).u16(257, 4, 8, 1, 4, 48, 1, 50, 4)), set(257, (&wire{}).u32(0).u8(3).u32(1000))), uint8(1))
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		d := NewDecoder(NewSchemas())
		for range 2 { // the second time templates are known
			_ = d.Datagram(Datagram{Payload: content}, func(rec *record.Record) {
				if int(rec.Origin.Offset)+rec.Origin.Length > len(content) {
					t.Fatalf("record at %d+%d of %d bytes", rec.Origin.Offset, rec.Origin.Length, len(content))
				}
				for _, v := range rec.Values {
					_ = v.String()
				}
			})
		}
		formats := Formats()
		whole := &evidencetest.Rows{Content: content}
		evidencetest.Decode(t, &formats[0], "x", content, 1<<20, whole)
		parts := &evidencetest.Rows{Content: content}
		evidencetest.Decode(t, &formats[0], "x", content, int(size)+1, parts)
		if !slices.Equal(whole.Sorted(), parts.Sorted()) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole.All(), int(size)+1, parts.All())
		}
	})
}

func BenchmarkDecoder(b *testing.B) {
	fields := []uint16{8, 4, 12, 4, 15, 4, 10, 2, 14, 2, 2, 4, 1, 4, 22, 4, 21, 4, 7, 2, 11, 2, 6, 1, 4, 1, 5, 1, 16, 2, 17, 2, 9, 1, 13, 1}
	layout := (&wire{}).u16(256, uint16(len(fields)/2)).u16(fields...)
	body := &wire{}
	const count = 30
	for range count {
		body.ip("10.0.0.1").ip("192.0.2.1").u32(0).u16(1, 2).u32(3, 400, 90000, 95000).u16(1024, 443).u8(0x1b, 6, 0).u16(0, 0).u8(24, 24)
	}
	v5 := (&wire{}).u16(5, count).u32(100000, export, 0, 1).u32(0)
	for range count {
		v5.ip("10.0.0.1").ip("192.0.2.1").u32(0).u16(1, 2).u32(3, 400, 90000, 95000).u16(1024, 443).u8(0, 0x1b, 6, 0).u16(0, 0).u8(24, 0).u16(0)
	}
	for name, payload := range map[string][]byte{"v5": v5.b, "v9": netflow9(100000, set(0, layout), set(256, body)), "ipfix": ipfixMessage(set(2, layout), set(256, body))} {
		b.Run(name, func(b *testing.B) {
			d, records := NewDecoder(NewSchemas()), 0
			emit := func(*record.Record) { records++ }
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Datagram(Datagram{Payload: payload}, emit); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(records)/1e6/b.Elapsed().Seconds(), "Mrec/s")
		})
	}
}
