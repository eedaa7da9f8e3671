package example

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const committed = "../../examples/evidence"

func made(t *testing.T) []File {
	t.Helper()
	files, err := Files()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestTheBundledEvidenceIsWhatTheGeneratorMakes(t *testing.T) {
	var want []string
	size := 0
	for _, f := range made(t) {
		want = append(want, f.Path)
		data, err := os.ReadFile(filepath.Join(committed, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		size += len(data)
		if !slices.EqualFunc(contents(t, f.Path, data), contents(t, f.Path, f.Data), bytes.Equal) {
			t.Errorf("%s differs: run go generate ./internal/example", f.Path)
		}
	}
	var got []string
	err := fs.WalkDir(os.DirFS(committed), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			got = append(got, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("committed are %q, the generator makes %q", got, want)
	}
	if size > 1536<<10 {
		t.Errorf("the example has grown to %d bytes; it is cloned by everybody", size)
	}
}

// contents are the files of an archive, or the file itself: what an archive's
// bytes are depends on the version of the compressor.
func contents(t *testing.T, path string, data []byte) [][]byte {
	t.Helper()
	if !strings.HasSuffix(path, ".zip") {
		return [][]byte{data}
	}
	var all [][]byte
	for _, data := range unpacked(t, data) {
		all = append(all, data)
	}
	slices.SortFunc(all, bytes.Compare)
	return all
}

func unpacked(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[entry.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestTwoRunsMakeTheSameFiles(t *testing.T) {
	f := func(a, b File) bool { return a.Path == b.Path && bytes.Equal(a.Data, b.Data) }
	if !slices.EqualFunc(made(t), made(t), f) {
		t.Error("two runs differ")
	}
}

func TestAnIndependentReaderReadsTheLogsWithoutError(t *testing.T) {
	reader, err := exec.LookPath("evtx_dump")
	if err != nil {
		t.Skip("SKIPPED: peer evtx_dump is not installed: cargo install evtx")
	}
	total := 0
	read := func(name string, data []byte) {
		path := filepath.Join(t.TempDir(), "log.evtx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd := exec.Command(reader, "--validate-checksums", "--stop-after-one-error", "--threads", "1", "--format", "xml", path)
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil || stderr.Len() > 0 {
			t.Errorf("%s: evtx_dump: %v\n%s", name, err, stderr.Bytes())
		}
		total += bytes.Count(out, []byte("<EventRecordID>"))
	}
	for _, f := range made(t) {
		switch filepath.Ext(f.Path) {
		case ".evtx":
			read(f.Path, f.Data)
		case ".zip":
			for name, data := range unpacked(t, f.Data) {
				read(f.Path+"!/"+name, data)
			}
		}
	}
	if total < 700 {
		t.Errorf("%d records in event logs, want a week's", total)
	}
	t.Logf("%d records", total)
}

func TestTheRemovedRecordsAreGoneFromTheLiveLogOnly(t *testing.T) {
	files := made(t)
	i := slices.IndexFunc(files, func(f File) bool { return f.Path == "file01/Security.evtx" })
	log := files[i].Data
	if bytes.Count(log, wide(packing)) < 1 {
		t.Fatal("the bytes of the removed records are gone")
	}
	reader, err := exec.LookPath("evtx_dump")
	if err != nil {
		t.Skip("SKIPPED: peer evtx_dump is not installed: cargo install evtx")
	}
	path := filepath.Join(t.TempDir(), "log.evtx")
	if err := os.WriteFile(path, log, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(reader, "--threads", "1", path).Output()
	if err != nil || bytes.Contains(out, []byte(packing)) {
		t.Errorf("the removed records are live (%v)", err)
	}
}

func TestOnlyDocumentationAddressesAndDomainsAreUsed(t *testing.T) {
	for _, name := range []string{"intrusion.go", "lateral.go", "week.go", "servers.go", "example.go", "web.go", "sensor.go", "estate.go"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range strings.FieldsFunc(string(source), func(r rune) bool { return !strings.ContainsRune("0123456789.", r) }) {
			var a, b, c, d int
			if n, _ := fmt.Sscanf(word+" ", "%d.%d.%d.%d ", &a, &b, &c, &d); n != 4 || a == 4 || a == 15 || a == 255 || word == "0.0.0.0" {
				continue // not an address; versions of .NET and Exchange; masks
			}
			documentation := slices.Contains([][3]int{{192, 0, 2}, {198, 51, 100}, {203, 0, 113}}, [3]int{a, b, c})
			if a != 10 && a != 127 && !documentation {
				t.Errorf("%s: %s is somebody's address", name, word)
			}
		}
	}
}
