package jsonl

import (
	"bytes"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/report/reporttest"
)

var update = flag.Bool("update", false, "write the golden files")

func write(t testing.TB, findings []finding.Finding) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewWriter(&out, "1.2.3")
	for i := range findings {
		if err := w.Write(&findings[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOutputIsTheGoldenOne(t *testing.T) {
	got := write(t, reporttest.Ordinary().Findings)
	path := filepath.Join("testdata", "findings.jsonl")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestOutputFollowsTheSchemaOfOCSF(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "detection_finding.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	findings := append(reporttest.HostileResult().Findings, finding.Finding{ID: "bare"})
	for i, line := range bytes.Split(bytes.TrimSpace(write(t, findings)), []byte("\n")) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(line))
		if err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("line %d: %v", i+1, err)
		}
	}
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	f := func(name string, want []finding.Finding) {
		t.Helper()
		got, err := Read(bytes.NewReader(write(t, want)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	f("ordinary", reporttest.Ordinary().Findings)
	f("large", reporttest.Large(300).Findings)
	f("none", nil)
	f("bare", []finding.Finding{{ID: "x"}})
	f("extreme", []finding.Finding{{
		ID: "x", Title: "\x00\x1b\u202e\u2028</script>\U000e0041", First: math.MinInt64, Last: math.MaxInt64, Entities: []finding.Entity{{Type: "novel", Value: "v"}, {Type: finding.Task, Value: `\t`}},
		Citations: []finding.Citation{{Path: `C:\a b`, Offset: math.MaxInt64, Length: 1, Number: math.MaxUint64, Time: -1}},
	}})
}

func TestBytesThatAreNotTextAreMarked(t *testing.T) {
	got, err := Read(bytes.NewReader(write(t, []finding.Finding{{ID: "x", Title: "a\xffb"}})))
	if err != nil || got[0].Title != "a\ufffdb" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestOutputIsSafeToPrint(t *testing.T) {
	for _, line := range strings.Split(string(write(t, reporttest.HostileResult().Findings)), "\n") {
		if strings.ContainsFunc(line, escape.Hidden) || !utf8.ValidString(line) {
			t.Errorf("hidden characters in %q", line)
		}
	}
}

func TestReaderSaysWhichLineIsWrong(t *testing.T) {
	good := string(write(t, []finding.Finding{{ID: "x"}}))
	f := func(input string, n int, want string) {
		t.Helper()
		got, err := Read(strings.NewReader(input))
		if len(got) != n || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d findings, %v, want %d and %q", len(got), err, n, want)
		}
	}
	f(good+"\n{", 1, "line 3: not a finding")
	f(`{"class_uid":2004}`, 0, "finding_info.uid")
	f(strings.Replace(good, `"class_uid":2004`, `"class_uid":2002`, 1), 0, "class_uid is 2002")
	f(strings.Replace(good, `"severity_id":1`, `"severity_id":99`, 1), 0, "severity_id 99")
	f(strings.Repeat(" ", maxLine+1), 0, "longer than")
	f(strings.Replace(good, `"seawall":{`, `"seawall":{"first":"yesterday"`, 1), 0, "line 1")
	f(strings.Replace(good, `"seawall":{`, `"seawall":{"first":"9999-01-01T00:00:00Z"`, 1), 0, "out of range")
}

func FuzzRead(f *testing.F) {
	f.Add(write(f, reporttest.Ordinary().Findings[:1]))
	f.Add(write(f, []finding.Finding{{ID: "x"}}))
	f.Add(write(f, []finding.Finding{{ID: "x", Title: reporttest.Hostile[3], First: 1, Citations: []finding.Citation{{Path: reporttest.Hostile[0], Time: 1}}}}))
	f.Add([]byte("{}\n[]\nnull"))
	f.Fuzz(func(t *testing.T, data []byte) {
		findings, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		text := write(t, findings)
		again, err := Read(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if !bytes.Equal(write(t, again), text) {
			t.Error("findings change when written and read again")
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	findings := reporttest.Large(100_000).Findings
	b.SetBytes(int64(len(write(b, findings))))
	b.ReportAllocs()
	for b.Loop() {
		w := NewWriter(io.Discard, "1.2.3")
		for i := range findings {
			if err := w.Write(&findings[i]); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
	}
}
