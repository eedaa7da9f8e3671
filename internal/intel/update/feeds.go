package update

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"seawall/internal/intel/eol"
	"seawall/internal/intel/facts"
	"seawall/internal/intel/feed"
	"seawall/internal/intel/kev"
)

// Source is a feed: where its maker publishes it, and what makes a file of it
// good.
type Source struct {
	Name string // "kev"
	File string // its name in mirrors, folders and in our own
	URL  string
	// Optional feeds are large, or add little: they are fetched when asked for.
	Optional bool
	// Inspect says how many entries a file holds and of when it is; it refuses
	// what is damaged.
	Inspect func(path string) (Holding, error)
	// Shrinks is the share of entries that may be missing from the copy before
	// without the file being taken for cut off.
	Shrinks float64
}

// Holding is what a file of a feed holds.
type Holding struct {
	Count int
	Date  time.Time // of its release or newest entry; zero if it does not say
}

// Sources is the table of the feeds.
func Sources() []Source {
	return []Source{
		{
			Name: "kev", File: "known_exploited_vulnerabilities.json", Shrinks: 0.01, Inspect: inspectKEV,
			URL: "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
		},
		{
			Name: "epss", File: "epss_scores-current.csv.gz", Shrinks: 0.05, Inspect: inspectEPSS,
			URL: "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
		},
		{
			Name: "eol", File: "endoflife.json", Shrinks: 0.05, Inspect: inspectEOL,
			URL: "https://endoflife.date/api/v1/products/full",
		},
		{
			// The records of the CVE programme, with CISA's judgement (Vulnrichment) in them.
			Name: "cve", File: "cvelistV5.zip", Optional: true, Shrinks: 0.01, Inspect: inspectCVE,
			URL: "https://github.com/CVEProject/cvelistV5/archive/refs/heads/main.zip",
		},
	}
}

func inspectKEV(path string) (Holding, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Holding{}, err
	}
	c, err := kev.Parse(data)
	if err != nil {
		return Holding{}, err
	}
	return Holding{len(c.Entries), c.Released}, nil
}

func inspectEPSS(path string) (Holding, error) {
	f, err := os.Open(path)
	if err != nil {
		return Holding{}, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return Holding{}, err
	}
	scores, err := feed.EPSS(z)
	if err != nil {
		return Holding{}, err
	}
	return Holding{len(scores.Scores), scores.Date}, nil
}

func inspectEOL(path string) (Holding, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Holding{}, err
	}
	text, err := feed.EndOfLife(data)
	if err != nil {
		return Holding{}, err
	}
	t, err := eol.Parse(text)
	if err != nil {
		return Holding{}, err
	}
	date, _ := time.Parse(time.DateOnly, t.Date)
	return Holding{bytes.Count([]byte(text), []byte("\nproduct\t")), date}, nil
}

// errFewRecords says that an archive of records holds too few to be the list.
var errFewRecords = errors.New("the archive holds hardly any CVE records")

// leastRecords is what the whole list has many times over.
const leastRecords = 1000

func inspectCVE(path string) (Holding, error) {
	n, err := feed.CountRecords(path)
	if err != nil {
		return Holding{}, err
	}
	if n < leastRecords {
		return Holding{}, errFewRecords
	}
	info, err := os.Stat(path)
	if err != nil {
		return Holding{}, err
	}
	return Holding{n, info.ModTime()}, nil
}

// compile makes the facts of what is in a folder, on top of those in the
// program.
func compile(dir string, has func(name string) bool) (*facts.Set, error) {
	base, err := facts.Embedded()
	if err != nil {
		return nil, err
	}
	b := builder{list: append([]facts.Vulnerability(nil), base.Vulnerabilities...), feeds: append([]facts.Feed(nil), base.Feeds...), dir: dir}
	for _, step := range []struct {
		name string
		add  func() error
	}{{"kev", b.kev}, {"cve", b.cve}, {"epss", b.epss}} {
		if !has(step.name) {
			continue
		}
		if err := step.add(); err != nil {
			return nil, fmt.Errorf("compile %s: %w", step.name, err)
		}
	}
	return facts.NewSet(b.feeds, b.list), nil
}

func readGzip(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{z, f}, nil
}
