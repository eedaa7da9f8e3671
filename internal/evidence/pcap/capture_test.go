package pcap

import (
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/klauspost/compress/gzip"

	"seawall/internal/evidence"
	"seawall/record"
)

// table collects rows as maps, and problems.
type table struct {
	evidence.Discard
	rows     []map[string]string
	problems []evidence.Problem
}

func (t *table) Record(rec *record.Record) {
	row := map[string]string{"source": strings.TrimPrefix(rec.Schema.Source, "pcap ")}
	for i, f := range rec.Schema.Fields {
		if rec.Values[i].Kind != record.Null {
			row[f.Name] = strings.ReplaceAll(rec.Values[i].String(), "\n", ",")
		}
	}
	t.rows = append(t.rows, row)
}

func (t *table) Problem(p evidence.Problem) { t.problems = append(t.problems, p) }

// of returns the rows of one log.
func (t *table) of(source string) (rows []map[string]string) {
	for _, row := range t.rows {
		if row["source"] == source {
			rows = append(rows, row)
		}
	}
	return rows
}

var testFormats = sync.OnceValue(Formats)

// readBytes decodes a capture in blocks of a size.
func readBytes(t testing.TB, data []byte, block int, sink evidence.Sink) {
	t.Helper()
	for _, format := range testFormats() {
		if !format.Match(data[:min(len(data), evidence.HeadSize)], "") {
			continue
		}
		format.Parts = 1
		readPart(t, data, block, &evidence.File{Path: "test.pcap", Size: int64(len(data)), Format: &format}, sink)
		return
	}
	t.Fatal("not recognised")
}

// readPart decodes what one decoder tells of a capture.
func readPart(t testing.TB, data []byte, block int, file *evidence.File, sink evidence.Sink) {
	t.Helper()
	d, err := file.Format.Open(file, data[:min(len(data), evidence.HeadSize)])
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(data); at += block {
		end := min(at+block, len(data))
		// A copy, so that use of a block after its time is found.
		b := append([]byte(nil), data[at:end]...)
		d.Decode(&evidence.Block{Offset: int64(at), Data: b, Last: end == len(data)}, sink)
		clear(b)
	}
	d.Close(sink)
}

// readFile decodes a capture of the corpus, compressed or not.
func readFile(t testing.TB, path string) *table {
	t.Helper()
	data := loadFile(t, path)
	var out table
	readBytes(t, data, 1<<20, &out)
	return &out
}

func loadFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(strings.NewReader(string(data)))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	return data
}
