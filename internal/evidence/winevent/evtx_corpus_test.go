package winevent

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/internal/activity"
	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/record"
)

// collector is a sink that counts.
type collector struct {
	evidence.Discard
	records    map[record.Recovery]int
	activities []activity.Activity
	logs       []activity.Log
	problems   []evidence.Problem
	each       func(*record.Record)
}

func (c *collector) Record(r *record.Record) {
	c.records[r.Recovered]++
	if c.each != nil {
		c.each(r)
	}
}

func (c *collector) Activity(a *activity.Activity) {
	c.activities = append(c.activities, *a)
	c.logs = append(c.logs, *a.Log)
}

func (c *collector) Problem(p evidence.Problem) { c.problems = append(c.problems, p) }

// decodeEVTX reads a file in blocks of n bytes at most.
func decodeEVTX(t testing.TB, format evidence.Format, path string, data []byte, n int) *collector {
	t.Helper()
	c := &collector{records: map[record.Recovery]int{}}
	head := data[:min(len(data), evidence.HeadSize)]
	if !format.Match(head, filepath.Base(path)) {
		t.Fatalf("%s is not recognised", path)
	}
	file := &evidence.File{Path: path, Size: int64(len(data)), Format: &format}
	d, err := format.Open(file, head)
	if err != nil {
		t.Fatal(err)
	}
	for offset := 0; offset < len(data); {
		rest := data[offset:min(offset+n, len(data))]
		last := offset+len(rest) == len(data)
		size := format.Cut(rest, last)
		if size == 0 {
			t.Fatalf("%s: nothing cut of %d bytes at %d", path, len(rest), offset)
		}
		block := evidence.Block{Offset: int64(offset), Data: bytes.Clone(rest[:size]), Last: offset+size == len(data)}
		d.Decode(&block, c)
		clear(block.Data) // what is kept of it is lost
		offset += size
	}
	d.Close(c)
	return c
}

func TestIntegrityOfTheCorpus(t *testing.T) {
	dir := corpus.Dir(t, "windows")
	format := EVTX()
	signs := map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".evtx") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		c := decodeEVTX(t, format, path, data, 1<<20)
		name, _ := filepath.Rel(dir, path)
		for i, l := range c.logs {
			signs[l.Operation]++
			t.Logf("%s: %s on %s %s: %s", name, l.Operation, c.activities[i].Host, l.Name, l.Detail)
		}
		small := decodeEVTX(t, format, path, data, 128<<10)
		if fmt.Sprint(small.records) != fmt.Sprint(c.records) || !slices.Equal(small.logs, c.logs) {
			t.Errorf("%s: read otherwise in small blocks: %v %v, want %v %v", name, small.records, small.logs, c.records, c.logs)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(signs)
}
