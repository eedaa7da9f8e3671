package zeek

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/record"
)

// counting counts rows by source, fields that are set, rows without a time, and
// damage.
type counting struct {
	evidence.Discard
	rows     map[string]int
	fields   map[string]map[string]bool
	timeless int
	lost     []string
}

func (c *counting) Record(rec *record.Record) {
	source := rec.Schema.Source
	c.rows[source]++
	if rec.Time == 0 && len(rec.Schema.Lookup("ts")) > 0 {
		c.timeless++
	}
	if c.fields[source] == nil {
		c.fields[source] = map[string]bool{}
	}
	for i, v := range rec.Values {
		if v.Kind != record.Null {
			c.fields[source][rec.Schema.Fields[i].Name] = true
		}
	}
}

func (c *counting) Problem(p evidence.Problem) {
	if p.Lost {
		c.lost = append(c.lost, p.String())
	}
}

func TestCorpusIsRead(t *testing.T) {
	f := func(area string, wantRows, wantLost, wantUnrecognised int) {
		t.Helper()
		c := &counting{rows: map[string]int{}, fields: map[string]map[string]bool{}}
		var unrecognised []string
		err := evidence.Walk(context.Background(), []string{filepath.Join(corpus.Dir(t, "network"), area)}, Formats(), evidence.Options{}, evidence.Visitor{
			Job: func(j *evidence.Job) { j.Run(c) },
			Unrecognised: func(path string, _ int64, _ string) {
				if strings.HasSuffix(path, ".log") && !strings.Contains(path, "conn-summary") {
					unrecognised = append(unrecognised, filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path))
				}
			},
			Duplicate: func(string, string) {}, Problem: c.Problem,
		})
		if err != nil {
			t.Fatal(err)
		}
		total, fields := 0, 0
		for source, n := range c.rows {
			total += n
			fields += len(c.fields[source])
		}
		t.Logf("%s: %d rows of %d logs, %d fields, %d rows without a time; lost: %q; unrecognised: %q", area, total, len(c.rows), fields, c.timeless, c.lost, unrecognised)
		if total < wantRows || len(c.lost) > wantLost || len(unrecognised) > wantUnrecognised {
			t.Errorf("%s: %d rows, want %d; %d lost, at most %d; %d unrecognised, at most %d", area, total, wantRows, len(c.lost), wantLost, len(unrecognised), wantUnrecognised)
		}
	}
	f("zeek/droplet-2024-04-19", 61051, 0, 0)
	f("zeek/proxy-squid", 3921, 0, 0)
	f("zeek/lab24h-http-tsv", 27204, 0, 0)
	f("zeek/wrccdc-tsv", 158439, 0, 0)
	f("zeek/rita-edge", 616, 1, 1)
	f("slips", 3242, 0, 1)
	f("zeek-btest/expected", 2119, 0, 4)
	f("beacon-bench", 176081, 0, 0)
}
