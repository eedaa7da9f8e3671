package scan

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"seawall/internal/corpus"
	"seawall/internal/evidence"
	"seawall/internal/finding"
	"seawall/internal/intrusion"
	"seawall/internal/report/jsonl"
	"seawall/internal/verdict"
	"seawall/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// example is the evidence bundled with the program.
const example = "../../examples/evidence"

var fixedTime = func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }

func rules(t testing.TB, builtin bool, texts ...string) *Ruleset {
	t.Helper()
	files := fstest.MapFS{}
	for i, text := range texts {
		files[fmt.Sprintf("rule%d.yml", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	set, err := LoadRules(RuleOptions{Builtin: builtin, Folders: []fs.FS{files}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func scanned(t testing.TB, o Options) *verdict.Result {
	t.Helper()
	o.Now = fixedTime
	if o.Rules == nil {
		o.Rules = rules(t, true)
	}
	if o.Detectors == nil {
		o.Detectors = Detectors()
	}
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func written(t testing.TB, findings []finding.Finding) string {
	t.Helper()
	var b bytes.Buffer
	w := jsonl.NewWriter(&b, "test")
	for i := range findings {
		if err := w.Write(&findings[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// failedLogons correlates events that the example has many of, and keeps the
// rule's own matches to itself.
const failedLogons = `title: A logon
id: 11111111-0000-4000-8000-000000000001
name: a_logon
level: low
logsource: {product: windows, service: security}
detection:
  selection: {EventID: 4624}
  condition: selection
---
title: Many logons
id: 11111111-0000-4000-8000-000000000002
level: medium
tags: [attack.t1078]
correlation:
  type: event_count
  rules: [a_logon]
  group-by: [Computer]
  timespan: 1h
  condition: {gte: 2}
`

func TestFindingsAreTheSameForAnyNumberOfJobs(t *testing.T) {
	f := func(name string, paths ...string) {
		t.Helper()
		want := ""
		for _, jobs := range []int{1, 2, 7} {
			r := scanned(t, Options{Paths: paths, Jobs: jobs, Rules: rules(t, true, failedLogons)})
			got := written(t, r.Findings)
			if len(r.Findings) == 0 {
				t.Fatalf("%s: no findings", name)
			}
			if want == "" {
				want = got
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %d jobs give other findings than 1: %s", name, jobs, diff)
			}
		}
	}
	f("example", example)
	t.Run("corpus", func(t *testing.T) {
		windows := corpus.Dir(t, "windows")
		f("corpus", filepath.Join(windows, "evtx-attack-samples"), filepath.Join(windows, "parser-torture"))
	})
}

func TestCorrelationsAreFindingsThatCiteWhatTheyRestOn(t *testing.T) {
	r := scanned(t, Options{Paths: []string{example}, Rules: rules(t, false, failedLogons), Detectors: nil})
	n := 0
	for _, f := range r.Findings {
		if f.Detector != "sigma" {
			continue
		}
		n++
		if f.Title != "Many logons" {
			t.Errorf("%q is reported, which the correlation silences", f.Title)
		}
		if f.Count < 2 || len(f.Citations) < 2 || f.Techniques[0] != "T1078" || !strings.Contains(f.Why, "for Computer ") {
			t.Errorf("%+v", f)
		}
		for _, c := range f.Citations {
			if c.SHA256 == "" || c.Time == 0 || !strings.Contains(c.Excerpt, "EventID=4624") {
				t.Errorf("citation is not complete: %+v", c)
			}
		}
	}
	if n == 0 {
		t.Error("no correlation is reported")
	}
}

// copyExample copies the example's files into a new folder.
func copyExample(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(example)); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestCopiesOfEventsInOtherFilesChangeNothing(t *testing.T) {
	once := copyExample(t)
	twice := copyExample(t)
	// Not the same bytes, so that only the events tell that it is a copy.
	data, err := os.ReadFile(filepath.Join(once, "dc01", "Security.evtx"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(twice, "forwarded.evtx"), append(data, make([]byte, 512)...), 0o600); err != nil {
		t.Fatal(err)
	}
	describe := func(dir string) (all []string) {
		r := scanned(t, Options{Paths: []string{dir}, Detectors: intrusion.RuleDetectors()})
		for _, f := range r.Findings {
			all = append(all, fmt.Sprintf("%s %s %d events, %d cited", f.ID, f.Title, f.Count, len(f.Citations)))
		}
		return all
	}
	if diff := cmp.Diff(describe(once), describe(twice)); diff != "" {
		t.Errorf("(-once +twice)\n%s", diff)
	}
}

func TestTimesBoundWhatIsLookedAt(t *testing.T) {
	logs := []string{filepath.Join(example, "dc01"), filepath.Join(example, "web01"), filepath.Join(example, "sensor")} // inventories know no time
	all := scanned(t, Options{Paths: logs})
	first, last := all.Period()
	middle := first + (last-first)/2
	early := scanned(t, Options{Paths: logs, Until: middle})
	late := scanned(t, Options{Paths: logs, Since: middle})
	if got := early.Read.Records() + late.Read.Records(); got != all.Read.Records() {
		t.Errorf("%d records before and after, %d in all", got, all.Read.Records())
	}
	for _, f := range early.Findings {
		if f.Last >= middle {
			t.Errorf("%s is of %d, after the bound", f.Title, f.Last)
		}
	}
}

// lines is a format whose decoder yields a record a line and calls at each.
func lines(each func()) evidence.Format {
	schema := record.NewSchema(record.KindWindows, []record.Field{{Name: "Channel"}, {Name: "EventID"}})
	return evidence.Format{
		ID: "lines", Title: "Lines",
		Match: func(head []byte, _ string) bool { return bytes.HasPrefix(head, []byte("line")) },
		Cut:   func(data []byte, _ bool) int { return bytes.LastIndexByte(data, '\n') + 1 },
		Open: func(file *evidence.File, _ []byte) (evidence.Decoder, error) {
			return lineDecoder{file, schema, each}, nil
		},
	}
}

type lineDecoder struct {
	file   *evidence.File
	schema *record.Schema
	each   func()
}

func (d lineDecoder) Decode(b *evidence.Block, sink evidence.Sink) {
	at := b.Offset
	for line := range bytes.Lines(b.Data) {
		d.each()
		sink.Record(&record.Record{
			Schema: d.schema, Time: at + 1, Raw: line, Origin: record.Origin{Path: d.file.Path, Offset: at, Length: len(line)},
			Values: []record.Value{{Raw: []byte("Security"), Kind: record.Text}, {Raw: []byte("1102"), Kind: record.Text}},
		})
		at += int64(len(line))
	}
}

func (lineDecoder) Close(evidence.Sink) {}

func lineFile(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.log")
	if err := os.WriteFile(path, bytes.Repeat([]byte("line\n"), n), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnInterruptedScanReportsWhatItRead(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	const all = 10 << 20 // lines: far more than the blocks in flight hold
	r, err := Run(ctx, Options{
		Paths: []string{lineFile(t, all)}, Jobs: 1, Rules: rules(t, false), Now: fixedTime,
		Formats: []evidence.Format{lines(func() {
			if n++; n == 1000 {
				cancel()
			}
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Read.Records(); !r.Run.Interrupted || got < 1000 || got == all {
		t.Errorf("interrupted: %v, with %d records", r.Run.Interrupted, got)
	}
}

func TestADefectCostsABlockNotTheScan(t *testing.T) {
	n := 0
	r := scanned(t, Options{
		Paths: []string{lineFile(t, 1<<20)}, Jobs: 1, Rules: rules(t, false),
		Formats: []evidence.Format{lines(func() {
			if n++; n == 1000 {
				panic("a defect")
			}
		})},
	})
	if r.Read.Lost() != 1 || !strings.Contains(r.Read.Problems[0].What, "a defect") || r.Read.Records() < 1<<19 {
		t.Errorf("%d records, problems: %v", r.Read.Records(), r.Read.Problems)
	}
}

func TestRulesWithoutEvidenceAreListedByWhatTheyLack(t *testing.T) {
	about := func(id int) string {
		return fmt.Sprintf("title: About %d\nid: 11111111-0000-4000-8000-00000000%04d\nlogsource: {product: windows, service: security}\ndetection: {selection: {EventID: %d}, condition: selection}\n", id, id, id)
	}
	r := scanned(t, Options{
		Paths: []string{lineFile(t, 10)}, Formats: []evidence.Format{lines(func() {})},
		Rules: rules(t, false, about(1102), about(4624), about(4625), "title: Broken\ndetection: 5\n"),
	})
	want := []verdict.Unseen{{Evidence: "Security 4624", Rules: []string{"About 4624"}}, {Evidence: "Security 4625", Rules: []string{"About 4625"}}}
	if diff := cmp.Diff(want, r.Rules.Unseen); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if len(r.Rules.NotEvaluable) != 1 || r.Rules.NotEvaluable[0].File != "rule3.yml" {
		t.Errorf("broken rules: %v", r.Rules.NotEvaluable)
	}
}
