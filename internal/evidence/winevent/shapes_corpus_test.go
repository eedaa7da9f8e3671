package winevent

import (
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/inventory"
	"seawall/record"
)

// tally is a sink that counts.
type tally struct {
	evidence.Discard
	records, fields, untimed int
	known                    int // of records: id, channel, provider and computer are there
	activities               map[activity.Class]int
	problems                 []evidence.Problem
	extractor                *Extractor
}

func newTally() *tally {
	return &tally{activities: map[activity.Class]int{}, extractor: NewExtractor()}
}

func (c *tally) Record(rec *record.Record) {
	c.records++
	c.fields += len(rec.Schema.Fields)
	if rec.Time == 0 {
		c.untimed++
	}
	if rec.Text("EventID") != "" && rec.Text("Channel") != "" && rec.Text("Computer") != "" {
		c.known++
	}
	c.extractor.Extract(rec, c.Activity)
}

func (c *tally) Activity(a *activity.Activity) { c.activities[a.Class]++ }

func (c *tally) Problem(p evidence.Problem) { c.problems = append(c.problems, p) }

// decodeWith decodes data with the one format that claims it.
func decodeWith(t testing.TB, sink evidence.Sink, formats []evidence.Format, name string, data []byte) string {
	t.Helper()
	for _, format := range formats {
		head := data[:min(len(data), evidence.HeadSize)]
		if !format.Match(head, name) {
			continue
		}
		decoder, err := format.Open(&evidence.File{Path: name, Format: &format}, head)
		if err != nil {
			t.Fatal(err)
		}
		run(sink, &format, decoder, data, 1<<20)
		return format.ID
	}
	return ""
}

func TestFlatEventsOfTheCorpusAreReadWhole(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "windows"), "otrf-json")
	formats := Formats(nil)
	files, total := 0, newTally()
	walkZips(t, dir, func(name string, data []byte) {
		files++
		c := newTally()
		if id := decodeWith(t, c, formats, name, data); id != "nxlog" {
			t.Errorf("%s: format %q", name, id)
		}
		lines := strings.Count(strings.TrimSpace(string(data)), "\n") + 1
		lost := 0
		for _, p := range c.problems {
			if p.Lost {
				lost++
				t.Errorf("%v", p)
			}
		}
		if c.records != lines || c.untimed != 0 || c.known != c.records || c.fields < 10*c.records {
			t.Errorf("%s: %d records of %d lines, %d without time, %d with id, channel and computer, %d fields", name, c.records, lines, c.untimed, c.known, c.fields)
		}
		total.records += c.records
		for class, n := range c.activities {
			total.activities[class] += n
		}
	})
	if files == 0 {
		t.Error("no files")
	}
	t.Logf("%d files, %d records, activities by class %v", files, total.records, total.activities)
}

func walkZips(t testing.TB, dir string, visit func(name string, data []byte)) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".zip") {
			return err
		}
		archive, err := zip.OpenReader(path)
		if err != nil {
			return err
		}
		defer archive.Close()
		for _, f := range archive.File {
			r, err := f.Open()
			if err != nil {
				return err
			}
			data, err := io.ReadAll(r)
			r.Close()
			if err != nil {
				return err
			}
			visit(f.Name, data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNestedEventsOfTheCorpusAreReadWhole(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "windows"), "sigmahq-regression")
	formats := Formats(nil)
	files := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		c := newTally()
		id := decodeWith(t, c, formats, path, data)
		if id != "event-json" || c.records == 0 || len(c.problems) != 0 || c.untimed != 0 || c.known != c.records {
			t.Errorf("%s: format %q, %d records, %d untimed, problems %v", path, id, c.records, c.untimed, c.problems)
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Fatalf("%d files: %v", files, err)
	}
	t.Logf("%d files", files)
}

func BenchmarkFlatEvents(b *testing.B) {
	var largest []byte
	walkZips(b, filepath.Join(corpus.Dir(b, "windows"), "otrf-json"), func(_ string, data []byte) {
		if len(data) > len(largest) {
			largest = data
		}
	})
	benchmark(b, largest)
}

// count is a sink that only counts records.
type count int

func (c *count) Record(*record.Record)            { *c++ }
func (c *count) Activity(*activity.Activity)      {}
func (c *count) Problem(evidence.Problem)         {}
func (c *count) Inventory(*inventory.Observation) {}

// benchmark decodes data in one block, over and over.
func benchmark(b *testing.B, data []byte) {
	b.Helper()
	decoder, block := open(b, data)
	var c count
	decoder.Decode(block, &c)
	records := c
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		decoder.Decode(block, &c)
	}
	b.ReportMetric(float64(records)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// open opens data with the format that claims it, as one block.
func open(t testing.TB, data []byte) (evidence.Decoder, *evidence.Block) {
	t.Helper()
	head := data[:min(len(data), evidence.HeadSize)]
	for _, format := range Formats(nil) {
		if format.Match(head, "x") {
			decoder, err := format.Open(&evidence.File{Path: "x", Format: &format}, head)
			if err != nil {
				t.Fatal(err)
			}
			return decoder, &evidence.Block{Line: 1, Data: data, Last: true}
		}
	}
	t.Fatalf("no format takes %.60q", data)
	return nil, nil
}

func TestDecodingAllocatesNothingPerRecord(t *testing.T) {
	for name, document := range map[string]string{"xml": logonXML, "nested": logonNested, "list": logonList, "winlogbeat": logonBeats, "nxlog": logonFlat} {
		decoder, block := open(t, []byte(strings.Repeat(document+"\n", 100)))
		var c count
		decoder.Decode(block, &c)
		// A garbage collection may empty the pool, which costs a few.
		if n := testing.AllocsPerRun(20, func() { decoder.Decode(block, &c) }); n > 20 {
			t.Errorf("%s: %v allocations for 100 records", name, n)
		}
	}
}

func BenchmarkShapes(b *testing.B) {
	for name, document := range map[string]string{"xml": logonXML, "nested": logonNested, "winlogbeat": logonBeats, "nxlog": logonFlat, "hayabusa": logonHayabusa} {
		b.Run(name, func(b *testing.B) { benchmark(b, []byte(strings.Repeat(document+"\n", 4000))) })
	}
}
