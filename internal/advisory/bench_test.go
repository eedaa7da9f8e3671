package advisory

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"seawall/internal/advisory/document"
	"seawall/internal/corpus"
)

// BenchmarkRead reads reports of the corpus, from bytes to what they say.
func BenchmarkRead(b *testing.B) {
	files, err := filepath.Glob(filepath.Join(corpus.Dir(b, "advisory"), "reports-tram", "*.txt"))
	if err != nil || len(files) == 0 {
		b.Fatal("no reports", err)
	}
	var all [][]byte
	size := 0
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		all = append(all, bytes.ToValidUTF8(data, nil))
		size += len(data)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range all {
			d, err := document.Read("report.txt", data)
			if err != nil {
				b.Fatal(err)
			}
			Read(d)
		}
	}
}
