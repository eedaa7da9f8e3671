package nfcapd

import (
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/evidence/evidencetest"
	"seawall/record"
)

// wire writes numbers in a byte order.
type wire struct {
	order binary.AppendByteOrder
	b     []byte
}

func (w *wire) u8(list ...uint8) *wire { w.b = append(w.b, list...); return w }

func (w *wire) u16(list ...uint16) *wire {
	for _, n := range list {
		w.b = w.order.AppendUint16(w.b, n)
	}
	return w
}

func (w *wire) u32(list ...uint32) *wire {
	for _, n := range list {
		w.b = w.order.AppendUint32(w.b, n)
	}
	return w
}

func (w *wire) u64(list ...uint64) *wire {
	for _, n := range list {
		w.b = w.order.AppendUint64(w.b, n)
	}
	return w
}

func (w *wire) ip(list ...string) *wire {
	for _, text := range list {
		a := netip.MustParseAddr(text)
		if b := a.AsSlice(); a.Is4() {
			w.u32(binary.BigEndian.Uint32(b))
		} else {
			w.u64(binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:]))
		}
	}
	return w
}

const start = 1700000000000 // milliseconds

func ext(order binary.AppendByteOrder, kind uint16, body *wire) []byte {
	return append((&wire{order: order}).u16(kind, uint16(4+len(body.b))).b, body.b...)
}

// flow2 is a record of layout 2.
func flow2(order binary.AppendByteOrder, flags uint8, extensions ...[]byte) []byte {
	body := slices.Concat(extensions...)
	w := (&wire{order: order}).u16(flowRecord2, uint16(headSize2+len(body)), uint16(len(extensions))).u8(0, 0).u16(1).u8(flags, 9)
	return append(w.b, body...)
}

func generic(order binary.AppendByteOrder) []byte {
	w := (&wire{order: order}).u64(start, start+2500, start+3000, 7, 4200).u16(50123, 443).u8(6, 0x1b, 0, 0)
	return ext(order, extGeneric, w)
}

func file2(order binary.AppendByteOrder, how compression, blocks ...[]byte) []byte {
	w := (&wire{order: order}).u16(0xa50c, 2).u32(0x01070100).u64(start/1000).u8(uint8(how), 0).u16(0).u32(0).u64(0).u32(0, uint32(len(blocks)))
	for _, data := range blocks {
		w.u32(20, uint32(len(data))).u16(typeRecords2, 0)
		w.b = append(w.b, data...)
	}
	return w.b
}

func file1(order binary.AppendByteOrder, flags uint32, records ...[]byte) []byte {
	w := (&wire{order: order}).u16(0xa50c, 1).u32(flags, 1)
	w.b = append(w.b, make([]byte, headerSize1-len(w.b))...)
	data := slices.Concat(records...)
	w.u32(uint32(len(records)), uint32(len(data))).u16(typeRecords1, 0)
	return append(w.b, data...)
}

var orders = []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian}

const flowText = "destinationIPv4Address=192.0.2.9 protocolIdentifier=6 sourceTransportPort=50123 destinationTransportPort=443 tcpControlBits=27 octetDeltaCount=4200 packetDeltaCount=7 "

func text(rec *record.Record) string {
	var b strings.Builder
	for i, f := range rec.Schema.Fields {
		if v := rec.Values[i]; v.Kind != record.Null {
			b.WriteString(f.Name + "=" + v.String() + " ")
		}
	}
	return b.String()
}

type taker struct {
	evidence.Discard
	rows     []string
	problems []string
}

func (t *taker) Record(rec *record.Record)  { t.rows = append(t.rows, text(rec)) }
func (t *taker) Problem(p evidence.Problem) { t.problems = append(t.problems, p.What) }

func read(t *testing.T, content []byte) *taker {
	t.Helper()
	sink := &taker{}
	evidencetest.Decode(t, &Formats()[0], "nfcapd.202311142210", content, 1<<20, sink)
	return sink
}

