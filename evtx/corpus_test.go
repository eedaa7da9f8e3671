package evtx_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"seawall/evtx"
	"seawall/internal/corpus"
	"seawall/record"
)

// tally counts what a decoder yields.
type tally struct {
	records   map[record.Recovery]int
	sure      int // recovered records with a confidence of 60 or more
	damage    int // places where records are lost
	checksums int
	each      func(*evtx.Event)
}

func (c *tally) Event(e *evtx.Event) {
	c.records[e.Recovered]++
	if e.Confidence >= 60 {
		c.sure++
	}
	if c.each != nil {
		c.each(e)
	}
}

func (c *tally) Damage(d *evtx.Damage) {
	if d.Lost {
		c.damage++
	} else {
		c.checksums++
	}
}

func (c *tally) recovered() int {
	return c.records[record.Slack] + c.records[record.Chunk] + c.records[record.Orphan]
}

// readFile reads a whole file and calls each for every event.
func readFile(t testing.TB, path string, each func(*evtx.Event)) *tally {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &tally{records: map[record.Recovery]int{}, each: each}
	d := evtx.NewDecoder(evtx.NewTemplates())
	d.Remains = &evtx.Remains{}
	d.Chunks(data[min(evtx.FileHeaderSize, len(data)):], evtx.FileHeaderSize, c)
	d.Recover(d.Remains, c)
	return c
}

func corpusFiles(t testing.TB) (dir string, files []string) {
	t.Helper()
	dir = corpus.Dir(t, "windows")
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".evtx") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir, files
}

// TestDamagedFilesGiveEveryRecordThatCanBeRead compares counts with those that
// the tests of the Rust crate evtx expect of its sample files.
func TestDamagedFilesGiveEveryRecordThatCanBeRead(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t, "windows"), "parser-torture")
	for _, want := range []struct {
		file          string
		live, damages int // at least, at most
	}{
		{"2-vss_7-System.evtx", 1160, 0},
		{"sample_with_a_bad_chunk_magic.evtx", 270, 3},
		{"Microsoft-Windows-LanguagePackSetup%4Operational.evtx", 17, 0},
		{"E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx", 340, 0},
		{"Application_no_crc32.evtx", 17, 0},
		{"sample-with-zero-data-size-event.evtx", 335, 1},
		{"security_bad_string_cache.evtx", 2261, 0},
		{"Security_with_size_t.evtx", 636, 0},
		{"MSExchange_Management_wec.evtx", 1, 0},
		{"Security_short_selected.evtx", 7, 0},
		{"new-user-security.evtx", 4, 0},
	} {
		c := readFile(t, filepath.Join(dir, want.file), nil)
		t.Logf("%-75s %5d live %4d recovered %2d damages %2d checksums", want.file, c.records[record.Live], c.recovered(), c.damage, c.checksums)
		if c.records[record.Live] < want.live || c.damage > want.damages {
			t.Errorf("%s: %d live records, %d damages, want %d and %d", want.file, c.records[record.Live], c.damage, want.live, want.damages)
		}
	}
}

// TestUnusedSpaceOfTheCorpusGivesRecordsBack expects at least what a prototype
// recovered that read values without names: 2,322 records not among the live.
func TestUnusedSpaceOfTheCorpusGivesRecordsBack(t *testing.T) {
	_, files := corpusFiles(t)
	var live, recovered, sure int
	for _, path := range files {
		ids := map[[2]uint64]bool{}
		c := readFile(t, path, func(e *evtx.Event) {
			key := [2]uint64{e.ID, uint64(e.Time)}
			if e.Recovered != record.Live && ids[key] {
				t.Errorf("%s: record %d is recovered and live", path, e.ID)
			}
			ids[key] = true
		})
		live, recovered, sure = live+c.records[record.Live], recovered+c.recovered(), sure+c.sure
	}
	t.Logf("%d live records, %d recovered, %d of them surely", live, recovered, sure)
	if live < 7865 || sure < 2322 {
		t.Errorf("%d live and %d surely recovered records, want 7865 and 2322 at least", live, sure)
	}
}

func TestEveryEventOfTheCorpusIsXML(t *testing.T) {
	_, files := corpusFiles(t)
	n := 0
	for _, path := range files {
		readFile(t, path, func(e *evtx.Event) {
			if n++; n%5 == 0 {
				checkXML(t, e)
			}
		})
	}
}
