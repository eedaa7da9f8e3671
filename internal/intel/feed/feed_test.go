package feed

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"

	"seawall/internal/corpus"
	"seawall/internal/intel/cve"
	"seawall/internal/intel/eol"
)

func record(id string) string {
	return `{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"` + id + `","state":"PUBLISHED","datePublished":"2024-04-12T00:00:00Z"},` +
		`"containers":{"cna":{"affected":[{"vendor":"Example","product":"Gate","versions":[{"version":"1.0","lessThan":"1.2","status":"affected"}]}]}}}`
}

func TestRecordsAreReadFromFoldersAndArchives(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "cves", "2024", "3xxx")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	var inner, outer bytes.Buffer
	z := zip.NewWriter(&inner)
	for name, text := range map[string]string{
		"CVE-2024-3400.json": record("CVE-2024-3400"), "CVE-2024-3401.json": record("CVE-2024-3401"),
		"CVE-2024-3402.json": record("CVE-2024-3402")[:100], "delta.json": "[]", "CVE-2024-3403.json": `{"a":1}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := z.Create("cves/2024/3xxx/" + name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	z.Close()
	o := zip.NewWriter(&outer)
	w, err := o.CreateHeader(&zip.FileHeader{Name: "cves.zip", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(inner.Bytes())
	o.Close()
	zipped, nested := filepath.Join(dir, "a.zip"), filepath.Join(dir, "b.zip")
	for path, data := range map[string][]byte{zipped: inner.Bytes(), nested: outer.Bytes()} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, from := range []string{folder, zipped, nested} {
		list, problems, err := Vulnerabilities(from, nil)
		if err != nil || len(list) != 2 || len(problems) != 1 || !strings.Contains(problems[0].Name, "3402") {
			t.Errorf("%s: %d records, problems %v, error %v; want 2 and the damaged one", from, len(list), problems, err)
		}
		if n, err := CountRecords(from); n != 4 || err != nil {
			t.Errorf("%s: %d counted (%v), want 4", from, n, err)
		}
	}
	if err := os.WriteFile(zipped, inner.Bytes()[:inner.Len()/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Vulnerabilities(zipped, nil); err == nil {
		t.Error("an archive that is cut off is read")
	}
}

func TestEPSSOfAllAgesIsRead(t *testing.T) {
	f := func(text string, scores int, date string) {
		t.Helper()
		s, err := EPSS(strings.NewReader(text))
		if err != nil || len(s.Scores) != scores || date != "" && s.Date.Format(time.DateOnly) != date {
			t.Errorf("%q: %+v, %v", text, s, err)
		}
	}
	f("#model_version:v2025.03.14,score_date:2026-02-25T00:00:00Z\ncve,epss,percentile\nCVE-2024-3400,0.94,0.99\nCVE-2024-3401,0.00042,0.1\n", 2, "2026-02-25")
	f("cve,epss\nCVE-2020-5902,0.65117", 1, "")
	for _, bad := range []string{"", "cve,epss\n", "cve,epss\nCVE-2020-5902,0.6511", "cve,epss\nCVE-2020-5902,1.5\n", "<html>"} {
		if s, err := EPSS(strings.NewReader(bad)); err == nil && bad != "cve,epss\nCVE-2020-5902,0.6511" {
			t.Errorf("%q is read as %v", bad, s)
		}
	}
}

func TestEndOfLifeIsReadInBothForms(t *testing.T) {
	for _, text := range []string{
		`[{"product":"fortios","title":"FortiOS","identifiers":[{"cpe":"cpe:2.3:o:fortinet:fortios"}],"releases":[{"releaseCycle":"7.0","eol":"2025-09-30","latest":"7.0.17"},{"releaseCycle":"7.6","eol":false}]}]`,
		`{"schema_version":"1.2.0","result":[{"name":"fortios","label":"FortiOS","identifiers":[{"id":"cpe:2.3:o:fortinet:fortios","type":"cpe"}],"releases":[{"name":"7.0","isEol":true,"eolFrom":"2025-09-30","latest":{"name":"7.0.17","date":"2024-12-01"}},{"name":"7.6","isEol":false,"eolFrom":null,"latest":null}]}]}`,
	} {
		got, err := EndOfLife([]byte(text))
		if err != nil || !strings.Contains(got, "product\tfortios\tFortiOS\tfortinet/fortios") || !strings.Contains(got, "cycle\t7.0\t2025-09-30\t7.0.17\t") || !strings.Contains(got, "cycle\t7.6\tno\t") {
			t.Errorf("%q, %v", got, err)
		}
	}
	for _, bad := range []string{"", "[]", `{"result":[]}`, "<html>"} {
		if got, err := EndOfLife([]byte(bad)); err == nil {
			t.Errorf("%q gives %q", bad, got)
		}
	}
}

// BenchmarkIngest reads 145,000 records, those of the corpus many times over
// under other numbers, from an archive as the CVE programme publishes it.
func BenchmarkIngest(b *testing.B) {
	path, size := manyRecords(b, 145_000)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		var peak atomic.Uint64
		stop := watch(&peak)
		list, problems, err := Vulnerabilities(path, nil)
		close(stop)
		if err != nil || len(problems) > 0 || len(list) < 100_000 {
			b.Fatalf("%d records, %d problems, %v", len(list), len(problems), err)
		}
		b.ReportMetric(float64(peak.Load())/1e6, "MB-peak")
		b.ReportMetric(float64(len(list)), "records")
	}
}

func watch(peak *atomic.Uint64) chan struct{} {
	stop := make(chan struct{})
	go func() {
		var m runtime.MemStats
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				runtime.ReadMemStats(&m)
				peak.Store(max(peak.Load(), m.HeapAlloc))
			}
		}
	}()
	return stop
}

func manyRecords(b *testing.B, n int) (path string, size int64) {
	b.Helper()
	type raw struct {
		id   string
		data []byte
	}
	var all []raw
	jobs := make(chan job, 64)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for j := range jobs {
			data, _ := j.read(nil)
			all = append(all, raw{strings.TrimSuffix(filepath.Base(j.name), ".json"), bytes.Clone(data)})
		}
	}()
	err := list(filepath.Join(corpus.Dir(b, "exposure"), "cve-raw", "cve5_kev_plus_4000.tar.zst"), jobs)
	close(jobs)
	<-done
	if err != nil || len(all) == 0 {
		b.Skipf("SKIPPED: %v", err)
	}
	path = filepath.Join(b.TempDir(), "cves.zip")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 1) })
	for i := range n {
		r := all[i%len(all)]
		id, _ := cve.ParseID(r.id)
		fresh := fmt.Sprintf("CVE-%d-%d", uint64(id)>>32, 100000*(i/len(all)+1)+int(uint32(id)))
		data := bytes.ReplaceAll(r.data, []byte(r.id), []byte(fresh))
		w, err := z.Create("cves/x/" + fresh + ".json")
		if err != nil {
			b.Fatal(err)
		}
		w.Write(data)
		size += int64(len(data))
	}
	if err := z.Close(); err != nil {
		b.Fatal(err)
	}
	return path, size
}

func FuzzFeeds(f *testing.F) {
	f.Add([]byte("#model_version:v1,score_date:2026-02-25T00:00:00Z\ncve,epss\nCVE-2024-3400,0.5\n"))
	f.Add([]byte(`[{"product":"a","title":"b","releases":[{"releaseCycle":"1","eol":true}]}]`))
	f.Add([]byte(`{"result":[{"name":"a","releases":[{"name":"1","eolFrom":null,"latest":null}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := EPSS(bytes.NewReader(data)); err == nil && len(s.Scores) == 0 {
			t.Error("a file without scores is read")
		}
		if text, err := EndOfLife(data); err == nil {
			if _, err := eol.Parse(text); err != nil {
				t.Error(err)
			}
		}
	})
}
