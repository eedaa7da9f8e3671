package flow

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"seawall/internal/corpus"
	"seawall/record"
)

// datagramTruth is what tshark says of a datagram.
type datagramTruth struct {
	Version                               string
	Src, Dst, Sport, Dport, Octets, Proto []string
	Order                                 []string
}

// column collects one field of all records, under any of its names.
func column(rows []map[string]string, names ...string) (list []string) {
	for _, row := range rows {
		for _, name := range names {
			if v, ok := row[name]; ok {
				list = append(list, v)
			}
		}
	}
	return list
}

func TestDatagramsSayWhatTsharkReads(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "network"), "netflow")
	text, err := os.ReadFile(filepath.Join(dir, "tshark_truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	truth := map[string]datagramTruth{}
	if err := json.Unmarshal(text, &truth); err != nil {
		t.Fatal(err)
	}
	equal, records := 0, 0
	for name, want := range truth {
		d := NewDecoder(NewSchemas())
		var rows []map[string]string
		for _, part := range want.Order {
			payload, err := os.ReadFile(filepath.Join(dir, "dat", part))
			if err != nil {
				t.Fatal(err)
			}
			current := part == name
			if !Probe(payload) {
				t.Errorf("%s is not recognised", part)
			}
			err = d.Datagram(Datagram{Payload: payload}, func(rec *record.Record) {
				if !current || rec.Schema.Source == "netflow options" || rec.Schema.Source == "ipfix options" {
					return
				}
				row := map[string]string{}
				for i, f := range rec.Schema.Fields {
					if v := rec.Values[i]; v.Kind != record.Null && v.Raw != nil {
						row[f.Name] = v.String()
					}
				}
				rows = append(rows, row)
			})
			if err != nil && current {
				t.Logf("%s: %v", part, err)
			}
		}
		records += len(rows)
		ok := true
		check := func(what string, want []string, names ...string) {
			got := column(rows, names...)
			if name == "netflow9_test_h3c_data3281.dat" && len(got) > len(want) {
				// tshark gives up at the padding of the first of 16 sets; the
				// header says that there are 16 records.
				got = got[:len(want)]
			}
			if !slices.Equal(got, want) {
				ok = false
				t.Errorf("%s (%d rows): %s is %q, want %q", name, len(rows), what, got, want)
			}
		}
		check("source", want.Src, "sourceIPv4Address") // the truth has no IPv6 addresses
		check("destination", want.Dst, "destinationIPv4Address")
		check("source port", want.Sport, "sourceTransportPort", "tcpSourcePort", "udpSourcePort")
		check("destination port", want.Dport, "destinationTransportPort", "tcpDestinationPort", "udpDestinationPort")
		check("octets", want.Octets, "octetDeltaCount")
		check("protocol", want.Proto, "protocolIdentifier")
		if ok {
			equal++
		}
	}
	t.Logf("%d of %d datagrams equal, %d records", equal, len(truth), records)
	if equal < len(truth) || records < 235 {
		t.Errorf("want all datagrams equal and 235 records")
	}
}
