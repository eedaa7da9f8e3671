package intrusion

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestBuiltinHoldsExactlyTheFoldersFiles(t *testing.T) {
	files, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	packed := map[string]bool{}
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			packed[path] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*/README.md", "*/rules/*.yml", "*/facts/*.facts"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			name := filepath.ToSlash(path)
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := fs.ReadFile(files, name)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s differs from what is packed (%v): run go generate", name, err)
			}
			delete(packed, name)
		}
	}
	for name := range packed {
		t.Errorf("%s is packed but gone: run go generate", name)
	}
}
