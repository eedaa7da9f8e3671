package eve

import (
	"strings"
	"testing"

	"seawall/internal/evidence/evidencetest"
)

// What goroutines share must hold up under the race detector, and nothing may
// be lost or read twice.
func TestBlocksDecodeConcurrently(t *testing.T) {
	content := []byte(strings.Repeat(events, 60))
	formats := Formats()
	format := evidencetest.Match(formats, "eve.json", content)
	if format == nil {
		t.Fatal("not recognised")
	}
	rows := 0
	for _, r := range evidencetest.Concurrently(t, format, "eve.json", content, 500) {
		rows += len(r.Lines)
		for _, problem := range r.Problems {
			if !strings.Contains(problem, "zone") {
				t.Error(problem)
			}
		}
	}
	if want := strings.Count(string(content), "\n"); rows != want {
		t.Errorf("%d rows, want %d", rows, want)
	}
}
