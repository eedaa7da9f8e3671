package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnInterruptedScanWritesItsReportsAndExitsWith130(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	out := t.TempDir()
	var stdout, stderr bytes.Buffer
	code := run(ctx, []string{"scan", "../../examples/evidence", "--out", out}, streams{out: &stdout, err: &stderr})
	if code != exitInterrupted {
		t.Errorf("exit status %d, want %d", code, exitInterrupted)
	}
	if !strings.Contains(stderr.String(), "seawall: interrupted; the reports cover what was read until then") || !strings.Contains(stdout.String(), "The scan was interrupted") {
		t.Errorf("the interruption is not told:\n%s\n%s", stdout.String(), stderr.String())
	}
	for _, name := range []string{"report.html", "findings.jsonl"} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}
}
