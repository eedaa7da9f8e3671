package main

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"sync"

	"seawall/internal/evidence"
	"seawall/internal/evidence/webpage"
)

// maxHonest bounds the size of a file that is learned from.
const maxHonest = 2 << 20

// readTrees reads the pages below folders that hold nothing but honest files.
func readTrees(dirs []string) (list []*sample, err error) {
	isPage := webpage.Formats()[0].Match
	jobs := make(chan job)
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() { learn(jobs) })
	}
	for _, dir := range dirs {
		err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			if info, err := d.Info(); err != nil || info.Size() > maxHonest {
				return err
			}
			data, err := os.ReadFile(name)
			if err != nil || !isPage(data[:min(len(data), evidence.HeadSize)], d.Name()) {
				return err
			}
			sum := sha256.Sum256(data)
			s := &sample{File: name, Name: d.Name(), SHA256: hex.EncodeToString(sum[:]), Trust: "upstream", tree: true}
			list = append(list, s)
			jobs <- job{s, data}
			return nil
		})
		if err != nil {
			break
		}
	}
	close(jobs)
	done.Wait()
	// Of the others no verdict ever asks for the words.
	list = slices.DeleteFunc(list, func(s *sample) bool { return !s.lesson.Asked })
	return list, err
}

// unique leaves one of the samples of the same content, and sorts them.
func unique(samples []*sample) []*sample {
	sort.SliceStable(samples, func(i, j int) bool { return samples[i].SHA256 < samples[j].SHA256 })
	kept := samples[:0]
	for _, s := range samples {
		if len(kept) == 0 || kept[len(kept)-1].SHA256 != s.SHA256 {
			kept = append(kept, s)
		}
	}
	return kept
}
