package evtx_test

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"seawall/evtx"
	"seawall/internal/corpus"
)

// extractEnv names the log that the test binary, run as a child, extracts.
const extractEnv = "SEAWALL_TEST_EXTRACT"

// BenchmarkExtractPeer has a log of 256 MB written as JSON to nowhere on one
// core: by a process that does it as a program would, and by evtx_dump. It
// reports the least CPU time of both, of runs that take turns.
func BenchmarkExtractPeer(b *testing.B) {
	reader := rustReader(b)
	log := longLog(b, 256<<20)
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(256 << 20)
	var ours, theirs time.Duration
	for b.Loop() {
		cmd := exec.Command(self, "-test.run=^TestExtractAsAProgramDoes$", "-test.count=1")
		cmd.Env = append(os.Environ(), extractEnv+"="+log, "GOMAXPROCS=1")
		ours = least(ours, cpuTime(b, cmd))
		theirs = least(theirs, cpuTime(b, exec.Command(reader, "-t", "1", "-o", "jsonl", log)))
	}
	b.ReportMetric(ours.Seconds(), "cpu-s")
	b.ReportMetric(theirs.Seconds(), "peer-cpu-s")
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "times-faster")
}

func least(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

// cpuTime runs a program whose output goes nowhere.
func cpuTime(b *testing.B, cmd *exec.Cmd) time.Duration {
	b.Helper()
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
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

// TestExtractAsAProgramDoes is what BenchmarkExtractPeer runs as a child.
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
	var lines []byte
	flush := func() {
		if _, err := out.Write(lines); err != nil {
			t.Fatal(err)
		}
		lines = lines[:0]
	}
	h := &counting{each: func(e *evtx.Event) {
		if lines = append(e.AppendJSON(lines), '\n'); len(lines) > 64<<10 {
			flush()
		}
	}}
	d := evtx.NewDecoder(evtx.NewTemplates())
	d.LiveOnly, d.NoValues = true, true
	chunk := make([]byte, evtx.ChunkSize)
	for offset := int64(evtx.FileHeaderSize); ; offset += evtx.ChunkSize {
		n, err := file.ReadAt(chunk, offset)
		d.Chunks(chunk[:n], offset, h)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	flush()
}
