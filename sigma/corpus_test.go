package sigma

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"seawall/internal/corpus"
)

// archived reads the rule files of an archive among the test evidence.
func archived(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	f, err := os.Open(filepath.Join(corpus.Dir(t, "windows"), "rules", name))
	if err != nil {
		t.Skipf("SKIPPED: %v", err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return fsys
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(h.Name, ".yml") {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		fsys[strings.TrimPrefix(h.Name, "./")] = &fstest.MapFile{Data: data}
	}
}
