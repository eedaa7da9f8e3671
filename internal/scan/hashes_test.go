package scan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"seawall/internal/finding"
	"seawall/internal/verdict"
)

func TestFilesThatFindingsRestOnAreHashed(t *testing.T) {
	dir := t.TempDir()
	log, archive := filepath.Join(dir, "access.log"), filepath.Join(dir, "triage.zip")
	for _, path := range []string{log, archive} {
		if err := os.WriteFile(path, []byte(path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sum := func(path string) string {
		s := sha256.Sum256([]byte(path))
		return hex.EncodeToString(s[:])
	}
	cite := func(paths ...string) (f finding.Finding) {
		for _, p := range paths {
			f.Citations = append(f.Citations, finding.Citation{Path: p})
		}
		return f
	}
	got := proof(context.Background(), []finding.Finding{cite(archive+"!/a.evtx", archive+"!/b.evtx"), cite(archive+"!/a.evtx", log), cite(filepath.Join(dir, "gone"))}, 2)
	want := []verdict.ProofFile{{Path: archive, Bytes: int64(len(archive)), SHA256: sum(archive)}, {Path: log, Bytes: int64(len(log)), SHA256: sum(log)}, {Path: filepath.Join(dir, "gone")}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if got := proof(stopped, []finding.Finding{cite(log)}, 1); len(got) != 1 || got[0].SHA256 != "" {
		t.Errorf("interrupted: %+v", got)
	}
}
