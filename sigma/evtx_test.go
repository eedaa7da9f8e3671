package sigma

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"seawall/evtx"
	"seawall/internal/corpus"
	"seawall/record"
)

// eventLog hands the live records of an event log to a function.
type eventLog func(*record.Record)

func (f eventLog) Event(e *evtx.Event) { f(&e.Record) }
func (f eventLog) Damage(*evtx.Damage) {}

func (f eventLog) read(d *evtx.Decoder, data []byte) {
	if len(data) > evtx.FileHeaderSize {
		d.Chunks(data[evtx.FileHeaderSize:], evtx.FileHeaderSize, f)
	}
}

func newDecoder() *evtx.Decoder {
	d := evtx.NewDecoder(evtx.NewTemplates())
	d.LiveOnly = true
	return d
}

// eventLogs returns the event logs below a folder of the test evidence.
func eventLogs(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	logs := map[string][]byte{}
	root := filepath.Join(corpus.Dir(t, "windows"), folder)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.EqualFold(filepath.Ext(path), ".evtx") {
			return err
		}
		logs[path], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return logs
}

func TestRegressionLogsFireTheirRules(t *testing.T) {
	root := filepath.Join(corpus.Dir(t, "windows"), "sigmahq-regression")
	c, _ := Load(archived(t, sigmaHQArchive))
	set := Compile(c, Options{})
	m, d := set.NewMatcher(), newDecoder()
	samples := 0
	for path, data := range eventLogs(t, "sigmahq-regression") {
		id := strings.TrimSuffix(filepath.Base(path), ".evtx")
		samples++
		fired := 0
		eventLog(func(rec *record.Record) {
			hits := m.Match(rec)
			i := slices.IndexFunc(hits, func(h Hit) bool { return h.Rule.ID == id })
			if i < 0 {
				return
			}
			fired++
			if len(m.Explain(rec, hits[i].Rule)) == 0 {
				t.Errorf("rule %s: the match is not explained", id)
			}
		}).read(d, data)
		if fired == 0 {
			rel, _ := filepath.Rel(root, path)
			t.Errorf("%s does not fire its rule", rel)
		}
	}
	t.Logf("%d samples", samples)
}

// The compiled rules must match what a reading rule by rule does.
func TestCompiledRulesMatchLikeANaiveReading(t *testing.T) {
	c, _ := Load(archived(t, sigmaHQArchive))
	set := Compile(c, Options{})
	m, d := set.NewMatcher(), newDecoder()
	step, seen, compared := 4, 0, 0
	if testing.Short() {
		step = 50
	}
	for _, folder := range []string{"sigmahq-regression", "evtx-attack-samples", "evtx-to-mitre-attack", "parser-torture"} {
		for path, data := range eventLogs(t, folder) {
			eventLog(func(rec *record.Record) {
				seen++
				got := hitNames(m.Match(rec))
				if seen%step != 0 {
					return
				}
				compared++
				if want := hitNames(naive(set, rec)); got != want {
					t.Errorf("%s record %d:\ncompiled: %s\nnaive: %s", path, rec.Origin.Number, got, want)
				}
			}).read(d, data)
		}
	}
	t.Logf("%d of %d records compared", compared, seen)
}
