package pcap

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/evidence"
)

func TestPartsOfEveryCaptureTellTogetherWhatOneDecoderTells(t *testing.T) {
	files := 0
	err := filepath.WalkDir(corpus.Dir(t, "network"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "cap") && !strings.HasSuffix(path, ".pcapng") {
			return err
		}
		data := loadFile(t, path)
		for _, format := range testFormats() {
			if !format.Match(data, "") {
				continue
			}
			files++
			whole, together := rowsOfParts(t, data, format, 1), rowsOfParts(t, data, format, 4)
			if !slices.Equal(whole, together) {
				t.Errorf("%s: %d rows, %d of all parts", path, len(whole), len(together))
				report(t, whole, together)
			}
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatal(files, err)
	}
	t.Logf("%d captures tell the same in parts", files)
}

// rowsOfParts decodes a capture in parts and returns all rows, sorted, but
// those of certificates, which each part tells once.
func rowsOfParts(t *testing.T, data []byte, format evidence.Format, parts int) (rows []string) {
	format.Parts = parts
	for part := range parts {
		var out table
		readPart(t, data, 1<<20, &evidence.File{Path: "test.pcap", Format: &format, Part: part}, &out)
		for _, row := range out.rows {
			if row["source"] != "x509" {
				rows = append(rows, fmt.Sprint(row))
			}
		}
	}
	slices.Sort(rows)
	return rows
}

func report(t *testing.T, whole, together []string) {
	told := 0
	for _, row := range whole {
		if _, ok := slices.BinarySearch(together, row); !ok && told < 4 {
			told++
			t.Logf("only of one decoder: %s", row)
		}
	}
	for _, row := range together {
		if _, ok := slices.BinarySearch(whole, row); !ok && told < 8 {
			told++
			t.Logf("only in parts: %s", row)
		}
	}
}
