package webshell

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"seawall/internal/corpus"
)

// sample is one line of a corpus index.
type sample struct {
	SHA256, File, Label, Lang, Trust, Origin string
	Name                                     string `json:"orig_name"`
	Group                                    string `json:"near_dup_group"`
	Fragment                                 bool
}

// heldOut reports whether a sample belongs to the half that the detector was
// not built on.
func (s *sample) heldOut() bool { return strings.IndexByte("13579bdf", s.SHA256[len(s.SHA256)-1]) >= 0 }

func readIndex(t *testing.T, path string) map[string]*sample {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	out := map[string]*sample{}
	dec := json.NewDecoder(bufio.NewReader(r))
	for {
		var s sample
		if err := dec.Decode(&s); err == io.EOF {
			return out
		} else if err != nil {
			t.Fatal(err)
		}
		out[s.File] = &s
	}
}

// eachSample calls f with every file of an archive that the index names.
func eachSample(t *testing.T, archive, index string, f func(s *sample, data []byte)) {
	samples := readIndex(t, index)
	file, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if s := samples[h.Name]; s != nil {
			f(s, data)
		}
	}
}

func TestCorpusRecall(t *testing.T) {
	dir := corpus.Dir(t, "webshell")
	a := NewAnalyzer(Options{})
	type count struct{ all, hit, held, heldHit int }
	counts := map[string]*count{}
	eachSample(t, filepath.Join(dir, "webshells.tar.gz"), filepath.Join(dir, "webshells.jsonl"), func(s *sample, data []byte) {
		if s.Label != "webshell" || s.Fragment {
			return
		}
		start := time.Now()
		v := a.Analyze(s.Name, data)
		if d := time.Since(start); d > 2*time.Second {
			t.Logf("SLOW %v %s", d, s.File)
		}
		for _, key := range [...]string{s.Lang, "total"} {
			c := counts[key]
			if c == nil {
				c = &count{}
				counts[key] = c
			}
			c.all++
			if s.heldOut() {
				c.held++
			}
			if v.Shell {
				c.hit++
				if s.heldOut() {
					c.heldHit++
				}
			}
		}
		if !v.Shell && !s.heldOut() {
			t.Logf("MISS %s %q score %d, %s", s.File, s.Name, v.Score, v.Language)
		}
	})
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		c := counts[k]
		t.Logf("%-10s recall %d/%d = %.3f, held out %d/%d = %.3f", k, c.hit, c.all, float64(c.hit)/float64(c.all), c.heldHit, c.held, float64(c.heldHit)/float64(max(1, c.held)))
	}
}

func TestCorpusClean(t *testing.T) {
	dir := corpus.Dir(t, "webshell")
	a := NewAnalyzer(Options{})
	files, bytes, flagged := 0, 0, 0
	start := time.Now()
	eachSample(t, filepath.Join(dir, "clean.tar.gz"), filepath.Join(dir, "clean.jsonl.gz"), func(s *sample, data []byte) {
		files++
		bytes += len(data)
		if v := a.Analyze(s.Name, data); v.Shell {
			flagged++
			t.Logf("FLAGGED %s %q (%s, %s) score %d: %q", s.File, s.Name, s.Origin, s.Trust, v.Score, v.Parts[0].What)
			for _, p := range v.Parts {
				t.Logf("    %3d %s: %q", p.Weight, p.What, p.Excerpt)
			}
		}
	})
	d := time.Since(start)
	t.Logf("clean: %d flagged of %d files; %.1f MB/s, %.0f files/s", flagged, files, float64(bytes)/1e6/d.Seconds(), float64(files)/d.Seconds())
}
