package evtx_test

import (
	"os"
	"path/filepath"
	"testing"

	"seawall/evtx"
	"seawall/internal/corpus"
)

type discard struct{ n int }

func (d *discard) Event(*evtx.Event)   { d.n++ }
func (d *discard) Damage(*evtx.Damage) {}

// BenchmarkDecode reads all values of the records of one file from memory.
func BenchmarkDecode(b *testing.B) {
	b.Run("security", func(b *testing.B) {
		data, err := os.ReadFile(filepath.Join(corpus.Dir(b, "windows"), "parser-torture", "Security_with_size_t.evtx"))
		if err != nil {
			b.Fatal(err)
		}
		benchmarkDecode(b, data)
	})
}

func benchmarkDecode(b *testing.B, file []byte) {
	d := evtx.NewDecoder(evtx.NewTemplates())
	d.LiveOnly = true
	var h discard
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		for at := evtx.FileHeaderSize; at < len(file); at += evtx.ChunkSize {
			if evtx.IsChunk(file[at:]) {
				d.Chunk(file[at:], int64(at), &h)
			}
		}
	}
	b.ReportMetric(float64(h.n)/b.Elapsed().Seconds(), "records/s")
}
