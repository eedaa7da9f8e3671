package syslog

import (
	"strings"
	"testing"

	"seawall/internal/evidence/evidencetest"
)

// What goroutines share must hold up under the race detector, and nothing may
// be lost or read twice.
func TestBlocksDecodeConcurrently(t *testing.T) {
	content := []byte(strings.Repeat(strings.Join(seeds[:17], "\n")+"\n", 10))
	formats := formats()
	format := evidencetest.Match(formats, "x.log", content)
	if format == nil {
		t.Fatal("not recognised")
	}
	rows := 0
	for _, r := range evidencetest.Concurrently(t, format, "x.log", content, 500) {
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
