package evidence

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

func gz(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

func zipped(t testing.TB, name string, data []byte) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	f.Write(data)
	z.Close()
	return b.Bytes()
}

var lines = Format{
	ID:    "lines",
	Match: func(head []byte, _ string) bool { return bytes.HasPrefix(head, []byte("line")) },
	Cut:   func(data []byte, _ bool) int { return bytes.LastIndexByte(data, '\n') + 1 },
	Open:  func(*File, []byte) (Decoder, error) { return ignore{}, nil },
}

// walk reads the files and returns what each path said, and all else reported.
func walk(t testing.TB, o Options, files map[string][]byte) (dir string, content map[string]string, rest string) {
	t.Helper()
	dir = t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(dir, filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	content = map[string]string{}
	var notes strings.Builder
	err := Walk(context.Background(), []string{dir}, []Format{lines}, o, Visitor{
		Job: func(j *Job) {
			name := strings.TrimPrefix(j.File.Path, dir+"/")
			if want := uint64(strings.Count(content[name], "\n") + 1); j.Block.Line != want || j.Block.Offset != int64(len(content[name])) {
				t.Errorf("%s: block at line %d, offset %d; want line %d, offset %d", name, j.Block.Line, j.Block.Offset, want, len(content[name]))
			}
			content[name] += string(j.Block.Data)
			j.Run(nil)
		},
		Unrecognised: func(path string, _ int64, guess string) { notes.WriteString(path + " " + guess + "\n") },
		Duplicate:    func(path, first string) { notes.WriteString(path + " duplicate of " + first + "\n") },
		Problem:      func(p Problem) { notes.WriteString(p.String() + "\n") },
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir, content, strings.ReplaceAll(notes.String(), dir+"/", "")
}

func TestWalkReadsThroughArchivesAndReportsTheRest(t *testing.T) {
	text := []byte(strings.Repeat("line of a log\n", 1000))
	cut := gz(text)
	dir, content, rest := walk(t, Options{BlockSize: 100}, map[string][]byte{
		"a.log":     text,
		"b.log":     text,
		"c.zip":     zipped(t, "../../C/x.log.gz", gz(text)),
		"d.log.gz":  append(gz(text[:14]), gz(text[14:])...),
		"e.log.gz":  cut[:len(cut)-9],
		"f.exe":     []byte("MZ\x00\x00"),
		"empty.log": nil,
	})
	for _, name := range []string{"a.log", "c.zip!/../../C/x.log.gz!/x.log", "d.log.gz!/d.log"} {
		if content[name] != string(text) {
			t.Errorf("%s: %d bytes read, want %d", name, len(content[name]), len(text))
		}
	}
	for _, want := range []string{"b.log duplicate of a.log", "e.log.gz!/e.log@", "f.exe Windows executable", "empty.log empty", "loop: symbolic link"} {
		if !strings.Contains(rest, want) {
			t.Errorf("%q is not reported in:\n%s", want, rest)
		}
	}
	got, err := ReadCitation(context.Background(), Place{dir + "/c.zip!/../../C/x.log.gz!/x.log", 95, 19}, Options{BlockSize: 100})
	if err != nil || string(got) != string(text[95:114]) {
		t.Errorf("citation: %q, %v; want %q", got, err, text[95:114])
	}
}

func TestBombsAndDeepNestsAreStopped(t *testing.T) {
	bomb := gz(append([]byte("line\n"), bytes.Repeat([]byte("0000000\n"), 8<<20)...))
	deep := []byte("line\n")
	for range 7 {
		deep = gz(deep)
	}
	_, content, rest := walk(t, Options{}, map[string][]byte{"bomb.gz": bomb, "deep.gz": deep})
	if n := len(content["bomb.gz!/bomb"]); n == 0 || n > 2*ratioFloor {
		t.Errorf("bomb: %d bytes read, want some and at most %d", n, 2*ratioFloor)
	}
	for _, want := range []string{"more than the limits allow", "nested more than 5 deep"} {
		if !strings.Contains(rest, want) {
			t.Errorf("%q is not reported in:\n%s", want, rest)
		}
	}
}
