package pcap

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
)

func TestExportedFlowsInPacketsAreTheOnesNfdumpReads(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "network"), "netflow", "softflowd")
	for _, version := range []string{"v5", "v9", "v10"} {
		file, err := os.Open(filepath.Join(dir, "dev."+version+".nfdump.csv"))
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(file)
		r.FieldsPerRecord = -1
		lines, err := r.ReadAll()
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		const sa, da, sp, dp, packets, octets = 3, 4, 5, 6, 11, 12
		want := map[string]int{}
		total := 0
		for _, l := range lines[1:] {
			if len(l) < 40 || !strings.Contains(l[sa], ".") || strings.HasPrefix(l[0], "flows") {
				continue
			}
			want[strings.Join([]string{l[sa], l[da], l[sp], l[dp], l[packets], l[octets]}, " ")]++
			total++
		}
		out := readFile(t, filepath.Join(dir, "dev."+version+".pcap"))
		right := 0
		for _, row := range out.rows {
			if row["icmpTypeCodeIPv4"] != "" { // nfdump writes type and code where ports stand
				row["sourceTransportPort"], row["destinationTransportPort"] = "0", row["icmpTypeCodeIPv4"]
			}
			key := strings.Join([]string{row["sourceIPv4Address"], row["destinationIPv4Address"], row["sourceTransportPort"], row["destinationTransportPort"], row["packetDeltaCount"], row["octetDeltaCount"]}, " ")
			if want[key] > 0 {
				want[key]--
				right++
			}
		}
		t.Logf("%s: %d of %d flows equal", version, right, total)
		if right != total || total == 0 {
			t.Errorf("%s: %d of %d flows", version, right, total)
		}
	}
}