func TestFlowsOfBothLayoutsInEitherByteOrder(t *testing.T) {
	for _, order := range orders {
		v4 := ext(order, extIPv4, (&wire{order: order}).ip("10.0.0.1", "192.0.2.9"))
		v6 := ext(order, extIPv6, (&wire{order: order}).ip("2001:db8::1", "2001:db8::9"))
		more := slices.Concat(ext(order, extMisc, (&wire{order: order}).u32(1, 2).u32(0)), ext(order, extCounts, (&wire{order: order}).u64(1, 5, 900)),
			ext(order, extReceived4, (&wire{order: order}).ip("198.51.100.1")), ext(order, 29, (&wire{order: order}).u8('x')))
		got := read(t, file2(order, asIs, slices.Concat(flow2(order, 0, generic(order), v4, more), flow2(order, sampled2, v6, generic(order)), (&wire{order: order}).u16(0x8001, 8).u32(0).b)))
		f := func(i int, start, end string) {
			t.Helper()
			if len(got.rows) <= i || !strings.HasPrefix(got.rows[i], start) || !strings.HasSuffix(got.rows[i], end) {
				t.Errorf("%v: %q", order, got)
			}
		}
		f(0, "sourceIPv4Address=10.0.0.1 "+flowText+"postOctetDeltaCount=900 postPacketDeltaCount=5 flowStartMilliseconds=1700000000000 flowEndMilliseconds=1700000002500 flowDurationMilliseconds=2500 ", "ingressInterface=1 egressInterface=2 exporterAddress=198.51.100.1 ")
		f(1, "sourceIPv6Address=2001:db8::1 destinationIPv6Address=2001:db8::9 ", "countsEstimated=1 ")

		head := func(kind uint16, flags uint16) *wire {
			w := (&wire{order: order}).u16(kind, 0, flags, 0)
			if kind == flowRecordOld {
				w.b = w.b[:4]
				w.u8(uint8(flags), 0).u16(0)
			}
			w.u16(0, 500).u32(start/1000, start/1000+2).u8(0, 0x1b, 6, 0).u16(50123, 443)
			if kind == flowRecord1 {
				w.u16(1, 0)
			}
			return w
		}
		sized := func(w *wire) []byte {
			size := (&wire{order: order}).u16(uint16(len(w.b))).b
			copy(w.b[2:], size)
			return w.b
		}
		got = read(t, file1(order, 0, sized(head(flowRecord1, 0).ip("10.0.0.1", "192.0.2.9").u32(7, 4200).u32(99)), sized(head(flowRecordOld, ipv6Flow1|wide1|wideOctets1|sampled1).ip("2001:db8::1", "2001:db8::9").u64(7, 4200)), sized((&wire{order: order}).u16(2, 0).u32(0))))
		f(0, "sourceIPv4Address=10.0.0.1 "+flowText+"flowStartMilliseconds=1700000000000 flowEndMilliseconds=1700000002500 flowDurationMilliseconds=2500 ", "")
		f(1, "sourceIPv6Address=2001:db8::1 destinationIPv6Address=2001:db8::9 protocolIdentifier=6 ", "countsEstimated=1 ")
		if len(got.rows) != 2 {
			t.Errorf("%q", got)
		}
	}
}

// The files in testdata hold the same two blocks, of 40 flows between
// documentation addresses, written by nfdump 1.7.1.
func TestPackedFilesSayTheSame(t *testing.T) {
	var want *taker
	for _, name := range []string{"plain", "lzo", "lz4", "bzip2"} {
		content, err := os.ReadFile(filepath.Join("testdata", "nfcapd."+name))
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, content)
		if want == nil {
			want = got
		}
		if len(got.rows) != 40 || len(got.problems) > 0 || !slices.Equal(got.rows, want.rows) {
			t.Errorf("%s: %d rows, problems %q", name, len(got.rows), got.problems)
		}
	}
}

