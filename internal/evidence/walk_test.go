package evidence

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
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

func tarred(t testing.TB, name string, data []byte) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	if err := w.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Size: int64(len(data)), Mode: 0o600, Format: tar.FormatUSTAR}); err != nil {
		t.Fatal(err)
	}
	w.Write(data)
	w.Close()
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
	for _, wrong := range []Place{{dir + "/a.log", 1 << 40, 5}, {dir + "/c.zip!/none", 0, 5}, {dir + "/none", 0, 5}, {dir + "/a.log", 0, MaxCitation + 1}} {
		if got, err := ReadCitation(context.Background(), wrong, Options{}); err == nil {
			t.Errorf("%s: %q", wrong, got)
		}
	}
}

// noise is text that does not compress well.
func noise(n int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for b.Len() < n {
		fmt.Fprintf(&b, "line %x\n", rng.Uint64())
	}
	return b.Bytes()
}

func TestWhatPrecedesDamageIsReadAndTheDamageReported(t *testing.T) {
	text := noise(300 << 10)
	f := func(name string, archive []byte, inner string) {
		t.Helper()
		_, content, rest := walk(t, Options{BlockSize: 1000}, map[string][]byte{name: archive})
		got := content[name+"!/"+inner]
		if len(got) < 64<<10 || !strings.HasPrefix(string(text), got) {
			t.Errorf("%s: %d bytes read, want most of %d", name, len(got), len(text))
		}
		if n := strings.Count(rest, name); n == 0 {
			t.Errorf("%s: no problem reported:\n%s", name, rest)
		}
	}
	half := func(b []byte) []byte { return b[:2*len(b)/3] }
	f("cut.log.gz", half(gz(text)), "cut.log")
	f("cut.tar", half(tarred(t, "x.log", text)), "x.log")
	wrong := zipped(t, "x.log", text)
	at := bytes.LastIndex(wrong, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(wrong[at+24:], uint32(len(text)+9)) // the size the directory states
	f("wrong.zip", wrong, "x.log")
}

func TestManyModestArchivesTogetherAreABomb(t *testing.T) {
	if testing.Short() {
		t.Skip("decompresses a gibibyte")
	}
	zeros := gz(append([]byte("line\n"), make([]byte, 50<<20)...))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 100 {
		w, err := z.Create(fmt.Sprint(i, ".gz"))
		if err != nil {
			t.Fatal(err)
		}
		w.Write(zeros)
	}
	z.Close()
	dir := t.TempDir()
	path := filepath.Join(dir, "many.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	read, lost := int64(0), 0
	err := Walk(context.Background(), []string{path}, []Format{lines}, Options{}, Visitor{
		Job:          func(j *Job) { read += int64(len(j.Block.Data)); j.Run(nil) },
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      func(Problem) { lost++ },
	})
	if err != nil || read > outerRatioFloor+(200<<20) || lost == 0 {
		t.Errorf("%d bytes read, %d problems, %v", read, lost, err)
	}
}

func TestFoldersAreReadHoweverDeepAndUnreadableOnesReported(t *testing.T) {
	dir := t.TempDir()
	deep := dir
	for range 300 {
		deep = filepath.Join(deep, "0123456789")
	}
	if err := os.MkdirAll(filepath.Join(dir, "closed"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{deep, filepath.Join(dir, "closed")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(d, "x.log"), []byte("line "+d+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	os.Chmod(filepath.Join(dir, "closed"), 0)
	defer os.Chmod(filepath.Join(dir, "closed"), 0o700)
	files, problems := 0, 0
	err := Walk(context.Background(), []string{dir, dir + "/."}, []Format{lines}, Options{}, Visitor{
		Job:          func(j *Job) { files++; j.Run(nil) },
		Unrecognised: func(string, int64, string) {},
		Duplicate:    func(string, string) {},
		Problem:      func(Problem) { problems++ },
	})
	closed := 2 // the folder is named twice
	if os.Geteuid() == 0 {
		closed = 0 // root reads everything
		files--
	}
	if err != nil || files != 1 || problems != closed {
		t.Errorf("%d files, %d problems, %v", files, problems, err)
	}
}

func TestBombsAndDeepNestsAreStopped(t *testing.T) {
	bomb := gz(append([]byte("line\n"), bytes.Repeat([]byte("0000000\n"), 32<<20)...))
	deep := []byte("line\n")
	for range 18 {
		deep = gz(deep)
	}
	_, content, rest := walk(t, Options{}, map[string][]byte{"bomb.gz": bomb, "deep.gz": deep})
	if n := len(content["bomb.gz!/bomb"]); n == 0 || n > 2*ratioFloor {
		t.Errorf("bomb: %d bytes read, want some and at most %d", n, 2*ratioFloor)
	}
	for _, want := range []string{"more than the limits allow", "nested more than 16 deep"} {
		if !strings.Contains(rest, want) {
			t.Errorf("%q is not reported in:\n%s", want, rest)
		}
	}
}

// headed counts lines under the last heading before each block.
type headed struct{ seen *map[string]int }

func (h headed) Decode(b *Block, _ Sink) {
	(*h.seen)[string(b.Header)]++
}
func (headed) Close(Sink) {}

func TestBlocksCarryTheHeaderThatWasSaidBeforeThem(t *testing.T) {
	seen := map[string]int{}
	format := lines
	format.Open = func(*File, []byte) (Decoder, error) { return headed{&seen}, nil }
	format.Header = func(before, data []byte) []byte {
		if i := bytes.LastIndexByte(data, '#'); i >= 0 {
			return bytes.Clone(data[i : i+2])
		}
		return before
	}
	path := filepath.Join(t.TempDir(), "log")
	text := "line\n#1\n" + strings.Repeat("0123456789\n", 100) + "#2\n" + strings.Repeat("0123456789\n", 50)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	err := Walk(context.Background(), []string{path}, []Format{format}, Options{BlockSize: 20}, Visitor{
		Job: func(j *Job) { j.Run(Discard{}) }, Unrecognised: func(string, int64, string) {},
		Duplicate: func(string, string) {}, Problem: func(Problem) {},
	})
	if err != nil || seen[""] != 1 || seen["#1"] < 50 || seen["#2"] < 25 || len(seen) != 3 {
		t.Errorf("%v %v", seen, err)
	}
}
