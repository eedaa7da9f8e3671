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
	SHA256, File, Label, Lang, Trust, Origin, Tier string
	Name                                           string `json:"orig_name"`
	Group                                          string `json:"near_dup_group"`
	Fragment                                       bool
}

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

// path is the name under which a scan of the corpus meets a file.
func (s *sample) path() string { return s.File }

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

// bucket is a number from the start of the hash.
func (s *sample) bucket() uint64 {
	n, err := strconv.ParseUint(s.SHA256[:4], 16, 64)
	if err != nil {
		return 0
	}
	return n
}

// tally counts the verdicts about the shells of one kind.
type tally struct{ all, hit int }

func (c *tally) add(hit bool) {
	c.all++
	if hit {
		c.hit++
	}
}

func (c *tally) rate() float64 { return float64(c.hit) / float64(max(1, c.all)) }

// tallies counts by name.
type tallies map[string]*tally

func (t tallies) add(name string, hit bool) {
	if t[name] == nil {
		t[name] = &tally{}
	}
	t[name].add(hit)
}

// The floors stand slightly below what the detector reaches, so that a change
// that loses shells does not go unseen. What it reaches on shells that the
// words were not learned from tells the test of the program that learns them.
// Of the files that the corpus calls PHP without tags several are no code:
// error pages, help texts and lists of links.
func TestCorpusShellsAreFound(t *testing.T) {
	floors := map[string]float64{
		"total": 0.965, "php": 0.97, "asp": 0.95, "aspx": 0.96, "jsp": 0.97, "cfm": 1, "polyglot": 1, "config": 1, "php-notag": 0.6,
	}
	dir := corpus.Dir(t, "webshell")
	a := NewAnalyzer(Options{})
	langs, others := tallies{}, tallies{}
	groups := map[string]*tally{}
	eachSample(t, filepath.Join(dir, "webshells.tar.gz"), filepath.Join(dir, "webshells.jsonl"), func(s *sample, data []byte) {
		hit := a.Analyze(s.path(), data).Shell
		switch {
		case s.Label != "webshell":
			others.add("unverified", hit)
			return
		case s.Fragment:
			others.add("fragments", hit)
			return
		}
		langs.add(s.Lang, hit)
		langs.add("total", hit)
		others.add("tier "+s.Tier, hit)
		tallies(groups).add(s.Group, hit)
	})
	var table strings.Builder
	for _, list := range []tallies{langs, others} {
		for _, name := range slices.Sorted(maps.Keys(list)) {
			fmt.Fprintf(&table, "\n%-10s %4d of %4d = %.3f", name, list[name].hit, list[name].all, list[name].rate())
		}
	}
	weighted := 0.0
	for _, g := range groups {
		weighted += g.rate()
	}
	t.Logf("%s\nweighted by group of near duplicates %.3f of %d", table.String(), weighted/float64(len(groups)), len(groups))
	for name, c := range langs {
		// One shell more or less is no sign in a short run.
		if got := c.rate(); got < floors[name] && float64(c.all-c.hit) > 1+float64(c.all)*(1-floors[name]) {
			t.Errorf("%s: recall %.3f, want at least %.3f", name, got, floors[name])
		}
	}
}

// What the corpus calls clean holds a few shells that its collectors
// overlooked, in the packs that nobody verified.
func TestCorpusCleanPagesStayQuiet(t *testing.T) {
	const maxUpstream, maxUnverified = 0.0001, 0.001
	dir := corpus.Dir(t, "webshell")
	a := NewAnalyzer(Options{})
	counts := tallies{}
	bytes, took := 0, time.Duration(0)
	eachSample(t, filepath.Join(dir, "clean.tar.gz"), filepath.Join(dir, "clean.jsonl.gz"), func(s *sample, data []byte) {
		start := time.Now()
		v := a.Analyze(s.path(), data)
		took += time.Since(start)
		bytes += len(data)
		counts.add(s.Trust, v.Shell)
		if v.Shell && testing.Verbose() {
			t.Logf("%s %q (%s) score %d: %q", s.File, s.Name, s.Origin, v.Score, v.Parts[0].What)
		}
	})
	var table strings.Builder
	for _, trust := range slices.Sorted(maps.Keys(counts)) {
		c := counts[trust]
		fmt.Fprintf(&table, "\n%-16s %3d of %5d flagged = %.5f", trust, c.hit, c.all, c.rate())
		ceiling := maxUnverified
		if trust == "upstream" {
			ceiling = maxUpstream
		}
		if got := c.rate(); got > ceiling {
			t.Errorf("%s: %.5f of the clean pages flagged, want at most %.5f", trust, got, ceiling)
		}
	}
	t.Logf("%s\n%.1f MB/s", table.String(), float64(bytes)/1e6/took.Seconds())
}
