package webshell

import (
	"path/filepath"
	"testing"

	"seawall/internal/corpus"
)

// BenchmarkClean measures the pages of honest sites as a scan meets them.
func BenchmarkClean(b *testing.B) {
	type page struct {
		name string
		data []byte
	}
	var pages []page
	size := 0
	dir := corpus.Dir(b, "webshell")
	eachSample(b, filepath.Join(dir, "clean.tar.gz"), filepath.Join(dir, "clean.jsonl.gz"), func(s *sample, data []byte) {
		pages = append(pages, page{s.Name, data})
		size += len(data)
	})
	a := NewAnalyzer(Options{})
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, p := range pages {
			a.Analyze(p.name, p.data)
		}
	}
}
