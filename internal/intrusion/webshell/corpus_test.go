package webshell

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

func readIndex(t testing.TB, path string) map[string]*sample {
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
func eachSample(t testing.TB, archive, index string, f func(s *sample, data []byte)) {
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
		s := samples[h.Name]
		if s == nil || !s.picked() {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		f(s, data)
	}
}

// share is how many samples one of which the short run takes. The full run,
// with SEAWALL_FULL=1, takes all of them.
const share = 8

// picked reports whether the run takes a sample: which ones depends on the
// hash alone, so that every short run judges the same files.
func (s *sample) picked() bool {
	if os.Getenv("SEAWALL_FULL") == "1" {
		return true
	}
	return s.bucket()%share == 0
}

// bucket is a number from the start of the hash; the last digit stays free for
// the split into halves.
func (s *sample) bucket() uint64 {
	n, err := strconv.ParseUint(s.SHA256[:4], 16, 64)
	if err != nil {
		return 0
	}
	return n
}

// tally counts the verdicts about the shells of one language.
type tally struct{ all, hit, held, heldHit int }

func (c *tally) add(held, hit bool) {
	c.all++
	if held {
		c.held++
	}
	if hit {
		c.hit++
	}
	if held && hit {
		c.heldHit++
	}
}

func rate(hit, all int) float64 { return float64(hit) / float64(max(1, all)) }

// The floors stand slightly below what the detector reaches, so that a change
// that loses shells does not go unseen.
func TestCorpusShellsAreFound(t *testing.T) {
	const floor, heldFloor = 0.68, 0.69
	dir := corpus.Dir(t, "webshell")
	a := NewAnalyzer(Options{})
	counts := map[string]*tally{"total": {}}
	eachSample(t, filepath.Join(dir, "webshells.tar.gz"), filepath.Join(dir, "webshells.jsonl"), func(s *sample, data []byte) {
		if s.Label != "webshell" || s.Fragment {
			return
		}
		if counts[s.Lang] == nil {
			counts[s.Lang] = &tally{}
		}
		shell := a.Analyze(s.Name, data).Shell
		counts[s.Lang].add(s.heldOut(), shell)
		counts["total"].add(s.heldOut(), shell)
	})
	var table strings.Builder
	for _, lang := range slices.Sorted(maps.Keys(counts)) {
		c := counts[lang]
		fmt.Fprintf(&table, "\n%-10s %4d of %4d = %.3f   held out %4d of %4d = %.3f", lang, c.hit, c.all, rate(c.hit, c.all), c.heldHit, c.held, rate(c.heldHit, c.held))
	}
	t.Log(table.String())
	total := counts["total"]
	if got := rate(total.hit, total.all); got < floor {
		t.Errorf("recall %.3f, want at least %.3f", got, floor)
	}
	if got := rate(total.heldHit, total.held); got < heldFloor {
		t.Errorf("recall of the held out half %.3f, want at least %.3f", got, heldFloor)
	}
}

// What the corpus calls clean holds a few shells that its collectors
// overlooked, in the packs that nobody verified.
func TestCorpusCleanPagesStayQuiet(t *testing.T) {
	const maxUpstream, maxUnverified = 0.001, 0.001
	dir := corpus.Dir(t, "webshell")
	a := NewAnalyzer(Options{})
	counts := map[string]*tally{}
	bytes, took := 0, time.Duration(0)
	eachSample(t, filepath.Join(dir, "clean.tar.gz"), filepath.Join(dir, "clean.jsonl.gz"), func(s *sample, data []byte) {
		if counts[s.Trust] == nil {
			counts[s.Trust] = &tally{}
		}
		start := time.Now()
		v := a.Analyze(s.Name, data)
		took += time.Since(start)
		bytes += len(data)
		counts[s.Trust].add(s.heldOut(), v.Shell)
		if v.Shell && testing.Verbose() {
			t.Logf("%s %q (%s) score %d: %q", s.File, s.Name, s.Origin, v.Score, v.Parts[0].What)
		}
	})
	var table strings.Builder
	for _, trust := range slices.Sorted(maps.Keys(counts)) {
		c := counts[trust]
		fmt.Fprintf(&table, "\n%-16s %3d of %5d flagged = %.5f", trust, c.hit, c.all, rate(c.hit, c.all))
		ceiling := maxUnverified
		if trust == "upstream" {
			ceiling = maxUpstream
		}
		if got := rate(c.hit, c.all); got > ceiling {
			t.Errorf("%s: %.5f of the clean pages flagged, want at most %.5f", trust, got, ceiling)
		}
	}
	t.Logf("%s\n%.1f MB/s", table.String(), float64(bytes)/1e6/took.Seconds())
}
