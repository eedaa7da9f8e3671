package scan

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"seawall/internal/corpus"
)

const (
	evtxHeader = 4096
	evtxChunk  = 65536
	evtxFlags  = 120
)

// replicated writes a log of about size bytes made of the chunks of the logs
// below dir, over and over.
func replicated(b *testing.B, dir string, size int) string {
	b.Helper()
	var header []byte
	var chunks [][]byte
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".evtx" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		header = data[:evtxHeader]
		header[evtxFlags] |= 1 // "dirty": the chunks are not those the header counts
		for at := evtxHeader; at+evtxChunk <= len(data); at += evtxChunk {
			if chunk := data[at : at+evtxChunk]; bytes.HasPrefix(chunk, []byte("ElfChnk\x00")) {
				chunks = append(chunks, chunk)
			}
		}
		return nil
	})
	if err != nil || len(chunks) == 0 {
		b.Fatalf("no chunks below %s: %v", dir, err)
	}
	var log bytes.Buffer
	log.Write(header)
	for i := 0; log.Len() < size; i++ {
		log.Write(chunks[i%len(chunks)])
	}
	path := filepath.Join(b.TempDir(), "replicated.evtx")
	if err := os.WriteFile(path, log.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// BenchmarkScan is the whole program on one large log.
func BenchmarkScan(b *testing.B) {
	bench := func(name, dir string) {
		b.Run(name, func(b *testing.B) {
			const size = 128 << 20
			o := Options{Paths: []string{replicated(b, dir, size)}, Rules: rules(b, true), Detectors: Detectors(), Now: fixedTime}
			records := int64(0)
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				r, err := Run(b.Context(), o)
				if err != nil {
					b.Fatal(err)
				}
				records += r.Read.Records()
			}
			b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
		})
	}
	bench("example", example)
	windows := corpus.Dir(b, "windows")
	bench("attacks", filepath.Join(windows, "evtx-attack-samples"))
	bench("ordinary", filepath.Join(windows, "parser-torture"))
}

// BenchmarkStart is what every command that needs the rules waits for.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if _, err := LoadRules(RuleOptions{Builtin: true}); err != nil {
			b.Fatal(err)
		}
	}
}
