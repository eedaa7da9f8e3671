package evtx_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"seawall/evtx"
	"seawall/internal/corpus"
)

// extractEnv names the log that the test binary, run as a child, extracts.
const extractEnv = "SEAWALL_TEST_EXTRACT"

// BenchmarkExtractPeer has a log of 256 MB written as JSON to nowhere: by a
// process that does it as a program would, and by evtx_dump. It reports the
// least CPU time and the least time of both, of runs that take turns.
func BenchmarkExtractPeer(b *testing.B) {
	reader := rustReader(b)
	log := longLog(b, 256<<20)
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	for _, cores := range []string{"1", "2"} {
		b.Run("cores="+cores, func(b *testing.B) {
			b.SetBytes(256 << 20)
			var ours, theirs usage
			for b.Loop() {
				cmd := exec.Command(self, "-test.run=^TestExtractAsAProgramDoes$", "-test.count=1")
				cmd.Env = append(os.Environ(), extractEnv+"="+log, "GOMAXPROCS="+cores)
				ours.add(b, cmd)
				theirs.add(b, exec.Command(reader, "-t", cores, "-o", "jsonl", log))
			}
			b.ReportMetric(ours.cpu.Seconds(), "cpu-s")
			b.ReportMetric(theirs.cpu.Seconds(), "peer-cpu-s")
			b.ReportMetric(ours.wall.Seconds(), "wall-s")
			b.ReportMetric(theirs.wall.Seconds(), "peer-wall-s")
		})
	}
}

// usage is the least that runs of a program took.
type usage struct{ cpu, wall time.Duration }

// add runs a program whose output goes nowhere.
func (u *usage) add(b *testing.B, cmd *exec.Cmd) {
	b.Helper()
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	u.wall = least(u.wall, time.Since(start))
	u.cpu = least(u.cpu, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
}

func least(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// longLog makes a log of a size by repeating the chunks of one of the corpus.
func longLog(b *testing.B, size int) (path string) {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(corpus.Dir(b, "windows"), "parser-torture", "security_bad_string_cache.evtx"))
	if err != nil {
		b.Fatal(err)
	}
	path = filepath.Join(b.TempDir(), "long.evtx")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	for written := 0; written < size; {
		n, err := file.Write(data)
		if err != nil {
			b.Fatal(err)
		}
		written += n
		data = data[len(data)%evtx.ChunkSize:] // the file header only once
	}
	return path
}

// TestExtractAsAProgramDoes is what BenchmarkExtractPeer runs as a child: as
// many decoders as there are cores take the chunks of one log in turn.
func TestExtractAsAProgramDoes(t *testing.T) {
	path := os.Getenv(extractEnv)
	if path == "" {
		t.Skip("SKIPPED: part of BenchmarkExtractPeer")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var chunks atomic.Int64
	var workers sync.WaitGroup
	templates := evtx.NewTemplates()
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			next := func() int64 { return evtx.FileHeaderSize + (chunks.Add(1)-1)*evtx.ChunkSize }
			if err := extract(file, out, templates, next); err != nil {
				t.Error(err)
			}
		})
	}
	workers.Wait()
}

// extract writes the events of the chunks at the offsets that next returns,
// until one is behind the end of the log.
func extract(log io.ReaderAt, out io.Writer, templates *evtx.Templates, next func() int64) error {
	var lines []byte
	var failed error
	flush := func() {
		if _, err := out.Write(lines); err != nil {
			failed = err
		}
		lines = lines[:0]
	}
	h := &counting{each: func(e *evtx.Event) {
		if lines = append(e.AppendJSON(lines), '\n'); len(lines) > 64<<10 {
			flush()
		}
	}}
	d := evtx.NewDecoder(templates)
	d.LiveOnly, d.NoValues = true, true
	chunk := make([]byte, evtx.ChunkSize)
	for failed == nil {
		offset := next()
		n, err := log.ReadAt(chunk, offset)
		d.Chunks(chunk[:n], offset, h)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	flush()
	return failed
}
