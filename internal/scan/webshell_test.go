package scan

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"seawall/internal/finding"
)

// A page in a packed folder is found, and its finding can be verified: whatever
// its name, and whatever lies beside it.
func TestWebShellsAreFoundInArchivesAndVerified(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for name, text := range map[string]string{
		"php/0a1b.php.sample": "<?php ev" + "al($_PO" + "ST['x']);",
		"img/logo.gif":        "GIF89a....<?=`$_GE" + "T[0]`?>",
		"img/real.gif":        "GIF89a....",
		"a/readme.txt":        "plain text",
		"a/index.php":         "<?php echo 'welcome';",
	} {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	z.Close()
	path := filepath.Join(t.TempDir(), "site.tar.gz")
	if err := os.WriteFile(path, packed.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	options := Options{Paths: []string{path}, Rules: rules(t, false), Detectors: Detectors()}
	r, err := Run(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	var shells []finding.Finding
	var titles []string
	for _, f := range r.Findings {
		if f.Detector == "webshell" {
			shells = append(shells, f)
			titles = append(titles, f.Title)
		}
	}
	slices.Sort(titles)
	if !slices.Equal(titles, []string{"Web shell inside an image: logo.gif", "Web shell: 0a1b.php.sample"}) {
		t.Fatalf("found %q", titles)
	}
	verified, err := Verify(context.Background(), shells, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range verified {
		if v.Status != Confirmed {
			t.Errorf("%s is %s: %q", v.Finding.Title, v.Status, v.Reasons)
		}
	}
}
