package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"

	"seawall/internal/intrusion/webshell"
)

// sample is a page of the corpus and what is learned from it.
type sample struct {
	File, SHA256, Label, Lang, Trust string
	Name                             string `json:"orig_name"`
	Group                            string `json:"near_dup_group"`
	Fragment                         bool

	lesson webshell.Lesson
	ids    []int32 // of its features, ascending
	shell  bool
	tree   bool // of further honest files
	own    bool // one of the program's own honest pages
	fold   int
	out    bool    // not learned from
	logit  float64 // when held out
}

// readCorpus reads the shells and the clean pages of a corpus.
func readCorpus(dir string) ([]*sample, error) {
	shells, err := read(filepath.Join(dir, "webshells.tar.gz"), filepath.Join(dir, "webshells.jsonl"), true)
	if err != nil {
		return nil, err
	}
	clean, err := read(filepath.Join(dir, "clean.tar.gz"), filepath.Join(dir, "clean.jsonl.gz"), false)
	if err != nil {
		return nil, err
	}
	own, err := readHonest()
	if err != nil {
		return nil, err
	}
	all := append(append(shells, clean...), own...)
	sort.Slice(all, func(i, j int) bool { return all[i].SHA256 < all[j].SHA256 })
	return all, nil
}

func read(archive, index string, shell bool) ([]*sample, error) {
	samples, err := readIndex(index, shell)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", index, err)
	}
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", archive, err)
	}
	jobs := make(chan job)
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() { learn(jobs) })
	}
	defer done.Wait()
	defer close(jobs)
	var list []*sample
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", archive, err)
		}
		s := samples[h.Name]
		if s == nil {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", archive, err)
		}
		list = append(list, s)
		jobs <- job{s, data}
	}
}

// readIndex reads the labels, one JSON object a line.
func readIndex(path string, shell bool) (map[string]*sample, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			return nil, err
		}
	}
	samples := map[string]*sample{}
	for d := json.NewDecoder(r); ; {
		s := &sample{shell: shell}
		if err := d.Decode(s); err == io.EOF {
			return samples, nil
		} else if err != nil {
			return nil, err
		}
		if !shell || s.Label == "webshell" {
			samples[s.File] = s
		}
	}
}

type job struct {
	sample *sample
	data   []byte
}

func learn(jobs <-chan job) {
	a := webshell.NewAnalyzer(webshell.Options{})
	for j := range jobs {
		j.sample.lesson = a.Lesson(j.sample.Name, j.data)
	}
}
