package jar

import (
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/evidence/inventorytest"
	"seawall/internal/inventory"
)

func TestEveryLabelledArchiveIsJudgedRight(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "exposure"), "log4j-jars")
	labels := inventorytest.CSV(t, filepath.Join(dir, "labels.csv"))
	right := 0
	for _, l := range labels {
		file := l[0]
		var got []string
		r := inventorytest.Walk(t, Formats(), evidence.Options{}, filepath.Join(dir, file))
		for _, c := range r.Claims() {
			if c.Verdict == inventory.Affected {
				got = append(got, c.CVEs...)
			}
		}
		if strings.Join(got, "|") != l[2] {
			t.Errorf("%s: %v, want %s", file, got, l[2])
			continue
		}
		right++
	}
	t.Logf("%d of %d labels right", right, len(labels))
	if len(labels) < 11 {
		t.Errorf("only %d labels", len(labels))
	}
}
