package evtx_test

import (
	"os"
	"path/filepath"
	"testing"

	"seawall/evtx"
	"seawall/internal/corpus"
	"seawall/internal/evtxwrite"
)

// BenchmarkDecode reads all values of the records of a file in memory.
func BenchmarkDecode(b *testing.B) {
	inputs(b, func(b *testing.B, file []byte) {
		benchmark(b, file, &counting{})
	})
}

// BenchmarkJSON writes the records of a file in memory as JSON.
func BenchmarkJSON(b *testing.B) {
	inputs(b, func(b *testing.B, file []byte) {
		var out []byte
		benchmark(b, file, &counting{each: func(e *evtx.Event) {
			if len(out) > 1<<20 {
				out = out[:0]
			}
			out = append(e.AppendJSON(out), '\n')
		}})
	})
}

// BenchmarkExtract does the same without the values that only rules need.
func BenchmarkExtract(b *testing.B) {
	inputs(b, func(b *testing.B, file []byte) {
		var out []byte
		benchmark(b, file, &counting{extract: true, each: func(e *evtx.Event) {
			if len(out) > 64<<10 {
				out = out[:0]
			}
			out = append(e.AppendJSON(out), '\n')
		}})
	})
}

type counting struct {
	n       int
	each    func(*evtx.Event)
	extract bool // leave values out
}

func (c *counting) Event(e *evtx.Event) {
	c.n++
	if c.each != nil {
		c.each(e)
	}
}
func (c *counting) Damage(*evtx.Damage) {}

// inputs runs a benchmark on made logs, and on one of the corpus if it is
// there.
func inputs(b *testing.B, run func(b *testing.B, file []byte)) {
	b.Run("made", func(b *testing.B) { run(b, sampleLog(b, evtxwrite.Options{}, 2000)) })
	b.Run("security", func(b *testing.B) {
		data, err := os.ReadFile(filepath.Join(corpus.Dir(b, "windows"), "parser-torture", "security_bad_string_cache.evtx"))
		if err != nil {
			b.Fatal(err)
		}
		run(b, data)
	})
}

func benchmark(b *testing.B, file []byte, h *counting) {
	d := evtx.NewDecoder(evtx.NewTemplates())
	d.LiveOnly, d.NoValues = true, h.extract
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		d.Chunks(file[evtx.FileHeaderSize:], evtx.FileHeaderSize, h)
	}
	b.ReportMetric(float64(h.n)/b.Elapsed().Seconds(), "records/s")
}
