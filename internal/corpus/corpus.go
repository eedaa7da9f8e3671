// Package corpus finds the evidence that tests measure against.
package corpus

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the folder of one area of the test evidence, below the folder
// that SEAWALL_CORPUS names or else ../shared/data next to the module. The test
// is skipped if there is none.
func Dir(t testing.TB, area string) string {
	t.Helper()
	root := os.Getenv("SEAWALL_CORPUS")
	if root == "" {
		root = filepath.Join(moduleRoot(t), "..", "shared", "data")
	}
	dir := filepath.Join(root, area)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		t.Skipf("SKIPPED: corpus %s is not there; set SEAWALL_CORPUS to run this test", area)
	}
	return dir
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = parent
	}
}
