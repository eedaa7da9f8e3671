package flowtext

import (
	"seawall/internal/evidence"
	"seawall/internal/evidence/jsonrow"
	"seawall/internal/evidence/openrow"
	"seawall/record"
)

// jsonDialects tell by its keys which collector wrote an object.
var jsonDialects = []struct {
	source string
	keys   []string
}{
	{"goflow", []string{"src_addr", "dst_addr", "bytes"}},                   // goflow2, version 2
	{"goflow", []string{"SrcAddr", "DstAddr", "Bytes"}},                     // goflow2, version 1
	{"nfdump", []string{"src4_addr", "dst4_addr", "in_packets"}},            // nfdump -o ndjson
	{"nfdump", []string{"src6_addr", "dst6_addr", "in_packets"}},            //
	{"pmacct", []string{"ip_src", "ip_dst", "bytes"}},                       // pmacct's print and Kafka plugins
	{"vflow", []string{"srcaddr", "dstaddr", "bytes", "log-status"}},        // Amazon's flow log in JSON
	{"goflow", []string{"source_ip", "destination_ip", "bytes", "packets"}}, // exporters of others
}

// flowJSON is the format of records of flows as JSON objects, one per line.
func flowJSON(clock *clock) evidence.Format {
	catalog := openrow.NewCatalog(record.KindNetwork)
	catalog.Group = func(string) string { return group }
	return evidence.Format{
		ID: "flow-json", Title: "Flows in JSON (goflow2, nfdump, pmacct)",
		Notes: "one object per line",
		Match: func(head []byte, _ string) bool { return jsonSource(head) != "" },
		Cut:   evidence.CutLines,
		Open: func(file *evidence.File, head []byte) (evidence.Decoder, error) {
			source := jsonSource(head)
			log := &jsonrow.Log{
				Catalog: catalog, Time: clock.read, Source: func([]byte) string { return source },
				TimeField: "time_flow_start_ns TimeFlowStartNs time_flow_start TimeFlowStart first timestamp_start start time_received_ns TimeReceivedNs TimeReceived stamp_inserted timestamp_arrival timestamp",
			}
			return log.Open(file, head)
		},
	}
}

func jsonSource(head []byte) string {
	rec, ok := jsonrow.First(head)
	if !ok {
		return ""
	}
	for _, d := range jsonDialects {
		all := true
		for _, key := range d.keys {
			slots := rec.Schema.Lookup(key)
			all = all && len(slots) > 0 && rec.Schema.Fields[slots[0]].Name == key
		}
		if all {
			return d.source
		}
	}
	return ""
}
