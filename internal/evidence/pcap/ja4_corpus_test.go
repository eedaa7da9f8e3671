package pcap

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
)

func TestJA4EqualsTheSuppliedValues(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus.Dir(t, "network"), "ja4", "*.ja4.json"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	total, right, extra := 0, 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var want []map[string]any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(file, err)
		}
		out := readFile(t, strings.TrimSuffix(file, ".ja4.json"))
		got := map[string][]map[string]string{}
		for _, row := range out.of("tls") {
			key := row["id.orig_h"] + " " + row["id.orig_p"] + " " + row["id.resp_h"] + " " + row["id.resp_p"]
			got[key] = append(got[key], row)
		}
		for _, w := range want {
			ja4, _ := w["JA4.1"].(string)
			if ja4 == "" {
				continue
			}
			total++
			key := w["src"].(string) + " " + w["srcport"].(string) + " " + w["dst"].(string) + " " + w["dstport"].(string)
			found := false
			for _, row := range got[key] {
				found = found || row["ja4"] == ja4
			}
			if found {
				right++
			} else {
				t.Logf("%s %s: want %s, got %v", filepath.Base(file), key, ja4, got[key])
			}
		}
		extra += len(out.of("tls"))
	}
	t.Logf("%d of %d JA4 values equal; %d handshakes in all", right, total, extra)
	if right < total {
		t.Errorf("%d values differ", total-right)
	}
}