func TestDamagedFilesGiveWhatIsLeft(t *testing.T) {
	order := binary.LittleEndian
	v4 := ext(order, extIPv4, (&wire{order: order}).ip("10.0.0.1", "192.0.2.9"))
	whole := flow2(order, 0, generic(order), v4)
	f := func(name string, content []byte, rows int, problem string) {
		t.Helper()
		for _, size := range []int{1 << 20, 20} {
			sink := &taker{}
			evidencetest.Decode(t, &Formats()[0], "x", content, size, sink)
			if len(sink.rows) != rows || len(sink.problems) != 1 || !strings.Contains(sink.problems[0], problem) {
				t.Errorf("%s in blocks of %d: %q", name, size, sink)
			}
		}
	}
	good := file2(order, asIs, whole, whole)
	f("cut off", good[:len(good)-5], 1, "ends within a block")
	f("a record without end", file2(order, asIs, append(slices.Clone(whole), 11, 0, 200, 0), whole), 2, "a record of 200 bytes where 4 are left")
	f("no block", append(slices.Clone(good), make([]byte, 40)...), 2, "no block where one should begin")
	f("packed badly", file2(order, lzoBlocks, []byte{255, 1}, []byte{17, 0, 0}), 0, "unpack block")
}

func FuzzFile(f *testing.F) {
	for _, order := range orders {
		v4 := ext(order, extIPv4, (&wire{order: order}).ip("10.0.0.1", "192.0.2.9"))
		f.Add(file2(order, asIs, flow2(order, 0, generic(order), v4)), uint8(30))
		f.Add(file1(order, 1, []byte{18, 0, 17, 0, 0}), uint8(90))
	}
	for _, name := range []string{"lzo", "lz4", "bzip2"} {
		content, err := os.ReadFile(filepath.Join("testdata", "nfcapd."+name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, uint8(200))
	}
	f.Fuzz(func(t *testing.T, content []byte, size uint8) {
		if !match(content, "") {
			return
		}
		if _, err := readHeader(content); err != nil {
			return
		}
		whole, parts := &taker{}, &taker{}
		evidencetest.Decode(t, &Formats()[0], "x", content, 1<<20, whole)
		evidencetest.Decode(t, &Formats()[0], "x", content, int(size)+1, parts)
		if !slices.Equal(whole.rows, parts.rows) {
			t.Fatalf("in one block\n%q\nin blocks of %d\n%q", whole.rows, size, parts.rows)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	f.Add([]byte{20, 'a', 'b', 'c', 0x29, 0, 0, 17, 0, 0}, uint8(lzoBlocks))
	f.Add([]byte{0, 0, 1, 'x', 17, 0, 0}, uint8(lzoBlocks))
	f.Add([]byte{0x31, 'a', 'b', 'c', 3, 0, 0x10, 'd'}, uint8(lz4Blocks))
	f.Fuzz(func(t *testing.T, data []byte, how uint8) {
		var u unpacker
		defer u.close()
		if out, err := u.block(compression(how%5), data); err == nil && len(out) > maxBlock {
			t.Fatalf("%d bytes unpacked", len(out))
		}
	})
}

func BenchmarkFlows(b *testing.B) {
	order := binary.LittleEndian
	one := flow2(order, 0, generic(order), ext(order, extIPv4, (&wire{order: order}).ip("10.0.0.1", "192.0.2.9")), ext(order, extMisc, (&wire{order: order}).u32(1, 2, 0)))
	content := file2(order, asIs, slices.Repeat(one, 1000))
	h, err := readHeader(content)
	if err != nil {
		b.Fatal(err)
	}
	d := &decoder{header: h, out: newRow(newSchemas(), h.order)}
	b.ReportAllocs()
	for b.Loop() {
		d.Decode(&evidence.Block{Data: content, Last: true}, evidence.Discard{})
	}
	b.ReportMetric(1000*float64(b.N)/1e6/b.Elapsed().Seconds(), "Mrec/s")
}
