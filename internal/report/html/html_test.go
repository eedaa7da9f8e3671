package html

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"seawall/internal/finding"
	"seawall/internal/report/escape"
	"seawall/internal/report/reporttest"
	"seawall/internal/verdict"
)

func report(t testing.TB, r *verdict.Result) string {
	t.Helper()
	var out bytes.Buffer
	v := verdict.Of(r)
	if err := Write(&out, r, &v); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// unpack returns the data of a report, as its script reads it.
func unpack(t testing.TB, page string) (d struct {
	N                         int
	ID, Dict                  []string
	Sev, Title, Exposed, Tech []int
	Tactics                   [][]any
	First                     []int64
	Detail                    []detail
}) {
	t.Helper()
	_, packed, _ := strings.Cut(page, `id="data">`)
	packed, _, _ = strings.Cut(packed, "<")
	r, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

var tags = regexp.MustCompile(`<(/?[a-zA-Z!][a-zA-Z0-9]*)`)

func TestHostileTextMakesNoMarkup(t *testing.T) {
	count := func(page string) map[string]int {
		n := map[string]int{}
		for _, m := range tags.FindAllStringSubmatch(page, -1) {
			n[strings.ToLower(m[1])]++
		}
		return n
	}
	planted := func(text string) string {
		var out bytes.Buffer
		r, v := reporttest.Planted(text)
		if err := Write(&out, r, v); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	page := planted(reporttest.Cocktail())
	plain, hostile := count(planted(" harmless")), count(page)
	for tag, n := range hostile {
		if n != plain[tag] {
			t.Errorf("<%s> stands %d times, want %d", tag, n, plain[tag])
		}
	}
	for i, line := range strings.Split(page, "\n") {
		if bad := strings.IndexFunc(line, func(r rune) bool { return escape.Hidden(r) && r != '\t' }); bad >= 0 {
			t.Errorf("line %d holds a hidden character: %q", i+1, line[bad:min(bad+20, len(line))])
		}
	}
}

func TestAllFindingsAreInTheData(t *testing.T) {
	r := reporttest.HostileResult()
	d := unpack(t, report(t, r))
	if d.N != len(r.Findings) || len(d.ID) != d.N || len(d.Detail) != d.N {
		t.Fatalf("%d findings, %d ids, %d details, want %d of each", d.N, len(d.ID), len(d.Detail), len(r.Findings))
	}
	var first int64
	for i, f := range r.Findings {
		first += d.First[i]
		if d.ID[i] != escape.Visible(f.ID) || d.Dict[d.Title[i]] != escape.Visible(f.Title) || d.Sev[i] != int(f.Severity) || first != f.First/1e9 || d.Dict[d.Detail[i].Why] != escape.Visible(f.Why) {
			t.Errorf("finding %d is %q %q, want %q %q", i, d.ID[i], d.Dict[d.Title[i]], f.ID, f.Title)
		}
		for j, c := range f.Citations {
			got := d.Detail[i].Cites[j]
			if d.Dict[got[0]] != escape.Visible(c.Path) || int64(got[1]) != c.Offset || got[2] != c.Length || d.Dict[got[5]] != escape.Visible(c.Excerpt) {
				t.Errorf("finding %d: citation %d is %v, want %v", i, j, got, c)
			}
		}
	}
}

func TestPolicyAllowsWhatTheReportHoldsAndNothingElse(t *testing.T) {
	page := report(t, reporttest.Ordinary())
	for _, want := range []string{"default-src 'none'", "'" + hash(css) + "'", "'" + hash(script) + "'", "<style>" + css + "</style>", "<script>" + script + "</script>"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %.60q in the report", want)
		}
	}
	for _, unwanted := range []string{"unsafe-inline", "http://", "https://", " style=", " onclick="} {
		if strings.Contains(page, unwanted) {
			t.Errorf("%q in the report", unwanted)
		}
	}
}

func TestSameResultGivesTheSameBytes(t *testing.T) {
	first := report(t, reporttest.HostileResult())
	if again := report(t, reporttest.HostileResult()); again != first {
		t.Error("two reports of one result differ")
	}
}

func TestHalfAMillionFindingsStayUnderTenMegabytes(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: large report, with -short")
	}
	size := len(report(t, reporttest.Large(500_000)))
	t.Logf("500,000 findings: %.1f MB", float64(size)/1e6)
	if size >= 10_000_000 {
		t.Errorf("500,000 findings take %d bytes", size)
	}
}

func TestNothingFoundIsAReportToo(t *testing.T) {
	r := reporttest.Ordinary()
	r.Findings = nil
	page := report(t, r)
	if d := unpack(t, page); d.N != 0 || !strings.Contains(page, "No findings.") {
		t.Errorf("%d findings in the data of an empty report", d.N)
	}
}

func FuzzReport(f *testing.F) {
	for _, h := range reporttest.Hostile {
		f.Add(h)
	}
	want := tags.FindAllString(report(f, oneFinding("x")), -1)
	f.Fuzz(func(t *testing.T, s string) {
		page := report(t, oneFinding("x"+s))
		if got := tags.FindAllString(page, -1); len(got) != len(want) {
			t.Errorf("%q: %d tags, want %d", s, len(got), len(want))
		}
		if d := unpack(t, page); d.N != 1 || d.Dict[d.Title[0]] != escape.Visible("x"+s) {
			t.Errorf("%q is not in the data", s)
		}
	})
}

func oneFinding(s string) *verdict.Result {
	r := reporttest.Ordinary()
	r.Findings = []finding.Finding{{ID: s, Detector: s, Title: s, Why: s, Severity: finding.High, Confidence: finding.Certain, Entities: []finding.Entity{{Type: finding.Host, Value: s}}, Citations: []finding.Citation{{Path: s, Excerpt: s}}}}
	return r
}

func BenchmarkReport(b *testing.B) {
	r := reporttest.Large(100_000)
	v := verdict.Of(r)
	b.SetBytes(int64(len(report(b, r))))
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, r, &v); err != nil {
			b.Fatal(err)
		}
	}
}
