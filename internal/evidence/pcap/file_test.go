package pcap

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"seawall/internal/evidence"
	"seawall/internal/evidence/pcap/pcaptest"
	"seawall/record"
)

// lookup is a DNS question as a frame.
func lookup(name string) []byte {
	b := []byte{0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0}
	for label := range strings.SplitSeq(name, ".") {
		b = append(append(b, byte(len(label))), label...)
	}
	return pcaptest.Datagram(pcaptest.Client, pcaptest.Server, 5000, 53, append(b, 0, 0, 1, 0, 1))
}

// sample is a capture with several protocols.
func sample() []pcaptest.Packet {
	talk := pcaptest.NewTalk(80)
	talk.Say(0, []byte("GET /a HTTP/1.1\r\nHost: www.example\r\nUser-Agent: test/1\r\n\r\n"), 20)
	talk.Say(1, []byte("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), 33)
	talk.Bye()
	return append(talk.Packets, pcaptest.Packet{Time: 5e9, Data: lookup("www.example")})
}

func TestEveryMagicNumberIsRead(t *testing.T) {
	f := func(name string, data []byte, time string) {
		t.Helper()
		var out table
		readBytes(t, data, 1<<20, &out)
		rows := out.of("dns")
		if len(rows) != 1 || rows[0]["query"] != "www.example" || rows[0]["ts"] != time || len(out.problems) != 0 {
			t.Errorf("%s: %v, %v", name, rows, out.problems)
		}
	}
	packet := pcaptest.Packet{Time: 1_250_000_000, Data: lookup("www.example")}
	const time = "1790000001.250000"
	for _, magic := range []uint32{0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34} {
		f(fmt.Sprintf("%x little endian", magic), pcaptest.Classic(binary.LittleEndian, magic, 1, packet), time)
		f(fmt.Sprintf("%x big endian", magic), pcaptest.Classic(binary.BigEndian, magic, 1, packet), time)
	}
	ng := func(order binary.AppendByteOrder, options []byte, stamp uint64) []byte {
		return bytes.Join([][]byte{pcaptest.Section(order), pcaptest.Interface(order, 1, options), pcaptest.Enhanced(order, 0, stamp, packet.Data)}, nil)
	}
	const stamp = uint64(pcaptest.Start+1_250_000_000) / 1000
	f("pcapng little endian", ng(binary.LittleEndian, nil, stamp), time)
	f("pcapng big endian", ng(binary.BigEndian, nil, stamp), time)
	order := binary.LittleEndian
	f("pcapng in nanoseconds", ng(order, pcaptest.Option(order, 9, 9), stamp*1000), time)
	f("pcapng in quarters", ng(order, pcaptest.Option(order, 9, 0x82), uint64(pcaptest.Start/1e9)*4+5), time)
	f("pcapng with an offset", ng(order, pcaptest.Option(order, 14, 0, 0xca, 0x9a, 0x3b, 0, 0, 0, 0), stamp-1_000_000_000*1e6), time) // 1e9 seconds
	two := append(ng(binary.BigEndian, nil, 0)[:28+20], ng(binary.LittleEndian, nil, stamp)...)
	f("pcapng with two sections", two, time)
}

func TestSimplePacketsHaveTheTimeOfTheLast(t *testing.T) {
	order := binary.LittleEndian
	frame := lookup("b.example")
	simple := pcaptest.Block(order, 3, append(order.AppendUint32(nil, uint32(len(frame))), frame...))
	var out table
	readBytes(t, bytes.Join([][]byte{
		pcaptest.Section(order), pcaptest.Interface(order, 1, nil), pcaptest.Enhanced(order, 0, uint64(pcaptest.Start/1000), lookup("a.example")), simple,
		pcaptest.Block(order, 10, []byte("secrets")), pcaptest.Block(order, 4, make([]byte, 8)),
	}, nil), 1<<20, &out)
	if rows := out.of("dns"); len(rows) != 2 || rows[1]["ts"] != "1790000000.000000" || len(out.problems) != 0 {
		t.Errorf("%v %v", rows, out.problems)
	}
}

func TestRowsAreTheSameHoweverTheFileIsCutIntoBlocks(t *testing.T) {
	data := pcaptest.Capture(sample()...)
	var want table
	readBytes(t, data, len(data), &want)
	if len(want.of("http")) != 1 || len(want.of("flow")) != 2 || len(want.of("dns")) != 1 {
		t.Fatal(want.rows)
	}
	if row := want.of("http")[0]; row["host"] != "www.example" || row["uri"] != "/a" || row["status_code"] != "200" || row["response_body_len"] != "5" || row["user_agent"] != "test/1" {
		t.Error(row)
	}
	for _, block := range []int{1, 7, 24, 40, 100, 1000} {
		var got table
		readBytes(t, data, block, &got)
		if !reflect.DeepEqual(got.rows, want.rows) {
			t.Errorf("blocks of %d: %v", block, got.rows)
		}
	}
}

func TestPartsTellTogetherWhatOneDecoderTells(t *testing.T) {
	var packets []pcaptest.Packet
	for i := range 40 {
		address := fmt.Sprintf("10.0.0.%d", i)
		packets = append(packets, pcaptest.Packet{Time: int64(i) * 1e9, Data: pcaptest.Datagram(address, pcaptest.Server, 5000, 9, []byte("x"))},
			pcaptest.Packet{Time: int64(i)*1e9 + 1e6, Data: pcaptest.Datagram(pcaptest.Server, address, 9, 5000, []byte("y"))})
	}
	data := pcaptest.Capture(append(packets, sample()...)...)
	var whole table
	readBytes(t, data, 1000, &whole)
	format := testFormats()[0]
	format.Parts = 3
	var together []map[string]string
	for part := range format.Parts {
		var out table
		readPart(t, data[:len(data)-1], 1000, &evidence.File{Path: "test.pcap", Format: &format, Part: part}, &out)
		if len(out.rows) < 5 {
			t.Errorf("part %d has %d rows", part, len(out.rows))
		}
		if told := len(out.problems) > 0; told != (part == 0) {
			t.Errorf("part %d tells %v", part, out.problems)
		}
		together = append(together, out.rows...)
	}
	order := func(rows []map[string]string) []string {
		var list []string
		for _, row := range rows {
			if row["source"] != "dns" { // the last packet is cut
				list = append(list, fmt.Sprint(row))
			}
		}
		slices.Sort(list)
		return list
	}
	if a, b := order(whole.rows), order(together); len(b) < 40 || len(a)-len(b) != 1 { // the lookup's flow
		t.Errorf("%d rows, %d of all parts", len(a), len(b))
	}
	for _, row := range order(together) {
		if !slices.Contains(order(whole.rows), row) {
			t.Errorf("only in parts: %s", row)
		}
	}
}

// cited checks that what records cite is there.
type cited struct {
	evidence.Discard
	t    *testing.T
	data []byte
	n    int
}

func (c *cited) Record(rec *record.Record) {
	c.n++
	o := rec.Origin
	if o.Offset < 24 || o.Length < 16 || o.Offset+int64(o.Length) > int64(len(c.data)) {
		c.t.Errorf("%s cites %d+%d", rec.Schema.Source, o.Offset, o.Length)
		return
	}
	bytesThere := c.data[o.Offset : o.Offset+int64(o.Length)]
	if rec.Raw != nil && !bytes.Equal(rec.Raw, bytesThere) {
		c.t.Errorf("%s: raw bytes are not those cited", rec.Schema.Source)
	}
	if at := int64(binary.LittleEndian.Uint32(bytesThere)); at != rec.Time/1e9 {
		c.t.Errorf("%s of %d cites a packet of %d", rec.Schema.Source, rec.Time/1e9, at)
	}
}

func TestRecordsCiteTheirPacket(t *testing.T) {
	data := pcaptest.Capture(sample()...)
	c := cited{t: t, data: data}
	readBytes(t, data, 100, &c)
	if c.n == 0 {
		t.Error("no records")
	}
}

func TestDamageIsToldAndTheRestIsRead(t *testing.T) {
	f := func(name string, data []byte, rows int, problem string) {
		t.Helper()
		var out table
		readBytes(t, data, 64, &out)
		var told []string
		for _, p := range out.problems {
			told = append(told, p.What)
		}
		if len(out.of("dns")) != rows || !strings.Contains(strings.Join(told, "; "), problem) || len(told) == 0 {
			t.Errorf("%s: %d lookups, %q", name, len(out.of("dns")), told)
		}
	}
	question := func(i int) pcaptest.Packet {
		return pcaptest.Packet{Time: int64(i) * 1e9, Data: lookup("www.example")}
	}
	whole := pcaptest.Capture(question(0), question(1), question(2), question(3))
	size := len(whole[24:]) / 4
	f("cut in a packet", whole[:len(whole)-5], 3, "ends within a packet")
	damaged := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(damaged[24+size+8:], 0xfffffff0)
	f("absurd length", damaged, 3, "header is damaged")
	short := question(0)
	short.Size = len(short.Data) + 500
	f("snap length", pcaptest.Capture(short), 1, "not all was captured")
	f("unknown link type", pcaptest.Classic(binary.LittleEndian, 0xa1b2c3d4, 147, question(0)), 0, "link type 147")
	order := binary.LittleEndian
	ng := bytes.Join([][]byte{
		pcaptest.Section(order), pcaptest.Interface(order, 1, nil), pcaptest.Enhanced(order, 0, 1e15, lookup("a.example")),
		pcaptest.Enhanced(order, 7, 1e15, lookup("b.example")), pcaptest.Enhanced(order, 0, 1e15, lookup("c.example")),
	}, nil)
	f("undeclared interface", ng, 2, "interface 7")
	at := bytes.Index(ng, []byte("b\x07example")) - 28 - 14 - 20 - 8 - 12 - 1 // the block of that packet
	order.PutUint32(ng[at+4:], 5)
	f("wrong block length", ng, 2, "length is wrong")
}

func TestPacketsWithoutATimeAreRead(t *testing.T) {
	data := pcaptest.Capture(pcaptest.Packet{Time: -pcaptest.Start, Data: lookup("www.example")})
	var out table
	readBytes(t, data, 1<<20, &out)
	if len(out.of("dns")) != 1 || out.of("dns")[0]["ts"] != "0.000000" {
		t.Error(out.rows)
	}
}

func FuzzFile(f *testing.F) {
	f.Add(pcaptest.Capture(sample()...), 100)
	f.Add(pcaptest.Classic(binary.BigEndian, 0xa1b23c4d, 113, sample()...), 1000)
	order := binary.BigEndian
	f.Add(bytes.Join([][]byte{pcaptest.Section(order), pcaptest.Interface(order, 1, nil), pcaptest.Enhanced(order, 0, 5, lookup("a.example"))}, nil), 7)
	f.Fuzz(func(t *testing.T, data []byte, block int) {
		head := data[:min(len(data), evidence.HeadSize)]
		if !matchClassic(head, "") && !matchNG(head, "") {
			return
		}
		readBytes(t, data, max(block&0xffff, 1), &evidence.Discard{})
	})
}
