package netlog

import (
	"bytes"
	"fmt"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/evidence"
	"seawall/internal/evidence/flow"
	"seawall/internal/evidence/zeek"
	"seawall/record"
)

// conns writes rows of conn.log with many different hosts.
func conns(rows int, row string) []byte {
	var b bytes.Buffer
	for i := range rows {
		fmt.Fprintf(&b, row, 1517336042+i, i%1000000, i%200, i%50, 1024+i%60000, i%223+1, i%251, i%253, i%7000, i%90000)
	}
	return b.Bytes()
}

const tsvRow = "%d.090842\tCi85EB%06dql6\t10.55.%d.%d\t%d\t%d.%d.%d.80\t443\ttcp\tssl\t3.000158\t%d\t%d\tSF\tT\tF\t0\tShADadFf\t12\t1882\t14\t2430\t-\n"

const jsonRow = `{"ts":%d.090842,"uid":"Ci85EB%06dql6","id.orig_h":"10.55.%d.%d","id.orig_p":%d,"id.resp_h":"%d.%d.%d.80","id.resp_p":443,"proto":"tcp","service":"ssl","duration":3.000158,"orig_bytes":%d,"resp_bytes":%d,"conn_state":"SF","local_orig":true,"local_resp":false,"missed_bytes":0,"history":"ShADadFf","orig_pkts":12,"orig_ip_bytes":1882,"resp_pkts":14,"resp_ip_bytes":2430}` + "\n"

const tsvHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\n"

// extracting extracts every record.
type extracting struct {
	evidence.Discard
	x     *Extractor
	count func(*activity.Activity)
}

func (e *extracting) Record(rec *record.Record) { e.x.Extract(rec, e.count) }

func benchmark(b *testing.B, format evidence.Format, name string, content []byte, sink evidence.Sink) {
	if !format.Match(content[:min(len(content), evidence.HeadSize)], name) {
		b.Fatal("not recognised")
	}
	d, err := format.Open(&evidence.File{Path: name}, content[:evidence.HeadSize])
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	block := evidence.Block{Data: content, Line: 1, Last: true}
	d.Decode(&block, sink)
	b.ResetTimer()
	for b.Loop() {
		d.Decode(&block, sink)
	}
}

func BenchmarkZeekConn(b *testing.B) {
	flows := 0
	e := &extracting{x: NewExtractor(), count: func(*activity.Activity) { flows++ }}
	for name, content := range map[string][]byte{"tsv": append([]byte(tsvHeader), conns(8000, tsvRow)...), "json": conns(4000, jsonRow)} {
		format := zeek.Formats()[map[string]int{"tsv": 0, "json": 1}[name]]
		b.Run(name+"/decode", func(b *testing.B) { benchmark(b, format, "conn.log", content, evidence.Discard{}) })
		b.Run(name+"/extract", func(b *testing.B) { benchmark(b, format, "conn.log", content, e) })
	}
	if flows == 0 {
		b.Error("no flows")
	}
}

// BenchmarkExportedFlow is decoding and extraction of NetFlow v9.
func BenchmarkExportedFlow(b *testing.B) {
	template := []byte{0, 0, 0, 52, 1, 0, 0, 11, 0, 8, 0, 4, 0, 12, 0, 4, 0, 2, 0, 4, 0, 1, 0, 4, 0, 22, 0, 4, 0, 21, 0, 4, 0, 7, 0, 2, 0, 11, 0, 2, 0, 6, 0, 1, 0, 4, 0, 1, 0, 5, 0, 1}
	const records = 30
	data := []byte{1, 0, 0, 0}
	for i := range records {
		data = append(data, 10, 0, 0, byte(i), 192, 0, 2, 1, 0, 0, 0, 3, 0, 0, 1, 144, 0, 1, 0, 0, 0, 1, 2, 0, 0xc3, 0x50, 1, 0xbb, 0x1b, 6, 0)
	}
	data[2], data[3] = byte(len(data)>>8), byte(len(data))
	payload := append([]byte{0, 9, 0, records, 0, 1, 0x86, 0xa0, 0x65, 0x53, 0xf1, 0, 0, 0, 0, 1, 0, 0, 0, 7}, append(template, data...)...)
	d, x, flows := flow.NewDecoder(flow.NewSchemas()), NewExtractor(), 0
	count := func(*activity.Activity) { flows++ }
	extract := func(rec *record.Record) { x.Extract(rec, count) }
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Datagram(flow.Datagram{Payload: payload}, extract); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(flows)/1e6/b.Elapsed().Seconds(), "Mrec/s")
}
