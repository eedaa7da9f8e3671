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

// counter counts what a decoder yields.
type counter struct {
	live, recovered map[record.Recovery]int
	damage          []evtx.Damage
	records         func(*record.Record)
	events          func(*evtx.Event)
}

func newCounter() *counter {
	return &counter{live: map[record.Recovery]int{}}
}

func (c *counter) Event(r *evtx.Event) {
	c.live[r.Recovered]++
	if c.events != nil {
		c.events(r)
	}
	if c.records != nil {
		c.records(&r.Record)
	}
}
func (c *counter) Damage(d *evtx.Damage) { c.damage = append(c.damage, *d) }

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

func TestCounts(t *testing.T) {
	dir, files := corpusFiles(t)
	d := evtx.NewDecoder(evtx.NewTemplates())
	total := 0
	conf := map[uint8]int{}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := newCounter()
		rem := &evtx.Remains{}
		d.Remains = rem
		c.records = func(r *record.Record) {
			if r.Recovered != "" {
				conf[r.Confidence]++
			}
		}
		d.Chunks(data[evtx.FileHeaderSize:], evtx.FileHeaderSize, c)
		d.Recover(rem, c)
		rel, _ := filepath.Rel(dir, path)
		total += c.live[record.Live]
		if strings.HasPrefix(rel, "parser") || len(c.damage) > 0 {
			t.Logf("%s: %v %d", rel, c.live, len(c.damage))
			for _, x := range c.damage[:min(4, len(c.damage))] {
				t.Log("   ", x.Error())
			}
		}
	}
	t.Log(total, conf)
}
