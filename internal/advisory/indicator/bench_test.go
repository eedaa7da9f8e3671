package indicator

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"seawall/internal/corpus"
)

// BenchmarkFind looks for indicators in the reports of the corpus.
func BenchmarkFind(b *testing.B) {
	files, err := filepath.Glob(filepath.Join(corpus.Dir(b, "advisory"), "reports-tram", "*.txt"))
	if err != nil || len(files) == 0 {
		b.Fatal("no reports", err)
	}
	var text []string
	size := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		for part := range bytes.SplitSeq(data, []byte("\n\n")) {
			text = append(text, string(part))
		}
		size += len(data)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, t := range text {
			Find(t)
		}
	}
}
