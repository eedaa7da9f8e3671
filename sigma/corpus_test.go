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

const sigmaHQArchive = "sigma-windows-2026-08-05.tar.gz"

func TestEveryPublishedRuleIsUsedOrListedWithAReason(t *testing.T) {
	fsys := archived(t, sigmaHQArchive)
	c, problems := Load(fsys)
	for _, p := range problems {
		t.Errorf("not read: %v", p)
	}
	set := Compile(c, Options{})
	reasons := map[string]int{}
	for _, p := range set.Disabled() {
		reasons[p.What]++
	}
	t.Logf("%d files, %d rules, %d in use", len(fsys), len(c.Rules), len(set.Rules()))
	for what, n := range reasons {
		t.Logf("%4d not in use: %s", n, what)
	}
	if len(set.Rules())+len(set.Disabled()) != len(c.Rules) {
		t.Errorf("%d in use and %d listed of %d", len(set.Rules()), len(set.Disabled()), len(c.Rules))
	}
}
