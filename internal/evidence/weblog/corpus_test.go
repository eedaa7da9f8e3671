package weblog

import (
	"os"
	"path/filepath"
	"testing"

	"seawall/internal/corpus"
)

func TestEveryLineOfTheCorpusIsRead(t *testing.T) {
	dir := corpus.Dir(t, "web")
	var files []string
	for _, pattern := range []string{"rendered_logs/*", "real_logs/*", "formats/crowdsec/*/*.log", "formats/lnav/*"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rel, _ := filepath.Rel(dir, path)
		s, format := decode(t, data, 1<<20)
		if format == nil {
			t.Logf("%-70s not recognised", rel)
			continue
		}
		t.Logf("%-70s %-12s %6d records, %4d unparsed %v", rel, format.ID, len(s.records), s.unparsed, s.problems)
	}
}
