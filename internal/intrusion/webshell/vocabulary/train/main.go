// Command train learns the weights of package vocabulary from a labelled
// corpus: train DIR OUT. It uses the samples whose SHA-256 ends in an even
// digit; the others are held out for the test.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"seawall/internal/intrusion/webshell/vocabulary"
)

type sample struct {
	File, SHA256, Label string
	Group               string `json:"near_dup_group"`
	words               []uint32
	shell               bool
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: train DIR OUT")
	}
	shells, err := read(filepath.Join(args[0], "webshells.tar.gz"), filepath.Join(args[0], "webshells.jsonl"), true)
	if err != nil {
		return err
	}
	clean, err := read(filepath.Join(args[0], "clean.tar.gz"), filepath.Join(args[0], "clean.jsonl.gz"), false)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], fit(append(shells, clean...)), 0o644)
}

func read(archive, index string, shell bool) ([]*sample, error) {
	names := map[string]*sample{}
	f, err := os.Open(index)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(index, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, err
		}
	}
	for dec := json.NewDecoder(r); ; {
		s := &sample{shell: shell}
		if err := dec.Decode(s); err == io.EOF {
			break
		} else if err != nil {
			return nil, err
		}
		if strings.IndexByte("02468ace", s.SHA256[len(s.SHA256)-1]) >= 0 && (!shell || s.Label == "webshell") {
			names[s.File] = s
		}
	}
	return readWords(archive, names)
}

func readWords(archive string, names map[string]*sample) ([]*sample, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var out []*sample
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		s := names[h.Name]
		if s == nil {
			continue
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		seen := map[uint32]bool{}
		vocabulary.Words(data, func(hash uint32, _, _ int) {
			if !seen[hash] {
				seen[hash] = true
				s.words = append(s.words, hash)
			}
		})
		out = append(out, s)
	}
}

// minGroups is in how many groups of near duplicates a word must occur: fewer
// would be a signature of one family.
const minGroups = 8

// fit learns a logistic regression with positive weights by gradient descent.
func fit(samples []*sample) []byte {
	groups := map[uint32]map[string]bool{}
	cleanFiles := map[uint32]int{}
	for _, s := range samples {
		for _, w := range s.words {
			if !s.shell {
				cleanFiles[w]++
				continue
			}
			if groups[w] == nil {
				groups[w] = map[string]bool{}
			}
			groups[w][s.Group] = true
		}
	}
	weights := map[uint32]float64{}
	for w, g := range groups {
		if len(g) >= minGroups && float64(len(g)) > 0.6*float64(cleanFiles[w]) {
			weights[w] = 0
		}
	}
	bias := -4.0
	for epoch := range 60 {
		rate := 0.05 / (1 + float64(epoch)/15)
		for i := range samples {
			s := samples[(i*7919)%len(samples)]
			z := bias
			for _, w := range s.words {
				z += weights[w]
			}
			y := 0.0
			if s.shell {
				y = 1
			}
			step := rate * (y - 1/(1+math.Exp(-z)))
			if !s.shell {
				step *= 4
			}
			for _, w := range s.words {
				if v, ok := weights[w]; ok {
					weights[w] = max(0, v+step-rate*0.002)
				}
			}
		}
	}
	return pack(weights)
}

func pack(weights map[uint32]float64) []byte {
	keys := make([]uint32, 0, len(weights))
	for w, v := range weights {
		if v >= 0.05 {
			keys = append(keys, w)
		}
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	var out []byte
	for _, w := range keys {
		out = binary.LittleEndian.AppendUint32(out, w)
		out = binary.LittleEndian.AppendUint16(out, uint16(min(65535, weights[w]*100)))
	}
	return out
}
