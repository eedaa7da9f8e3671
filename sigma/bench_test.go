package sigma

import (
	"maps"
	"os"
	"runtime"
	"slices"
	"testing"

	"seawall/record"
)

// BenchmarkLoad parses all published rules.
func BenchmarkLoad(b *testing.B) {
	fsys := archived(b, sigmaHQArchive)
	for b.Loop() {
		Load(fsys)
	}
}

// BenchmarkCompile compiles all published rules.
func BenchmarkCompile(b *testing.B) {
	c, _ := Load(archived(b, sigmaHQArchive))
	b.ReportAllocs()
	for b.Loop() {
		Compile(c, Options{})
	}
}

// BenchmarkPrograms makes the programs for all logs of the test evidence.
func BenchmarkPrograms(b *testing.B) {
	c, _ := Load(archived(b, sigmaHQArchive))
	type shape struct {
		schema *record.Schema
		id     string
	}
	seen := map[shape]bool{}
	var records []*record.Record // one of each schema and event id
	for _, data := range logsOf(b, "sigmahq-regression", "evtx-attack-samples", "evtx-to-mitre-attack", "parser-torture") {
		eventLog(func(rec *record.Record) {
			k := shape{rec.Schema, rec.Text("EventID") + rec.Text("Channel")}
			if !seen[k] {
				seen[k] = true
				records = append(records, copyRecord(rec))
			}
		}).read(newDecoder(), data)
	}
	var set *Set
	for b.Loop() {
		set = Compile(c, Options{})
		m := set.NewMatcher()
		for _, rec := range records {
			m.Match(rec)
		}
	}
	b.ReportMetric(float64(len(records)), "schemas")
	b.ReportMetric(float64(len(set.programs.programs)), "programs")
	b.ReportMetric(float64(len(set.programs.automata.built)), "automata")
	b.ReportMetric(float64(set.programs.automata.bytes+set.programs.bytes)/(1<<20), "MiB")
}

func copyRecord(rec *record.Record) *record.Record {
	c := *rec
	c.Values = slices.Clone(rec.Values)
	for i := range c.Values {
		c.Values[i].Raw = slices.Clone(c.Values[i].Raw)
	}
	return &c
}

func logsOf(b *testing.B, folders ...string) [][]byte {
	var logs [][]byte
	for _, folder := range folders {
		named := eventLogs(b, folder)
		for _, path := range slices.Sorted(maps.Keys(named)) {
			logs = append(logs, named[path])
		}
	}
	return logs
}

// BenchmarkMatch decodes event logs and matches all published rules on one
// core: ordinary logs of hosts, and logs that are nothing but attacks.
func BenchmarkMatch(b *testing.B) {
	c, _ := Load(archived(b, sigmaHQArchive))
	set := Compile(c, Options{})
	f := func(name string, match bool, folders ...string) {
		b.Run(name, func(b *testing.B) {
			benchmarkLogs(b, set, match, logsOf(b, folders...))
		})
	}
	f("ordinary", true, "parser-torture")
	f("ordinary_decode_only", false, "parser-torture")
	f("dense", true, "sigmahq-regression", "evtx-attack-samples", "evtx-to-mitre-attack")
	f("dense_decode_only", false, "sigmahq-regression", "evtx-attack-samples", "evtx-to-mitre-attack")
	if path := os.Getenv("SEAWALL_BENCH_LOG"); path != "" {
		b.Run("file", func(b *testing.B) {
			data, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			benchmarkLogs(b, set, true, [][]byte{data})
		})
	}
}

func benchmarkLogs(b *testing.B, set *Set, match bool, logs [][]byte) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	d, m := newDecoder(), set.NewMatcher()
	records, hits := 0, 0
	each := eventLog(func(rec *record.Record) {
		records++
		if match {
			hits += len(m.Match(rec))
		}
	})
	for _, data := range logs {
		each.read(d, data) // templates and programs are made once
	}
	records, hits = 0, 0
	b.ReportAllocs()
	for b.Loop() {
		for _, data := range logs {
			each.read(d, data)
		}
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(hits)/float64(records), "hits/record")
}
